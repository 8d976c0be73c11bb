//! Links that two use at the same moment: one of them gets through.

use anyhow::ensure;
use ochre_client::{Error, InvitationCreate, LinkRedeem, ResetLinkCreate, Role, UserCreate};

use crate::server::{KEY, Target};

/// Each round changes the password, so that the next login tells whose it is.
const PASSWORDS: [&str; 2] = ["the password of the left", "the password of the right"];

pub(crate) async fn run(target: Target, rounds: usize) -> anyhow::Result<()> {
    let server = target.start().await?;
    let owner = server.client(KEY)?;
    let ann = owner.users().create(&UserCreate::new("ann", "correct horse battery")).await?;
    let nobody = ochre_client::Client::builder(&server.url).build()?;
    let redeem = |password: &str| LinkRedeem { password: password.to_owned(), ..LinkRedeem::default() };
    for round in 0..rounds {
        let url = owner.users().create_reset_link(ann.id, &ResetLinkCreate::default()).await?.url;
        let (left, right) = (redeem(PASSWORDS[0]), redeem(PASSWORDS[1]));
        let links = nobody.links();
        let outcomes = tokio::join!(links.redeem(&url, &left), links.redeem(&url, &right));
        one_of(round, (outcomes.0.map(|_| ()), outcomes.1.map(|_| ())))?;

        let url = owner.invitations().create(&InvitationCreate::new(Role::Annotator)).await?.url;
        let join = |side: &str| LinkRedeem { username: Some(format!("{side}-{round}")), ..redeem(PASSWORDS[0]) };
        let (left, right) = (join("left"), join("right"));
        let outcomes = tokio::join!(links.redeem(&url, &left), links.redeem(&url, &right));
        one_of(round, (outcomes.0.map(|_| ()), outcomes.1.map(|_| ())))?;
    }
    let came = owner.users().list().await?.len();
    ensure!(came == rounds + 2, "{came} users after {rounds} invitations for one each");
    Ok(())
}

fn one_of(round: usize, outcomes: (Result<(), Error>, Result<(), Error>)) -> anyhow::Result<()> {
    let refused = match outcomes {
        (Ok(()), Err(error)) | (Err(error), Ok(())) => error,
        (left, right) => anyhow::bail!("round {round}: {left:?} and {right:?}"),
    };
    ensure!(refused.status() == Some(404), "round {round}: refused with {refused}");
    Ok(())
}
