//! Signing in, and finding out who a credential belongs to.

use super::{
    Adapters, PAGE_ROWS,
    identities::{LoginTerms, login},
};
use crate::{
    Error, Result,
    model::{
        BCRYPT_MAX_BYTES, KeyLookup, LoginSession, LoginSessionId, Password, PasswordHash, Timestamp, User, UserId,
        Username, fold,
    },
    policy::{Actor, Grant, Means},
    ports::{Session, UnitOfWork},
};

/// How often a login begins again because the hash was replaced meanwhile.
pub(super) const ATTEMPTS: usize = 3;

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
    pub(super) adapters: Adapters,
}

impl Access {
    /// Over these adapters.
    #[must_use]
    pub fn new(adapters: Adapters) -> Self {
        Self { adapters }
    }

    /// Signs a user in by name and password. The name is compared as it is; where nobody has it, the only
    /// user who has it in other letter case is meant.
    ///
    /// A hash that Argilla made is replaced by one of today's kind.
    ///
    /// # Errors
    /// [`Error::Unauthenticated`] alike for an unknown name, a wrong password and a disabled user, and in the same time where
    /// the user's hash is of today's kind (bcrypt takes its own time until the first login replaces it);
    /// [`Error::Gate`] when too many wait.
    pub async fn sign_in(&self, username: &str, password: &Password, terms: &LoginTerms) -> Result<SignedIn> {
        let mut candidate = self.find_by_username(username).await?;
        for _ in 0..ATTEMPTS {
            let hash = candidate.as_ref().map(|user| &user.password_hash);
            let genuine = self.adapters.hasher.verify(password, hash).await?;
            let now = self.adapters.clock.now();
            let Some(verified) = candidate.filter(|user| genuine && user.has_access(now)) else {
                return Err(Error::Unauthenticated);
            };
            let upgraded = self.upgrade(&verified, password).await;
            let unit = self.adapters.store.begin().await?;
            let current = unit.users().lock(verified.id).await?.ok_or(Error::Unauthenticated)?;
            if current.password_hash == verified.password_hash && current.has_access(now) {
                return self.open(unit, current, upgraded, terms).await;
            }
            // While the old hash was being verified it was replaced: by another login, which upgraded it, or with the
            // password, whose change ended all logins. The new one tells which.
            candidate = Some(current);
        }
        Err(Error::Unauthenticated)
    }

    /// The user of this name who can sign in with this password.
    ///
    /// # Errors
    /// As [`Access::sign_in`].
    pub(super) async fn verified(&self, username: &str, password: &Password) -> Result<User> {
        let candidate = self.find_by_username(username).await?;
        let hash = candidate.as_ref().map(|user| &user.password_hash);
        let genuine = self.adapters.hasher.verify(password, hash).await?;
        let now = self.adapters.clock.now();
        candidate.filter(|user| genuine && user.has_access(now)).ok_or(Error::Unauthenticated)
    }

    /// Writes a login of a locked user, with a better hash of the password where there is one.
    async fn open(
        &self,
        unit: Box<dyn UnitOfWork>,
        user: User,
        upgraded: Option<PasswordHash>,
        terms: &LoginTerms,
    ) -> Result<SignedIn> {
        let session = login(&self.adapters, user.id, terms);
        unit.login_sessions().insert(&session).await?;
        if let Some(hash) = &upgraded {
            unit.users().replace_hash(user.id, hash).await?;
        }
        unit.commit().await?;
        let user = match upgraded {
            Some(password_hash) => User { password_hash, ..user },
            None => user,
        };
        Ok(SignedIn { user, session })
    }

    /// A hash of today's kind for a password that bcrypt has just verified. There is none for a password of which bcrypt
    /// ignored a part: what was typed there may be wrong.
    async fn upgrade(&self, user: &User, password: &Password) -> Option<PasswordHash> {
        if !user.password_hash.is_bcrypt() || password.expose().len() > BCRYPT_MAX_BYTES {
            return None;
        }
        match self.adapters.hasher.hash(password).await {
            Ok(hash) => Some(hash),
            // The login goes on; the next one tries again.
            Err(error) => {
                tracing::info!(user.id = %user.id, %error, "a hash of bcrypt is not replaced yet");
                None
            }
        }
    }

    /// Goes on with a login: who it belongs to, if it is still there, has not expired and is this user's.
    ///
    /// # Errors
    /// [`Error::Unauthenticated`].
    pub async fn go_on(&self, id: LoginSessionId, user: UserId) -> Result<SignedIn> {
        let session = self.adapters.store.session();
        let now = self.adapters.clock.now();
        let (user, login) = self.live(session.as_ref(), id, user, now).await?.ok_or(Error::Unauthenticated)?;
        Ok(SignedIn { user, session: login })
    }

