//! One provider: where to send people, and what comes back (OpenID Connect, authorization code with PKCE).

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use ochre_domain::{
    model::{Email, FirstName, LastName, Subject, Username},
    ports::{Random, RandomExt as _},
    usecase::Claimed,
};
use openidconnect::{
    AccessToken, AuthenticationFlow, AuthorizationCode, ClientId, ClientSecret, CsrfToken, EndpointMaybeSet,
    EndpointNotSet, EndpointSet, HttpRequest, HttpResponse, Nonce, OAuth2TokenResponse as _, PkceCodeChallenge,
    PkceCodeVerifier, RedirectUrl, Scope, TokenResponse as _,
    core::{CoreClient, CoreErrorResponseType, CoreIdToken, CoreProviderMetadata, CoreResponseType},
};
use secrecy::ExposeSecret as _;
use tokio::sync::RwLock;

use super::{
    OidcError, ProviderSettings,
    rules::{self, Claims},
};

/// How long a provider may take for one answer.
const TIMEOUT: Duration = Duration::from_secs(10);
/// The most that is read of an answer, in bytes.
const MAX_BYTES: usize = 1 << 20;
/// How long what a provider says of itself is kept.
const METADATA_KEPT: Duration = Duration::from_hours(1);
/// The least time between two looks at a provider's keys.
const METADATA_PAUSE: Duration = Duration::from_secs(10);

type Connected =
    CoreClient<EndpointSet, EndpointNotSet, EndpointNotSet, EndpointNotSet, EndpointMaybeSet, EndpointMaybeSet>;

/// What one sign-in must remember until the browser is back.
pub(crate) struct Secrets {
    pub(crate) state: String,
    pub(crate) nonce: String,
    pub(crate) verifier: String,
}

impl Secrets {
    /// New ones: 244 bits each, in 64 characters, which PKCE takes (43 to 128).
    pub(crate) fn new(random: &dyn Random) -> Self {
        let text = || format!("{}{}", random.uuid().simple(), random.uuid().simple());
        Self { state: text(), nonce: text(), verifier: text() }
    }
}

/// A provider.
pub(crate) struct Provider {
    pub(crate) settings: ProviderSettings,
    http: reqwest::Client,
    known: RwLock<Memory>,
}

/// What was heard of a provider.
#[derive(Default)]
struct Memory {
    known: Option<Arc<Known>>,
    /// When it did not answer the last time, and why.
    silent: Option<(Instant, String)>,
}

impl Memory {
    /// What is known and not older than `most`; an error where it was asked a moment ago in vain.
    fn recall(&self, most: Duration) -> Option<Result<Arc<Known>, OidcError>> {
        if let Some(known) = self.known.as_ref().filter(|known| known.at.elapsed() < most) {
            return Some(Ok(Arc::clone(known)));
        }
        let silent = self.silent.as_ref().filter(|(at, _)| at.elapsed() < METADATA_PAUSE);
        silent.map(|(_, why)| Err(OidcError::Unreachable(why.clone())))
    }
}

struct Known {
    metadata: CoreProviderMetadata,
    at: Instant,
}

impl Provider {
    pub(crate) fn new(settings: ProviderSettings) -> Result<Self, String> {
        let http = reqwest::Client::builder()
            .user_agent(concat!("ochre-server/", env!("CARGO_PKG_VERSION")))
            // What a provider says must come from itself.
            .redirect(reqwest::redirect::Policy::none())
            .timeout(TIMEOUT)
            .build();
        let http = http.map_err(|error| format!("no connections can be made: {error}"))?;
        Ok(Self { settings, http, known: RwLock::default() })
    }

    /// What the provider says of itself, asked again when it is older than `most`.
    async fn known(&self, most: Duration) -> Result<Arc<Known>, OidcError> {
        if let Some(outcome) = self.known.read().await.recall(most) {
            return outcome;
        }
        let mut memory = self.known.write().await;
        // Somebody else may have asked meanwhile.
        if let Some(outcome) = memory.recall(most) {
            return outcome;
        }
        let fetch = |request| fetch(self.http.clone(), request);
        let metadata = CoreProviderMetadata::discover_async(self.settings.issuer.clone(), &fetch).await;
        let metadata = match (metadata, memory.known.as_ref()) {
            (Ok(metadata), _) => metadata,
            // What it said before is better than nothing, and nobody waits for it again for a while.
            (Err(error), Some(known)) => {
                tracing::warn!(error = chain(&error), "the provider does not answer; what it said before counts");
                known.metadata.clone()
            }
            (Err(error), None) => {
                // Those who wait behind this one would all wait as long, one after the other.
                memory.silent = Some((Instant::now(), chain(&error)));
                return Err(OidcError::Unreachable(chain(&error)));
            }
        };
        let known = Arc::new(Known { metadata, at: Instant::now() });
        *memory = Memory { known: Some(Arc::clone(&known)), silent: None };
        Ok(known)
    }

