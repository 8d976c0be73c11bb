//! Talking with whoever runs the command, on the standard error: data alone goes to the standard output.

#[cfg(unix)]
use std::sync::{Mutex, PoisonError};
use std::{
    fs,
    io::{self, BufRead as _, IsTerminal as _, Read as _, Write as _},
    path::Path,
};

use anyhow::Context as _;
#[cfg(unix)]
use rustix::termios::{self, OptionalActions, Termios};

use crate::{args::PasswordSource, failure::Failure, output::plain};

/// Largest password or key that is read, in bytes.
const MAX_SECRET: u64 = 64 * 1024;

/// Says something beside the data.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Talk {
    /// Whether nothing is to be said.
    pub(crate) quiet: bool,
}

impl Talk {
    /// Says a line.
    pub(crate) fn say(self, line: &str) {
        if !self.quiet {
            // Nobody is left to tell when the standard error is closed.
            let _ = writeln!(io::stderr().lock(), "{}", harmless(line));
        }
    }
}

/// A text without what would confuse a terminal, line by line: names that others chose may be in it.
fn harmless(text: &str) -> String {
    text.split('\n').map(plain).collect::<Vec<_>>().join("\n")
}

/// Says what went wrong, and what to do next.
pub(crate) fn complain(error: &anyhow::Error, hint: Option<&str>) {
    let mut err = io::stderr().lock();
    // The SDK's errors say everything themselves; their causes would say it again.
    let _ = match error.downcast_ref::<ochre_client::Error>() {
        Some(error) => writeln!(err, "ochre: {}", harmless(&error.to_string())),
        None => writeln!(err, "ochre: {}", harmless(&format!("{error:#}"))),
    };
    if let Some(hint) = hint {
        let _ = writeln!(err, "  {}", harmless(hint));
    }
}

/// Whether somebody can be asked.
pub(crate) fn is_interactive() -> bool {
    io::stdin().is_terminal() && io::stderr().is_terminal()
}

/// Asks for a line. An empty answer is the default.
pub(crate) fn ask(prompt: &str, default: Option<&str>) -> anyhow::Result<String> {
    loop {
        let shown = default.filter(|default| !default.is_empty());
        let shown = shown.map(|default| format!(" [{default}]")).unwrap_or_default();
        let mut err = io::stderr().lock();
        write!(err, "{}: ", harmless(&format!("{prompt}{shown}")))?;
        err.flush()?;
        drop(err);
        let mut line = String::new();
        if io::stdin().lock().read_line(&mut line)? == 0 {
            return Err(Failure::Refused("aborted".to_owned()).into());
        }
        match (line.trim(), default) {
            ("", Some(default)) => return Ok(default.to_owned()),
            ("", None) => {}
            (answer, _) => return Ok(answer.to_owned()),
        }
    }
}

/// Asks whether to go on; no is the default.
pub(crate) fn confirm(question: &str) -> anyhow::Result<()> {
    if !is_interactive() {
        let why = format!("{question} Nobody can be asked here; --yes does it without asking");
        return Err(Failure::Refused(why).into());
    }
    let mut err = io::stderr().lock();
    write!(err, "{} [y/N] ", harmless(question))?;
    err.flush()?;
    drop(err);
    let mut answer = String::new();
    io::stdin().lock().read_line(&mut answer)?;
    if matches!(answer.trim().to_lowercase().as_str(), "y" | "yes") {
        Ok(())
    } else {
        Err(Failure::Refused("nothing was changed".to_owned()).into())
    }
}

/// The terminal as it was before a secret was asked for: whoever is interrupted there gets it back with its echo.
#[cfg(unix)]
static TERMINAL: Mutex<Option<Termios>> = Mutex::new(None);

#[cfg(unix)]
fn remember_terminal() {
    *TERMINAL.lock().unwrap_or_else(PoisonError::into_inner) = termios::tcgetattr(io::stdin()).ok();
}

#[cfg(not(unix))]
fn remember_terminal() {}

/// Gives the terminal back as it was.
#[cfg(unix)]
pub(crate) fn restore_terminal() {
    if let Some(before) = TERMINAL.lock().unwrap_or_else(PoisonError::into_inner).as_ref() {
        // It can be gone meanwhile; there is nothing to give back then.
        let _ = termios::tcsetattr(io::stdin(), OptionalActions::Now, before);
    }
}

/// Gives the terminal back as it was.
#[cfg(not(unix))]
pub(crate) fn restore_terminal() {}

/// Asks for a secret without showing it.
pub(crate) fn ask_secret(prompt: &str, instead: &str) -> anyhow::Result<String> {
    if !is_interactive() {
        let why = format!("there is no terminal to ask at for the {}: {instead}", prompt.to_lowercase());
        return Err(Failure::Usage(why).into());
    }
    loop {
        remember_terminal();
        let secret =
            rpassword::prompt_password(format!("{}: ", harmless(prompt))).context("cannot read from the terminal")?;
        if !secret.is_empty() {
            return Ok(secret);
        }
    }
}

