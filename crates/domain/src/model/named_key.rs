//! Named keys: a user's further API keys, each for a purpose of its own.

use std::{collections::BTreeSet, str::FromStr};

use strum::VariantArray;

use super::{KeyId, KeyLookup, KeyName, Timestamp, UnknownName, UserId, WorkspaceId};

/// The most named keys that a user has at a time.
pub const MAX_NAMED_KEYS: usize = 50;
/// The most replaced API keys of a user that are still valid at a time.
pub const MAX_RETIRED_KEYS: usize = 5;
/// Characters at a key's end by which its user recognises it.
pub const KEY_HINT_CHARS: usize = 4;

/// What a named key may be used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, VariantArray)]
pub enum KeyScope {
    /// To read.
    Read,
    /// To annotate, and to read.
    Annotate,
    /// To manage users, workspaces and their contents, and to read.
    Manage,
}

impl KeyScope {
    /// The name on the wire and in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Annotate => "annotate",
            Self::Manage => "manage",
        }
    }
}

impl FromStr for KeyScope {
    type Err = UnknownName;

    fn from_str(name: &str) -> Result<Self, UnknownName> {
        Self::VARIANTS.iter().copied().find(|scope| scope.as_str() == name).ok_or(UnknownName)
    }
}

/// What a named key may be used for: at least one thing.
pub type KeyScopes = BTreeSet<KeyScope>;

/// A named key. The key itself is stored nowhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedKey {
    /// Identity.
    pub id: KeyId,
    /// Whose it is.
    pub user: UserId,
    /// What its user calls it; unique among the user's own.
    pub name: KeyName,
    /// What it is found by.
    pub lookup: KeyLookup,
    /// Its last [`KEY_HINT_CHARS`] characters.
    pub hint: String,
    /// What it may be used for.
    pub scopes: KeyScopes,
    /// The workspaces to which it is limited; `None` for all that its user reaches.
    pub workspaces: Option<BTreeSet<WorkspaceId>>,
    /// From when on it is worth nothing; `None` for never.
    pub expires_at: Option<Timestamp>,
    /// When it was last used, to the minute.
    pub last_used_at: Option<Timestamp>,
    /// When it was made.
    pub inserted_at: Timestamp,
}

impl NamedKey {
    /// Whether it is worth something.
    #[must_use]
    pub fn is_live(&self, now: Timestamp) -> bool {
        self.expires_at.is_none_or(|end| !end.is_over(now))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::FieldError;

    #[test]
    fn a_name_has_one_to_a_hundred_characters() {
        assert_eq!(KeyName::try_new(" nightly export ").unwrap().as_str(), "nightly export");
        assert_eq!(KeyName::try_new("  "), Err(FieldError::TooShort { min: 1 }));
        assert_eq!(KeyName::try_new("a\0"), Err(FieldError::Nul));
        assert!(KeyName::try_new(&"é".repeat(100)).is_ok());
        assert_eq!(KeyName::try_new(&"é".repeat(101)), Err(FieldError::TooLong { max: 100 }));
    }

    #[test]
    fn scopes_round_trip() {
        for scope in KeyScope::VARIANTS {
            assert_eq!(scope.as_str().parse(), Ok(*scope));
        }
        assert_eq!("admin".parse::<KeyScope>(), Err(UnknownName));
    }
}
