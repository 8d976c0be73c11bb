//! Errors, in the two shapes that Argilla answers with.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The body of every error.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ErrorBody {
    /// What went wrong.
    pub detail: Detail,
}

/// What went wrong: a sentence (404, 405, 409, most 422) or an object (401, 403, 500, 422 about fields).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(untagged)]
pub enum Detail {
    /// A sentence.
    Text(String),
    /// An object with a code.
    Coded(Coded),
}

/// An error with a code.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Coded {
    /// For example `argilla.api.errors::UnauthorizedError`.
    pub code: String,
    /// What belongs to the code.
    pub params: Params,
}

/// What belongs to a code.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(untagged)]
pub enum Params {
    /// Problems with fields.
    Errors {
        /// Each problem.
        errors: Vec<FieldProblem>,
    },
    /// A sentence.
    Detail {
        /// The sentence.
        detail: String,
    },
    /// The server's own failure. The cause is in its log, beside the request's id.
    Failure {
        /// The kind of failure.
        r#type: String,
        /// A sentence.
        message: String,
        /// What to look for in the log; also in the header `X-Request-Id`.
        request_id: String,
    },
}

/// A problem with one field.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FieldProblem {
    /// The kind, as pydantic names it.
    pub r#type: String,
    /// Where: `path`, `query` or `body`, then keys (texts) and positions (numbers).
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<Object>))]
    pub loc: Vec<Value>,
    /// A sentence.
    pub msg: String,
}

impl ErrorBody {
    /// The error as one line for people.
    #[must_use]
    pub fn sentence(&self) -> String {
        match &self.detail {
            Detail::Text(text) => text.clone(),
            Detail::Coded(Coded { params: Params::Detail { detail }, .. }) => detail.clone(),
            Detail::Coded(Coded { params: Params::Failure { message, .. }, .. }) => message.clone(),
            Detail::Coded(Coded { params: Params::Errors { errors }, .. }) => {
                let problem = |problem: &FieldProblem| {
                    let place = problem.loc.iter().skip(1).map(|part| match part {
                        Value::String(key) => key.clone(),
                        other => other.to_string(),
                    });
                    let place = place.collect::<Vec<_>>().join(".");
                    if place.is_empty() { problem.msg.clone() } else { format!("{place}: {}", problem.msg) }
                };
                errors.iter().map(problem).collect::<Vec<_>>().join("; ")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shape_reads_and_has_a_sentence() {
        let cases = [
            (r#"{"detail":"Not Found"}"#, "Not Found"),
            (
                r#"{"detail":{"code":"argilla.api.errors::UnauthorizedError","params":{"detail":"Could not validate credentials"}}}"#,
                "Could not validate credentials",
            ),
            (
                r#"{"detail":{"code":"argilla.api.errors::ValidationError","params":{"errors":[{"type":"missing","loc":["body","name"],"msg":"Field required"},{"type":"missing","loc":["body"],"msg":"Field required"}]}}}"#,
                "name: Field required; Field required",
            ),
            (
                r#"{"detail":{"code":"argilla.api.errors::GenericServerError","params":{"type":"ochre.InternalError","message":"Internal error","request_id":"1"}}}"#,
                "Internal error",
            ),
        ];
        for (text, sentence) in cases {
            let body: ErrorBody = serde_json::from_str(text).unwrap();
            assert_eq!(body.sentence(), sentence);
            assert_eq!(serde_json::to_string(&body).unwrap(), text);
        }
    }
}
