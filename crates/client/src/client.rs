//! The connection to a server.

use std::{fmt, sync::Arc};

use ochre_dto::v1::{Status, Token, TokenRefresh};
use reqwest::Method;

use crate::{
    Builder, Error, User, Workspace,
    api::{Invitations, Links, Me, Server, Teams, Trash, Users, Workspaces},
    environment,
    transport::{Call, Flavour, Transport},
};

/// A connection to a server; cheap to clone.
#[derive(Clone)]
pub struct Client {
    pub(crate) transport: Arc<Transport>,
}

/// Leaves out the credentials.
impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("url", &self.url()).finish_non_exhaustive()
    }
}

impl Client {
    /// Begins a client for the server at `url`, for example `http://localhost:6900`.
    #[must_use]
    pub fn builder(url: impl Into<String>) -> Builder {
        Builder::new(url.into())
    }

    /// The client that the environment describes: `OCHRE_API_URL` and `OCHRE_API_KEY`, each falling back to `ARGILLA_API_URL` and
    /// `ARGILLA_API_KEY`.
    ///
    /// # Errors
    /// [`Error::Environment`] when one is not set, and as [`Builder::build`].
    pub fn from_env() -> Result<Self, Error> {
        let (url, key) = environment::both()?;
        Self::builder(url).api_key(key).build()
    }

    /// The server's address; ends with a slash.
    #[must_use]
    pub fn url(&self) -> &str {
        self.transport.url.as_str()
    }

    /// Signs in by name and password.
    ///
    /// # Errors
    /// [`Error::Refused`] with status 401 for an unknown name or a wrong password.
    pub async fn sign_in(&self, username: &str, password: &str) -> Result<Token, Error> {
        self.transport.sign_in(username, password).await
    }

    /// A new token for a login that lasts. Argilla has no such operation.
    ///
    /// # Errors
    /// [`Error::Refused`] with status 401 when the login has ended.
    pub async fn refresh(&self, refresh_token: &str) -> Result<Token, Error> {
        let body = TokenRefresh { refresh_token: refresh_token.to_owned() };
        self.transport.json(Call::new(Method::POST, "api/v1/token/refresh").json(&body)?.unsigned()).await
    }

    /// The own account.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn me(&self) -> Result<User, Error> {
        let data = self.transport.json(Call::get("api/v1/me")).await?;
        Ok(User::new(self.clone(), data))
    }

    /// The own workspaces, in the order of their creation; all for an owner.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn my_workspaces(&self) -> Result<Vec<Workspace>, Error> {
        let list = self.transport.items(Call::get("api/v1/me/workspaces")).await?;
        Ok(Workspace::all(self, list))
    }

    /// The own datasets, as the server describes them.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn my_datasets(&self) -> Result<Vec<serde_json::Value>, Error> {
        self.transport.items(Call::get("api/v1/me/datasets")).await
    }

    /// What can be done with the own account: names, password, logins, keys.
    #[must_use]
    pub fn account(&self) -> Me<'_> {
        Me(self)
    }

    /// Invitations.
    #[must_use]
    pub fn invitations(&self) -> Invitations<'_> {
        Invitations(self)
    }

    /// What whoever holds a link can do with it.
    #[must_use]
    pub fn links(&self) -> Links<'_> {
        Links(self)
    }

    /// What was deleted and can be brought back.
    #[must_use]
    pub fn trash(&self) -> Trash<'_> {
        Trash(self)
    }

    /// Users.
    #[must_use]
    pub fn users(&self) -> Users<'_> {
        Users(self)
    }

    /// Workspaces and their members.
    #[must_use]
    pub fn workspaces(&self) -> Workspaces<'_> {
        Workspaces(self)
    }

    /// The team as one desired state.
    #[must_use]
    pub fn team(&self) -> Teams<'_> {
        Teams(self)
    }

    /// Facts about the server.
    #[must_use]
    pub fn server(&self) -> Server<'_> {
        Server(self)
    }

    /// Whether the server is an Ochre server, with the additions to Argilla's API. Asked once.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn is_ochre(&self) -> Result<bool, Error> {
        if let Some(flavour) = self.transport.known_flavour() {
            return Ok(flavour == Flavour::Ochre);
        }
        // Ochre names itself in the place of a search engine. Some servers of Argilla cannot tell how theirs is (422).
        let flavour = match self.server().status().await {
            Ok(Status { search_engine, .. }) if search_engine.name == "ochre" => Flavour::Ochre,
            Ok(_) => Flavour::Argilla,
            Err(error) if matches!(error.status(), Some(404 | 405 | 422)) => Flavour::Argilla,
            Err(error) => return Err(error),
        };
        self.transport.remember_flavour(flavour);
        Ok(flavour == Flavour::Ochre)
    }
}
