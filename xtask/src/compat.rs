//! `cargo xtask compat`: Argilla's own client, and answers recorded from Argilla's own server.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use xshell::{Shell, cmd};

use crate::{
    postgres::Cluster,
    process::{OchreServer, TOKEN_SECRET, find, variable},
};

/// The official SDK. Its own requirements are too open: newer versions of these do not work with it.
const PACKAGES: &[&str] = &[
    "argilla==2.8.0",
    "requests",
    "click==8.1.8",
    "huggingface_hub==0.29.3",
    "datasets==3.4.1",
    "pyarrow==18.1.0",
    "pandas<3",
    "numpy<2.3",
];

pub(crate) fn run(sh: &Shell) -> anyhow::Result<()> {
    cmd!(sh, "cargo build --quiet --package ochre-server --bin ochre-server").run()?;
    let binary = binary(sh);
    let python = venv(sh, "argilla-2.8.0", PACKAGES)?;
    on(sh, &binary, &python, "SQLite", None)?;
    let cluster = Cluster::start()?;
    let Some(cluster) = cluster else {
        if variable("CI").is_some() {
            bail!("PostgreSQL is not installed");
        }
        println!("xtask: SKIPPED: PostgreSQL is not installed, so compatibility is checked on SQLite only");
        return Ok(());
    };
    on(sh, &binary, &python, "PostgreSQL", Some(&cluster))
}

fn on(sh: &Shell, binary: &Path, python: &Path, name: &str, cluster: Option<&Cluster>) -> anyhow::Result<()> {
    let database = |name: &str| cluster.map(|cluster| cluster.create(name)).transpose();
    println!("xtask: the examples of the guides with the official SDK, on {name}");
    let server = OchreServer::start(binary, database("compat_sdk")?.as_deref())?;
    let url = &server.url;
    cmd!(sh, "{python} tests/compat/guide_2x.py {url} argilla.apikey").run()?;
    println!("xtask: the recorded answers, on {name}");
    let server = OchreServer::start(binary, database("compat_golden")?.as_deref())?;
    let url = &server.url;
    cmd!(sh, "{python} tests/golden/check.py {url} --secret {TOKEN_SECRET}").run()?;
    Ok(())
}

/// The server's binary, built in the profile that tests use.
pub(crate) fn binary(sh: &Shell) -> PathBuf {
    let target = variable("CARGO_TARGET_DIR").map_or_else(|| sh.current_dir().join("target"), PathBuf::from);
    target.join("debug/ochre-server")
}

/// The Python of a virtual environment with these packages, made once below `target/`.
pub(crate) fn venv(sh: &Shell, name: &str, packages: &[&str]) -> anyhow::Result<PathBuf> {
    let directory = sh.current_dir().join("target/venvs").join(name);
    let (python, ready) = (directory.join("bin/python"), directory.join("ready"));
    if ready.exists() {
        return Ok(python);
    }
    let candidates = ["python3.11", "python3.10", "python3.12", "python3"];
    let base = candidates.iter().find_map(|name| find(name, &[])).context("Python 3.10 to 3.12 is not installed")?;
    sh.remove_path(&directory)?;
    sh.create_dir(&directory)?;
    cmd!(sh, "{base} -m venv {directory}").run()?;
    cmd!(sh, "{python} -m pip install --quiet --disable-pip-version-check {packages...}").run()?;
    sh.write_file(ready, "")?;
    Ok(python)
}
