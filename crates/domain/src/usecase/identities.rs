//! Signing in by an account at a provider.
//!
//! Who somebody is there is told by issuer and subject alone ([`Subject`]). Names and mail addresses are whatever an account
//! says of itself, so a local account of the same name is never signed in, nor changed, until its own password or an owner links
//! the two.

use std::{collections::BTreeSet, time::Duration};

use super::{
    Access, Adapters, SignedIn,
    access::ATTEMPTS,
    accounts::{insert, keep_an_owner, save},
    still_may,
    teams::{ensure, insert_member},
};
use crate::{
    Error, Result,
    model::{
        ApiKey, Device, Email, FirstName, Identity, IdentityId, LastName, LoginSession, LoginSessionId, Origin,
        Password, PasswordHash, Role, SessionKind, Subject, User, UserId, Username, WorkspaceName, fold,
    },
    policy::{Actor, Scope, UserAction, authorize, manages_users},
    ports::{IdentityInsert, RandomExt as _, UnitOfWork},
};

/// What the configuration gives to an account at a provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProviderGrant {
    /// The role.
    pub role: Role,
    /// The workspaces. Those that are missing are made.
    pub workspaces: Vec<WorkspaceName>,
}

/// When the configuration's grant counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Sync {
    /// When the user is made; what is changed here later stays.
    #[default]
    First,
    /// At every sign-in: role and memberships become what it says.
    Login,
}

/// An account at a provider that has just shown who it is.
#[derive(Debug, Clone)]
pub struct Claimed {
    /// Who it is.
    pub who: Subject,
    /// What a new user would be called.
    pub username: Username,
    /// First name.
    pub first_name: Option<FirstName>,
    /// Last name.
    pub last_name: Option<LastName>,
    /// Mail address, for what it is worth.
    pub email: Option<Email>,
    /// What it is given; `None` when nothing is.
    pub grant: Option<ProviderGrant>,
    /// When that counts.
    pub sync: Sync,
}

/// How a login is made.
#[derive(Debug, Clone)]
pub struct LoginTerms {
    /// How long it lasts.
    pub lifetime: Duration,
    /// Where.
    pub kind: SessionKind,
    /// With what.
    pub device: Device,
}

/// The use-cases about accounts at providers.
#[derive(Clone)]
pub struct Identities {
    adapters: Adapters,
    access: Access,
}

impl Identities {
    /// Over these adapters.
    #[must_use]
    pub fn new(adapters: Adapters) -> Self {
        Self { access: Access::new(adapters.clone()), adapters }
    }

    /// Signs in the user whom an account at a provider is linked to; one who comes for the first time gets a user.
    ///
    /// # Errors
    /// [`Error::NoAccess`] where nothing is granted; [`Error::NotLinked`] where a local account has the name, in any letter case;
    /// [`Error::Unauthenticated`] for a user who cannot sign in.
    pub async fn sign_in(&self, claimed: &Claimed, terms: &LoginTerms) -> Result<SignedIn> {
        let grant = claimed.grant.as_ref().ok_or(Error::NoAccess)?;
        for _ in 1..ATTEMPTS {
            match self.try_sign_in(claimed, grant, terms).await {
                // Somebody else made the same user or workspace at the same moment: what is there now is looked at again.
                Err(Error::NotLinked(_) | Error::IdentityTaken | Error::WorkspaceNameTaken(_)) => {}
                outcome => return outcome,
            }
        }
        self.try_sign_in(claimed, grant, terms).await
    }

    async fn try_sign_in(&self, claimed: &Claimed, grant: &ProviderGrant, terms: &LoginTerms) -> Result<SignedIn> {
        let unit = self.adapters.store.begin().await?;
        let user = match unit.identities().find(&claimed.who).await? {
            Some(identity) => self.brought(unit.as_ref(), identity.user, claimed, grant).await?,
            None => self.newcomer(unit.as_ref(), claimed, grant).await?,
        };
        self.open(unit, user, terms).await
    }

