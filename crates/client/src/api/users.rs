//! Users.

use ochre_dto::v1::{Existing, TeamUser, UserCreate, UserUpdate, UsersCreate};
use reqwest::Method;
use uuid::Uuid;

use super::{Pages, UserQuery};
use crate::{Client, Error, User, Workspace, transport::Call};

/// Users; see [`Client::users`].
#[derive(Debug, Clone, Copy)]
pub struct Users<'a>(pub(crate) &'a Client);

impl Users<'_> {
    /// All users, in the order of their creation. For many users [`Users::pages`] needs less memory.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn list(&self) -> Result<Vec<User>, Error> {
        let list = self.0.transport.items(Call::get("api/v1/users")).await?;
        Ok(User::all(self.0, list))
    }

    /// The users who are meant, a page at a time. Where the server has Argilla's API alone, which has no pages, they are filtered and
    /// sorted here.
    #[must_use]
    pub fn pages(&self, query: UserQuery) -> Pages<User> {
        Pages::users(self.0.clone(), query)
    }

    /// One user.
    ///
    /// # Errors
    /// See [`Error`]; [`Error::is_not_found`] when there is none.
    pub async fn get(&self, id: impl Into<Uuid>) -> Result<User, Error> {
        self.0.user(Call::get(path(id))).await
    }

    /// One user, with what Argilla's API does not tell ([`account`](ochre_dto::v1::User::account)).
    ///
    /// # Errors
    /// See [`Error`]; [`Error::is_not_found`] when there is none.
    pub async fn get_with_account(&self, id: impl Into<Uuid>) -> Result<User, Error> {
        self.0.user(Call::get(path(id)).query(vec![("include", "account".to_owned())])).await
    }

    /// The user with exactly this name, if there is one.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn find(&self, username: &str) -> Result<Option<User>, Error> {
        if username.is_empty() {
            return Ok(None);
        }
        let found = self.pages(UserQuery::new().username(username).page_size(1)).next().await?;
        Ok(found.filter(|user| user.username == username))
    }

    /// Whether there is a user with this id.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn exists(&self, id: impl Into<Uuid>) -> Result<bool, Error> {
        match self.get(id).await {
            Ok(_) => Ok(true),
            Err(error) if error.is_not_found() => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Creates a user.
    ///
    /// # Errors
    /// See [`Error`]; [`Error::is_conflict`] when the name or the id is taken.
    pub async fn create(&self, user: &UserCreate) -> Result<User, Error> {
        self.0.user(Call::new(Method::POST, "api/v1/users").json(user)?).await
    }

    /// Creates many users, all or none; those who were created. Passwords come as hashes or not at all. Argilla has no such
    /// operation.
    ///
    /// # Errors
    /// See [`Error`]; [`Error::is_conflict`] when names are taken.
    pub async fn create_many(&self, users: Vec<TeamUser>, existing: Existing) -> Result<Vec<User>, Error> {
        let call = Call::new(Method::POST, "api/v1/users/bulk").json(&UsersCreate { users, existing })?.long();
        Ok(User::all(self.0, self.0.transport.items(call).await?))
    }

    /// Changes a user; the user as it is then.
    ///
    /// # Errors
    /// See [`Error`]; [`Error::is_conflict`] when the new name is taken.
    pub async fn update(&self, id: impl Into<Uuid>, changes: &UserUpdate) -> Result<User, Error> {
        self.0.user(Call::new(Method::PATCH, path(id)).json(changes)?).await
    }

    /// Deletes a user; the user as it was.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn delete(&self, id: impl Into<Uuid>) -> Result<User, Error> {
        self.0.user(Call::new(Method::DELETE, path(id))).await
    }

    /// The workspaces that a user reaches, in the order of their creation: all for an owner.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn workspaces(&self, id: impl Into<Uuid>) -> Result<Vec<Workspace>, Error> {
        let list = self.0.transport.items(Call::get(format!("{}/workspaces", path(id)))).await?;
        Ok(Workspace::all(self.0, list))
    }
}

fn path(id: impl Into<Uuid>) -> String {
    format!("api/v1/users/{}", id.into())
}
