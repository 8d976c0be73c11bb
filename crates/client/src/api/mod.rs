//! The operations, by what they are about.

mod pages;
mod server;
mod team;
mod users;
mod workspaces;

pub use pages::{Pages, Sort, UserQuery, WorkspaceQuery};
pub use server::Server;
pub use team::Teams;
pub use users::Users;
pub use workspaces::Workspaces;
