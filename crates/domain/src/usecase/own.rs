//! The own account: names, password, logins.

use super::{
    Access, Accounts, UserView,
    accounts::{save, view},
};
use crate::{
    Error, Result,
    model::{FirstName, LastName, LoginSession, LoginSessionId, Password, Timestamp, User, UserId, Username},
    policy::{Actor, Means, Scope, UserAction, authorize},
    ports::UnitOfWork,
};

/// What to change of the own account; `None` leaves a field as it is.
#[derive(Debug, Clone, Default)]
pub struct OwnChanges {
    /// New first name.
    pub first_name: Option<FirstName>,
    /// New last name; `Some(None)` removes it.
    pub last_name: Option<Option<LastName>>,
}

impl Accounts {
    /// Changes the own names.
    ///
    /// # Errors
    /// [`Error::Forbidden`].
    pub async fn update_self(&self, actor: &Actor, changes: OwnChanges) -> Result<UserView> {
        authorize(actor, UserAction::UpdateSelf, Scope::User(actor.user.id))?;
        let unit = self.adapters.store.begin().await?;
        let old = lock_self(unit.as_ref(), actor, self.adapters.clock.now()).await?;
        let user = User {
            first_name: changes.first_name.unwrap_or_else(|| old.first_name.clone()),
            last_name: changes.last_name.unwrap_or_else(|| old.last_name.clone()),
            ..old.clone()
        };
        if user == old {
            return view(&self.adapters, actor, old);
        }
        let user = User { updated_at: self.adapters.clock.now(), ..user };
        save(unit.as_ref(), &user).await?;
        unit.commit().await?;
        tracing::info!(user.id = %user.id, "user changed the own names");
        view(&self.adapters, actor, user)
    }

    /// Sets another password for oneself, and ends all logins but the one that signs the call.
    ///
    /// # Errors
    /// [`Error::Forbidden`]; then [`Error::PasswordIsName`] and [`Error::SamePassword`]; then [`Error::WrongPassword`], also for a
    /// user who has no password; [`Error::Gate`] when too many wait.
    pub async fn change_password(&self, actor: &Actor, current: &Password, new: &Password) -> Result<()> {
        authorize(actor, UserAction::ChangeOwnPassword, Scope::User(actor.user.id))?;
        check_new_password(new, &actor.user.username)?;
        if current.expose() == new.expose() {
            return Err(Error::SamePassword);
        }
        let known = self.adapters.store.session().users().find(actor.user.id).await?.ok_or(Error::Unauthenticated)?;
        if !self.adapters.hasher.verify(current, Some(&known.password_hash)).await? {
            return Err(Error::WrongPassword);
        }
        let password_hash = self.adapters.hasher.hash(new).await?;
        let unit = self.adapters.store.begin().await?;
        let old = lock_self(unit.as_ref(), actor, self.adapters.clock.now()).await?;
        if old.password_hash != known.password_hash {
            // Somebody else has set another one while this one was checked, or a login has replaced its hash.
            return Err(Error::WrongPassword);
        }
        let updated_at = self.adapters.clock.now();
        save(unit.as_ref(), &User { password_hash, must_change_password: false, updated_at, ..old }).await?;
        end_others(unit.as_ref(), actor).await?;
        // A link that somebody asked for before is for a password that is known again.
        unit.links().delete_unused_of_user(actor.user.id).await?;
        unit.commit().await?;
        tracing::info!(user.id = %actor.user.id, "user changed the own password");
        Ok(())
    }
}

impl Access {
    /// The own logins that count, the latest first.
    ///
    /// # Errors
    /// [`Error::Forbidden`].
    pub async fn sessions(&self, actor: &Actor) -> Result<Vec<LoginSession>> {
        authorize(actor, UserAction::OwnSessions, Scope::User(actor.user.id))?;
        let session = self.adapters.store.session();
        Ok(session.login_sessions().of_user(actor.user.id, self.adapters.clock.now()).await?)
    }

    /// Ends one of the own logins.
    ///
    /// # Errors
    /// [`Error::Forbidden`] before [`Error::SessionNotFound`].
    pub async fn end_session(&self, actor: &Actor, id: LoginSessionId) -> Result<()> {
        authorize(actor, UserAction::OwnSessions, Scope::User(actor.user.id))?;
        if self.end(actor.user.id, id).await? { Ok(()) } else { Err(Error::SessionNotFound(id)) }
    }

    /// Ends all own logins but the one that signs the call; how many. A key is none, and keeps none.
    ///
    /// # Errors
    /// [`Error::Forbidden`].
    pub async fn end_others(&self, actor: &Actor) -> Result<u64> {
        authorize(actor, UserAction::OwnSessions, Scope::User(actor.user.id))?;
        let unit = self.adapters.store.begin().await?;
        let ended = end_others(unit.as_ref(), actor).await?;
        unit.commit().await?;
        tracing::info!(user.id = %actor.user.id, ended, "signed out everywhere else");
        Ok(ended)
    }

    /// Ends the login that signs the call. A call that a key signs has none, and nothing happens.
    ///
    /// # Errors
    /// [`Error::Forbidden`].
    pub async fn sign_out(&self, actor: &Actor) -> Result<()> {
        authorize(actor, UserAction::SignOut, Scope::User(actor.user.id))?;
        if let Means::Session(id) = actor.means() {
            self.end(actor.user.id, *id).await?;
        }
        Ok(())
    }

    async fn end(&self, user: UserId, id: LoginSessionId) -> Result<bool> {
        let unit = self.adapters.store.begin().await?;
        let ended = unit.login_sessions().delete(user, id).await?;
        unit.commit().await?;
        if ended {
            tracing::info!(user.id = %user, session.id = %id, "signed out");
        }
        Ok(ended)
    }
}

async fn end_others(unit: &dyn UnitOfWork, actor: &Actor) -> Result<u64> {
    Ok(match actor.means() {
        Means::Session(id) => unit.login_sessions().delete_others(actor.user.id, *id).await?,
        Means::Key | Means::Named(_) => unit.login_sessions().delete_of_user(actor.user.id).await?,
    })
}

/// The actor's own account, locked. It may be gone, or have lost its access, since the credential was looked at.
async fn lock_self(unit: &dyn UnitOfWork, actor: &Actor, now: Timestamp) -> Result<User> {
    unit.users().lock(actor.user.id).await?.filter(|user| user.has_access(now)).ok_or(Error::Unauthenticated)
}

/// Refuses a password that everybody would try first.
pub(super) fn check_new_password(password: &Password, username: &Username) -> Result<()> {
    let same = password.expose().to_lowercase() == username.as_str().to_lowercase();
    if same { Err(Error::PasswordIsName) } else { Ok(()) }
}
