//! A private PostgreSQL cluster that is thrown away afterwards.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use anyhow::{Context as _, ensure};
use tempfile::TempDir;

use crate::process::{find, free_port, is_root};

const PASSWORD: &str = "throw-away";

/// A running cluster.
#[derive(Debug)]
pub(crate) struct Cluster {
    binaries: PathBuf,
    directory: TempDir,
    port: u16,
}

impl Cluster {
    /// Starts one; `None` where PostgreSQL is not installed.
    pub(crate) fn start() -> anyhow::Result<Option<Self>> {
        let Some(binaries) = binaries() else { return Ok(None) };
        let directory = tempfile::Builder::new().prefix("ochre-postgres-").tempdir()?;
        let cluster = Self { binaries, directory, port: free_port()? };
        let password_file = cluster.path("password");
        fs::write(&password_file, PASSWORD)?;
        if is_root() {
            run(Command::new("chown").args(["-R", "postgres"]).arg(cluster.directory.path()))?;
        }
        run(cluster
            .command("initdb")
            .args(["--username=ochre", "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C", "--no-sync"])
            .arg(format!("--pwfile={}", password_file.display()))
            .arg("-D")
            .arg(cluster.path("data")))?;
        let sockets = cluster.directory.path().display();
        let options = format!(
            "-p {} -c listen_addresses=127.0.0.1 -c unix_socket_directories={sockets} -c max_connections=400 -c fsync=off",
            cluster.port
        );
        run(cluster.pg_ctl().args(["-w", "-t", "60", "-o", &options, "-l"]).arg(cluster.path("log")).arg("start"))?;
        Ok(Some(cluster))
    }

    /// The URL of the database that every cluster has.
    pub(crate) fn url(&self) -> String {
        self.database_url("postgres")
    }

    fn database_url(&self, name: &str) -> String {
        format!("postgres://ochre:{PASSWORD}@127.0.0.1:{}/{name}", self.port)
    }

    /// Makes an empty database; its URL.
    pub(crate) fn create(&self, name: &str) -> anyhow::Result<String> {
        let mut command = self.command("psql");
        run(command.env("PGPASSWORD", PASSWORD).arg(self.url()).args([
            "-q",
            "-c",
            &format!("CREATE DATABASE {name}"),
        ]))?;
        Ok(self.database_url(name))
    }

    fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    fn pg_ctl(&self) -> Command {
        let mut command = self.command("pg_ctl");
        command.arg("-D").arg(self.path("data"));
        command
    }

    /// One of PostgreSQL's programs, as a user that it accepts.
    fn command(&self, program: &str) -> Command {
        let program = self.binaries.join(program);
        let mut command = if is_root() {
            let mut command = Command::new("runuser");
            command.args(["-u", "postgres", "--"]).arg(program);
            command
        } else {
            Command::new(program)
        };
        command.current_dir(self.directory.path());
        command
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        if let Err(error) = run(self.pg_ctl().args(["-m", "immediate", "stop"])) {
            eprintln!("xtask: the PostgreSQL cluster in {} did not stop: {error:#}", self.directory.path().display());
        }
    }
}

/// The newest of the directories where Debian keeps PostgreSQL's programs, or that of the PATH.
fn binaries() -> Option<PathBuf> {
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut directories: Vec<PathBuf> = versions.map(|version| version.path().join("bin")).collect();
    directories.sort_by_key(|path| {
        let version = path.parent().and_then(Path::file_name).and_then(|name| name.to_str()?.parse::<u32>().ok());
        std::cmp::Reverse(version)
    });
    find("initdb", &directories)?.parent().map(Path::to_owned)
}

/// Runs a command to its end. Its output goes to a file: a daemon that it leaves behind would keep a pipe open.
fn run(command: &mut Command) -> anyhow::Result<()> {
    let output = tempfile::NamedTempFile::new()?;
    let file = output.reopen()?;
    command.stdin(Stdio::null()).stdout(file.try_clone()?).stderr(file);
    let status = command.status().with_context(|| format!("cannot run {command:?}"))?;
    ensure!(status.success(), "{command:?} failed: {}", fs::read_to_string(output.path()).unwrap_or_default());
    Ok(())
}
