//! Files of people, as the console takes and gives them.

use std::collections::HashSet;

use ochre_domain::{
    FieldError,
    model::{FirstName, LastName, PasswordHash, Timestamp, Username, WorkspaceName},
    usecase::{DesiredTeam, DesiredUser},
};
use ochre_dto::{
    file::{self, Aliases, Complaint, Format},
    v1::{TEAM_VERSION, TeamUser},
};
use ochre_web::FileProblem;

use crate::api::team as to_wire;

/// Reads people: a table, a list, or a whole team. Passwords in clear text are refused: a page is no place for those of others.
pub(super) fn read(text: &str) -> Result<DesiredTeam, Vec<FileProblem>> {
    let told = |complaint: Complaint| FileProblem { line: complaint.line, message: complaint.message };
    let first = text.lines().find(|line| !line.trim().is_empty() && !line.trim_start().starts_with('#'));
    let first = first.unwrap_or_default().trim_start();
    let mut reader = Reader::default();
    let mut team = DesiredTeam::default();
    if ["version", "workspaces:", "users:", "{"].iter().any(|key| first.starts_with(key)) {
        let placed = file::team(text, Aliases::Refused).map_err(|complaint| vec![told(complaint)])?;
        if placed.team.version != TEAM_VERSION {
            let message = format!("version should be {TEAM_VERSION}");
            return Err(vec![FileProblem { line: None, message }]);
        }
        let mut seen = HashSet::new();
        for (line, workspace) in placed.workspaces.iter().zip(placed.team.workspaces) {
            if !seen.insert(workspace.name.clone()) {
                reader.complain(*line, &workspace.name, "name", "stands in the file twice");
            }
            let name = WorkspaceName::try_new(&workspace.name);
            team.workspaces.extend(reader.take(*line, &workspace.name, "name", name));
        }
        for (line, user) in placed.users.iter().zip(placed.team.users) {
            team.users.extend(reader.user(*line, user));
        }
    } else {
        let format = if first.starts_with('-') || first.starts_with('[') { Format::Yaml } else { Format::Csv };
        let people = file::people(text, format, Aliases::Refused)
            .map_err(|all| all.into_iter().map(told).collect::<Vec<_>>())?;
        for person in people {
            if person.password.is_some() {
                let what = "leave passwords out, and let people set their own by reset links";
                reader.complain(person.line, &person.user.username, "password", what);
            }
            team.users.extend(reader.user(person.line, person.user));
        }
    }
    if reader.problems.is_empty() { Ok(team) } else { Err(reader.problems) }
}

/// Reads values, and collects what is wrong with them.
#[derive(Default)]
struct Reader {
    problems: Vec<FileProblem>,
    seen: HashSet<String>,
}

impl Reader {
    fn complain(&mut self, line: u64, name: &str, key: &str, what: &str) {
        self.problems.push(FileProblem { line: Some(line), message: format!("{name}: {key}: {what}") });
    }

    fn take<T>(&mut self, line: u64, name: &str, key: &str, value: Result<T, FieldError>) -> Option<T> {
        value.map_err(|error| self.complain(line, name, key, &error.to_string())).ok()
    }

    fn user(&mut self, line: u64, user: TeamUser) -> Option<DesiredUser> {
        let name = user.username.clone();
        if !self.seen.insert(name.clone()) {
            self.complain(line, &name, "username", "stands in the file twice");
        }
        let first = user.first_name.as_deref().map(FirstName::try_new);
        let last = user.last_name.as_deref().map(LastName::try_new);
        let hash = user.password_hash.as_deref().map(PasswordHash::try_made);
        let username = self.take(line, &name, "username", Username::try_new(&name));
        let first_name = first.and_then(|value| self.take(line, &name, "first_name", value));
        let last_name = last.and_then(|value| self.take(line, &name, "last_name", value));
        let password_hash = hash.and_then(|value| self.take(line, &name, "password_hash", value));
        if user.must_change_password == Some(true) && password_hash.is_none() {
            self.complain(line, &name, "must_change_password", "a user without a password has none to change");
        }
        let mut seen = HashSet::new();
        let workspaces = user.workspaces.map(|names| {
            let named = names.into_iter().filter(|name| seen.insert(name.clone()));
            named.filter_map(|text| self.take(line, &name, "workspaces", WorkspaceName::try_new(&text))).collect()
        });
        Some(DesiredUser {
            first_name,
            last_name,
            role: user.role.and_then(|role| role.as_str().parse().ok()),
            workspaces,
            password_hash,
            must_change_password: user.must_change_password.unwrap_or_default(),
            active_until: user.active_until.map(|end| Timestamp::from_micros(end.and_utc().timestamp_micros())),
            ..DesiredUser::new(username?)
        })
    }
}

/// A team as a YAML file.
pub(super) fn write(team: DesiredTeam) -> String {
    // Texts, numbers and lists: nothing of it cannot be written.
    serde_saphyr::to_string(&to_wire(team)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use ochre_domain::model::Role;

    use super::*;

    #[test]
    fn a_table_a_list_and_a_team_are_read_alike() {
        let csv = "username,role,workspaces\nada,admin,papers;reviews\n";
        let list = "- {username: ada, role: admin, workspaces: [papers, reviews]}\n";
        let team = "# ours\nversion: 1\nworkspaces: [{name: papers}]\nusers:\n  - {username: ada, role: admin, workspaces: [papers, reviews]}\n";
        for text in [csv, list, team] {
            let team = read(text).unwrap();
            let names: Vec<_> = team.users[0].workspaces.iter().flatten().map(WorkspaceName::as_str).collect();
            assert_eq!(
                (team.users.len(), team.users[0].role, names),
                (1, Some(Role::Admin), vec!["papers", "reviews"])
            );
        }
        assert_eq!(read(team).unwrap().workspaces.len(), 1);
    }

    #[test]
    fn every_problem_has_its_line() {
        let problems = read("version: 1\nworkspaces:\n  - {name: w}\n  - {name: w}\n").unwrap_err();
        let told: Vec<_> = problems.iter().map(|problem| (problem.line, problem.message.as_str())).collect();
        assert_eq!(told, [(Some(4), "w: name: stands in the file twice")]);
        let problems = read("username,password,first_name\nada,12345678,\nada,,Ada\n").unwrap_err();
        let told: Vec<_> = problems.iter().map(|problem| (problem.line, problem.message.as_str())).collect();
        assert_eq!(told, [(Some(3), "ada: username: stands in the file twice")]);
        let problems = read("username,password\nada,12345678\n").unwrap_err();
        assert!(problems[0].line == Some(2) && problems[0].message.contains("leave passwords out"), "{problems:?}");
        let bomb = "version: 1\nusers:\n  - {username: &a ada}\n  - {username: bob, first_name: *a}\n";
        assert!(read(bomb).is_err(), "a short file must not stand for a large one");
        assert!(read("version: 2\n").is_err() && read("nonsense").is_err());
    }
}
