//! Facts about the server.

use ochre_dto::v1::{Health, Provider, Settings, Status, Version};

use crate::{Client, Error};

/// Facts about the server; see [`Client::server`].
#[derive(Debug, Clone, Copy)]
pub struct Server<'a>(pub(crate) &'a Client);

impl Server<'_> {
    /// The version of Argilla whose API the server speaks.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn version(&self) -> Result<Version, Error> {
        self.0.get("api/v1/version").await
    }

    /// How the server is.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn status(&self) -> Result<Status, Error> {
        self.0.get("api/v1/status").await
    }

    /// What a user interface needs to know.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn settings(&self) -> Result<Settings, Error> {
        self.0.get("api/v1/settings").await
    }

    /// The sign-in providers.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn providers(&self) -> Result<Vec<Provider>, Error> {
        self.0.list("api/v1/oauth2/providers").await
    }

    /// The description of the API (OpenAPI).
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn openapi(&self) -> Result<serde_json::Value, Error> {
        self.0.get("api/v1/openapi.json").await
    }

    /// Whether the server lives.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn livez(&self) -> Result<Health, Error> {
        self.0.get("livez").await
    }

    /// Whether the server is ready.
    ///
    /// # Errors
    /// [`Error::Unexpected`] with status 503 when it is not.
    pub async fn readyz(&self) -> Result<Health, Error> {
        self.0.get("readyz").await
    }
}
