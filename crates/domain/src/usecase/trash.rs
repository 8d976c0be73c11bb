//! The trash: what was deleted can be brought back for a while.
//!
//! A deleted user or workspace is gone at once: its name and id are free. What is kept is a copy, which becomes it again
//! as long as nothing else has taken its name, its id or its key.

use std::collections::HashMap;

use super::{Adapters, Page, accounts::insert, still_may, teams::restore as restore_workspace};
use crate::{
    Error, Result,
    model::{
        Identity, Membership, TRASH_LIFETIME, TrashEntry, TrashId, Trashed, User, UserId, Username, Workspace,
        WorkspaceId, WorkspaceName,
    },
    policy::{Actor, Scope, TrashAction, UserAction, WorkspaceAction, authorize},
    ports::{Position, RandomExt as _, UnitOfWork},
};

/// What deleting something would take.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Deletion {
    /// Memberships, which come back when it is restored.
    pub memberships: usize,
    /// Logins, which end.
    pub sessions: usize,
    /// Named keys, which end.
    pub keys: usize,
    /// Open links for a new password, which end.
    pub links: usize,
}

/// Something that was deleted, with the name of who did it.
#[derive(Debug, Clone)]
pub struct TrashView {
    /// What was deleted.
    pub entry: TrashEntry,
    /// Who deleted it, as far as that user is still there.
    pub deleted_by: Option<Username>,
}

/// The use-cases about the trash.
#[derive(Clone)]
pub struct Trash {
    adapters: Adapters,
}

impl Trash {
    /// Over these adapters.
    #[must_use]
    pub fn new(adapters: Adapters) -> Self {
        Self { adapters }
    }

    /// What deleting a user would take.
    ///
    /// # Errors
    /// [`Error::Forbidden`] before [`Error::UserNotFound`].
    pub async fn preview_user(&self, actor: &Actor, user: UserId) -> Result<Deletion> {
        authorize(actor, UserAction::Delete, Scope::User(user))?;
        let session = self.adapters.store.session();
        session.users().find(user).await?.ok_or(Error::UserNotFound(user))?;
        let now = self.adapters.clock.now();
        let links = session.links().of_user(user).await?;
        Ok(Deletion {
            memberships: session.memberships().workspaces_of(user).await?.len(),
            sessions: session.login_sessions().of_user(user, now).await?.len(),
            keys: session.keys().of_user(user).await?.len(),
            links: links.iter().filter(|link| link.is_open(now)).count(),
        })
    }

    /// What deleting a workspace would take.
    ///
    /// # Errors
    /// [`Error::Forbidden`] before [`Error::WorkspaceNotFound`].
    pub async fn preview_workspace(&self, actor: &Actor, workspace: WorkspaceId) -> Result<Deletion> {
        authorize(actor, WorkspaceAction::Delete, Scope::Workspace(workspace))?;
        let session = self.adapters.store.session();
        session.workspaces().find(workspace).await?.ok_or(Error::WorkspaceNotFound(workspace))?;
        let memberships = session.memberships().of_workspace(workspace).await?.len();
        Ok(Deletion { memberships, ..Deletion::default() })
    }

    /// What can be brought back, the latest first: at most `limit` entries, behind `after`.
    ///
    /// # Errors
    /// [`Error::Forbidden`].
    pub async fn page(&self, actor: &Actor, after: Option<Position>, limit: u32) -> Result<Page<TrashView>> {
        authorize(actor, TrashAction::List, Scope::Server)?;
        let session = self.adapters.store.session();
        let entries = session.trash().list(self.adapters.clock.now(), after, limit.saturating_add(1)).await?;
        let page = Page::of(entries, limit, |entry| Position::at(entry.inserted_at, entry.id.uuid()));
        let who = page.entries.iter().filter_map(|entry| entry.deleted_by).collect();
        let names = super::user_names(session.as_ref(), who).await?;
        Ok(page.map(|entry| view(entry, &names)))
    }

    /// How much it is; no more than `most` is counted.
    ///
    /// # Errors
    /// As [`Trash::page`].
    pub async fn count(&self, actor: &Actor, most: u32) -> Result<u32> {
        authorize(actor, TrashAction::List, Scope::Server)?;
        Ok(self.adapters.store.session().trash().count(self.adapters.clock.now(), most).await?)
    }

    /// One entry of it.
    ///
    /// # Errors
    /// [`Error::Forbidden`] before [`Error::TrashNotFound`].
    pub async fn get(&self, actor: &Actor, id: TrashId) -> Result<TrashView> {
        authorize(actor, TrashAction::List, Scope::Server)?;
        let session = self.adapters.store.session();
        let now = self.adapters.clock.now();
        let found = session.trash().find(id).await?.filter(|entry| !entry.expires_at.is_over(now));
        let entry = found.ok_or(Error::TrashNotFound(id))?;
        let names = super::user_names(session.as_ref(), entry.deleted_by.into_iter().collect()).await?;
        Ok(view(entry, &names))
    }

