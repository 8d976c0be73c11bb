//! The schema's revisions, for the maintenance commands. Opening a database brings it up to date without being asked.

use ochre_migrations::Migrator;
use sea_orm::{Database, DatabaseConnection, DbErr};
use sea_orm_migration::MigratorTrait as _;

use crate::{
    options::{Connections, DatabaseUrl, Engine, writer},
    store::{OpenError, begin_migration, create_private},
};

/// A revision that was run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// The revision before it; empty for the first one.
    pub from: String,
    /// The revision after it.
    pub to: String,
    /// Which way.
    pub direction: Direction,
}

/// Which way a migration goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// To a later revision.
    Up,
    /// To an earlier one. What only later revisions can hold is lost.
    Down,
}

/// All revisions that this version knows, oldest first.
#[must_use]
pub fn revisions() -> Vec<String> {
    Migrator::migrations().iter().map(|migration| migration.name().to_owned()).collect()
}

/// The revision that a database is at; `None` where there is no database, or an empty one. Nothing is changed.
///
/// # Errors
/// [`OpenError`], with a sentence for the administrator.
pub async fn current(url: &DatabaseUrl) -> Result<Option<String>, OpenError> {
    if let DatabaseUrl::Sqlite(path) = url
        && !path.exists()
    {
        return Ok(None);
    }
    let connection = connect(url).await?;
    let failed = |error: DbErr| OpenError::connect(url, &error);
    let applied = Migrator::get_applied_migrations_read_only(&connection).await.map_err(failed)?;
    connection.close().await.map_err(failed)?;
    Ok(applied.last().map(|migration| migration.name().to_owned()))
}

/// Brings a database to a revision, in one transaction; what was run. A missing database is made.
///
/// # Errors
/// [`OpenError`], with a sentence for the administrator.
pub async fn migrate(url: &DatabaseUrl, revision: &str) -> Result<Vec<Run>, OpenError> {
    if let DatabaseUrl::Sqlite(path) = url {
        create_private(path).map_err(|error| OpenError::connect(url, &error))?;
    }
    let connection = connect(url).await?;
    let outcome = run(url.engine(), &connection, revision).await;
    let runs = outcome.map_err(|error| OpenError::migrate(url, &error))?;
    connection.close().await.map_err(|error| OpenError::connect(url, &error))?;
    Ok(runs)
}

async fn connect(url: &DatabaseUrl) -> Result<DatabaseConnection, OpenError> {
    Database::connect(writer(url, Connections::OnDemand)).await.map_err(|error| OpenError::connect(url, &error))
}

async fn run(engine: Engine, connection: &DatabaseConnection, revision: &str) -> Result<Vec<Run>, DbErr> {
    let known = revisions();
    let target = known.iter().position(|name| name == revision).map_or(0, |index| index + 1);
    let transaction = begin_migration(engine, connection).await?;
    let applied = Migrator::get_applied_migrations(&transaction).await?.len();
    let steps = |from: usize, to: usize| u32::try_from(from.abs_diff(to)).unwrap_or(u32::MAX);
    let name = |index: usize| index.checked_sub(1).map(|index| known[index].clone()).unwrap_or_default();
    let runs = if applied <= target {
        Migrator::up(&transaction, Some(steps(applied, target))).await?;
        let run = |index| Run { from: name(index), to: name(index + 1), direction: Direction::Up };
        (applied..target).map(run).collect()
    } else {
        Migrator::down(&transaction, Some(steps(applied, target))).await?;
        let run = |index| Run { from: name(index), to: name(index - 1), direction: Direction::Down };
        (target + 1..=applied).rev().map(run).collect()
    };
    transaction.commit().await?;
    Ok(runs)
}
