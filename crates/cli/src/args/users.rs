//! `ochre users`

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use ochre_client::SignInState;

use super::{Consent, PasswordSource, ResetLink, RoleName, Until};

#[derive(Debug, Subcommand)]
pub(crate) enum Users {
    /// List users
    List(UsersList),
    /// Show one user
    Get {
        /// The user's name or id
        user: String,
    },
    /// Create a user
    Create(UserCreate),
    /// Change a user
    Update(UserUpdate),
    /// Delete users; on an Ochre server ochre trash restore brings them back for 7 days
    Delete {
        /// The users' names or ids
        #[arg(required = true, value_name = "USER")]
        users: Vec<String>,
        #[command(flatten)]
        consent: Consent,
    },
    /// Disable users: they cannot sign in until they are enabled again; work and memberships stay
    Disable {
        /// The users' names or ids
        #[arg(required = true, value_name = "USER")]
        users: Vec<String>,
        #[command(flatten)]
        consent: Consent,
    },
    /// Enable users who were disabled
    Enable {
        /// The users' names or ids
        #[arg(required = true, value_name = "USER")]
        users: Vec<String>,
    },
    /// Make a link by which a user sets another password, once
    ///
    /// The link is printed alone on a line, for whoever you send it to; it is not shown again. Earlier ones of the user end.
    ResetLink(ResetLink),
    /// List the links for another password of a user that can be used
    ResetLinks {
        /// The user's name or id
        user: String,
        /// Also those that were used or expired in the last 30 days
        #[arg(long)]
        all: bool,
    },
    /// Withdraw the links for another password of a user
    WithdrawResetLinks {
        /// The user's name or id
        user: String,
    },
    /// Create many users from a file, all or none
    Import(Import),
}

/// A state, as it is typed.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum StateName {
    Active,
    Disabled,
    Expired,
}

impl From<StateName> for SignInState {
    fn from(name: StateName) -> Self {
        match name {
            StateName::Active => Self::Active,
            StateName::Disabled => Self::Disabled,
            StateName::Expired => Self::Expired,
        }
    }
}

#[derive(Debug, Args)]
pub(crate) struct UsersList {
    /// Only users with this role
    #[arg(long, value_enum)]
    pub(crate) role: Option<RoleName>,
    /// Only members of the workspace with this name or id
    #[arg(long, value_name = "WORKSPACE")]
    pub(crate) workspace: Option<String>,
    /// Only users who can sign in, are disabled, or whose time is over (Ochre alone)
    #[arg(long, value_enum)]
    pub(crate) state: Option<StateName>,
    /// Only users whose user name, first name or last name contains this
    #[arg(long, value_name = "TEXT")]
    pub(crate) search: Option<String>,
    /// username, inserted_at or updated_at; with - before it the other end first
    #[arg(long, value_name = "FIELD", default_value = "inserted_at", allow_hyphen_values = true, value_parser = ["username", "-username", "inserted_at", "-inserted_at", "updated_at", "-updated_at"], hide_possible_values = true)]
    pub(crate) sort: String,
    /// At most so many
    #[arg(long, value_name = "NUMBER")]
    pub(crate) limit: Option<usize>,
    /// Tell also their workspaces, whether they can sign in, where they come from, and when they were last seen (Ochre alone)
    #[arg(long)]
    pub(crate) account: bool,
}

#[derive(Debug, Args)]
pub(crate) struct UserCreate {
    /// What the user signs in with
    #[arg(value_name = "NAME")]
    pub(crate) username: String,
    /// First name; the user's name when absent
    #[arg(long, value_name = "TEXT")]
    pub(crate) first_name: Option<String>,
    /// Last name
    #[arg(long, value_name = "TEXT")]
    pub(crate) last_name: Option<String>,
    /// What the user may do
    #[arg(long, value_enum, default_value_t = RoleName::Annotator)]
    pub(crate) role: RoleName,
    /// A workspace to add the user to, by name or id; can be repeated
    #[arg(long = "workspace", value_name = "WORKSPACE")]
    pub(crate) workspaces: Vec<String>,
    #[command(flatten)]
    pub(crate) password: PasswordSource,
    /// Without a password: the user signs in by API key alone
    #[arg(long, conflicts_with_all = ["password_stdin", "password_file", "must_change_password"])]
    pub(crate) no_password: bool,
    /// The user must set another password before anything else (Ochre alone)
    #[arg(long)]
    pub(crate) must_change_password: bool,
    /// When the user's access ends by itself: as 2026-12-31 (the first moment of that day), 2026-12-31T18:00:00, both UTC unless an
    /// offset follows, 30d (from now), or never (Ochre alone)
    #[arg(long, visible_alias = "until", value_name = "WHEN", value_parser = Until::parse)]
    pub(crate) active_until: Option<Until>,
    /// Succeed where a user of this name exists, and leave it as it is
    #[arg(long)]
    pub(crate) if_not_exists: bool,
}

#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag")]
pub(crate) struct UserUpdate {
    /// The user's name or id
    pub(crate) user: String,
    /// New user name
    #[arg(long, value_name = "NAME")]
    pub(crate) username: Option<String>,
    /// New first name
    #[arg(long, value_name = "TEXT")]
    pub(crate) first_name: Option<String>,
    /// New last name
    #[arg(long, value_name = "TEXT")]
    pub(crate) last_name: Option<String>,
    /// Remove the last name
    #[arg(long, conflicts_with = "last_name")]
    pub(crate) no_last_name: bool,
    /// New role
    #[arg(long, value_enum)]
    pub(crate) role: Option<RoleName>,
    /// Ask for a new password
    #[arg(long, conflicts_with_all = ["password_stdin", "password_file"])]
    pub(crate) password: bool,
    #[command(flatten)]
    pub(crate) source: PasswordSource,
    /// The user must set another password before anything else (Ochre alone)
    #[arg(long)]
    pub(crate) must_change_password: bool,
    /// The user need not set another password any more (Ochre alone)
    #[arg(long, conflicts_with = "must_change_password")]
    pub(crate) no_must_change_password: bool,
    /// When the user's access ends by itself: as 2026-12-31 (the first moment of that day), 2026-12-31T18:00:00, both UTC unless an
    /// offset follows, 30d (from now), or never (Ochre alone)
    #[arg(long, visible_alias = "until", value_name = "WHEN", value_parser = Until::parse)]
    pub(crate) active_until: Option<Until>,
}

#[derive(Debug, Args)]
pub(crate) struct Import {
    /// A CSV, JSON or YAML file; - for the standard input
    ///
    /// Fields: username, first_name, last_name, role, workspaces (in CSV separated by ;), password or password_hash.
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// What the file is; its name tells otherwise
    #[arg(long, value_enum)]
    pub(crate) format: Option<FileFormat>,
    /// Leave users who exist as they are, and create the others
    #[arg(long)]
    pub(crate) if_not_exists: bool,
    /// Check everything, and change nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Make passwords for those who have none in the file, and write them to a new file for your eyes alone
    #[arg(long, value_name = "FILE")]
    pub(crate) generate_passwords: Option<PathBuf>,
}

/// What a file of people is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum FileFormat {
    /// Comma-separated values, with a header
    Csv,
    /// A list of objects
    Json,
    /// A list of mappings
    Yaml,
}
