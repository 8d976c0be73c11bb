//! `ochre password`, `ochre me`, `ochre sessions`: the own account.

use ochre_client::{Client, Error, Session, environment};

use super::{
    Context,
    choice::{self, choose},
};
use crate::{
    args::{Global, Me, MeUpdate, OwnPassword, Sessions},
    connection::{DEFAULT_URL, connect},
    console::{Talk, check_password, current_and_new},
    failure::Failure,
    output::{self, Row as _},
    profile::{DEFAULT, Profiles},
};

/// Changes the own password: with the login that there is, or by signing in with the current one.
pub(crate) async fn password(global: &Global, asked: OwnPassword, source: &mut Option<String>) -> anyhow::Result<()> {
    let talk = Talk { quiet: global.quiet };
    // Before anybody types a secret.
    let url = server(global)?;
    let signed = match &asked.username {
        Some(_) => None,
        None => Some(connect(global)?),
    };
    let (current, new) = current_and_new(asked.current_password_file.as_deref(), &asked.new)?;
    if let Err(problem) = check_password(&new) {
        return Err(Failure::Input(format!("the new password {problem}")).into());
    }
    let client = match (signed, &asked.username) {
        (Some(connection), _) => {
            *source = Some(connection.source);
            connection.client
        }
        (None, Some(username)) => Client::builder(url).password(username, &current).build()?,
        (None, None) => return Err(Failure::Usage("nobody is named".to_owned()).into()),
    };
    match client.account().change_password(&current, &new).await {
        Ok(()) => talk.say("Your password is changed."),
        Err(error) if error.status() == Some(401) && asked.username.is_some() => {
            let url = client.url().trim_end_matches('/');
            return Err(Failure::NotSignedIn(format!("{url} does not accept this user name with this password")).into());
        }
        Err(error) => {
            let context = Context { client, format: global.output, talk };
            return super::ochre_only::explained(&context, Err(error.into())).await;
        }
    }
    Ok(())
}

/// The server that is meant where no login decides it.
fn server(global: &Global) -> anyhow::Result<String> {
    let remembered = || -> anyhow::Result<Option<String>> {
        let profiles = Profiles::read()?;
        Ok(profiles.get(global.profile.as_deref().unwrap_or(DEFAULT)).map(|profile| profile.url.clone()))
    };
    let url = match global.url.clone().or_else(environment::url) {
        Some(url) => url,
        None => remembered()?.unwrap_or_else(|| DEFAULT_URL.to_owned()),
    };
    // What is no address is told before anybody types a secret.
    Client::builder(&url).build()?;
    Ok(url)
}

pub(crate) async fn run(context: &Context, command: Me) -> anyhow::Result<()> {
    let Me::Update(MeUpdate { first_name, last_name, no_last_name }) = command;
    let last_name = if no_last_name { Some(None) } else { last_name.map(Some) };
    let changes = ochre_client::MeUpdate { first_name, last_name };
    if changes.is_empty() {
        let why = "nothing to change: say what, for example --first-name Ada";
        return Err(Failure::Usage(why.to_owned()).into());
    }
    let updated = context.client.account().update(&changes).await?;
    output::one(context.format, &updated)
}

pub(crate) async fn sessions(context: &Context, command: Sessions) -> anyhow::Result<()> {
    let sessions = context.client.account().sessions().await?;
    let (ids, others) = match command {
        Sessions::List => return output::list(context.format, Session::columns(), &sessions),
        Sessions::End { ids, others } => (ids, others),
    };
    let meant: Vec<_> = if others {
        sessions.into_iter().filter(|session| !session.current).collect()
    } else {
        let kind = choice::Kind { name: "login", listed_by: "ochre sessions list" };
        choose(&sessions, &ids, kind, |session| session.id, |_, _| false)?
    };
    let mut ended = Vec::new();
    let mut outcome = Ok(());
    for session in meant {
        match context.client.account().end_session(session.id).await {
            Ok(()) => ended.push(session),
            // It has ended meanwhile, which is what was wanted.
            Err(error) if error.is_not_found() => {}
            Err(error) => {
                outcome = Err::<(), Error>(error);
                break;
            }
        }
    }
    let logins = if ended.len() == 1 { "login has" } else { "logins have" };
    context.talk.say(&format!("{} {logins} ended.", ended.len()));
    // What is done is told also where the rest is not.
    output::list(context.format, Session::columns(), &ended)?;
    Ok(outcome?)
}
