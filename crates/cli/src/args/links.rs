//! Links that let somebody in, and what was deleted.

use std::time::Duration;

use clap::{Args, Subcommand};

use super::{Consent, PasswordSource, RoleName, time};

#[derive(Debug, Args)]
pub(crate) struct ResetLink {
    /// The user's name or id
    pub(crate) user: String,
    /// How long it lasts: as 90s, 15m, 24h or 7d, which is the most; 1h when absent
    #[arg(long, value_name = "DURATION", value_parser = time::duration)]
    pub(crate) expires_in: Option<Duration>,
    /// Send it to this address as well, on a server that sends mail
    #[arg(long, value_name = "ADDRESS")]
    pub(crate) email: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct Invite {
    /// A workspace that those who are invited become members of, by name or id; can be repeated
    #[arg(long = "workspace", value_name = "WORKSPACE")]
    pub(crate) workspaces: Vec<String>,
    /// What they may do
    #[arg(long, value_enum, default_value_t = RoleName::Annotator)]
    pub(crate) role: RoleName,
    /// How many may come by it; one when absent
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub(crate) max_uses: Option<u32>,
    /// How long it lasts: as 90s, 15m, 24h or 30d, a year at most; 7d when absent
    #[arg(long, value_name = "DURATION", value_parser = time::duration)]
    pub(crate) expires_in: Option<Duration>,
    /// Send it to this address as well, on a server that sends mail
    #[arg(long, value_name = "ADDRESS")]
    pub(crate) email: Option<String>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Invitations {
    /// List the invitations that can be used
    List {
        /// Also those that were used up or expired in the last 30 days
        #[arg(long)]
        all: bool,
    },
    /// Withdraw invitations; those who came by them stay
    Withdraw {
        /// The invitations' ids
        #[arg(required = true, value_name = "ID")]
        ids: Vec<String>,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum Links {
    /// Tell what a link is for
    ///
    /// Its own server is asked where the whole address is given, unless --url names another one.
    Show {
        /// The link's whole address, or its token; - reads it from the standard input: a link is a secret, and others on the machine
        /// can read arguments
        link: String,
    },
    /// Make the account, or set the password, that a link is for
    ///
    /// It asks for the password, and for the name of a new account, where no flag gives them. With - and --password-stdin the standard
    /// input holds both, the link first, each on a line of its own. The link's own server is asked where the whole address is given,
    /// unless --url names another one.
    Use(UseLink),
}

#[derive(Debug, Args)]
pub(crate) struct UseLink {
    /// The link's whole address, or its token; - reads it from the standard input: a link is a secret, and others on the machine can
    /// read arguments
    pub(crate) link: String,
    /// What the new user signs in with, for an invitation
    #[arg(long, value_name = "NAME")]
    pub(crate) username: Option<String>,
    /// First name of the new user; the user's name when absent
    #[arg(long, value_name = "TEXT")]
    pub(crate) first_name: Option<String>,
    /// Last name of the new user
    #[arg(long, value_name = "TEXT")]
    pub(crate) last_name: Option<String>,
    #[command(flatten)]
    pub(crate) password: PasswordSource,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Trash {
    /// List what was deleted and can be restored
    List,
    /// Bring users and workspaces back, with their ids and memberships
    Restore {
        /// Their names, or ids
        #[arg(required = true, value_name = "NAME_OR_ID")]
        entries: Vec<String>,
    },
    /// Remove what was deleted for good, before its time is over
    Delete {
        /// Their names, or ids
        #[arg(required = true, value_name = "NAME_OR_ID")]
        entries: Vec<String>,
        #[command(flatten)]
        consent: Consent,
    },
}
