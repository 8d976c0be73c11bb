//! Signing in by a provider (OpenID Connect).
//!
//! A sign-in leaves with a state, a nonce and a PKCE verifier, which wait in a sealed cookie: nothing is stored here, and any server
//! on the same master key can go on with it. Who somebody is and what that gives is decided by
//! `ochre_domain::usecase::Identities`.

mod config;
mod provider;
mod rules;

use std::{collections::BTreeMap, path::Path, sync::Arc, time::Duration};

use ochre_domain::{
    model::{Email, FirstName, LastName, Subject, Timestamp, Username},
    ports::{Clock, Random},
    usecase::{Claimed, ProviderGrant},
};
use serde::{Deserialize, Serialize};

pub(crate) use config::ProviderSettings;
pub(crate) use config::read;
pub(crate) use provider::{Provider, Secrets};
pub(crate) use rules::{Claims, first};

use crate::security::Sealer;

/// How long somebody may take at the provider, and to type the password of an account to be linked.
pub(crate) const FLOW_LIFETIME: Duration = Duration::from_mins(10);

/// The reasons that a provider may give (RFC 6749, section 4.1.2.1; OpenID Connect Core 1.0, section 3.1.2.6).
const ERRORS: &[&str] = &[
    "access_denied",
    "invalid_request",
    "unauthorized_client",
    "unsupported_response_type",
    "invalid_scope",
    "server_error",
    "temporarily_unavailable",
    "interaction_required",
    "login_required",
    "account_selection_required",
    "consent_required",
];

/// Why signing in by a provider failed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum OidcError {
    /// There is no provider of this name.
    #[error("no such provider")]
    UnknownProvider(String),
    /// The browser came back without something.
    #[error("'{0}' parameter was not found in callback request")]
    Missing(&'static str),
    /// The browser came back with a state that is not its own, or too late.
    #[error("'state' parameter does not match")]
    State,
    /// The provider refused, or whoever was asked declined.
    #[error("the provider refused: {0}")]
    Refused(String),
    /// The account at the provider has no name that a user could have.
    #[error("the account at the provider has no usable claim `{0}`")]
    NoName(String),
    /// The provider cannot be reached.
    #[error("the provider cannot be reached: {0}")]
    Unreachable(String),
    /// The provider does not do its part, or its settings here are wrong.
    #[error("{0}")]
    Failed(String),
}

/// What waits in the browser while somebody is at the provider.
#[derive(Serialize, Deserialize)]
struct Flow {
    provider: String,
    state: String,
    nonce: String,
    verifier: String,
    next: Option<String>,
    /// In microseconds since the epoch.
    until: i64,
}

/// What waits in the browser while somebody types the password of the account to be linked.
#[derive(Serialize, Deserialize)]
struct Pending {
    provider: String,
    issuer: String,
    subject: String,
    username: String,
    first_name: Option<String>,
    last_name: Option<String>,
    email: Option<String>,
    /// A digest of what the rule gives, for a browser keeps no more than 4 KiB.
    grant: [u8; 32],
    next: Option<String>,
    until: i64,
}

/// A sign-in that has left for the provider.
pub(crate) struct Departure {
    /// Where to.
    pub(crate) address: String,
    /// What the browser must bring back.
    pub(crate) sealed: String,
}

/// A sign-in that has come back.
pub(crate) struct Arrival {
    pub(crate) claimed: Claimed,
    /// Where the browser wanted to go at first.
    pub(crate) next: Option<String>,
}

/// What the browser brought back.
#[derive(Debug, Default)]
pub(crate) struct Callback<'a> {
    pub(crate) code: Option<&'a str>,
    pub(crate) state: Option<&'a str>,
    pub(crate) error: Option<&'a str>,
    pub(crate) issuer: Option<&'a str>,
    /// The cookie.
    pub(crate) sealed: Option<&'a str>,
}

/// The parameters of a query; none where it is none.
pub(crate) fn pairs(query: Option<&str>) -> Vec<(String, String)> {
    serde_urlencoded::from_str(query.unwrap_or_default()).unwrap_or_default()
}

impl<'a> Callback<'a> {
    /// From the parameters of the request; the last of equal names counts.
    pub(crate) fn of(pairs: &'a [(String, String)], sealed: Option<&'a str>) -> Self {
        let value = |name: &str| pairs.iter().rev().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
        Self { code: value("code"), state: value("state"), error: value("error"), issuer: value("iss"), sealed }
    }
}

/// The providers.
pub(crate) struct Providers {
    by_name: BTreeMap<String, Provider>,
    order: Vec<String>,
    sealer: Sealer,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
}

impl Providers {
    pub(crate) fn new(
        settings: Vec<ProviderSettings>,
        sealer: Sealer,
        clock: Arc<dyn Clock>,
        random: Arc<dyn Random>,
    ) -> Result<Self, String> {
        let order = settings.iter().map(|provider| provider.name.clone()).collect();
        let made = settings.into_iter().map(|settings| Ok((settings.name.clone(), Provider::new(settings)?)));
        Ok(Self { by_name: made.collect::<Result<_, String>>()?, order, sealer, clock, random })
    }

    /// In the order of the configuration.
    pub(crate) fn all(&self) -> impl Iterator<Item = &ProviderSettings> {
        self.order.iter().filter_map(|name| self.by_name.get(name)).map(|provider| &provider.settings)
    }

    pub(crate) fn get(&self, name: &str) -> Result<&Provider, OidcError> {
        self.by_name.get(name).ok_or_else(|| OidcError::UnknownProvider(name.to_owned()))
    }

