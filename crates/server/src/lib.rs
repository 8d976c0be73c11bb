//! The Ochre server.
//!
//! A request goes through `serve` (limits, ids, failures), a route of `api`, `wire` (reading and writing as
//! Argilla does) and a use-case of `ochre-domain`. What is deliberately not here: rules about users, workspaces and
//! roles, and SQL.

mod api;
mod app;
mod auth;
pub mod cli;
mod command;
pub mod config;
mod cookies;
mod error;
mod first_start;
mod foundation;
mod mail;
mod oidc;
mod pages;
mod role_names;
mod security;
mod serve;
mod shown;
mod users_file;
mod wire;

use std::{net::SocketAddr, time::Duration};

use ochre_domain::ports::StorageError;
use ochre_storage::{Connections, OpenError};
use tokio::{sync::oneshot, task::JoinHandle};

pub use api::{legacy_operations, openapi};
pub use config::Config;
pub use role_names::RoleNames;
pub use users_file::{UsersFileError, check as check_users_file};

use crate::{
    app::App,
    foundation::Foundation,
    security::MasterKeyError,
    serve::{Front, Listener},
    users_file::FollowedFile,
};

/// How often expired logins are removed.
const SWEEP: Duration = Duration::from_hours(1);

/// How often it is written down when users were last seen. What a crash loses is no more than this.
const SIGHTINGS: Duration = Duration::from_mins(1);

/// Why the server did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// A setting does not fit what is there: the wrong master key, an unusable directory.
    #[error("{0}")]
    Settings(String),
    /// The users file cannot be followed.
    #[error(transparent)]
    UsersFile(#[from] UsersFileError),
    /// The database cannot be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The database failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// The users that there should be from the start cannot be made.
    #[error("the users of the first start cannot be made: {0}")]
    FirstOwner(#[from] ochre_domain::Error),
    /// The banner cannot be printed.
    #[error("the standard output cannot be written: {0}")]
    Print(#[from] std::io::Error),
    /// The address is taken or not ours.
    #[error("cannot listen on {address}: {source}; is another server running there? --listen takes another address")]
    Listen {
        /// The address.
        address: String,
        /// Why not.
        #[source]
        source: std::io::Error,
    },
    /// The description of the API cannot be written.
    #[error("the description of the API cannot be written: {0}")]
    Describe(#[from] serde_json::Error),
}

impl From<MasterKeyError> for StartError {
    fn from(error: MasterKeyError) -> Self {
        Self::Settings(error.to_string())
    }
}

/// A running server.
#[derive(Debug)]
pub struct Server {
    /// Where it listens.
    pub address: SocketAddr,
    /// Where clients find it.
    pub url: String,
    /// What to print: where it is, who may sign in. It may hold secrets, and is not for the log.
    pub banner: String,
    stop: Option<oneshot::Sender<()>>,
    task: JoinHandle<()>,
}

impl Server {
    /// Opens the database, makes the first owner where there is none, and begins to serve.
    ///
    /// # Errors
    /// [`StartError`], with a sentence for the administrator.
    pub async fn start(config: Config) -> Result<Self, StartError> {
        // A bad users file stops the start before anything is made.
        let users_file = config.users_file.as_deref().map(FollowedFile::read).transpose()?;
        let foundation = Foundation::open(&config, Connections::Ready(config.postgres_connections)).await?;
        let description = api::served_openapi(&config.base_url)?;
        let app = App::new(config, foundation, description)?;
        // Bound before the first owner is made, whose secrets are shown only once: a taken address must not cost them.
        let listener = Listener::bind(&app.config.listen).await.map_err(|source| {
            let address = app.config.listen.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
            StartError::Listen { address, source }
        })?;
        let welcome = first_start::prepare(&app, users_file.as_ref()).await?;
        first_start::warn_of_well_known_secrets(&app).await?;
        let address = listener.address;
        let url = url(&app.config, address);
        app.listens_at(&url);
        let banner = first_start::banner(&app.config, &url, &welcome);
        let front = Front::new(api::router(app.clone()), &app.config, app.adapters.random.as_ref());
        let (stop, stopped) = oneshot::channel();
        let task = tokio::spawn(run(app, listener, front, stopped));
        Ok(Self { address, url, banner, stop: Some(stop), task })
    }

    /// Stops accepting, lets open requests finish and closes the database.
    pub async fn stop(mut self) {
        if let Some(stop) = self.stop.take() {
            // The receiver is gone only when the server has stopped already.
            let _ = stop.send(());
        }
        if let Err(error) = self.task.await {
            tracing::error!(%error, "the server did not stop cleanly");
        }
    }
}

async fn run(app: App, listener: Listener, front: Front, stopped: oneshot::Receiver<()>) {
    let sweeper = tokio::spawn(sweep(app.clone()));
    let watcher = tokio::spawn(watch(app.clone()));
    let draining = app.clone();
    let stop = async move {
        // A server that nobody holds any more stops as well.
        let _ = stopped.await;
        draining.drain();
    };
    serve::serve(listener, front, stop, app.config.drain).await;
    sweeper.abort();
    watcher.abort();
    note_seen(&app).await;
    if let Err(error) = app.store.clone().close().await {
        tracing::warn!(%error, "the database was not closed cleanly");
    }
}

async fn sweep(app: App) {
    let mut timer = tokio::time::interval(SWEEP);
    loop {
        timer.tick().await;
        match app.access.forget_expired().await {
            Ok(removed) => tracing::debug!(removed, "expired logins and keys removed"),
            Err(error) => tracing::warn!(%error, "expired logins and keys cannot be removed"),
        }
        if let Err(error) = app.links.forget_old().await {
            tracing::warn!(%error, "old links cannot be removed");
        }
        match app.trash.forget_expired().await {
            Ok(removed) => tracing::debug!(removed, "removed from the trash for good"),
            Err(error) => tracing::warn!(%error, "the trash cannot be emptied"),
        }
    }
}

async fn watch(app: App) {
    let mut timer = tokio::time::interval_at(tokio::time::Instant::now() + SIGHTINGS, SIGHTINGS);
    loop {
        timer.tick().await;
        note_seen(&app).await;
    }
}

async fn note_seen(app: &App) {
    let seen = app.actors.take_sightings();
    if let Err(error) = app.access.note_seen(&seen).await {
        tracing::warn!(%error, "it cannot be written down when users were last seen; the next time it is tried again");
        app.actors.return_sightings(seen);
    }
    let used = app.actors.take_uses();
    if let Err(error) = app.keys.note_used(&used).await {
        tracing::warn!(%error, "it cannot be written down when keys were last used; the next time it is tried again");
        app.actors.return_uses(used);
    }
}

/// Where people find the server, as far as the configuration tells: without a slash at the end.
fn public_url(config: &Config) -> String {
    let listens = || config.listen.first().map(|address| url(config, *address));
    config.public_url.clone().or_else(listens).unwrap_or_default()
}

/// Where clients on this machine find the server.
fn url(config: &Config, address: SocketAddr) -> String {
    let host = match address {
        _ if address.ip().is_unspecified() => format!("localhost:{}", address.port()),
        _ => address.to_string(),
    };
    format!("http://{host}{}", config.base_url.trim_end_matches('/'))
}
