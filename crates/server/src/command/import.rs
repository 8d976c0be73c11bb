//! `users import`: a users file, with words of our own.

use std::{
    fmt::Write as _,
    io::{IsTerminal as _, stderr},
    path::Path,
    time::Duration,
};

use clap::{Arg, ArgMatches, Command};
use indicatif::{ProgressBar, ProgressStyle};
use ochre_domain::{
    Error,
    model::{AccountState, WorkspaceName},
    usecase::{Difference, FileUser, OnDifference, Progress, RosterReport, Step, UsersFile},
};
use ochre_storage::Connections;

use super::{
    CommandError,
    console::{note, say},
    migrate::{refusal, tell_disabled},
    switch,
};
use crate::{
    RoleNames,
    config::Config,
    foundation::Foundation,
    shown::{MAX_LISTED, cut, quote},
    users_file::UsersFileText,
};

/// How often the bar moves although nothing was written.
const TICK: Duration = Duration::from_millis(100);

/// The command.
pub(super) fn command() -> Command {
    Command::new("import")
        .about("Bring in the users of a users file of Argilla 1.x: all of them or none")
        .arg(Arg::new("file").value_name("FILE").required(true).help("The users file (YAML)"))
        .arg(switch("dry-run", "Change nothing; name every user and what would change"))
        .arg(switch("update", "Change users who differ from what the file says"))
}

/// Brings in the users of the file.
pub(super) async fn run(matches: &ArgMatches, config: &Config) -> Result<(), CommandError> {
    let path = matches.get_one::<String>("file").map_or("", String::as_str);
    let file = UsersFileText::read(Path::new(path))?;
    let (bar, names) = (progress(), config.compat_role_names);
    let tell = |done: usize, all: usize| {
        bar.set_length(all as u64);
        bar.set_position(done as u64);
    };
    let outcome = bring_in(matches, config, &file, &tell).await;
    bar.finish_and_clear();
    let (users, report) = outcome?;
    let dry = matches.get_flag("dry-run");
    if dry {
        list(&users, &report, names)?;
    }
    if report.refused {
        return Err(refusal(&file, &report, names));
    }
    if !dry {
        for (user, step) in users.iter().zip(&report.steps) {
            if let Step::Differ(differences) = &step.step {
                note(&format!("changed {}: {}", quote(user.username.as_str()), sentences(differences, names)))?;
            }
        }
        tell_disabled(&users)?;
    }
    say(&summary(&report, if dry { "would be " } else { "" }))?;
    Ok(())
}

/// Reads a users file and brings it in, or with `--dry-run` says what that would do.
pub(super) async fn bring_in(
    matches: &ArgMatches,
    config: &Config,
    file: &UsersFileText,
    progress: Progress<'_>,
) -> Result<(Vec<FileUser>, RosterReport), CommandError> {
    let (users, notes) = file.parse_with_notes()?;
    for line in notes {
        note(&line)?;
    }
    let differing = if matches.get_flag("update") { OnDifference::Update } else { OnDifference::Refuse };
    let outcome = if matches.get_flag("dry-run") {
        let foundation = Foundation::rehearse(config).await?;
        UsersFile::new(foundation.adapters.clone()).preview(&users, differing).await
    } else {
        let foundation = Foundation::open(config, Connections::OnDemand).await?;
        UsersFile::new(foundation.adapters).import(&users, differing, progress).await
    };
    let report = outcome.map_err(|error| match error {
        Error::LastOwner(_) => file.without_owner().into(),
        error => CommandError::from(error),
    })?;
    if report.without_owner {
        note("there is no owner, so nobody can manage users: ochre-server users update NAME --role owner makes one")?;
    }
    Ok((users, report))
}

/// A bar on a terminal, nothing elsewhere.
fn progress() -> ProgressBar {
    if !stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new(0);
    let style = ProgressStyle::with_template("{spinner} {bar:40} {pos}/{len} users, {elapsed}")
        .unwrap_or_else(|_| ProgressStyle::default_bar());
    let bar = bar.with_style(style);
    // Before the first user is written the file is read and compared.
    bar.enable_steady_tick(TICK);
    bar
}

