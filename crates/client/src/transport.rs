//! Sending calls and reading answers.

use std::{
    sync::atomic::{AtomicU8, Ordering},
    time::Duration,
};

use bytes::Bytes;
use ochre_dto::v1::{Items, Login, Page, Token};
use reqwest::{
    Method, Response, StatusCode, Url,
    header::{AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderValue, LOCATION, RETRY_AFTER},
};
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Serialize, de::DeserializeOwned};
use tokio::sync::Mutex;

use crate::{
    Error,
    error::is_passing,
    retry::{Budget, wait},
};

/// The least time for what concerns many users at once; the server takes 60 seconds at most.
const LONG_TIMEOUT: Duration = Duration::from_secs(90);

/// Entries of a page, unless somebody asks for less: what the server gives at most.
pub(crate) const PAGE_SIZE: u32 = 1000;

/// How calls are signed.
pub(crate) enum Credential {
    /// Not at all.
    None,
    /// By a header that every call carries.
    Header,
    /// By the token of a login, which is made when it is needed.
    Password { username: String, password: SecretString, token: Mutex<Option<HeaderValue>> },
}

/// A call to be sent.
pub(crate) struct Call {
    method: Method,
    path: String,
    query: Vec<(&'static str, String)>,
    body: Option<(HeaderValue, Bytes)>,
    long: bool,
    signed: bool,
}

impl Call {
    pub(crate) fn new(method: Method, path: impl Into<String>) -> Self {
        Self { method, path: path.into(), query: Vec::new(), body: None, long: false, signed: true }
    }

    pub(crate) fn get(path: impl Into<String>) -> Self {
        Self::new(Method::GET, path)
    }

    pub(crate) fn query(mut self, query: Vec<(&'static str, String)>) -> Self {
        self.query = query;
        self
    }

    pub(crate) fn json<B: Serialize>(mut self, body: &B) -> Result<Self, Error> {
        let unwritable = |error: serde_json::Error| Error::Unexpected { status: 0, reason: error.to_string() };
        let body = serde_json::to_vec(body).map_err(unwritable)?;
        self.body = Some((HeaderValue::from_static("application/json"), body.into()));
        Ok(self)
    }

    /// Takes its time: it concerns many users at once.
    pub(crate) fn long(mut self) -> Self {
        self.long = true;
        self
    }

    /// Needs no login.
    pub(crate) fn unsigned(mut self) -> Self {
        self.signed = false;
        self
    }
}

/// What kind of server answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Flavour {
    /// With Ochre's additions.
    Ochre,
    /// Argilla's API alone.
    Argilla,
}

/// The connection to a server.
pub(crate) struct Transport {
    http: reqwest::Client,
    pub(crate) url: Url,
    credential: Credential,
    timeout: Duration,
    retries: u32,
    budget: Budget,
    /// 0: not known yet.
    flavour: AtomicU8,
}

impl Transport {
    pub(crate) fn new(
        http: reqwest::Client,
        url: Url,
        credential: Credential,
        timeout: Duration,
        retries: u32,
    ) -> Self {
        Self { http, url, credential, timeout, retries, budget: Budget::default(), flavour: AtomicU8::new(0) }
    }

    pub(crate) fn known_flavour(&self) -> Option<Flavour> {
        match self.flavour.load(Ordering::Relaxed) {
            1 => Some(Flavour::Ochre),
            2 => Some(Flavour::Argilla),
            _ => None,
        }
    }

    pub(crate) fn remember_flavour(&self, flavour: Flavour) {
        self.flavour.store(if flavour == Flavour::Ochre { 1 } else { 2 }, Ordering::Relaxed);
    }

    /// Reads the answer's JSON.
    pub(crate) async fn json<T: DeserializeOwned>(&self, call: Call) -> Result<T, Error> {
        let (status, body) = self.bytes(call).await?;
        parse(status, &body)
    }

    pub(crate) async fn items<T: DeserializeOwned>(&self, call: Call) -> Result<Vec<T>, Error> {
        self.json::<Items<T>>(call).await.map(|list| list.items)
    }

    /// All entries of a list that the server gives a page at a time.
    pub(crate) async fn all_items<T: DeserializeOwned>(&self, path: &str) -> Result<Vec<T>, Error> {
        let (mut items, mut after) = (Vec::new(), None);
        loop {
            let mut query = vec![("limit", PAGE_SIZE.to_string())];
            query.extend(after.map(|cursor| ("cursor", cursor)));
            let page: Page<T> = self.json(Call::get(path).query(query)).await?;
            items.extend(page.items);
            after = page.next_cursor;
            if after.is_none() {
                return Ok(items);
            }
        }
    }

    /// An answer without a body.
    pub(crate) async fn nothing(&self, call: Call) -> Result<(), Error> {
        self.bytes(call).await.map(|_| ())
    }

    /// Reads the answer's JSON, where there is a body.
    pub(crate) async fn json_or_nothing<T: DeserializeOwned>(&self, call: Call) -> Result<Option<T>, Error> {
        let (status, body) = self.bytes(call).await?;
        if body.is_empty() {
            return Ok(None);
        }
        parse(status, &body).map(Some)
    }

