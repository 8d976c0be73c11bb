//! `oidc test`: what a provider says of an account, and which rule fires.

use std::{collections::BTreeMap, path::Path, sync::Arc};

use clap::{Arg, ArgMatches, Command};

use super::{
    CommandError,
    console::{ask, note, say},
    text,
};
use crate::{
    config::Config,
    oidc::{Callback, Claims, Provider, Secrets, first, pairs, read},
    public_url,
    security::OsRandom,
    shown::quote,
};

/// The group.
pub(super) fn command() -> Command {
    Command::new("oidc").about("Maintain sign-in providers").subcommand(
        Command::new("test")
            .about("Sign in by a provider, and print the claims and the rule that fires; nothing is changed")
            .arg(
                Arg::new("provider")
                    .value_name("PROVIDER")
                    .help("Its name in the file; not needed where there is one alone"),
            )
            .arg(text(
                "claims",
                "FILE",
                "Take the claims from a file (JSON; - for the standard input) instead of signing in",
            )),
    )
}

pub(super) async fn test(matches: &ArgMatches, config: &Config) -> Result<(), CommandError> {
    let Some(path) = &config.oidc_config else {
        return Err(CommandError::Usage("name the file of the providers: --oidc-config FILE".to_owned()));
    };
    let mut settings: BTreeMap<_, _> = read(path)
        .map_err(CommandError::Refused)?
        .into_iter()
        .map(|provider| (provider.name.clone(), provider))
        .collect();
    let known = settings.keys().cloned().collect::<Vec<_>>().join(", ");
    let name = match matches.get_one::<String>("provider") {
        Some(name) => name.clone(),
        None if settings.len() == 1 => known.clone(),
        None => return Err(CommandError::Usage(format!("which provider? There are {known}"))),
    };
    let Some(settings) = settings.remove(&name) else {
        return Err(CommandError::Usage(format!("there is no provider {}; there are {known}", quote(&name))));
    };
    let provider = Provider::new(settings).map_err(CommandError::Refused)?;
    let claims = match matches.get_one::<String>("claims") {
        Some(file) => from_file(Path::new(file))?,
        None => by_signing_in(&provider, config).await?,
    };
    report(&provider, &claims)
}

fn from_file(path: &Path) -> Result<Claims, CommandError> {
    let text = if path.as_os_str() == "-" {
        std::io::read_to_string(std::io::stdin()).map_err(CommandError::Terminal)?
    } else {
        std::fs::read_to_string(path).map_err(|error| CommandError::Refused(format!("{}: {error}", path.display())))?
    };
    serde_json::from_str(&text)
        .map_err(|error| CommandError::Refused(format!("the claims are no JSON object: {error}")))
}

/// The whole way through the provider, with a browser that somebody else holds.
async fn by_signing_in(provider: &Provider, config: &Config) -> Result<Claims, CommandError> {
    let refused = |error: crate::oidc::OidcError| CommandError::Refused(error.to_string());
    let random: Arc<dyn ochre_domain::ports::Random> = Arc::new(OsRandom);
    let secrets = Secrets::new(random.as_ref());
    let redirect = format!("{}/oauth/{}/callback", public_url(config), provider.settings.name);
    let address = provider.authorize(&redirect, &secrets, &[]).await.map_err(refused)?;
    note("Open this address in a browser and sign in:")?;
    say(&address)?;
    note(&format!(
        "The browser comes back to {redirect}, where it is shown an error: this sign-in is not the server's. Copy the whole \
         address from there."
    ))?;
    let pasted = ask("Address", None)?;
    let query = pasted.trim().split_once('?').map(|(_, query)| query).unwrap_or_default();
    let pairs = pairs(Some(query));
    let callback = Callback::of(&pairs, None);
    if let Some(error) = callback.error {
        return Err(CommandError::Refused(format!("the provider refused: {error}")));
    }
    if callback.state != Some(secrets.state.as_str()) {
        return Err(CommandError::Refused("the address is not that of this sign-in: its state is another".to_owned()));
    }
    let code = callback.code.ok_or_else(|| CommandError::Refused("the address has no code".to_owned()))?;
    provider.claims(&redirect, &secrets, code).await.map_err(refused)
}

fn report(provider: &Provider, claims: &Claims) -> Result<(), CommandError> {
    let text = serde_json::to_string_pretty(claims).map_err(|error| CommandError::Refused(error.to_string()))?;
    say("Claims:")?;
    say(&text)?;
    match provider.claimed(claims) {
        Ok(claimed) => say(&format!("User name: {}", claimed.username))?,
        Err(error) => say(&format!("User name: none, so nobody gets in: {error}"))?,
    }
    let Some((number, rule)) = first(&provider.settings.rules, claims) else {
        say("No rule fires: this account gets no access.")?;
        return Err(CommandError::Exit(1));
    };
    Ok(say(&format!("Rule {number} fires: {}", rule.describe()))?)
}
