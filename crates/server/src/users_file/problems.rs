//! What is wrong with a file, for the administrator.

use std::{
    fmt,
    path::{Path, PathBuf},
};

/// Problems that are listed; the rest is counted.
const MAX_LISTED: usize = 20;
/// Characters of a value that are quoted.
const MAX_QUOTED: usize = 80;

/// One problem.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Problem {
    line: Option<usize>,
    entry: Option<usize>,
    field: Option<&'static str>,
    message: String,
}

impl Problem {
    /// With the file as a whole.
    pub(super) fn of_file(message: impl Into<String>) -> Self {
        Self { line: None, entry: None, field: None, message: message.into() }
    }

    /// With a line.
    pub(super) fn at_line(line: usize, message: impl Into<String>) -> Self {
        Self { line: Some(line), entry: None, field: None, message: message.into() }
    }

    /// With an entry, or with a field of it.
    pub(super) fn at(line: usize, entry: usize, field: Option<&'static str>, message: impl Into<String>) -> Self {
        Self { line: Some(line), entry: Some(entry), field, message: message.into() }
    }

    /// The place, to tell problems in the order of the file.
    pub(super) fn order(&self) -> (Option<usize>, Option<usize>) {
        (self.entry, self.line)
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = [
            self.line.map(|line| format!("line {line}")),
            self.entry.map(|entry| format!("entry {entry}")),
            self.field.map(str::to_owned),
        ];
        let place = place.into_iter().flatten().collect::<Vec<_>>().join(", ");
        if place.is_empty() { f.write_str(&self.message) } else { write!(f, "{place}: {}", self.message) }
    }
}

/// Why a users file was refused. Nothing was changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UsersFileError {
    path: PathBuf,
    problems: Vec<Problem>,
}

impl UsersFileError {
    pub(super) fn new(path: &Path, problems: Vec<Problem>) -> Self {
        Self { path: path.to_owned(), problems }
    }
}

impl fmt::Display for UsersFileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = quote(&self.path.display().to_string());
        if let [problem] = self.problems.as_slice() {
            return write!(f, "the users file {path} is refused: {problem}");
        }
        write!(f, "the users file {path} is refused, with {} problems:", self.problems.len())?;
        for problem in self.problems.iter().take(MAX_LISTED) {
            write!(f, "\n  {problem}")?;
        }
        match self.problems.len().saturating_sub(MAX_LISTED) {
            0 => Ok(()),
            more => write!(f, "\n  and {more} more"),
        }
    }
}

impl std::error::Error for UsersFileError {}

/// A value for a message: in quotes, without what confuses a terminal, at most [`MAX_QUOTED`] characters of it.
pub(crate) fn quote(value: &str) -> String {
    let cut: String = value.chars().take(MAX_QUOTED).collect();
    let dots = if cut.len() < value.len() { "…" } else { "" };
    format!("{cut:?}{dots}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn at_most_twenty_problems_are_listed_and_the_rest_counted() {
        let problems: Vec<_> = (1..=23).map(|n| Problem::at(n, n, Some("email"), "is bad")).collect();
        let text = UsersFileError::new(Path::new("u.yml"), problems).to_string();
        assert_eq!(text.lines().count(), 22);
        assert!(
            text.starts_with(
                "the users file \"u.yml\" is refused, with 23 problems:\n  line 1, entry 1, email: is bad\n"
            )
        );
        assert!(text.ends_with("\n  and 3 more"));
    }

    #[test]
    fn long_values_are_cut_and_controls_are_shown() {
        assert_eq!(quote("a\u{1b}[31m"), "\"a\\u{1b}[31m\"");
        assert_eq!(quote(&"é".repeat(81)), format!("\"{}\"…", "é".repeat(80)));
    }
}