    /// The whole answer of a call that succeeds.
    pub(crate) async fn bytes(&self, call: Call) -> Result<(StatusCode, Bytes), Error> {
        let answer = self.signed(&call).await?;
        let status = answer.status;
        if status.is_success() { Ok((status, answer.body)) } else { Err(answer.refusal()) }
    }

    /// Sends a call with its signature. A login that has ended is made again, once.
    async fn signed(&self, call: &Call) -> Result<Answer, Error> {
        let Credential::Password { username, password, token } = &self.credential else {
            return self.patiently(call, None).await;
        };
        if !call.signed {
            return self.patiently(call, None).await;
        }
        let old = match token.lock().await.clone() {
            Some(old) => {
                let answer = self.patiently(call, Some(&old)).await?;
                if answer.status != StatusCode::UNAUTHORIZED {
                    return Ok(answer);
                }
                Some(old)
            }
            None => None,
        };
        let mut token = token.lock().await;
        // Somebody else may have signed in meanwhile.
        if token.is_none() || *token == old {
            let login = self.sign_in(username, password.expose_secret()).await?;
            let value = HeaderValue::try_from(format!("Bearer {}", login.access_token));
            let mut value = value.map_err(|_| Error::Credential)?;
            value.set_sensitive(true);
            *token = Some(value);
        }
        let new = token.clone();
        drop(token);
        self.patiently(call, new.as_ref()).await
    }

    /// Signs in by name and password.
    pub(crate) async fn sign_in(&self, username: &str, password: &str) -> Result<Token, Error> {
        let form = Login { username: username.to_owned(), password: password.to_owned() };
        let url = self.address("api/v1/token")?;
        let attempt = || self.http.post(url.clone()).form(&form).timeout(self.timeout);
        let mut tries = 0;
        let answer = loop {
            match read(attempt()).await {
                Err(error) if error.is_connect() && tries < self.retries && self.budget.take() => {
                    tries += 1;
                    tokio::time::sleep(wait(tries, None, fastrand::f64()).unwrap_or_default()).await;
                }
                outcome => break outcome.map_err(Error::Unreachable)?,
            }
        };
        if !answer.status.is_success() {
            return Err(answer.refusal());
        }
        parse(answer.status, &answer.body)
    }

    /// Sends a call, and again where that is harmless and may help.
    async fn patiently(&self, call: &Call, token: Option<&HeaderValue>) -> Result<Answer, Error> {
        let mut tries = 0;
        loop {
            let outcome = read(self.request(call, token)?).await;
            let reads = call.method == Method::GET;
            let (again, asked) = match &outcome {
                Ok(answer) => (reads && is_passing(answer.status.as_u16()), retry_after(&answer.headers)),
                // What took too long once may do so again: nobody waits several times as long as was said.
                Err(error) => (!error.is_timeout() && (error.is_connect() || reads && !error.is_builder()), None),
            };
            if !again {
                self.budget.refund();
            } else if tries < self.retries
                && let Some(pause) = wait(tries + 1, asked, fastrand::f64())
                && self.budget.take()
            {
                tries += 1;
                tokio::time::sleep(pause).await;
                continue;
            }
            return outcome.map_err(Error::Unreachable);
        }
    }

    fn request(&self, call: &Call, token: Option<&HeaderValue>) -> Result<reqwest::RequestBuilder, Error> {
        let timeout = if call.long { self.timeout.max(LONG_TIMEOUT) } else { self.timeout };
        let mut request = self.http.request(call.method.clone(), self.address(&call.path)?).timeout(timeout);
        if !call.query.is_empty() {
            request = request.query(&call.query);
        }
        if let Some((kind, body)) = &call.body {
            request = request.header(CONTENT_TYPE, kind).body(body.clone());
        }
        Ok(match token {
            Some(token) => request.header(AUTHORIZATION, token),
            None => request,
        })
    }

    fn address(&self, path: &str) -> Result<Url, Error> {
        self.url.join(path).map_err(|_| Error::Address(path.to_owned()))
    }
}

/// An answer that has arrived as a whole.
struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
}

impl Answer {
    /// What an answer says that is no success.
    fn refusal(&self) -> Error {
        if let Some(location) = header(&self.headers, LOCATION.as_str()).filter(|_| self.status.is_redirection()) {
            return Error::Redirect { location };
        }
        let request_id = header(&self.headers, "x-request-id");
        Error::refused(self.status.as_u16(), request_id, retry_after(&self.headers), &self.body)
    }
}

fn parse<T: DeserializeOwned>(status: StatusCode, body: &[u8]) -> Result<T, Error> {
    let strange = |error: serde_json::Error| Error::Unexpected { status: status.as_u16(), reason: error.to_string() };
    serde_json::from_slice(body).map_err(strange)
}

async fn read(request: reqwest::RequestBuilder) -> Result<Answer, reqwest::Error> {
    let answer: Response = request.send().await?;
    let (status, headers) = (answer.status(), answer.headers().clone());
    Ok(Answer { status, headers, body: answer.bytes().await? })
}

fn header(headers: &HeaderMap, name: &str) -> Option<String> {
    headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned)
}

/// The seconds that a server asks to wait; a date is no answer of this API.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    header(headers, RETRY_AFTER.as_str())?.trim().parse().ok().map(Duration::from_secs)
}