    fn client(&self, known: &Known, redirect: &str) -> Result<Connected, OidcError> {
        let secret = self.settings.client_secret.as_ref().map(|secret| secret.expose_secret().to_owned());
        let redirect = RedirectUrl::new(redirect.to_owned());
        let redirect = redirect.map_err(|error| OidcError::Failed(format!("the public URL is none: {error}")))?;
        let client = CoreClient::from_provider_metadata(
            known.metadata.clone(),
            ClientId::new(self.settings.client_id.clone()),
            secret.map(ClientSecret::new),
        );
        Ok(client.set_redirect_uri(redirect))
    }

    /// Where to send a browser.
    pub(crate) async fn authorize(
        &self,
        redirect: &str,
        secrets: &Secrets,
        extra: &[(String, String)],
    ) -> Result<String, OidcError> {
        let known = self.known(METADATA_KEPT).await?;
        let client = self.client(&known, redirect)?;
        let verifier = PkceCodeVerifier::new(secrets.verifier.clone());
        let (state, nonce) = (secrets.state.clone(), secrets.nonce.clone());
        let mut request = client
            .authorize_url(
                AuthenticationFlow::<CoreResponseType>::AuthorizationCode,
                move || CsrfToken::new(state.clone()),
                move || Nonce::new(nonce.clone()),
            )
            .set_pkce_challenge(PkceCodeChallenge::from_code_verifier_sha256(&verifier));
        for scope in self.settings.scopes.iter().filter(|scope| *scope != "openid") {
            request = request.add_scope(Scope::new(scope.clone()));
        }
        for (name, value) in extra {
            request = request.add_extra_param(name.clone(), value.clone());
        }
        Ok(request.url().0.to_string())
    }

    /// The claims of whoever signed in there, by the code that the browser brought.
    pub(crate) async fn claims(&self, redirect: &str, secrets: &Secrets, code: &str) -> Result<Claims, OidcError> {
        let known = self.known(METADATA_KEPT).await?;
        let client = self.client(&known, redirect)?;
        let fetch = |request| fetch(self.http.clone(), request);
        let exchange = client
            .exchange_code(AuthorizationCode::new(code.to_owned()))
            .map_err(|_| OidcError::Failed("the provider has no token endpoint".to_owned()))?
            .set_pkce_verifier(PkceCodeVerifier::new(secrets.verifier.clone()));
        let answer = exchange.request_async(&fetch).await.map_err(|error| match error {
            openidconnect::RequestTokenError::ServerResponse(refusal) => match refusal.error() {
                // The code is used, too old, or of another sign-in: whoever brought it begins again.
                CoreErrorResponseType::InvalidGrant => {
                    OidcError::Refused("the code is not valid (any more)".to_owned())
                }
                // The client's secret or another setting is wrong, which is nothing that the browser brought.
                _ => OidcError::Failed(format!("the provider refused the code: {refusal}")),
            },
            openidconnect::RequestTokenError::Request(error) => OidcError::Unreachable(chain(&error)),
            other => OidcError::Failed(chain(&other)),
        })?;
        let token = answer.id_token().ok_or_else(|| OidcError::Failed("the provider sent no id_token".to_owned()))?;
        let mut claims = verified(&client, token, &secrets.nonce);
        if claims.is_err() {
            // It may sign with a new key by now.
            let known = self.known(METADATA_PAUSE).await?;
            claims = verified(&self.client(&known, redirect)?, token, &secrets.nonce);
        }
        let mut claims = claims?;
        self.add_user_info(&known, answer.access_token(), &mut claims).await;
        Ok(claims)
    }

