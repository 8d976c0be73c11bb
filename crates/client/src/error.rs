//! What can go wrong.

use std::{fmt, time::Duration};

use ochre_dto::v1::{Coded, Detail, ErrorBody, FieldProblem, Params};

/// The code of a refusal that a new password lifts.
const PASSWORD_CHANGE_REQUIRED: &str = "argilla.api.errors::PasswordChangeRequiredError";

/// Why a call failed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The server's address is no URL of HTTP.
    #[error("{0:?} is no address of a server; it should be as http://localhost:6900")]
    Address(String),
    /// A credential that cannot travel in a header.
    #[error("the API key or token should have visible ASCII characters only")]
    Credential,
    /// The environment says nothing of the server or of an API key.
    #[error("no {what}: set {variable}")]
    Environment {
        /// What is missing.
        what: &'static str,
        /// The variable that would say it.
        variable: &'static str,
    },
    /// No answer: the server cannot be reached, or took too long.
    #[error("no answer from the server: {}", Chain(.0))]
    Unreachable(#[source] reqwest::Error),
    /// The server refused.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The server sends the caller to another origin, where the credentials must not go.
    #[error("the server redirects to {location:?}; use that address if it is yours")]
    Redirect {
        /// Where to.
        location: String,
    },
    /// A name that nothing has.
    #[error("{0} does not exist")]
    NotFound(String),
    /// A desired state of a team that cannot be.
    #[error("{0}")]
    Team(String),
    /// A desired state after which nobody could manage the server, or which would delete whoever applies it.
    #[error("{0}")]
    Unsafe(String),
    /// A desired state was brought about only in part: a single call failed in the middle.
    #[error("stopped after {done} of {total} changes, and can be run again: {source}")]
    Interrupted {
        /// Changes that were made.
        done: usize,
        /// Changes that were to be made.
        total: usize,
        /// What went wrong.
        source: Box<Error>,
    },
    /// An answer that is not understood: most likely this is no server of Argilla's API.
    #[error("the answer (status {status}) is not understood: {reason}")]
    Unexpected {
        /// The HTTP status.
        status: u16,
        /// What is wrong with it.
        reason: String,
    },
}

/// A refusal, in the server's words.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{detail}")]
#[non_exhaustive]
pub struct Refusal {
    /// The HTTP status.
    pub status: u16,
    /// The server's words, in one line.
    pub detail: String,
    /// Which fields are wrong and why, where the server says so.
    pub problems: Vec<FieldProblem>,
    /// The request's id, to look for in the server's log.
    pub request_id: Option<String>,
    /// The server's name for what is wrong, where it has one: `argilla.api.errors::…`.
    pub code: Option<String>,
    /// How long to wait before trying again, where the server says so: after too many wrong passwords, for example.
    pub retry_after: Option<Duration>,
}

/// An error with what caused it: the library's own words name the address alone.
struct Chain<'a>(&'a reqwest::Error);

impl fmt::Display for Chain<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_timeout() {
            return f.write_str("it took too long");
        }
        let mut cause: &dyn std::error::Error = self.0;
        while let Some(next) = cause.source() {
            cause = next;
        }
        write!(f, "{cause}")
    }
}

impl Error {
    /// The HTTP status, where there was an answer.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        match self {
            Self::Refused(refusal) => Some(refusal.status),
            Self::Unexpected { status, .. } => Some(*status),
            Self::Interrupted { source, .. } => source.status(),
            Self::Address(_)
            | Self::Credential
            | Self::Environment { .. }
            | Self::Unreachable(_)
            | Self::Redirect { .. }
            | Self::Team(_)
            | Self::Unsafe(_)
            | Self::NotFound(_) => None,
        }
    }

    /// The request's id, to look for in the server's log.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        match self {
            Self::Refused(refusal) => refusal.request_id.as_deref(),
            Self::Interrupted { source, .. } => source.request_id(),
            _ => None,
        }
    }

    /// How long the server asks to wait before trying again.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Refused(refusal) => refusal.retry_after,
            Self::Interrupted { source, .. } => source.retry_after(),
            _ => None,
        }
    }

    /// Whether the account must get another password before it may do anything else
    /// ([`Me::change_password`](crate::Me::change_password)).
    #[must_use]
    pub fn is_password_change_required(&self) -> bool {
        match self {
            Self::Refused(refusal) => refusal.code.as_deref() == Some(PASSWORD_CHANGE_REQUIRED),
            Self::Interrupted { source, .. } => source.is_password_change_required(),
            _ => false,
        }
    }

    /// Whether the same call may succeed later.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        match self {
            Self::Unreachable(_) => true,
            Self::Interrupted { source, .. } => source.is_retryable(),
            Self::Refused(_) | Self::Unexpected { .. } => self.status().is_some_and(is_passing),
            Self::Address(_)
            | Self::Credential
            | Self::Environment { .. }
            | Self::Redirect { .. }
            | Self::Team(_)
            | Self::Unsafe(_)
            | Self::NotFound(_) => false,
        }
    }

    /// Whether what the call was about does not exist.
    #[must_use]
    pub fn is_not_found(&self) -> bool {
        matches!(self, Self::NotFound(_)) || self.status() == Some(404)
    }

    /// Whether something with this name or id is there already.
    #[must_use]
    pub fn is_conflict(&self) -> bool {
        // A taken name is 409 for a new user and 422 for another name of an old one, in these words.
        let renamed = |refusal: &Refusal| refusal.status == 422 && refusal.detail.ends_with(" already exists");
        self.status() == Some(409) || matches!(self, Self::Refused(refusal) if renamed(refusal))
    }

    /// Whether the credentials were not accepted, or do not allow this.
    #[must_use]
    pub fn is_denied(&self) -> bool {
        matches!(self.status(), Some(401 | 403))
    }

    pub(crate) fn refused(status: u16, request_id: Option<String>, retry_after: Option<Duration>, body: &[u8]) -> Self {
        let Ok(body) = serde_json::from_slice::<ErrorBody>(body) else {
            return Self::Unexpected { status, reason: "it carries no error of Argilla's API".to_owned() };
        };
        let detail = body.sentence();
        let (code, problems) = match body.detail {
            Detail::Coded(Coded { code, params: Params::Errors { errors } }) => (Some(code), errors),
            Detail::Coded(Coded { code, .. }) => (Some(code), Vec::new()),
            Detail::Text(_) => (None, Vec::new()),
        };
        Self::Refused(Refusal { status, detail, problems, request_id, code, retry_after })
    }
}

/// Whether a status may pass by itself.
pub(crate) fn is_passing(status: u16) -> bool {
    matches!(status, 408 | 429 | 502 | 503 | 504)
}
