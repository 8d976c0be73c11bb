//! `ochre users reset-link`, `ochre users reset-links`, `ochre invite`, `ochre invitations`: links that let somebody in.

use ochre_client::{Invitation, InvitationCreate, NewLink, ResetLink, ResetLinkCreate, Role};

use super::{
    Context,
    choice::{self, choose},
    find_user, find_workspace,
};
use crate::{
    args::{self, Invitations, Invite},
    output::{self, Row as _, day},
};

pub(crate) async fn reset(context: &Context, asked: args::ResetLink) -> anyhow::Result<()> {
    let user = find_user(&context.client, &asked.user).await?;
    let expires_in = asked.expires_in.map(|time| time.as_secs());
    let link = ResetLinkCreate { expires_in, email: asked.email.clone() };
    let link = user.create_reset_link(&link).await?;
    let what = format!("set another password for {}, once", user.username);
    print(context, &link, &what, asked.email.as_deref())
}

pub(crate) async fn resets(context: &Context, user: &str, all: bool) -> anyhow::Result<()> {
    let user = find_user(&context.client, user).await?;
    let mut list = context.client.users().reset_links(&user).await?;
    list.retain(|link| all || link.open);
    output::list(context.format, ResetLink::columns(), &list)
}

pub(crate) async fn withdraw_resets(context: &Context, user: &str) -> anyhow::Result<()> {
    let user = find_user(&context.client, user).await?;
    let mut open = context.client.users().reset_links(&user).await?;
    open.retain(|link| link.open);
    context.client.users().withdraw_reset_links(&user).await?;
    let what = format!("for another password of {}", user.username);
    context.talk.say(&match open.len() {
        0 => format!("There was no link {what}."),
        1 => format!("The link {what} is worth nothing any more."),
        many => format!("{many} links {what} are worth nothing any more."),
    });
    output::list(context.format, ResetLink::columns(), &open)
}

pub(crate) async fn invite(context: &Context, asked: Invite) -> anyhow::Result<()> {
    let role: Role = asked.role.into();
    // Looked up first: an invitation takes names alone, and a wrong one should be told with what to do about it.
    let mut names = Vec::new();
    for name in &asked.workspaces {
        names.push(find_workspace(&context.client, name).await?.name.clone());
    }
    let places = if names.is_empty() { String::new() } else { format!(" in {}", names.join(", ")) };
    let invitation = InvitationCreate {
        max_uses: asked.max_uses,
        expires_in: asked.expires_in.map(|time| time.as_secs()),
        email: asked.email.clone(),
        ..InvitationCreate::new(role).workspaces(names)
    };
    let link = context.client.invitations().create(&invitation).await?;
    let times = match asked.max_uses {
        None | Some(1) => "once".to_owned(),
        Some(many) => format!("{many} times"),
    };
    print(context, &link, &format!("make an account ({role}{places}), {times}"), asked.email.as_deref())
}

/// Prints a link, which is not shown again.
fn print(context: &Context, link: &NewLink, what: &str, email: Option<&str>) -> anyhow::Result<()> {
    let end = day(link.expires_at);
    context.talk.say(&format!("Whoever has this link can {what}, until {end} UTC. It is not shown again."));
    if let Some(address) = email {
        context.talk.say(&match link.mailed {
            Some(true) => format!("It was sent to {address}."),
            Some(false) | None => format!("It was not sent to {address}: send it yourself."),
        });
    }
    output::secret(context.format, &link.url, link)
}

pub(crate) async fn run(context: &Context, command: Invitations) -> anyhow::Result<()> {
    match command {
        Invitations::List { all } => {
            let mut list = context.client.invitations().list().await?;
            list.retain(|invitation| all || invitation.open);
            output::list(context.format, Invitation::columns(), &list)
        }
        Invitations::Withdraw { ids } => withdraw(context, &ids).await,
    }
}

async fn withdraw(context: &Context, ids: &[String]) -> anyhow::Result<()> {
    let invitations = context.client.invitations();
    let kind = choice::Kind { name: "invitation", listed_by: "ochre invitations list" };
    let meant = choose(&invitations.list().await?, ids, kind, |invitation| invitation.id, |_, _| false)?;
    let mut withdrawn = Vec::new();
    let mut outcome = Ok(());
    for invitation in meant {
        if let Err(error) = invitations.withdraw(invitation.id).await {
            outcome = Err(error);
            break;
        }
        context.talk.say(&format!("The invitation {} lets nobody in any more.", invitation.id));
        withdrawn.push(invitation);
    }
    // What is done is told also where the rest is not.
    output::list(context.format, Invitation::columns(), &withdrawn)?;
    Ok(outcome?)
}
