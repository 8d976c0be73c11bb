//! Users.

use std::time::Duration;

use ochre_dto::v1::{
    Deletion, Existing, Identity, IdentityCreate, Key, NewLink, ResetLink, ResetLinkCreate, RotatedKey, TeamUser,
    UserCreate, UserUpdate, UsersCreate,
};
use reqwest::Method;
use uuid::Uuid;

use super::{Pages, UserQuery, me::rotation};
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

    /// Deletes a user; the user as it was. On an Ochre server [`Client::trash`] brings it back for 7 days.
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

/// What Argilla's API has no operations for.
impl Users<'_> {
    /// What deleting a user would take.
    ///
    /// # Errors
    /// See [`Error`]; [`Error::is_not_found`] when there is none.
    pub async fn preview_deletion(&self, id: impl Into<Uuid>) -> Result<Deletion, Error> {
        self.0.transport.json(Call::get(format!("{}/deletion", path(id)))).await
    }

    /// Disables a user, who cannot sign in until [`Users::enable`]; the user. Work and memberships stay.
    ///
    /// # Errors
    /// See [`Error`]; [`Error::Refused`] with status 422 for the last owner.
    pub async fn disable(&self, id: impl Into<Uuid>) -> Result<User, Error> {
        self.0.user(Call::new(Method::POST, format!("{}/disable", path(id)))).await
    }

    /// Enables a user again; the user.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn enable(&self, id: impl Into<Uuid>) -> Result<User, Error> {
        self.0.user(Call::new(Method::POST, format!("{}/enable", path(id)))).await
    }

    /// Another API key for a user. The key of now stays valid beside it for as long as `overlap`, 7 days at most; 24 hours for `None`.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn rotate_key(&self, id: impl Into<Uuid>, overlap: Option<Duration>) -> Result<RotatedKey, Error> {
        self.0.transport.json(rotation(format!("{}/api-key/rotate", path(id)), overlap)?).await
    }

    /// The named keys of a user, without the keys themselves.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn keys(&self, id: impl Into<Uuid>) -> Result<Vec<Key>, Error> {
        self.0.transport.items(Call::get(format!("{}/keys", path(id)))).await
    }

    /// Deletes a named key of a user.
    ///
    /// # Errors
    /// See [`Error`]; [`Error::is_not_found`] when there is none.
    pub async fn delete_key(&self, id: impl Into<Uuid>, key: impl Into<Uuid>) -> Result<(), Error> {
        self.0.transport.nothing(Call::new(Method::DELETE, format!("{}/keys/{}", path(id), key.into()))).await
    }

    /// The accounts at sign-in providers that sign a user in.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn identities(&self, id: impl Into<Uuid>) -> Result<Vec<Identity>, Error> {
        self.0.transport.items(Call::get(format!("{}/identities", path(id)))).await
    }

    /// Lets an account at a sign-in provider sign a user in.
    ///
    /// # Errors
    /// See [`Error`]; [`Error::is_conflict`] when it signs in somebody already.
    pub async fn link_identity(&self, id: impl Into<Uuid>, identity: &IdentityCreate) -> Result<Identity, Error> {
        self.0.transport.json(Call::new(Method::POST, format!("{}/identities", path(id))).json(identity)?).await
    }

    /// Lets an account at a sign-in provider sign a user in no longer.
    ///
    /// # Errors
    /// See [`Error`]; [`Error::is_not_found`] when there is none.
    pub async fn unlink_identity(&self, id: impl Into<Uuid>, identity: impl Into<Uuid>) -> Result<(), Error> {
        let path = format!("{}/identities/{}", path(id), identity.into());
        self.0.transport.nothing(Call::new(Method::DELETE, path)).await
    }

    /// The links for a new password of a user, also those that were used or expired in the last 30 days.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn reset_links(&self, id: impl Into<Uuid>) -> Result<Vec<ResetLink>, Error> {
        self.0.transport.items(Call::get(format!("{}/reset-link", path(id)))).await
    }

    /// Makes a link by which a user sets another password, once; earlier ones that are open end. The answer alone holds the link
    /// ([`NewLink::url`]).
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn create_reset_link(&self, id: impl Into<Uuid>, link: &ResetLinkCreate) -> Result<NewLink, Error> {
        self.0.transport.json(Call::new(Method::POST, format!("{}/reset-link", path(id))).json(link)?).await
    }

    /// Withdraws the open links for a new password of a user.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn withdraw_reset_links(&self, id: impl Into<Uuid>) -> Result<(), Error> {
        self.0.transport.nothing(Call::new(Method::DELETE, format!("{}/reset-link", path(id)))).await
    }
}

fn path(id: impl Into<Uuid>) -> String {
    format!("api/v1/users/{}", id.into())
}
