//! Files of teams and of people, read with the line of every entry, so that every complaint can name it.

use std::{borrow::Cow, collections::HashSet, path::Path};

use ochre_client::{Error, FieldProblem, Role, Team, TeamUser, TeamWorkspace};
use serde::{Deserialize, de::DeserializeOwned};
use serde_saphyr::{DuplicateKeyPolicy, Options, Spanned};

use crate::{
    args::FileFormat,
    command::{read_input, shown},
    console::check_password,
    failure::Failure,
};

/// Complaints that are told of one file; the rest is counted.
const MAX_COMPLAINTS: usize = 20;

/// Where the entries of a file stand.
#[derive(Debug, Default)]
pub(crate) struct Places {
    file: String,
    /// The list that the server knows the entries by, their lines and names.
    lists: Vec<(&'static str, Vec<(u64, String)>)>,
}

impl Places {
    /// An error of the server about entries, with their lines; others as they are.
    pub(crate) fn explain(&self, error: Error) -> anyhow::Error {
        let problems = match &error {
            Error::Refused(refusal) if !refusal.problems.is_empty() => &refusal.problems,
            _ => return error.into(),
        };
        let complaints = problems.iter().map(|problem| self.place(problem)).collect();
        Failure::Explained(told(complaints), Box::new(error)).into()
    }

    /// Leaves out users who are not sent: the server counts the others.
    pub(crate) fn retain_users(&mut self, keep: impl Fn(&str) -> bool) {
        for (_, users) in self.lists.iter_mut().filter(|(name, _)| *name == "users") {
            users.retain(|(_, name)| keep(name));
        }
    }

    /// A line for each of these users, who exist already.
    pub(crate) fn existing(&self, names: &[&str]) -> String {
        let users = self.lists.iter().find(|(name, _)| *name == "users").map_or(&[][..], |(_, users)| users);
        let complaint = |(line, name): &(u64, String)| {
            names.contains(&name.as_str()).then(|| format!("{}:{line}: {name}: exists already", self.file))
        };
        told(users.iter().filter_map(complaint).collect()) + "\n"
    }

