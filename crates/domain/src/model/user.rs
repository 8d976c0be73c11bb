//! A user.

use super::{
    AccountState, Email, FirstName, HashFingerprint, LastName, Origin, PasswordHash, Role, StoredKey, Timestamp,
    UserId, Username,
};

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
    /// Email address, if known.
    pub email: Option<Email>,
    /// Whether the user can sign in.
    pub state: AccountState,
    /// From when on the user cannot sign in; `None` for never. Work and memberships stay.
    pub active_until: Option<Timestamp>,
    /// Whether the user must set another password before anything else.
    pub must_change_password: bool,
    /// Where the user came from.
    pub origin: Origin,
    /// The password's hash as it came from elsewhere, recognised by its fingerprint.
    pub imported_password: Option<HashFingerprint>,
    /// When the user was created.
    pub inserted_at: Timestamp,
    /// When the user was last changed; equals `inserted_at` until then.
    pub updated_at: Timestamp,
}

impl User {
    /// First and last name in one text, as Argilla 1.x shows it.
    #[must_use]
    pub fn full_name(&self) -> String {
        match &self.last_name {
            Some(last) => format!("{} {last}", self.first_name),
            None => self.first_name.as_str().to_owned(),
        }
    }

    /// Whether the user can sign in at this moment.
    #[must_use]
    pub fn has_access(&self, now: Timestamp) -> bool {
        self.is_active() && self.active_until.is_none_or(|end| !end.is_over(now))
    }

    /// Whether the user can sign in without an end.
    #[must_use]
    pub fn is_lasting(&self) -> bool {
        self.is_active() && self.active_until.is_none()
    }

    /// Whether the user is not disabled.
    #[must_use]
    pub fn is_active(&self) -> bool {
        self.state == AccountState::Active
    }
}
