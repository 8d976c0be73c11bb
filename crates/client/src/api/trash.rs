//! What was deleted and can be brought back.

use ochre_dto::v1::TrashEntry;
use reqwest::Method;
use uuid::Uuid;

use crate::{Client, Error, transport::Call};

/// What was deleted and can be brought back; see [`Client::trash`]. Argilla has none of these operations.
#[derive(Debug, Clone, Copy)]
pub struct Trash<'a>(pub(crate) &'a Client);

impl Trash<'_> {
    /// Users and workspaces that were deleted in the last 7 days.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn list(&self) -> Result<Vec<TrashEntry>, Error> {
        self.0.transport.all_items("api/v1/trash").await
    }

    /// Brings something back, with its id and its memberships; the entry as it was.
    ///
    /// # Errors
    /// See [`Error`]; [`Error::is_conflict`] when something else has the name or the id by now, [`Error::is_not_found`] when there is
    /// no such entry.
    pub async fn restore(&self, id: impl Into<Uuid>) -> Result<TrashEntry, Error> {
        self.0.transport.json(Call::new(Method::POST, format!("{}/restore", path(id)))).await
    }

    /// Removes an entry for good.
    ///
    /// # Errors
    /// See [`Error`]; [`Error::is_not_found`] when there is no such entry.
    pub async fn delete(&self, id: impl Into<Uuid>) -> Result<(), Error> {
        self.0.transport.nothing(Call::new(Method::DELETE, path(id))).await
    }
}

fn path(id: impl Into<Uuid>) -> String {
    format!("api/v1/trash/{}", id.into())
}