    fn place(&self, problem: &FieldProblem) -> String {
        let parts: Vec<_> = problem.loc.iter().skip(1).collect();
        // The rest of the sentence says what is asked for.
        let message = problem.msg.trim_start_matches("Value error, ").trim_start_matches("The text ");
        if let [list, index, rest @ ..] = parts.as_slice()
            && let (Some(list), Some(index)) = (list.as_str(), index.as_u64())
            && let Some((_, entries)) = self.lists.iter().find(|(name, _)| *name == list)
            && let Some((line, name)) = usize::try_from(index).ok().and_then(|index| entries.get(index))
        {
            let key = rest.iter().filter_map(|part| part.as_str()).collect::<Vec<_>>().join(".");
            let key = if key.is_empty() { String::new() } else { format!(" {key}:") };
            return format!("{}:{line}: {name}:{key} {message}", self.file);
        }
        let place: Vec<_> =
            parts.iter().map(|part| part.as_str().map_or_else(|| part.to_string(), str::to_owned)).collect();
        if place.is_empty() {
            format!("{}: {message}", self.file)
        } else {
            format!("{}: {}: {message}", self.file, place.join("."))
        }
    }
}

/// Complaints as one text, a line each.
fn told(mut complaints: Vec<String>) -> String {
    let more = complaints.len().saturating_sub(MAX_COMPLAINTS);
    complaints.truncate(MAX_COMPLAINTS);
    if more > 0 {
        complaints.push(format!("and {more} more"));
    }
    complaints.join("\n")
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

fn parse<T: DeserializeOwned>(text: &str, file: &str) -> anyhow::Result<T> {
    let text = &escaped(text);
    let mut options = Options::default();
    // A file of one's own is no attack; its size is limited already.
    options.budget = None;
    options.duplicate_keys = DuplicateKeyPolicy::Error;
    options.with_snippet = false;
    serde_saphyr::from_str_with_options(text, options).map_err(|error| {
        let line = error.location().map(|location| format!("{}:", location.line())).unwrap_or_default();
        // The place is told already.
        let text = error.without_snippet().to_string();
        let text = text.rsplit_once(" at line ").map_or(text.as_str(), |(text, _)| text);
        Failure::Input(format!("{file}:{line} {text}")).into()
    })
}

/// A team file with the places of its entries.
pub(crate) fn team(path: &Path) -> anyhow::Result<(Team, Places)> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct File {
        version: u32,
        #[serde(default)]
        workspaces: Option<Vec<Spanned<TeamWorkspace>>>,
        #[serde(default)]
        users: Option<Vec<Spanned<TeamUser>>>,
    }
    let file = shown(path);
    let read: File = parse(&read_input(path)?, &file).map_err(|error| {
        Failure::Input(format!(
            "{error}\n  ochre apply --help shows what a file looks like, and ochre export team writes one"
        ))
    })?;
    let (workspaces, users) = (read.workspaces.unwrap_or_default(), read.users.unwrap_or_default());
    let places = Places {
        file,
        lists: vec![
            ("workspaces", workspaces.iter().map(|entry| (line(entry), entry.value.name.clone())).collect()),
            ("users", users.iter().map(|entry| (line(entry), entry.value.username.clone())).collect()),
        ],
    };
    let team = Team {
        version: read.version,
        workspaces: workspaces.into_iter().map(|entry| entry.value).collect(),
        users: users.into_iter().map(|entry| entry.value).collect(),
    };
    Ok((team, places))
}

fn line<T>(entry: &Spanned<T>) -> u64 {
    entry.referenced.line()
}

/// Somebody in a file of people.
pub(crate) struct Person {
    pub(crate) user: TeamUser,
    pub(crate) password: Option<String>,
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

/// A file of people with the places of its entries. Everything that is wrong with it is told at once.
pub(crate) fn people(path: &Path, format: Option<FileFormat>) -> anyhow::Result<(Vec<Person>, Places)> {
    let file = shown(path);
    let format = match (format, path.extension().and_then(|extension| extension.to_str())) {
        (Some(format), _) => format,
        (None, Some("csv")) => FileFormat::Csv,
        (None, Some("json")) => FileFormat::Json,
        (None, Some("yaml" | "yml")) => FileFormat::Yaml,
        (None, _) => {
            let why = format!("{file}: is it CSV, JSON or YAML? --format tells");
            return Err(Failure::Usage(why).into());
        }
    };
    let text = read_input(path)?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    let entries = match format {
        FileFormat::Csv => csv_entries(text, &file)?,
        // JSON is YAML.
        FileFormat::Json | FileFormat::Yaml => {
            let entries: Vec<Spanned<Entry>> = parse(text, &file)?;
            entries.into_iter().map(|entry| (line(&entry), entry.value)).collect()
        }
    };
    let mut complaints = Vec::new();
    let (mut people, mut places, mut seen) = (Vec::new(), Vec::new(), HashSet::new());
    for (line, entry) in entries {
        let username = entry.username.clone();
        let mut complain = |key: &str, what: &str| complaints.push(format!("{file}:{line}: {username}: {key}: {what}"));
        if !seen.insert(username.clone()) {
            complain("username", "stands in the file twice");
        }
        if let Some(person) = person(entry, &mut complain) {
            places.push((line, username));
            people.push(person);
        }
    }
    if complaints.is_empty() {
        Ok((people, Places { file, lists: vec![("users", places)] }))
    } else {
        Err(Failure::Input(told(complaints)).into())
    }
}

fn person(entry: Entry, complain: &mut impl FnMut(&str, &str)) -> Option<Person> {
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
    };
    good.then_some(person)
}

fn csv_entries(text: &str, file: &str) -> anyhow::Result<Vec<(u64, Entry)>> {
    let header = text.lines().next().unwrap_or_default();
    // As spreadsheets write it where the comma is the decimal sign.
    let delimiter = if header.contains(';') && !header.contains(',') { b';' } else { b',' };
    let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).from_reader(text.as_bytes());
    let wrong = |line: u64, what: String| -> anyhow::Error { Failure::Input(format!("{file}:{line}: {what}")).into() };
    let broken = |error: csv::Error| {
        let line = error.position().map_or(1, csv::Position::line);
        match error.kind() {
            csv::ErrorKind::UnequalLengths { expected_len, len, .. } => {
                wrong(line, format!("there are {len} fields, and the header has {expected_len}"))
            }
            _ => wrong(line, error.to_string()),
        }
    };
    let names: Vec<String> = reader.headers().map_err(broken)?.iter().map(|name| name.trim().to_lowercase()).collect();
    for name in &names {
        if !COLUMNS.contains(&name.as_str()) {
            return Err(wrong(1, format!("the column {name:?} is not known; known are {}", COLUMNS.join(", "))));
        }
    }
    if !names.iter().any(|name| name == "username") {
        return Err(wrong(1, "the header names no column username".to_owned()));
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

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    fn file(text: &str, suffix: &str) -> tempfile::NamedTempFile {
        let mut file = tempfile::Builder::new().suffix(suffix).tempfile().unwrap();
        file.write_all(text.as_bytes()).unwrap();
        file
    }

    fn complaint<T>(outcome: anyhow::Result<T>, file: &tempfile::NamedTempFile) -> String {
        let error = outcome.err().unwrap().to_string();
        error.replace(&file.path().display().to_string(), "FILE")
    }

    #[test]
    fn people_are_read_from_each_format_alike() {
        let csv =
            "\u{feff}username,role,workspaces,last_name\nada,Admin,\"papers; images\",\"de \"\"L\"\"\"\n\nbob,,,\n";
        let semicolons = "username;role;workspaces;last_name\nada;admin;papers|images;\"de \"\"L\"\"\"\nbob;;;\n";
        let json = r#"[{"username":"ada","role":"admin","workspaces":["papers","images"],"last_name":"de \"L\""},
            {"username":"bob"}]"#;
        let yaml =
            "- {username: ada, role: admin, workspaces: [papers, images], last_name: de \"L\"}\n- username: bob\n";
        for (text, suffix) in [(csv, ".csv"), (semicolons, ".csv"), (json, ".json"), (yaml, ".yaml")] {
            let (people, _) = people(file(text, suffix).path(), None).unwrap();
            let ada = &people[0].user;
            assert_eq!(
                (ada.username.as_str(), ada.role, ada.last_name.as_deref()),
                ("ada", Some(Role::Admin), Some("de \"L\""))
            );
            assert_eq!(ada.workspaces.as_deref(), Some(&["papers".to_owned(), "images".to_owned()][..]));
            let bob = &people[1].user;
            assert_eq!((bob.username.as_str(), bob.role, &bob.workspaces, &bob.last_name), ("bob", None, &None, &None));
        }
    }

