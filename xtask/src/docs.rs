//! What is generated from the code.

use std::fs;

use anyhow::{Context as _, bail};
use xshell::{Shell, cmd};

use crate::{build, process::OchreServer, statements};

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
    ("docs/reference/maintenance.md", "maintenance"),
    ("docs/reference/cli.md", "cli"),
    (STATEMENTS, "statements"),
];

/// Made by this program, from texts alone.
const STATEMENTS: &str = "docs/reference/statements.md";

pub(crate) fn run(sh: &Shell, mode: Mode) -> anyhow::Result<()> {
    generate(sh, mode, FILES)?;
    links(sh)?;
    tour(sh)
}

pub(crate) fn openapi(sh: &Shell, mode: Mode) -> anyhow::Result<()> {
    generate(sh, mode, &FILES[..1])
}

fn generate(sh: &Shell, mode: Mode, files: &[(&str, &str)]) -> anyhow::Result<()> {
    build::everything(sh)?;
    let program = build::program(sh, "ochre-docs");
    let mut outdated = Vec::new();
    for (path, what) in files {
        let text = match *path {
            STATEMENTS => statements::page(sh)?,
            _ => cmd!(sh, "{program} {what}").quiet().read()? + "\n",
        };
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

/// The README's tour: its commands run against a started server, and print what stands below them. `…` stands for any text.
fn tour(sh: &Shell) -> anyhow::Result<()> {
    let readme = fs::read_to_string(sh.current_dir().join("README.md"))?;
    let (_, rest) = readme.split_once("```console tour\n").context("README.md has no tour")?;
    let (tour, _) = rest.split_once("```").context("the tour has no end")?;
    let binary = build::program(sh, "ochre-server");
    let server = OchreServer::start(&binary, None)?;
    let host = server.url.trim_start_matches("http://");
    let programs = binary.parent().context("a program without a directory")?.display();

    // One shell for all commands; a line of its own separates their outputs.
    let mark = "-- end of a command --";
    let place = tempfile::tempdir()?;
    let here = place.path().display();
    let mut script =
        format!("set -e\ncd {here}\nexport OCHRE_CONFIG_DIR={here}/config PATH={programs}:$PATH\nexec 2>&1\n");
    let mut expected: Vec<(&str, Vec<&str>)> = Vec::new();
    for line in tour.lines() {
        match line.strip_prefix("$ ") {
            Some(command) => {
                let command_here = command.replace("localhost:6900", host);
                script.extend([command_here.as_str(), "\necho\necho '", mark, "'\n"]);
                expected.push((command, Vec::new()));
            }
            None => expected.last_mut().context("the tour begins with a command")?.1.push(line),
        }
    }
    let output =
        cmd!(sh, "bash -c {script}").quiet().env_remove("OCHRE_API_KEY").env_remove("ARGILLA_API_KEY").read()?;
    let output = output.replace(host, "localhost:6900");
    for ((command, lines), printed) in expected.iter().zip(output.split(mark)) {
        let wanted = lines.join("\n");
        if !matches(&wanted, printed.trim_matches('\n')) {
            bail!("README.md: `{command}` prints\n{}\nand not\n{wanted}", printed.trim_matches('\n'));
        }
    }
    Ok(())
}

/// Whether a text is what a pattern says, line by line, without space at the ends of lines.
fn matches(pattern: &str, text: &str) -> bool {
    let line = |pattern: &str, text: &str| {
        let (mut rest, mut parts) = (text.trim_end(), pattern.trim_end().split('…'));
        let first = parts.next().unwrap_or_default();
        let Some(stripped) = rest.strip_prefix(first) else { return false };
        rest = stripped;
        let mut open = false;
        for part in parts {
            open = part.is_empty();
            match rest.find(part) {
                Some(at) => rest = &rest[at + part.len()..],
                None => return false,
            }
        }
        open || rest.is_empty()
    };
    pattern.lines().count() == text.lines().count() && pattern.lines().zip(text.lines()).all(|(p, t)| line(p, t))
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
