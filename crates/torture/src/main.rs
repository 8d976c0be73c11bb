//! Tries to break what Ochre promises, from outside, over HTTP:
//!
//! * concurrent writers: none fails, and no update is lost;
//! * `kill -9` at random moments under load: every acknowledged write is there afterwards, and the database is sound;
//! * teams that are applied while the server or the client is killed: all of one is there, or nothing;
//! * two owners who demote each other: one is always left;
//! * links that two use at the same moment: one of them gets through.
#![allow(clippy::print_stdout, reason = "a command line talks to its user")]

mod apply;
mod kill;
mod links;
mod owners;
mod server;
mod writers;

use std::path::PathBuf;

use clap::Parser;
use sea_orm::{ConnectionTrait as _, Database};

use crate::server::Target;

#[derive(Debug, Parser)]
struct Arguments {
    /// The server's program
    server: PathBuf,
    /// A tenth of the rounds
    #[arg(long)]
    tenth: bool,
    /// On PostgreSQL: the URL of a cluster in which databases may be made
    #[arg(long)]
    postgres: Option<String>,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let part = if arguments.tenth { 10 } else { 1 };
    let engine = if arguments.postgres.is_some() { "PostgreSQL" } else { "SQLite" };
    let target = |name: &'static str| database(&arguments, name);

    let rounds = 40 / part;
    writers::run(target("torture_writers").await?, 50, rounds).await?;
    println!("torture: {engine}: 50 writers x {rounds} read-then-write requests: no failure, no lost update");

    let kills = 200 / part;
    let kept = kill::run(target("torture_kill").await?, kills).await?;
    println!(
        "torture: {engine}: {kills} x kill -9 under load: all {kept} acknowledged writes are there, the database is sound"
    );

    let teams = 100 / part;
    let whole = apply::run(target("torture_apply").await?, teams).await?;
    println!(
        "torture: {engine}: {teams} teams of 1,000 applied to a kill of server or client: {whole} are there as a whole, of the others nothing"
    );

    let duels = 500 / part;
    owners::run(target("torture_owners").await?, duels).await?;
    println!("torture: {engine}: {duels} rounds of two owners who demote each other: one was always left");

    let rounds = 500 / part;
    links::run(target("torture_links").await?, rounds).await?;
    println!("torture: {engine}: {rounds} reset links and invitations that two used at once: one of them got through");
    Ok(())
}

/// A fresh database for one torture.
async fn database(arguments: &Arguments, name: &str) -> anyhow::Result<Target> {
    let url = match &arguments.postgres {
        None => None,
        Some(cluster) => {
            let mut options = sea_orm::ConnectOptions::new(cluster);
            options.max_connections(1).sqlx_logging(false);
            let connection = Database::connect(options).await?;
            connection.execute_unprepared(&format!("DROP DATABASE IF EXISTS {name}")).await?;
            connection.execute_unprepared(&format!("CREATE DATABASE {name}")).await?;
            connection.close().await?;
            let server = cluster.rsplit_once('/').map_or(cluster.as_str(), |(server, _)| server);
            Some(format!("{server}/{name}"))
        }
    };
    Target::new(arguments.server.clone(), url)
}
