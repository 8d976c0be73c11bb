//! `/api/v1`: the API of Argilla 2.x.

mod error;
mod page;
mod server;
mod team;
mod token;
mod user;
mod workspace;

use serde::{Deserialize, Serialize};

pub use error::{Coded, Detail, ErrorBody, FieldProblem, Params};
pub use page::Page;
pub use server::{
    ArgillaSettings, Health, Memory, Provider, SearchEngine, SearchEngineVersion, Settings, Status, Version,
};
pub use team::{
    Existing, Permission, PlanEntry, Prune, RoleRow, RoleTable, TEAM_VERSION, Team, TeamApply, TeamPlan, TeamUser,
    TeamWorkspace, UsersCreate,
};
pub use token::{Login, Token, TokenRefresh};
pub use user::{Account, AccountState, Origin, Role, User, UserCreate, UserUpdate};
pub use workspace::{MemberCreate, Workspace, WorkspaceCreate};

/// A list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Items<T> {
    /// The entries.
    pub items: Vec<T>,
}
