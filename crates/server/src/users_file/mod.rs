//! Users files of Argilla 1.x: YAML lists of users with ready hashes.
//!
//! A file is read as a whole: every problem in it is told in one go, with line, entry and field, and nothing is changed where
//! there is one. Texts are bounded before they are parsed ([`MAX_BYTES`], [`yaml`]).

mod entries;
mod problems;
mod yaml;

use std::{
    fs,
    io::Read as _,
    path::{Path, PathBuf},
};

use ochre_domain::usecase::{FileUser, RosterReport};

pub use problems::UsersFileError;

use crate::shown::quote;
use problems::{Problem, Problems};

/// The largest file that is read, in bytes. 100,000 users take some 20 MiB.
const MAX_BYTES: u64 = 32 * 1024 * 1024;

/// Whether a text is a good users file: how many users it has, or everything that is wrong with it.
///
/// # Errors
/// The problems, one in a line.
pub fn check(text: &str) -> Result<usize, String> {
    let file = UsersFileText { path: PathBuf::from("users.yml"), text: text.to_owned() };
    file.parse_with_notes().map(|(users, _)| users.len()).map_err(|error| error.to_string())
}

/// The users file that a server follows, read and understood.
pub(crate) struct FollowedFile {
    pub(crate) text: UsersFileText,
    pub(crate) users: Vec<FileUser>,
}

impl FollowedFile {
    /// Reads a good file; what is ignored in it goes to the log.
    pub(crate) fn read(path: &Path) -> Result<Self, UsersFileError> {
        let text = UsersFileText::read(path)?;
        let (users, notes) = text.parse_with_notes()?;
        for note in notes {
            tracing::warn!("users file: {note}");
        }
        Ok(Self { text, users })
    }
}

/// The text of a users file.
#[derive(Debug, Clone)]
pub(crate) struct UsersFileText {
    path: PathBuf,
    text: String,
}

impl UsersFileText {
    /// Reads a regular file of at most [`MAX_BYTES`] in UTF-8.
    pub(crate) fn read(path: &Path) -> Result<Self, UsersFileError> {
        let refuse = |message: String| UsersFileError::new(path, Problem::of_file(message));
        let meta = fs::metadata(path).map_err(|error| refuse(format!("cannot be read: {error}")))?;
        // A pipe or a device may never end.
        if !meta.is_file() {
            return Err(refuse("is no regular file".to_owned()));
        }
        let file = fs::File::open(path).map_err(|error| refuse(format!("cannot be read: {error}")))?;
        let mut bytes = Vec::new();
        file.take(MAX_BYTES + 1).read_to_end(&mut bytes).map_err(|error| refuse(format!("cannot be read: {error}")))?;
        if bytes.len() as u64 > MAX_BYTES {
            return Err(refuse(format!("is larger than {} MiB", MAX_BYTES / 1024 / 1024)));
        }
        let text = String::from_utf8(bytes).map_err(|error| {
            let good = &error.as_bytes()[..error.utf8_error().valid_up_to()];
            let line = good.split(|byte| *byte == b'\n').count();
            UsersFileError::new(path, Problem::at_line(line, "the bytes are no UTF-8"))
        })?;
        Ok(Self { path: path.to_owned(), text })
    }

    /// The file's users and what is ignored in it, or everything that is wrong with it.
    pub(crate) fn parse_with_notes(&self) -> Result<(Vec<FileUser>, Vec<String>), UsersFileError> {
        let document = yaml::parse(&self.text).map_err(|problem| UsersFileError::new(&self.path, problem))?;
        entries::read(&document).map_err(|problems| UsersFileError::new(&self.path, problems))
    }

    /// Why nothing was changed, where nobody could have managed users any more.
    pub(crate) fn without_owner(&self) -> UsersFileError {
        let message = "the last owner would be one no more: leave an entry without `workspaces`, which makes an owner";
        UsersFileError::new(&self.path, Problem::of_file(message))
    }

    /// Why the database refuses the file.
    pub(crate) fn clashes(&self, report: &RosterReport) -> UsersFileError {
        let problems = report.clashes.iter().map(|clash| {
            let message = format!("is the API key of the user {} already", quote(clash.holder.as_str()));
            Problem::at(clash.place.line, clash.place.entry, Some("api_key"), message)
        });
        UsersFileError::new(&self.path, problems.collect::<Problems>())
    }
}
