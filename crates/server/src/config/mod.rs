//! Configuration: a flag, else the environment, else the default.
//!
//! [`SETTINGS`] is the one list of settings, with every name that each has; the options of the command line, the
//! values and `docs/reference/configuration.md` all come from it. A bad value names itself and what is allowed.

mod first_owner;
mod read;
mod settings;

use std::{net::SocketAddr, path::PathBuf, time::Duration};

use http::HeaderValue;
use ipnet::IpNet;
use lettre::message::Mailbox;
use ochre_domain::model::{ApiKey, PasswordHash};
use ochre_storage::DatabaseUrl;
use secrecy::{ExposeSecret as _, SecretString};

pub(crate) use first_owner::FirstOwnerSettings;
pub use read::{ConfigError, Environment, Problem, Sources};
pub use settings::{SETTINGS, Setting};

use crate::RoleNames;

/// The effective configuration.
#[derive(Debug, Clone)]
pub struct Config {
    /// Where the master key and, by default, the database are.
    pub home: PathBuf,
    /// Where to listen.
    pub listen: Vec<SocketAddr>,
    /// The database.
    pub database_url: DatabaseUrl,
    /// The path below which everything is served; begins and ends with a slash.
    pub base_url: String,
    /// Where people find the server, without a slash at the end; where it listens otherwise.
    pub public_url: Option<String>,
    /// Proxies whose word counts about who calls.
    pub trusted_proxies: Vec<IpNet>,
    /// The file of the sign-in providers.
    pub oidc_config: Option<PathBuf>,
    /// Whether whoever guesses passwords must wait.
    pub login_throttle: bool,
    /// How mail is sent; not at all where it is absent.
    pub mail: Option<MailSettings>,
    /// How log lines look.
    pub log_format: LogFormat,
    /// What is logged.
    pub log_level: tracing::Level,
    /// The master key's file.
    pub master_key_file: PathBuf,
    /// The secret that signs tokens, where it is not derived from the master key.
    pub auth_secret_key: Option<AuthSecret>,
    /// How long a login lasts, in seconds.
    pub auth_token_expiration: u64,
    /// How long a login can be renewed without a password, in seconds.
    pub auth_refresh_expiration: u64,
    /// How roles are called on `/api` and by the maintenance commands.
    pub compat_role_names: RoleNames,
    /// The users file that the server follows.
    pub users_file: Option<PathBuf>,
    /// The API key of the owner that the server makes by itself.
    pub(crate) default_api_key: Option<ApiKey>,
    /// The password of the owner that the server makes by itself, hashed.
    pub(crate) default_password_hash: Option<PasswordHash>,
    /// Whether each request is logged.
    pub access_log: bool,
    /// Origins whose pages may call the API from a browser.
    pub cors_origins: Option<Vec<HeaderValue>>,
    /// Passwords hashed at the same time. Each takes 19 MiB.
    pub hash_concurrency: usize,
    /// Connections to PostgreSQL.
    pub postgres_connections: u32,
    /// Every setting as people may see it.
    pub shown: Vec<Shown>,
    /// How long open requests may take when the server is stopped.
    pub drain: Duration,
    /// The first owner of an empty database, or what is wrong with it: that matters only where there are no users yet.
    pub(crate) first_owner: Result<FirstOwnerSettings, ConfigError>,
}

/// A setting as people may see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// Its name.
    pub name: &'static str,
    /// Its value; a secret is masked.
    pub value: String,
    /// The flag or variable that holds it, or that it is the default.
    pub origin: String,
}

/// How mail is sent.
#[derive(Debug, Clone)]
pub struct MailSettings {
    /// The mail server, with what signs in there.
    url: SecretString,
    /// Who writes.
    pub(crate) from: Mailbox,
}

impl MailSettings {
    pub(crate) fn url(&self) -> &str {
        self.url.expose_secret()
    }
}

/// How log lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

/// The secret that signs tokens.
#[derive(Debug, Clone)]
pub struct AuthSecret(SecretString);

impl AuthSecret {
    pub(crate) fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

impl Config {
    /// Whether only programs on the same machine can reach the server.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        self.listen.iter().all(|address| address.ip().is_loopback())
    }
}
