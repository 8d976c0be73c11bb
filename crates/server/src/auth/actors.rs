//! From a credential to an actor, with a cache in between.
//!
//! Every request carries a credential, and most carry the same few. What a credential resolves to is kept for
//! [`TRUST`] at most and refreshed in the background after [`REFRESH`], so that a busy caller never waits for the
//! database. Two rules keep it true:
//!
//! * a change made by this process is effective at the next request: a commit tells [`Actors`] whom it touched before
//!   its author gets an answer, and nobody can forget to;
//! * a change made by another process (a maintenance command, a second server) is effective within a second, because
//!   nothing is trusted for longer.
//!
//! A credential that resolves to nothing is not remembered.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, OnceLock, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use bytes::Bytes;
use http::{HeaderMap, HeaderName, header};
use moka::sync::Cache;
use ochre_domain::{
    Error,
    model::{KeyId, KeyLookup, Timestamp, UserId},
    policy::{Actor, Means},
    ports::{Change, ChangeSink, Clock, KeyVault},
    usecase::{Access, Recognised},
};

use crate::security::{Claims, Purpose, Tokens};

/// How long an entry is trusted.
const TRUST: Duration = Duration::from_millis(900);
/// The age from which an entry is refreshed while it is still trusted.
const REFRESH: Duration = Duration::from_millis(400);
/// Entries kept. One takes about 1 KiB, plus 16 bytes for each membership.
const CAPACITY: u64 = 10_000;
/// Slots that remember the latest change. Two users may share one, which costs a needless read at worst.
const SLOTS: usize = 1024;

const ARGILLA_KEY: HeaderName = HeaderName::from_static("x-argilla-api-key");
const EXTRALIT_KEY: HeaderName = HeaderName::from_static("x-extralit-api-key");
/// What Argilla was called before 1.0; its clients up to 1.5 send it.
const RUBRIX_KEY: HeaderName = HeaderName::from_static("x-rubrix-api-key");

/// What a credential resolves to.
pub(crate) struct Known {
    actor: Arc<Actor>,
    /// When this ends by itself: the credential, the account or a membership. Then it must be read again.
    expires_at: Option<Timestamp>,
    read_at: Instant,
    /// The number of commits when the read began.
    read_after: u64,
    refreshing: AtomicBool,
    /// The serialised answer of `GET /me`.
    me: OnceLock<Bytes>,
}

impl Known {
    pub(crate) fn actor(&self) -> Arc<Actor> {
        Arc::clone(&self.actor)
    }

    /// The serialised answer of `GET /me`, made once.
    pub(crate) fn me(&self, make: impl FnOnce(&Actor) -> Result<Bytes, Error>) -> Result<Bytes, Error> {
        if let Some(me) = self.me.get() {
            return Ok(me.clone());
        }
        let me = make(&self.actor)?;
        Ok(self.me.get_or_init(|| me).clone())
    }
}

/// A credential as the cache knows it. Never the credential itself.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Credential {
    Key(KeyLookup),
    Token(KeyLookup),
}

/// How to read what a credential resolves to.
#[derive(Clone, Copy)]
enum Source {
    Key(KeyLookup),
    Token(Claims),
}

/// The actors of this process's callers.
#[derive(Clone)]
pub(crate) struct Actors {
    access: Access,
    tokens: Arc<Tokens>,
    vault: Arc<dyn KeyVault>,
    clock: Arc<dyn Clock>,
    cache: Cache<Credential, Arc<Known>>,
    changes: Arc<Changes>,
    /// Who was seen since this was last asked for.
    sightings: Arc<Mutex<HashMap<UserId, Timestamp>>>,
    /// Which named keys were used since this was last asked for.
    uses: Arc<Mutex<HashMap<KeyId, Timestamp>>>,
}

/// Counts commits, and remembers for each slot of users the latest that touched one of them.
struct Changes {
    commits: AtomicU64,
    everyone: AtomicU64,
    slots: Box<[AtomicU64]>,
}

