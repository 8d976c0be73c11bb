//! The three roles.

use std::{fmt, str::FromStr};

use strum::VariantArray;

/// What a user may do in general; the permission policy ([`crate::policy`]) says what that means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, VariantArray)]
pub enum Role {
    /// Manages everything.
    Owner,
    /// Works with the data of the workspaces it belongs to.
    Admin,
    /// Annotates in the workspaces it belongs to.
    #[default]
    Annotator,
}

impl Role {
    /// What Argilla 1.4 called a super-user, and its migration an administrator: a user of a users file without a list of
    /// workspaces.
    pub const SUPER_USER: Self = Self::Owner;

    /// The role's name on the wire and in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Admin => "admin",
            Self::Annotator => "annotator",
        }
    }
}

/// A text that is not the name of a role.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a role is owner, admin or annotator")]
pub struct UnknownRole;

impl FromStr for Role {
    type Err = UnknownRole;

    fn from_str(name: &str) -> Result<Self, UnknownRole> {
        Self::VARIANTS.iter().copied().find(|role| role.as_str() == name).ok_or(UnknownRole)
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_round_trip_and_are_exact() {
        for role in Role::VARIANTS {
            assert_eq!(role.as_str().parse(), Ok(*role));
        }
        assert_eq!("Owner".parse::<Role>(), Err(UnknownRole));
        assert_eq!("".parse::<Role>(), Err(UnknownRole));
    }
}
