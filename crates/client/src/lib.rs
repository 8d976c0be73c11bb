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

pub use api::{
    Invitations, Links, Me, Pages, Server, SignInState, Sort, Teams, Trash, UserQuery, Users, WorkspaceQuery,
    Workspaces,
};
pub use builder::Builder;
pub use client::Client;
pub use error::{Error, Refusal};
pub use ochre_dto::time::Moment;
pub use ochre_dto::v1::{
    Account, AccountState, Deletion, ErrorBody, Existing, FieldProblem, Health, Identity, IdentityCreate, Invitation,
    InvitationCreate, Items, Key, KeyCreate, KeyRotate, KeyScope, Link, LinkKind, LinkRedeem, LinkUse, MeUpdate,
    MemberCreate, MemberUpdate, NewLink, Origin, Page, PasswordChange, Permission, PlanEntry, Provider, Prune,
    ResetLink, ResetLinkCreate, Role, RoleRow, RoleTable, RotatedKey, Session, SessionKind, Settings, Status, Team,
    TeamApply, TeamPlan, TeamUser, TeamWorkspace, TemporaryMembership, Token, TrashEntry, TrashKind, UserCreate,
    UserUpdate, Version, WorkspaceCreate, WorkspaceUpdate,
};
pub use resource::{User, Workspace};
pub use uuid::Uuid;

/// The facts of users and workspaces alone, as they travel.
pub mod data {
    pub use ochre_dto::v1::{User, Workspace};
}