    /// The name of the cookie that waits in the browser.
    pub(crate) fn cookie(name: &str) -> String {
        format!("{name}_oauth2_state")
    }

    fn end(&self) -> i64 {
        self.clock.now().plus(FLOW_LIFETIME).micros()
    }

    /// Begins a sign-in. What `extra` says goes to the provider as well, except for what the flow itself needs.
    pub(crate) async fn begin(
        &self,
        name: &str,
        redirect: &str,
        extra: &[(String, String)],
        next: Option<String>,
    ) -> Result<Departure, OidcError> {
        const OURS: &[&str] = &[
            "response_type",
            "response_mode",
            "client_id",
            "redirect_uri",
            "scope",
            "state",
            "nonce",
            "code_challenge",
            "code_challenge_method",
            "request",
            "request_uri",
        ];
        let provider = self.get(name)?;
        let secrets = Secrets::new(self.random.as_ref());
        let extra: Vec<_> = extra.iter().filter(|(key, _)| !OURS.contains(&key.as_str())).cloned().collect();
        let address = provider.authorize(redirect, &secrets, &extra).await?;
        let Secrets { state, nonce, verifier } = secrets;
        let flow = Flow { provider: name.to_owned(), state, nonce, verifier, next, until: self.end() };
        Ok(Departure { address, sealed: self.sealer.seal(&flow) })
    }

    /// Ends a sign-in: who it was.
    pub(crate) async fn finish(
        &self,
        name: &str,
        redirect: &str,
        callback: &Callback<'_>,
    ) -> Result<Arrival, OidcError> {
        let provider = self.get(name)?;
        if callback.code.is_none() && callback.error.is_none() {
            return Err(OidcError::Missing("code"));
        }
        let state = callback.state.ok_or(OidcError::Missing("state"))?;
        let flow: Flow = callback.sealed.and_then(|sealed| self.sealer.open(sealed)).ok_or(OidcError::State)?;
        let late = Timestamp::from_micros(flow.until).is_over(self.clock.now());
        // Another provider's answer must not be taken for this one's (RFC 9207).
        let foreign = callback.issuer.is_some_and(|issuer| issuer != provider.settings.issuer.as_str());
        if flow.provider != name || flow.state != state || late || foreign {
            return Err(OidcError::State);
        }
        // Only now: what a stranger's link says is not repeated.
        if let Some(error) = callback.error {
            let known = ERRORS.iter().find(|known| **known == error);
            return Err(OidcError::Refused(known.copied().unwrap_or("it gave no reason that is known").to_owned()));
        }
        let code = callback.code.ok_or(OidcError::Missing("code"))?;
        let secrets = Secrets { state: flow.state, nonce: flow.nonce, verifier: flow.verifier };
        let claims = provider.claims(redirect, &secrets, code).await?;
        Ok(Arrival { claimed: provider.claimed(&claims)?, next: flow.next })
    }

    /// Lets an account at a provider wait for the password of the local account of its name.
    pub(crate) fn wait(&self, name: &str, arrival: &Arrival) -> Option<String> {
        let claimed = &arrival.claimed;
        let grant = digest(claimed.grant.as_ref()?);
        Some(self.sealer.seal(&Pending {
            provider: name.to_owned(),
            issuer: claimed.who.issuer().to_owned(),
            subject: claimed.who.subject().to_owned(),
            username: claimed.username.as_str().to_owned(),
            first_name: claimed.first_name.as_ref().map(|name| name.as_str().to_owned()),
            last_name: claimed.last_name.as_ref().map(|name| name.as_str().to_owned()),
            email: claimed.email.as_ref().map(|address| address.as_str().to_owned()),
            grant,
            next: arrival.next.clone(),
            until: self.end(),
        }))
    }

    /// The account at a provider that waits.
    pub(crate) fn waiting(&self, name: &str, sealed: Option<&str>) -> Result<Arrival, OidcError> {
        let pending: Pending = sealed.and_then(|sealed| self.sealer.open(sealed)).ok_or(OidcError::State)?;
        let late = Timestamp::from_micros(pending.until).is_over(self.clock.now());
        let settings = &self.get(name)?.settings;
        if pending.provider != name || late {
            return Err(OidcError::State);
        }
        // Another configuration may hold by now: the rule is known by what it gives, not by its place.
        let grant = settings.rules.iter().map(|rule| &rule.grant).find(|grant| digest(grant) == pending.grant);
        let grant = grant.ok_or(OidcError::State)?.clone();
        let claimed = Claimed {
            who: Subject::verbatim(pending.issuer, pending.subject),
            username: Username::verbatim(pending.username),
            first_name: pending.first_name.map(FirstName::verbatim),
            last_name: pending.last_name.map(LastName::verbatim),
            email: pending.email.map(Email::verbatim),
            grant: Some(grant),
            sync: settings.sync,
        };
        Ok(Arrival { claimed, next: pending.next })
    }
}

fn digest(grant: &ProviderGrant) -> [u8; 32] {
    let mut hasher = blake3::Hasher::new();
    hasher.update(grant.role.as_str().as_bytes());
    for name in &grant.workspaces {
        // No name holds a line break.
        hasher.update(b"\n").update(name.as_str().as_bytes());
    }
    *hasher.finalize().as_bytes()
}

/// The providers of a file; none where there is no file.
pub(crate) fn settings(path: Option<&Path>) -> Result<Vec<ProviderSettings>, String> {
    path.map_or_else(|| Ok(Vec::new()), read)
}
