//! Users: listing, reading, creating, changing, deleting.

use std::collections::HashMap;

use super::{
    Adapters, PAGE_ROWS, WorkspacePages, still_may,
    teams::{insert_member, keep, workspaces_of},
    trash::delete_users,
};
use crate::{
    Error, Result,
    model::{
        AccountState, ApiKey, FirstName, LastName, Membership, Password, Role, Timestamp, User, UserId, Username,
        WorkspaceId, WorkspaceName,
    },
    policy::{Actor, Scope, UserAction, WorkspaceAction, allows, authorize, manages_users},
    ports::{RandomExt as _, UnitOfWork, UserCursor, UserInsert, UserUpdate},
};

/// A user as one actor may see it.
#[derive(Debug, Clone)]
pub struct UserView {
    /// The user.
    pub user: User,
    /// The API key, where the actor may see it.
    pub api_key: Option<ApiKey>,
}

/// A user as one actor may see it, with the workspaces that it was added to, in that order.
#[derive(Debug, Clone)]
pub struct Member {
    /// The user.
    pub view: UserView,
    /// The names of the workspaces.
    pub workspaces: Vec<WorkspaceName>,
    /// When memberships end that end by themselves.
    pub temporary: Vec<(WorkspaceName, Timestamp)>,
}

/// A user to be created.
#[derive(Debug, Clone)]
pub struct NewUser {
    /// The id, where the client chose one.
    pub id: Option<UserId>,
    /// First name.
    pub first_name: FirstName,
    /// Last name.
    pub last_name: Option<LastName>,
    /// What the user will sign in with.
    pub username: Username,
    /// What the user may do.
    pub role: Role,
    /// The first password.
    pub password: Password,
    /// Whether the user must set another one before anything else.
    pub must_change_password: bool,
    /// When the user's access ends by itself; `None` for never.
    pub active_until: Option<Timestamp>,
    /// The workspaces to add the user to, which exist.
    pub workspaces: Vec<WorkspaceName>,
}

/// What to change of a user; `None` leaves a field as it is.
#[derive(Debug, Clone, Default)]
pub struct UserChanges {
    /// New first name.
    pub first_name: Option<FirstName>,
    /// New last name; `Some(None)` removes it.
    pub last_name: Option<Option<LastName>>,
    /// New user name.
    pub username: Option<Username>,
    /// New role.
    pub role: Option<Role>,
    /// New password. Setting it ends all logins of the user.
    pub password: Option<Password>,
    /// Whether the user must set another password before anything else.
    pub must_change_password: Option<bool>,
    /// When the user's access ends by itself; `Some(None)` for never.
    pub active_until: Option<Option<Timestamp>>,
    /// When the user was changed last, as far as whoever changes it knows: nobody undoes what they have not seen. `None` changes
    /// it whatever has become of it.
    pub known_at: Option<Timestamp>,
}

/// The use-cases about users.
#[derive(Clone)]
pub struct Accounts {
    pub(super) adapters: Adapters,
}

impl Accounts {
    /// Over these adapters.
    #[must_use]
    pub fn new(adapters: Adapters) -> Self {
        Self { adapters }
    }

