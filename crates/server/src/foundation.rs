//! What both the server and the maintenance commands stand on: the database, the master key and the adapters over them.

use std::{fs, path::Path, sync::Arc};

use ochre_domain::{
    ports::{Clock, Random},
    usecase::Adapters,
};
use ochre_storage::{Connections, DatabaseUrl, SqlStore, schema};
use tempfile::TempDir;

use crate::{
    StartError,
    config::Config,
    security::{Gate, MasterKey, MasterKeyError, OsRandom, SystemClock, Vault},
};

/// What the database remembers the master key by.
const FINGERPRINT: &str = "master key fingerprint";

/// An opened database, up to date, with its master key.
pub(crate) struct Foundation {
    pub(crate) store: SqlStore,
    pub(crate) master: MasterKey,
    pub(crate) adapters: Adapters,
    /// A place for a rehearsal, gone with it.
    _scratch: Option<TempDir>,
}

impl Foundation {
    /// Opens the database that the configuration names; makes it and its master key where there is none.
    pub(crate) async fn open(config: &Config, connections: Connections) -> Result<Self, StartError> {
        prepare_home(config)?;
        let store = SqlStore::open(&config.database_url, connections).await?;
        let master = master_key(config, &store).await?;
        let clock: Arc<dyn Clock> = Arc::new(SystemClock::default());
        let random: Arc<dyn Random> = Arc::new(OsRandom);
        let adapters = Adapters {
            store: Arc::new(store.clone()),
            clock,
            hasher: Arc::new(Gate::new(config.hash_concurrency, Arc::clone(&random))),
            vault: Arc::new(Vault::new(&master, Arc::clone(&random))),
            random,
        };
        Ok(Self { store, master, adapters, _scratch: None })
    }

    /// Opens the database for a rehearsal, which changes nothing: neither makes it nor a master key nor the schema. Where there
    /// is nothing to compare with yet, an empty database stands in for it.
    pub(crate) async fn rehearse(config: &Config) -> Result<Self, StartError> {
        match schema::current(&config.database_url).await? {
            Some(revision) if schema::revisions().last() != Some(&revision) => {
                let why = format!(
                    "the schema of {} is at {revision}, and a rehearsal does not change it: ochre-server database migrate \
                     brings it up to date",
                    config.database_url
                );
                return Err(StartError::Settings(why));
            }
            Some(_) if has_master_key(config).await? => return Self::open(config, Connections::OnDemand).await,
            Some(_) | None => {}
        }
        let scratch = tempfile::tempdir().map_err(StartError::Print)?;
        let mut elsewhere = config.clone();
        scratch.path().clone_into(&mut elsewhere.home);
        elsewhere.database_url = DatabaseUrl::Sqlite(scratch.path().join("ochre.db"));
        elsewhere.master_key_file = scratch.path().join("master.key");
        Ok(Self { _scratch: Some(scratch), ..Self::open(&elsewhere, Connections::OnDemand).await? })
    }
}

/// Whether the database was made with a master key. One without has no users.
async fn has_master_key(config: &Config) -> Result<bool, StartError> {
    let store = SqlStore::open(&config.database_url, Connections::OnDemand).await?;
    let known = store.recall(FINGERPRINT).await?.is_some();
    store.close().await?;
    Ok(known)
}

/// Makes the directory for the server's data, for its user alone.
pub(crate) fn prepare_home(config: &Config) -> Result<(), StartError> {
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

fn create_private(directory: &Path) -> std::io::Result<()> {
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
