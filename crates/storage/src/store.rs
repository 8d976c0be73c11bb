//! A database, opened and up to date.

use std::{
    fs::OpenOptions,
    io,
    path::Path,
    sync::{Arc, RwLock},
    time::Duration,
};

use async_trait::async_trait;
use ochre_domain::ports::{Change, ChangeSink, Session, StorageError, Store, UnitOfWork};
use ochre_migrations::Migrator;
use sea_orm::{
    ColumnTrait as _, ConnectOptions, ConnectionTrait as _, Database, DatabaseConnection, DatabaseTransaction, DbErr,
    EntityTrait as _, QueryFilter as _, Set, SqliteTransactionMode, TransactionOptions, TransactionTrait as _,
    sea_query::OnConflict,
};
use sea_orm_migration::MigratorTrait as _;

use crate::{
    entity::facts,
    error::failed,
    options::{Connections, DatabaseUrl, Engine, reader, writer},
    session::{SqlSession, SqlUnitOfWork},
};

/// The key of PostgreSQL's advisory lock under which migrations run ("ochre" in ASCII).
const MIGRATION_LOCK: i64 = 0x6f_6368_7265;
/// How often, and after which pause, a new file of SQLite is opened again that another process is about to prepare: for 5 s.
const LOCKED_TRIES: u32 = 100;
const LOCKED_PAUSE: Duration = Duration::from_millis(50);
/// How long [`SqlStore::check_writable`] waits.
const CHECK_TIMEOUT: Duration = Duration::from_secs(2);

/// Why a database could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// No connection.
    #[error("cannot connect to {url}: {reason}")]
    Connect {
        /// Where, without a password.
        url: String,
        /// Why not.
        reason: String,
    },
    /// The schema could not be brought up to date.
    #[error("cannot bring the schema of {url} up to date: {reason}")]
    Migrate {
        /// Where, without a password.
        url: String,
        /// Why not.
        reason: String,
    },
}

impl OpenError {
    pub(crate) fn connect(url: &DatabaseUrl, reason: &dyn std::fmt::Display) -> Self {
        Self::Connect { url: url.to_string(), reason: reason.to_string() }
    }

    pub(crate) fn migrate(url: &DatabaseUrl, reason: &dyn std::fmt::Display) -> Self {
        Self::Migrate { url: url.to_string(), reason: reason.to_string() }
    }
}

/// Those who hear of committed changes.
#[derive(Clone, Default)]
pub(crate) struct Sinks(Arc<RwLock<Vec<Arc<dyn ChangeSink>>>>);

impl Sinks {
    pub(crate) fn changed(&self, change: &Change) {
        for sink in self.0.read().unwrap_or_else(std::sync::PoisonError::into_inner).iter() {
            sink.changed(change);
        }
    }
}

/// SQLite or PostgreSQL.
#[derive(Clone)]
pub struct SqlStore {
    engine: Engine,
    writer: DatabaseConnection,
    reader: DatabaseConnection,
    sinks: Sinks,
}

impl SqlStore {
    /// Connects, and brings the schema up to date. Servers that start at the same moment on one database take turns.
    ///
    /// # Errors
    /// [`OpenError`], with a sentence for the administrator.
    pub async fn open(url: &DatabaseUrl, connections: Connections) -> Result<Self, OpenError> {
        let connect = |error: DbErr| OpenError::connect(url, &error);
        if let DatabaseUrl::Sqlite(path) = url {
            create_private(path).map_err(|error| OpenError::connect(url, &error))?;
        }
        let writer = patiently(|| writer(url, connections)).await.map_err(connect)?;
        migrate(url.engine(), &writer).await.map_err(|error| OpenError::migrate(url, &error))?;
        let reader = patiently(|| reader(url, connections)).await.map_err(connect)?;
        Ok(Self { engine: url.engine(), writer, reader, sinks: Sinks::default() })
    }

    /// The kind of database.
    #[must_use]
    pub const fn engine(&self) -> Engine {
        self.engine
    }

    /// From now on `sink` hears of every committed change.
    pub fn subscribe(&self, sink: Arc<dyn ChangeSink>) {
        self.sinks.0.write().unwrap_or_else(std::sync::PoisonError::into_inner).push(sink);
    }

