//! Which server, and as whom.
//!
//! A remembered key goes to its own server alone. The environment's key goes to the environment's address; where that says none, to
//! the one of `--url`.

use std::fmt;

use ochre_client::{Client, environment};

use crate::{
    args::Global,
    failure::Failure,
    profile::{DEFAULT, Profile, Profiles, same_server},
};

/// Where a server is looked for that nobody named.
pub(crate) const DEFAULT_URL: &str = "http://localhost:6900";

/// A connection, and where its credentials come from.
pub(crate) struct Connection {
    pub(crate) client: Client,
    /// The key that signs.
    pub(crate) key: String,
    /// For messages: `the login "default"`, `the environment`.
    pub(crate) source: String,
}

/// Leaves out the key.
impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connection").field("client", &self.client).field("source", &self.source).finish_non_exhaustive()
    }
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
        return Ok(Connection { client: Client::builder(url).api_key(&key).build()?, key, source });
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

/// The server that [`connect`] would ask, for whoever signs in without a login.
pub(crate) fn server(global: &Global) -> anyhow::Result<String> {
    if let Some(url) = &global.url {
        return Ok(url.clone());
    }
    if let Some(name) = &global.profile {
        return Ok(named(&Profiles::read()?, name)?.url.clone());
    }
    match (environment::url(), environment::api_key()) {
        (Some(url), _) => Ok(url),
        // A key without an address is for this one.
        (None, Some(_)) => Ok(DEFAULT_URL.to_owned()),
        (None, None) => {
            Ok(Profiles::read()?.get(DEFAULT).map_or_else(|| DEFAULT_URL.to_owned(), |profile| profile.url.clone()))
        }
    }
}

fn by_profile(name: &str, url: Option<&str>) -> anyhow::Result<Connection> {
    let profiles = Profiles::read()?;
    let profile = named(&profiles, name)?;
    match url {
        Some(url) if !same_server(url, &profile.url) => {
            let why = format!("the login {name:?} is for {}, and its key goes nowhere else", profile.url);
            Err(Failure::Usage(why).into())
        }
        _ => remembered(name, &profile.url, &profile.api_key),
    }
}

/// The login of this name. That there is none must not lead to another server.
fn named<'a>(profiles: &'a Profiles, name: &str) -> anyhow::Result<&'a Profile> {
    profiles.get(name).ok_or_else(|| {
        let known: Vec<_> = profiles.all().map(|(name, _)| name).collect();
        let known = if known.is_empty() { String::new() } else { format!(" (there are {})", known.join(", ")) };
        let why = format!("there is no login {name:?}{known}; ochre login --profile {name} makes it");
        Failure::NotSignedIn(why).into()
    })
}

fn remembered(name: &str, url: &str, key: &str) -> anyhow::Result<Connection> {
    let client = Client::builder(url).api_key(key).build()?;
    Ok(Connection { client, key: key.to_owned(), source: format!("the login {name:?}") })
}

fn not_signed_in(what: &str, url: &str) -> anyhow::Error {
    Failure::NotSignedIn(format!("{what}: ochre login --url {url} signs in, or set OCHRE_API_URL and OCHRE_API_KEY"))
        .into()
}
