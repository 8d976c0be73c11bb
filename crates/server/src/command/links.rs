//! `users reset-link` and `invite`: letting people in while the server is down, the locked-out owner first of all.

use std::time::Duration;

use clap::{Arg, ArgAction, ArgMatches, Command};
use ochre_domain::{
    model::{MAX_INVITATION_LIFETIME, MAX_LINK_USES, MAX_RESET_LIFETIME, MIN_LINK_LIFETIME, Username, WorkspaceName},
    usecase::{Links, MadeLink, NewInvitation},
};
use ochre_dto::time::{format, from_micros};

use super::{
    CommandError,
    console::{note, say},
    text,
};
use ochre_storage::{Connections, schema};

use crate::{StartError, config::Config, foundation::Foundation, public_url, shown::quote};

/// `users reset-link`
pub(super) fn reset_link() -> Command {
    Command::new("reset-link")
        .about("Make a link by which a user sets a new password, once")
        .arg(Arg::new("username").value_name("USERNAME").required(true).help("User name"))
        .arg(text("expires-in", "DURATION", "How long it lasts, as 90s, 15m, 24h or 7d [default: 1h]"))
}

/// `invite`
pub(super) fn invite() -> Command {
    Command::new("invite")
        .about("Make a link by which people make their own accounts")
        .arg(text("role", "ROLE", "Role of the new users: owner, admin or annotator").default_value("annotator"))
        .arg(
            text("workspace", "NAME", "A workspace of the new users, which exists; can be given again")
                .action(ArgAction::Append),
        )
        .arg(
            Arg::new("max-uses")
                .long("max-uses")
                .value_name("NUMBER")
                .value_parser(clap::value_parser!(u32).range(1..=i64::from(MAX_LINK_USES)))
                .default_value("1")
                .help("How many people may use it"),
        )
        .arg(text("expires-in", "DURATION", "How long it lasts, as 90s, 15m, 24h or 7d [default: 7d]"))
}

pub(super) async fn run_reset(matches: &ArgMatches, config: &Config) -> Result<(), CommandError> {
    let name = matches.get_one::<String>("username").map(String::as_str).unwrap_or_default();
    let lifetime = lifetime(matches, MAX_RESET_LIFETIME)?;
    let foundation = existing(config).await?;
    let username = Username::verbatim(name.replace('\0', ""));
    match Links::new(foundation.adapters).reset_offline(&username, lifetime).await {
        Ok(Some(made)) => tell(config, &made),
        Err(ochre_domain::Error::CannotSignIn(_)) => Err(CommandError::Refused(format!(
            "the user {} is disabled, or its time is over: the link would be worth nothing",
            quote(name)
        ))),
        Err(error) => Err(error.into()),
        Ok(None) => Err(CommandError::Refused(format!("there is no user {}", quote(name)))),
    }
}

pub(super) async fn run_invite(matches: &ArgMatches, config: &Config) -> Result<(), CommandError> {
    let role = matches.get_one::<String>("role").map(String::as_str).unwrap_or_default();
    let role = role
        .parse()
        .map_err(|_| CommandError::Usage(format!("--role: {} is not one of owner, admin, annotator", quote(role))))?;
    let names = matches.get_many::<String>("workspace").into_iter().flatten();
    let invitation = NewInvitation {
        role,
        workspaces: names.map(|name| WorkspaceName::verbatim(name.replace('\0', ""))).collect(),
        max_uses: matches.get_one::<u32>("max-uses").copied().unwrap_or(1),
        lifetime: lifetime(matches, MAX_INVITATION_LIFETIME)?,
    };
    let foundation = existing(config).await?;
    match Links::new(foundation.adapters).invite_offline(invitation).await {
        Ok(made) => tell(config, &made),
        Err(ochre_domain::Error::UnknownWorkspace(name)) => {
            Err(CommandError::Refused(format!("there is no workspace {}", quote(name.as_str()))))
        }
        Err(error) => Err(error.into()),
    }
}

/// The database, which must be there: a link into a new one would lead nowhere.
async fn existing(config: &Config) -> Result<Foundation, CommandError> {
    if schema::current(&config.database_url).await.map_err(StartError::from)?.is_none() {
        let why = format!("there is no database {} yet; --home or --database-url names another", config.database_url);
        return Err(CommandError::Refused(why));
    }
    Ok(Foundation::open(config, Connections::OnDemand).await?)
}

/// The link alone goes to the standard output.
fn tell(config: &Config, made: &MadeLink) -> Result<(), CommandError> {
    let until = format(from_micros(made.link.expires_at.micros()));
    note(&format!("Whoever has this link can use it, until {until} UTC, where the server is running:"))?;
    Ok(say(&format!("{}/links/{}", public_url(config), made.token.expose()))?)
}

fn lifetime(matches: &ArgMatches, most: Duration) -> Result<Option<Duration>, CommandError> {
    let Some(text) = matches.get_one::<String>("expires-in") else { return Ok(None) };
    let duration = duration(text).filter(|duration| (MIN_LINK_LIFETIME..=most).contains(duration));
    let days = most.as_secs() / 86_400;
    duration.map(Some).ok_or_else(|| {
        let why = format!("--expires-in: {} should be 60s to {days}d, as 90s, 15m, 24h or 7d", quote(text));
        CommandError::Usage(why)
    })
}

/// A duration: a whole number of seconds, or of what its last letter says.
fn duration(text: &str) -> Option<Duration> {
    let (digits, unit) = match text.char_indices().last()? {
        (at, 's') => (&text[..at], 1),
        (at, 'm') => (&text[..at], 60),
        (at, 'h') => (&text[..at], 3600),
        (at, 'd') => (&text[..at], 86_400),
        _ => (text, 1),
    };
    let number: u64 = digits.parse().ok()?;
    Some(Duration::from_secs(number.checked_mul(unit)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_duration_has_a_unit_or_is_in_seconds() {
        for (text, seconds) in [("90", 90), ("90s", 90), ("15m", 900), ("24h", 86_400), ("7d", 604_800)] {
            assert_eq!(duration(text), Some(Duration::from_secs(seconds)), "{text}");
        }
        for bad in ["", "h", "1.5h", "-1h", "1w", "99999999999999999999d", "1 h", "é"] {
            assert_eq!(duration(bad), None, "{bad}");
        }
    }
}