    /// Links an account at a provider to the local account of its name, by that account's own password, and signs in.
    ///
    /// # Errors
    /// [`Error::Unauthenticated`] alike for a wrong password and an account that is not there or cannot sign in;
    /// [`Error::NoAccess`]; [`Error::IdentityTaken`].
    pub async fn link_by_password(
        &self,
        claimed: &Claimed,
        password: &Password,
        terms: &LoginTerms,
    ) -> Result<SignedIn> {
        let grant = claimed.grant.as_ref().ok_or(Error::NoAccess)?;
        for _ in 0..ATTEMPTS {
            let verified = self.access.verified(claimed.username.as_str(), password).await?;
            let unit = self.adapters.store.begin().await?;
            let user = match self.brought(unit.as_ref(), verified.id, claimed, grant).await {
                // Somebody else made the same workspace at the same moment.
                Err(Error::WorkspaceNameTaken(_)) => continue,
                outcome => outcome?,
            };
            if user.password_hash == verified.password_hash {
                self.link(unit.as_ref(), &claimed.who, user.id).await?;
                tracing::info!(user.id = %user.id, "an account at a provider linked by password");
                return self.open(unit, user, terms).await;
            }
            // A login has replaced the hash meanwhile, or the password is another one: the new hash tells which.
        }
        Err(Error::Unauthenticated)
    }

    async fn open(&self, unit: Box<dyn UnitOfWork>, user: User, terms: &LoginTerms) -> Result<SignedIn> {
        if !user.has_access(self.adapters.clock.now()) {
            return Err(Error::Unauthenticated);
        }
        let session = login(&self.adapters, user.id, terms);
        unit.login_sessions().insert(&session).await?;
        unit.commit().await?;
        Ok(SignedIn { user, session })
    }

    /// A user, locked, and brought to what the configuration says where that counts.
    async fn brought(
        &self,
        unit: &dyn UnitOfWork,
        id: UserId,
        claimed: &Claimed,
        grant: &ProviderGrant,
    ) -> Result<User> {
        let found = unit.users().find(id).await?.ok_or(Error::Unauthenticated)?;
        let follows = claimed.sync == Sync::Login && found.is_active();
        let demotes = follows && found.role != grant.role && !manages_users(grant.role);
        let is_last = demotes
            && match keep_an_owner(unit, found.id).await {
                Err(Error::LastOwner(_)) => true,
                outcome => outcome.map(|()| false)?,
            };
        let old = unit.users().lock(id).await?.ok_or(Error::Unauthenticated)?;
        if !follows {
            return Ok(old);
        }
        if is_last {
            tracing::warn!(user.id = %old.id, "the last owner keeps the role, whatever the provider's rules say");
        }
        // Who has become an owner since is looked at the next time: the owners must be locked before the user.
        let became = manages_users(old.role) && !manages_users(grant.role) && !demotes;
        let role = if is_last || became { old.role } else { grant.role };
        let user = if role == old.role {
            old
        } else {
            let user = User { role, updated_at: self.adapters.clock.now(), ..old };
            save(unit, &user).await?;
            user
        };
        self.follow_memberships(unit, user.id, &grant.workspaces).await?;
        Ok(user)
    }

    async fn follow_memberships(&self, unit: &dyn UnitOfWork, user: UserId, wanted: &[WorkspaceName]) -> Result<()> {
        let joined = unit.memberships().of_users(&[user]).await?;
        let now = self.adapters.clock.now();
        for (membership, name) in &joined {
            if !wanted.contains(name) {
                unit.memberships().delete(membership.workspace, user).await?;
            } else if membership.has_ended(now) {
                unit.memberships().limit(membership.workspace, user, None).await?;
            }
        }
        // In the order of their names, so that two who make the same workspaces cannot wait for each other.
        let missing: BTreeSet<_> =
            wanted.iter().filter(|name| !joined.iter().any(|(_, known)| known == *name)).collect();
        for name in missing {
            let workspace = ensure(&self.adapters, unit, name.clone()).await?;
            insert_member(&self.adapters, unit, workspace, user, None).await?;
        }
        Ok(())
    }

