//! Files of teams and of people, with the places of their entries, so that every complaint can name one.

use std::path::Path;

use ochre_client::{Error, FieldProblem, Team};
use ochre_dto::file::{self, Aliases, Format, PlacedTeam};

use crate::{
    args::FileFormat,
    command::{read_input, shown},
    failure::Failure,
};

pub(crate) use ochre_dto::file::Person;

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

/// A team file with the places of its entries.
pub(crate) fn team(path: &Path) -> anyhow::Result<(Team, Places)> {
    let file = shown(path);
    let read = file::team(&read_input(path)?, Aliases::Allowed).map_err(|complaint| {
        Failure::Input(format!(
            "{file}:{complaint}\n  ochre apply --help shows what a file looks like, and ochre export team writes one"
        ))
    })?;
    let PlacedTeam { team, workspaces, users } = read;
    let workspaces = workspaces.into_iter().zip(team.workspaces.iter().map(|entry| entry.name.clone())).collect();
    let users = users.into_iter().zip(team.users.iter().map(|entry| entry.username.clone())).collect();
    Ok((team, Places { file, lists: vec![("workspaces", workspaces), ("users", users)] }))
}

/// A file of people with the places of its entries. Everything that is wrong with it is told at once.
pub(crate) fn people(path: &Path, format: Option<FileFormat>) -> anyhow::Result<(Vec<Person>, Places)> {
    let file = shown(path);
    let format = match (format, path.extension().and_then(|extension| extension.to_str())) {
        (Some(FileFormat::Csv), _) | (None, Some("csv")) => Format::Csv,
        (Some(FileFormat::Json | FileFormat::Yaml), _) | (None, Some("json" | "yaml" | "yml")) => Format::Yaml,
        (None, _) => {
            let why = format!("{file}: is it CSV, JSON or YAML? --format tells");
            return Err(Failure::Usage(why).into());
        }
    };
    let people = file::people(&read_input(path)?, format, Aliases::Allowed).map_err(|complaints| {
        let complaints = complaints.iter().map(|complaint| format!("{file}:{complaint}")).collect();
        Failure::Input(told(complaints))
    })?;
    let places = people.iter().map(|person| (person.line, person.user.username.clone())).collect();
    Ok((people, Places { file, lists: vec![("users", places)] }))
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use ochre_client::Role;

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
