//! Large teams that are applied while the server or the client is killed: all of it is there afterwards, or nothing.

use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use ochre_client::{Client, Prune, Team, TeamUser, TeamWorkspace, UserQuery};
use rand::RngExt as _;

use crate::server::{KEY, Target};

/// Users of a team.
const USERS: usize = 1_000;

/// How often all of a team was there afterwards, of so many kills.
pub(crate) async fn run(target: Target, kills: usize) -> anyhow::Result<usize> {
    let mut whole = 0;
    let longest = 2 * duration(&target, kills).await?;
    for round in 0..kills {
        let server = target.start().await?;
        let client = server.client(KEY)?;
        let team = team(round);
        let life = rand::rng().random_range(Duration::ZERO..longest);
        let applying = {
            let client = client.clone();
            tokio::spawn(async move { client.team().apply(&team, Prune::None).await.is_ok() })
        };
        tokio::time::sleep(life).await;
        // In turns the server, and the client, whose connection breaks off.
        let (server, acknowledged) = if round % 2 == 0 {
            server.kill().await?;
            let acknowledged = applying.await.unwrap_or(false);
            (target.start().await.with_context(|| format!("start after kill {round}"))?, acknowledged)
        } else {
            applying.abort();
            let acknowledged = applying.await.unwrap_or(false);
            (server, acknowledged)
        };
        let (users, workspaces) = settled(&server.client(KEY)?, round).await?;
        let all = users == USERS && workspaces == 2;
        ensure!(
            all || (users, workspaces) == (0, 0),
            "kill {round}: {users} users and {workspaces} workspaces are there"
        );
        ensure!(all || !acknowledged, "kill {round}: an acknowledged team is gone");
        whole += usize::from(all);
        server.kill().await?;
    }
    // With few kills either may not happen.
    ensure!(
        kills < 50 || (0 < whole && whole < kills),
        "{whole} of {kills} teams are there: the kills came all too soon or too late"
    );
    Ok(whole)
}

/// How long it takes on this machine to apply a team that nothing interrupts; `round` is one that no kill has.
async fn duration(target: &Target, round: usize) -> anyhow::Result<Duration> {
    let server = target.start().await?;
    let client = server.client(KEY)?;
    let team = team(round);
    let begun = Instant::now();
    client.team().apply(&team, Prune::None).await?;
    let duration = begun.elapsed();
    server.kill().await?;
    Ok(duration)
}

fn team(round: usize) -> Team {
    let workspaces: Vec<_> = (0..2).map(|n| format!("team-{round}-{n}")).collect();
    let user = |n| TeamUser {
        username: format!("user-{round}-{n}"),
        workspaces: Some(workspaces.clone()),
        ..TeamUser::default()
    };
    Team {
        users: (0..USERS).map(user).collect(),
        workspaces: workspaces.iter().map(|name| TeamWorkspace { name: name.clone() }).collect(),
        ..Team::default()
    }
}

/// How many users and workspaces of a team are there, once nobody writes any more: a write of one's own waits for others.
async fn settled(client: &Client, round: usize) -> anyhow::Result<(usize, usize)> {
    client.workspaces().create(&format!("after-{round}")).await?;
    let mut users = client.users().pages(UserQuery::new().search(format!("user-{round}-")));
    let mut found = 0;
    while let Some(page) = users.next_page().await? {
        found += page.len();
    }
    let workspaces = client.workspaces().list().await?;
    let named = workspaces.iter().filter(|workspace| workspace.name.starts_with(&format!("team-{round}-")));
    Ok((found, named.count()))
}
