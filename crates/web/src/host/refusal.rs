//! Why the server does not do what a page asks for.

use std::fmt;

/// Why not. The pages have a sentence for each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// The password is wrong, or the name: which of them is not told.
    WrongPassword,
    /// Too many attempts.
    Throttled {
        /// After how many seconds another one is let through.
        seconds: u64,
    },
    /// What was typed cannot be taken.
    Fields(Vec<FieldProblem>),
    /// What was asked for cannot be done: a sentence for whoever reads the page.
    Refused(String),
    /// It was worth something for a limited time: a link, or a sign-in at a provider.
    Gone,
    /// There is no such thing.
    NotFound,
    /// The rules say no: a sentence for whoever reads the page.
    Forbidden(String),
    /// A sign-in provider does not answer, or not as it should.
    ProviderFailed,
    /// Too much to do at the moment.
    Busy,
    /// The server has failed. The cause is in its log.
    Failed {
        /// What the cause is found by.
        request_id: String,
    },
}

/// What is wrong with a field of a form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldProblem {
    /// The field: `username`, `first_name`, `last_name`, `password` or `current`.
    pub name: String,
    /// A sentence to stand beside it.
    pub message: String,
}

impl FieldProblem {
    /// With a sentence of one's own.
    pub fn new(name: impl Into<String>, message: impl Into<String>) -> Self {
        Self { name: name.into(), message: message.into() }
    }

    /// Makes a sentence of what is said of the value: "should have at least 8 characters" becomes "The password should have
    /// at least 8 characters."
    pub fn of(name: impl Into<String>, said: &impl fmt::Display) -> Self {
        let name = name.into();
        let subject = match name.as_str() {
            "current" => "current password".to_owned(),
            other => other.replace('_', " "),
        };
        Self { message: format!("The {subject} {said}."), name }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_of_a_value_becomes_a_sentence() {
        let problem = FieldProblem::of("first_name", &"should have at most 500 characters");
        assert_eq!(problem, FieldProblem::new("first_name", "The first name should have at most 500 characters."));
        assert_eq!(FieldProblem::of("current", &"is wrong").message, "The current password is wrong.");
    }
}
