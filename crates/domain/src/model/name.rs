//! Names of users, workspaces and keys.

use std::fmt;

use crate::FieldError;

/// Greatest length of any new name, in characters. Argilla has no limit; this one keeps every name indexable on
/// PostgreSQL, whose index entries end at 2,704 bytes.
pub const NAME_MAX_CHARS: usize = 500;

/// Greatest length of a key's name, in characters.
pub const KEY_NAME_MAX_CHARS: usize = 100;

fn check(value: &str, max: usize) -> Result<(), FieldError> {
    if value.is_empty() {
        return Err(FieldError::TooShort { min: 1 });
    }
    if value.contains('\0') {
        return Err(FieldError::Nul);
    }
    if value.chars().nth(max).is_some() {
        return Err(FieldError::TooLong { max });
    }
    Ok(())
}

/// The form of a name for comparison without regard to case. It is made here and stored beside the name, because
/// SQLite and PostgreSQL disagree about letters outside ASCII.
///
/// Upper-casing before lower-casing joins letters that have several small forms (`ς` and `σ`, `ß` and `ss`). At most
/// [`NAME_MAX_CHARS`] characters are kept.
#[must_use]
pub fn fold(name: &str) -> String {
    name.chars().flat_map(char::to_uppercase).flat_map(char::to_lowercase).take(NAME_MAX_CHARS).collect()
}

macro_rules! name {
    ($(#[$doc:meta])* $name:ident, $prepare:expr, $max:expr) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(String);

        impl $name {
            /// Applies the rules for new names.
            ///
            /// # Errors
            #[doc = concat!("When the name is empty, has more than [`", stringify!($max), "`] characters or contains U+0000.")]
            pub fn try_new(value: &str) -> Result<Self, FieldError> {
                let prepare: fn(&str) -> &str = $prepare;
                let value = prepare(value);
                check(value, $max)?;
                Ok(Self(value.to_owned()))
            }

            /// Takes a stored or imported name as it is.
            #[must_use]
            pub fn verbatim(value: String) -> Self {
                Self(value)
            }

            /// The name.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// The name as text.
            #[must_use]
            pub fn into_string(self) -> String {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Debug::fmt(&self.0, f)
            }
        }
    };
}

name!(
    /// What a user signs in with. Unique, compared as it is: neither trimmed nor folded.
    Username,
    |value| value,
    NAME_MAX_CHARS
);
name!(
    /// A user's first name. Space around it is removed.
    FirstName,
    str::trim,
    NAME_MAX_CHARS
);
name!(
    /// A user's last name. Space around it is removed.
    LastName,
    str::trim,
    NAME_MAX_CHARS
);
name!(
    /// A workspace's name. Unique, compared as it is.
    WorkspaceName,
    |value| value,
    NAME_MAX_CHARS
);

name!(
    /// What a user calls a key. Space around it is removed.
    KeyName,
    str::trim,
    KEY_NAME_MAX_CHARS
);

/// The rule of Argilla 1.x for new names of users and workspaces. Python's `$` lets a line break at the end pass; here the
/// whole name must match.
pub const LEGACY_NAME_PATTERN: &str = "^(?!-|_)[a-z0-9-_]+$";

fn check_legacy(value: &str) -> Result<(), FieldError> {
    check(value, NAME_MAX_CHARS)?;
    let plain = value.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'_');
    if plain && !value.starts_with(['-', '_']) { Ok(()) } else { Err(FieldError::LegacyName) }
}

impl Username {
    /// Applies the rules of Argilla 1.x for new names.
    ///
    /// # Errors
    /// As [`Username::try_new`], or when the name does not match [`LEGACY_NAME_PATTERN`].
    pub fn try_legacy(value: &str) -> Result<Self, FieldError> {
        check_legacy(value)?;
        Ok(Self(value.to_owned()))
    }
}

impl WorkspaceName {
    /// Applies the rules of Argilla 1.x for new names.
    ///
    /// # Errors
    /// As [`WorkspaceName::try_new`], or when the name does not match [`LEGACY_NAME_PATTERN`].
    pub fn try_legacy(value: &str) -> Result<Self, FieldError> {
        check_legacy(value)?;
        Ok(Self(value.to_owned()))
    }

    /// Whether Argilla's Python SDK can read the name (`^[a-zA-Z0-9_-]+$`). One workspace with another name makes every
    /// listing of workspaces fail there.
    #[must_use]
    pub fn is_sdk_readable(&self) -> bool {
        !self.0.is_empty() && self.0.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-')
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_name_has_one_to_five_hundred_characters() {
        assert_eq!(Username::try_new(""), Err(FieldError::TooShort { min: 1 }));
        assert!(Username::try_new(&"é".repeat(500)).is_ok());
        assert_eq!(Username::try_new(&"é".repeat(501)), Err(FieldError::TooLong { max: 500 }));
    }

    #[test]
    fn nul_is_refused_in_every_name() {
        assert_eq!(Username::try_new("a\0b"), Err(FieldError::Nul));
        assert_eq!(FirstName::try_new("a\0b"), Err(FieldError::Nul));
        assert_eq!(LastName::try_new("a\0b"), Err(FieldError::Nul));
        assert_eq!(WorkspaceName::try_new("a\0b"), Err(FieldError::Nul));
    }

    #[test]
    fn only_personal_names_are_trimmed() {
        assert_eq!(FirstName::try_new("  Ann ").unwrap().as_str(), "Ann");
        assert_eq!(LastName::try_new("   "), Err(FieldError::TooShort { min: 1 }));
        assert_eq!(Username::try_new(" ann ").unwrap().as_str(), " ann ");
        assert_eq!(WorkspaceName::try_new(" ").unwrap().as_str(), " ");
    }

    #[test]
    fn argillas_old_rule_takes_lowercase_letters_digits_dash_and_underscore() {
        for good in ["nick", "1num", "a_b-c", "a--"] {
            assert_eq!(Username::try_legacy(good).unwrap().as_str(), good);
            assert_eq!(WorkspaceName::try_legacy(good).unwrap().as_str(), good);
        }
        for bad in ["Nick4", "a b", "-x", "_x", "nl\n", "é", "a.b"] {
            assert_eq!(Username::try_legacy(bad), Err(FieldError::LegacyName), "{bad:?}");
        }
        assert_eq!(Username::try_legacy(""), Err(FieldError::TooShort { min: 1 }));
    }

    #[test]
    fn folding_joins_the_forms_of_a_letter() {
        assert_eq!(fold("Straße"), fold("STRASSE"));
        assert_eq!(fold("ΣΊΣΥΦΟΣ"), fold("σίσυφος"));
    }

    #[test]
    fn the_sdk_reads_letters_digits_dash_and_underscore() {
        assert!(WorkspaceName::verbatim("my-team_2".into()).is_sdk_readable());
        for name in ["", "a b", "a.b", "é"] {
            assert!(!WorkspaceName::verbatim(name.into()).is_sdk_readable(), "{name:?}");
        }
    }

    proptest! {
        #[test]
        fn folding_is_idempotent_and_bounded(name in any::<String>()) {
            let once = fold(&name);
            prop_assert!(once.chars().count() <= NAME_MAX_CHARS);
            if name.chars().count() < 100 {
                prop_assert_eq!(fold(&once), once);
            }
        }

        #[test]
        fn what_is_accepted_is_kept(name in "[^\0]{1,500}") {
            let accepted = Username::try_new(&name).unwrap();
            prop_assert_eq!(accepted.as_str(), name.as_str());
        }
    }
}
