//! Files of teams and of people, with the line of every entry, so that every complaint can name it. For the command line and the
//! web console.

use std::{borrow::Cow, collections::HashSet, fmt};

use serde::{Deserialize, de::DeserializeOwned};
use serde_saphyr::{DuplicateKeyPolicy, Options, Spanned};

use crate::v1::{Role, Team, TeamUser, TeamWorkspace};

/// Least and most characters of a new password, as Argilla has it.
const PASSWORD_CHARS: std::ops::RangeInclusive<usize> = 8..=100;

/// How a file of people is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// A table with a header; columns are separated by commas or semicolons.
    Csv,
    /// A list; JSON is YAML as well.
    Yaml,
}

/// Whether a file may say by a name what it says elsewhere (`*papers`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Aliases {
    /// It may: a file of one's own is no attack.
    Allowed,
    /// It may not: a short file of somebody else could stand for more than memory holds.
    Refused,
}

/// What is wrong with a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Complaint {
    /// The line, from one on, where it is known.
    pub line: Option<u64>,
    /// What is wrong, with the entry and the field that it is about.
    pub message: String,
}

impl Complaint {
    fn at(line: u64, message: impl Into<String>) -> Self {
        Self { line: Some(line), message: message.into() }
    }
}

/// As `12: ada: role: …`, to stand behind the file's name and a colon.
impl fmt::Display for Complaint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "{line}: {}", self.message),
            None => write!(f, " {}", self.message),
        }
    }
}

/// A team with the lines of its entries.
#[derive(Debug, Clone)]
pub struct PlacedTeam {
    /// The team.
    pub team: Team,
    /// The line of each workspace.
    pub workspaces: Vec<u64>,
    /// The line of each user.
    pub users: Vec<u64>,
}

/// Somebody in a file of people.
#[derive(Clone)]
pub struct Person {
    /// The user, without a hash of `password`.
    pub user: TeamUser,
    /// The password in clear text.
    pub password: Option<String>,
    /// The line.
    pub line: u64,
}

/// Refuses a password that the server would refuse for its length.
///
/// # Errors
/// What is wrong with it.
pub fn check_password(password: &str) -> Result<(), &'static str> {
    let characters = password.chars().count();
    if characters < *PASSWORD_CHARS.start() {
        return Err("should have at least 8 characters");
    }
    if characters > *PASSWORD_CHARS.end() {
        return Err("should have at most 100 characters");
    }
    Ok(())
}

/// JSON whose texts hold characters that YAML wants escaped, with those escaped. Lines stay as they are.
fn escaped(text: &str) -> Cow<'_, str> {
    let unprintable = |c: char| c == '\u{7f}' || ('\u{80}'..='\u{9f}').contains(&c);
    if !text.trim_start().starts_with(['{', '[']) || !text.contains(unprintable) {
        return text.into();
    }
    let escape = |c: char| if unprintable(c) { format!("\\u{:04x}", u32::from(c)) } else { c.to_string() };
    text.chars().map(escape).collect::<String>().into()
}

fn parse<T: DeserializeOwned>(text: &str, aliases: Aliases) -> Result<T, Complaint> {
    let text = &escaped(text);
    let mut options = Options::default();
    // The size is limited already, and aliases alone could make more of it.
    options.budget = None;
    if aliases == Aliases::Refused {
        options.alias_limits = serde_saphyr::alias_limits! { max_total_replayed_events: 0 };
    }
    options.duplicate_keys = DuplicateKeyPolicy::Error;
    options.with_snippet = false;
    serde_saphyr::from_str_with_options(text, options).map_err(|error| {
        let line = error.location().map(|location| location.line());
        // The place is told already.
        let text = error.without_snippet().to_string();
        let text = text.rsplit_once(" at line ").map_or(text.as_str(), |(text, _)| text);
        Complaint { line, message: text.to_owned() }
    })
}

/// Reads a team.
///
/// # Errors
/// What is wrong with the file.
pub fn team(text: &str, aliases: Aliases) -> Result<PlacedTeam, Complaint> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct File {
        version: u32,
        #[serde(default)]
        workspaces: Option<Vec<Spanned<TeamWorkspace>>>,
        #[serde(default)]
        users: Option<Vec<Spanned<TeamUser>>>,
    }
    let read: File = parse(text, aliases)?;
    let (workspaces, users) = (read.workspaces.unwrap_or_default(), read.users.unwrap_or_default());
    Ok(PlacedTeam {
        workspaces: workspaces.iter().map(line).collect(),
        users: users.iter().map(line).collect(),
        team: Team {
            version: read.version,
            workspaces: workspaces.into_iter().map(|entry| entry.value).collect(),
            users: users.into_iter().map(|entry| entry.value).collect(),
        },
    })
}

fn line<T>(entry: &Spanned<T>) -> u64 {
    entry.referenced.line()
}

/// A person as a file says it.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    username: String,
    #[serde(default)]
    first_name: Option<String>,
    #[serde(default)]
    last_name: Option<String>,
    #[serde(default)]
    role: Option<String>,
    #[serde(default)]
    workspaces: Option<Vec<String>>,
    #[serde(default)]
    password: Option<String>,
    #[serde(default)]
    password_hash: Option<String>,
}

