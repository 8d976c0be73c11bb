//! `ochre users disable` and `enable`.

use ochre_client::{Error, User};

use super::{Context, find_user};
use crate::{
    args::Consent,
    console::confirm,
    output::{self, Row as _},
};

pub(crate) async fn disable(context: &Context, names: &[String], consent: Consent) -> anyhow::Result<()> {
    let users = all(context, names).await?;
    if consent.dry_run {
        output::list(context.format, User::columns(), &users)?;
        context.talk.say("Nobody was disabled.");
        return Ok(());
    }
    if !consent.yes {
        let what: Vec<_> = users.iter().map(|user| format!("{} ({})", user.username, user.role)).collect();
        confirm(&format!("Disable {}? ochre users enable undoes it.", what.join(", ")))?;
    }
    let (mut done, mut outcome) = (Vec::new(), Ok(()));
    for user in &users {
        outcome = settle(user.disable().await, &mut done);
        if outcome.is_err() {
            break;
        }
        context.talk.say(&format!("{} cannot sign in any more.", user.username));
    }
    // What is done is told also where the rest is not.
    output::list(context.format, User::columns(), &done)?;
    Ok(outcome?)
}

pub(crate) async fn enable(context: &Context, names: &[String]) -> anyhow::Result<()> {
    let users = all(context, names).await?;
    let (mut done, mut outcome) = (Vec::new(), Ok(()));
    for user in &users {
        outcome = settle(user.enable().await, &mut done);
        if outcome.is_err() {
            break;
        }
        context.talk.say(&format!("{} can sign in again.", user.username));
    }
    output::list(context.format, User::columns(), &done)?;
    Ok(outcome?)
}

/// The users of these names or ids, each once: looked up before anything is done with them.
async fn all(context: &Context, names: &[String]) -> anyhow::Result<Vec<User>> {
    let mut users = Vec::new();
    for name in names {
        let user = find_user(&context.client, name).await?;
        if !users.contains(&user) {
            users.push(user);
        }
    }
    Ok(users)
}

fn settle(outcome: Result<User, Error>, done: &mut Vec<User>) -> Result<(), Error> {
    done.push(outcome?);
    Ok(())
}
