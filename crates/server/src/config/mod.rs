//! Configuration: a flag, else the environment, else the default.
//!
//! [`SETTINGS`] is the one list of settings, with every name that each has; the options of the command line, the
//! values and `docs/reference/configuration.md` all come from it. A bad value names itself and what is allowed.

mod first_owner;
mod read;
mod settings;

use std::{net::SocketAddr, path::PathBuf, time::Duration};

use http::HeaderValue;
use ochre_storage::DatabaseUrl;
use secrecy::{ExposeSecret as _, SecretString};

pub(crate) use first_owner::FirstOwnerSettings;
pub use read::{ConfigError, Environment, Problem, Sources};
pub use settings::{SETTINGS, Setting};

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
    /// Origins whose pages may call the API from a browser.
    pub cors_origins: Option<Vec<HeaderValue>>,
    /// Passwords hashed at the same time. Each takes 19 MiB.
    pub hash_concurrency: usize,
    /// How long open requests may take when the server is stopped.
    pub drain: Duration,
    /// The first owner of an empty database, or what is wrong with it: that matters only where there are no users yet.
    pub(crate) first_owner: Result<FirstOwnerSettings, ConfigError>,
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
