//! The operations, by what they are about.

mod links;
mod me;
mod pages;
mod server;
mod team;
mod trash;
mod users;
mod workspaces;

pub use links::{Invitations, Links};
pub use me::Me;
pub use pages::{Pages, SignInState, Sort, UserQuery, WorkspaceQuery};
pub use server::Server;
pub use team::Teams;
pub use trash::Trash;
pub use users::Users;
pub use workspaces::Workspaces;
