//! Which server, and as whom.
//!
//! A remembered key goes to its own server alone. The environment's key goes to the environment's address; where that says none, to
//! the one of `--url`.

use ochre_client::{Client, environment};

use crate::{
    args::Global,
    failure::Failure,
    profile::{DEFAULT, Profiles, same_server},
};

/// Where a server is looked for that nobody named.
pub(crate) const DEFAULT_URL: &str = "http://localhost:6900";

/// A connection, and where its credentials come from.
#[derive(Debug)]
pub(crate) struct Connection {
    pub(crate) client: Client,
    /// For messages: `the login "default"`, `the environment`.
    pub(crate) source: String,
}

/// The connection that flags, environment and logins describe.
pub(crate) fn connect(global: &Global) -> anyhow::Result<Connection> {
    // What is no address is told before anybody is asked to sign in there.
    if let Some(url) = global.url.clone().or_else(environment::url) {
        Client::builder(url).build()?;
    }
    if let Some(name) = &global.profile {
        return by_profile(name, global.url.as_deref());
    }
    let elsewhere = match (&global.url, environment::url()) {
        (Some(url), Some(environment)) => !same_server(url, &environment),
        _ => false,
    };
    if let (Some(key), false) = (environment::api_key(), elsewhere) {
        let url = global.url.clone().or_else(environment::url).unwrap_or_else(|| DEFAULT_URL.to_owned());
        let source = "the environment".to_owned();
        return Ok(Connection { client: Client::builder(url).api_key(key).build()?, source });
    }
    let profiles = Profiles::read()?;
    match global.url.clone().or_else(environment::url) {
        Some(url) => match profiles.of_server(&url) {
            Some((name, profile)) => remembered(name, &url, &profile.api_key),
            None => Err(not_signed_in(&format!("nobody is signed in to {url}"), &url)),
        },
        None => match profiles.get(DEFAULT) {
            Some(profile) => remembered(DEFAULT, &profile.url, &profile.api_key),
            None => Err(not_signed_in("nobody is signed in", DEFAULT_URL)),
        },
    }
}

fn by_profile(name: &str, url: Option<&str>) -> anyhow::Result<Connection> {
    let profiles = Profiles::read()?;
    let Some(profile) = profiles.get(name) else {
        let known: Vec<_> = profiles.all().map(|(name, _)| name).collect();
        let known = if known.is_empty() { String::new() } else { format!(" (there are {})", known.join(", ")) };
        return Err(Failure::NotSignedIn(format!(
            "there is no login {name:?}{known}; ochre login --profile {name} makes it"
        ))
        .into());
    };
    match url {
        Some(url) if !same_server(url, &profile.url) => {
            let why = format!("the login {name:?} is for {}, and its key goes nowhere else", profile.url);
            Err(Failure::Usage(why).into())
        }
        _ => remembered(name, &profile.url, &profile.api_key),
    }
}

fn remembered(name: &str, url: &str, key: &str) -> anyhow::Result<Connection> {
    let client = Client::builder(url).api_key(key).build()?;
    Ok(Connection { client, source: format!("the login {name:?}") })
}

fn not_signed_in(what: &str, url: &str) -> anyhow::Error {
    Failure::NotSignedIn(format!("{what}: ochre login --url {url} signs in, or set OCHRE_API_URL and OCHRE_API_KEY"))
        .into()
}
