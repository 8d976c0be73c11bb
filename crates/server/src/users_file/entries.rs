//! From a YAML document to users.
//!
//! Who a user may be is derived from `workspaces`, as Argilla did: without it, or with `null`, an owner; with a list, even an
//! empty one, an annotator. So a field that looks like a misspelt one is refused rather than ignored: a slip in that name
//! would make an owner.

use std::collections::HashMap;

use ochre_domain::{
    FieldError,
    model::{AccountState, ApiKey, Email, FirstName, PasswordHash, Role, Username, WorkspaceName},
    usecase::{FileUser, OtherWorkspaces, Place},
};

use super::{
    problems::{Notes, Problem, Problems},
    yaml::{Node, Scalar, Value},
};
use crate::shown::quote;

/// The fields that mean something, in the order in which they are read.
const FIELDS: [&str; 8] =
    ["username", "full_name", "email", "api_key", "hashed_password", "workspaces", "superuser", "disabled"];
/// Fields of later versions, which have no meaning in a users file although they look as if they had.
const MISLEADING: [&str; 4] = ["role", "password", "first_name", "last_name"];

/// Bytes of a field's name up to which it is compared with others.
const MAX_COMPARED: usize = 40;

/// All users, with what is ignored; or all problems.
pub(super) fn read(document: &Node) -> Result<(Vec<FileUser>, Vec<String>), Problems> {
    let items = match &document.value {
        Value::List(items) => items,
        Value::Scalar(Scalar::Null) => return Err(Problem::of_file("is empty: it should be a list of users").into()),
        Value::Scalar(_) | Value::Mapping(_) => {
            let message = "the file should be a list of users, each behind a dash";
            return Err(Problem::at_line(document.line, message).into());
        }
    };
    let mut reader = Reader::default();
    let users: Vec<_> = items.iter().enumerate().filter_map(|(index, node)| reader.entry(index + 1, node)).collect();
    if reader.problems.is_empty() { Ok((users, reader.notes.into_lines())) } else { Err(reader.problems) }
}

#[derive(Default)]
struct Reader {
    problems: Problems,
    notes: Notes,
    /// The first entry with a user name, or with an API key.
    names: HashMap<String, usize>,
    keys: HashMap<String, usize>,
}

/// The fields of one entry, and where it stands.
struct Entry<'a> {
    number: usize,
    line: usize,
    fields: HashMap<&'static str, &'a Node>,
}

impl Reader {
    fn entry(&mut self, number: usize, node: &Node) -> Option<FileUser> {
        let Value::Mapping(pairs) = &node.value else {
            let what = match &node.value {
                // Not quoted: where a space behind a colon is missing, it holds the whole entry.
                Value::Scalar(Scalar::Text(_)) => "is a text",
                Value::Scalar(Scalar::Null) => "is empty",
                Value::Scalar(_) => "is a single value",
                Value::List(_) | Value::Mapping(_) => "is a list",
            };
            let message = format!("{what}, and should have the fields username, api_key and hashed_password");
            self.problems.push(Problem::at(node.line, number, None, message));
            return None;
        };
        let mut entry = Entry { number, line: node.line, fields: HashMap::new() };
        let before = self.problems.count();
        self.collect(&mut entry, pairs);
        let username = self.required(&entry, "username", Username::try_legacy);
        let full_name = self.optional(&entry, "full_name", full_name);
        let email = self.optional(&entry, "email", |node| made(&text(node)?, Email::try_new));
        let api_key = self.required(&entry, "api_key", ApiKey::try_imported);
        let password_hash = self.required(&entry, "hashed_password", PasswordHash::try_bcrypt);
        let teams = self.optional(&entry, "workspaces", workspaces);
        let superuser = self.optional(&entry, "superuser", truth);
        let disabled = self.optional(&entry, "disabled", truth);
        if let Some(name) = &username {
            self.once(&entry, "username", name.as_str());
        }
        if let Some(key) = &api_key {
            self.once(&entry, "api_key", key.expose());
        }
        if self.problems.count() > before {
            return None;
        }
        let (username, teams) = (username?, teams.flatten());
        // Set apart from the list by nobody but Argilla's own code, and never documented.
        let is_owner = superuser.flatten().unwrap_or(teams.is_none());
        let others = if teams.is_some() { OtherWorkspaces::Left } else { OtherWorkspaces::Unsaid };
        let own = WorkspaceName::verbatim(username.as_str().to_owned());
        let named = teams.unwrap_or_default().into_iter().filter(|name| *name != own);
        Some(FileUser {
            place: Place { entry: number, line: node.line },
            workspaces: std::iter::once(own.clone()).chain(named).collect(),
            username,
            full_name: full_name.flatten().flatten(),
            email: email.flatten(),
            api_key: api_key?,
            password_hash: password_hash?,
            role: if is_owner { Role::SUPER_USER } else { Role::default() },
            others,
            state: if disabled.flatten().unwrap_or(false) { AccountState::Disabled } else { AccountState::Active },
        })
    }

