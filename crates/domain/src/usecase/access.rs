//! Signing in, and finding out who a credential belongs to.

use std::time::Duration;

use super::Adapters;
use crate::{
    Error, Result,
    model::{KeyLookup, LoginSession, LoginSessionId, Password, Timestamp, User, UserId, Username},
    policy::Actor,
    ports::{RandomExt as _, Session},
};

/// A successful login.
#[derive(Debug, Clone)]
pub struct SignedIn {
    /// Who.
    pub user: User,
    /// The login that a token is made for.
    pub session: LoginSession,
}

/// Authentication.
#[derive(Clone)]
pub struct Access {
    adapters: Adapters,
}

impl Access {
    /// Over these adapters.
    #[must_use]
    pub fn new(adapters: Adapters) -> Self {
        Self { adapters }
    }

    /// Signs a user in by name and password, for `lifetime`.
    ///
    /// # Errors
    /// [`Error::Unauthenticated`] alike for an unknown name and a wrong password, in the same time;
    /// [`Error::Gate`] when too many wait.
    pub async fn sign_in(&self, username: &str, password: &Password, lifetime: Duration) -> Result<SignedIn> {
        let user = self.find_by_username(username).await?;
        let hash = user.as_ref().map(|user| &user.password_hash);
        let genuine = self.adapters.hasher.verify(password, hash).await?;
        let Some(verified) = user.filter(|_| genuine) else {
            return Err(Error::Unauthenticated);
        };

        let unit = self.adapters.store.begin().await?;
        // The password may have been changed while the old one was being verified. Its change ended all logins, and
        // this one must not outlive it.
        let current = unit.users().lock(verified.id).await?;
        let Some(user) = current.filter(|user| user.password_hash == verified.password_hash) else {
            return Err(Error::Unauthenticated);
        };
        let now = self.adapters.clock.now();
        let session = LoginSession {
            id: LoginSessionId::new(self.adapters.random.uuid()),
            user: user.id,
            inserted_at: now,
            expires_at: now.plus(lifetime),
        };
        unit.login_sessions().insert(&session).await?;
        unit.commit().await?;
        Ok(SignedIn { user, session })
    }

    async fn find_by_username(&self, username: &str) -> Result<Option<User>> {
        // PostgreSQL refuses U+0000 even in a search, and no stored name has it.
        if username.contains('\0') {
            return Ok(None);
        }
        let username = Username::verbatim(username.to_owned());
        Ok(self.adapters.store.session().users().find_by_username(&username).await?)
    }

    /// The actor that an API key belongs to, if any.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn actor_by_key(&self, key: &KeyLookup) -> Result<Option<Actor>> {
        let session = self.adapters.store.session();
        match session.users().find_by_key(key).await? {
            Some(user) => actor(session.as_ref(), user).await.map(Some),
            None => Ok(None),
        }
    }

    /// The actor that a login belongs to and when it ends, if the login is still there, has not expired and is this
    /// user's.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn actor_by_session(&self, id: LoginSessionId, user: UserId) -> Result<Option<(Actor, Timestamp)>> {
        let session = self.adapters.store.session();
        let login = session.login_sessions().find(id).await?;
        let now = self.adapters.clock.now();
        let Some(login) = login.filter(|login| login.user == user && login.expires_at > now) else {
            return Ok(None);
        };
        match session.users().find(user).await? {
            Some(user) => Ok(Some((actor(session.as_ref(), user).await?, login.expires_at))),
            None => Ok(None),
        }
    }

    /// Removes logins that have expired; how many there were.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn forget_expired(&self) -> Result<u64> {
        let unit = self.adapters.store.begin().await?;
        let removed = unit.login_sessions().delete_expired(self.adapters.clock.now()).await?;
        unit.commit().await?;
        Ok(removed)
    }
}

async fn actor(session: &dyn Session, user: User) -> Result<Actor> {
    let workspaces = session.memberships().workspaces_of(user.id).await?;
    Ok(Actor::new(user, workspaces))
}
