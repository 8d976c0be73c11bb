//! Preparing a client.

use std::{fmt, sync::Arc, time::Duration};

use ochre_dto::v1::Token;
use reqwest::{
    Url,
    header::{AUTHORIZATION, HeaderMap, HeaderName, HeaderValue},
    redirect,
};
use secrecy::SecretString;
use tokio::sync::Mutex;

use crate::{
    Client, Error,
    transport::{Credential, Transport},
};

const API_KEY: HeaderName = HeaderName::from_static("x-argilla-api-key");
/// How long a call may take, unless the builder says otherwise.
const TIMEOUT: Duration = Duration::from_mins(1);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// How often a call is tried again, unless the builder says otherwise.
const RETRIES: u32 = 3;
/// Redirects within an origin that are followed.
const MAX_REDIRECTS: usize = 10;

/// Prepares a [`Client`].
#[derive(Clone)]
pub struct Builder {
    url: String,
    credential: Signature,
    headers: Vec<(String, String)>,
    timeout: Duration,
    retries: u32,
}

#[derive(Clone)]
enum Signature {
    None,
    Header(HeaderName, SecretString),
    Password(String, SecretString),
}

/// Leaves out the credentials.
impl fmt::Debug for Builder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Builder").field("url", &self.url).field("timeout", &self.timeout).finish_non_exhaustive()
    }
}

impl Builder {
    pub(crate) fn new(url: String) -> Self {
        Self { url, credential: Signature::None, headers: Vec::new(), timeout: TIMEOUT, retries: RETRIES }
    }

    /// Signs every call with an API key.
    #[must_use]
    pub fn api_key(mut self, key: impl Into<String>) -> Self {
        self.credential = Signature::Header(API_KEY, key.into().into());
        self
    }

    /// Signs in by name and password at the first call, and again when the login has ended.
    #[must_use]
    pub fn password(mut self, username: impl Into<String>, password: impl Into<String>) -> Self {
        self.credential = Signature::Password(username.into(), password.into().into());
        self
    }

    /// Signs every call with the token of a login.
    #[must_use]
    pub fn token(mut self, token: &Token) -> Self {
        self.credential = Signature::Header(AUTHORIZATION, format!("Bearer {}", token.access_token).into());
        self
    }

    /// Sends a header with every call, for example one that a proxy in front of the server asks for.
    #[must_use]
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// How long one try of a call may take in all; 60 seconds otherwise. What concerns many users at once may take 90 seconds
    /// at least.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// How often a call is tried again at most; 3 times otherwise. Reads are tried again when the server is briefly unable to
    /// answer, and every call is when no connection could be made. A write that may have arrived is never repeated.
    #[must_use]
    pub fn retries(mut self, retries: u32) -> Self {
        self.retries = retries;
        self
    }

    /// The client. Nothing is sent yet.
    ///
    /// # Errors
    /// [`Error::Address`], also for one that holds a user name or a password ([`Builder::header`] sends what a proxy asks for), and
    /// [`Error::Credential`].
    pub fn build(self) -> Result<Client, Error> {
        use secrecy::ExposeSecret as _;
        let url = address(&self.url)?;
        let mut headers = HeaderMap::new();
        for (name, value) in &self.headers {
            let name: HeaderName = name.parse().map_err(|_| Error::Credential)?;
            headers.insert(name, sensitive(value)?);
        }
        let credential = match &self.credential {
            Signature::None => Credential::None,
            Signature::Header(name, value) => {
                headers.insert(name, sensitive(value.expose_secret())?);
                Credential::Header
            }
            Signature::Password(username, password) => {
                Credential::Password { username: username.clone(), password: password.clone(), token: Mutex::default() }
            }
        };
        let http = reqwest::Client::builder()
            .user_agent(concat!("ochre-client/", env!("CARGO_PKG_VERSION")))
            .default_headers(headers)
            .connect_timeout(CONNECT_TIMEOUT)
            .redirect(redirect::Policy::custom(same_origin))
            .build()
            .map_err(Error::Unreachable)?;
        let transport = Transport::new(http, url, credential, self.timeout, self.retries);
        Ok(Client { transport: Arc::new(transport) })
    }
}

fn address(text: &str) -> Result<Url, Error> {
    let bad = || Error::Address(text.to_owned());
    let mut url = Url::parse(text).map_err(|_| bad())?;
    if !matches!(url.scheme(), "http" | "https") || url.cannot_be_a_base() {
        return Err(bad());
    }
    if !url.username().is_empty() || url.password().is_some() {
        // They would be shown and stored wherever the address is.
        return Err(Error::Address(format!("{}://…@{}", url.scheme(), url.host_str().unwrap_or_default())));
    }
    url.set_query(None);
    url.set_fragment(None);
    if !url.path().ends_with('/') {
        url.set_path(&format!("{}/", url.path()));
    }
    Ok(url)
}

fn sensitive(value: &str) -> Result<HeaderValue, Error> {
    let mut value = HeaderValue::try_from(value).map_err(|_| Error::Credential)?;
    value.set_sensitive(true);
    Ok(value)
}

/// Another origin would get the API key.
fn same_origin(attempt: redirect::Attempt<'_>) -> redirect::Action {
    let from = attempt.previous().first().map(Url::origin);
    if from == Some(attempt.url().origin()) && attempt.previous().len() <= MAX_REDIRECTS {
        attempt.follow()
    } else {
        attempt.stop()
    }
}
