//! Users.

use ochre_dto::v1::{User, UserCreate, UserUpdate, Workspace};
use reqwest::Method;
use uuid::Uuid;

use crate::{Client, Error};

/// Users; see [`Client::users`].
#[derive(Debug, Clone, Copy)]
pub struct Users<'a>(pub(crate) &'a Client);

impl Users<'_> {
    /// All users, in the order of their creation.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn list(&self) -> Result<Vec<User>, Error> {
        self.0.list("api/v1/users").await
    }

    /// One user.
    ///
    /// # Errors
    /// See [`Error`]; status 404 when there is none.
    pub async fn get(&self, id: Uuid) -> Result<User, Error> {
        self.0.get(&format!("api/v1/users/{id}")).await
    }

    /// The user with exactly this name, if there is one. Reads the whole list.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn find(&self, username: &str) -> Result<Option<User>, Error> {
        Ok(self.list().await?.into_iter().find(|user| user.username == username))
    }

    /// Creates a user.
    ///
    /// # Errors
    /// See [`Error`]; status 409 when the name or the id is taken.
    pub async fn create(&self, user: &UserCreate) -> Result<User, Error> {
        self.0.call(Method::POST, "api/v1/users", user).await
    }

    /// Changes a user.
    ///
    /// # Errors
    /// See [`Error`]; status 422 when the new name is taken.
    pub async fn update(&self, id: Uuid, changes: &UserUpdate) -> Result<User, Error> {
        self.0.call(Method::PATCH, &format!("api/v1/users/{id}"), changes).await
    }

    /// Deletes a user; the user as it was.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn delete(&self, id: Uuid) -> Result<User, Error> {
        self.0.delete(&format!("api/v1/users/{id}")).await
    }

    /// The workspaces that a user reaches.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn workspaces(&self, id: Uuid) -> Result<Vec<Workspace>, Error> {
        self.0.list(&format!("api/v1/users/{id}/workspaces")).await
    }
}
