//! Entities and the values they are made of.
//!
//! A value has two constructors: `try_new` applies the rules for new values, `verbatim` takes what was stored or
//! imported as it is (the default owner's first name is empty, old API keys are short). After construction nobody
//! checks again.

mod account;
mod api_key;
mod email;
mod ids;
mod login_session;
mod membership;
mod name;
mod password;
mod role;
mod taken;
mod timestamp;
mod user;
mod workspace;

pub use account::{AccountState, HashFingerprint, Origin, UnknownName};
pub use api_key::{ApiKey, KeyLookup, SealedKey, StoredKey};
pub use email::{EMAIL_MAX_CHARS, Email};
pub use ids::{LoginSessionId, UserId, WorkspaceId};
pub use login_session::LoginSession;
pub use membership::Membership;
pub use name::{FirstName, LEGACY_NAME_PATTERN, LastName, NAME_MAX_CHARS, Username, WorkspaceName, fold};
pub use password::{
    ARGON2_MAX_LANES, ARGON2_MAX_MEMORY_KIB, ARGON2_MAX_PASSES, BCRYPT_COSTS, BCRYPT_MAX_BYTES, PASSWORD_MAX_CHARS,
    PASSWORD_MIN_CHARS, Password, PasswordHash,
};
pub use role::{Role, UnknownRole};
pub use taken::Taken;
pub use timestamp::Timestamp;
pub use user::User;
pub use workspace::Workspace;
