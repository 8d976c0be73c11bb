//! The first owner of an empty database.

use super::{
    Adapters, NewWorkspace,
    accounts::insert,
    teams::{insert as insert_workspace, insert_member},
};
use crate::{
    Result,
    model::{ApiKey, FirstName, Password, Role, User, UserId, Username, WorkspaceName},
    ports::RandomExt as _,
};

/// The owner that an empty database begins with.
#[derive(Debug, Clone)]
pub struct FirstOwner {
    /// First name; Argilla's default owner has an empty one.
    pub first_name: FirstName,
    /// What the owner signs in with.
    pub username: Username,
    /// The password.
    pub password: Password,
    /// The API key; a random one when none is given.
    pub api_key: Option<ApiKey>,
    /// A workspace to create, with the owner as its member.
    pub workspace: Option<WorkspaceName>,
}

/// Brings an empty database to life.
#[derive(Clone)]
pub struct Bootstrap {
    adapters: Adapters,
}

impl Bootstrap {
    /// Over these adapters.
    #[must_use]
    pub fn new(adapters: Adapters) -> Self {
        Self { adapters }
    }

    /// Whether nobody could sign in.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn is_needed(&self) -> Result<bool> {
        Ok(!self.adapters.store.session().users().any().await?)
    }

    /// Creates the first owner, its key and its workspace; `None` when there is a user by now.
    ///
    /// # Errors
    /// When the database or the hasher fails.
    pub async fn create(&self, owner: FirstOwner) -> Result<Option<(User, ApiKey)>> {
        let password_hash = self.adapters.hasher.hash(&owner.password).await?;
        let key = owner.api_key.unwrap_or_else(|| ApiKey::generate(self.adapters.random.as_ref()));
        let id = UserId::new(self.adapters.random.uuid());
        let now = self.adapters.clock.now();
        let user = User {
            id,
            first_name: owner.first_name,
            last_name: None,
            username: owner.username,
            role: Role::Owner,
            api_key: self.adapters.vault.store(id, &key),
            password_hash,
            inserted_at: now,
            updated_at: now,
        };
        let unit = self.adapters.store.begin().await?;
        if unit.users().any().await? {
            return Ok(None);
        }
        insert(unit.as_ref(), &user).await?;
        if let Some(name) = owner.workspace {
            let workspace = insert_workspace(&self.adapters, unit.as_ref(), NewWorkspace { id: None, name }).await?;
            insert_member(&self.adapters, unit.as_ref(), workspace.id, id).await?;
        }
        unit.commit().await?;
        tracing::info!(user.id = %id, "first owner created");
        Ok(Some((user, key)))
    }

    /// Whether this user can sign in with exactly this password, or with exactly this API key.
    ///
    /// # Errors
    /// When the database or the hasher fails.
    pub async fn accepts(
        &self,
        username: &Username,
        password: &Password,
        api_key: Option<&ApiKey>,
    ) -> Result<Accepted> {
        let session = self.adapters.store.session();
        let user = session.users().find_by_username(username).await?;
        let password = match &user {
            Some(user) => self.adapters.hasher.verify(password, Some(&user.password_hash)).await?,
            None => false,
        };
        let api_key = match (&user, api_key) {
            (Some(user), Some(key)) => user.api_key.lookup == self.adapters.vault.lookup(key.expose().as_bytes()),
            (None, Some(_)) => false,
            (_, None) => true,
        };
        Ok(Accepted { password, api_key })
    }
}

/// Which credentials of a user are valid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Accepted {
    /// The password is.
    pub password: bool,
    /// The API key is, or none was asked about.
    pub api_key: bool,
}
