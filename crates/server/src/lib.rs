//! The Ochre server.
//!
//! A request goes through `serve` (limits, ids, failures), a route of `api`, `wire` (reading and writing as
//! Argilla does) and a use-case of `ochre-domain`. What is deliberately not here: rules about users, workspaces and
//! roles, and SQL.

mod api;
mod app;
mod auth;
pub mod cli;
pub mod config;
mod error;
mod first_start;
mod security;
mod serve;
mod wire;

use std::{fs, net::SocketAddr, time::Duration};

use ochre_domain::ports::StorageError;
use ochre_storage::{DatabaseUrl, OpenError, SqlStore};
use tokio::{sync::oneshot, task::JoinHandle};

pub use api::openapi;
pub use config::Config;

use crate::{
    app::App,
    security::{MasterKey, MasterKeyError, OsRandom},
    serve::{Front, Listener},
};

/// What the database remembers the master key by.
const FINGERPRINT: &str = "master key fingerprint";
/// How often expired logins are removed.
const SWEEP: Duration = Duration::from_hours(1);

/// Why the server did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// A setting does not fit what is there: the wrong master key, an unusable directory.
    #[error("{0}")]
    Settings(String),
    /// The database cannot be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The database failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// The first owner cannot be made.
    #[error("the first owner cannot be made: {0}")]
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
        prepare_home(&config)?;
        let store = SqlStore::open(&config.database_url).await?;
        let master = master_key(&config, &store).await?;
        let description = api::served_openapi(&config.base_url)?;
        let app = App::new(config, store, &master, description);
        // Bound before the first owner is made, whose secrets are shown only once: a taken address must not cost them.
        let listener = Listener::bind(&app.config.listen).await.map_err(|source| {
            let address = app.config.listen.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
            StartError::Listen { address, source }
        })?;
        let welcome = first_start::prepare(&app).await?;
        first_start::warn_of_well_known_secrets(&app).await?;
        let address = listener.address;
        let url = url(&app.config, address);
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
    let draining = app.clone();
    let stop = async move {
        // A server that nobody holds any more stops as well.
        let _ = stopped.await;
        draining.drain();
    };
    serve::serve(listener, front, stop, app.config.drain).await;
    sweeper.abort();
    if let Err(error) = app.store.clone().close().await {
        tracing::warn!(%error, "the database was not closed cleanly");
    }
}

async fn sweep(app: App) {
    let mut timer = tokio::time::interval(SWEEP);
    loop {
        timer.tick().await;
        match app.access.forget_expired().await {
            Ok(removed) => tracing::debug!(removed, "expired logins removed"),
            Err(error) => tracing::warn!(%error, "expired logins cannot be removed"),
        }
    }
}

/// Makes the directory for the server's data, for its user alone.
fn prepare_home(config: &Config) -> Result<(), StartError> {
    let database = match &config.database_url {
        DatabaseUrl::Sqlite(path) => path.parent(),
        DatabaseUrl::Postgres(_) => None,
    };
    let directories = [Some(config.home.as_path()), database, config.master_key_file.parent()];
    for directory in directories.into_iter().flatten().filter(|directory| !directory.as_os_str().is_empty()) {
        create_private(directory).map_err(|error| {
            StartError::Settings(format!(
                "cannot make the directory {}: {error}; --home takes another",
                directory.display()
            ))
        })?;
    }
    Ok(())
}

fn create_private(directory: &std::path::Path) -> std::io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt as _;
        builder.mode(0o700);
    }
    builder.create(directory)
}

/// The master key of this database: read, or made together with the database.
async fn master_key(config: &Config, store: &SqlStore) -> Result<MasterKey, StartError> {
    let path = &config.master_key_file;
    let known = store.recall(FINGERPRINT).await?;
    let key = match (MasterKey::read(path)?, &known) {
        (Some(key), _) => key,
        (None, Some(_)) => return Err(MasterKeyError::Missing(path.clone()).into()),
        (None, None) => MasterKey::create(path, &OsRandom)?,
    };
    if store.remember(FINGERPRINT, &key.fingerprint()).await? == key.fingerprint() {
        Ok(key)
    } else {
        Err(MasterKeyError::Wrong(path.clone()).into())
    }
}

/// Where clients on this machine find the server.
fn url(config: &Config, address: SocketAddr) -> String {
    let host = match address {
        _ if address.ip().is_unspecified() => format!("localhost:{}", address.port()),
        _ => address.to_string(),
    };
    format!("http://{host}{}", config.base_url.trim_end_matches('/'))
}