    /// Brings something back, with the memberships whose other half is still there.
    ///
    /// # Errors
    /// [`Error::Forbidden`] before [`Error::TrashNotFound`]; [`Error::RestoredNameTaken`] and [`Error::RestoredIdTaken`].
    pub async fn restore(&self, actor: &Actor, id: TrashId) -> Result<TrashView> {
        authorize(actor, TrashAction::Restore, Scope::Server)?;
        let unit = self.adapters.store.begin().await?;
        still_may(&self.adapters, unit.as_ref(), actor, TrashAction::Restore, Scope::Server).await?;
        let now = self.adapters.clock.now();
        let entry = unit.trash().lock(id).await?.filter(|entry| !entry.expires_at.is_over(now));
        let entry = entry.ok_or(Error::TrashNotFound(id))?;
        let memberships = match &entry.what {
            Trashed::User(user, identities) => {
                self.restore_user(unit.as_ref(), user, identities).await?;
                let wanted: Vec<_> = entry.memberships.iter().map(|membership| membership.workspace).collect();
                let kept = unit.workspaces().keep_many(&wanted).await?;
                let is_there = |id| kept.iter().any(|workspace| workspace.id == id);
                entry.memberships.iter().filter(|m| is_there(m.workspace)).copied().collect::<Vec<_>>()
            }
            Trashed::Workspace(workspace) => {
                // Users before workspaces, as everywhere, so that two cannot wait for each other.
                let wanted: Vec<_> = entry.memberships.iter().map(|membership| membership.user).collect();
                let locked = unit.users().lock_many(&wanted).await?;
                restore_workspace(unit.as_ref(), workspace).await?;
                let there: std::collections::HashSet<_> = locked.iter().map(|user| user.id).collect();
                entry.memberships.iter().filter(|m| there.contains(&m.user)).copied().collect()
            }
        };
        unit.memberships().insert_all(&memberships).await?;
        unit.trash().delete(id).await?;
        unit.commit().await?;
        tracing::info!(trash.id = %id, actor.id = %actor.user.id, "restored from the trash");
        let session = self.adapters.store.session();
        let names = super::user_names(session.as_ref(), entry.deleted_by.into_iter().collect()).await?;
        Ok(view(entry, &names))
    }

    async fn restore_user(&self, unit: &dyn UnitOfWork, user: &User, identities: &[Identity]) -> Result<()> {
        insert(unit, user).await.map_err(|error| match error {
            Error::UsernameTaken(name) => Error::RestoredNameTaken(name.into_string()),
            Error::UserIdTaken(_) | Error::ApiKeyTaken => Error::RestoredIdTaken,
            other => other,
        })?;
        for identity in identities {
            // An account that signs in somebody else by now stays with them.
            unit.identities().insert(identity).await?;
        }
        Ok(())
    }

    /// Removes something for good.
    ///
    /// # Errors
    /// [`Error::Forbidden`] before [`Error::TrashNotFound`].
    pub async fn purge(&self, actor: &Actor, id: TrashId) -> Result<()> {
        authorize(actor, TrashAction::Purge, Scope::Server)?;
        let unit = self.adapters.store.begin().await?;
        still_may(&self.adapters, unit.as_ref(), actor, TrashAction::Purge, Scope::Server).await?;
        if !unit.trash().delete(id).await? {
            return Err(Error::TrashNotFound(id));
        }
        unit.commit().await?;
        tracing::info!(trash.id = %id, actor.id = %actor.user.id, "removed from the trash");
        Ok(())
    }

    /// Removes what can be brought back no more; how much.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn forget_expired(&self) -> Result<u64> {
        let unit = self.adapters.store.begin().await?;
        let removed = unit.trash().delete_expired(self.adapters.clock.now()).await?;
        unit.commit().await?;
        Ok(removed)
    }
}

fn view(entry: TrashEntry, names: &HashMap<UserId, Username>) -> TrashView {
    TrashView { deleted_by: entry.deleted_by.and_then(|id| names.get(&id).cloned()), entry }
}

/// Deletes locked users, and keeps a copy of each; their memberships as they were.
pub(super) async fn delete_users(
    adapters: &Adapters,
    unit: &dyn UnitOfWork,
    actor: &Actor,
    users: &[User],
) -> Result<Vec<(Membership, WorkspaceName)>> {
    if users.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<_> = users.iter().map(|user| user.id).collect();
    let joined = unit.memberships().of_users(&ids).await?;
    let mut memberships: HashMap<UserId, Vec<Membership>> = HashMap::new();
    for (membership, _) in &joined {
        memberships.entry(membership.user).or_default().push(*membership);
    }
    let mut entries = Vec::with_capacity(users.len());
    for user in users {
        let identities = unit.identities().of_user(user.id).await?;
        let what = Trashed::User(Box::new(user.clone()), identities);
        entries.push(entry(adapters, actor, what, memberships.remove(&user.id).unwrap_or_default()));
        unit.users().delete(user.id).await?;
    }
    unit.trash().insert_all(&entries).await?;
    Ok(joined)
}

/// Deletes a locked workspace, and keeps a copy of it.
pub(super) async fn delete_workspace(
    adapters: &Adapters,
    unit: &dyn UnitOfWork,
    actor: &Actor,
    workspace: &Workspace,
) -> Result<()> {
    let memberships = unit.memberships().of_workspace(workspace.id).await?;
    let entry = entry(adapters, actor, Trashed::Workspace(workspace.clone()), memberships);
    unit.workspaces().delete(workspace.id).await?;
    Ok(unit.trash().insert_all(&[entry]).await?)
}

fn entry(adapters: &Adapters, actor: &Actor, what: Trashed, memberships: Vec<Membership>) -> TrashEntry {
    let now = adapters.clock.now();
    TrashEntry {
        id: TrashId::new(adapters.random.uuid()),
        what,
        memberships,
        deleted_by: Some(actor.user.id),
        inserted_at: now,
        expires_at: now.plus(TRASH_LIFETIME),
    }
}
