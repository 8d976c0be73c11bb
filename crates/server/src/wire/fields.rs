//! From JSON to domain values, collecting every problem on the way.

use ochre_domain::{
    FieldError,
    model::{Role, UnknownRole},
};
use ochre_dto::v1::FieldProblem;
use uuid::Uuid;

use super::Json;

/// The problems found so far, in the order of the fields.
#[derive(Debug, Default)]
pub(crate) struct Problems(Vec<FieldProblem>);

impl Problems {
    pub(crate) fn push(&mut self, problem: Problem, place: &str, key: Option<&str>) {
        let loc = std::iter::once(place).chain(key).map(Into::into).collect();
        self.0.push(FieldProblem { r#type: problem.kind.to_owned(), loc, msg: problem.message });
    }

    pub(crate) fn into_vec(self) -> Vec<FieldProblem> {
        self.0
    }
}

/// A problem with one value, in pydantic's words.
#[derive(Debug)]
pub(crate) struct Problem {
    kind: &'static str,
    message: String,
}

impl Problem {
    fn new(kind: &'static str, message: impl Into<String>) -> Self {
        Self { kind, message: message.into() }
    }

    pub(crate) fn missing() -> Self {
        Self::new("missing", "Field required")
    }

    pub(crate) fn not_an_object() -> Self {
        Self::new("model_attributes_type", "Input should be a valid dictionary or object to extract fields from")
    }

    fn nulls(keys: &[&str]) -> Self {
        let keys = keys.join(", ");
        Self::new("value_error", format!("Value error, The following keys must have non-null values: {keys}"))
    }
}

impl From<FieldError> for Problem {
    fn from(error: FieldError) -> Self {
        let characters = |n: usize| if n == 1 { "character" } else { "characters" };
        match error {
            FieldError::TooShort { min } => {
                Self::new("string_too_short", format!("String should have at least {min} {}", characters(min)))
            }
            FieldError::TooLong { max } => {
                Self::new("string_too_long", format!("String should have at most {max} {}", characters(max)))
            }
            FieldError::Nul | FieldError::NotHeaderSafe => {
                Self::new("value_error", format!("Value error, The text {error}"))
            }
        }
    }
}

impl From<UnknownRole> for Problem {
    fn from(_: UnknownRole) -> Self {
        Self::new("enum", "Input should be 'owner', 'admin' or 'annotator'")
    }
}

/// Reads the keys of a body.
pub(crate) struct Fields<'a> {
    body: &'a Json,
    problems: &'a mut Problems,
}

impl<'a> Fields<'a> {
    /// `None`, and a problem noted, when the body is no object.
    pub(crate) fn of(body: &'a Json, problems: &'a mut Problems) -> Option<Self> {
        if matches!(body, Json::Object(_)) {
            return Some(Self { body, problems });
        }
        problems.push(Problem::not_an_object(), "body", None);
        None
    }

    /// Refuses `null` for these keys, which must be in alphabetical order.
    pub(crate) fn refuse_nulls(&mut self, keys: &[&str]) -> Option<()> {
        let nulls: Vec<_> = keys.iter().copied().filter(|key| self.body.get(key) == Some(&Json::Null)).collect();
        if nulls.is_empty() {
            return Some(());
        }
        self.problems.push(Problem::nulls(&nulls), "body", None);
        None
    }

    /// A key that must be there.
    pub(crate) fn required<T>(&mut self, key: &str, read: impl FnOnce(&Json) -> Result<T, Problem>) -> Option<T> {
        let outcome = self.body.get(key).ok_or_else(Problem::missing).and_then(read);
        self.note(key, outcome)
    }

    /// A key that may be missing or `null`, which mean the same.
    #[expect(clippy::option_option, reason = "outside: whether it is valid; inside: whether it is there")]
    pub(crate) fn optional<T>(
        &mut self,
        key: &str,
        read: impl FnOnce(&Json) -> Result<T, Problem>,
    ) -> Option<Option<T>> {
        match self.body.get(key) {
            None | Some(Json::Null) => Some(None),
            Some(value) => self.note(key, read(value)).map(Some),
        }
    }

    /// Whether a key is there and `null`.
    pub(crate) fn is_null(&self, key: &str) -> bool {
        self.body.get(key) == Some(&Json::Null)
    }