/// The one line that the standard input holds.
pub(crate) fn secret_from_stdin(what: &str) -> anyhow::Result<String> {
    let mut text = String::new();
    let mut input = io::stdin().lock().take(MAX_SECRET);
    input.read_to_string(&mut text).with_context(|| format!("the {what} cannot be read from the standard input"))?;
    one_line(&text, what, "the standard input")
}

fn one_line(text: &str, what: &str, place: &str) -> anyhow::Result<String> {
    let line = text.strip_suffix('\n').unwrap_or(text);
    let line = line.strip_suffix('\r').unwrap_or(line);
    if line.is_empty() {
        return Err(Failure::Input(format!("{place} holds no {what}")).into());
    }
    if line.contains(['\n', '\r']) {
        return Err(Failure::Input(format!("{place} holds more than one line; the {what} is one")).into());
    }
    Ok(line.to_owned())
}

fn secret_from_file(path: &Path, what: &str) -> anyhow::Result<String> {
    let text = fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    one_line(&text, what, &path.display().to_string())
}

/// The password that a flag points to, if one does.
pub(crate) fn given_password(source: &PasswordSource) -> anyhow::Result<Option<String>> {
    match &source.password_file {
        Some(path) => secret_from_file(path, "password").map(Some),
        None if source.password_stdin => secret_from_stdin("password").map(Some),
        None => Ok(None),
    }
}

/// The current password, and a new one. The standard input holds both where nothing else is said, the current one first.
pub(crate) fn current_and_new(current: Option<&Path>, new: &PasswordSource) -> anyhow::Result<(String, String)> {
    let current = match current {
        Some(path) => secret_from_file(path, "password")?,
        None if new.password_stdin => {
            return two_from_stdin(["current password", "new password"]);
        }
        None => ask_secret("Current password", "--current-password-file gives it, or --password-stdin both")?,
    };
    Ok((current, new_password(new)?))
}

/// The two lines that the standard input holds.
pub(crate) fn two_from_stdin(what: [&str; 2]) -> anyhow::Result<(String, String)> {
    let mut text = String::new();
    let mut input = io::stdin().lock().take(MAX_SECRET);
    let [first, second] = what;
    let failed = || format!("the {first} and the {second} cannot be read from the standard input");
    input.read_to_string(&mut text).with_context(failed)?;
    two_lines(&text, what)
}

fn two_lines(text: &str, [first, second]: [&str; 2]) -> anyhow::Result<(String, String)> {
    let (one, other) = text.split_once('\n').ok_or_else(|| {
        Failure::Input(format!("the standard input should hold two lines: the {first}, and the {second}"))
    })?;
    let place = "the standard input";
    Ok((one_line(one, first, place)?, one_line(other, second, place)?))
}

const INSTEAD: &str = "--password-stdin or --password-file gives it";

/// A new password: from where a flag points, else asked for twice.
pub(crate) fn new_password(source: &PasswordSource) -> anyhow::Result<String> {
    if let Some(password) = given_password(source)? {
        return Ok(password);
    }
    loop {
        let password = ask_secret("New password", INSTEAD)?;
        if let Err(problem) = check_password(&password) {
            let _ = writeln!(io::stderr().lock(), "The password {problem}.");
            continue;
        }
        if ask_secret("Again", INSTEAD)? == password {
            return Ok(password);
        }
        let _ = writeln!(io::stderr().lock(), "The two differ.");
    }
}

/// The password of somebody who signs in: from where a flag points, else asked for once.
pub(crate) fn known_password(source: &PasswordSource) -> anyhow::Result<String> {
    match given_password(source)? {
        Some(password) => Ok(password),
        None => ask_secret("Password", INSTEAD),
    }
}

pub(crate) use ochre_dto::file::check_password;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_one_line() {
        for text in ["s3cret", "s3cret\n", "s3cret\r\n"] {
            assert_eq!(one_line(text, "password", "the file").unwrap(), "s3cret");
        }
        assert_eq!(one_line(" a b ", "password", "the file").unwrap(), " a b ", "space counts");
        for text in ["", "\n", "a\nb", "a\n\n"] {
            assert!(one_line(text, "password", "the file").is_err(), "{text:?}");
        }
    }

    #[test]
    fn two_secrets_are_two_lines() {
        let what = ["current password", "new password"];
        for text in ["old\nnew", "old\nnew\n", "old\r\nnew\r\n"] {
            assert_eq!(two_lines(text, what).unwrap(), ("old".to_owned(), "new".to_owned()), "{text:?}");
        }
        for text in ["", "old", "old\n", "\nnew", "old\nnew\nmore"] {
            assert!(two_lines(text, what).is_err(), "{text:?}");
        }
    }

    #[test]
    fn a_passwords_length_counts_characters() {
        assert!(check_password("ñññññññ").is_err() && check_password("ññññññññ").is_ok());
        assert!(check_password(&"x".repeat(100)).is_ok() && check_password(&"x".repeat(101)).is_err());
    }
}
