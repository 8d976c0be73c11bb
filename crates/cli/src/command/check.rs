//! `ochre keys check`: finds named keys and links in text, without a server.

use std::{
    fs::File,
    io::{self, BufRead, BufReader},
    path::{Path, PathBuf},
};

use anyhow::Context as _;
use ochre_dto::key::{self, CHECKSUM_CHARS, Flaw, Kind, RANDOM_CHARS};

use super::shown;
use crate::{
    args::Format,
    console::Talk,
    failure::Failure,
    output::{self, Finding, Row as _},
};

/// How many characters at the end of a key are shown.
const HINT_CHARS: usize = 4;

pub(crate) fn run(format: Option<Format>, talk: Talk, files: &[PathBuf]) -> anyhow::Result<()> {
    refuse_keys(files)?;
    let standard_input = [PathBuf::from("-")];
    let (findings, unreadable) = found(if files.is_empty() { &standard_input } else { files });
    output::list(format, Finding::columns(), &findings)?;
    verdict(talk, &findings, unreadable)
}

/// What is found, and the last file that cannot be read: what is found elsewhere is told all the same.
fn found(files: &[PathBuf]) -> (Vec<Finding>, anyhow::Result<()>) {
    let mut findings = Vec::new();
    let mut unreadable = Ok(());
    for file in files {
        if let Err(error) = look_through(file, &mut findings) {
            unreadable = Err(error);
        }
    }
    (findings, unreadable)
}

/// How the command ends. That something genuine was found counts for more than a file that cannot be read.
fn verdict(talk: Talk, findings: &[Finding], unreadable: anyhow::Result<()>) -> anyhow::Result<()> {
    let genuine = findings.iter().filter(|finding| finding.genuine).count();
    if genuine == 0 {
        if unreadable.is_ok() {
            talk.say("Nothing genuine was found.");
        }
        return unreadable;
    }
    if let Err(error) = unreadable {
        talk.say(&format!("{error:#}"));
    }
    let what = if genuine == 1 { "1 is genuine".to_owned() } else { format!("{genuine} are genuine") };
    let why =
        format!("{what}: whoever reads this may have it; ochre keys delete or ochre invitations withdraw ends it");
    Err(Failure::Refused(why).into())
}

/// A key among the arguments, or in one of them, is not looked at, and not repeated: whoever gave it should hear that others could read it.
fn refuse_keys(files: &[PathBuf]) -> anyhow::Result<()> {
    let holds_key = |file: &PathBuf| !found_in(file.as_os_str().as_encoded_bytes()).is_empty();
    if files.iter().any(holds_key) {
        let why = "a key or a link stands among the arguments, where others on the machine can read it: give it on the \
                   standard input";
        return Err(Failure::Usage(why.to_owned()).into());
    }
    Ok(())
}

fn look_through(path: &Path, findings: &mut Vec<Finding>) -> anyhow::Result<()> {
    let name = shown(path);
    let failed = || format!("cannot read {name}");
    if path.as_os_str() == "-" {
        return scan(io::stdin().lock(), &name, findings).with_context(failed);
    }
    let file = File::open(path).with_context(failed)?;
    scan(BufReader::new(file), &name, findings).with_context(failed)
}

/// Line by line, so that files may be large; byte by byte, so that they may be whatever they are.
fn scan(mut input: impl BufRead, file: &str, findings: &mut Vec<Finding>) -> io::Result<()> {
    let mut bytes = Vec::new();
    let mut line = 0;
    while input.read_until(b'\n', &mut bytes)? > 0 {
        line += 1;
        for (text, genuine) in found_in(&bytes) {
            let prefix = prefix(text);
            let hint = text[text.len() - HINT_CHARS..].to_owned();
            findings.push(Finding {
                file: file.to_owned(),
                line,
                kind: if prefix == Kind::Link.prefix() { "link" } else { "key" },
                genuine,
                shown: format!("{prefix}…{hint}"),
                hint,
            });
        }
        bytes.clear();
    }
    Ok(())
}

fn prefix(text: &str) -> &'static str {
    if text.starts_with(Kind::Link.prefix()) { Kind::Link.prefix() } else { Kind::Key.prefix() }
}

/// What has the format of a key or a link, and whether it is genuine. What is genuine counts wherever it stands (behind the `n` of `\n`
/// in a text of JSON, for example); what is not, only as a word of its own.
fn found_in(line: &[u8]) -> Vec<(&str, bool)> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < line.len() {
        match candidate(line, at) {
            Some((text, genuine)) => {
                found.push((text, genuine));
                at += text.len();
            }
            None => at += 1,
        }
    }
    found
}

