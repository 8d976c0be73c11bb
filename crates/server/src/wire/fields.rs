//! From JSON to domain values, collecting every problem on the way.

use ochre_domain::{
    FieldError,
    model::{LEGACY_NAME_PATTERN, Role, Timestamp},
};
use ochre_dto::{legacy, v1};
use serde_json::{Value, json};
use uuid::Uuid;

use super::Json;
use crate::{RoleNames, shown::cut};

/// Problems that are told of one body.
const MAX_PROBLEMS: usize = 100;
/// The longest key that may be a misspelt one, in bytes.
const MAX_SLIP_BYTES: usize = 32;

/// The problems found so far, in the order of the fields.
#[derive(Debug, Default)]
pub(crate) struct Problems {
    list: Vec<(Vec<Value>, Problem)>,
    /// Where in the body we are: the keys and positions around the value that is read.
    inside: Vec<Value>,
    /// How roles are called where the values come from.
    names: RoleNames,
}

impl Problems {
    /// None yet, where roles are called so.
    pub(crate) fn with(names: RoleNames) -> Self {
        Self { names, ..Self::default() }
    }

    /// One problem with the body as a whole.
    pub(crate) fn with_body(problem: Problem, position: Value) -> Self {
        Self { list: vec![(vec!["body".into(), position], problem)], ..Self::default() }
    }

