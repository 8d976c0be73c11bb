//! API keys: the one of an account, which can be replaced, and named ones beside it.

use std::{collections::BTreeSet, time::Duration};

use super::{Adapters, accounts::save, still_may};
use crate::{
    Error, Result,
    model::{
        ApiKey, KEY_HINT_CHARS, KeyId, KeyName, KeyScopes, MAX_NAMED_KEYS, NamedKey, Timestamp, User, UserId, Username,
        WorkspaceId, WorkspaceName,
    },
    policy::{Actor, Scope, UserAction, WorkspaceAction, allows, authorize},
    ports::{KeyInsert, RandomExt as _, Session},
};

/// How long a replaced API key stays valid, unless it is said.
pub const DEFAULT_OVERLAP: Duration = Duration::from_hours(24);
/// The most that a replaced API key stays valid.
pub const MAX_OVERLAP: Duration = Duration::from_hours(7 * 24);

/// In microseconds.
const MINUTE: i64 = 60_000_000;

/// A named key to be made.
#[derive(Debug, Clone)]
pub struct NewKey {
    /// What its user calls it.
    pub name: KeyName,
    /// What it may be used for.
    pub scopes: KeyScopes,
    /// The workspaces to which it is limited, by name or id; `None` for all that the user reaches.
    pub workspaces: Option<Vec<String>>,
    /// When it ends; `None` for never.
    pub expires_at: Option<Timestamp>,
}

/// A named key with the names of the workspaces to which it is limited.
#[derive(Debug, Clone)]
pub struct KeyView {
    /// The key.
    pub key: NamedKey,
    /// The names; workspaces that are gone are left out.
    pub workspaces: Option<Vec<WorkspaceName>>,
}

/// The use-cases about keys.
#[derive(Clone)]
pub struct Keys {
    adapters: Adapters,
}

impl Keys {
    /// Over these adapters.
    #[must_use]
    pub fn new(adapters: Adapters) -> Self {
        Self { adapters }
    }

    /// Replaces a user's API key; the new one, and until when the old one is valid.
    ///
    /// # Errors
    /// [`Error::Forbidden`] before [`Error::UserNotFound`].
    pub async fn rotate(&self, actor: &Actor, user: UserId, overlap: Duration) -> Result<(ApiKey, Timestamp)> {
        authorize(actor, UserAction::RotateApiKey, Scope::User(user))?;
        let key = ApiKey::generate(self.adapters.random.as_ref());
        let unit = self.adapters.store.begin().await?;
        let old = unit.users().lock(user).await?.ok_or(Error::UserNotFound(user))?;
        still_may(&self.adapters, unit.as_ref(), actor, UserAction::RotateApiKey, Scope::User(user)).await?;
        let now = self.adapters.clock.now();
        let until = now.plus(overlap.min(MAX_OVERLAP));
        unit.keys().retire(user, &old.api_key.lookup, until).await?;
        let api_key = self.adapters.vault.store(user, &key);
        save(unit.as_ref(), &User { api_key, updated_at: now, ..old }).await?;
        unit.commit().await?;
        tracing::info!(user.id = %user, actor.id = %actor.user.id, "API key rotated");
        Ok((key, until))
    }

    /// The named keys of a user, in the order in which they were made.
    ///
    /// # Errors
    /// [`Error::Forbidden`] before [`Error::UserNotFound`].
    pub async fn list(&self, actor: &Actor, user: UserId) -> Result<Vec<KeyView>> {
        authorize(actor, UserAction::ManageKeys, Scope::User(user))?;
        let session = self.adapters.store.session();
        session.users().find(user).await?.ok_or(Error::UserNotFound(user))?;
        let keys = session.keys().of_user(user).await?;
        with_names(session.as_ref(), keys).await
    }

    /// The oldest named keys of anybody, at most `limit`, with the names of their users.
    ///
    /// # Errors
    /// [`Error::Forbidden`].
    pub async fn oldest(&self, actor: &Actor, limit: u32) -> Result<Vec<(NamedKey, Option<Username>)>> {
        authorize(actor, UserAction::ManageKeys, Scope::Server)?;
        let session = self.adapters.store.session();
        let keys = session.keys().oldest(limit).await?;
        let names = super::user_names(session.as_ref(), keys.iter().map(|key| key.user).collect()).await?;
        Ok(keys.into_iter().map(|key| (key.clone(), names.get(&key.user).cloned())).collect())
    }