    async fn find_by_username(&self, username: &str) -> Result<Option<User>> {
        // PostgreSQL refuses U+0000 even in a search, and no stored name has it.
        if username.contains('\0') {
            return Ok(None);
        }
        let username = Username::verbatim(username.to_owned());
        let session = self.adapters.store.session();
        if let Some(user) = session.users().find_by_username(&username).await? {
            return Ok(Some(user));
        }
        let mut alike = session.users().find_by_folded_username(&fold(username.as_str())).await?;
        Ok(if alike.len() == 1 { alike.pop() } else { None })
    }

    /// Who an API key belongs to, if anybody: the key of an account, one that was replaced and is still valid, or a named one.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn actor_by_key(&self, key: &KeyLookup) -> Result<Option<Recognised>> {
        let session = self.adapters.store.session();
        let now = self.adapters.clock.now();
        if let Some(user) = session.users().find_by_key(key).await? {
            return recognise(session.as_ref(), user, Means::Key, None, now).await;
        }
        if let Some((user, end)) = session.keys().find_retired(key, now).await? {
            let Some(user) = session.users().find(user).await? else { return Ok(None) };
            return recognise(session.as_ref(), user, Means::Key, Some(end), now).await;
        }
        let Some(key) = session.keys().find(key).await?.filter(|key| key.is_live(now)) else { return Ok(None) };
        let Some(user) = session.users().find(key.user).await? else { return Ok(None) };
        let means = Means::Named(Grant { key: key.id, scopes: key.scopes, workspaces: key.workspaces });
        recognise(session.as_ref(), user, means, key.expires_at, now).await
    }

    /// Who a login belongs to, if it is still there, has not expired and is this user's.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn actor_by_session(&self, id: LoginSessionId, user: UserId) -> Result<Option<Recognised>> {
        let session = self.adapters.store.session();
        let now = self.adapters.clock.now();
        match self.live(session.as_ref(), id, user, now).await? {
            Some((user, login)) => {
                recognise(session.as_ref(), user, Means::Session(id), Some(login.expires_at), now).await
            }
            None => Ok(None),
        }
    }

    /// A login that counts, with its user: it is there, has not expired, is this user's, and the user can sign in.
    async fn live(
        &self,
        session: &dyn Session,
        id: LoginSessionId,
        user: UserId,
        now: Timestamp,
    ) -> Result<Option<(User, LoginSession)>> {
        let login = session.login_sessions().find(id).await?;
        let Some(login) = login.filter(|login| login.user == user && !login.expires_at.is_over(now)) else {
            return Ok(None);
        };
        let user = session.users().find(user).await?.filter(|user| user.has_access(now));
        Ok(user.map(|user| (user, login)))
    }

    /// Notes when users were last seen, some at a time: nobody waits long for it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn note_seen(&self, seen: &[(UserId, Timestamp)]) -> Result<()> {
        for some in seen.chunks(PAGE_ROWS as usize) {
            let unit = self.adapters.store.begin().await?;
            unit.users().note_seen(some).await?;
            unit.commit().await?;
        }
        Ok(())
    }

    /// Removes logins and replaced keys whose time is over; how many there were.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn forget_expired(&self) -> Result<u64> {
        let unit = self.adapters.store.begin().await?;
        let now = self.adapters.clock.now();
        let removed = unit.login_sessions().delete_expired(now).await? + unit.keys().delete_retired(now).await?;
        unit.commit().await?;
        Ok(removed)
    }
}

/// Whom a credential belongs to.
#[derive(Debug, Clone)]
pub struct Recognised {
    /// The user, as it may act now.
    pub actor: Actor,
    /// When this is no longer true by itself: the earliest end of the credential, the account or a membership.
    pub until: Option<Timestamp>,
}

/// The user of a credential as it may act at the moment `now`; `None` when it cannot sign in.
async fn recognise(
    session: &dyn Session,
    user: User,
    means: Means,
    end: Option<Timestamp>,
    now: Timestamp,
) -> Result<Option<Recognised>> {
    if !user.has_access(now) {
        return Ok(None);
    }
    let memberships = session.memberships().workspaces_of(user.id).await?;
    let live = |end: Option<Timestamp>| end.is_none_or(|end| !end.is_over(now));
    let ends = memberships.iter().filter_map(|(_, end)| *end).filter(|end| live(Some(*end)));
    let until = ends.chain(user.active_until).chain(end).min();
    let workspaces = memberships.iter().filter(|(_, end)| live(*end)).map(|(workspace, _)| *workspace);
    Ok(Some(Recognised { actor: Actor::new(user, workspaces).by(means), until }))
}