const COLUMNS: [&str; 7] = ["username", "first_name", "last_name", "role", "workspaces", "password", "password_hash"];

/// Reads people. Everything that is wrong with the file is told at once.
///
/// # Errors
/// What is wrong with the file.
pub fn people(text: &str, format: Format, aliases: Aliases) -> Result<Vec<Person>, Vec<Complaint>> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let entries = match format {
        Format::Csv => csv_entries(text).map_err(|complaint| vec![complaint])?,
        Format::Yaml => {
            let entries: Vec<Spanned<Entry>> = parse(text, aliases).map_err(|complaint| vec![complaint])?;
            entries.into_iter().map(|entry| (line(&entry), entry.value)).collect()
        }
    };
    let mut complaints = Vec::new();
    let (mut people, mut seen) = (Vec::new(), HashSet::new());
    for (line, entry) in entries {
        let username = entry.username.clone();
        let mut complain =
            |key: &str, what: &str| complaints.push(Complaint::at(line, format!("{username}: {key}: {what}")));
        if !seen.insert(username.clone()) {
            complain("username", "stands in the file twice");
        }
        people.extend(person(line, entry, &mut complain));
    }
    if complaints.is_empty() { Ok(people) } else { Err(complaints) }
}

fn person(line: u64, entry: Entry, complain: &mut impl FnMut(&str, &str)) -> Option<Person> {
    let mut good = true;
    let mut wrong = |key: &str, what: &str| {
        good = false;
        complain(key, what);
    };
    if entry.username.is_empty() {
        wrong("username", "is empty");
    } else if entry.username.trim() != entry.username {
        wrong("username", "has space around it, and nobody would sign in with that");
    }
    let role = match entry.role.as_deref() {
        None => None,
        Some("owner") => Some(Role::Owner),
        Some("admin") => Some(Role::Admin),
        Some("annotator") => Some(Role::Annotator),
        Some(other) => {
            wrong("role", &format!("{other:?} should be owner, admin or annotator"));
            None
        }
    };
    if let Some(Err(problem)) = entry.password.as_deref().map(check_password) {
        wrong("password", problem);
    }
    if entry.password.is_some() && entry.password_hash.is_some() {
        wrong("password_hash", "stands beside a password; one of the two is enough");
    }
    let person = Person {
        user: TeamUser {
            username: entry.username,
            first_name: entry.first_name,
            last_name: entry.last_name,
            role,
            workspaces: entry.workspaces,
            password_hash: entry.password_hash,
            ..TeamUser::default()
        },
        password: entry.password,
        line,
    };
    good.then_some(person)
}

fn csv_entries(text: &str) -> Result<Vec<(u64, Entry)>, Complaint> {
    let header = text.lines().next().unwrap_or_default();
    // As spreadsheets write it where the comma is the decimal sign.
    let delimiter = if header.contains(';') && !header.contains(',') { b';' } else { b',' };
    let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).from_reader(text.as_bytes());
    let broken = |error: csv::Error| {
        let line = error.position().map_or(1, csv::Position::line);
        match error.kind() {
            csv::ErrorKind::UnequalLengths { expected_len, len, .. } => {
                Complaint::at(line, format!("there are {len} fields, and the header has {expected_len}"))
            }
            _ => Complaint::at(line, error.to_string()),
        }
    };
    let names: Vec<String> = reader.headers().map_err(broken)?.iter().map(|name| name.trim().to_lowercase()).collect();
    for name in &names {
        if !COLUMNS.contains(&name.as_str()) {
            return Err(Complaint::at(
                1,
                format!("the column {name:?} is not known; known are {}", COLUMNS.join(", ")),
            ));
        }
    }
    if !names.iter().any(|name| name == "username") {
        return Err(Complaint::at(1, "the header names no column username".to_owned()));
    }
    let mut entries = Vec::new();
    for record in reader.records() {
        let record = record.map_err(broken)?;
        let line = record.position().map_or(1, |position| line_at(text, position));
        let mut entry = Entry::default();
        for (name, value) in names.iter().zip(record.iter()).filter(|(_, value)| !value.is_empty()) {
            let text = Some(value.to_owned());
            match name.as_str() {
                "username" => value.clone_into(&mut entry.username),
                "first_name" => entry.first_name = text,
                "last_name" => entry.last_name = text,
                "role" => entry.role = Some(value.trim().to_lowercase()),
                "workspaces" => entry.workspaces = Some(workspaces(value)),
                "password" => entry.password = text,
                _ => entry.password_hash = text,
            }
        }
        entries.push((line, entry));
    }
    Ok(entries)
}

/// The line that a record begins in. The reader's position is before empty lines that it passes over.
fn line_at(text: &str, position: &csv::Position) -> u64 {
    let rest = usize::try_from(position.byte()).ok().and_then(|at| text.as_bytes().get(at..)).unwrap_or_default();
    let empty = rest.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).filter(|byte| **byte == b'\n').count();
    position.line() + empty as u64
}

fn workspaces(value: &str) -> Vec<String> {
    value.split([';', '|']).map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned).collect()
}
