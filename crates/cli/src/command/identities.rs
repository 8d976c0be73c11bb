//! `ochre identities`: the accounts at sign-in providers that sign users in.

use ochre_client::{Identity, IdentityCreate};

use super::{
    Context,
    choice::{self, choose},
    find_user,
};
use crate::{
    args::Identities,
    failure::Failure,
    output::{self, Row as _},
};

pub(crate) async fn run(context: &Context, command: Identities) -> anyhow::Result<()> {
    match command {
        Identities::List { user } => {
            let identities = match user {
                Some(name) => context.client.users().identities(&find_user(&context.client, &name).await?).await?,
                None => context.client.account().identities().await?,
            };
            output::list(context.format, Identity::columns(), &identities)
        }
        Identities::Link { user, issuer, subject } => link(context, &user, IdentityCreate { issuer, subject }).await,
        Identities::Unlink { user, id } => unlink(context, &user, id).await,
    }
}

async fn link(context: &Context, user: &str, identity: IdentityCreate) -> anyhow::Result<()> {
    let user = find_user(&context.client, user).await?;
    match context.client.users().link_identity(&user, &identity).await {
        Ok(linked) => output::one(context.format, &linked),
        Err(error) if error.is_conflict() => {
            let why = format!(
                "the account {:?} of {} signs in somebody already; ochre identities unlink frees it",
                identity.subject, identity.issuer
            );
            Err(Failure::Exists(why).into())
        }
        Err(error) => Err(error.into()),
    }
}

async fn unlink(context: &Context, user: &str, id: String) -> anyhow::Result<()> {
    let user = find_user(&context.client, user).await?;
    let identities = context.client.users().identities(&user).await?;
    let listed_by = format!("ochre identities list --user {}", user.username);
    let kind = choice::Kind { name: "identity", listed_by: &listed_by };
    for identity in choose(&identities, &[id], kind, |identity| identity.id, |_, _| false)? {
        context.client.users().unlink_identity(&user, identity.id).await?;
        context.talk.say(&format!("It signs {} in no longer.", user.username));
        output::one(context.format, &identity)?;
    }
    Ok(())
}