/// Every user and what would become of it.
fn list(users: &[FileUser], report: &RosterReport, names: RoleNames) -> Result<(), CommandError> {
    for (user, step) in users.iter().zip(&report.steps) {
        let name = user.username.as_str();
        match &step.step {
            Step::Create => {
                let disabled = if user.state == AccountState::Disabled { ", disabled" } else { "" };
                say(&format!("+ {name}: {}{disabled}, in {}", names.write(user.role), joined(&user.workspaces)))?;
            }
            Step::Keep => say(&format!("= {name}"))?,
            Step::Differ(differences) => say(&format!("~ {name}: {}", sentences(differences, names)))?,
            Step::Disable => say(&format!("- {name}"))?,
        }
    }
    Ok(())
}

fn summary(report: &RosterReport, would: &str) -> String {
    format!(
        "{} users: {} {would}created, {} {would}changed, {} as they are; {} workspaces {would}made",
        report.steps.len(),
        report.count(|step| *step == Step::Create),
        report.count(|step| matches!(step, Step::Differ(_))),
        report.count(|step| *step == Step::Keep),
        report.new_workspaces.len()
    )
}

/// Why a file was refused whose users differ from those who are known.
pub(super) fn differing(report: &RosterReport, names: RoleNames) -> String {
    let differing: Vec<_> = report
        .steps
        .iter()
        .filter_map(|user| match (&user.step, user.place) {
            (Step::Differ(differences), Some(place)) => Some((place, &user.username, differences)),
            (Step::Differ(_) | Step::Create | Step::Keep | Step::Disable, _) => None,
        })
        .collect();
    let count = differing.len();
    let mut text =
        format!("nothing was changed: {count} of the file's users are known and differ; --update changes them:");
    for (place, name, differences) in differing.iter().take(MAX_LISTED) {
        let (line, entry) = (place.line, place.entry);
        let name = quote(name.as_str());
        let differences = sentences(differences, names);
        // Writing to a text cannot fail.
        let _ = write!(text, "\n  line {line}, entry {entry}, {name}: {differences}");
    }
    if count > MAX_LISTED {
        let _ = write!(text, "\n  and {} more", count - MAX_LISTED);
    }
    text
}

fn sentences(differences: &[Difference], names: RoleNames) -> String {
    differences.iter().map(|difference| sentence(difference, names)).collect::<Vec<_>>().join("; ")
}

/// One difference: as it is, as the file says. Secrets are in neither.
pub(super) fn sentence(difference: &Difference, names: RoleNames) -> String {
    match difference {
        Difference::Username(old, new) => format!("username {} -> {}", quote(old.as_str()), quote(new.as_str())),
        Difference::FullName(old, new) => format!("full_name {} -> {}", quote(old), quote(new)),
        Difference::Email(old, new) => {
            let old = old.as_ref().map_or_else(|| "none".to_owned(), |email| quote(email.as_str()));
            format!("email {old} -> {}", quote(new.as_str()))
        }
        Difference::Role(old, new) => format!("role {} -> {}", names.write(*old), names.write(*new)),
        Difference::Workspaces(old, new) => format!("workspaces {} -> {}", joined(old), joined(new)),
        Difference::State(old, new) => format!("{} -> {}", old.as_str(), new.as_str()),
        Difference::ApiKey => "api_key".to_owned(),
        Difference::Password => "hashed_password".to_owned(),
    }
}

/// Names in brackets; of many the first.
fn joined(names: &[WorkspaceName]) -> String {
    let shown: Vec<_> = names.iter().take(MAX_LISTED).map(|name| cut(name.as_str())).collect();
    let more = names.len().saturating_sub(MAX_LISTED);
    let more = if more > 0 { format!(", and {more} more") } else { String::new() };
    format!("[{}{more}]", shown.join(", "))
}
