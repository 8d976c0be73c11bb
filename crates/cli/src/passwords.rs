//! Passwords that are made for new users: written to a new file for one pair of eyes before anything is sent.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write as _},
    path::{Path, PathBuf},
    sync::Mutex,
};

use anyhow::Context as _;
use indicatif::{ProgressBar, ProgressStyle};
use ochre_client::Error;

use crate::{console::Talk, failure::Failure, hash};

/// A new file for passwords. It goes when it turns out that they are nobody's.
#[derive(Debug)]
pub(crate) struct PasswordFile {
    path: PathBuf,
    file: File,
    keep: bool,
}

impl PasswordFile {
    /// Makes it, empty, for its user alone.
    pub(crate) fn create(path: &Path) -> anyhow::Result<Self> {
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        {
            use std::os::unix::fs::OpenOptionsExt as _;
            options.mode(0o600);
        }
        match options.open(path) {
            Ok(file) => Ok(Self { path: path.to_owned(), file, keep: false }),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                let why = format!("{} exists already; name a new file for the passwords", path.display());
                Err(Failure::Exists(why).into())
            }
            Err(error) => Err(error).with_context(|| format!("cannot make {}", path.display())),
        }
    }

    /// Writes the passwords, and makes sure that they are on the disk.
    pub(crate) fn write<'a>(&mut self, passwords: impl Iterator<Item = (&'a str, &'a str)>) -> anyhow::Result<()> {
        let failed = || format!("cannot write {}", self.path.display());
        let mut rows = csv::Writer::from_writer(Vec::new());
        rows.write_record(["username", "password"]).with_context(failed)?;
        for (username, password) in passwords {
            rows.write_record([username, password]).with_context(failed)?;
        }
        let text = rows.into_inner().map_err(|error| io::Error::other(error.to_string())).with_context(failed)?;
        self.file.write_all(&text).with_context(failed)?;
        self.file.sync_all().with_context(failed)?;
        self.keep = true;
        Ok(())
    }

    /// Keeps the file, unless it is certain that nothing came of it.
    pub(crate) fn settle(mut self, outcome: Result<(), &Error>, talk: Talk) {
        let shown = self.path.display().to_string();
        match outcome {
            Ok(()) => talk.say(&format!("The passwords are in {shown}.")),
            Err(Error::Team(_) | Error::Unsafe(_)) => self.keep = false,
            // What passes by itself may have come too late to stop it.
            Err(Error::Refused(refusal)) if refusal.status < 500 && !matches!(refusal.status, 408 | 429) => {
                self.keep = false;
            }
            Err(_) => {
                talk.say(&format!("Whether it was done is not known. Should it be, the passwords are in {shown}."));
            }
        }
    }
}

impl Drop for PasswordFile {
    fn drop(&mut self) {
        if !self.keep {
            // It is empty or holds what is nobody's; that it stays is no harm.
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// A bar that shows how far something is, where somebody looks.
pub(crate) fn progress(talk: Talk, what: &'static str, total: usize) -> ProgressBar {
    use std::io::IsTerminal as _;
    if talk.quiet || !io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template("{prefix} {bar:30} {pos}/{len}, {eta} left")
        .unwrap_or_else(|_| ProgressStyle::default_bar());
    ProgressBar::new(total as u64).with_style(style).with_prefix(what)
}

/// The hashes of these passwords, on all cores.
pub(crate) fn hashes(talk: Talk, passwords: &[&str]) -> Vec<String> {
    let bar = Mutex::new(progress(talk, "Hashing passwords", passwords.len()));
    let hashes = hash::many(passwords, |done| {
        let bar = bar.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        bar.set_position(done as u64);
    });
    bar.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner).finish_and_clear();
    hashes
}