    /// Puts the pairs of a mapping into the entry. What an included mapping says counts where the entry says nothing.
    fn collect<'a>(&mut self, entry: &mut Entry<'a>, pairs: &'a [(std::rc::Rc<Node>, std::rc::Rc<Node>)]) {
        let mut included = Vec::new();
        for (key, value) in pairs {
            match &key.value {
                Value::Scalar(Scalar::Merge) => included.push(value),
                Value::Scalar(Scalar::Text(name)) => self.field(entry, key.line, name, value),
                Value::Scalar(_) | Value::List(_) | Value::Mapping(_) => {
                    let message = "the name of a field should be a text";
                    self.problems.push(Problem::at(key.line, entry.number, None, message));
                }
            }
        }
        for node in included {
            self.include(entry, node);
        }
    }

    fn field<'a>(&mut self, entry: &mut Entry<'a>, line: usize, name: &str, value: &'a Node) {
        let mut problem = |message| self.problems.push(Problem::at(line, entry.number, None, message));
        if let Some(field) = FIELDS.into_iter().find(|field| *field == name) {
            if entry.fields.insert(field, value).is_some() {
                problem(format!("the field {field} is given twice"));
            }
        } else if let Some(field) = FIELDS.into_iter().find(|field| resembles(name, field)) {
            problem(format!("the field {} is unknown; {field} may be meant", quote(name)));
        } else if misleads(name) {
            let name = quote(name);
            problem(format!(
                "the field {name} has no meaning in a users file, which has full_name, hashed_password, and workspaces for \
                 those who are no owners"
            ));
        } else {
            self.notes.push(format!("line {line}, entry {}: the field {} is ignored", entry.number, quote(name)));
        }
    }

    fn include<'a>(&mut self, entry: &mut Entry<'a>, node: &'a Node) {
        let sources: Vec<&Node> = match &node.value {
            Value::List(items) => items.iter().map(std::convert::AsRef::as_ref).collect(),
            Value::Mapping(_) | Value::Scalar(_) => vec![node],
        };
        for source in sources {
            let Value::Mapping(pairs) = &source.value else {
                let message = "<< should include a mapping";
                self.problems.push(Problem::at(source.line, entry.number, None, message));
                continue;
            };
            let mut other = Entry { number: entry.number, line: source.line, fields: HashMap::new() };
            for (key, value) in pairs {
                match &key.value {
                    Value::Scalar(Scalar::Text(name)) => self.field(&mut other, key.line, name, value),
                    Value::Scalar(_) | Value::List(_) | Value::Mapping(_) => {
                        let message = "an included mapping should have texts as names of its fields";
                        self.problems.push(Problem::at(key.line, entry.number, None, message));
                    }
                }
            }
            for (field, value) in other.fields {
                entry.fields.entry(field).or_insert(value);
            }
        }
    }

    fn required<T>(
        &mut self,
        entry: &Entry<'_>,
        field: &'static str,
        make: fn(&str) -> Result<T, FieldError>,
    ) -> Option<T> {
        let Some(node) = entry.fields.get(field) else {
            self.problems.push(Problem::at(entry.line, entry.number, Some(field), "is missing"));
            return None;
        };
        let shown = field == "username";
        let outcome = text(node).and_then(|text| {
            make(&text).map_err(|error| if shown { format!("{} {error}", quote(&text)) } else { error.to_string() })
        });
        self.note(entry, field, node, outcome)
    }

    /// A field that may be missing or `null`, which mean the same; outside: whether it is valid.
    #[expect(clippy::option_option, reason = "outside: whether it is valid; inside: whether it is there")]
    fn optional<T>(
        &mut self,
        entry: &Entry<'_>,
        field: &'static str,
        read: fn(&Node) -> Result<T, String>,
    ) -> Option<Option<T>> {
        match entry.fields.get(field) {
            None | Some(Node { value: Value::Scalar(Scalar::Null), .. }) => Some(None),
            Some(node) => self.note(entry, field, node, read(node)).map(Some),
        }
    }

    fn note<T>(
        &mut self,
        entry: &Entry<'_>,
        field: &'static str,
        node: &Node,
        outcome: Result<T, String>,
    ) -> Option<T> {
        let problem = |message| Problem::at(node.line, entry.number, Some(field), message);
        outcome.map_err(|message| self.problems.push(problem(message))).ok()
    }

    /// Refuses a value that an entry before has.
    fn once(&mut self, entry: &Entry<'_>, field: &'static str, value: &str) {
        let seen = if field == "api_key" { &mut self.keys } else { &mut self.names };
        let first = *seen.entry(value.to_owned()).or_insert(entry.number);
        if first != entry.number {
            let line = entry.fields.get(field).map_or(entry.line, |node| node.line);
            self.problems.push(Problem::at(
                line,
                entry.number,
                Some(field),
                format!("is the same as in entry {first}"),
            ));
        }
    }
}