    /// Remembers a fact about this database unless it is known; the fact as it is now known.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn remember(&self, name: &str, value: &str) -> Result<String, StorageError> {
        let fact = facts::ActiveModel { name: Set(name.to_owned()), value: Set(value.to_owned()) };
        facts::Entity::insert(fact)
            .on_conflict(OnConflict::column(facts::Column::Name).do_nothing().to_owned())
            .exec_without_returning(&self.writer)
            .await
            .map_err(failed)?;
        Ok(self.recall(name).await?.unwrap_or_else(|| value.to_owned()))
    }

    /// Remembers a fact about this database in the place of what was known.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn replace(&self, name: &str, value: &str) -> Result<(), StorageError> {
        let fact = facts::ActiveModel { name: Set(name.to_owned()), value: Set(value.to_owned()) };
        let replace = OnConflict::column(facts::Column::Name).update_column(facts::Column::Value).to_owned();
        facts::Entity::insert(fact).on_conflict(replace).exec_without_returning(&self.writer).await.map_err(failed)?;
        Ok(())
    }

    /// A fact about this database, if it is known.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn recall(&self, name: &str) -> Result<Option<String>, StorageError> {
        let fact = facts::Entity::find_by_id(name.to_owned()).one(&self.writer).await.map_err(failed)?;
        Ok(fact.map(|fact| fact.value))
    }

    /// Whether a write would be accepted now. Waits two seconds at most.
    ///
    /// # Errors
    /// [`StorageError::Unavailable`] with the reason.
    pub async fn check_writable(&self) -> Result<(), StorageError> {
        let probe = async {
            let transaction = begin(self.engine, &self.writer).await?;
            facts::Entity::delete_many().filter(facts::Column::Name.eq("no such fact")).exec(&transaction).await?;
            transaction.rollback().await
        };
        match tokio::time::timeout(CHECK_TIMEOUT, probe).await {
            Ok(outcome) => outcome.map_err(|error| StorageError::Unavailable(error.to_string())),
            Err(_) => Err(StorageError::Unavailable(format!("no answer within {} s", CHECK_TIMEOUT.as_secs()))),
        }
    }

    /// Closes all connections. On SQLite this folds the write-ahead log into the file.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn close(self) -> Result<(), StorageError> {
        self.reader.close().await.map_err(failed)?;
        self.writer.close().await.map_err(failed)
    }
}

#[async_trait]
impl Store for SqlStore {
    fn session(&self) -> Box<dyn Session> {
        Box::new(SqlSession::new(self.reader.clone()))
    }

    async fn begin(&self) -> Result<Box<dyn UnitOfWork>, StorageError> {
        let transaction = begin(self.engine, &self.writer).await.map_err(failed)?;
        Ok(Box::new(SqlUnitOfWork { session: SqlSession::new(transaction), sinks: self.sinks.clone() }))
    }
}

/// Connects. Where several processes open a new file of SQLite at the same moment, one of them changes its journal's mode, for which
/// the others cannot wait by means of SQLite: they are told at once that it is locked.
async fn patiently(options: impl Fn() -> ConnectOptions) -> Result<DatabaseConnection, DbErr> {
    let mut tries = 0;
    loop {
        match Database::connect(options()).await {
            Err(error) if tries < LOCKED_TRIES && error.to_string().contains("database is locked") => {
                tries += 1;
                tokio::time::sleep(LOCKED_PAUSE).await;
            }
            outcome => return outcome,
        }
    }
}

/// Makes the file of a new SQLite database for its user alone: it holds hashes of passwords. SQLite gives the files
/// beside it the same mode.
pub(crate) fn create_private(path: &Path) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    match options.open(path) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
        _ => Ok(()),
    }
}

/// Begins a transaction that writes. On SQLite it takes the write lock at once: a transaction that reads first and
/// asks for the lock later fails when another process has written in between.
pub(crate) async fn begin(engine: Engine, writer: &DatabaseConnection) -> Result<DatabaseTransaction, DbErr> {
    let mode = (engine == Engine::Sqlite).then_some(SqliteTransactionMode::Immediate);
    writer
        .begin_with_options(TransactionOptions { sqlite_transaction_mode: mode, ..TransactionOptions::default() })
        .await
}

/// As [`begin`], for changes to the schema: whoever else wants to change it waits.
pub(crate) async fn begin_migration(engine: Engine, writer: &DatabaseConnection) -> Result<DatabaseTransaction, DbErr> {
    let transaction = begin(engine, writer).await?;
    if engine == Engine::Postgres {
        transaction.execute_unprepared(&format!("SELECT pg_advisory_xact_lock({MIGRATION_LOCK})")).await?;
    }
    Ok(transaction)
}

async fn migrate(engine: Engine, writer: &DatabaseConnection) -> Result<(), DbErr> {
    let transaction = begin_migration(engine, writer).await?;
    Migrator::up(&transaction, None).await?;
    transaction.commit().await
}
