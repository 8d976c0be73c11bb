//! The command `ochre` with many users: applying a team, listing.

use std::{
    fmt::Write as _,
    path::Path,
    process::Stdio,
    time::{Duration, Instant},
};

use anyhow::{Context as _, ensure};
use tokio::{
    io::{AsyncBufReadExt as _, AsyncReadExt as _, BufReader},
    process::Command,
};

use crate::{KEY, import::high_water, server::Running};

/// Users of the team that is applied.
const TEAM: usize = 5_000;
/// Users of the list.
const LISTED: usize = 100_000;
/// A hash of bcrypt, which is taken as it is.
const HASH: &str = "$2y$05$xtl7iy3bpqchUwiQMjEHe.tY7OaIjDrg43W3TB4EHQ7izvdjvGtPS";

/// What was measured.
pub(crate) struct Figures {
    pub(crate) plan: Duration,
    pub(crate) with_hashes: Duration,
    pub(crate) without: Duration,
    pub(crate) again: Duration,
    pub(crate) first_row: Duration,
    pub(crate) whole_list: Duration,
    pub(crate) list_peak_mib: f64,
}

/// Measures `ochre`, which stands beside the server's program, against a server on an empty SQLite database.
pub(crate) async fn run(program: &Path) -> anyhow::Result<Figures> {
    let ochre = program.with_file_name("ochre");
    let server = Running::server(program).await?;
    let place = tempfile::tempdir()?;
    let file = place.path().join("team.yaml");
    let apply = async |text: String, more: &[&str]| {
        std::fs::write(&file, text)?;
        let start = Instant::now();
        let mut command = command(&ochre, &server.url);
        command.args(["apply", "-f"]).arg(&file).args(more).stdout(Stdio::null());
        ensure!(command.status().await?.success(), "ochre apply {more:?} failed");
        anyhow::Ok(start.elapsed())
    };
    let plan = apply(team("hashed", TEAM, Some(HASH)), &["--plan"]).await?;
    let with_hashes = apply(team("hashed", TEAM, Some(HASH)), &["--yes"]).await?;
    let again = apply(team("hashed", TEAM, Some(HASH)), &["--yes"]).await?;
    let without = apply(team("plain", TEAM, None), &["--yes"]).await?;
    apply(team("listed", LISTED - 2 * TEAM, None), &["--yes"]).await?;

    let start = Instant::now();
    let mut listing =
        command(&ochre, &server.url).args(["users", "list"]).stdout(Stdio::piped()).kill_on_drop(true).spawn()?;
    let pid = listing.id().context("the process has ended")?;
    let mut out = BufReader::new(listing.stdout.take().context("no output")?);
    let mut line = String::new();
    for _ in 0..2 {
        out.read_line(&mut line).await?;
    }
    let first_row = start.elapsed();
    let (mut rest, mut list_peak_mib) = (vec![0; 1 << 16], 0.0_f64);
    let mut lines = 1;
    loop {
        list_peak_mib = list_peak_mib.max(high_water(pid).unwrap_or_default() / 1024.0);
        let read = out.read(&mut rest).await?;
        if read == 0 {
            break;
        }
        lines += rest[..read].split(|byte| *byte == b'\n').count() - 1;
    }
    ensure!(listing.wait().await?.success() && lines == LISTED + 1, "{lines} users were listed");
    Ok(Figures { plan, with_hashes, without, again, first_row, whole_list: start.elapsed(), list_peak_mib })
}

fn command(ochre: &Path, url: &str) -> Command {
    let mut command = Command::new(ochre);
    command.env("OCHRE_API_URL", url).env("OCHRE_API_KEY", KEY).stdin(Stdio::null());
    command
}

/// A team of users with two workspaces each.
fn team(name: &str, users: usize, hash: Option<&str>) -> String {
    let mut text = String::from("version: 1\nworkspaces:\n");
    let mut line = |line: std::fmt::Arguments<'_>| {
        // Writing to a text always succeeds.
        let _ = text.write_fmt(line);
    };
    for n in 0..50 {
        line(format_args!("- name: team-{n}\n"));
    }
    line(format_args!("users:\n"));
    for n in 0..users {
        line(format_args!(
            "- username: {name}-{n}\n  first_name: User {n}\n  workspaces: [team-{}, team-{}]\n",
            n % 50,
            (n + 7) % 50
        ));
        if let Some(hash) = hash {
            line(format_args!("  password_hash: {hash}\n"));
        }
    }
    text
}