impl Changes {
    fn slot(&self, user: UserId) -> &AtomicU64 {
        // The last bytes of a random id are random; of a chosen one they are at least what differs.
        let [.., high, low] = *user.uuid().as_bytes();
        &self.slots[usize::from(u16::from_be_bytes([high, low])) % SLOTS]
    }

    fn latest(&self, user: UserId) -> u64 {
        self.slot(user).load(Ordering::Acquire).max(self.everyone.load(Ordering::Acquire))
    }
}

/// Hears of commits; subscribed to the store.
impl ChangeSink for Actors {
    fn changed(&self, change: &Change) {
        // A read that began before this line may have missed the change, and carries a smaller number.
        let number = self.changes.commits.fetch_add(1, Ordering::AcqRel) + 1;
        match change {
            Change::All => {
                self.changes.everyone.fetch_max(number, Ordering::AcqRel);
            }
            Change::Users(users) => {
                for user in users {
                    self.changes.slot(*user).fetch_max(number, Ordering::AcqRel);
                }
            }
        }
    }
}

impl Actors {
    pub(crate) fn new(access: Access, tokens: Arc<Tokens>, vault: Arc<dyn KeyVault>, clock: Arc<dyn Clock>) -> Self {
        let changes = Changes {
            commits: AtomicU64::new(0),
            everyone: AtomicU64::new(0),
            slots: (0..SLOTS).map(|_| AtomicU64::new(0)).collect(),
        };
        Self {
            access,
            tokens,
            vault,
            clock,
            cache: Cache::new(CAPACITY),
            changes: Arc::new(changes),
            sightings: Arc::default(),
            uses: Arc::default(),
        }
    }

    /// Who sent these headers: an API key first, then a bearer token.
    ///
    /// # Errors
    /// [`Error::Unauthenticated`] or [`Error::InvalidToken`].
    pub(crate) async fn authenticate(&self, headers: &HeaderMap) -> Result<Arc<Known>, Error> {
        for name in [&ARGILLA_KEY, &EXTRALIT_KEY, &RUBRIX_KEY] {
            let Some(key) = headers.get(name).filter(|key| !key.is_empty()) else { continue };
            let lookup = self.vault.lookup(key.as_bytes());
            if let Some(known) = self.resolve(Credential::Key(lookup), || Ok(Source::Key(lookup))).await? {
                return Ok(known);
            }
        }
        let Some(token) = bearer(headers) else { return Err(Error::Unauthenticated) };
        self.authenticate_token(token).await
    }

    /// Whose login a token belongs to.
    ///
    /// # Errors
    /// [`Error::Unauthenticated`] or [`Error::InvalidToken`].
    pub(crate) async fn authenticate_token(&self, token: &str) -> Result<Arc<Known>, Error> {
        let credential = Credential::Token(self.vault.lookup(token.as_bytes()));
        let known = self.resolve(credential, || self.tokens.read(token, Purpose::Access).map(Source::Token)).await?;
        known.ok_or(Error::Unauthenticated)
    }

    async fn resolve(
        &self,
        credential: Credential,
        source: impl FnOnce() -> Result<Source, Error>,
    ) -> Result<Option<Arc<Known>>, Error> {
        if let Some(known) = self.cache.get(&credential).filter(|known| self.is_true(known)) {
            let age = known.read_at.elapsed();
            if age < REFRESH {
                return Ok(Some(known));
            }
            if age < TRUST {
                self.refresh(credential, &known, source()?);
                return Ok(Some(known));
            }
        }
        self.read(credential, source()?).await
    }

    /// Notes that a user was seen. An entry is read again within [`TRUST`] of every request, so it is enough to note it there.
    fn see(&self, actor: &Actor) {
        let now = self.clock.now();
        self.sightings.lock().unwrap_or_else(PoisonError::into_inner).insert(actor.user.id, now);
        if let Means::Named(grant) = actor.means() {
            self.uses.lock().unwrap_or_else(PoisonError::into_inner).insert(grant.key, now);
        }
    }