    /// This moment.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.adapters.clock.now()
    }

    /// The actor's own account.
    ///
    /// # Errors
    /// [`Error::Vault`] when the key cannot be shown.
    pub fn me(&self, actor: &Actor) -> Result<UserView> {
        authorize(actor, UserAction::ReadSelf, Scope::User(actor.user.id))?;
        view(&self.adapters, actor, actor.user.clone())
    }

    /// All users, in the order of their creation.
    ///
    /// # Errors
    /// [`Error::Forbidden`].
    pub fn list(&self, actor: &Actor) -> Result<UserPages> {
        authorize(actor, UserAction::List, Scope::Server)?;
        Ok(UserPages::new(self.adapters.clone(), actor.clone(), Source::All))
    }

    /// One user.
    ///
    /// # Errors
    /// [`Error::Forbidden`] before [`Error::UserNotFound`].
    pub async fn get(&self, actor: &Actor, id: UserId) -> Result<UserView> {
        authorize(actor, UserAction::Read, Scope::User(id))?;
        let user = self.adapters.store.session().users().find(id).await?.ok_or(Error::UserNotFound(id))?;
        view(&self.adapters, actor, user)
    }

    /// The workspaces that a user reaches: all of them for an owner.
    ///
    /// # Errors
    /// [`Error::Forbidden`] before [`Error::UserNotFound`].
    pub async fn workspaces(&self, actor: &Actor, id: UserId) -> Result<WorkspacePages> {
        authorize(actor, UserAction::ListWorkspaces, Scope::User(id))?;
        let user = self.adapters.store.session().users().find(id).await?.ok_or(Error::UserNotFound(id))?;
        Ok(workspaces_of(&self.adapters, &user))
    }

    /// The workspaces that a user was added to, in that order, also those where its time is over.
    ///
    /// # Errors
    /// [`Error::Forbidden`] before [`Error::UserNotFound`].
    pub async fn memberships(&self, actor: &Actor, id: UserId) -> Result<Vec<(Membership, WorkspaceName)>> {
        authorize(actor, UserAction::ListWorkspaces, Scope::User(id))?;
        let session = self.adapters.store.session();
        session.users().find(id).await?.ok_or(Error::UserNotFound(id))?;
        Ok(session.memberships().of_users(&[id]).await?)
    }

    /// Creates a user with a new API key.
    ///
    /// # Errors
    /// [`Error::Forbidden`]; then, name before id, [`Error::UsernameTaken`] and [`Error::UserIdTaken`]; then
    /// [`Error::UnknownWorkspace`].
    pub async fn create(&self, actor: &Actor, new: NewUser) -> Result<UserView> {
        authorize(actor, UserAction::Create, Scope::Server)?;
        if new.role != Role::default() {
            authorize(actor, UserAction::SetRole, Scope::Server)?;
        }
        self.adapters.refuse_past("active_until", new.active_until)?;
        // A name that is taken is refused before the costly hash; the insert below is what decides.
        if self.adapters.store.session().users().find_by_username(&new.username).await?.is_some() {
            return Err(Error::UsernameTaken(new.username));
        }
        let password_hash = self.adapters.hasher.hash(&new.password).await?;
        let id = new.id.unwrap_or_else(|| UserId::new(self.adapters.random.uuid()));
        let key = ApiKey::generate(self.adapters.random.as_ref());
        let user = User {
            first_name: new.first_name,
            last_name: new.last_name,
            must_change_password: new.must_change_password,
            active_until: new.active_until,
            ..self.adapters.new_user_with_id(id, new.username, new.role, &key, password_hash)
        };
        let unit = self.adapters.store.begin().await?;
        still_may(&self.adapters, unit.as_ref(), actor, UserAction::Create, Scope::Server).await?;
        insert(unit.as_ref(), &user).await?;
        if !new.workspaces.is_empty() {
            self.join(actor, unit.as_ref(), id, new.workspaces).await?;
        }
        unit.commit().await?;
        tracing::info!(user.id = %user.id, user.role = %user.role, actor.id = %actor.user.id, "user created");
        view(&self.adapters, actor, user)
    }

    /// Adds a new user to workspaces that exist, each once.
    async fn join(&self, actor: &Actor, unit: &dyn UnitOfWork, user: UserId, names: Vec<WorkspaceName>) -> Result<()> {
        for workspace in keep(unit, names).await? {
            authorize(actor, WorkspaceAction::AddMember, Scope::Workspace(workspace))?;
            insert_member(&self.adapters, unit, workspace, user, None).await?;
        }
        Ok(())
    }

    /// Changes a user. `updated_at` moves only when something really changes.
    ///
    /// # Errors
    /// [`Error::UserNotFound`] before [`Error::Forbidden`]; then [`Error::LastOwner`] and [`Error::UsernameInUse`].
    pub async fn update(&self, actor: &Actor, id: UserId, changes: UserChanges) -> Result<UserView> {
        let user = self.adapters.store.session().users().find(id).await?.ok_or(Error::UserNotFound(id))?;
        authorize(actor, UserAction::Update, Scope::User(user.id))?;
        if changes.role.is_some() {
            authorize(actor, UserAction::SetRole, Scope::User(user.id))?;
        }
        if changes.password.is_some() || changes.must_change_password.is_some() {
            authorize(actor, UserAction::SetPassword, Scope::User(user.id))?;
        }
        self.adapters.refuse_past("active_until", changes.active_until.flatten())?;
        let password_hash = match &changes.password {
            Some(password) => Some(self.adapters.hasher.hash(password).await?),
            None => None,
        };

        let unit = self.adapters.store.begin().await?;
        let ends = matches!(changes.active_until, Some(Some(_)));
        if ends || changes.role.is_some_and(|role| !manages_users(role)) {
            keep_an_owner(unit.as_ref(), id).await?;
        }
        let old = unit.users().lock(id).await?.ok_or(Error::UserNotFound(id))?;
        still_may(&self.adapters, unit.as_ref(), actor, UserAction::Update, Scope::User(id)).await?;
        if changes.known_at.is_some_and(|known| known != old.updated_at) {
            return Err(Error::UserChanged(id));
        }
        if changes.active_until.is_some() || changes.username.is_some() {
            guard_manager(actor, &old)?;
        }
        let mut user = User {
            first_name: changes.first_name.unwrap_or_else(|| old.first_name.clone()),
            last_name: changes.last_name.unwrap_or_else(|| old.last_name.clone()),
            username: changes.username.unwrap_or_else(|| old.username.clone()),
            role: changes.role.unwrap_or(old.role),
            password_hash: password_hash.unwrap_or_else(|| old.password_hash.clone()),
            must_change_password: changes.must_change_password.unwrap_or(old.must_change_password),
            active_until: changes.active_until.unwrap_or(old.active_until),
            ..old.clone()
        };
        if user.username != old.username && unit.users().find_by_username(&user.username).await?.is_some() {
            return Err(Error::UsernameInUse(user.username));
        }
        if changes.must_change_password == Some(true) && !user.password_hash.is_usable() {
            return Err(Error::NoPassword(id));
        }
        if user != old {
            user.updated_at = self.adapters.clock.now();
            save(unit.as_ref(), &user).await?;
            if user.password_hash != old.password_hash {
                password_changed(unit.as_ref(), id).await?;
            }
            unit.commit().await?;
            tracing::info!(
                user.id = %id, user.role = %user.role, actor.id = %actor.user.id,
                password.changed = user.password_hash != old.password_hash, "user updated"
            );
        }
        view(&self.adapters, actor, user)
    }

    /// Deletes a user with its memberships and logins; the deleted user as it was. A copy is kept in the trash.
    ///
    /// # Errors
    /// [`Error::UserNotFound`] before [`Error::Forbidden`]; then [`Error::LastOwner`].
    pub async fn delete(&self, actor: &Actor, id: UserId) -> Result<Member> {
        let user = self.adapters.store.session().users().find(id).await?.ok_or(Error::UserNotFound(id))?;
        authorize(actor, UserAction::Delete, Scope::User(user.id))?;
        let unit = self.adapters.store.begin().await?;
        keep_an_owner(unit.as_ref(), id).await?;
        let user = unit.users().lock(id).await?.ok_or(Error::UserNotFound(id))?;
        still_may(&self.adapters, unit.as_ref(), actor, UserAction::Delete, Scope::User(id)).await?;
        guard_manager(actor, &user)?;
        let memberships = delete_users(&self.adapters, unit.as_ref(), actor, std::slice::from_ref(&user)).await?;
        unit.commit().await?;
        tracing::info!(user.id = %id, actor.id = %actor.user.id, "user deleted");
        Ok(member(view(&self.adapters, actor, user)?, memberships))
    }

    /// Disables a user at once, or lets it sign in again. Work and memberships stay.
    ///
    /// # Errors
    /// [`Error::Forbidden`] before [`Error::UserNotFound`]; [`Error::LastOwner`].
    pub async fn set_state(&self, actor: &Actor, id: UserId, state: AccountState) -> Result<UserView> {
        authorize(actor, UserAction::Disable, Scope::User(id))?;
        let unit = self.adapters.store.begin().await?;
        if state == AccountState::Disabled {
            keep_an_owner(unit.as_ref(), id).await?;
        }
        let old = unit.users().lock(id).await?.ok_or(Error::UserNotFound(id))?;
        still_may(&self.adapters, unit.as_ref(), actor, UserAction::Disable, Scope::User(id)).await?;
        guard_manager(actor, &old)?;
        if old.state == state {
            return view(&self.adapters, actor, old);
        }
        let user = User { state, updated_at: self.adapters.clock.now(), ..old };
        save(unit.as_ref(), &user).await?;
        // A login of before does not come back with the account; keys do, as scripts expect.
        unit.login_sessions().delete_of_user(id).await?;
        unit.commit().await?;
        tracing::info!(user.id = %id, actor.id = %actor.user.id, state = state.as_str(), "user's state changed");
        view(&self.adapters, actor, user)
    }

    /// Adds to views the workspaces that their users were added to.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn with_workspaces(&self, views: Vec<UserView>) -> Result<Vec<Member>> {
        with_workspaces(&self.adapters, views).await
    }

    /// The members of a workspace, in the order in which they were added.
    pub(super) fn members(adapters: &Adapters, actor: &Actor, workspace: WorkspaceId) -> UserPages {
        UserPages::new(adapters.clone(), actor.clone(), Source::Members(workspace))
    }
}

