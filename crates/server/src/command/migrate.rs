//! `users migrate`: a users file, with the words of Argilla's migration.

use std::path::Path;

use clap::ArgMatches;
use ochre_domain::{
    model::AccountState,
    usecase::{FileUser, RosterReport, Step},
};

use super::{
    CommandError,
    console::{note, say},
    import::{bring_in, differing, sentence},
    python::repr,
};
use crate::{RoleNames, config::Config, shown::quote, users_file::UsersFileText};

/// Where Argilla looks where nothing else is said.
const DEFAULT_FILE: &str = ".users.yml";

/// Brings in the users of the file.
pub(super) async fn run(matches: &ArgMatches, config: &Config) -> Result<(), CommandError> {
    let path = config.users_file.as_deref().unwrap_or(Path::new(DEFAULT_FILE));
    let file = UsersFileText::read(path)?;
    say(&format!("Starting users migration process using file {}", repr(&path.display().to_string())))?;
    match migrate(matches, config, &file).await {
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

async fn migrate(matches: &ArgMatches, config: &Config, file: &UsersFileText) -> Result<(), CommandError> {
    let (users, report) = bring_in(matches, config, file, &|_, _| {}).await?;
    if report.refused {
        return Err(refusal(file, &report, config.compat_role_names));
    }
    for (user, step) in users.iter().zip(&report.steps) {
        let name = repr(user.username.as_str());
        match &step.step {
            // Nobody is disabled by a migration; the server's start does that.
            Step::Disable => {}
            Step::Create => say(&format!("Migrating User with username {name}"))?,
            Step::Keep => say(&format!("User with username {name} already exists in database. Skipping..."))?,
            Step::Differ(differences) => {
                say(&format!("Migrating User with username {name}"))?;
                for difference in differences {
                    note(&format!("  {}", sentence(difference, config.compat_role_names)))?;
                }
            }
        }
    }
    if matches.get_flag("dry-run") {
        note("nothing was changed: this was a rehearsal")?;
    }
    tell_disabled(&users)
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
