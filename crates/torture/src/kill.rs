//! `kill -9` at random moments under load.

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use anyhow::{Context as _, ensure};
use ochre_client::{Client, Uuid};
use rand::RngExt as _;
use sea_orm::{ConnectOptions, ConnectionTrait as _, Database};
use tokio::task::JoinSet;

use crate::server::{KEY, Target};

/// Writers during each life of the server.
const WRITERS: usize = 8;

/// What was acknowledged.
#[derive(Default)]
struct Ledger {
    made: BTreeSet<Uuid>,
    /// What must be gone.
    gone: BTreeSet<Uuid>,
}

/// Kills the server this many times; how many acknowledged writes were looked for in all.
pub(crate) async fn run(target: Target, kills: usize) -> anyhow::Result<usize> {
    let ledger = Arc::new(Mutex::new(Ledger::default()));
    for life in 0..kills {
        let server = target.start().await.with_context(|| format!("start {life} after a kill"))?;
        check(&server.client(KEY)?, &ledger).await.with_context(|| format!("after kill {life}"))?;
        let mut tasks = JoinSet::new();
        for writer in 0..WRITERS {
            let (client, ledger) = (server.client(KEY)?, Arc::clone(&ledger));
            tasks.spawn(async move { write(&client, &ledger, life, writer).await });
        }
        let moment = rand::rng().random_range(0..60);
        tokio::time::sleep(Duration::from_millis(moment)).await;
        server.kill().await?;
        // Their connections are gone: each ends at its next request.
        while tasks.join_next().await.is_some() {}
    }
    let server = target.start().await?;
    check(&server.client(KEY)?, &ledger).await.context("after the last kill")?;
    server.kill().await?;
    if target.url.is_none() {
        integrity(&target).await?;
    }
    let ledger = ledger.lock().unwrap_or_else(PoisonError::into_inner);
    Ok(ledger.made.len() + ledger.gone.len())
}

/// Creates workspaces, and deletes every third again, until the server is gone.
async fn write(client: &Client, ledger: &Mutex<Ledger>, life: usize, writer: usize) {
    let lock = || ledger.lock().unwrap_or_else(PoisonError::into_inner);
    for round in 0.. {
        let Ok(made) = client.workspaces().create(&format!("w-{life}-{writer}-{round}")).await else { return };
        if round % 3 != 0 {
            lock().made.insert(made.id);
            continue;
        }
        // Until its deletion is acknowledged it may be there or not, so it is in neither list.
        if client.workspaces().delete(made.id).await.is_err() {
            return;
        }
        lock().gone.insert(made.id);
    }
}

async fn check(client: &Client, ledger: &Mutex<Ledger>) -> anyhow::Result<()> {
    let there: BTreeSet<_> = client.workspaces().list().await?.into_iter().map(|workspace| workspace.id).collect();
    let ledger = ledger.lock().unwrap_or_else(PoisonError::into_inner);
    let lost = ledger.made.difference(&there).count();
    ensure!(lost == 0, "{lost} acknowledged writes are lost");
    let risen = ledger.gone.intersection(&there).count();
    ensure!(risen == 0, "{risen} acknowledged deletions are undone");
    Ok(())
}

async fn integrity(target: &Target) -> anyhow::Result<()> {
    let mut options = ConnectOptions::new(format!("sqlite://{}", target.file().display()));
    options.max_connections(1).sqlx_logging(false);
    let connection = Database::connect(options).await?;
    for (pragma, sound) in [("integrity_check", "ok"), ("foreign_key_check", "")] {
        let rows = connection
            .query_all_raw(sea_orm::Statement::from_string(sea_orm::DbBackend::Sqlite, format!("PRAGMA {pragma}")));
        let found: Vec<String> =
            rows.await?.iter().map(|row| row.try_get_by_index::<String>(0)).collect::<Result<_, _>>()?;
        ensure!(found.join("\n") == sound, "PRAGMA {pragma}: {found:?}");
    }
    Ok(())
}
