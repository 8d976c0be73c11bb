//! What the rules need from the outside, as traits. Storage, hashing, time and randomness are adapters elsewhere.

mod environment;
mod repository;
mod security;
mod storage_error;

pub use environment::{Clock, Random, RandomExt};
pub use repository::{
    BulkInsert, Change, ChangeSink, Direction, IdentityInsert, IdentityRepository, ImportRepository, KeyInsert,
    KeyRepository, LinkRepository, LoginSessionRepository, Mark, MembershipInsert, MembershipRepository, Order,
    Position, Session, SignInState, Sort, Store, TrashRepository, UnitOfWork, UserCursor, UserFilter, UserInsert,
    UserRepository, UserUpdate, WorkspaceCursor, WorkspaceFilter, WorkspaceInsert, WorkspaceRepository,
    WorkspaceUpdate,
};
#[cfg(any(test, feature = "mock"))]
pub use repository::{
    MockIdentityRepository, MockImportRepository, MockKeyRepository, MockLinkRepository, MockLoginSessionRepository,
    MockMembershipRepository, MockStore, MockTrashRepository, MockUserRepository, MockWorkspaceRepository,
};
pub use security::{GateError, KeyVault, PasswordHasher, VaultError};
#[cfg(any(test, feature = "mock"))]
pub use security::{MockKeyVault, MockPasswordHasher};
pub use storage_error::StorageError;
