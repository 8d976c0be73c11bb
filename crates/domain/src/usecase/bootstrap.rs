//! The first owner of an empty database.

use super::{
    Adapters, NewWorkspace,
    accounts::{insert, password_changed, save},
    teams::{insert as insert_workspace, insert_member},
};
use crate::{
    Result,
    model::{ApiKey, FirstName, Origin, Password, PasswordHash, Role, User, Username, WorkspaceName},
};

/// The owner that an empty database begins with.
#[derive(Debug, Clone)]
pub struct FirstOwner {
    /// First name; Argilla's default owner has an empty one.
    pub first_name: FirstName,
    /// What the owner signs in with.
    pub username: Username,
    /// The password.
    pub password: OwnerPassword,
    /// The API key; a random one when none is given.
    pub api_key: Option<ApiKey>,
    /// A workspace to create, with the owner as its member.
    pub workspace: Option<WorkspaceName>,
    /// Whether somebody named the owner, or the server made it by itself.
    pub origin: Origin,
}

/// The first owner's password.
#[derive(Debug, Clone)]
pub enum OwnerPassword {
    /// In clear text.
    Clear(Password),
    /// Hashed by another program.
    Hashed(PasswordHash),
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
        let (password_hash, imported_password) = match owner.password {
            OwnerPassword::Clear(password) => (self.adapters.hasher.hash(&password).await?, None),
            OwnerPassword::Hashed(hash) => {
                let fingerprint = self.adapters.vault.fingerprint(&hash);
                (hash, Some(fingerprint))
            }
        };
        let key = owner.api_key.unwrap_or_else(|| ApiKey::generate(self.adapters.random.as_ref()));
        let user = User {
            first_name: owner.first_name,
            origin: owner.origin,
            imported_password,
            ..self.adapters.new_user(owner.username, Role::Owner, &key, password_hash)
        };
        let unit = self.adapters.store.begin().await?;
        if unit.users().any().await? {
            return Ok(None);
        }
        insert(unit.as_ref(), &user).await?;
        if let Some(name) = owner.workspace {
            let workspace = insert_workspace(&self.adapters, unit.as_ref(), NewWorkspace { id: None, name }).await?;
            insert_member(&self.adapters, unit.as_ref(), workspace.id, user.id, None).await?;
        }
        unit.commit().await?;
        tracing::info!(user.id = %user.id, "first owner created");
        Ok(Some((user, key)))
    }

    /// Gives the owner that the server made by itself another key or password, where that owner is still there. A password
    /// that was set here since stays, unless the hash is another one than the last time.
    ///
    /// # Errors
    /// [`crate::Error::ApiKeyTaken`], or when the database fails.
    pub async fn follow(&self, name: &Username, key: Option<&ApiKey>, hash: Option<&PasswordHash>) -> Result<()> {
        let unit = self.adapters.store.begin().await?;
        let found = unit.users().find_by_username(name).await?.filter(|user| user.origin == Origin::Default);
        let Some(old) = found else { return Ok(()) };
        let Some(old) = unit.users().lock(old.id).await? else { return Ok(()) };
        let mut user = old.clone();
        if let Some(key) = key.filter(|key| self.adapters.lookup(key) != old.api_key.lookup) {
            user.api_key = self.adapters.vault.store(user.id, key);
            if !unit.users().find_by_keys(&[user.api_key.lookup]).await?.is_empty() {
                return Err(crate::Error::ApiKeyTaken);
            }
        }
        if let Some(hash) = hash {
            let fingerprint = self.adapters.vault.fingerprint(hash);
            if old.imported_password != Some(fingerprint) {
                user.password_hash = hash.clone();
                user.imported_password = Some(fingerprint);
                password_changed(unit.as_ref(), user.id).await?;
            }
        }
        if user != old {
            user.updated_at = self.adapters.clock.now();
            save(unit.as_ref(), &user).await?;
            unit.commit().await?;
            tracing::info!(user.id = %user.id, "the default owner follows its variables");
        }
        Ok(())
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
            (Some(user), Some(key)) => user.api_key.lookup == self.adapters.lookup(key),
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
