//! What the rules need from the outside, as traits. Storage, hashing, time and randomness are adapters elsewhere.

mod environment;
mod repository;
mod security;
mod storage_error;

pub use environment::{Clock, Random, RandomExt};
pub use repository::{
    BulkInsert, Change, ChangeSink, ImportRepository, LoginSessionRepository, MembershipInsert, MembershipRepository,
    Session, Store, UnitOfWork, UserCursor, UserInsert, UserRepository, UserUpdate, WorkspaceCursor, WorkspaceInsert,
    WorkspaceRepository,
};
#[cfg(any(test, feature = "mock"))]
pub use repository::{
    MockImportRepository, MockLoginSessionRepository, MockMembershipRepository, MockStore, MockUserRepository,
    MockWorkspaceRepository,
};
pub use security::{GateError, KeyVault, PasswordHasher, VaultError};
#[cfg(any(test, feature = "mock"))]
pub use security::{MockKeyVault, MockPasswordHasher};
pub use storage_error::StorageError;