    #[test]
    fn every_complaint_names_its_line() {
        let csv = file("username,role,password\nada,boss,short\nada,,\n\n,admin,\n", ".csv");
        let expected = "FILE:2: ada: role: \"boss\" should be owner, admin or annotator\n\
                        FILE:2: ada: password: should have at least 8 characters\n\
                        FILE:3: ada: username: stands in the file twice\n\
                        FILE:5: : username: is empty";
        assert_eq!(complaint(people(csv.path(), None), &csv), expected);
        for (text, suffix, expected) in [
            (
                "name\nada\n",
                ".csv",
                "FILE:1: the column \"name\" is not known; known are username, first_name, last_name, role, workspaces, password, password_hash",
            ),
            ("role\nadmin\n", ".csv", "FILE:1: the header names no column username"),
            ("username,role\nada\n", ".csv", "FILE:2: there are 1 fields, and the header has 2"),
            (
                "- username: ada\n  rolle: admin\n",
                ".yml",
                "FILE:2: unknown field `rolle`, expected one of username, first_name, last_name, role, workspaces, password, password_hash",
            ),
        ] {
            let file = file(text, suffix);
            assert_eq!(complaint(people(file.path(), None), &file), expected);
        }
        let unknown = file("", ".txt");
        assert!(people(unknown.path(), None).err().unwrap().to_string().contains("--format"));
    }

    #[test]
    fn json_may_hold_what_yaml_may_not() {
        let text = "{\"version\": 1, \"users\": [{\"username\": \"a\u{7f}\u{85}\"}]}";
        let (team, _) = team(file(text, ".json").path()).unwrap();
        assert_eq!(team.users[0].username, "a\u{7f}\u{85}");
    }

    #[test]
    fn the_servers_complaints_get_their_lines() {
        let file = file(
            "version: 1\nworkspaces:\n  - name: papers\nusers:\n  - username: ada\n\n  - username: eve\n    role: admin\n",
            ".yaml",
        );
        let (team, places) = team(file.path()).unwrap();
        assert_eq!((team.users.len(), team.workspaces.len()), (2, 1));
        let problem = |loc: serde_json::Value| {
            let problem = serde_json::json!({"type": "t", "loc": loc, "msg": "wrong"});
            places.place(&serde_json::from_value(problem).unwrap()).replace(&file.path().display().to_string(), "FILE")
        };
        assert_eq!(problem(serde_json::json!(["body", "users", 1, "role"])), "FILE:7: eve: role: wrong");
        assert_eq!(problem(serde_json::json!(["body", "workspaces", 0, "name"])), "FILE:3: papers: name: wrong");
        assert_eq!(problem(serde_json::json!(["body", "version"])), "FILE: version: wrong");
    }
}
