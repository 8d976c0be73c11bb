//! Two owners who demote each other at the same moment.

use anyhow::ensure;
use ochre_client::{Client, Error, Role, User, UserCreate, UserUpdate};

use crate::server::{KEY, Running, Target};

pub(crate) async fn run(target: Target, rounds: usize) -> anyhow::Result<()> {
    let server = target.start().await?;
    let first = server.client(KEY)?;
    let one = owner(&server, &first, "one").await?;
    let two = owner(&server, &first, "two").await?;
    let me = first.me().await?.id;
    first.users().update(me, &role(Role::Annotator)).await?;
    for round in 0..rounds {
        let (demote_two, demote_one) = (role(Role::Admin), role(Role::Admin));
        let (ones, twos) = (one.client.users(), two.client.users());
        let (left, right) = tokio::join!(ones.update(two.user.id, &demote_two), twos.update(one.user.id, &demote_one));
        ensure!(left.is_ok() != right.is_ok(), "round {round}: {} demotions", if left.is_ok() { "two" } else { "no" });
        let (winner, loser, refused) = if left.is_ok() { (&one, &two, right) } else { (&two, &one, left) };
        // The loser came too late (the last owner stays), or was no owner any more.
        let status = refused.err().as_ref().and_then(Error::status);
        ensure!(matches!(status, Some(403 | 422)), "round {round}: refused with {status:?}");
        let owners = winner.client.users().list().await?.into_iter().filter(|user| user.role == Role::Owner).count();
        ensure!(owners == 1, "round {round}: {owners} owners are left");
        winner.client.users().update(loser.user.id, &role(Role::Owner)).await?;
    }
    Ok(())
}

struct Owner {
    user: User,
    client: Client,
}

async fn owner(server: &Running, first: &Client, name: &str) -> anyhow::Result<Owner> {
    let new = UserCreate {
        username: name.into(),
        first_name: name.into(),
        password: "12345678".into(),
        role: Some(Role::Owner),
        ..UserCreate::default()
    };
    let user = first.users().create(&new).await?;
    let client = server.client(&user.api_key)?;
    Ok(Owner { user, client })
}

fn role(role: Role) -> UserUpdate {
    UserUpdate { role: Some(role), ..UserUpdate::default() }
}
