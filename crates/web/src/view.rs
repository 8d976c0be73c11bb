//! Values of the domain as pages show them.

use ochre_domain::model::{LastName, Origin, Role, Timestamp, User};
use strum::VariantArray as _;

use crate::{field::Choice, moment::Moment};

/// A word in a box.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Badge {
    pub(crate) text: &'static str,
    /// A class of the style sheet.
    pub(crate) kind: &'static str,
}

/// Whether somebody can sign in.
pub(crate) fn state(user: &User, now: Timestamp) -> Badge {
    match (user.is_active(), user.has_access(now)) {
        (false, _) => Badge { text: "Disabled", kind: "bad" },
        (true, false) => Badge { text: "Ended", kind: "bad" },
        (true, true) => Badge { text: "Active", kind: "good" },
    }
}

pub(crate) fn origin(origin: Origin) -> &'static str {
    match origin {
        Origin::Created => "Created here",
        Origin::Default => "Made by the server for an empty database",
        Origin::UsersFile => "From a users file",
        Origin::Argilla => "Taken over from Argilla",
        Origin::Invitation => "By an invitation",
        Origin::Provider => "By a sign-in provider",
    }
}

/// First and last name; empty where there is none.
pub(crate) fn full_name(user: &User) -> String {
    let parts = [Some(user.first_name.as_str()), user.last_name.as_ref().map(LastName::as_str)];
    parts.into_iter().flatten().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

pub(crate) fn moment(at: Timestamp) -> Moment {
    Moment::new(at.seconds())
}

/// The roles, the least first.
pub(crate) fn roles() -> Vec<Choice> {
    Role::VARIANTS.iter().rev().map(|role| Choice::new(role.as_str(), capitalised(role.as_str()))).collect()
}

pub(crate) fn capitalised(word: &str) -> String {
    let mut characters = word.chars();
    characters.next().map(|first| first.to_uppercase().chain(characters).collect()).unwrap_or_default()
}

/// The end of a key, by which people recognise it.
pub(crate) fn ending(key: &str) -> String {
    let start = key.char_indices().rev().nth(3).map_or(0, |(index, _)| index);
    key[start..].to_owned()
}

/// Characters of a name in a list: some 60 such rows stay a small page. Its own page tells it whole.
const SHORT: usize = 60;

/// A name in a list, cut where it is too long for one.
pub(crate) fn short(name: &str) -> String {
    match name.char_indices().nth(SHORT) {
        Some((end, _)) => format!("{}…", name[..end].trim_end()),
        None => name.to_owned(),
    }
}

/// A text as it comes from a field of a form: browsers leave line breaks out, and people cannot type other control characters.
pub(crate) fn typed(text: &str) -> String {
    text.chars().filter(|character| !character.is_control()).collect()
}

/// "1 user", "2 users".
pub(crate) fn counted(number: usize, one: &str, many: &str) -> String {
    format!("{} {}", grouped(number), if number == 1 { one } else { many })
}

/// As [`counted`], or "More than 10 users" where there are more than `most`.
pub(crate) fn counted_to(most: u32, number: u32, one: &str, many: &str) -> String {
    if number > most {
        format!("More than {} {many}", grouped(most as usize))
    } else {
        counted(number as usize, one, many)
    }
}

/// As [`grouped`], or "10+" where it is more than `most`.
pub(crate) fn grouped_to(most: u32, number: u32) -> String {
    let plus = if number > most { "+" } else { "" };
    grouped(number.min(most) as usize) + plus
}

/// A number with its thousands apart.
pub(crate) fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() * 4 / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped() {
        let shown = [0, 7, 999, 1000, 100_000, 1_234_567].map(grouped);
        assert_eq!(shown, ["0", "7", "999", "1,000", "100,000", "1,234,567"]);
        assert_eq!((counted(1, "user", "users"), counted(2, "user", "users")), ("1 user".into(), "2 users".into()));
        let to = |number| (counted_to(1000, number, "user", "users"), grouped_to(1000, number));
        assert_eq!(to(1000), ("1,000 users".into(), "1,000".into()));
        assert_eq!(to(1001), ("More than 1,000 users".into(), "1,000+".into()));
    }

    #[test]
    fn a_key_is_recognised_by_its_last_four_characters() {
        assert_eq!(["", "k", "äöüß", "argilla.apikey"].map(ending), ["", "k", "äöüß", "ikey"]);
    }

    #[test]
    fn the_least_role_comes_first() {
        assert_eq!(roles()[0].value, "annotator");
        let (kept, long) = ("ä".repeat(SHORT), "ä".repeat(SHORT + 1));
        assert_eq!(short(&kept), kept);
        assert_eq!(short(&long), format!("{kept}…"));
    }
}