    /// Makes a named key for the actor; it, and the key itself, which is shown this once.
    ///
    /// # Errors
    /// [`Error::Forbidden`]; [`Error::Past`]; [`Error::UnknownWorkspace`], also for one that the actor does not reach;
    /// [`Error::TooManyKeys`]; [`Error::KeyNameTaken`].
    pub async fn create(&self, actor: &Actor, new: NewKey) -> Result<(KeyView, ApiKey)> {
        let user = actor.user.id;
        authorize(actor, UserAction::MintKey, Scope::User(user))?;
        self.adapters.refuse_past("expires_at", new.expires_at)?;
        let workspaces = match new.workspaces {
            Some(names) => Some(reached(self.adapters.store.session().as_ref(), actor, names).await?),
            None => None,
        };
        let now = self.adapters.clock.now();
        let secret = self.adapters.vault.new_named_key();
        let text = secret.expose();
        let key = NamedKey {
            id: KeyId::new(self.adapters.random.uuid()),
            user,
            name: new.name,
            lookup: self.adapters.lookup(&secret),
            hint: text[text.len() - KEY_HINT_CHARS..].to_owned(),
            scopes: new.scopes,
            workspaces,
            expires_at: new.expires_at,
            last_used_at: None,
            inserted_at: now,
        };
        let unit = self.adapters.store.begin().await?;
        // Locked, so that nobody makes more than the most at the same moment.
        unit.users().lock(user).await?.ok_or(Error::Unauthenticated)?;
        still_may(&self.adapters, unit.as_ref(), actor, UserAction::MintKey, Scope::User(user)).await?;
        if unit.keys().of_user(user).await?.len() >= MAX_NAMED_KEYS {
            return Err(Error::TooManyKeys);
        }
        if unit.keys().insert(&key).await? == KeyInsert::NameTaken {
            return Err(Error::KeyNameTaken(key.name));
        }
        unit.commit().await?;
        tracing::info!(user.id = %user, key.id = %key.id, "named key made");
        let mut views = with_names(self.adapters.store.session().as_ref(), vec![key]).await?;
        let view = views.pop().ok_or(Error::Unauthenticated)?;
        Ok((view, secret))
    }

    /// Ends a named key of a user.
    ///
    /// # Errors
    /// [`Error::Forbidden`] before [`Error::KeyNotFound`].
    pub async fn delete(&self, actor: &Actor, user: UserId, id: KeyId) -> Result<()> {
        authorize(actor, UserAction::ManageKeys, Scope::User(user))?;
        let unit = self.adapters.store.begin().await?;
        still_may(&self.adapters, unit.as_ref(), actor, UserAction::ManageKeys, Scope::User(user)).await?;
        if !unit.keys().delete(user, id).await? {
            return Err(Error::KeyNotFound(id));
        }
        unit.commit().await?;
        tracing::info!(user.id = %user, key.id = %id, actor.id = %actor.user.id, "named key ended");
        Ok(())
    }

    /// Notes when named keys were last used, to the minute, some at a time.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn note_used(&self, used: &[(KeyId, Timestamp)]) -> Result<()> {
        let to_the_minute = |at: Timestamp| Timestamp::from_micros(at.micros().div_euclid(MINUTE) * MINUTE);
        let used: Vec<_> = used.iter().map(|(key, at)| (*key, to_the_minute(*at))).collect();
        for some in used.chunks(super::PAGE_ROWS as usize) {
            let unit = self.adapters.store.begin().await?;
            unit.keys().note_used(some).await?;
            unit.commit().await?;
        }
        Ok(())
    }
}

/// The workspaces of these names or ids, all of which the actor reaches.
async fn reached(session: &dyn Session, actor: &Actor, names: Vec<String>) -> Result<BTreeSet<WorkspaceId>> {
    let mut found = BTreeSet::new();
    for name in names.into_iter().collect::<BTreeSet<_>>() {
        let id = super::listing::named(session, name.clone()).await?;
        if !allows(actor, WorkspaceAction::Read, Scope::Workspace(id)) {
            return Err(Error::UnknownWorkspace(WorkspaceName::verbatim(name)));
        }
        found.insert(id);
    }
    Ok(found)
}

async fn with_names(session: &dyn Session, keys: Vec<NamedKey>) -> Result<Vec<KeyView>> {
    let ids: BTreeSet<_> = keys.iter().flat_map(|key| key.workspaces.iter().flatten()).copied().collect();
    let mut names = session.workspaces().names(&ids.into_iter().collect::<Vec<_>>()).await?;
    names.sort_by(|(_, a), (_, b)| a.cmp(b));
    let inside = |limits: &BTreeSet<WorkspaceId>| {
        names.iter().filter(|(id, _)| limits.contains(id)).map(|(_, name)| name.clone()).collect()
    };
    Ok(keys.into_iter().map(|key| KeyView { workspaces: key.workspaces.as_ref().map(inside), key }).collect())
}
