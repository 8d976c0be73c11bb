//! The one build that all checks share.

use std::path::PathBuf;

use anyhow::Context as _;
use cargo_metadata::Message;
use xshell::{Shell, cmd};

use crate::process::variable;

/// Everything at once, tests as well. Built package by package, each selection has features of its own, and the dependencies
/// are compiled, and kept on disk, once more for each.
const EVERYTHING: [&str; 2] = ["--workspace", "--all-targets"];

/// Builds all programs and tests in the profile that tests use.
pub(crate) fn everything(sh: &Shell) -> anyhow::Result<()> {
    Ok(cmd!(sh, "cargo build --quiet {EVERYTHING...}").run()?)
}

/// Where a program is that [`everything`] builds.
pub(crate) fn program(sh: &Shell, name: &str) -> PathBuf {
    let target = variable("CARGO_TARGET_DIR").map_or_else(|| sh.current_dir().join("target"), PathBuf::from);
    target.join("debug").join(name)
}

/// A crate's integration tests, built beside everything else, and the directory they expect to run in.
pub(crate) fn integration_tests(sh: &Shell, package: &str) -> anyhow::Result<(PathBuf, PathBuf)> {
    let printed = cmd!(sh, "cargo build --quiet {EVERYTHING...} --message-format json").quiet().read()?;
    for message in Message::parse_stream(printed.as_bytes()) {
        let Message::CompilerArtifact(artifact) = message.context("cargo prints something else than messages")? else {
            continue;
        };
        let Some(program) = artifact.executable.filter(|_| artifact.target.is_test()) else { continue };
        let directory = artifact.manifest_path.parent().context("a manifest without a directory")?;
        if directory.file_name().is_some_and(|name| format!("ochre-{name}") == package) {
            return Ok((program.into(), directory.into()));
        }
    }
    anyhow::bail!("{package} has no integration tests")
}