/// Adds a user, or says why not.
pub(super) async fn insert(unit: &dyn UnitOfWork, user: &User) -> Result<()> {
    match unit.users().insert(user).await? {
        UserInsert::Inserted => Ok(()),
        UserInsert::UsernameTaken => Err(Error::UsernameTaken(user.username.clone())),
        UserInsert::IdTaken => Err(Error::UserIdTaken(user.id)),
        UserInsert::KeyTaken => Err(Error::ApiKeyTaken),
    }
}

/// Writes a changed user, or says why not.
pub(super) async fn save(unit: &dyn UnitOfWork, user: &User) -> Result<()> {
    match unit.users().update(user).await? {
        UserUpdate::Updated => Ok(()),
        UserUpdate::UsernameTaken => Err(Error::UsernameInUse(user.username.clone())),
        UserUpdate::KeyTaken => Err(Error::ApiKeyTaken),
    }
}

/// What goes with an old password: all logins, and the links that somebody asked for before, for a password that is known again.
pub(super) async fn password_changed(unit: &dyn UnitOfWork, user: UserId) -> Result<()> {
    unit.login_sessions().delete_of_user(user).await?;
    unit.links().delete_unused_of_user(user).await?;
    Ok(())
}

/// Refuses a named key that would give back, or take, the access of somebody who manages users: that is as good as a role.
fn guard_manager(actor: &Actor, user: &User) -> Result<()> {
    if manages_users(user.role) { authorize(actor, UserAction::SetRole, Scope::User(user.id)) } else { Ok(()) }
}

