//! `ochre users disable` and `enable`.

use ochre_client::{Error, User, Uuid};

use super::{Context, find_users};
use crate::{
    args::Consent,
    console::confirm,
    output::{self, Row as _},
};

pub(crate) async fn disable(context: &Context, names: &[String], consent: Consent) -> anyhow::Result<()> {
    let me = context.client.me().await?.id;
    let users = own_last(me, find_users(&context.client, names).await?);
    let own = users.iter().any(|user| user.id == me);
    let undone = if own {
        "ochre users enable undoes it, for your own account as another owner alone."
    } else {
        "ochre users enable undoes it."
    };
    if consent.dry_run {
        output::list(context.format, User::columns(), &users)?;
        context.talk.say(&format!("Nobody was disabled.{}", if own { format!(" {undone}") } else { String::new() }));
        return Ok(());
    }
    if !consent.yes {
        let told = |user: &User| {
            let own = if user.id == me { ", your own account" } else { "" };
            format!("{} ({}{own})", user.username, user.role)
        };
        let what: Vec<_> = users.iter().map(told).collect();
        confirm(&format!("Disable {}? {undone}", what.join(", ")))?;
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
    let users = find_users(&context.client, names).await?;
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

/// The own account behind the others, for whom it is needed until then.
pub(super) fn own_last(me: Uuid, mut users: Vec<User>) -> Vec<User> {
    users.sort_by_key(|user| user.id == me);
    users
}

fn settle(outcome: Result<User, Error>, done: &mut Vec<User>) -> Result<(), Error> {
    done.push(outcome?);
    Ok(())
}
