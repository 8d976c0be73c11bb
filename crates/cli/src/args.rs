//! The command line.

use clap::{Args, Parser, Subcommand, ValueEnum};

/// Administer users and workspaces of an Ochre or Argilla server.
#[derive(Debug, Parser)]
#[command(name = "ochre", version, propagate_version = true)]
pub(crate) struct Arguments {
    #[command(flatten)]
    pub(crate) server: ServerArguments,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// Which server, and how to print.
#[derive(Debug, Args)]
pub(crate) struct ServerArguments {
    /// The server's address
    #[arg(long, global = true, env = "OCHRE_API_URL", default_value = "http://localhost:6900", value_name = "URL")]
    pub(crate) url: String,
    /// How to print
    #[arg(long, short, global = true, value_enum, default_value_t = Format::Table, value_name = "FORMAT")]
    pub(crate) output: Format,
}

/// How to print.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people
    Table,
    /// For programs
    Json,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Tell who the API key belongs to
    Whoami,
    /// Manage users
    #[command(subcommand)]
    Users(Users),
    /// Manage workspaces and their members
    #[command(subcommand)]
    Workspaces(Workspaces),
}

#[derive(Debug, Subcommand)]
pub(crate) enum Users {
    /// List all users
    List,
    /// Show one user
    Get {
        /// The user's name
        name: String,
    },
    /// Create a user
    Create {
        /// The user's name
        name: String,
        /// First name; the user's name when absent
        #[arg(long)]
        first_name: Option<String>,
        /// Last name
        #[arg(long)]
        last_name: Option<String>,
        /// What the user may do
        #[arg(long, value_enum, default_value_t = RoleName::Annotator)]
        role: RoleName,
        /// A workspace to add the user to; can be repeated
        #[arg(long = "workspace", value_name = "WORKSPACE")]
        workspaces: Vec<String>,
        /// Read the password from the standard input instead of asking for it
        #[arg(long)]
        password_stdin: bool,
    },
    /// Change a user
    Update {
        /// The user's name
        name: String,
        /// New user name
        #[arg(long)]
        username: Option<String>,
        /// New first name
        #[arg(long)]
        first_name: Option<String>,
        /// New last name
        #[arg(long)]
        last_name: Option<String>,
        /// New role
        #[arg(long, value_enum)]
        role: Option<RoleName>,
        /// Ask for a new password
        #[arg(long)]
        password: bool,
        /// Read a new password from the standard input
        #[arg(long, conflicts_with = "password")]
        password_stdin: bool,
    },
    /// Delete a user
    Delete {
        /// The user's name
        name: String,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum Workspaces {
    /// List the own workspaces; all for an owner
    List,
    /// Create a workspace
    Create {
        /// The workspace's name
        name: String,
    },
    /// Delete a workspace
    Delete {
        /// The workspace's name
        name: String,
    },
    /// List the members of a workspace
    Users {
        /// The workspace's name
        name: String,
    },
    /// Add a user to a workspace
    AddUser {
        /// The workspace's name
        name: String,
        /// The user's name
        user: String,
    },
    /// Take a user out of a workspace
    RemoveUser {
        /// The workspace's name
        name: String,
        /// The user's name
        user: String,
    },
}

/// A role.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum RoleName {
    /// Manages everything
    Owner,
    /// Works with the data of its workspaces
    Admin,
    /// Annotates in its workspaces
    Annotator,
}

impl From<RoleName> for ochre_client::Role {
    fn from(name: RoleName) -> Self {
        match name {
            RoleName::Owner => Self::Owner,
            RoleName::Admin => Self::Admin,
            RoleName::Annotator => Self::Annotator,
        }
    }
}
