//! Workspaces and their members.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::{Accounts, Adapters, PAGE_ROWS, UserPages, UserView, accounts::view, still_may, trash::delete_workspace};
use crate::{
    Error, Result,
    model::{Membership, Timestamp, User, UserId, Workspace, WorkspaceId, WorkspaceName},
    policy::{Actor, Scope, WorkspaceAction, authorize, sees_every_workspace},
    ports::{MembershipInsert, RandomExt as _, UnitOfWork, WorkspaceCursor, WorkspaceInsert, WorkspaceUpdate},
};

/// A workspace to be created.
#[derive(Debug, Clone)]
pub struct NewWorkspace {
    /// The id, where the client chose one.
    pub id: Option<WorkspaceId>,
    /// The name.
    pub name: WorkspaceName,
}

/// The use-cases about workspaces.
#[derive(Clone)]
pub struct Teams {
    pub(super) adapters: Adapters,
}

impl Teams {
    /// Over these adapters.
    #[must_use]
    pub fn new(adapters: Adapters) -> Self {
        Self { adapters }
    }

    /// The workspaces that the actor reaches, in the order of their creation: all of them for an owner.
    ///
    /// # Errors
    /// [`Error::Forbidden`].
    pub fn mine(&self, actor: &Actor) -> Result<WorkspacePages> {
        authorize(actor, WorkspaceAction::ListOwn, Scope::Server)?;
        Ok(workspaces_of(&self.adapters, &actor.user).limited_to(actor))
    }

    /// Whether the actor may ask about a workspace's contents; about no workspace in particular everybody may.
    ///
    /// # Errors
    /// [`Error::Forbidden`], also for workspaces that do not exist.
    pub fn check_access(&self, actor: &Actor, workspace: Option<WorkspaceId>) -> Result<()> {
        match workspace {
            Some(id) => authorize(actor, WorkspaceAction::Read, Scope::Workspace(id)),
            None => authorize(actor, WorkspaceAction::ListOwn, Scope::Server),
        }
    }

    /// One workspace.
    ///
    /// # Errors
    /// [`Error::Forbidden`] before [`Error::WorkspaceNotFound`].
    pub async fn get(&self, actor: &Actor, id: WorkspaceId) -> Result<Workspace> {
        authorize(actor, WorkspaceAction::Read, Scope::Workspace(id))?;
        self.find(id).await
    }

    /// Creates a workspace. Nobody becomes a member by that.
    ///
    /// # Errors
    /// [`Error::Forbidden`]; then, name before id, [`Error::WorkspaceNameTaken`] and [`Error::WorkspaceIdTaken`].
    pub async fn create(&self, actor: &Actor, new: NewWorkspace) -> Result<Workspace> {
        authorize(actor, WorkspaceAction::Create, Scope::Server)?;
        let unit = self.adapters.store.begin().await?;
        still_may(&self.adapters, unit.as_ref(), actor, WorkspaceAction::Create, Scope::Server).await?;
        let workspace = insert(&self.adapters, unit.as_ref(), new).await?;
        unit.commit().await?;
        tracing::info!(workspace.id = %workspace.id, actor.id = %actor.user.id, "workspace created");
        if !workspace.name.is_sdk_readable() {
            tracing::warn!(
                workspace.id = %workspace.id,
                "this workspace's name has characters that Argilla's Python SDK refuses when it lists workspaces; \
                 it reads letters, digits, '-' and '_'"
            );
        }
        Ok(workspace)
    }

    /// Gives a workspace another name.
    ///
    /// # Errors
    /// [`Error::Forbidden`] before [`Error::WorkspaceNotFound`]; [`Error::WorkspaceNameTaken`].
    pub async fn rename(&self, actor: &Actor, id: WorkspaceId, name: WorkspaceName) -> Result<Workspace> {
        authorize(actor, WorkspaceAction::Rename, Scope::Workspace(id))?;
        let unit = self.adapters.store.begin().await?;
        let old = unit.workspaces().lock(id).await?.ok_or(Error::WorkspaceNotFound(id))?;
        still_may(&self.adapters, unit.as_ref(), actor, WorkspaceAction::Rename, Scope::Workspace(id)).await?;
        if old.name == name {
            return Ok(old);
        }
        if unit.workspaces().find_by_name(&name).await?.is_some() {
            return Err(Error::WorkspaceNameTaken(name));
        }
        let workspace = Workspace { name, updated_at: self.adapters.clock.now(), ..old };
        if unit.workspaces().update(&workspace).await? == WorkspaceUpdate::NameTaken {
            return Err(Error::WorkspaceNameTaken(workspace.name));
        }
        unit.commit().await?;
        tracing::info!(workspace.id = %id, actor.id = %actor.user.id, "workspace renamed");
        Ok(workspace)
    }