/// Whether a name looks like a slip in writing another one: a letter, or two in a longer one.
fn resembles(name: &str, field: &str) -> bool {
    // Comparing takes the product of both lengths.
    name.len() <= MAX_COMPARED
        && strsim::damerau_levenshtein(&plain(name), field) <= if field.len() > 5 { 2 } else { 1 }
}

/// Whether a name looks as if it said what a user may do, which nothing but `workspaces` says.
fn misleads(name: &str) -> bool {
    let telling = ["role", "workspace", "team", "admin", "owner"];
    MISLEADING.into_iter().any(|field| resembles(name, field))
        || (name.len() <= MAX_COMPARED && telling.into_iter().any(|word| plain(name).contains(word)))
}

fn plain(name: &str) -> String {
    name.to_lowercase().replace(['-', ' '], "_")
}

fn made<T>(text: &str, make: impl FnOnce(&str) -> Result<T, FieldError>) -> Result<T, String> {
    make(text).map_err(|error| format!("{} {error}", quote(text)))
}

/// A text, or a number that is written as people write numbers. No message quotes the value, which may be a secret.
fn text(node: &Node) -> Result<String, String> {
    match &node.value {
        Value::Scalar(Scalar::Text(text) | Scalar::Number(text)) => Ok(text.clone()),
        Value::Scalar(Scalar::Null) => Err("should be a text, and is empty".to_owned()),
        Value::Scalar(Scalar::Bool(_)) => Err("is a truth value to YAML: put it in quotes".to_owned()),
        Value::Scalar(Scalar::Odd(what)) => Err(format!("is {what} to YAML: put it in quotes")),
        Value::Scalar(Scalar::Merge) => Err("has a meaning of its own in YAML: put it in quotes".to_owned()),
        Value::List(_) => Err("should be a text, not a list".to_owned()),
        Value::Mapping(_) => Err("should be a text, not a mapping".to_owned()),
    }
}

fn full_name(node: &Node) -> Result<Option<FirstName>, String> {
    let text = text(node)?;
    if text.trim().is_empty() { Ok(None) } else { made(&text, FirstName::try_new).map(Some) }
}

/// What YAML 1.1 and Argilla take for a truth value.
fn truth(node: &Node) -> Result<bool, String> {
    let refuse = |value: &str| Err(format!("{} should be true or false", quote(value)));
    match &node.value {
        Value::Scalar(Scalar::Bool(value)) => Ok(*value),
        Value::Scalar(Scalar::Text(text) | Scalar::Number(text)) => match text.to_lowercase().as_str() {
            "1" | "t" | "y" | "true" | "yes" | "on" => Ok(true),
            "0" | "f" | "n" | "false" | "no" | "off" => Ok(false),
            _ => refuse(text),
        },
        Value::Scalar(Scalar::Null | Scalar::Odd(_) | Scalar::Merge) | Value::List(_) | Value::Mapping(_) => {
            Err("should be true or false".to_owned())
        }
    }
}

fn workspaces(node: &Node) -> Result<Vec<WorkspaceName>, String> {
    let Value::List(items) = &node.value else {
        return Err("should be a list, as [team]; an empty one is []".to_owned());
    };
    let mut names: Vec<WorkspaceName> = Vec::new();
    for (index, item) in items.iter().enumerate() {
        let position = index + 1;
        let text = text(item).map_err(|error| format!("workspace {position} {error}"))?;
        // Argilla took capitals here, and only here.
        let plain = text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
        if !plain || text.is_empty() || text.starts_with(['-', '_']) {
            let rule = "should have letters, digits, '-' and '_' only, and begin with a letter or digit";
            return Err(format!("workspace {position}, {}, {rule}", quote(&text)));
        }
        let name = WorkspaceName::try_new(&text).map_err(|error| format!("workspace {position} {error}"))?;
        if names.contains(&name) {
            return Err(format!("names {} twice", quote(&text)));
        }
        names.push(name);
    }
    Ok(names)
}