    pub(crate) fn push(&mut self, problem: Problem, place: &str, key: Option<&str>) {
        let mut loc = vec![place.into()];
        loc.extend(self.inside.iter().cloned());
        loc.extend(key.map(Value::from));
        self.list.push((loc, problem));
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// In the words of pydantic 2, as Argilla 2 answers.
    pub(crate) fn modern(self) -> Vec<v1::FieldProblem> {
        let problem = |(loc, problem): (_, Problem)| {
            let (kind, msg) = problem.modern();
            v1::FieldProblem { r#type: kind.to_owned(), loc, msg }
        };
        self.list.into_iter().map(problem).collect()
    }

    /// In the words of pydantic 1, as Argilla 1 answers.
    pub(crate) fn legacy(self) -> Vec<legacy::FieldProblem> {
        let problem = |(loc, problem): (_, Problem)| {
            let (kind, msg, ctx) = problem.legacy();
            legacy::FieldProblem { loc, msg, r#type: kind.to_owned(), ctx }
        };
        self.list.into_iter().map(problem).collect()
    }
}

/// A problem with one value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Problem {
    /// The key is not there.
    Missing,
    /// The body is no JSON.
    NoJson,
    /// The body is no object.
    NotAnObject,
    /// These keys must not be `null`.
    Nulls(String),
    /// The value must not be `null`.
    Null,
    /// The value is no text.
    NotText,
    /// The text is no Unicode.
    NoUnicode,
    /// The value is no list.
    NotAList,
    /// The text breaks a rule.
    Rule(FieldError),
    /// Something about a value that Argilla does not know: a kind and a sentence.
    Own(&'static str, String),
    /// The text is no role.
    UnknownRole(RoleNames),
    /// The text is no id, and why.
    NoUuid(String),
    /// The value is not even a text that could be an id.
    UuidType,
}

fn characters(n: usize) -> &'static str {
    if n == 1 { "character" } else { "characters" }
}

impl Problem {
    /// Kind and message of pydantic 2.
    fn modern(&self) -> (&'static str, String) {
        match self {
            Self::Missing => ("missing", "Field required".to_owned()),
            Self::NoJson => ("json_invalid", "JSON decode error".to_owned()),
            Self::NotAnObject => (
                "model_attributes_type",
                "Input should be a valid dictionary or object to extract fields from".to_owned(),
            ),
            Self::Nulls(keys) => {
                ("value_error", format!("Value error, The following keys must have non-null values: {keys}"))
            }
            Self::Null | Self::NotText => ("string_type", "Input should be a valid string".to_owned()),
            Self::NoUnicode => (
                "string_unicode",
                "Input should be a valid string, unable to parse raw data as a unicode string".to_owned(),
            ),
            Self::NotAList => ("list_type", "Input should be a valid list".to_owned()),
            Self::Rule(FieldError::TooShort { min }) => {
                ("string_too_short", format!("String should have at least {min} {}", characters(*min)))
            }
            Self::Rule(FieldError::TooLong { max }) => {
                ("string_too_long", format!("String should have at most {max} {}", characters(*max)))
            }
            Self::Rule(FieldError::LegacyName) => {
                ("string_pattern_mismatch", format!("String should match pattern '{LEGACY_NAME_PATTERN}'"))
            }
            Self::Rule(
                error @ (FieldError::Nul
                | FieldError::NotHeaderSafe
                | FieldError::NotInHeader
                | FieldError::NoEmail
                | FieldError::NoBcrypt
                | FieldError::TooCommon
                | FieldError::NoHash),
            ) => ("value_error", format!("Value error, The text {error}")),
            Self::Own(kind, message) => (kind, message.clone()),
            Self::UnknownRole(names) => ("enum", format!("Input should be {}", or(*names))),
            Self::NoUuid(flaw) => ("uuid_parsing", format!("Input should be a valid UUID, {flaw}")),
            Self::UuidType => ("uuid_type", "UUID input should be a string, bytes or UUID object".to_owned()),
        }
    }

    /// Kind, message and context of pydantic 1.
    fn legacy(&self) -> (&'static str, String, Option<Value>) {
        match self {
            Self::Missing => ("value_error.missing", "field required".to_owned(), None),
            // Argilla 1.29, which had pydantic 1 and a newer web framework.
            Self::NoJson => ("json_invalid", "JSON decode error".to_owned(), Some(json!({"error": "Expecting value"}))),
            Self::NotAnObject => ("type_error.dict", "value is not a valid dict".to_owned(), None),
            Self::Nulls(_) | Self::Null => {
                ("type_error.none.not_allowed", "none is not an allowed value".to_owned(), None)
            }
            Self::NotText | Self::NoUnicode => ("type_error.str", "str type expected".to_owned(), None),
            Self::NotAList => ("type_error.list", "value is not a valid list".to_owned(), None),
            Self::Rule(FieldError::TooShort { min }) => (
                "value_error.any_str.min_length",
                format!("ensure this value has at least {min} characters"),
                Some(json!({"limit_value": min})),
            ),
            Self::Rule(FieldError::TooLong { max }) => (
                "value_error.any_str.max_length",
                format!("ensure this value has at most {max} characters"),
                Some(json!({"limit_value": max})),
            ),
            Self::Rule(FieldError::LegacyName) => (
                "value_error.str.regex",
                format!("string does not match regex \"{LEGACY_NAME_PATTERN}\""),
                Some(json!({"pattern": LEGACY_NAME_PATTERN})),
            ),
            Self::Rule(
                error @ (FieldError::Nul
                | FieldError::NotHeaderSafe
                | FieldError::NotInHeader
                | FieldError::NoEmail
                | FieldError::NoBcrypt
                | FieldError::TooCommon
                | FieldError::NoHash),
            ) => ("value_error", format!("the text {error}"), None),
            Self::Own(_, message) => ("value_error", message.clone(), None),
            Self::UnknownRole(names) => (
                "type_error.enum",
                format!("value is not a valid enumeration member; permitted: {}", names.quoted()),
                Some(json!({"enum_values": names.all()})),
            ),
            Self::NoUuid(_) | Self::UuidType => ("type_error.uuid", "value is not a valid uuid".to_owned(), None),
        }
    }
}

/// Names in quotes with an "or" before the last.
fn or(names: RoleNames) -> String {
    let quoted: Vec<_> = names.all().iter().map(|name| format!("'{name}'")).collect();
    match quoted.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
        _ => quoted.concat(),
    }
}

impl From<FieldError> for Problem {
    fn from(error: FieldError) -> Self {
        Self::Rule(error)
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
        problems.push(Problem::NotAnObject, "body", None);
        None
    }