    /// Deletes a workspace with its memberships; the deleted workspace. A copy is kept in the trash.
    ///
    /// # Errors
    /// [`Error::Forbidden`] before [`Error::WorkspaceNotFound`].
    pub async fn delete(&self, actor: &Actor, id: WorkspaceId) -> Result<Workspace> {
        authorize(actor, WorkspaceAction::Delete, Scope::Workspace(id))?;
        let unit = self.adapters.store.begin().await?;
        let workspace = unit.workspaces().lock(id).await?.ok_or(Error::WorkspaceNotFound(id))?;
        still_may(&self.adapters, unit.as_ref(), actor, WorkspaceAction::Delete, Scope::Workspace(id)).await?;
        delete_workspace(&self.adapters, unit.as_ref(), actor, &workspace).await?;
        unit.commit().await?;
        tracing::info!(workspace.id = %id, actor.id = %actor.user.id, "workspace deleted");
        Ok(workspace)
    }

    /// The members of a workspace, in the order in which they were added.
    ///
    /// # Errors
    /// [`Error::Forbidden`] before [`Error::WorkspaceNotFound`].
    pub async fn members(&self, actor: &Actor, id: WorkspaceId) -> Result<UserPages> {
        authorize(actor, WorkspaceAction::ListMembers, Scope::Workspace(id))?;
        self.find(id).await?;
        Ok(Accounts::members(&self.adapters, actor, id))
    }

    /// Makes a user a member, for ever or until a moment; the user.
    ///
    /// # Errors
    /// [`Error::Forbidden`], then [`Error::Past`], [`Error::WorkspaceNotFound`], [`Error::UnknownUser`], [`Error::AlreadyMember`].
    pub async fn add_member(
        &self,
        actor: &Actor,
        workspace: WorkspaceId,
        user: UserId,
        until: Option<Timestamp>,
    ) -> Result<UserView> {
        authorize(actor, WorkspaceAction::AddMember, Scope::Workspace(workspace))?;
        self.adapters.refuse_past("active_until", until)?;
        let unit = self.adapters.store.begin().await?;
        // Kept, not locked: many may join one workspace at the same moment without waiting for each other.
        unit.workspaces().keep(workspace).await?.ok_or(Error::WorkspaceNotFound(workspace))?;
        let member = unit.users().lock(user).await?.ok_or(Error::UnknownUser(user))?;
        still_may(&self.adapters, unit.as_ref(), actor, WorkspaceAction::AddMember, Scope::Workspace(workspace))
            .await?;
        // One that has ended is as good as none.
        let now = self.adapters.clock.now();
        let known = unit.memberships().find(workspace, user).await?;
        if known.is_some_and(|membership| membership.has_ended(now)) {
            unit.memberships().limit(workspace, user, until).await?;
        } else {
            insert_member(&self.adapters, unit.as_ref(), workspace, user, until).await?;
        }
        unit.commit().await?;
        tracing::info!(workspace.id = %workspace, user.id = %user, actor.id = %actor.user.id, "member added");
        view(&self.adapters, actor, member)
    }

    /// Sets when a membership ends by itself; the member.
    ///
    /// # Errors
    /// [`Error::Forbidden`], then [`Error::Past`] and [`Error::MembershipNotFound`].
    pub async fn limit_member(
        &self,
        actor: &Actor,
        workspace: WorkspaceId,
        user: UserId,
        until: Option<Timestamp>,
    ) -> Result<UserView> {
        authorize(actor, WorkspaceAction::LimitMember, Scope::Workspace(workspace))?;
        self.adapters.refuse_past("active_until", until)?;
        let absent = || Error::MembershipNotFound { workspace, user };
        let unit = self.adapters.store.begin().await?;
        let member = unit.users().lock(user).await?.ok_or_else(absent)?;
        still_may(&self.adapters, unit.as_ref(), actor, WorkspaceAction::LimitMember, Scope::Workspace(workspace))
            .await?;
        if !unit.memberships().limit(workspace, user, until).await? {
            return Err(absent());
        }
        unit.commit().await?;
        tracing::info!(workspace.id = %workspace, user.id = %user, actor.id = %actor.user.id, "membership limited");
        view(&self.adapters, actor, member)
    }

    /// Ends a membership; the user that was a member.
    ///
    /// # Errors
    /// [`Error::MembershipNotFound`] before [`Error::Forbidden`].
    pub async fn remove_member(&self, actor: &Actor, workspace: WorkspaceId, user: UserId) -> Result<UserView> {
        let absent = || Error::MembershipNotFound { workspace, user };
        self.adapters.store.session().memberships().find(workspace, user).await?.ok_or_else(absent)?;
        authorize(actor, WorkspaceAction::RemoveMember, Scope::Workspace(workspace))?;
        let unit = self.adapters.store.begin().await?;
        let member = unit.users().lock(user).await?.ok_or_else(absent)?;
        still_may(&self.adapters, unit.as_ref(), actor, WorkspaceAction::RemoveMember, Scope::Workspace(workspace))
            .await?;
        if !unit.memberships().delete(workspace, user).await? {
            return Err(absent());
        }
        unit.commit().await?;
        tracing::info!(workspace.id = %workspace, user.id = %user, actor.id = %actor.user.id, "member removed");
        view(&self.adapters, actor, member)
    }

