//! `/api/v1`: the API of Argilla 2.x.

mod error;
mod server;
mod token;
mod user;
mod workspace;

use serde::{Deserialize, Serialize};

pub use error::{Coded, Detail, ErrorBody, FieldProblem, Params};
pub use server::{
    ArgillaSettings, Health, Memory, Provider, SearchEngine, SearchEngineVersion, Settings, Status, Version,
};
pub use token::{Login, Token, TokenRefresh};
pub use user::{Role, User, UserCreate, UserUpdate};
pub use workspace::{MemberCreate, Workspace, WorkspaceCreate};

/// A list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Items<T> {
    /// The entries.
    pub items: Vec<T>,
}
