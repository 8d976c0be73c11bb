//! Bringing in a large users file.

use std::{
    fmt::Write as _,
    path::Path,
    process::Stdio,
    time::{Duration, Instant},
};

use anyhow::{Context as _, ensure};
use tokio::process::Command;

/// Users of the file.
const USERS: usize = 10_000;
/// A hash of bcrypt, which is taken over as it is.
const HASH: &str = "$2y$05$xtl7iy3bpqchUwiQMjEHe.tY7OaIjDrg43W3TB4EHQ7izvdjvGtPS";

/// How long it took, and the most memory that it had.
pub(crate) struct Import {
    pub(crate) took: Duration,
    pub(crate) peak_mib: f64,
}

/// Runs `users import` with a file of [`USERS`] on an empty SQLite database.
pub(crate) async fn run(program: &Path) -> anyhow::Result<Import> {
    let home = tempfile::tempdir()?;
    let file = home.path().join("users.yml");
    let mut text = String::new();
    for n in 0..USERS {
        writeln!(
            text,
            "- username: user-{n}\n  full_name: User {n}\n  email: user{n}@example.org\n  api_key: key-{n:032}\n  \
             hashed_password: {HASH}\n  workspaces: [all, team-{}, project-{}]\n  disabled: False",
            n % 200,
            n % 37
        )?;
    }
    std::fs::write(&file, text)?;
    let start = Instant::now();
    let mut command = Command::new(program);
    command.arg("--home").arg(home.path()).args(["users", "import"]).arg(&file);
    let mut process = command.stdout(Stdio::null()).kill_on_drop(true).spawn()?;
    let pid = process.id().context("the process has ended")?;
    let mut peak_mib: f64 = 0.0;
    let status = loop {
        // The kernel keeps the peak; it is read until the process has ended.
        if let Some(kib) = high_water(pid) {
            peak_mib = peak_mib.max(kib / 1024.0);
        }
        if let Ok(status) = tokio::time::timeout(Duration::from_millis(10), process.wait()).await {
            break status?;
        }
    };
    let took = start.elapsed();
    ensure!(status.success(), "the import failed");
    Ok(Import { took, peak_mib })
}

/// The most memory that a process had, in KiB.
pub(crate) fn high_water(pid: u32) -> Option<f64> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().trim_end_matches(" kB").parse().ok()
}
