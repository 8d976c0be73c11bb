//! `import argilla`: taking over a database of Argilla.

use std::collections::HashMap;

use clap::{ArgMatches, Command};
use ochre_domain::{
    model::{Role, UserId, WorkspaceId},
    usecase::{Collision, OnCollision, Takeover, TakeoverReport, Tally, Writes},
};
use ochre_storage::{
    Connections, DatabaseUrl,
    argilla::{self, ArgillaDatabase, Roles},
};

use super::{CommandError, console::say, switch, text};
use crate::{
    config::Config,
    foundation::Foundation,
    shown::{MAX_LISTED, quote},
};

/// The command.
pub(super) fn command() -> Command {
    Command::new("argilla")
        .about("Take over users, workspaces and memberships from a database of Argilla 1.6 to 2.8 or of Extralit")
        .arg(
            text(
                "from",
                "URL",
                "The database: sqlite:///FILE or postgres://…, SQLAlchemy's spellings too; it is only read",
            )
            .required(true),
        )
        .arg(switch("dry-run", "Change nothing; say what would be taken over"))
        .arg(switch("skip-conflicts", "Take over the rest where names or keys collide with what is here"))
}

/// Takes over what can be taken over.
pub(super) async fn run(matches: &ArgMatches, config: &Config) -> Result<(), CommandError> {
    let from = matches.get_one::<String>("from").map_or("", String::as_str);
    let from: DatabaseUrl =
        from.parse().map_err(|error| CommandError::Usage(format!("Invalid value for '--from': it {error}.")))?;
    if from == config.database_url {
        return Err(CommandError::Usage("Invalid value for '--from': it is the database to be filled.".to_owned()));
    }
    let dry = matches.get_flag("dry-run");
    let there = argilla::read(&from).await?;
    let foundation =
        if dry { Foundation::rehearse(config).await? } else { Foundation::open(config, Connections::OnDemand).await? };
    let on_collision = if matches.get_flag("skip-conflicts") { OnCollision::Skip } else { OnCollision::Refuse };
    let writes = if dry { Writes::Never } else { Writes::Really };
    let report = Takeover::new(foundation.adapters.clone()).run(&there.source, on_collision, writes).await?;
    tell(&from, &there, &report, dry)?;
    if report.refused {
        let message = "nothing was taken over; --skip-conflicts takes over the rest";
        return Err(CommandError::Refused(message.to_owned()));
    }
    Ok(())
}

/// The report.
fn tell(from: &DatabaseUrl, there: &ArgillaDatabase, report: &TakeoverReport, dry: bool) -> Result<(), CommandError> {
    say(&format!("From {from}: schema {} ({})", there.revision, there.release))?;
    say("")?;
    say("              there   taken over   known   deleted here   left behind")?;
    let unreadable = |kind: &str| there.unreadable.iter().filter(|row| row.kind == kind).count();
    line("users", there.rows.0, report.users, unreadable("user"))?;
    line("workspaces", there.rows.1, report.workspaces, unreadable("workspace"))?;
    line("memberships", there.rows.2, report.memberships, unreadable("membership"))?;
    if let Some(owner) = &report.gave_way {
        say("")?;
        say(&format!("The untouched default owner {} gave way.", quote(owner.as_str())))?;
    }
    let collisions: Vec<_> = report.collisions.iter().map(collision).collect();
    problems("Conflicts with what is here", &collisions)?;
    let unreadable: Vec<_> =
        there.unreadable.iter().map(|row| format!("{} {}: {}", row.kind, quote(&row.name), row.why)).collect();
    problems("Rows that cannot be taken over", &unreadable)?;
    problems("Memberships of users or workspaces that are not taken over", &left_behind(there, report))?;
    let names: Vec<_> = there.without_password.iter().map(|name| quote(name.as_str())).collect();
    problems("Users whose password hash is no bcrypt: they cannot sign in by password", &names)?;
    if there.roles == Roles::Three {
        let admins = there.source.users.iter().filter(|user| user.role == Role::Admin);
        let admins: Vec<_> = admins.map(|user| quote(user.username.as_str())).collect();
        list(
            "Admins, who reach their own workspaces only: in a database that was upgraded from 1.6 to 1.10, admin meant owner",
            &admins,
        )?;
    }
    if report.without_owner {
        say("")?;
        say(
            "There is no owner, so nobody can manage users yet: ochre-server users update NAME --role owner makes one.",
        )?;
    }
    let datasets: Vec<_> = there
        .datasets
        .iter()
        .map(|dataset| format!("{} in {}", quote(&dataset.name), quote(&dataset.workspace)))
        .collect();
    list("Datasets, which are not taken over yet", &datasets)?;
    if dry {
        say("")?;
        say("Nothing was changed: this was a rehearsal.")?;
    }
    Ok(())
}

fn line(kind: &str, rows: usize, tally: Tally, unreadable: usize) -> Result<(), CommandError> {
    let (taken, known, deleted, skipped) = (tally.taken, tally.known, tally.deleted, tally.skipped + unreadable);
    Ok(say(&format!("{kind:<12} {rows:>6} {taken:>12} {known:>7} {deleted:>14} {skipped:>13}"))?)
}

/// The memberships that were left behind, by the names of both sides where they have one.
fn left_behind(there: &ArgillaDatabase, report: &TakeoverReport) -> Vec<String> {
    let users: HashMap<_, _> = there.source.users.iter().map(|user| (user.id, user.username.as_str())).collect();
    let teams: HashMap<_, _> = there.source.workspaces.iter().map(|team| (team.id, team.name.as_str())).collect();
    let line = |(user, team): &(UserId, WorkspaceId)| {
        let user = users.get(user).map_or_else(|| user.to_string(), |name| quote(name));
        let team = teams.get(team).map_or_else(|| team.to_string(), |name| quote(name));
        format!("{user} in {team}")
    };
    report.left.iter().map(line).collect()
}

fn problems(title: &str, lines: &[String]) -> Result<(), CommandError> {
    let (shown, more) = lines.split_at(lines.len().min(MAX_LISTED));
    let more = (!more.is_empty()).then(|| format!("and {} more", more.len()));
    list_of(lines.len(), title, shown.iter().chain(&more))
}

fn list(title: &str, lines: &[String]) -> Result<(), CommandError> {
    list_of(lines.len(), title, lines.iter())
}

fn list_of<'a>(count: usize, title: &str, lines: impl Iterator<Item = &'a String>) -> Result<(), CommandError> {
    if count == 0 {
        return Ok(());
    }
    say("")?;
    say(&format!("{title} ({count}):"))?;
    for line in lines {
        say(&format!("  {line}"))?;
    }
    Ok(())
}

fn collision(collision: &Collision) -> String {
    match collision {
        Collision::Username(name) => format!("a user {} is here, with another id", quote(name.as_str())),
        Collision::ApiKey(there, here) => {
            format!("the API key of {} is that of {} here", quote(there.as_str()), quote(here.as_str()))
        }
        Collision::UserId(there, here) => {
            format!("the id of {} is that of {} here", quote(there.as_str()), quote(here.as_str()))
        }
        Collision::WorkspaceName(name) => format!("a workspace {} is here, with another id", quote(name.as_str())),
        Collision::WorkspaceId(there, here) => {
            format!("the id of workspace {} is that of {} here", quote(there.as_str()), quote(here.as_str()))
        }
    }
}
