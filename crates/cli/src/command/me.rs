//! `ochre password`, `ochre me`, `ochre sessions`: the own account.

use ochre_client::{Client, Error, Session};

use super::{
    Context,
    account::warn_of_plain_http,
    choice::{self, choose},
};
use crate::{
    args::{Global, Me, MeUpdate, OwnPassword, Sessions},
    connection::{Connection, connect, server},
    console::{Talk, check_password, current_and_new, is_interactive},
    failure::Failure,
    output::{self, Row as _},
};

/// Changes the own password: with the login that there is, or by signing in with the current one.
pub(crate) async fn password(global: &Global, asked: OwnPassword, source: &mut Option<String>) -> anyhow::Result<()> {
    let talk = Talk { quiet: global.quiet };
    // Before anybody types a secret.
    let (client, key) = if asked.username.is_some() {
        (Client::builder(server(global)?).build()?, None)
    } else {
        let Connection { client, key, source: from } = connect(global)?;
        *source = Some(from);
        (client, Some(key))
    };
    let url = client.url().trim_end_matches('/').to_owned();
    if is_interactive() {
        talk.say(&format!("Changing your password at {url}"));
    }
    warn_of_plain_http(talk, &url);
    let (current, new) = current_and_new(asked.current_password_file.as_deref(), &asked.new)?;
    if let Err(problem) = check_password(&new) {
        return Err(Failure::Input(format!("the new password {problem}")).into());
    }
    let client = match &asked.username {
        Some(username) => Client::builder(&url).password(username, &current).build()?,
        None => client,
    };
    match client.account().change_password(&current, &new).await {
        Ok(()) => talk.say(&format!("Your password at {url} is changed.")),
        Err(error) if error.status() == Some(401) && asked.username.is_some() => {
            return Err(Failure::NotSignedIn(format!("{url} does not accept this user name with this password")).into());
        }
        Err(error) => {
            let context = Context { client, key, format: global.output, talk };
            return super::ochre_only::explained(&context, Err(error.into())).await;
        }
    }
    Ok(())
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
