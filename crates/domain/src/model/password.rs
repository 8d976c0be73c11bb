//! Passwords and their hashes.

use std::fmt;

use secrecy::{ExposeSecret, SecretString};

use crate::FieldError;

/// Least length of a new password, in characters, as Argilla has it.
pub const PASSWORD_MIN_CHARS: usize = 8;
/// Greatest length of a new password, in characters, as Argilla has it. Every one of them counts: nothing is cut off.
pub const PASSWORD_MAX_CHARS: usize = 100;

/// A password in clear text, wiped from memory when dropped.
#[derive(Clone)]
pub struct Password(SecretString);

impl Password {
    /// Applies the rules for new passwords.
    ///
    /// # Errors
    /// When it has fewer than [`PASSWORD_MIN_CHARS`] or more than [`PASSWORD_MAX_CHARS`] characters.
    pub fn try_new(value: &str) -> Result<Self, FieldError> {
        let chars = value.chars().count();
        if chars < PASSWORD_MIN_CHARS {
            return Err(FieldError::TooShort { min: PASSWORD_MIN_CHARS });
        }
        if chars > PASSWORD_MAX_CHARS {
            return Err(FieldError::TooLong { max: PASSWORD_MAX_CHARS });
        }
        Ok(Self::verbatim(value.to_owned()))
    }

    /// Takes what somebody typed to sign in, of any length.
    #[must_use]
    pub fn verbatim(value: String) -> Self {
        Self(value.into())
    }

    /// The password, for the hasher alone.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password")
    }
}

/// A password's hash, as a PHC or crypt string. It is a secret as well: it can be attacked offline.
#[derive(Clone)]
pub struct PasswordHash(SecretString);

impl PasswordHash {
    /// Takes a hash as the hasher made it or the database stored it.
    #[must_use]
    pub fn verbatim(value: String) -> Self {
        Self(value.into())
    }

    /// The hash, for the hasher and the database alone.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

impl PartialEq for PasswordHash {
    fn eq(&self, other: &Self) -> bool {
        self.expose() == other.expose()
    }
}

impl Eq for PasswordHash {}

impl fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasswordHash")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn length_counts_characters_not_bytes() {
        assert!(Password::try_new("ññññññññ").is_ok());
        assert!(Password::try_new(&"漢".repeat(100)).is_ok());
        assert_eq!(Password::try_new("1234567").unwrap_err(), FieldError::TooShort { min: 8 });
        assert_eq!(Password::try_new(&"x".repeat(101)).unwrap_err(), FieldError::TooLong { max: 100 });
    }

    #[test]
    fn debug_prints_the_type_alone() {
        assert_eq!(format!("{:?}", Password::verbatim("hunter22".into())), "Password");
        assert_eq!(format!("{:?}", PasswordHash::verbatim("$argon2id$".into())), "PasswordHash");
    }
}
