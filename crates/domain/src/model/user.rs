//! A user.

use super::{FirstName, LastName, PasswordHash, Role, StoredKey, Timestamp, UserId, Username};

/// A person, or a program, that signs in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// Identity; never changes.
    pub id: UserId,
    /// First name. Empty for the default owner, as Argilla makes it.
    pub first_name: FirstName,
    /// Last name, if known.
    pub last_name: Option<LastName>,
    /// What the user signs in with; unique.
    pub username: Username,
    /// What the user may do.
    pub role: Role,
    /// The user's API key; unique.
    pub api_key: StoredKey,
    /// The password's hash.
    pub password_hash: PasswordHash,
    /// When the user was created.
    pub inserted_at: Timestamp,
    /// When the user was last changed; equals `inserted_at` until then.
    pub updated_at: Timestamp,
}
