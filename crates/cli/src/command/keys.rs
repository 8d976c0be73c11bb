//! `ochre keys`: named keys, and the API key.

use std::time::Duration;

use ochre_client::{Key, Moment, environment};

use super::{
    Context,
    choice::{self, choose},
    find_user, find_workspace,
};
use crate::{
    args::{Consent, KeyCreate, KeysAtServer, When},
    console::confirm,
    failure::Failure,
    output::{self, Row as _, day},
    profile::{Profiles, Replaced},
};

pub(crate) async fn run(context: &Context, command: KeysAtServer) -> anyhow::Result<()> {
    match command {
        KeysAtServer::List { user } => list(context, user.as_deref()).await,
        KeysAtServer::Create(new) => create(context, new).await,
        KeysAtServer::Delete { keys, user, consent } => delete(context, &keys, user.as_deref(), consent).await,
        KeysAtServer::Rotate { user, overlap } => rotate(context, user.as_deref(), overlap).await,
    }
}

async fn list(context: &Context, user: Option<&str>) -> anyhow::Result<()> {
    let keys = match user {
        Some(name) => context.client.users().keys(&find_user(&context.client, name).await?).await?,
        None => context.client.account().keys().await?,
    };
    output::list(context.format, Key::columns(), &keys)
}

async fn create(context: &Context, new: KeyCreate) -> anyhow::Result<()> {
    let KeyCreate { name, scopes, workspaces, expires_at, expires_in } = new;
    // Looked up first, for a word about what is wrong; and their ids, which mean one.
    let mut ids = Vec::new();
    for workspace in &workspaces {
        ids.push(find_workspace(&context.client, workspace).await?.id.to_string());
    }
    let mut key = ochre_client::KeyCreate::new(&name, scopes.into_iter().map(Into::into));
    if !ids.is_empty() {
        key = key.workspaces(ids);
    }
    let end: Option<Moment> = expires_at.or(expires_in.map(When::In)).map(When::moment);
    key.expires_at = end;
    let made = match context.client.account().create_key(&key).await {
        Err(error) if error.is_conflict() => {
            let why =
                format!("a key of yours is called {name:?} already; choose another name, or ochre keys delete it");
            return Err(Failure::Exists(why).into());
        }
        outcome => outcome?,
    };
    let end = made.expires_at.map_or_else(String::new, |end| format!(" It ends {} UTC.", day(end)));
    context.talk.say(&format!("This is the key {}. It is not shown again.{end}", made.name));
    output::secret(context.format, made.secret.as_deref().unwrap_or_default(), &made)
}

async fn delete(context: &Context, names: &[String], user: Option<&str>, consent: Consent) -> anyhow::Result<()> {
    let user = match user {
        Some(name) => Some(find_user(&context.client, name).await?),
        None => None,
    };
    let all = match &user {
        Some(user) => context.client.users().keys(user).await?,
        None => context.client.account().keys().await?,
    };
    let listed_by = match &user {
        Some(user) => format!("ochre keys list --user {}", user.username),
        None => "ochre keys list".to_owned(),
    };
    let kind = choice::Kind { name: "key", listed_by: &listed_by };
    let keys = choose(&all, names, kind, |key| key.id, |key, name| key.name == name)?;
    if consent.dry_run {
        output::list(context.format, Key::columns(), &keys)?;
        context.talk.say("Nothing was deleted.");
        return Ok(());
    }
    if !consent.yes {
        let what: Vec<_> = keys.iter().map(|key| format!("{} (…{})", key.name, key.hint)).collect();
        confirm(&format!("Delete {}? This cannot be undone.", what.join(", ")))?;
    }
    let mut deleted = Vec::new();
    let mut outcome = Ok(());
    for key in keys {
        let gone = match &user {
            Some(user) => context.client.users().delete_key(user, key.id).await,
            None => context.client.account().delete_key(key.id).await,
        };
        if let Err(error) = gone {
            outcome = Err(error);
            break;
        }
        context.talk.say(&format!("The key {} is worth nothing any more.", key.name));
        deleted.push(key);
    }
    // What is done is told also where the rest is not.
    output::list(context.format, Key::columns(), &deleted)?;
    Ok(outcome?)
}

async fn rotate(context: &Context, user: Option<&str>, overlap: Option<Duration>) -> anyhow::Result<()> {
    let client = &context.client;
    let me = client.me().await?;
    let other = match user {
        Some(name) => Some(find_user(client, name).await?).filter(|user| user.id != me.id),
        None => None,
    };
    let (rotated, owner) = match &other {
        Some(user) => (user.rotate_key(overlap).await?, user),
        None => (client.account().rotate_key(overlap).await?, &me),
    };
    let whose = &owner.username;
    let end = day(rotated.previous_valid_until);
    context.talk.say(&format!("This is the new API key of {whose}. The one before is valid until {end} UTC."));
    let own = other.is_none().then_some(whose.as_str());
    // Remembered before anything can go wrong with printing it.
    let remembered = remember(context, &Replaced { url: client.url(), key: &owner.api_key, own }, &rotated.api_key);
    output::secret(context.format, &rotated.api_key, &rotated)?;
    remembered
}

/// Puts a new key into the logins of the account.
fn remember(context: &Context, old: &Replaced<'_>, new: &str) -> anyhow::Result<()> {
    // Where no logins can be read, none was used.
    if Profiles::read().is_ok_and(|profiles| profiles.have(old)) {
        for name in Profiles::change(|profiles| profiles.replace_key(old, new))? {
            context.talk.say(&format!("The login {name:?} has it."));
        }
    }
    // What signed may have been replaced earlier than the key of a moment ago.
    let signed = context.key.as_deref().filter(|_| old.own.is_some());
    if environment::api_key().is_some_and(|key| key == old.key || Some(key.as_str()) == signed) {
        context.talk.say("The environment (OCHRE_API_KEY or ARGILLA_API_KEY) holds one from before.");
    }
    Ok(())
}
