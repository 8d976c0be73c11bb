//! What can go wrong.

use ochre_dto::v1::ErrorBody;

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
    /// No answer: the server cannot be reached, or took too long.
    #[error("no answer from the server: {0}")]
    Unreachable(#[source] reqwest::Error),
    /// The server refused.
    #[error("{status}: {detail}")]
    Refused {
        /// The HTTP status.
        status: u16,
        /// The server's words.
        detail: String,
        /// The request's id, to look for in the server's log.
        request_id: Option<String>,
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

impl Error {
    /// The HTTP status of a refusal.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        match self {
            Self::Refused { status, .. } | Self::Unexpected { status, .. } => Some(*status),
            Self::Address(_) | Self::Credential | Self::Unreachable(_) => None,
        }
    }

    /// Whether the same call may succeed later.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        match self {
            Self::Unreachable(_) => true,
            Self::Refused { status, .. } => matches!(status, 408 | 429 | 502 | 503 | 504),
            Self::Address(_) | Self::Credential | Self::Unexpected { .. } => false,
        }
    }

    pub(crate) fn refused(status: u16, request_id: Option<String>, body: &[u8]) -> Self {
        match serde_json::from_slice::<ErrorBody>(body) {
            Ok(body) => Self::Refused { status, detail: body.sentence(), request_id },
            Err(_) => Self::Unexpected { status, reason: "it carries no error of Argilla's API".to_owned() },
        }
    }
}