fn candidate(line: &[u8], at: usize) -> Option<(&str, bool)> {
    let rest = &line[at..];
    let kind = [Kind::Key, Kind::Link].into_iter().find(|kind| rest.starts_with(kind.prefix().as_bytes()))?;
    let length = kind.prefix().len() + RANDOM_CHARS + CHECKSUM_CHARS;
    let text = std::str::from_utf8(rest.get(..length)?).ok()?;
    let is_word = |byte: Option<&u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
    match key::check(text) {
        Ok(_) => Some((text, true)),
        Err(Flaw::Checksum) => {
            let alone = !is_word(at.checked_sub(1).and_then(|before| line.get(before))) && !is_word(rest.get(length));
            alone.then_some((text, false))
        }
        Err(Flaw::Prefix | Flaw::Length) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::failure::exit_code;

    const GENUINE: &str = "och_07ELSZgnu18FMTahov29GNUbipw3AH1heXTQ";
    const WRONG: &str = "och_07ELSZgnu18FMTahov29GNUbipw3AH1heXTR";

    fn link() -> String {
        let mut next = 0_u8;
        key::generate(Kind::Link, |bytes| {
            for byte in bytes {
                *byte = next;
                next = next.wrapping_add(5);
            }
        })
    }

    fn scanned(text: &str) -> Vec<(u64, &'static str, bool)> {
        let mut findings = Vec::new();
        scan(text.as_bytes(), "f", &mut findings).unwrap();
        for finding in &findings {
            assert!(!text.contains(&finding.shown) && finding.hint.len() == 4, "{finding:?}");
        }
        findings.into_iter().map(|finding| (finding.line, finding.kind, finding.genuine)).collect()
    }

    #[test]
    fn keys_and_links_are_found_with_their_lines() {
        let text =
            format!("nothing\nKEY={GENUINE}\r\n{{\"url\": \"http://localhost/l/{}\"}}, {GENUINE};{WRONG}", link());
        assert_eq!(scanned(&text), [(2, "key", true), (3, "link", true), (3, "key", true), (3, "key", false)]);
        assert_eq!(scanned(""), []);
    }

    #[test]
    fn what_is_genuine_counts_wherever_it_stands() {
        assert_eq!(scanned(&format!("\\n{GENUINE}\\n")), [(1, "key", true)]);
        assert_eq!(scanned(&format!("{GENUINE}{GENUINE}_x")), [(1, "key", true), (1, "key", true)]);
        let mut findings = Vec::new();
        scan([b"\xff\xfe".as_slice(), GENUINE.as_bytes(), b"\xff"].concat().as_slice(), "f", &mut findings).unwrap();
        assert!(findings[0].genuine, "what is no UTF-8 is looked through as well");
        assert_eq!((findings[0].shown.as_str(), findings[0].hint.as_str()), ("och_…eXTQ", "eXTQ"));
    }

    #[test]
    fn a_look_alike_counts_as_a_word_of_its_own_alone() {
        assert_eq!(scanned(&format!("({WRONG})")), [(1, "key", false)]);
        for text in [format!("x{WRONG}"), format!("{WRONG}x"), format!("{WRONG}_"), WRONG[..39].to_owned()] {
            assert_eq!(scanned(&text), [], "{text}");
        }
    }

    #[test]
    fn the_exit_code_tells_whether_something_genuine_was_found() {
        let directory = tempfile::tempdir().unwrap();
        let code = |texts: &[&str]| {
            let write = |(at, text): (usize, &&str)| {
                let path = directory.path().join(at.to_string());
                std::fs::write(&path, text).unwrap();
                path
            };
            let mut files: Vec<_> = texts.iter().enumerate().map(write).collect();
            if texts.len() > 2 {
                files.push(directory.path().join("missing"));
            }
            let (findings, unreadable) = found(&files);
            verdict(Talk { quiet: true }, &findings, unreadable).map_err(|error| exit_code(&error))
        };
        assert_eq!(code(&["nothing", WRONG]), Ok(()));
        assert_eq!(code(&["nothing", GENUINE]), Err(6));
        assert_eq!(code(&["nothing", "", ""]), Err(1), "a file that cannot be read");
        assert_eq!(code(&["nothing", GENUINE, ""]), Err(6), "a key counts for more than that");
    }

    #[test]
    fn a_key_among_the_arguments_is_refused_and_not_repeated() {
        let link = link();
        for key in [GENUINE, WRONG, &link] {
            for argument in
                [key.to_owned(), format!("KEY={key}"), format!("https://ochre.example/links/{key}?from=mail")]
            {
                let files = [PathBuf::from("-"), PathBuf::from(argument)];
                let error = run(None, Talk { quiet: true }, &files).unwrap_err();
                assert_eq!(exit_code(&error), 2);
                assert!(!format!("{error:#}").contains(key), "{error}");
            }
        }
    }
}