    async fn find(&self, id: WorkspaceId) -> Result<Workspace> {
        self.adapters.store.session().workspaces().find(id).await?.ok_or(Error::WorkspaceNotFound(id))
    }
}

/// Adds a workspace, or says why not.
pub(super) async fn insert(adapters: &Adapters, unit: &dyn UnitOfWork, new: NewWorkspace) -> Result<Workspace> {
    let now = adapters.clock.now();
    let workspace = Workspace {
        id: new.id.unwrap_or_else(|| WorkspaceId::new(adapters.random.uuid())),
        name: new.name,
        inserted_at: now,
        updated_at: now,
    };
    match unit.workspaces().insert(&workspace).await? {
        WorkspaceInsert::Inserted => Ok(workspace),
        WorkspaceInsert::NameTaken => Err(Error::WorkspaceNameTaken(workspace.name)),
        WorkspaceInsert::IdTaken => Err(Error::WorkspaceIdTaken(workspace.id)),
    }
}

/// The workspaces of these names, each once and kept until the unit of work ends; all must be there.
pub(super) async fn keep(unit: &dyn UnitOfWork, names: Vec<WorkspaceName>) -> Result<Vec<WorkspaceId>> {
    let kept = unit.workspaces().keep_by_names(&names).await?;
    let ids: HashMap<_, _> = kept.iter().map(|workspace| (&workspace.name, workspace.id)).collect();
    let mut wanted = Vec::new();
    let mut seen = HashSet::new();
    for name in names {
        let Some(id) = ids.get(&name).copied() else { return Err(Error::UnknownWorkspace(name)) };
        if seen.insert(id) {
            wanted.push(id);
        }
    }
    Ok(wanted)
}

/// The workspace of this name, made if need be.
pub(super) async fn ensure(adapters: &Adapters, unit: &dyn UnitOfWork, name: WorkspaceName) -> Result<WorkspaceId> {
    if let Some(found) = unit.workspaces().keep_by_names(std::slice::from_ref(&name)).await?.pop() {
        return Ok(found.id);
    }
    Ok(insert(adapters, unit, NewWorkspace { id: None, name }).await?.id)
}

/// Adds a membership of a locked user in a kept or new workspace, or says why not.
pub(super) async fn insert_member(
    adapters: &Adapters,
    unit: &dyn UnitOfWork,
    workspace: WorkspaceId,
    user: UserId,
    active_until: Option<Timestamp>,
) -> Result<()> {
    let membership = Membership { workspace, user, inserted_at: adapters.clock.now(), active_until };
    match unit.memberships().insert(&membership).await? {
        MembershipInsert::Inserted => Ok(()),
        MembershipInsert::AlreadyMember => Err(Error::AlreadyMember { workspace, user }),
    }
}

/// The workspaces that a user reaches: its memberships, or all where the role needs none.
pub(super) fn workspaces_of(adapters: &Adapters, user: &User) -> WorkspacePages {
    let member = (!sees_every_workspace(user.role)).then_some(user.id);
    WorkspacePages { adapters: adapters.clone(), member, limits: None, after: None, done: false }
}

/// Brings a workspace back, or says why not.
pub(super) async fn restore(unit: &dyn UnitOfWork, workspace: &Workspace) -> Result<()> {
    match unit.workspaces().insert(workspace).await? {
        WorkspaceInsert::Inserted => Ok(()),
        WorkspaceInsert::NameTaken => Err(Error::RestoredNameTaken(workspace.name.as_str().to_owned())),
        WorkspaceInsert::IdTaken => Err(Error::RestoredIdTaken),
    }
}

/// A list of workspaces, read page by page.
pub struct WorkspacePages {
    adapters: Adapters,
    member: Option<UserId>,
    /// The workspaces to which the caller's credential is limited.
    limits: Option<BTreeSet<WorkspaceId>>,
    after: Option<WorkspaceCursor>,
    done: bool,
}

impl WorkspacePages {
    /// Only those to which the actor's credential is limited.
    fn limited_to(self, actor: &Actor) -> Self {
        Self { limits: actor.limited_to().cloned(), ..self }
    }

    /// The next page, at most [`PAGE_ROWS`] workspaces; `None` behind the last.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn next(&mut self) -> Result<Option<Vec<Workspace>>> {
        if self.done {
            return Ok(None);
        }
        let session = self.adapters.store.session();
        let mut rows = match self.member {
            Some(user) => {
                let now = self.adapters.clock.now();
                session.workspaces().page_of_user(user, now, self.after, PAGE_ROWS).await?
            }
            None => session.workspaces().page(self.after, PAGE_ROWS).await?,
        };
        self.after = rows.last().map(|workspace| WorkspaceCursor { at: workspace.inserted_at, id: workspace.id });
        self.done = rows.len() < PAGE_ROWS as usize;
        if let Some(limits) = &self.limits {
            rows.retain(|workspace| limits.contains(&workspace.id));
        }
        Ok(Some(rows))
    }

    /// Whether the last page has been read.
    #[must_use]
    pub fn is_done(&self) -> bool {
        self.done
    }
}
