//! Passwords that many people have, and that everybody tries first.
//!
//! The list counts where people choose a password for themselves. Argilla's routes, maintenance commands, imports and the first start
//! keep Argilla's rule, which is a length: scripts and guides of many years use `12345678`.

use std::{collections::HashSet, sync::LazyLock};

use ochre_domain::{FieldError, model::Password};

/// The list: passwords of eight characters or more, in lower case, each in a line.
const LIST: &str = include_str!("common_passwords.txt");

static COMMON: LazyLock<HashSet<&'static str>> = LazyLock::new(|| LIST.lines().collect());

/// Applies the rules for a password that somebody chooses: as [`Password::try_new`], and none of the common ones, in whatever
/// letter case.
pub(crate) fn chosen_password(text: &str) -> Result<Password, FieldError> {
    let password = Password::try_new(text)?;
    let folded = text.trim().to_lowercase();
    if COMMON.contains(folded.as_str()) || is_monotonous(&folded) { Err(FieldError::TooCommon) } else { Ok(password) }
}

/// One character again and again.
fn is_monotonous(text: &str) -> bool {
    let mut characters = text.chars();
    characters.next().is_none_or(|first| characters.all(|other| other == first))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn common_passwords_are_refused_in_any_letter_case() {
        for common in ["12345678", "password1", "PassWord1", "qwertyuiop", " iloveyou ", "zzzzzzzzzz", "        "] {
            assert_eq!(chosen_password(common).unwrap_err(), FieldError::TooCommon, "{common:?}");
        }
        for fine in ["correct horse battery", "a new password", "S0me-thing else", "日本語のパスワード"] {
            assert!(chosen_password(fine).is_ok(), "{fine:?}");
        }
        assert_eq!(chosen_password("1234567").unwrap_err(), FieldError::TooShort { min: 8 });
    }

    #[test]
    fn the_list_is_sorted_and_holds_what_can_be_chosen() {
        let lines: Vec<_> = LIST.lines().collect();
        assert!(lines.len() > 5_000);
        assert!(lines.windows(2).all(|pair| pair[0] < pair[1]));
        assert!(lines.iter().all(|line| line.len() >= 8 && line.to_lowercase() == **line));
    }
}
