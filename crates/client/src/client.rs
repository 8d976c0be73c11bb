//! The connection to a server.

use std::time::Duration;

use ochre_dto::v1::{Items, Login, Token, User, Workspace};
use reqwest::{
    Method, Url,
    header::{AUTHORIZATION, HeaderMap, HeaderName, HeaderValue},
    redirect,
};
use serde::{Serialize, de::DeserializeOwned};

use crate::{
    Error,
    api::{Server, Users, Workspaces},
};

const API_KEY: HeaderName = HeaderName::from_static("x-argilla-api-key");
/// How long a call may take, unless the builder says otherwise.
const TIMEOUT: Duration = Duration::from_mins(1);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// Prepares a [`Client`].
#[derive(Debug, Clone)]
pub struct Builder {
    url: String,
    credential: Option<(HeaderName, String)>,
    timeout: Duration,
}

impl Builder {
    /// Signs every call with an API key.
    #[must_use]
    pub fn api_key(mut self, key: impl Into<String>) -> Self {
        self.credential = Some((API_KEY, key.into()));
        self
    }

    /// Signs every call with the token of a login.
    #[must_use]
    pub fn token(mut self, token: &Token) -> Self {
        self.credential = Some((AUTHORIZATION, format!("Bearer {}", token.access_token)));
        self
    }

    /// How long a call may take in all; 60 seconds otherwise.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// The client. Nothing is sent yet.
    ///
    /// # Errors
    /// [`Error::Address`] and [`Error::Credential`].
    pub fn build(self) -> Result<Client, Error> {
        let address = || Error::Address(self.url.clone());
        let mut url = Url::parse(&self.url).map_err(|_| address())?;
        if !matches!(url.scheme(), "http" | "https") || url.cannot_be_a_base() {
            return Err(address());
        }
        if !url.path().ends_with('/') {
            url.set_path(&format!("{}/", url.path()));
        }
        let mut headers = HeaderMap::new();
        if let Some((name, value)) = self.credential {
            let mut value = HeaderValue::try_from(value).map_err(|_| Error::Credential)?;
            value.set_sensitive(true);
            headers.insert(name, value);
        }
        let http = reqwest::Client::builder()
            .user_agent(concat!("ochre-client/", env!("CARGO_PKG_VERSION")))
            .default_headers(headers)
            .connect_timeout(CONNECT_TIMEOUT)
            .timeout(self.timeout)
            // A redirect could carry the key elsewhere.
            .redirect(redirect::Policy::none())
            .build()
            .map_err(Error::Unreachable)?;
        Ok(Client { http, url })
    }
}

/// A connection to a server; cheap to clone.
#[derive(Debug, Clone)]
pub struct Client {
    http: reqwest::Client,
    url: Url,
}

impl Client {
    /// Begins a client for the server at `url`, for example `http://localhost:6900`.
    #[must_use]
    pub fn builder(url: impl Into<String>) -> Builder {
        Builder { url: url.into(), credential: None, timeout: TIMEOUT }
    }

    /// The server's address; ends with a slash.
    #[must_use]
    pub fn url(&self) -> &str {
        self.url.as_str()
    }

    /// Signs in by name and password.
    ///
    /// # Errors
    /// [`Error::Refused`] with status 401 for an unknown name or a wrong password.
    pub async fn sign_in(&self, username: &str, password: &str) -> Result<Token, Error> {
        let form = Login { username: username.to_owned(), password: password.to_owned() };
        let request = self.http.post(self.address("api/v1/token")?).form(&form);
        self.send(request).await
    }

    /// The own account.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn me(&self) -> Result<User, Error> {
        self.get("api/v1/me").await
    }

    /// The own workspaces; all for an owner.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn my_workspaces(&self) -> Result<Vec<Workspace>, Error> {
        self.list("api/v1/me/workspaces").await
    }

    /// The own datasets, as the server describes them.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn my_datasets(&self) -> Result<Vec<serde_json::Value>, Error> {
        self.list("api/v1/me/datasets").await
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

    /// Facts about the server.
    #[must_use]
    pub fn server(&self) -> Server<'_> {
        Server(self)
    }

    fn address(&self, path: &str) -> Result<Url, Error> {
        self.url.join(path).map_err(|_| Error::Address(path.to_owned()))
    }

    pub(crate) async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, Error> {
        self.send(self.http.get(self.address(path)?)).await
    }

    pub(crate) async fn list<T: DeserializeOwned>(&self, path: &str) -> Result<Vec<T>, Error> {
        self.get::<Items<T>>(path).await.map(|list| list.items)
    }

    pub(crate) async fn delete<T: DeserializeOwned>(&self, path: &str) -> Result<T, Error> {
        self.send(self.http.delete(self.address(path)?)).await
    }

    pub(crate) async fn call<B: Serialize, T: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        body: &B,
    ) -> Result<T, Error> {
        self.send(self.http.request(method, self.address(path)?).json(body)).await
    }

    async fn send<T: DeserializeOwned>(&self, request: reqwest::RequestBuilder) -> Result<T, Error> {
        let answer = request.send().await.map_err(Error::Unreachable)?;
        let status = answer.status();
        let request_id = answer.headers().get("x-request-id").and_then(|id| id.to_str().ok()).map(str::to_owned);
        let body = answer.bytes().await.map_err(Error::Unreachable)?;
        if !status.is_success() {
            return Err(Error::refused(status.as_u16(), request_id, &body));
        }
        serde_json::from_slice(&body)
            .map_err(|error| Error::Unexpected { status: status.as_u16(), reason: error.to_string() })
    }
}
