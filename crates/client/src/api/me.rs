//! The own account.

use std::time::Duration;

use ochre_dto::v1::{Identity, Key, KeyCreate, KeyRotate, MeUpdate, PasswordChange, RotatedKey, Session};
use reqwest::Method;
use uuid::Uuid;

use crate::{Client, Error, User, transport::Call};

/// The own account; see [`Client::account`]. Argilla has none of these operations.
#[derive(Debug, Clone, Copy)]
pub struct Me<'a>(pub(crate) &'a Client);

impl Me<'_> {
    /// Changes the own names; the account as it is then.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn update(&self, changes: &MeUpdate) -> Result<User, Error> {
        self.0.user(Call::new(Method::PATCH, "api/v1/me").json(changes)?).await
    }

    /// Sets another password for oneself. A client that signs in by the password of before has to be built again.
    ///
    /// # Errors
    /// See [`Error`]; [`Error::Refused`] when the current password is another one, or the new one cannot be taken.
    pub async fn change_password(&self, current: &str, new: &str) -> Result<(), Error> {
        let body = PasswordChange { current_password: current.to_owned(), new_password: new.to_owned() };
        self.0.transport.nothing(Call::new(Method::POST, "api/v1/me/password").json(&body)?).await
    }

    /// The own logins.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn sessions(&self) -> Result<Vec<Session>, Error> {
        self.0.transport.items(Call::get("api/v1/me/sessions")).await
    }

    /// Ends an own login.
    ///
    /// # Errors
    /// See [`Error`]; [`Error::is_not_found`] when there is none.
    pub async fn end_session(&self, id: impl Into<Uuid>) -> Result<(), Error> {
        self.0.transport.nothing(Call::new(Method::DELETE, format!("api/v1/me/sessions/{}", id.into()))).await
    }

    /// Ends the login that signs this client's calls. Where they are signed by an API key, nothing happens; where they are signed by a
    /// password, the next call signs in again.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn logout(&self) -> Result<(), Error> {
        self.0.transport.nothing(Call::new(Method::POST, "api/v1/logout")).await
    }

    /// Another API key. The key of now stays valid beside it for as long as `overlap`, 7 days at most; 24 hours for `None`.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn rotate_key(&self, overlap: Option<Duration>) -> Result<RotatedKey, Error> {
        self.0.transport.json(rotation("api/v1/me/api-key/rotate", overlap)?).await
    }

    /// The own named keys, without the keys themselves.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn keys(&self) -> Result<Vec<Key>, Error> {
        self.0.transport.items(Call::get("api/v1/me/keys")).await
    }

    /// Makes a named key. The answer alone holds the key itself ([`Key::secret`]).
    ///
    /// # Errors
    /// See [`Error`]; [`Error::is_conflict`] when an own key has this name.
    pub async fn create_key(&self, key: &KeyCreate) -> Result<Key, Error> {
        self.0.transport.json(Call::new(Method::POST, "api/v1/me/keys").json(key)?).await
    }

    /// Deletes an own named key, which is worth nothing from then on.
    ///
    /// # Errors
    /// See [`Error`]; [`Error::is_not_found`] when there is none.
    pub async fn delete_key(&self, id: impl Into<Uuid>) -> Result<(), Error> {
        self.0.transport.nothing(Call::new(Method::DELETE, format!("api/v1/me/keys/{}", id.into()))).await
    }

    /// The accounts at sign-in providers that sign oneself in.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn identities(&self) -> Result<Vec<Identity>, Error> {
        self.0.transport.items(Call::get("api/v1/me/identities")).await
    }
}

/// A call for another API key.
pub(super) fn rotation(path: impl Into<String>, overlap: Option<Duration>) -> Result<Call, Error> {
    let body = KeyRotate { overlap_seconds: overlap.map(|overlap| overlap.as_secs()) };
    Call::new(Method::POST, path).json(&body)
}
