//! Finding things, and running processes that end with us.

use std::{
    env,
    io::{BufRead as _, BufReader},
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::mpsc,
    time::Duration,
};

use anyhow::{Context as _, bail};

/// The workspace's directory.
pub(crate) fn root() -> anyhow::Result<PathBuf> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().map(Path::to_owned).context("xtask stands in no workspace")
}

/// The first program of this name on the PATH, or in one of these directories.
pub(crate) fn find(name: &str, directories: &[PathBuf]) -> Option<PathBuf> {
    let path = variable("PATH").unwrap_or_default();
    let on_path = env::split_paths(&path).map(|directory| directory.join(name));
    directories.iter().map(|directory| directory.join(name)).chain(on_path).find(|program| program.is_file())
}

/// A variable of the environment.
pub(crate) fn variable(name: &str) -> Option<String> {
    #[expect(clippy::disallowed_methods, reason = "development commands have no other configuration")]
    env::var(name).ok()
}

/// A port that was free a moment ago.
pub(crate) fn free_port() -> anyhow::Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}

/// Whether this is the superuser, whom PostgreSQL refuses to serve.
pub(crate) fn is_root() -> bool {
    Command::new("id").arg("-u").output().is_ok_and(|output| output.stdout.starts_with(b"0\n"))
}

/// A child that is ended when it is dropped.
#[derive(Debug)]
pub(crate) struct Guard(pub(crate) Child);

impl Drop for Guard {
    fn drop(&mut self) {
        // Both fail only when it has ended already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A started `ochre-server`.
#[derive(Debug)]
pub(crate) struct OchreServer {
    /// Where it is.
    pub(crate) url: String,
    _process: Guard,
    _home: tempfile::TempDir,
}

/// The secret that signs tokens in runs against recorded answers.
pub(crate) const TOKEN_SECRET: &str = "0123456789abcdef0123456789abcdef";

impl OchreServer {
    /// Starts a fresh one; on PostgreSQL where a URL is given.
    pub(crate) fn start(binary: &Path, database_url: Option<&str>) -> anyhow::Result<Self> {
        Self::start_with(binary, database_url, &[])
    }

    /// Starts a fresh one with more arguments.
    pub(crate) fn start_with(binary: &Path, database_url: Option<&str>, more: &[&str]) -> anyhow::Result<Self> {
        let home = tempfile::tempdir()?;
        let mut command = Command::new(binary);
        command
            .args(["--listen", "127.0.0.1:0", "--log-level", "warn", "--home"])
            .arg(home.path())
            .args(more)
            .env("OCHRE_AUTH_SECRET_KEY", TOKEN_SECRET)
            .stdin(Stdio::null())
            .stdout(Stdio::piped());
        for name in ["USERNAME", "PASSWORD", "API_KEY", "WORKSPACE"] {
            command.env_remove(name);
        }
        if let Some(url) = database_url {
            command.args(["--database-url", url]);
        }
        let mut process = Guard(command.spawn().with_context(|| format!("cannot start {}", binary.display()))?);
        let stdout = process.0.stdout.take().context("the server has no output")?;
        let (send, receive) = mpsc::channel();
        std::thread::spawn(move || {
            for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                if let Some(url) = line.trim().strip_prefix("URL") {
                    // Nobody listens after the first one.
                    let _ = send.send(url.trim().to_owned());
                }
            }
        });
        match receive.recv_timeout(Duration::from_secs(30)) {
            Ok(url) => Ok(Self { url, _process: process, _home: home }),
            Err(_) => bail!("the server did not say its URL within 30 s"),
        }
    }
}
