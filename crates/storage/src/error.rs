//! From sea-orm's errors to the domain's.

use std::fmt;

use ochre_domain::ports::StorageError;
use sea_orm::DbErr;

/// Maps an error; no `DbErr` leaves the crate.
pub(crate) fn failed(error: DbErr) -> StorageError {
    match error {
        DbErr::ConnectionAcquire(reason) => StorageError::Unavailable(reason.to_string()),
        DbErr::Conn(reason) => StorageError::Unavailable(reason.to_string()),
        other => StorageError::Failed(other.to_string()),
    }
}

/// A stored value that makes no sense.
pub(crate) fn corrupt(column: &str, error: impl fmt::Display) -> StorageError {
    StorageError::Failed(format!("the stored {column} makes no sense: {error}"))
}
