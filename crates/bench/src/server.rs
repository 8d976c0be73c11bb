//! The processes that are measured.

use std::{
    path::Path,
    process::Stdio,
    time::{Duration, Instant},
};

use anyhow::{Context as _, bail};
use tempfile::TempDir;
use tokio::{
    io::{AsyncBufReadExt as _, BufReader},
    process::{Child, Command},
};

use crate::load::{Request, run};

/// A process that listens; it ends with this value.
#[derive(Debug)]
pub(crate) struct Running {
    process: Child,
    pub(crate) url: String,
    /// From the process's start to its first answer.
    pub(crate) ready_after: Duration,
    _home: TempDir,
}

impl Running {
    /// A server on an empty SQLite database.
    pub(crate) async fn server(program: &Path) -> anyhow::Result<Self> {
        Self::server_with(program, &[]).await
    }

    /// The same with more arguments.
    pub(crate) async fn server_with(program: &Path, more: &[&str]) -> anyhow::Result<Self> {
        let home = tempfile::tempdir()?;
        let mut command = Command::new(program);
        command.args(["--listen", "127.0.0.1:0", "--log-level", "warn", "--home"]).arg(home.path()).args(more);
        for name in ["USERNAME", "PASSWORD", "API_KEY", "WORKSPACE"] {
            command.env_remove(name);
        }
        Self::start(command, home, "/api/v1/version").await
    }

    /// The bare handler, in a process of its own as the server is.
    pub(crate) async fn bare(program: &Path) -> anyhow::Result<Self> {
        let mut command = Command::new(std::env::current_exe()?);
        command.arg(program).arg("bare");
        Self::start(command, tempfile::tempdir()?, "/").await
    }

    async fn start(mut command: Command, home: TempDir, path: &str) -> anyhow::Result<Self> {
        let start = Instant::now();
        let mut process = command.stdin(Stdio::null()).stdout(Stdio::piped()).kill_on_drop(true).spawn()?;
        let mut lines = BufReader::new(process.stdout.take().context("no output")?).lines();
        while let Some(line) = lines.next_line().await? {
            let Some(url) = line.trim().strip_prefix("URL") else { continue };
            let url = url.trim().to_owned();
            run(&Request::get(&url, path, &[]), 1, Duration::ZERO).await?;
            let first = run(&Request::get(&url, path, &[]), 1, Duration::from_millis(1)).await?;
            let ready_after = start.elapsed();
            if first.failures > 0 {
                bail!("the first answer was no success");
            }
            return Ok(Self { process, url, ready_after, _home: home });
        }
        bail!("the process ended before it was ready")
    }

    /// Resident memory, in MiB.
    pub(crate) fn memory(&self) -> anyhow::Result<f64> {
        self.status("VmRSS:")
    }

    /// The most resident memory so far, in MiB.
    pub(crate) fn peak_memory(&self) -> anyhow::Result<f64> {
        self.status("VmHWM:")
    }

    fn status(&self, name: &str) -> anyhow::Result<f64> {
        let pid = self.process.id().context("the process has ended")?;
        let status = std::fs::read_to_string(format!("/proc/{pid}/status"))?;
        let line = status.lines().find_map(|line| line.strip_prefix(name)).context("no such line")?;
        let kib: f64 = line.trim().trim_end_matches(" kB").parse()?;
        Ok(kib / 1024.0)
    }
}