    /// Adds what the provider tells at its own address for it. What the token says counts first.
    async fn add_user_info(&self, known: &Known, token: &AccessToken, claims: &mut Claims) {
        let Some(endpoint) = known.metadata.userinfo_endpoint() else { return };
        let request = http::Request::get(endpoint.url().as_str())
            .header(http::header::AUTHORIZATION, format!("Bearer {}", token.secret()))
            .header(http::header::ACCEPT, "application/json")
            .body(Vec::new());
        let Ok(request) = request else { return };
        let more = match fetch(self.http.clone(), request).await {
            Ok(answer) if answer.status().is_success() => serde_json::from_slice::<Claims>(answer.body()).ok(),
            Ok(answer) => {
                tracing::info!(
                    status = answer.status().as_u16(),
                    "the provider tells nothing at its userinfo endpoint"
                );
                None
            }
            Err(error) => {
                tracing::warn!(%error, "the provider's userinfo endpoint does not answer");
                None
            }
        };
        // It must be about the same account (OpenID Connect Core 1.0, section 5.3.2).
        if let Some(more) = more.filter(|more| more.get("sub").is_some() && more.get("sub") == claims.get("sub")) {
            for (name, value) in more {
                claims.entry(name).or_insert(value);
            }
        }
    }

    /// What the claims mean here.
    pub(crate) fn claimed(&self, claims: &Claims) -> Result<Claimed, OidcError> {
        let settings = &self.settings;
        let subject = rules::text(claims, "sub").unwrap_or_default();
        let who = Subject::try_new(settings.issuer.as_str(), subject)
            .map_err(|(part, error)| OidcError::Failed(format!("the {part} {error}")))?;
        let name = rules::text(claims, &settings.username_claim)
            .ok_or_else(|| OidcError::NoName(settings.username_claim.clone()))?;
        let username = Username::try_new(name).map_err(|_| OidcError::NoName(settings.username_claim.clone()))?;
        let first_name = rules::text(claims, "given_name").or_else(|| rules::text(claims, "name"));
        Ok(Claimed {
            who,
            username,
            first_name: first_name.and_then(|name| FirstName::try_new(name).ok()),
            last_name: rules::text(claims, "family_name").and_then(|name| LastName::try_new(name).ok()),
            email: rules::text(claims, "email").and_then(|address| Email::try_new(address).ok()),
            grant: rules::first(&settings.rules, claims).map(|(_, rule)| rule.grant.clone()),
            sync: settings.sync,
        })
    }
}

/// The claims of a token that is signed by the provider, for us, for this sign-in and for now.
fn verified(client: &Connected, token: &CoreIdToken, nonce: &str) -> Result<Claims, OidcError> {
    let bad = |why: String| OidcError::Failed(format!("the provider's id_token is not accepted: {why}"));
    token.claims(&client.id_token_verifier(), &Nonce::new(nonce.to_owned())).map_err(|error| bad(chain(&error)))?;
    // The library knows the standard's claims alone; the rules are about others.
    let payload = token.to_string().split('.').nth(1).and_then(|part| URL_SAFE_NO_PAD.decode(part).ok());
    let payload = payload.ok_or_else(|| bad("it is no JWT".to_owned()))?;
    serde_json::from_slice(&payload).map_err(|error| bad(error.to_string()))
}

/// Why no answer came.
#[derive(Debug, thiserror::Error)]
pub(super) enum FetchError {
    #[error(transparent)]
    Request(#[from] reqwest::Error),
    #[error("the answer is larger than 1 MiB")]
    TooLarge,
    #[error(transparent)]
    Http(#[from] http::Error),
}

async fn fetch(client: reqwest::Client, request: HttpRequest) -> Result<HttpResponse, FetchError> {
    let (parts, body) = request.into_parts();
    let url = parts.uri.to_string();
    let mut answer = client.request(parts.method, url).headers(parts.headers).body(body).send().await?;
    let mut bytes = Vec::new();
    while let Some(chunk) = answer.chunk().await? {
        if bytes.len() + chunk.len() > MAX_BYTES {
            return Err(FetchError::TooLarge);
        }
        bytes.extend_from_slice(&chunk);
    }
    let mut response = http::Response::builder().status(answer.status());
    if let Some(headers) = response.headers_mut() {
        headers.clone_from(answer.headers());
    }
    Ok(response.body(bytes)?)
}

/// An error with what caused it.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(next) = cause {
        text = format!("{text}: {next}");
        cause = next.source();
    }
    text
}
