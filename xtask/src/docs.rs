//! What is generated from the code.

use std::fs;

use anyhow::{Context as _, bail};
use xshell::{Shell, cmd};

/// Whether to write or to check.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// Write what is out of date.
    Write,
    /// Fail when something is out of date.
    Check,
}

impl Mode {
    pub(crate) fn new(check: bool) -> Self {
        if check { Self::Check } else { Self::Write }
    }
}

/// The generated files, and what `ochre-docs` calls them.
const FILES: &[(&str, &str)] = &[
    ("docs/reference/openapi.json", "openapi"),
    ("docs/reference/roles.md", "roles"),
    ("docs/reference/configuration.md", "configuration"),
    ("docs/reference/operations.md", "operations"),
];

pub(crate) fn run(sh: &Shell, mode: Mode) -> anyhow::Result<()> {
    generate(sh, mode, FILES)?;
    links(sh)
}

pub(crate) fn openapi(sh: &Shell, mode: Mode) -> anyhow::Result<()> {
    generate(sh, mode, &FILES[..1])
}

fn generate(sh: &Shell, mode: Mode, files: &[(&str, &str)]) -> anyhow::Result<()> {
    let mut outdated = Vec::new();
    for (path, what) in files {
        let text =
            cmd!(sh, "cargo run --quiet --package ochre-testkit --bin ochre-docs -- {what}").quiet().read()? + "\n";
        if fs::read_to_string(sh.current_dir().join(path)).is_ok_and(|old| old == text) {
            continue;
        }
        match mode {
            Mode::Write => {
                sh.write_file(path, &text)?;
                println!("xtask: {path} written");
            }
            Mode::Check => outdated.push(*path),
        }
    }
    if !outdated.is_empty() {
        bail!("out of date: {}; cargo xtask docs writes them", outdated.join(", "));
    }
    Ok(())
}

/// Every relative link of a Markdown file leads to a file.
fn links(sh: &Shell) -> anyhow::Result<()> {
    let mut broken = Vec::new();
    for file in cmd!(sh, "git ls-files --cached --others --exclude-standard *.md docs/*.md").quiet().read()?.lines() {
        let path = sh.current_dir().join(file);
        let text = fs::read_to_string(&path).with_context(|| format!("cannot read {file}"))?;
        for target in text.split("](").skip(1).filter_map(|rest| rest.split([')', '#']).next()) {
            let local = !target.is_empty() && !target.contains("://") && !target.starts_with("mailto:");
            if local && !path.parent().is_some_and(|directory| directory.join(target).exists()) {
                broken.push(format!("{file}: {target}"));
            }
        }
    }
    if broken.is_empty() { Ok(()) } else { bail!("links that lead nowhere: {}", broken.join(", ")) }
}
