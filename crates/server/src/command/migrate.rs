//! `users migrate`: a users file, with the words of Argilla's migration.

use std::path::Path;

use clap::ArgMatches;
use ochre_domain::{
    Error,
    model::AccountState,
    usecase::{FileUser, OnDifference, RosterReport, Step, UsersFile},
};

use super::{
    CommandError,
    console::{note, say},
    import::{differing, sentence},
    python::repr,
};
use crate::{
    RoleNames,
    config::Config,
    foundation::Foundation,
    users_file::{UsersFileText, quote},
};

/// Where Argilla looks where nothing else is said.
const DEFAULT_FILE: &str = ".users.yml";

/// Brings in the users of the file.
pub(super) async fn run(matches: &ArgMatches, config: &Config) -> Result<(), CommandError> {
    let path = config.users_file.as_deref().unwrap_or(Path::new(DEFAULT_FILE));
    let file = UsersFileText::read(path)?;
    say(&format!("Starting users migration process using file {}", repr(&path.display().to_string())))?;
    match bring_in(matches, config, &file).await {
        Ok(()) => Ok(say("Users migration process successfully finished")?),
        Err(error) => {
            // Which 1.6 did not say, and later versions do.
            if config.compat_role_names == RoleNames::Three {
                say("Users migration process failed...")?;
            }
            Err(error)
        }
    }
}

async fn bring_in(matches: &ArgMatches, config: &Config, file: &UsersFileText) -> Result<(), CommandError> {
    let (users, notes) = file.parse_with_notes()?;
    for line in notes {
        note(&line)?;
    }
    let foundation = Foundation::open(config).await?;
    let usecase = UsersFile::new(foundation.adapters);
    let on_difference = if matches.get_flag("update") { OnDifference::Update } else { OnDifference::Refuse };
    let report = if matches.get_flag("dry-run") {
        usecase.preview(&users, on_difference).await.map_err(|error| explain(file, error))?
    } else {
        usecase.import(&users, on_difference, &|_, _| {}).await.map_err(|error| explain(file, error))?
    };
    if report.refused {
        return Err(refusal(file, &report, config.compat_role_names));
    }
    for (user, step) in users.iter().zip(&report.steps) {
        let name = repr(user.username.as_str());
        match &step.step {
            Step::Create | Step::Disable => say(&format!("Migrating User with username {name}"))?,
            Step::Keep => say(&format!("User with username {name} already exists in database. Skipping..."))?,
            Step::Differ(differences) => {
                say(&format!("Migrating User with username {name}"))?;
                for difference in differences {
                    note(&format!("  {}", sentence(difference, config.compat_role_names)))?;
                }
            }
        }
    }
    tell_disabled(&users)
}

/// What a failed import says.
pub(super) fn explain(file: &UsersFileText, error: Error) -> CommandError {
    match error {
        Error::LastOwner(_) => file.without_owner().into(),
        error => error.into(),
    }
}

/// Why a file was refused: clashes, or users who differ.
pub(super) fn refusal(file: &UsersFileText, report: &RosterReport, names: RoleNames) -> CommandError {
    if report.clashes.is_empty() {
        CommandError::Refused(differing(report, names))
    } else {
        file.clashes(report).into()
    }
}

/// Argilla's migration forgot who was disabled; here they stay so, which those who move in should know.
pub(super) fn tell_disabled(users: &[FileUser]) -> Result<(), CommandError> {
    for user in users.iter().filter(|user| user.state == AccountState::Disabled) {
        note(&format!("user {} is disabled, as the file says, and cannot sign in", quote(user.username.as_str())))?;
    }
    Ok(())
}
