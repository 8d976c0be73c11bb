//! Talking with whoever runs a command: Argilla's lines on the standard output, everything else on the standard error.

use std::io::{self, BufRead as _, IsTerminal as _, Write as _};
#[cfg(unix)]
use std::sync::{Mutex, PoisonError};

#[cfg(unix)]
use rustix::termios::{self, OptionalActions, Termios};
use secrecy::{ExposeSecret as _, SecretString};

use super::CommandError;

/// Prints a line of the command's output.
pub(super) fn say(line: &str) -> io::Result<()> {
    writeln!(io::stdout().lock(), "{line}")
}

/// Prints a line beside the output.
pub(super) fn note(line: &str) -> io::Result<()> {
    writeln!(io::stderr().lock(), "{line}")
}

/// Asks until there is an answer. An empty one is the default, where there is one.
pub(super) fn ask(prompt: &str, default: Option<&str>) -> Result<String, CommandError> {
    let suffix = default.map(|default| format!(" [{default}]")).unwrap_or_default();
    loop {
        prompt_for(&format!("{prompt}{suffix}: "))?;
        let line = read_line()?;
        match (line.is_empty(), default) {
            (false, _) => return Ok(line),
            (true, Some(default)) => return Ok(default.to_owned()),
            (true, None) => {}
        }
    }
}

/// Asks for a secret, twice, without showing it.
pub(super) fn ask_secret(prompt: &str) -> Result<SecretString, CommandError> {
    loop {
        let first = hidden(prompt)?;
        if first.expose_secret().is_empty() {
            continue;
        }
        if hidden("Repeat for confirmation")?.expose_secret() == first.expose_secret() {
            return Ok(first);
        }
        note("Error: The two entered values do not match.")?;
    }
}

/// Shows a prompt, in one piece. The lock is not kept while the answer is awaited: an interruption is told as well.
fn prompt_for(prompt: &str) -> io::Result<()> {
    let mut err = io::stderr().lock();
    err.write_all(prompt.as_bytes())?;
    err.flush()
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

/// One secret. It is read from the terminal, or from the input where that is none.
fn hidden(prompt: &str) -> Result<SecretString, CommandError> {
    prompt_for(&format!("{prompt}: "))?;
    if io::stdin().is_terminal() {
        remember_terminal();
        let text = rpassword::read_password().map_err(|error| match error.kind() {
            io::ErrorKind::UnexpectedEof | io::ErrorKind::Interrupted => CommandError::Aborted,
            _ => error.into(),
        })?;
        return Ok(text.into());
    }
    let line = read_line()?;
    note("")?;
    Ok(line.into())
}

fn read_line() -> Result<String, CommandError> {
    let mut line = String::new();
    if io::stdin().lock().read_line(&mut line)? == 0 {
        return Err(CommandError::Aborted);
    }
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}