    fn note<T>(&mut self, key: &str, outcome: Result<T, Problem>) -> Option<T> {
        outcome.map_err(|problem| self.problems.push(problem, "body", Some(key))).ok()
    }
}

/// A text that a domain value is made of.
pub(crate) fn text<T>(make: impl FnOnce(&str) -> Result<T, FieldError>) -> impl FnOnce(&Json) -> Result<T, Problem> {
    move |value| match value {
        Json::Text(text) => Ok(make(text)?),
        Json::BrokenText => Err(Problem::new(
            "string_unicode",
            "Input should be a valid string, unable to parse raw data as a unicode string",
        )),
        _ => Err(Problem::new("string_type", "Input should be a valid string")),
    }
}

/// An id from text: hyphenated or not, in braces or with the prefix `urn:uuid:`, in any case.
pub(crate) fn parse_uuid(text: &str) -> Result<Uuid, Problem> {
    Uuid::parse_str(text)
        .map_err(|_| Problem::new("uuid_parsing", format!("Input should be a valid UUID, {}", flaw(text))))
}

/// What is wrong with an id, in the words that clients of Argilla know: the first character that belongs into none, else
/// the number of groups, else the first group of a wrong length. Positions count from one, groups from zero.
fn flaw(text: &str) -> String {
    const LENGTHS: [usize; 5] = [8, 4, 4, 4, 12];
    let braced = text.strip_prefix('{').and_then(|text| text.strip_suffix('}'));
    let (digits, skipped) = match (braced, text.strip_prefix("urn:uuid:")) {
        (Some(digits), _) => (digits, 1),
        (None, Some(digits)) => (digits, 9),
        (None, None) => (text, 0),
    };
    if let Some((index, character)) = digits.char_indices().find(|(_, c)| !c.is_ascii_hexdigit() && *c != '-') {
        return format!(
            "invalid character: expected an optional prefix of `urn:uuid:` followed by [0-9a-fA-F-], found `{character}` \
             at {}",
            index + skipped + 1
        );
    }
    let groups: Vec<_> = digits.split('-').map(str::len).collect();
    if groups.len() == 1 && skipped == 0 {
        return format!("invalid length: expected length 32 for simple format, found {}", text.len());
    }
    if groups.len() != LENGTHS.len() {
        return format!("invalid group count: expected 5, found {}", groups.len());
    }
    // The length that is told runs from where the group should begin, and for the last to the end of the text.
    let wrong = (0..4).find(|i| groups[*i] != LENGTHS[*i]).unwrap_or(4);
    let found = if wrong == 4 { text.len() - 24 } else { groups[wrong] };
    format!("invalid group length in group {wrong}: expected {}, found {found}", LENGTHS[wrong])
}

/// An id.
pub(crate) fn uuid(value: &Json) -> Result<Uuid, Problem> {
    match value {
        Json::Text(text) => parse_uuid(text),
        _ => Err(Problem::new("uuid_type", "UUID input should be a string, bytes or UUID object")),
    }
}

/// A role.
pub(crate) fn role(value: &Json) -> Result<Role, Problem> {
    match value {
        Json::Text(text) => Ok(text.parse::<Role>()?),
        _ => Err(UnknownRole.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_flaws_of_ids_are_told_as_argilla_tells_them() {
        // Each was given to pydantic 2.9.
        for (text, expected) in [
            ("", "invalid length: expected length 32 for simple format, found 0"),
            ("abc", "invalid length: expected length 32 for simple format, found 3"),
            (
                "x",
                "invalid character: expected an optional prefix of `urn:uuid:` followed by [0-9a-fA-F-], found `x` at 1",
            ),
            ("-", "invalid group count: expected 5, found 2"),
            (
                "zz-",
                "invalid character: expected an optional prefix of `urn:uuid:` followed by [0-9a-fA-F-], found `z` at 1",
            ),
            (
                "é",
                "invalid character: expected an optional prefix of `urn:uuid:` followed by [0-9a-fA-F-], found `é` at 1",
            ),
            ("00000000-0000-4000-8000", "invalid group count: expected 5, found 4"),
            ("00000000-0000-4000-8000-0000000000020", "invalid group length in group 4: expected 12, found 13"),
            ("00000000-0000-4000-80000-000000000002", "invalid group length in group 3: expected 4, found 5"),
            ("0000000-00000-4000-8000-000000000002", "invalid group length in group 0: expected 8, found 7"),
            ("{abc}", "invalid group count: expected 5, found 1"),
            ("{00000000-0000-4000-8000-00000000000}", "invalid group length in group 4: expected 12, found 13"),
            ("urn:uuid:abc", "invalid group count: expected 5, found 1"),
            ("urn:uuid:0", "invalid group count: expected 5, found 1"),
            (
                "{",
                "invalid character: expected an optional prefix of `urn:uuid:` followed by [0-9a-fA-F-], found `{` at 1",
            ),
            (
                "}",
                "invalid character: expected an optional prefix of `urn:uuid:` followed by [0-9a-fA-F-], found `}` at 1",
            ),
            ("urn:uuid:", "invalid group count: expected 5, found 1"),
            (
                "00000000_0000-4000-8000-000000000002",
                "invalid character: expected an optional prefix of `urn:uuid:` followed by [0-9a-fA-F-], found `_` at 9",
            ),
            ("0000000000004000800000000000000", "invalid length: expected length 32 for simple format, found 31"),
            (
                "00000000-0000-4000-8000-00000000000é",
                "invalid character: expected an optional prefix of `urn:uuid:` followed by [0-9a-fA-F-], found `é` at 36",
            ),
            (
                "{00000000-0000-4000-8000-000000000002",
                "invalid character: expected an optional prefix of `urn:uuid:` followed by [0-9a-fA-F-], found `{` at 1",
            ),
            ("{0000000-00000-4000-8000-000000000002}", "invalid group length in group 0: expected 8, found 7"),
            ("000000000000-4000-8000-0000-00000002", "invalid group length in group 0: expected 8, found 12"),
        ] {
            assert!(Uuid::parse_str(text).is_err(), "{text:?}");
            assert_eq!(flaw(text), expected, "{text:?}");
        }
    }
}
