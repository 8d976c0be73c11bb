//! `ochre workspaces`

use clap::{Args, Subcommand};

use super::{Consent, Until};

#[derive(Debug, Subcommand)]
pub(crate) enum Workspaces {
    /// List the workspaces that you reach; all for an owner
    List(WorkspacesList),
    /// Show one workspace
    Get {
        /// The workspace's name or id
        workspace: String,
    },
    /// Create a workspace
    Create {
        /// Its name
        #[arg(value_name = "NAME")]
        name: String,
        /// Succeed where a workspace of this name exists
        #[arg(long)]
        if_not_exists: bool,
    },
    /// Give a workspace another name
    Rename {
        /// The workspace's name or id
        workspace: String,
        /// Its new name
        #[arg(value_name = "NEW")]
        name: String,
    },
    /// Delete workspaces; their members stay, and on an Ochre server ochre trash restore brings them back for 7 days
    Delete {
        /// The workspaces' names or ids
        #[arg(required = true, value_name = "WORKSPACE")]
        workspaces: Vec<String>,
        #[command(flatten)]
        consent: Consent,
    },
    /// List the members of a workspace
    Users {
        /// The workspace's name or id
        workspace: String,
    },
    /// Add users to a workspace
    AddUser(AddUser),
    /// Take users out of a workspace
    RemoveUser {
        /// The workspace's name or id
        workspace: String,
        /// The users' names or ids
        #[arg(required = true, value_name = "USER")]
        users: Vec<String>,
        /// Accepted as for whatever destroys; this does not ask, because it can be undone
        #[arg(long, short)]
        yes: bool,
        /// Tell what would be done, and do nothing
        #[arg(long)]
        dry_run: bool,
    },
}

#[derive(Debug, Args)]
pub(crate) struct WorkspacesList {
    /// Only workspaces whose name contains this
    #[arg(long, value_name = "TEXT")]
    pub(crate) search: Option<String>,
    /// name, inserted_at or updated_at; with - before it the other end first
    #[arg(long, value_name = "FIELD", default_value = "inserted_at", allow_hyphen_values = true, value_parser = ["name", "-name", "inserted_at", "-inserted_at", "updated_at", "-updated_at"], hide_possible_values = true)]
    pub(crate) sort: String,
    /// At most so many
    #[arg(long, value_name = "NUMBER")]
    pub(crate) limit: Option<usize>,
}

#[derive(Debug, Args)]
pub(crate) struct AddUser {
    /// The workspace's name or id
    pub(crate) workspace: String,
    /// The users' names or ids
    #[arg(required = true, value_name = "USER")]
    pub(crate) users: Vec<String>,
    /// Succeed for users who are members already, and leave their memberships as they are
    #[arg(long)]
    pub(crate) if_not_exists: bool,
    /// When the membership ends by itself, also that of users who are members already: as 2026-12-31 (the first moment of that day),
    /// 2026-12-31T18:00:00, both UTC unless an offset follows, 30d (from now), or never (Ochre alone)
    #[arg(long, visible_alias = "active-until", value_name = "WHEN", value_parser = Until::parse)]
    pub(crate) until: Option<Until>,
}
