//! A stage for use-cases: mocks of everything around them.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicI64, Ordering},
};

use async_trait::async_trait;
use ochre_domain::{
    model::{
        AccountState, ApiKey, FirstName, KeyLookup, Origin, PasswordHash, Role, SealedKey, StoredKey, Timestamp, User,
        UserId, Username,
    },
    policy::Actor,
    ports::{
        Clock, IdentityRepository, ImportRepository, KeyRepository, LinkRepository, LoginSessionRepository,
        MembershipRepository, MockIdentityRepository, MockImportRepository, MockKeyRepository, MockKeyVault,
        MockLinkRepository, MockLoginSessionRepository, MockMembershipRepository, MockPasswordHasher,
        MockTrashRepository, MockUserRepository, MockWorkspaceRepository, Random, Session, StorageError, Store,
        TrashRepository, UnitOfWork, UserRepository, WorkspaceRepository,
    },
    usecase::Adapters,
};
use uuid::Uuid;

/// What happened, in order.
pub(crate) type Journal = Arc<Mutex<Vec<&'static str>>>;

/// The repositories of one session or unit of work.
#[derive(Default)]
pub(crate) struct Repositories {
    pub(crate) users: MockUserRepository,
    pub(crate) workspaces: MockWorkspaceRepository,
    pub(crate) memberships: MockMembershipRepository,
    pub(crate) login_sessions: MockLoginSessionRepository,
    pub(crate) keys: MockKeyRepository,
    pub(crate) links: MockLinkRepository,
    pub(crate) identities: MockIdentityRepository,
    pub(crate) trash: MockTrashRepository,
    pub(crate) imports: MockImportRepository,
}

impl Repositories {
    /// Those of a write in which it is asked once more what the actor, the user 1, may.
    pub(crate) fn acted_in_by(role: Role) -> Self {
        let mut repositories = Self::default();
        repositories.users.expect_find().withf(|wanted| *wanted == id(1)).returning(move |_| Ok(Some(user(1, role))));
        repositories
    }
}

struct FakeUnit {
    repositories: Repositories,
    journal: Journal,
}

impl Session for FakeUnit {
    fn users(&self) -> &dyn UserRepository {
        &self.repositories.users
    }
    fn workspaces(&self) -> &dyn WorkspaceRepository {
        &self.repositories.workspaces
    }
    fn memberships(&self) -> &dyn MembershipRepository {
        &self.repositories.memberships
    }
    fn login_sessions(&self) -> &dyn LoginSessionRepository {
        &self.repositories.login_sessions
    }
    fn keys(&self) -> &dyn KeyRepository {
        &self.repositories.keys
    }
    fn links(&self) -> &dyn LinkRepository {
        &self.repositories.links
    }
    fn identities(&self) -> &dyn IdentityRepository {
        &self.repositories.identities
    }
    fn trash(&self) -> &dyn TrashRepository {
        &self.repositories.trash
    }
    fn imports(&self) -> &dyn ImportRepository {
        &self.repositories.imports
    }
}

#[async_trait]
impl UnitOfWork for FakeUnit {
    async fn commit(self: Box<Self>) -> Result<(), StorageError> {
        self.journal.lock().unwrap().push("commit");
        Ok(())
    }
}

/// Gives each read and each write the repositories that were put in for it, in order.
struct FakeStore {
    reads: Mutex<Vec<Repositories>>,
    writes: Mutex<Vec<Repositories>>,
    journal: Journal,
}

impl FakeStore {
    fn take(&self, from: &Mutex<Vec<Repositories>>) -> Box<FakeUnit> {
        let mut from = from.lock().unwrap();
        assert!(!from.is_empty(), "the database is not asked here");
        Box::new(FakeUnit { repositories: from.remove(0), journal: Arc::clone(&self.journal) })
    }
}

#[async_trait]
impl Store for FakeStore {
    fn session(&self) -> Box<dyn Session> {
        self.take(&self.reads)
    }
    async fn begin(&self) -> Result<Box<dyn UnitOfWork>, StorageError> {
        self.journal.lock().unwrap().push("begin");
        Ok(self.take(&self.writes))
    }
}

struct Ticks(AtomicI64);
impl Clock for Ticks {
    fn now(&self) -> Timestamp {
        Timestamp::from_micros(self.0.fetch_add(1, Ordering::Relaxed))
    }
}

struct Zeros;
impl Random for Zeros {
    fn fill(&self, bytes: &mut [u8]) {
        bytes.fill(0);
    }
}

/// Prepares the adapters of a use-case.
#[derive(Default)]
pub(crate) struct Stage {
    pub(crate) reads: Vec<Repositories>,
    pub(crate) writes: Vec<Repositories>,
    pub(crate) hasher: MockPasswordHasher,
    pub(crate) journal: Journal,
}

impl Stage {
    pub(crate) fn adapters(self) -> Adapters {
        let mut vault = MockKeyVault::new();
        vault.expect_open().returning(|_, _| Ok(ApiKey::verbatim("key".into())));
        vault.expect_lookup().returning(|_| KeyLookup([0; 32]));
        vault.expect_store().returning(|_, _| stored_key());
        Adapters {
            store: Arc::new(FakeStore {
                reads: Mutex::new(self.reads),
                writes: Mutex::new(self.writes),
                journal: self.journal,
            }),
            clock: Arc::new(Ticks(AtomicI64::new(1_000))),
            random: Arc::new(Zeros),
            hasher: Arc::new(self.hasher),
            vault: Arc::new(vault),
        }
    }
}

fn stored_key() -> StoredKey {
    StoredKey { lookup: KeyLookup([0; 32]), sealed: SealedKey(Vec::new()) }
}

pub(crate) fn id(n: u128) -> UserId {
    UserId::new(Uuid::from_u128(n))
}

pub(crate) fn user(n: u128, role: Role) -> User {
    User {
        id: id(n),
        first_name: FirstName::verbatim("F".into()),
        last_name: None,
        username: Username::verbatim(format!("user-{n}")),
        role,
        api_key: stored_key(),
        password_hash: PasswordHash::verbatim("old hash".into()),
        email: None,
        state: AccountState::Active,
        active_until: None,
        must_change_password: false,
        origin: Origin::Created,
        imported_password: None,
        inserted_at: Timestamp::from_micros(1),
        updated_at: Timestamp::from_micros(1),
    }
}

pub(crate) fn actor(role: Role) -> Actor {
    Actor::new(user(1, role), [])
}
