//! Which statements of the guides hold, and how that is known.
//!
//! `tests/statements.txt` says what the guides say. A test names what it proves in a line `Satisfies: S1, S2.` above it (Rust)
//! or in its first text (Python). What holds otherwise is named in a table of `docs/reference/compatibility.md`. The page
//! that comes of it counts both; a statement with neither, and a number that is none, is an error.

use std::{collections::BTreeMap, fmt::Write as _, fs};

use anyhow::{Context as _, bail};
use xshell::{Shell, cmd};

const LIST: &str = "tests/statements.txt";
const DECISIONS: &str = "docs/reference/compatibility.md";
const MARK: &str = "Satisfies: ";

/// The generated page.
pub(crate) fn page(sh: &Shell) -> anyhow::Result<String> {
    let list = read(sh, LIST)?;
    let tests = tests(sh)?;
    let decisions = decisions(&read(sh, DECISIONS)?);
    let known: Vec<u16> = list.lines().filter_map(|line| number(line.split('\t').next()?)).collect();
    let strangers: Vec<_> = tests.keys().chain(decisions.keys()).filter(|number| !known.contains(number)).collect();
    if !strangers.is_empty() {
        bail!("named, but not in {LIST}: {strangers:?}");
    }
    let (mut body, mut open) = (String::new(), Vec::new());
    let (mut tested, mut differing) = (0, 0);
    for line in list.lines() {
        if let Some(title) = line.strip_prefix("## ") {
            write!(body, "\n## {title}\n\n| | What the guide says | How it is known to hold |\n|---|---|---|\n")?;
        }
        let Some((name, text)) = line.split_once('\t') else { continue };
        let statement = number(name).with_context(|| format!("{name} is no statement"))?;
        let proofs = tests.get(&statement).cloned().unwrap_or_default();
        let decision = decisions.get(&statement);
        match (proofs.is_empty(), decision) {
            (false, _) => tested += 1,
            (true, Some(_)) => differing += 1,
            (true, None) => open.push(name.to_owned()),
        }
        let proofs: Vec<_> = proofs.iter().take(4).map(|test| format!("`{test}`")).collect();
        let differs = decision.map(|what| format!("[differs: {what}](compatibility.md)"));
        let how: Vec<_> = proofs.into_iter().chain(differs).collect();
        writeln!(body, "| {name} | {text} | {} |", how.join(", "))?;
    }
    if !open.is_empty() {
        bail!("neither a test nor a line of {DECISIONS} names {}", open.join(", "));
    }
    Ok(format!(
        "<!-- Generated from the tests by `cargo xtask docs`. Do not edit. -->\n\n# Statements of the guides\n\nThe user guides of \
         Argilla 1.4 to 2.8 and of Extralit make {} statements about users and workspaces. {tested} of\nthem are proved \
         by tests, which are named here; {differing} hold otherwise or not yet, as \
         [compatibility.md](compatibility.md) says.\n{body}",
        known.len()
    ))
}

fn read(sh: &Shell, path: &str) -> anyhow::Result<String> {
    fs::read_to_string(sh.current_dir().join(path)).with_context(|| format!("cannot read {path}"))
}

fn number(name: &str) -> Option<u16> {
    name.strip_prefix('S')?.parse().ok()
}

/// The numbers in a text such as `S1, S2.`
fn numbers(text: &str) -> Vec<u16> {
    text.split(|c: char| !c.is_ascii_alphanumeric()).filter_map(number).collect()
}

/// The tests that name each statement, as `file: test`.
fn tests(sh: &Shell) -> anyhow::Result<BTreeMap<u16, Vec<String>>> {
    let mut found: BTreeMap<u16, Vec<String>> = BTreeMap::new();
    let files =
        cmd!(sh, "git ls-files --cached --others --exclude-standard crates/*.rs tests/compat/*.py").quiet().read()?;
    for file in files.lines() {
        let text = read(sh, file)?;
        let lines: Vec<_> = text.lines().collect();
        for (index, line) in lines.iter().enumerate() {
            let Some((_, named)) = line.split_once(MARK) else { continue };
            let name = if file.starts_with("crates/") {
                lines[index..].iter().find_map(|line| between(line, "fn ", "("))
            } else {
                lines[..index].iter().rev().find_map(|line| between(line, "def ", "("))
            };
            let short = file.rsplit('/').next().unwrap_or(file);
            let proof = name.map_or_else(|| short.to_owned(), |name| format!("{short}: {name}"));
            for statement in numbers(named) {
                found.entry(statement).or_default().push(proof.clone());
            }
        }
    }
    Ok(found)
}

fn between<'a>(line: &'a str, before: &str, after: &str) -> Option<&'a str> {
    line.split_once(before)?.1.split_once(after).map(|(name, _)| name)
}

/// What the document's tables say about each statement: the first cell of its row.
fn decisions(document: &str) -> BTreeMap<u16, String> {
    let mut found = BTreeMap::new();
    for row in document.lines().filter(|line| line.starts_with("| ")) {
        let what = row.trim_matches('|').split('|').next().unwrap_or_default().trim();
        for statement in numbers(row) {
            found.entry(statement).or_insert_with(|| what.to_owned());
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_found_in_texts() {
        assert_eq!(numbers("S1, S23."), [1, 23]);
        assert_eq!(numbers("no S or Sx, S3a"), [] as [u16; 0]);
    }

    #[test]
    fn rows_say_what_differs() {
        let found = decisions("S9 in a text\n| What | a |\n| Disabled users | 400 | 401 (S4) | `x.y` |\n");
        assert_eq!(found.into_iter().collect::<Vec<_>>(), [(4, "Disabled users".to_owned())]);
    }
}
