//! What a command ends with when it does not succeed: a sentence, what to do next, and an exit code.

use ochre_client::Error;

/// Exit codes beside 0 (done), 1 (failed) and 2 (bad arguments).
const DENIED: u8 = 3;
const NOT_FOUND: u8 = 4;
const CONFLICT: u8 = 5;
const REFUSED: u8 = 6;
/// `EX_UNAVAILABLE` of BSD's `sysexits`.
const UNREACHABLE: u8 = 69;

/// Why a command ends.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// Arguments that do not fit together.
    #[error("{0}")]
    Usage(String),
    /// A file or another input that says something wrong.
    #[error("{0}")]
    Input(String),
    /// Nobody is signed in.
    #[error("{0}")]
    NotSignedIn(String),
    /// A name that nothing has.
    #[error("{0}")]
    NotFound(String),
    /// Something exists already.
    #[error("{0}")]
    Exists(String),
    /// The user said no, or could not be asked; or there is what should not be.
    #[error("{0}")]
    Refused(String),
    /// An error of the server, with the lines of a file that it is about.
    #[error("{0}")]
    Explained(String, Box<Error>),
    /// What is there is not what a file says. Everything was said already.
    #[error("there are differences")]
    Drift,
}

/// The exit code of an error.
pub(crate) fn exit_code(error: &anyhow::Error) -> u8 {
    if let Some(failure) = error.downcast_ref() {
        return match failure {
            Failure::Usage(_) => 2,
            Failure::Input(_) => 1,
            Failure::NotSignedIn(_) => DENIED,
            Failure::NotFound(_) => NOT_FOUND,
            Failure::Exists(_) => CONFLICT,
            Failure::Refused(_) | Failure::Drift => REFUSED,
            Failure::Explained(_, error) => code_of(error),
        };
    }
    error.downcast_ref().map_or(1, code_of)
}

fn code_of(error: &Error) -> u8 {
    match error {
        Error::Interrupted { source, .. } => code_of(source),
        Error::Unreachable(_) => UNREACHABLE,
        Error::Address(_) | Error::Credential | Error::Environment { .. } => 2,
        Error::Unsafe(_) => REFUSED,
        error if error.is_denied() => DENIED,
        error if error.is_not_found() => NOT_FOUND,
        error if error.is_conflict() => CONFLICT,
        // A rule refuses: its sentence is about no field.
        Error::Refused(refusal) if refusal.status == 422 && refusal.problems.is_empty() => REFUSED,
        _ => 1,
    }
}

/// What to do next, where there is something to be said. `signed_in` tells where the credentials came from.
pub(crate) fn hint(error: &anyhow::Error, signed_in: Option<&str>) -> Option<String> {
    match error.downcast_ref::<Error>()? {
        Error::Interrupted { source, .. } => hint_of(source, signed_in),
        error => hint_of(error, signed_in),
    }
}

fn hint_of(error: &Error, signed_in: Option<&str>) -> Option<String> {
    let hint = match error {
        Error::Unreachable(_) => "is the server running, and is its address right? --url takes another one".to_owned(),
        Error::Unexpected { .. } => {
            "is this the address of an Ochre or Argilla server? --url takes another one".to_owned()
        }
        Error::Address(text) if !text.contains("://") && !text.is_empty() => format!("is --url http://{text} meant?"),
        Error::Address(_) => "for example --url http://localhost:6900".to_owned(),
        error if error.status() == Some(401) => {
            let source = signed_in.map_or_else(String::new, |source| format!(" of {source}"));
            format!("the server does not know the credentials{source}; ochre login signs in again")
        }
        error if error.is_password_change_required() => {
            "ochre password sets another one; with --username it needs no login".to_owned()
        }
        error if error.status() == Some(429) => {
            let wait = error.retry_after().map_or(" later".to_owned(), |wait| format!(" in {} s", wait.as_secs()));
            format!("try again{wait}")
        }
        error if error.status() == Some(403) => {
            "ochre whoami tells your role, and ochre roles what each role may do; a named key does only what its scopes allow"
                .to_owned()
        }
        error if error.status().is_some_and(|status| status >= 500) => match error.request_id() {
            Some(id) => format!("the server's log says more at request {id}"),
            None => "the server's log says more".to_owned(),
        },
        _ => return None,
    };
    Some(hint)
}