    /// Refuses `null` for these keys, which must be in alphabetical order.
    pub(crate) fn refuse_nulls(&mut self, keys: &[&str]) -> Option<()> {
        let nulls: Vec<_> = keys.iter().copied().filter(|key| self.body.get(key) == Some(&Json::Null)).collect();
        if nulls.is_empty() {
            return Some(());
        }
        self.problems.push(Problem::Nulls(nulls.join(", ")), "body", None);
        None
    }

    /// A key that must be there.
    pub(crate) fn required<T>(&mut self, key: &str, read: impl FnOnce(&Json) -> Result<T, Problem>) -> Option<T> {
        let outcome = self.body.get(key).ok_or(Problem::Missing).and_then(read);
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

    /// A role, by the names that are used here.
    #[expect(clippy::option_option, reason = "outside: whether it is valid; inside: whether it is there")]
    pub(crate) fn optional_role(&mut self, key: &str) -> Option<Option<Role>> {
        let names = self.problems.names;
        self.optional(key, |value| match value {
            Json::Text(text) => names.read(text).map_err(|_| Problem::UnknownRole(names)),
            _ => Err(Problem::UnknownRole(names)),
        })
    }

    /// A role that must be there.
    pub(crate) fn required_role(&mut self, key: &str) -> Option<Role> {
        match self.body.get(key) {
            None | Some(Json::Null) => self.note(key, Err(Problem::Missing)),
            Some(_) => self.optional_role(key).flatten(),
        }
    }

    /// What was read, unless there are problems that concern none of its fields.
    pub(crate) fn finish<T>(self, value: T) -> Option<T> {
        self.problems.is_empty().then_some(value)
    }

    /// Refuses keys that are not one of these, and says which one may be meant.
    pub(crate) fn refuse_unknown(&mut self, known: &[&str]) {
        let Json::Object(entries) = self.body else { return };
        for (key, _) in entries.iter().filter(|(key, _)| !known.contains(&key.as_str())) {
            if self.problems.list.len() >= MAX_PROBLEMS {
                return;
            }
            // Comparing takes its time, and what is long is no slip.
            let short = key.len() <= MAX_SLIP_BYTES;
            let near = known.iter().find(|name| short && strsim::damerau_levenshtein(name, key) <= 2);
            let hint =
                near.map_or_else(|| format!("known are {}", known.join(", ")), |name| format!("is '{name}' meant?"));
            let problem = Problem::Own("extra_forbidden", format!("This field is not known; {hint}"));
            self.problems.push(problem, "body", Some(&cut(key)));
        }
    }

    /// The entries of a list that may be missing or `null`. Reading ends where there are too many problems to tell.
    #[expect(clippy::option_option, reason = "outside: whether it is valid; inside: whether it is there")]
    pub(crate) fn list<T>(
        &mut self,
        key: &str,
        read: impl Fn(&Json, &mut Problems) -> Option<T>,
    ) -> Option<Option<Vec<T>>> {
        let body = self.body;
        let entries = match body.get(key) {
            None | Some(Json::Null) => return Some(None),
            Some(Json::List(entries)) => entries,
            Some(_) => return self.note(key, Err(Problem::NotAList)),
        };
        let mut read_entries = Some(Vec::with_capacity(entries.len()));
        for (index, entry) in entries.iter().enumerate() {
            self.problems.inside.extend([key.into(), index.into()]);
            let before = self.problems.list.len();
            let value = read(entry, self.problems).filter(|_| self.problems.list.len() == before);
            let inside = self.problems.inside.len() - 2;
            self.problems.inside.truncate(inside);
            match (value, &mut read_entries) {
                (Some(value), Some(entries)) => entries.push(value),
                _ => read_entries = None,
            }
            if self.problems.list.len() >= MAX_PROBLEMS {
                return None;
            }
        }
        read_entries.map(Some)
    }

    /// Whether there are as many problems as are told.
    pub(crate) fn is_full(&self) -> bool {
        self.problems.list.len() >= MAX_PROBLEMS
    }

    /// Notes a problem with a key of an entry of a list.
    pub(crate) fn note_in(&mut self, list: &str, index: usize, key: &str, problem: Problem) -> Option<()> {
        self.problems.inside.extend([list.into(), index.into()]);
        self.problems.push(problem, "body", Some(key));
        let inside = self.problems.inside.len() - 2;
        self.problems.inside.truncate(inside);
        None
    }

    /// Whether a key is there and `null`.
    pub(crate) fn is_null(&self, key: &str) -> bool {
        self.body.get(key) == Some(&Json::Null)
    }

    fn note<T>(&mut self, key: &str, outcome: Result<T, Problem>) -> Option<T> {
        outcome.map_err(|problem| self.problems.push(problem, "body", Some(key))).ok()
    }
}

/// A role by its name of today.
pub(super) fn role(text: &str) -> Result<Role, Problem> {
    text.parse().map_err(|_| Problem::UnknownRole(RoleNames::default()))
}

/// A text that a domain value is made of.
pub(crate) fn text<T>(make: impl FnOnce(&str) -> Result<T, FieldError>) -> impl FnOnce(&Json) -> Result<T, Problem> {
    move |value| match value {
        Json::Text(text) => Ok(make(text)?),
        Json::BrokenText => Err(Problem::NoUnicode),
        _ => Err(Problem::NotText),
    }
}

/// A moment: with an offset, or without one in UTC; a date alone is its beginning.
pub(crate) fn moment(value: &Json) -> Result<Timestamp, Problem> {
    let message = "Input should be a moment as 2026-12-31T18:00:00Z, in UTC where it has no offset, or a date";
    let Json::Text(text) = value else { return Err(Problem::NotText) };
    let micros = ochre_dto::time::parse(text).map(|moment| moment.and_utc().timestamp_micros());
    micros.map(Timestamp::from_micros).ok_or_else(|| Problem::Own("datetime_parsing", message.to_owned()))
}

/// A whole number within limits.
pub(crate) fn whole(min: u64, max: u64) -> impl FnOnce(&Json) -> Result<u64, Problem> {
    move |value| {
        let number = match value {
            Json::Number(text) => text.parse().ok(),
            _ => None,
        };
        let in_range = number.filter(|number| (min..=max).contains(number));
        in_range.ok_or_else(|| Problem::Own("int_type", format!("Input should be a whole number from {min} to {max}")))
    }
}

/// Yes or no.
pub(crate) fn yes_or_no(value: &Json) -> Result<bool, Problem> {
    match value {
        Json::Bool(yes) => Ok(*yes),
        _ => Err(Problem::Own("bool_type", "Input should be a valid boolean".to_owned())),
    }
}

/// A text that a domain value is made of; numbers count as texts, as for pydantic 1.
pub(crate) fn loose_text<T>(
    make: impl FnOnce(&str) -> Result<T, FieldError>,
) -> impl FnOnce(&Json) -> Result<T, Problem> {
    move |value| match value {
        Json::Number(number) => Ok(make(number)?),
        Json::Null => Err(Problem::Null),
        other => text(make)(other),
    }
}

/// A list of texts that domain values are made of.
pub(crate) fn texts<T>(make: impl Fn(&str) -> Result<T, FieldError>) -> impl FnOnce(&Json) -> Result<Vec<T>, Problem> {
    move |value| match value {
        Json::List(items) => items.iter().map(|item| loose_text(&make)(item)).collect(),
        _ => Err(Problem::NotAList),
    }
}

/// An id from text: hyphenated or not, in braces or with the prefix `urn:uuid:`, in any case.
pub(crate) fn parse_uuid(text: &str) -> Result<Uuid, Problem> {
    Uuid::parse_str(text).map_err(|_| Problem::NoUuid(flaw(text)))
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
        _ => Err(Problem::UuidType),
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
