//! The own account, and keys.

use std::{path::PathBuf, time::Duration};

use clap::{Args, Subcommand, ValueEnum};

use super::{Consent, PasswordSource, When, time};

#[derive(Debug, Args)]
pub(crate) struct OwnPassword {
    /// Sign in as this user with the current password, instead of a login: for whoever must set another password first
    #[arg(long, value_name = "USERNAME")]
    pub(crate) username: Option<String>,
    /// Read the current password from a file
    #[arg(long, value_name = "FILE")]
    pub(crate) current_password_file: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) new: PasswordSource,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Me {
    /// Change your own names
    Update(MeUpdate),
}

#[derive(Debug, Args)]
#[expect(clippy::struct_field_names, reason = "the fields are named as the flags")]
pub(crate) struct MeUpdate {
    /// New first name
    #[arg(long, value_name = "TEXT")]
    pub(crate) first_name: Option<String>,
    /// New last name
    #[arg(long, value_name = "TEXT")]
    pub(crate) last_name: Option<String>,
    /// Remove the last name
    #[arg(long, conflicts_with = "last_name")]
    pub(crate) no_last_name: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Sessions {
    /// List your own logins
    List,
    /// End own logins
    End {
        /// The logins' ids
        #[arg(value_name = "ID", required_unless_present = "others")]
        ids: Vec<String>,
        /// All but the one that signs this command; all where an API key does, as after ochre login
        #[arg(long, conflicts_with = "ids")]
        others: bool,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum Keys {
    #[command(flatten)]
    AtServer(KeysAtServer),
    /// Find named keys and links in text, without a server
    ///
    /// Whatever has their format is told with its line, and whether its checksum fits; keys themselves are never printed. Ends with exit
    /// code 6 where one is genuine. A key cannot be an argument, which others on the machine could read.
    Check {
        /// Files to look through; - for the standard input, which is also what is read when there are none
        #[arg(value_name = "FILE")]
        files: Vec<PathBuf>,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum KeysAtServer {
    /// List named keys, without the keys themselves
    List {
        /// Those of the user with this name or id; your own otherwise
        #[arg(long, value_name = "USER")]
        user: Option<String>,
    },
    /// Make a named key for a program
    ///
    /// The key is printed alone on a line; it is not shown again.
    Create(KeyCreate),
    /// Delete named keys, which are worth nothing from then on
    Delete {
        /// The keys' names or ids
        #[arg(required = true, value_name = "KEY")]
        keys: Vec<String>,
        /// Those of the user with this name or id; your own otherwise
        #[arg(long, value_name = "USER")]
        user: Option<String>,
        #[command(flatten)]
        consent: Consent,
    },
    /// Make another API key
    ///
    /// It is printed alone on a line. Remembered logins of the account get the new one.
    Rotate {
        /// That of the user with this name or id; your own otherwise
        #[arg(long, value_name = "USER")]
        user: Option<String>,
        /// How long the one before stays valid: as 90s, 15m, 24h or 7d, which is the most; 24h when absent
        #[arg(long, value_name = "DURATION", value_parser = time::duration)]
        overlap: Option<Duration>,
    },
}

#[derive(Debug, Args)]
pub(crate) struct KeyCreate {
    /// What it is called
    pub(crate) name: String,
    /// What it may be used for; can be repeated
    #[arg(long = "scope", value_enum, value_name = "SCOPE", required = true)]
    pub(crate) scopes: Vec<Scope>,
    /// A workspace that it is limited to, by name or id; can be repeated; all that you reach when absent
    #[arg(long = "workspace", value_name = "WORKSPACE")]
    pub(crate) workspaces: Vec<String>,
    /// When it ends: as 2026-12-31 (the first moment of that day) or 2026-12-31T18:00:00, both UTC unless an offset follows, or 30d (from
    /// now); never when absent
    #[arg(long, value_name = "WHEN", value_parser = When::parse)]
    pub(crate) expires_at: Option<When>,
    /// How long it lasts: as 90s, 15m, 24h or 30d
    #[arg(long, value_name = "DURATION", value_parser = time::duration, conflicts_with = "expires_at")]
    pub(crate) expires_in: Option<Duration>,
}

/// What a key may be used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Scope {
    /// To read
    Read,
    /// To annotate, and to read
    Annotate,
    /// To manage users, workspaces and their contents, and to read
    Manage,
}

impl From<Scope> for ochre_client::KeyScope {
    fn from(scope: Scope) -> Self {
        match scope {
            Scope::Read => Self::Read,
            Scope::Annotate => Self::Annotate,
            Scope::Manage => Self::Manage,
        }
    }
}

#[derive(Debug, Subcommand)]
pub(crate) enum Identities {
    /// List the accounts at sign-in providers that sign a user in
    List {
        /// Those of the user with this name or id; your own otherwise
        #[arg(long, value_name = "USER")]
        user: Option<String>,
    },
    /// Let an account at a sign-in provider sign a user in
    Link {
        /// The user's name or id
        user: String,
        /// The provider's address, as its discovery document says it
        #[arg(long, value_name = "URL")]
        issuer: String,
        /// What the provider calls the account (the claim sub)
        #[arg(long, value_name = "TEXT")]
        subject: String,
    },
    /// Let an account at a sign-in provider sign a user in no longer
    Unlink {
        /// The user's name or id
        user: String,
        /// The id that ochre identities list tells
        #[arg(value_name = "ID")]
        id: String,
    },
}
