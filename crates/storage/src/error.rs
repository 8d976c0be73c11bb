//! From sea-orm's errors to the domain's.

use std::fmt;

use ochre_domain::ports::StorageError;
use sea_orm::{DbErr, RuntimeErr};

/// Maps an error; no `DbErr` leaves the crate.
pub(crate) fn failed(error: DbErr) -> StorageError {
    match error {
        DbErr::ConnectionAcquire(reason) => StorageError::Unavailable(reason.to_string()),
        DbErr::Conn(reason) => StorageError::Unavailable(reason.to_string()),
        // Deadlocks and conflicts of PostgreSQL (40P01, 40001): the same may succeed a moment later.
        other if is_passing(&other) => StorageError::Unavailable(other.to_string()),
        other => StorageError::Failed(other.to_string()),
    }
}

fn is_passing(error: &DbErr) -> bool {
    let (DbErr::Exec(error) | DbErr::Query(error)) = error else { return false };
    let RuntimeErr::SqlxError(error) = error else { return false };
    let Some(error) = error.as_database_error() else { return false };
    error.code().is_some_and(|code| ["40P01", "40001"].contains(&code.as_ref()))
}

/// A stored value that makes no sense.
pub(crate) fn corrupt(column: &str, error: impl fmt::Display) -> StorageError {
    StorageError::Failed(format!("the stored {column} makes no sense: {error}"))
}
