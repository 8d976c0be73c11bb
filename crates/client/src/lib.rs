//! The Rust SDK of Ochre.
//!
#![doc = include_str!("guide.md")]

mod api;
#[cfg(feature = "blocking")]
pub mod blocking;
mod builder;
mod client;
pub mod environment;
mod error;
mod resource;
mod retry;
mod transport;

pub use api::{Pages, Server, Sort, Teams, UserQuery, Users, WorkspaceQuery, Workspaces};
pub use builder::Builder;
pub use client::Client;
pub use error::{Error, Refusal};
pub use ochre_dto::v1::{
    Account, AccountState, ErrorBody, Existing, FieldProblem, Health, Items, MemberCreate, Origin, Page, Permission,
    PlanEntry, Provider, Prune, Role, RoleRow, RoleTable, Settings, Status, Team, TeamApply, TeamPlan, TeamUser,
    TeamWorkspace, Token, UserCreate, UserUpdate, Version, WorkspaceCreate,
};
pub use resource::{User, Workspace};
pub use uuid::Uuid;

/// The facts of users and workspaces alone, as they travel.
pub mod data {
    pub use ochre_dto::v1::{User, Workspace};
}
