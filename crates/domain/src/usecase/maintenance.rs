//! What whoever holds the database may do to it: the maintenance commands of Argilla's servers.
//!
//! There is no actor here and so no policy: these use-cases are for commands on the server's own machine, which can do
//! without the server anything that the server can. They keep the rules that hold for everybody (names, the last owner).

use super::{
    Adapters,
    accounts::{insert, keep_an_owner, save},
    teams::{ensure, insert_member},
};
use crate::{
    Result,
    model::{ApiKey, FirstName, LastName, Origin, Password, Role, User, UserId, Username, WorkspaceName},
    policy::manages_users,
    ports::UnitOfWork,
};

/// A user to be created.
#[derive(Debug, Clone)]
pub struct NewAccount {
    /// First name.
    pub first_name: FirstName,
    /// Last name.
    pub last_name: Option<LastName>,
    /// What the user will sign in with.
    pub username: Username,
    /// What the user may do.
    pub role: Role,
    /// The password.
    pub password: Password,
    /// The API key; a random one when none is given.
    pub api_key: Option<ApiKey>,
    /// The workspaces to add the user to, in this order. Those that are missing are made.
    pub workspaces: Vec<WorkspaceName>,
    /// Where the user comes from.
    pub origin: Origin,
}

/// What became of a new account.
#[derive(Debug, Clone)]
pub enum Created {
    /// It was made. Its workspaces, each once.
    Done {
        /// The user.
        user: Box<User>,
        /// Its API key.
        api_key: ApiKey,
        /// The names of its workspaces.
        workspaces: Vec<WorkspaceName>,
    },
    /// Nothing was done: the user name is taken.
    UsernameTaken,
    /// Nothing was done: the API key is taken.
    ApiKeyTaken,
}

/// What became of a change of role.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RoleChange {
    /// The user had another role.
    Changed {
        /// The role until now.
        old: Role,
    },
    /// The user has this role already.
    Same,
    /// There is no such user.
    NoUser,
}

/// The maintenance of a database.
#[derive(Clone)]
pub struct Maintenance {
    adapters: Adapters,
}

impl Maintenance {
    /// Over these adapters.
    #[must_use]
    pub fn new(adapters: Adapters) -> Self {
        Self { adapters }
    }

    /// Whether a user of this name exists.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn has_user(&self, username: &Username) -> Result<bool> {
        Ok(self.adapters.store.session().users().find_by_username(username).await?.is_some())
    }

    /// The role of the user of this name; `None` when there is none.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn role_of(&self, username: &Username) -> Result<Option<Role>> {
        Ok(self.adapters.store.session().users().find_by_username(username).await?.map(|user| user.role))
    }

    /// Whether a workspace of this name exists.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn has_workspace(&self, name: &WorkspaceName) -> Result<bool> {
        Ok(self.adapters.store.session().workspaces().find_by_name(name).await?.is_some())
    }

    /// Whether a user has this API key.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn has_key(&self, key: &ApiKey) -> Result<bool> {
        let lookup = self.adapters.lookup(key);
        Ok(self.adapters.store.session().users().find_by_key(&lookup).await?.is_some())
    }

    /// Creates a user, and the workspaces that it is to belong to.
    ///
    /// # Errors
    /// When the database or the hasher fails.
    pub async fn create(&self, new: NewAccount) -> Result<Created> {
        // A name that is taken is refused before the costly hash; what is written below is what decides.
        if self.has_user(&new.username).await? {
            return Ok(Created::UsernameTaken);
        }
        let password_hash = self.adapters.hasher.hash(&new.password).await?;
        let api_key = new.api_key.unwrap_or_else(|| ApiKey::generate(self.adapters.random.as_ref()));
        let user = User {
            first_name: new.first_name,
            last_name: new.last_name,
            origin: new.origin,
            ..self.adapters.new_user(new.username, new.role, &api_key, password_hash)
        };
        let unit = self.adapters.store.begin().await?;
        match insert(unit.as_ref(), &user).await {
            Err(crate::Error::UsernameTaken(_)) => return Ok(Created::UsernameTaken),
            Err(crate::Error::ApiKeyTaken) => return Ok(Created::ApiKeyTaken),
            outcome => outcome?,
        }
        let workspaces = self.join(unit.as_ref(), user.id, new.workspaces).await?;
        unit.commit().await?;
        tracing::info!(user.id = %user.id, user.role = %user.role, "user created by a maintenance command");
        Ok(Created::Done { user: Box::new(user), api_key, workspaces })
    }

    /// Adds a new user to workspaces, each once.
    async fn join(&self, unit: &dyn UnitOfWork, id: UserId, names: Vec<WorkspaceName>) -> Result<Vec<WorkspaceName>> {
        let mut joined: Vec<WorkspaceName> = Vec::new();
        for name in names {
            if !joined.contains(&name) {
                let workspace = ensure(&self.adapters, unit, name.clone()).await?;
                insert_member(&self.adapters, unit, workspace, id, None).await?;
                joined.push(name);
            }
        }
        Ok(joined)
    }

    /// Gives a user another role.
    ///
    /// # Errors
    /// [`crate::Error::LastOwner`], or when the database fails.
    pub async fn set_role(&self, username: &Username, role: Role) -> Result<RoleChange> {
        let unit = self.adapters.store.begin().await?;
        let Some(found) = unit.users().find_by_username(username).await? else { return Ok(RoleChange::NoUser) };
        if found.role != role && !manages_users(role) {
            keep_an_owner(unit.as_ref(), found.id).await?;
        }
        let Some(old) = unit.users().lock(found.id).await? else { return Ok(RoleChange::NoUser) };
        if old.role == role {
            return Ok(RoleChange::Same);
        }
        save(unit.as_ref(), &User { role, updated_at: self.adapters.clock.now(), ..old.clone() }).await?;
        unit.commit().await?;
        tracing::info!(user.id = %old.id, user.role = %role, "role changed by a maintenance command");
        Ok(RoleChange::Changed { old: old.role })
    }
}