    /// A new user for an account that nobody is linked to.
    async fn newcomer(&self, unit: &dyn UnitOfWork, claimed: &Claimed, grant: &ProviderGrant) -> Result<User> {
        // A name that differs in letter case alone would sign in by the other's name.
        let alike = unit.users().find_by_folded_username(&fold(claimed.username.as_str())).await?;
        if !alike.is_empty() {
            return Err(Error::NotLinked(claimed.username.clone()));
        }
        let key = ApiKey::generate(self.adapters.random.as_ref());
        let user = self.adapters.new_user(claimed.username.clone(), grant.role, &key, PasswordHash::unusable());
        let first_name = claimed.first_name.clone();
        let user = User {
            first_name: first_name.unwrap_or_else(|| FirstName::verbatim(claimed.username.as_str().to_owned())),
            last_name: claimed.last_name.clone(),
            email: claimed.email.clone(),
            origin: Origin::Provider,
            ..user
        };
        match insert(unit, &user).await {
            Err(Error::UsernameTaken(name)) => return Err(Error::NotLinked(name)),
            outcome => outcome?,
        }
        self.link(unit, &claimed.who, user.id).await?;
        self.follow_memberships(unit, user.id, &grant.workspaces).await?;
        tracing::info!(user.id = %user.id, user.role = %user.role, "user came by a provider");
        Ok(user)
    }

    async fn link(&self, unit: &dyn UnitOfWork, who: &Subject, user: UserId) -> Result<Identity> {
        let identity = Identity {
            id: IdentityId::new(self.adapters.random.uuid()),
            who: who.clone(),
            user,
            inserted_at: self.adapters.clock.now(),
        };
        match unit.identities().insert(&identity).await? {
            IdentityInsert::Inserted => Ok(identity),
            IdentityInsert::Taken => Err(Error::IdentityTaken),
        }
    }

    /// The accounts at providers that sign a user in.
    ///
    /// # Errors
    /// [`Error::Forbidden`] before [`Error::UserNotFound`].
    pub async fn list(&self, actor: &Actor, user: UserId) -> Result<Vec<Identity>> {
        authorize(actor, UserAction::ListIdentities, Scope::User(user))?;
        let session = self.adapters.store.session();
        session.users().find(user).await?.ok_or(Error::UserNotFound(user))?;
        Ok(session.identities().of_user(user).await?)
    }

    /// Links an account at a provider to a user.
    ///
    /// # Errors
    /// [`Error::Forbidden`] before [`Error::UserNotFound`]; [`Error::IdentityTaken`].
    pub async fn add(&self, actor: &Actor, user: UserId, who: &Subject) -> Result<Identity> {
        authorize(actor, UserAction::LinkIdentities, Scope::User(user))?;
        let unit = self.adapters.store.begin().await?;
        unit.users().lock(user).await?.ok_or(Error::UserNotFound(user))?;
        still_may(&self.adapters, unit.as_ref(), actor, UserAction::LinkIdentities, Scope::User(user)).await?;
        let identity = self.link(unit.as_ref(), who, user).await?;
        unit.commit().await?;
        tracing::info!(user.id = %user, actor.id = %actor.user.id, "an account at a provider linked");
        Ok(identity)
    }

    /// Unlinks an account at a provider, and ends the user's logins, which it may have made.
    ///
    /// # Errors
    /// [`Error::Forbidden`] before [`Error::IdentityNotFound`].
    pub async fn remove(&self, actor: &Actor, user: UserId, id: IdentityId) -> Result<()> {
        authorize(actor, UserAction::LinkIdentities, Scope::User(user))?;
        let unit = self.adapters.store.begin().await?;
        unit.users().lock(user).await?.ok_or(Error::UserNotFound(user))?;
        still_may(&self.adapters, unit.as_ref(), actor, UserAction::LinkIdentities, Scope::User(user)).await?;
        if !unit.identities().delete(user, id).await? {
            return Err(Error::IdentityNotFound(id));
        }
        unit.login_sessions().delete_of_user(user).await?;
        unit.commit().await?;
        tracing::info!(user.id = %user, actor.id = %actor.user.id, "an account at a provider unlinked");
        Ok(())
    }
}

/// A login of this moment, not written yet.
pub(super) fn login(adapters: &Adapters, user: UserId, terms: &LoginTerms) -> LoginSession {
    let now = adapters.clock.now();
    LoginSession {
        id: LoginSessionId::new(adapters.random.uuid()),
        user,
        kind: terms.kind,
        device: terms.device.clone(),
        inserted_at: now,
        expires_at: now.plus(terms.lifetime),
    }
}
