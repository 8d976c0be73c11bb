//! Signing in and out, and facts about oneself and the server.

use std::net::IpAddr;

use ochre_client::{Client, Error, User, environment};

use super::{Context, any_client};
use crate::{
    args::{Global, Login},
    connection::DEFAULT_URL,
    console::{Talk, ask, ask_secret, is_interactive, known_password, secret_from_stdin},
    failure::Failure,
    output::{self, Info, KnownLogin, Row as _, Whoami},
    profile::{DEFAULT, Profile, Profiles},
};

pub(crate) async fn login(global: &Global, login: Login) -> anyhow::Result<()> {
    let talk = Talk { quiet: global.quiet };
    let name = global.profile.as_deref().unwrap_or(DEFAULT);
    // Before anybody types a secret.
    let profiles = Profiles::read()?;
    let known = profiles.get(name).map(|profile| profile.url.clone());
    // A login that has a name stays with its server, whatever the environment says.
    let named = known.clone().filter(|_| global.profile.is_some());
    let url = match global.url.clone().or(named).or_else(environment::url) {
        Some(url) => url,
        None if is_interactive() => ask("Server", Some(known.as_deref().unwrap_or(DEFAULT_URL)))?,
        None => known.unwrap_or_else(|| DEFAULT_URL.to_owned()),
    };
    if is_interactive() {
        talk.say(&format!("Signing in to {url}"));
    }
    warn_of_plain_http(talk, &url);
    // What is no address is told before anybody types a secret.
    Client::builder(&url).build()?;
    let by_key = login.api_key_stdin;
    let client = signing(&url, login)?;
    let me = who(&client, by_key).await?;
    if me.api_key.is_empty() {
        let why = "a login remembers the API key of the account, which a named key does not get to see: set OCHRE_API_URL and \
                   OCHRE_API_KEY to use a named key";
        return Err(Failure::NotSignedIn(why.to_owned()).into());
    }
    let url = client.url().trim_end_matches('/').to_owned();
    let profile = Profile { url: url.clone(), username: me.username.clone(), api_key: me.api_key.clone() };
    Profiles::change(|profiles| profiles.set(name, profile))?;
    talk.say(&format!("Signed in to {url} as {} ({}).", me.username, me.role));
    if environment::api_key().is_some() {
        talk.say("An API key in the environment counts before this login: unset OCHRE_API_KEY and ARGILLA_API_KEY to use it.");
    }
    if name != DEFAULT {
        talk.say(&format!("Commands use it with --profile {name}."));
    }
    Ok(())
}

/// Who the credentials belong to, in the words of somebody who signs in.
async fn who(client: &Client, by_key: bool) -> anyhow::Result<User> {
    let url = client.url().trim_end_matches('/');
    let error = match client.me().await {
        Ok(me) => return Ok(me),
        Err(error) => error,
    };
    let why = match error.status() {
        Some(401) if by_key => format!("{url} does not know this API key"),
        Some(401) => format!("{url} does not accept this user name with this password or API key"),
        Some(404 | 405) => format!("there is no Ochre or Argilla server at {url}"),
        _ if matches!(error, Error::Unexpected { status, .. } if status < 500) => {
            format!("there is no Ochre or Argilla server at {url}")
        }
        _ => return Err(error.into()),
    };
    Err(if error.status() == Some(401) { Failure::NotSignedIn(why) } else { Failure::Input(why) }.into())
}

/// A client with what the user gives to sign in.
fn signing(url: &str, login: Login) -> anyhow::Result<Client> {
    let builder = Client::builder(url);
    if login.api_key_stdin {
        // Typed, it is not shown.
        let key = if is_interactive() { ask_secret("API key", "")? } else { secret_from_stdin("API key")? };
        return Ok(builder.api_key(key).build()?);
    }
    if let Some(username) = login.username {
        return Ok(builder.password(username, known_password(&login.password)?).build()?);
    }
    let instead = "--api-key-stdin, or --username with --password-stdin, signs in without asking";
    if !is_interactive() {
        return Err(Failure::Usage(format!("nobody can be asked who you are here; {instead}")).into());
    }
    let username = ask("User name (empty: sign in with an API key)", Some(""))?;
    if username.is_empty() {
        return Ok(builder.api_key(ask_secret("API key", instead)?).build()?);
    }
    Ok(builder.password(username, known_password(&login.password)?).build()?)
}

pub(super) fn warn_of_plain_http(talk: Talk, url: &str) {
    let Some(rest) = url.strip_prefix("http://") else { return };
    let authority = rest.split('/').next().unwrap_or_default();
    let host = authority.rsplit_once(':').map_or(authority, |(host, _)| host).trim_matches(['[', ']']);
    let local = host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback());
    if !local {
        talk.say("Note: the address is plain http, so others on the network can read what is sent.");
    }
}

pub(crate) fn logout(global: &Global) -> anyhow::Result<()> {
    let name = global.profile.as_deref().unwrap_or(DEFAULT);
    let talk = Talk { quiet: global.quiet };
    match Profiles::change(|profiles| profiles.remove(name))? {
        Some(profile) => talk.say(&format!("Signed out of {} ({}).", profile.url, profile.username)),
        None => return Err(Failure::NotFound(format!("there is no login {name:?}; ochre profiles lists them")).into()),
    }
    Ok(())
}

pub(crate) fn profiles(global: &Global) -> anyhow::Result<()> {
    let profiles = Profiles::read()?;
    let login = |(name, profile): (&str, &Profile)| KnownLogin {
        profile: name.to_owned(),
        username: profile.username.clone(),
        url: profile.url.clone(),
    };
    let logins: Vec<_> = profiles.all().map(login).collect();
    output::list(global.output, KnownLogin::columns(), &logins)
}

pub(crate) async fn whoami(context: &Context) -> anyhow::Result<()> {
    let user = context.client.me().await?;
    let url = context.client.url().trim_end_matches('/').to_owned();
    output::record(context.format, &Whoami { user, url })
}

pub(crate) async fn info(global: &Global) -> anyhow::Result<()> {
    let (client, signed) = any_client(global)?;
    let server = client.server();
    let api_version = server.version().await?.version;
    let ochre = client.is_ochre().await?;
    let version = match server.status().await {
        Ok(status) if ochre => Some(status.search_engine.version.number),
        // Argilla tells its version as that of its API; some of its servers cannot tell how they are.
        Ok(_) | Err(Error::Refused(_) | Error::Unexpected { .. }) => None,
        Err(error) => return Err(error.into()),
    };
    let me = match client.me().await {
        Ok(me) => Some(me),
        Err(error) if !signed || error.is_denied() => None,
        Err(error) => return Err(error.into()),
    };
    let info = Info {
        url: client.url().trim_end_matches('/').to_owned(),
        server: if ochre { "ochre" } else { "argilla" },
        version,
        api_version,
        username: me.as_ref().map(|me| me.username.clone()),
        role: me.map(|me| me.role),
    };
    output::record(global.output, &info)
}