/// Refuses to go on when `id` is the only owner. The owners stay locked until the unit of work ends, so that two of
/// them cannot remove each other at the same moment.
pub(super) async fn keep_an_owner(unit: &dyn UnitOfWork, id: UserId) -> Result<()> {
    if unit.users().lock_owners().await? == [id] { Err(Error::LastOwner(id)) } else { Ok(()) }
}

/// What `actor` may see of `user`.
pub(super) fn view(adapters: &Adapters, actor: &Actor, user: User) -> Result<UserView> {
    let api_key = if allows(actor, UserAction::SeeApiKey, Scope::User(user.id)) {
        Some(adapters.vault.open(user.id, &user.api_key.sealed)?)
    } else {
        None
    };
    Ok(UserView { user, api_key })
}

async fn with_workspaces(adapters: &Adapters, views: Vec<UserView>) -> Result<Vec<Member>> {
    let ids: Vec<_> = views.iter().map(|view| view.user.id).collect();
    let mut found: HashMap<UserId, Vec<_>> = HashMap::new();
    for (membership, name) in adapters.store.session().memberships().of_users(&ids).await? {
        found.entry(membership.user).or_default().push((membership, name));
    }
    let joined = |view: UserView| {
        let memberships = found.remove(&view.user.id).unwrap_or_default();
        member(view, memberships)
    };
    Ok(views.into_iter().map(joined).collect())
}

fn member(view: UserView, memberships: Vec<(Membership, WorkspaceName)>) -> Member {
    let temporary =
        memberships.iter().filter_map(|(membership, name)| Some((name.clone(), membership.active_until?))).collect();
    Member { view, workspaces: memberships.into_iter().map(|(_, name)| name).collect(), temporary }
}

enum Source {
    All,
    Members(WorkspaceId),
}

/// A list of users, read page by page.
pub struct UserPages {
    adapters: Adapters,
    actor: Actor,
    source: Source,
    after: Option<UserCursor>,
    done: bool,
}

impl UserPages {
    fn new(adapters: Adapters, actor: Actor, source: Source) -> Self {
        Self { adapters, actor, source, after: None, done: false }
    }

    /// The next page, at most [`PAGE_ROWS`] users; `None` behind the last.
    ///
    /// # Errors
    /// When the database fails or a key does not open.
    pub async fn next(&mut self) -> Result<Option<Vec<UserView>>> {
        if self.done {
            return Ok(None);
        }
        let session = self.adapters.store.session();
        let rows = match self.source {
            Source::All => {
                let users = session.users().page(self.after, PAGE_ROWS).await?;
                users.into_iter().map(|user| (UserCursor { at: user.inserted_at, id: user.id }, user)).collect()
            }
            Source::Members(workspace) => session.users().page_of_workspace(workspace, self.after, PAGE_ROWS).await?,
        };
        self.after = rows.last().map(|(cursor, _)| *cursor);
        self.done = rows.len() < PAGE_ROWS as usize;
        rows.into_iter().map(|(_, user)| view(&self.adapters, &self.actor, user)).collect::<Result<_>>().map(Some)
    }

    /// The next page, as [`UserPages::next`], with the workspaces of each user.
    ///
    /// # Errors
    /// When the database fails or a key does not open.
    pub async fn next_with_workspaces(&mut self) -> Result<Option<Vec<Member>>> {
        match self.next().await? {
            Some(views) => with_workspaces(&self.adapters, views).await.map(Some),
            None => Ok(None),
        }
    }

    /// Whether the last page has been read.
    #[must_use]
    pub fn is_done(&self) -> bool {
        self.done
    }
}
