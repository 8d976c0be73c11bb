//! Measures a started server, and in the same run, with the same load tool, a bare axum handler that returns the same
//! bytes. Everything runs on this machine, so figures are for comparison, not for advertising.
#![allow(clippy::print_stdout, reason = "a command line talks to its user")]

mod bare;
mod import;
mod load;
mod pages;
mod server;
mod sign_in;
mod team;

use std::{path::PathBuf, time::Duration};

use anyhow::ensure;
use clap::{Parser, Subcommand};
use ochre_client::{Client, UserCreate};

use crate::{
    load::{Report, Request, run},
    server::Running,
};

const KEY: &str = "argilla.apikey";
const CONNECTIONS: usize = 16;
const DURATION: Duration = Duration::from_secs(5);

#[derive(Debug, Parser)]
struct Arguments {
    /// The server's program
    server: PathBuf,
    #[command(subcommand)]
    helper: Option<Helper>,
}

#[derive(Debug, Subcommand)]
enum Helper {
    /// Serve the bare handler (used by the benchmark itself)
    Bare,
    /// Measure signing in alone
    SignIn,
    /// Measure the console's pages alone
    Pages,
}

fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    match arguments.helper {
        Some(Helper::Bare) => runtime.block_on(bare::serve()),
        Some(Helper::SignIn) => runtime.block_on(sign_in(&arguments.server)),
        Some(Helper::Pages) => runtime.block_on(pages(&arguments.server)),
        None => runtime.block_on(bench(&arguments.server)),
    }
}

async fn sign_in(program: &std::path::Path) -> anyhow::Result<()> {
    let flood = sign_in::flood(program).await?;
    print_sign_in(&flood, sign_in::refusals(program).await?);
    Ok(())
}

async fn pages(program: &std::path::Path) -> anyhow::Result<()> {
    print_pages(&pages::pages(program).await?);
    Ok(())
}

fn print_pages(reports: &[(String, Report)]) {
    for (path, report) in reports {
        println!("| page `{path}`, 100,000 users | {report} |");
    }
}

fn print_sign_in(flood: &sign_in::Flood, refusals: [(&str, Duration); 3]) {
    println!(
        "| `GET /api/v1/me` while 200 sign in for 30 s, half of them with a wrong password | {}; statuses of the logins {:?} |",
        flood.meanwhile, flood.statuses
    );
    println!(
        "| memory that this flood takes, of at most {:.0} MiB with one place at the gate | {:.1} MiB |",
        flood.bound_mib, flood.growth_mib
    );
    let times = refusals.map(|(why, time)| format!("{why} {:.2} ms", time.as_secs_f64() * 1000.0));
    println!("| refused logins, median of 1,000 each | {} |", times.join(", "));
}

async fn bench(program: &std::path::Path) -> anyhow::Result<()> {
    let mut starts = Vec::new();
    for _ in 0..5 {
        starts.push(Running::server(program).await?.ready_after);
    }
    starts.sort();

    let server = Running::server(program).await?;
    let owner = Client::builder(&server.url).api_key(KEY).build()?;
    let idle = server.memory()?;
    for _ in 0..100 {
        owner.sign_in("argilla", "12345678").await?;
    }
    let after_logins = server.memory()?;
    let token = owner.sign_in("argilla", "12345678").await?.access_token;

    let me = owner.me().await?;
    let by_key = Request::get(&server.url, "/api/v1/me", &[("X-Argilla-Api-Key", KEY)]);
    let by_token = Request::get(&server.url, "/api/v1/me", &[("Authorization", &format!("Bearer {token}"))]);
    let bare = Running::bare(program).await?;
    let bare_request = Request::get(&bare.url, "/", &[("X-Argilla-Api-Key", KEY)]);

    // In turns, so that whatever else the machine does hits all alike.
    let (mut bares, mut keys, mut tokens) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..3 {
        bares.push(run(&bare_request, CONNECTIONS, DURATION).await?);
        keys.push(run(&by_key, CONNECTIONS, DURATION).await?);
        tokens.push(run(&by_token, CONNECTIONS, DURATION).await?);
    }
    let (bare, key, token) = (Report::best(bares), Report::best(keys), Report::best(tokens));
    ensure!(bare.failures + key.failures + token.failures == 0, "some requests failed");
    ensure!(me.username == "argilla", "somebody else answered");

    for n in 1..1000 {
        let new = UserCreate {
            username: format!("user-{n}"),
            first_name: "User".into(),
            last_name: Some("Of the benchmark".into()),
            password: "12345678".into(),
            ..UserCreate::default()
        };
        owner.users().create(&new).await?;
    }
    let list = Request::get(&server.url, "/api/v1/users", &[("X-Argilla-Api-Key", KEY)]);
    let list = run(&list, 4, DURATION).await?;

    let form = "username=argilla&password=12345678";
    let login = Request::form(&server.url, "/api/v1/token", form);
    let (logins, meanwhile) = tokio::join!(run(&login, 8, DURATION * 2), run(&by_key, 4, DURATION * 2));
    let (logins, meanwhile) = (logins?, meanwhile?);
    ensure!(list.failures + logins.failures + meanwhile.failures == 0, "some requests failed");

    let mut imports = Vec::new();
    for _ in 0..3 {
        imports.push(import::run(program).await?);
    }
    imports.sort_by_key(|import| import.took);
    let import = &imports[1];

    let team = team::run(program).await?;
    let flood = sign_in::flood(program).await?;
    let refusals = sign_in::refusals(program).await?;
    let pages = pages::pages(program).await?;

    let ratio = |report: &Report| report.rate() / bare.rate();
    println!("| What | Measured |");
    println!("|---|---|");
    println!("| bare axum handler with the same bytes | {bare} |");
    println!("| `GET /api/v1/me` by API key | {key}; {:.0} % of the bare handler |", ratio(&key) * 100.0);
    println!("| `GET /api/v1/me` by token | {token}; {:.0} % of the bare handler |", ratio(&token) * 100.0);
    println!("| `GET /api/v1/users`, 1,000 users, 4 connections | {list} |");
    println!("| logins, 8 connections | {logins} |");
    println!("| `GET /api/v1/me` meanwhile, 4 connections | {meanwhile} |");
    println!("| start to first 200 (median of 5) | {:.0} ms |", starts[2].as_secs_f64() * 1000.0);
    println!(
        "| 10,000 users from a users file, their workspaces and memberships (median of 3) | {:.2} s, {:.0} MiB at most |",
        import.took.as_secs_f64(),
        import.peak_mib
    );
    let seconds = |took: Duration| took.as_secs_f64();
    println!("| `ochre apply --plan`, 5,000 new users | {:.2} s |", seconds(team.plan));
    println!(
        "| `ochre apply`, 5,000 new users with hashes; without | {:.2} s; {:.2} s |",
        seconds(team.with_hashes),
        seconds(team.without)
    );
    println!("| `ochre apply` again: nothing to change | {:.2} s |", seconds(team.again));
    println!(
        "| `ochre users list`, 100,000 users | first row after {:.0} ms, all after {:.2} s, {:.0} MiB at most |",
        seconds(team.first_row) * 1000.0,
        seconds(team.whole_list),
        team.list_peak_mib
    );
    print_sign_in(&flood, refusals);
    print_pages(&pages);
    println!("| memory after the start | {idle:.1} MiB |");
    println!("| memory after 100 logins | {after_logins:.1} MiB |");
    Ok(())
}
