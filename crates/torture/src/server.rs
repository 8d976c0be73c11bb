//! The server under torture.

use std::{
    path::{Path, PathBuf},
    process::Stdio,
};

use anyhow::{Context as _, bail};
use ochre_client::Client;
use tempfile::TempDir;
use tokio::{
    io::{AsyncBufReadExt as _, BufReader},
    process::{Child, Command},
};

/// The well-known owner's key.
pub(crate) const KEY: &str = "argilla.apikey";

/// A program and its data, which outlive the processes that run it.
#[derive(Debug)]
pub(crate) struct Target {
    program: PathBuf,
    home: TempDir,
    /// The database on PostgreSQL; otherwise it is a file below the home.
    pub(crate) url: Option<String>,
}

/// A running process.
#[derive(Debug)]
pub(crate) struct Running {
    process: Child,
    /// Where it listens.
    pub(crate) url: String,
}

impl Target {
    pub(crate) fn new(program: PathBuf, url: Option<String>) -> anyhow::Result<Self> {
        Ok(Self { program, home: tempfile::tempdir()?, url })
    }

    /// The database's file on SQLite.
    pub(crate) fn file(&self) -> PathBuf {
        self.home.path().join("ochre.db")
    }

    fn home(&self) -> &Path {
        self.home.path()
    }

    pub(crate) async fn start(&self) -> anyhow::Result<Running> {
        let mut command = Command::new(&self.program);
        command.args(["--listen", "127.0.0.1:0", "--log-level", "error", "--hash-concurrency", "2", "--home"]);
        command.arg(self.home()).stdin(Stdio::null()).stdout(Stdio::piped()).kill_on_drop(true);
        for name in ["USERNAME", "PASSWORD", "API_KEY", "WORKSPACE"] {
            command.env_remove(name);
        }
        if let Some(url) = &self.url {
            command.args(["--database-url", url]);
        }
        let mut process = command.spawn().context("the server's program does not start")?;
        let mut lines = BufReader::new(process.stdout.take().context("no output")?).lines();
        while let Some(line) = lines.next_line().await? {
            if let Some(url) = line.trim().strip_prefix("URL") {
                return Ok(Running { process, url: url.trim().to_owned() });
            }
        }
        bail!("the server ended before it was ready")
    }
}

impl Running {
    /// A client of its own connections for this key.
    pub(crate) fn client(&self, key: &str) -> anyhow::Result<Client> {
        Ok(Client::builder(&self.url).api_key(key).build()?)
    }

    /// Ends the process at once, as `kill -9` does.
    pub(crate) async fn kill(mut self) -> anyhow::Result<()> {
        self.process.kill().await?;
        Ok(())
    }
}
