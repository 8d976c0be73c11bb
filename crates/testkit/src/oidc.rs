//! A real OpenID provider (`tests/oidc`), one for each test that needs it.

use std::{
    io::{BufRead as _, BufReader},
    path::PathBuf,
    process::{Child, Command, Stdio},
};

use serde_json::{Value, json};

/// Where the provider is installed, if it is: a directory with `provider.mjs` and its packages.
#[must_use]
pub fn oidc_directory() -> Option<PathBuf> {
    #[expect(clippy::disallowed_methods, reason = "the tests' own setting")]
    let directory = std::env::var_os("OCHRE_TEST_OIDC");
    directory.filter(|path| !path.is_empty()).map(PathBuf::from)
}

/// A provider on a free port, which ends with its test.
#[derive(Debug)]
pub struct OidcProvider {
    /// Its address.
    pub issuer: String,
    child: Child,
    http: reqwest::Client,
}

impl OidcProvider {
    /// Starts one, without a client yet; `None` where it is not installed.
    ///
    /// # Panics
    /// When it does not start.
    #[must_use]
    pub fn start() -> Option<Self> {
        let directory = oidc_directory()?;
        let mut child = Command::new("node")
            .arg("provider.mjs")
            .current_dir(directory)
            // It ends when this one does.
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("node");
        let mut line = String::new();
        let output = child.stdout.take().expect("an output");
        BufReader::new(output).read_line(&mut line).expect("a line");
        let started: Value = serde_json::from_str(&line).expect("an issuer");
        let issuer = started["issuer"].as_str().expect("an issuer").to_owned();
        Some(Self { issuer, child, http: crate::people::http() })
    }

    /// Knows the client `ochre` from now on, which people are sent back to at this address.
    ///
    /// # Panics
    /// When that is not possible.
    pub async fn register(&self, redirect: &str) {
        let client = json!([{"client_id": "ochre", "client_secret": "ochre-secret", "redirect_uris": [redirect]}]);
        self.post("clients", &client).await;
    }

    /// Replaces an account's claims.
    ///
    /// # Panics
    /// When that is not possible.
    pub async fn set_account(&self, key: &str, claims: &Value) {
        self.post(&format!("accounts/{key}"), claims).await;
    }

    /// Signs with a new key from now on, and forgets the old one.
    ///
    /// # Panics
    /// When that is not possible.
    pub async fn rotate_keys(&self) {
        self.post("rotate-keys", &json!({"forget": true})).await;
    }

    async fn post(&self, path: &str, body: &Value) {
        let answer = self.http.post(format!("{}/test/{path}", self.issuer)).json(body).send().await;
        let answer = answer.expect("an answer");
        assert!(answer.status().is_success(), "{path}: {}", answer.text().await.unwrap_or_default());
    }
}

impl Drop for OidcProvider {
    fn drop(&mut self) {
        // It ends with its input in any case.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
