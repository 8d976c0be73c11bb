//! Facts about an account that Argilla's API does not show.

use std::{fmt, str::FromStr};

use strum::VariantArray;

/// Whether a user can sign in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum AccountState {
    /// Yes.
    #[default]
    Active,
    /// No: neither by key nor by password nor by token. Work and memberships stay.
    Disabled,
}

impl AccountState {
    /// The name in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Disabled => "disabled",
        }
    }
}

/// Where a user came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, VariantArray)]
pub enum Origin {
    /// Created here, by a person or a script.
    #[default]
    Created,
    /// Made by the server for an empty database, under the name of Argilla's guides.
    Default,
    /// From a users file of Argilla 1.x. When the server follows a file, it disables those of them that are gone from it.
    UsersFile,
    /// Taken over from a database of Argilla.
    Argilla,
    /// By an invitation.
    Invitation,
    /// By a sign-in provider.
    Provider,
}

impl Origin {
    /// The name in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Default => "default",
            Self::UsersFile => "users file",
            Self::Argilla => "argilla",
            Self::Invitation => "invitation",
            Self::Provider => "provider",
        }
    }
}

/// A stored name that names nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not one of the known names")]
pub struct UnknownName;

impl FromStr for AccountState {
    type Err = UnknownName;

    fn from_str(name: &str) -> Result<Self, UnknownName> {
        [Self::Active, Self::Disabled].into_iter().find(|state| state.as_str() == name).ok_or(UnknownName)
    }
}

impl FromStr for Origin {
    type Err = UnknownName;

    fn from_str(name: &str) -> Result<Self, UnknownName> {
        Self::VARIANTS.iter().copied().find(|origin| origin.as_str() == name).ok_or(UnknownName)
    }
}

/// What a password's hash is recognised by later: a keyed hash of it, as it was when it came from a file or from another
/// database. Hashes are upgraded at login, so the stored one tells nothing about where it came from.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct HashFingerprint(pub [u8; 32]);

impl fmt::Debug for HashFingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HashFingerprint")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_round_trip() {
        for state in [AccountState::Active, AccountState::Disabled] {
            assert_eq!(state.as_str().parse(), Ok(state));
        }
        for origin in Origin::VARIANTS {
            assert_eq!(origin.as_str().parse(), Ok(*origin));
        }
        assert_eq!("".parse::<Origin>(), Err(UnknownName));
        assert_eq!("gone".parse::<AccountState>(), Err(UnknownName));
    }
}
