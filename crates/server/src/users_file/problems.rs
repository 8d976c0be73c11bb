//! What is wrong with a file, for the administrator.

use std::{
    fmt,
    path::{Path, PathBuf},
};

use crate::shown::{MAX_LISTED, quote};

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
    fn order(&self) -> (Option<usize>, Option<usize>) {
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

/// All problems of a file: the first ones, in its order, and how many there are.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Problems {
    first: Vec<Problem>,
    count: usize,
}

impl Problems {
    pub(super) fn push(&mut self, problem: Problem) {
        self.count += 1;
        // Those of one entry are found in the order of its fields, not of its lines.
        let place = self.first.partition_point(|other| other.order() <= problem.order());
        self.first.insert(place, problem);
        self.first.truncate(MAX_LISTED);
    }

    pub(super) fn count(&self) -> usize {
        self.count
    }

    pub(super) fn is_empty(&self) -> bool {
        self.count == 0
    }
}

impl From<Problem> for Problems {
    fn from(problem: Problem) -> Self {
        Self { first: vec![problem], count: 1 }
    }
}

impl FromIterator<Problem> for Problems {
    fn from_iter<I: IntoIterator<Item = Problem>>(all: I) -> Self {
        let mut problems = Self::default();
        all.into_iter().for_each(|problem| problems.push(problem));
        problems
    }
}

/// What is ignored in a file: the first lines about it, and how many there are.
#[derive(Debug, Clone, Default)]
pub(super) struct Notes {
    first: Vec<String>,
    count: usize,
}

impl Notes {
    pub(super) fn push(&mut self, line: String) {
        self.count += 1;
        if self.first.len() < MAX_LISTED {
            self.first.push(line);
        }
    }

    pub(super) fn into_lines(self) -> Vec<String> {
        let more = self.count - self.first.len();
        let rest = (more > 0).then(|| format!("and {more} more fields are ignored"));
        self.first.into_iter().chain(rest).collect()
    }
}

/// Why a users file was refused. Nothing was changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UsersFileError {
    path: PathBuf,
    problems: Problems,
}

impl UsersFileError {
    pub(super) fn new(path: &Path, problems: impl Into<Problems>) -> Self {
        Self { path: path.to_owned(), problems: problems.into() }
    }
}

impl fmt::Display for UsersFileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = quote(&self.path.display().to_string());
        let Problems { first, count } = &self.problems;
        if let ([problem], 1) = (first.as_slice(), count) {
            return write!(f, "the users file {path} is refused: {problem}");
        }
        write!(f, "the users file {path} is refused, with {count} problems:")?;
        for problem in first {
            write!(f, "\n  {problem}")?;
        }
        match count - first.len() {
            0 => Ok(()),
            more => write!(f, "\n  and {more} more"),
        }
    }
}

impl std::error::Error for UsersFileError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn at_most_twenty_problems_are_listed_and_the_rest_counted() {
        let problems: Problems = (1..=23).rev().map(|n| Problem::at(n, n, Some("email"), "is bad")).collect();
        let text = UsersFileError::new(Path::new("u.yml"), problems).to_string();
        assert_eq!(text.lines().count(), 22);
        assert!(
            text.starts_with(
                "the users file \"u.yml\" is refused, with 23 problems:\n  line 1, entry 1, email: is bad\n"
            )
        );
        assert!(text.ends_with("\n  and 3 more"));
    }
}
