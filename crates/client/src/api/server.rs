//! Facts about the server.

use ochre_dto::v1::{Health, Provider, RoleTable, Settings, Status, Token, Version};
use reqwest::header::LOCATION;

use crate::{Client, Error, transport::Call};

/// Facts about the server; see [`Client::server`]. None of them needs credentials.
#[derive(Debug, Clone, Copy)]
pub struct Server<'a>(pub(crate) &'a Client);

impl Server<'_> {
    /// The version of Argilla whose API the server speaks.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn version(&self) -> Result<Version, Error> {
        self.0.transport.json(Call::get("api/v1/version").unsigned()).await
    }

    /// How the server is.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn status(&self) -> Result<Status, Error> {
        self.0.transport.json(Call::get("api/v1/status").unsigned()).await
    }

    /// What a user interface needs to know.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn settings(&self) -> Result<Settings, Error> {
        self.0.transport.json(Call::get("api/v1/settings").unsigned()).await
    }

    /// What each role may do: the permission policy itself. Argilla has no such operation.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn roles(&self) -> Result<Vec<RoleTable>, Error> {
        self.0.transport.items(Call::get("api/v1/roles").unsigned()).await
    }

    /// The sign-in providers.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn providers(&self) -> Result<Vec<Provider>, Error> {
        self.0.transport.items(Call::get("api/v1/oauth2/providers").unsigned()).await
    }

    /// Where to send a browser that signs in with a provider.
    ///
    /// # Errors
    /// See [`Error`]; [`Error::is_not_found`] when there is no such provider.
    pub async fn begin_sign_in(&self, provider: &str) -> Result<String, Error> {
        let path = format!("api/v1/oauth2/providers/{}/authentication", segment(provider));
        match self.0.transport.bytes(Call::get(path).unsigned()).await {
            Err(Error::Redirect { location }) => Ok(location),
            Err(error) => Err(error),
            Ok((status, _)) => {
                Err(Error::Unexpected { status: status.as_u16(), reason: format!("it has no {LOCATION}") })
            }
        }
    }

    /// The token of a sign-in, by what the provider sent back with the browser: `code` and `state` among it.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn finish_sign_in(&self, provider: &str, code: &str, state: &str) -> Result<Token, Error> {
        let path = format!("api/v1/oauth2/providers/{}/access-token", segment(provider));
        let query = vec![("code", code.to_owned()), ("state", state.to_owned())];
        self.0.transport.json(Call::get(path).query(query).unsigned()).await
    }

    /// The description of the API (OpenAPI).
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn openapi(&self) -> Result<serde_json::Value, Error> {
        self.0.transport.json(Call::get("api/v1/openapi.json").unsigned()).await
    }

    /// The page that shows the description of the API (HTML).
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn docs(&self) -> Result<String, Error> {
        let (_, page) = self.0.transport.bytes(Call::get("api/v1/docs").unsigned()).await?;
        Ok(String::from_utf8_lossy(&page).into_owned())
    }

    /// A file that this page uses.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn docs_file(&self, name: &str) -> Result<Vec<u8>, Error> {
        let path = format!("api/v1/docs/{}", segment(name));
        self.0.transport.bytes(Call::get(path).unsigned()).await.map(|(_, file)| file.into())
    }

    /// Whether the server lives. Argilla has no such operation.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn livez(&self) -> Result<Health, Error> {
        self.0.transport.json(Call::get("livez").unsigned()).await
    }

    /// Whether the server is ready. Argilla has no such operation.
    ///
    /// # Errors
    /// [`Error::Unexpected`] with status 503 when it is not.
    pub async fn readyz(&self) -> Result<Health, Error> {
        self.0.transport.json(Call::get("readyz").unsigned()).await
    }
}

/// A text as one segment of a path.
pub(super) fn segment(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte);
    let encode = |byte: u8| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") };
    match text {
        // These would lead elsewhere.
        "." | ".." => text.replace('.', "%2E"),
        _ => text.bytes().map(encode).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_one_segment_whatever_it_holds() {
        assert_eq!(segment("hugging-face"), "hugging-face");
        assert_eq!(segment("a/b?c#é"), "a%2Fb%3Fc%23%C3%A9");
        assert_eq!(segment(".."), "%2E%2E");
    }
}
