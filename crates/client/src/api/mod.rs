//! The operations, by what they are about.

mod server;
mod users;
mod workspaces;

pub use server::Server;
pub use users::Users;
pub use workspaces::Workspaces;
