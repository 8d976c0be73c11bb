//! Errors.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The body of every error.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ErrorBody<D = Coded> {
    /// What went wrong.
    pub detail: D,
}

/// An error with a code.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Coded {
    /// For example `argilla.api.errors::EntityNotFoundError`.
    pub code: String,
    /// What belongs to the code.
    pub params: Params,
}

/// What belongs to a code.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Params {
    /// Something that is missing, or there already.
    Entity(Entity),
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
}

/// A user or a workspace.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entity {
    /// Its id or its name.
    pub name: String,
    /// `User` or `Workspace`.
    pub r#type: String,
}

/// A problem with one field.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FieldProblem {
    /// Where: `path` or `body`, then keys and positions.
    pub loc: Vec<Value>,
    /// A sentence.
    pub msg: String,
    /// The kind, as pydantic 1 names it.
    pub r#type: String,
    /// What belongs to the kind.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ctx: Option<Value>,
}

impl ErrorBody {
    /// With a code.
    #[must_use]
    pub fn coded(name: &str, params: Params) -> Self {
        Self { detail: Coded { code: format!("argilla.api.errors::{name}"), params } }
    }
}
