//! Many who read and then write, at the same time.

use anyhow::{Context as _, ensure};
use ochre_client::{UserCreate, UserUpdate};
use tokio::task::JoinSet;

use crate::server::{KEY, Target};

/// Each writer reads its user, writes what follows from it, and adds and removes a membership in a shared workspace.
pub(crate) async fn run(target: Target, writers: usize, rounds: usize) -> anyhow::Result<()> {
    let server = target.start().await?;
    let client = server.client(KEY)?;
    let workspace = client.workspaces().create("shared").await?;
    let mut tasks = JoinSet::new();
    for writer in 0..writers {
        let workspace = workspace.id;
        let client = server.client(KEY)?;
        tasks.spawn(async move {
            let new = UserCreate {
                username: format!("writer-{writer}"),
                first_name: "0".into(),
                password: "12345678".into(),
                ..UserCreate::default()
            };
            let id = client.users().create(&new).await?.id;
            for round in 1..=rounds {
                let user = client.users().get(id).await?;
                let next = user.first_name.parse::<usize>()? + 1;
                ensure!(next == round, "{} was at {next} instead of {round}", user.username);
                let change = UserUpdate { first_name: Some(next.to_string()), ..UserUpdate::default() };
                client.users().update(id, &change).await?;
                if round % 2 == 1 {
                    client.workspaces().add_user(workspace, id).await?;
                } else {
                    client.workspaces().remove_user(workspace, id).await?;
                }
            }
            anyhow::Ok(())
        });
    }
    while let Some(outcome) = tasks.join_next().await {
        outcome?.context("a writer failed")?;
    }
    let last = rounds.to_string();
    let users = client.users().list().await?;
    let right = users.iter().filter(|user| user.username.starts_with("writer-") && user.first_name == last).count();
    ensure!(right == writers, "{right} of {writers} writers have their last write");
    let members = client.workspaces().users(workspace.id).await?.len();
    ensure!(members == if rounds % 2 == 1 { writers } else { 0 }, "{members} members are left");
    Ok(())
}