    /// Which named keys were used, and when, since this was last asked for.
    pub(crate) fn take_uses(&self) -> Vec<(KeyId, Timestamp)> {
        take(&self.uses)
    }

    /// Takes back what could not be written down.
    pub(crate) fn return_uses(&self, used: Vec<(KeyId, Timestamp)>) {
        put_back(&self.uses, used);
    }

    /// Who was seen, and when, since this was last asked for.
    pub(crate) fn take_sightings(&self) -> Vec<(UserId, Timestamp)> {
        take(&self.sightings)
    }

    /// Takes back what could not be written down.
    pub(crate) fn return_sightings(&self, seen: Vec<(UserId, Timestamp)>) {
        put_back(&self.sightings, seen);
    }

    /// Whether nothing has happened since that makes an entry wrong.
    fn is_true(&self, known: &Known) -> bool {
        self.changes.latest(known.actor.user.id) <= known.read_after
            && known.expires_at.is_none_or(|end| !end.is_over(self.clock.now()))
    }

    /// Reads an entry again, once, while callers go on with the old one.
    fn refresh(&self, credential: Credential, known: &Known, source: Source) {
        if known.refreshing.swap(true, Ordering::Relaxed) {
            return;
        }
        let actors = self.clone();
        tokio::spawn(async move {
            match actors.read(credential, source).await {
                Ok(Some(_)) => {}
                Ok(None) => actors.cache.invalidate(&credential),
                // The old entry loses its trust soon, and then a caller sees the error.
                Err(error) => tracing::warn!(%error, "an actor cannot be refreshed"),
            }
        });
    }

    async fn read(&self, credential: Credential, source: Source) -> Result<Option<Arc<Known>>, Error> {
        let read_after = self.changes.commits.load(Ordering::Acquire);
        let read_at = Instant::now();
        let (recognised, token_end) = match source {
            Source::Key(lookup) => (self.access.actor_by_key(&lookup).await?, None),
            Source::Token(claims) => {
                (self.access.actor_by_session(claims.session, claims.user).await?, claims.expires_at)
            }
        };
        let Some(Recognised { actor, until }) = recognised else { return Ok(None) };
        let expires_at = until.into_iter().chain(token_end).min();
        self.see(&actor);
        let known = Arc::new(Known {
            actor: Arc::new(actor),
            expires_at,
            read_at,
            read_after,
            refreshing: AtomicBool::new(false),
            me: OnceLock::new(),
        });
        self.cache.insert(credential, Arc::clone(&known));
        Ok(Some(known))
    }
}

fn take<K>(noted: &Mutex<HashMap<K, Timestamp>>) -> Vec<(K, Timestamp)> {
    std::mem::take(&mut *noted.lock().unwrap_or_else(PoisonError::into_inner)).into_iter().collect()
}

fn put_back<K: std::hash::Hash + Eq>(noted: &Mutex<HashMap<K, Timestamp>>, taken: Vec<(K, Timestamp)>) {
    let mut noted = noted.lock().unwrap_or_else(PoisonError::into_inner);
    for (key, at) in taken {
        // What was noted again meanwhile is later.
        noted.entry(key).or_insert(at);
    }
}

/// The bearer token, if the header has one. Other schemes count as absent.
fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    (scheme.eq_ignore_ascii_case("bearer") && !token.is_empty()).then_some(token)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(value: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(header::AUTHORIZATION, http::HeaderValue::from_static(value))])
    }

    #[test]
    fn only_a_bearer_with_something_behind_it_counts() {
        assert_eq!(bearer(&headers("Bearer abc")), Some("abc"));
        assert_eq!(bearer(&headers("bEARER abc")), Some("abc"));
        for value in ["Bearer", "Bearer ", "Basic abc", "abc", ""] {
            assert_eq!(bearer(&headers(value)), None, "{value}");
        }
        assert_eq!(bearer(&HeaderMap::new()), None);
    }
}
