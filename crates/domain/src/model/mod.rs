//! Entities and the values they are made of.
//!
//! A value has two constructors: `try_new` applies the rules for new values, `verbatim` takes what was stored or
//! imported as it is (the default owner's first name is empty, old API keys are short). After construction nobody
//! checks again.

mod account;
mod api_key;
mod email;
mod identity;
mod ids;
mod link;
mod login_session;
mod membership;
mod name;
mod named_key;
mod password;
mod role;
mod taken;
mod timestamp;
mod trash;
mod user;
mod workspace;

pub use account::{AccountState, HashFingerprint, Origin, UnknownName};
pub use api_key::{ApiKey, KeyLookup, SealedKey, StoredKey};
pub use email::{EMAIL_MAX_CHARS, Email};
pub use identity::{Identity, Subject, SubjectPart};
pub use ids::{IdentityId, KeyId, LinkId, LoginSessionId, TrashId, UserId, WorkspaceId};
pub use link::{
    DEAD_LINKS_KEPT, INVITATION_LIFETIME, Link, LinkPurpose, LinkToken, LinkUse, MAX_INVITATION_LIFETIME,
    MAX_LINK_USES, MAX_RESET_LIFETIME, MIN_LINK_LIFETIME, RESET_LIFETIME,
};
pub use login_session::{Device, LoginSession, SessionKind};
pub use membership::Membership;
pub use name::{
    FirstName, KEY_NAME_MAX_CHARS, KeyName, LEGACY_NAME_PATTERN, LastName, NAME_MAX_CHARS, Username, WorkspaceName,
    fold,
};
pub use named_key::{KEY_HINT_CHARS, KeyScope, KeyScopes, MAX_NAMED_KEYS, MAX_RETIRED_KEYS, NamedKey};
pub use password::{
    ARGON2_MAX_LANES, ARGON2_MAX_MEMORY_KIB, ARGON2_MAX_PASSES, BCRYPT_COSTS, BCRYPT_MAX_BYTES, PASSWORD_MAX_CHARS,
    PASSWORD_MIN_CHARS, Password, PasswordHash,
};
pub use role::{Role, UnknownRole};
pub use taken::Taken;
pub use timestamp::Timestamp;
pub use trash::{TRASH_LIFETIME, TrashEntry, Trashed};
pub use user::User;
pub use workspace::Workspace;
