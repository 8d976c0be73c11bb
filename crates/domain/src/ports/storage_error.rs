//! What can go wrong in a database.

/// A failure of the database. Its text is for the log, never for an answer: it may quote SQL.
#[derive(Debug, thiserror::Error)]
pub enum StorageError {
    /// No connection became free or could be made in time. Trying again later may help.
    #[error("the database is unavailable: {0}")]
    Unavailable(String),
    /// Anything else: a statement failed, or a stored value makes no sense.
    #[error("the database failed: {0}")]
    Failed(String),
}
