//! The people that tests are about.

use ochre_client::{Client, User};
use reqwest::{Method, RequestBuilder};

/// Everybody's password.
pub const PASSWORD: &str = "correct horse battery";

/// A user with an API key, and a client that uses it.
#[derive(Debug, Clone)]
pub struct Person {
    /// The user.
    pub user: User,
    /// The user's own client.
    pub client: Client,
    pub(crate) http: reqwest::Client,
    url: String,
}

impl Person {
    pub(crate) fn new(url: &str, http: reqwest::Client, user: User) -> Self {
        let client = Client::builder(url).api_key(&user.api_key).build().expect("an address and a key");
        Self { user, client, http, url: url.to_owned() }
    }

    /// Whoever has this key.
    ///
    /// # Panics
    /// When nobody has.
    pub async fn of_key(url: &str, key: &str) -> Self {
        let client = Client::builder(url).api_key(key).build().expect("an address and a key");
        let user = client.me().await.expect("a user with this key");
        Self::new(url, http(), user)
    }

    /// A raw request with the person's key, to a path below the server's address.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.http.request(method, format!("{}{path}", self.url)).header("X-Argilla-Api-Key", &self.user.api_key)
    }

    /// A raw `GET` with the person's key.
    pub fn get(&self, path: &str) -> RequestBuilder {
        self.request(Method::GET, path)
    }
}

/// A client for raw requests: it takes its time to make, so one serves a whole test, which shows redirects as they are.
pub(crate) fn http() -> reqwest::Client {
    reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().expect("an HTTP client")
}
