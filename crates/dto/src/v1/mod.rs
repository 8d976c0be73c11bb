//! `/api/v1`: the API of Argilla 2.x.

mod double_option;
mod error;
mod link;
mod own;
mod page;
mod server;
mod team;
mod token;
mod trash;
mod user;
mod workspace;

use serde::{Deserialize, Serialize};

pub use error::{Coded, Detail, ErrorBody, FieldProblem, Params};
pub use link::{
    Invitation, InvitationCreate, Link, LinkKind, LinkRedeem, LinkUse, NewLink, ResetLink, ResetLinkCreate,
};
pub use own::{
    Identity, IdentityCreate, Key, KeyCreate, KeyRotate, KeyScope, MeUpdate, PasswordChange, RotatedKey, Session,
    SessionKind,
};
pub use page::Page;
pub use server::{
    ArgillaSettings, Health, Memory, Provider, SearchEngine, SearchEngineVersion, Settings, Status, Version,
};
pub use team::{
    Existing, Permission, PlanEntry, Prune, RoleRow, RoleTable, TEAM_VERSION, Team, TeamApply, TeamPlan, TeamUser,
    TeamWorkspace, UsersCreate,
};
pub use token::{Login, Token, TokenRefresh};
pub use trash::{Deletion, TrashEntry, TrashKind};
pub use user::{Account, AccountState, Origin, Role, TemporaryMembership, User, UserCreate, UserUpdate};
pub use workspace::{MemberCreate, MemberUpdate, Workspace, WorkspaceCreate, WorkspaceUpdate};

/// A list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Items<T> {
    /// The entries.
    pub items: Vec<T>,
}
