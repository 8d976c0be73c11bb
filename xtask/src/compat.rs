//! `cargo xtask compat`: the clients of every generation of Argilla and of Extralit, unmodified, and answers recorded from
//! Argilla's own server.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context as _, bail};
use xshell::{Shell, cmd};

use crate::{
    build,
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

/// Argilla's own server, for our clients. With newer versions of these it does not start.
const SERVER: &[&str] =
    &["argilla-server==2.8.0", "click==8.1.8", "huggingface_hub==0.29.3", "pyarrow==18.1.0", "pandas<3", "numpy<2.3"];

/// Older clients: the version, what to install, the scripts, and the names of roles that they are run with.
struct Generation {
    version: &'static str,
    packages: &'static [&'static str],
    scripts: &'static [(&'static str, &'static [&'static str])],
}

const BOTH: &[&str] = &["2.x", "1.6"];

/// They are of 2023 and 2024, and ask for Python 3.10 and for the libraries of that time.
const GENERATIONS: &[Generation] = &[
    Generation {
        version: "argilla-1.6.0",
        packages: &["argilla==1.6.0", "pydantic<2", "numpy<1.24", "click==8.1.7", "setuptools<80"],
        scripts: &[("guide_1_6.py", BOTH)],
    },
    Generation {
        version: "argilla-1.13.3",
        packages: &["argilla==1.13.3", "pydantic<2", "numpy<1.24", "click==8.1.7", "setuptools<80"],
        scripts: &[("guide_1_13.py", BOTH)],
    },
    Generation {
        version: "argilla-1.29.1",
        packages: &["argilla==1.29.1", "pydantic<2", "numpy<1.24", "click==8.1.7", "setuptools<80"],
        scripts: &[("guide_1_29.py", BOTH), ("cli_1_29.py", &["2.x"])],
    },
    Generation {
        version: "extralit-0.7.2",
        packages: &["extralit==0.7.2", "setuptools<80"],
        scripts: &[("guide_extralit.py", BOTH)],
    },
];

pub(crate) fn run(sh: &Shell) -> anyhow::Result<()> {
    build::everything(sh)?;
    let binary = build::program(sh, "ochre-server");
    let python = venv(sh, "argilla-2.8.0", PACKAGES)?;
    generations(sh, &binary)?;
    our_clients(sh)?;
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

/// The suite of the Rust SDK and a round with the command, against Argilla's own server.
fn our_clients(sh: &Shell) -> anyhow::Result<()> {
    if find("redis-server", &[]).is_none() {
        if variable("CI").is_some() {
            bail!("Redis, which Argilla's server needs, is not installed");
        }
        println!("xtask: SKIPPED: Redis is not installed, so the SDK and the command do not meet Argilla's own server");
        return Ok(());
    }
    let python = venv(sh, "argilla-server-2.8.0", SERVER)?;
    println!("xtask: the Rust SDK and the command against Argilla's own server");
    let script = sh.current_dir().join("tests/compat/argilla_server.py");
    for (package, tests) in [("ochre-client", "suite::"), ("ochre-cli", "round::")] {
        let (program, directory) = build::integration_tests(sh, package)?;
        let _there = sh.push_dir(directory);
        cmd!(sh, "{python} {script} {program} --quiet {tests}").run()?;
    }
    Ok(())
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

/// The guides of the older generations with their own clients.
fn generations(sh: &Shell, binary: &Path) -> anyhow::Result<()> {
    let Some(interpreter) = python_3_10() else {
        if variable("CI").is_some() {
            bail!("CPython 3.10 is neither on the PATH nor known to pyenv or uv");
        }
        println!(
            "xtask: SKIPPED: clients of Argilla 1.x and of Extralit, which ask for CPython 3.10 (PATH, pyenv or uv)"
        );
        return Ok(());
    };
    for Generation { version, packages, scripts } in GENERATIONS {
        let python = venv_of(sh, version, &interpreter, packages)?;
        for (script, names) in *scripts {
            for names in *names {
                println!("xtask: {script} with roles as of {names}");
                let server = OchreServer::start_with(binary, None, &["--compat-role-names", names])?;
                let url = &server.url;
                cmd!(sh, "{python} tests/compat/{script} {url} argilla.apikey --role-names {names}").run()?;
            }
        }
    }
    Ok(())
}

/// Python 3.10: on the PATH, or where pyenv and uv keep theirs.
fn python_3_10() -> Option<PathBuf> {
    if let Some(found) = find("python3.10", &[]).filter(|python| works(python)) {
        return Some(found);
    }
    let home = PathBuf::from(variable("HOME")?);
    let pyenv = variable("PYENV_ROOT").map_or_else(|| home.join(".pyenv"), PathBuf::from).join("versions");
    let data = variable("XDG_DATA_HOME").map_or_else(|| home.join(".local/share"), PathBuf::from);
    let uv = variable("UV_PYTHON_INSTALL_DIR").map_or_else(|| data.join("uv/python"), PathBuf::from);
    let versions = [(pyenv, "3.10"), (uv, "cpython-3.10")].into_iter().flat_map(|(place, prefix)| {
        let entries = fs::read_dir(place).into_iter().flatten().filter_map(Result::ok);
        entries.filter(move |entry| entry.file_name().to_string_lossy().starts_with(prefix)).map(|entry| entry.path())
    });
    versions.map(|version| version.join("bin/python3.10")).find(|python| works(python))
}

/// Whether an interpreter runs and can make virtual environments. Names that pyenv puts on the PATH may stand for nothing.
fn works(python: &Path) -> bool {
    Command::new(python).args(["-c", "import venv, ensurepip"]).output().is_ok_and(|output| output.status.success())
}

/// The Python of a virtual environment with these packages, made once below `target/`.
pub(crate) fn venv(sh: &Shell, name: &str, packages: &[&str]) -> anyhow::Result<PathBuf> {
    let candidates = ["python3.11", "python3.10", "python3.12", "python3"];
    let base = candidates.iter().find_map(|name| find(name, &[])).context("Python 3.10 to 3.12 is not installed")?;
    venv_of(sh, name, &base, packages)
}

/// The Python of a virtual environment with these packages over an interpreter, made once below `target/`.
fn venv_of(sh: &Shell, name: &str, base: &Path, packages: &[&str]) -> anyhow::Result<PathBuf> {
    let directory = sh.current_dir().join("target/venvs").join(name);
    let (python, ready) = (directory.join("bin/python"), directory.join("ready"));
    if ready.exists() {
        return Ok(python);
    }
    sh.remove_path(&directory)?;
    sh.create_dir(&directory)?;
    cmd!(sh, "{base} -m venv {directory}").run()?;
    cmd!(sh, "{python} -m pip install --quiet --disable-pip-version-check {packages...}").run()?;
    sh.write_file(ready, "")?;
    Ok(python)
}
