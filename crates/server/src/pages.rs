//! What the pages of `ochre-web` need, by the use-cases and the security of the API.
//!
//! A page's session is a login like any other, whose token is kept in a cookie. The API never looks at cookies.

mod people;

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use http::{HeaderName, HeaderValue, header, request::Parts};
use ochre_domain::{
    Error, FieldError,
    model::{
        FirstName, LastName, LinkPurpose, LinkToken, PASSWORD_MAX_CHARS, PASSWORD_MIN_CHARS, Password, PasswordHash,
        SessionKind, Username, WorkspaceName,
    },
    policy::Actor,
    usecase::{DesiredTeam, LoginTerms, Newcomer, PlanEntry, SignedIn as Login},
};
use ochre_storage::Engine;
use ochre_web as web;
use web::{
    Console, Cookies, FieldProblem, FileProblem, Finished, Host, LinkView, Office, PasswordState, RedeemForm, Refusal,
    Secret, ServerState, ShownSetting, Visitor, Weakness,
};

use crate::{
    api::digest,
    app::App,
    cookies,
    error::ApiError,
    first_start::is_well_known,
    oidc::{Arrival, Callback, FLOW_LIFETIME, OidcError, Providers, pairs},
    security::{Sealer, chosen_password},
    serve::{Prefix, RequestId},
    wire::Caller,
};

/// How long a form of a page is taken back, in hours.
const FORM_HOURS: i64 = 12;
const SECOND: i64 = 1_000_000;
const HOUR: i64 = 3600 * SECOND;

/// Names of providers' cookies for accounts that wait for a password.
fn waiting_cookie(provider: &str) -> String {
    format!("{provider}_pending")
}

/// The cookie that remembers that somebody signed in with a password that everybody knows.
const KNOWN_COOKIE: &str = "ochre_known";

/// The pages' host.
pub(crate) struct Pages {
    app: App,
    office: Office,
    sealer: Sealer,
}

impl Pages {
    pub(crate) fn new(app: App) -> Self {
        let office = Office {
            access: app.access.clone(),
            accounts: app.accounts.clone(),
            teams: app.teams.clone(),
            keys: app.keys.clone(),
            links: app.links.clone(),
            identities: app.identities.clone(),
            trash: app.trash.clone(),
            team_file: app.team_file.clone(),
        };
        let sealer = Sealer::new(app.page_key, Arc::clone(&app.adapters.random));
        Self { app, office, sealer }
    }

    /// What is remembered of a password that everybody knows: it is worth nothing when the hash is another.
    fn mark(&self, hash: &PasswordHash) -> String {
        blake3::keyed_hash(&self.app.csrf_key, hash.expose().as_bytes()).to_hex()[..32].to_owned()
    }

    /// The name of the session's cookie. The prefix `__Host-` makes browsers keep it from other hosts and from plain http.
    fn session_cookie(&self) -> &'static str {
        if self.app.is_secure() && self.app.config.base_url == "/" { "__Host-ochre_session" } else { "ochre_session" }
    }

    fn token<'a>(&self, request: &'a Parts) -> Option<&'a str> {
        cookies::get(&request.headers, self.session_cookie()).filter(|token| !token.is_empty())
    }

    async fn known(&self, request: &Parts) -> Result<Option<Arc<Actor>>, ApiError> {
        let Some(token) = self.token(request) else { return Ok(None) };
        match self.app.actors.authenticate_token(token).await {
            Ok(known) => Ok(Some(known.actor())),
            Err(Error::Unauthenticated | Error::InvalidToken) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    fn lifetime(&self) -> Duration {
        Duration::from_secs(self.app.config.auth_token_expiration)
    }

    fn terms(&self, caller: &Caller) -> LoginTerms {
        LoginTerms { lifetime: self.lifetime(), kind: SessionKind::Web, device: caller.device() }
    }

    fn open(&self, login: &Login) -> Result<HeaderValue, ApiError> {
        let token = self.app.tokens.issue(login, self.lifetime())?;
        Ok(cookies::set(&self.app, self.session_cookie(), &token, self.lifetime()))
    }

    fn visitor_of(actor: &Actor) -> Visitor {
        let user = &actor.user;
        let password = match (user.must_change_password, user.password_hash.is_usable()) {
            (true, _) => PasswordState::MustChange,
            (false, true) => PasswordState::Set,
            (false, false) => PasswordState::None,
        };
        Visitor { username: user.username.as_str().to_owned(), password }
    }

    /// A token for forms of this browser, of this many hours since the epoch.
    fn csrf_of(&self, request: &Parts, hour: i64) -> String {
        let session = self.token(request).unwrap_or_default();
        let text = format!("{hour}\n{session}");
        format!("{hour:x}-{}", &blake3::keyed_hash(&self.app.csrf_key, text.as_bytes()).to_hex()[..32])
    }

    fn hour(&self) -> i64 {
        self.app.adapters.clock.now().micros() / HOUR
    }

    async fn arrive(&self, request: &Parts, provider: &str, arrival: &Arrival) -> Result<Finished, ApiError> {
        let caller = Caller::of(request, &self.app);
        let forget = cookies::clear(&self.app, &Providers::cookie(provider));
        match self.app.identities.sign_in(&arrival.claimed, &self.terms(&caller)).await {
            Ok(login) => {
                tracing::info!(user.id = %login.user.id, "signed in by a provider");
                let cookies = vec![forget, self.open(&login)?];
                Ok(Finished::SignedIn(web::SignedIn { cookies, next: arrival.next.clone() }))
            }
            Err(Error::NotLinked(name)) => {
                let sealed = self.app.providers.wait(provider, arrival).ok_or(Error::NoAccess)?;
                let waits = cookies::set(&self.app, &waiting_cookie(provider), &sealed, FLOW_LIFETIME);
                Ok(Finished::NotLinked { username: name.into_string(), cookies: vec![forget, waits] })
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Why not, in the words of a page.
    fn refuse(request: &Parts, error: ApiError) -> Refusal {
        match error {
            ApiError::Throttled { seconds } => Refusal::Throttled { seconds },
            ApiError::ProviderNotFound(_) | ApiError::NotFound => Refusal::NotFound,
            ApiError::Provider { detail, .. } => Refusal::Forbidden(sentence(&detail)),
            ApiError::Domain(error) => refuse(request, error),
            // What only the API says: a page's form is read by the page.
            other @ (ApiError::Invalid(_)
            | ApiError::NoJson { .. }
            | ApiError::InvalidRefreshToken
            | ApiError::UnreadableBody
            | ApiError::MissingBoundary
            | ApiError::BodyTooLarge { .. }
            | ApiError::BodyTooSlow
            | ApiError::TimedOut(_)
            | ApiError::MethodNotAllowed
            | ApiError::Internal(_)) => failed(request, &other.to_string()),
        }
    }
}

fn sentence(text: &str) -> String {
    let mut characters = text.chars();
    let first = characters.next().map(char::to_uppercase).into_iter().flatten();
    let text: String = first.chain(characters).collect();
    if text.ends_with('.') { text } else { text + "." }
}

fn failed(request: &Parts, cause: &str) -> Refusal {
    let request_id = request.extensions.get::<RequestId>().map(ToString::to_string).unwrap_or_default();
    tracing::error!(request.id = request_id, cause, "a page failed");
    Refusal::Failed { request_id }
}

fn refuse(request: &Parts, error: Error) -> Refusal {
    web::refusal(error, &|cause| failed(request, cause))
}

/// Reads values, and collects what is wrong with them.
#[derive(Default)]
struct Reader(Vec<FieldProblem>);

impl Reader {
    fn read<T>(&mut self, name: &str, value: Result<T, FieldError>) -> Option<T> {
        value.map_err(|error| self.0.push(FieldProblem::of(name, &error))).ok()
    }
}

fn newcomer(form: &RedeemForm) -> Result<(Option<Newcomer>, Password), Refusal> {
    let mut reader = Reader::default();
    let read = match form {
        RedeemForm::Reset { password } => {
            reader.read("password", chosen_password(password.expose())).map(|password| (None, password))
        }
        RedeemForm::Invitation(new) => {
            let username = reader.read("username", Username::try_new(&new.username));
            reader.0.extend(username.as_ref().and_then(web::hard_to_type));
            let first_name = reader.read("first_name", FirstName::try_new(&new.first_name));
            let last_name = new.last_name.as_deref().map(|name| reader.read("last_name", LastName::try_new(name)));
            let password = reader.read("password", chosen_password(new.password.expose()));
            let made = || {
                let last_name = match last_name {
                    Some(name) => Some(name?),
                    None => None,
                };
                Some((Some(Newcomer { username: username?, first_name: Some(first_name?), last_name }), password?))
            };
            made()
        }
    };
    read.filter(|_| reader.0.is_empty()).ok_or(Refusal::Fields(reader.0))
}

#[async_trait]
impl Host for Pages {
    fn about(&self) -> web::About {
        web::About {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            password_chars: PASSWORD_MIN_CHARS..=PASSWORD_MAX_CHARS,
        }
    }

    fn prefix(&self, request: &Parts) -> String {
        request.extensions.get::<Prefix>().map_or("/", Prefix::as_str).to_owned()
    }

    fn address(&self, request: &Parts) -> String {
        if let Some(url) = &self.app.config.public_url {
            return url.clone();
        }
        // Whoever reads the page has reached the server there; nobody else sees it.
        let host = request.headers.get(header::HOST).and_then(|host| host.to_str().ok());
        let host = host.filter(|host| host.parse::<http::uri::Authority>().is_ok() && !host.contains('@'));
        let forwarded = request.headers.get(HeaderName::from_static("x-forwarded-proto"));
        let scheme = if forwarded.is_some_and(|value| value == "https") { "https" } else { "http" };
        let here = host.map(|host| format!("{scheme}://{host}{}", self.prefix(request).trim_end_matches('/')));
        here.unwrap_or_else(|| self.app.public_url().to_owned())
    }

    fn may_lose_cookies(&self, request: &Parts) -> bool {
        let host = request.headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
        let at = self.app.public_url().strip_prefix("https://");
        // A proxy may have put its own name there: then this asks once more than it had to.
        at.is_some_and(|at| at.split('/').next() != Some(host))
    }

    fn csrf(&self, request: &Parts) -> String {
        self.csrf_of(request, self.hour())
    }

    fn csrf_ok(&self, request: &Parts, token: &str) -> bool {
        let Some(hour) = token.split_once('-').and_then(|(hour, _)| i64::from_str_radix(hour, 16).ok()) else {
            return false;
        };
        let now = self.hour();
        let in_time = (now - FORM_HOURS..=now).contains(&hour);
        // Hashes of both are compared, so that the time tells nothing.
        in_time && blake3::hash(self.csrf_of(request, hour).as_bytes()) == blake3::hash(token.as_bytes())
    }

    async fn visitor(&self, request: &Parts) -> Result<Option<Visitor>, Refusal> {
        let actor = self.known(request).await.map_err(|error| Self::refuse(request, error))?;
        Ok(actor.map(|actor| Self::visitor_of(&actor)))
    }

    async fn sign_in(&self, request: &Parts, username: &str, password: &Secret) -> Result<Cookies, Refusal> {
        let caller = Caller::of(request, &self.app);
        let password = Password::verbatim(password.expose().to_owned());
        let login = self.app.sign_in((username, &password), &caller, SessionKind::Web, self.lifetime()).await;
        let cookies = login.and_then(|login| {
            let mut cookies = vec![self.open(&login)?];
            if is_well_known(password.expose()) {
                cookies.push(cookies::set(
                    &self.app,
                    KNOWN_COOKIE,
                    &self.mark(&login.user.password_hash),
                    self.lifetime(),
                ));
            }
            Ok(cookies)
        });
        cookies.map_err(|error| Self::refuse(request, error))
    }

    async fn sign_out(&self, request: &Parts) -> Result<Cookies, Refusal> {
        let ended = async {
            if let Some(actor) = self.known(request).await? {
                self.app.access.sign_out(&actor).await?;
            }
            Ok::<_, ApiError>(())
        };
        ended.await.map_err(|error| Self::refuse(request, error))?;
        Ok(vec![cookies::clear(&self.app, self.session_cookie())])
    }

    fn providers(&self) -> Vec<web::Provider> {
        let provider = |known: &crate::oidc::ProviderSettings| web::Provider {
            name: known.name.clone(),
            label: known.label.clone(),
        };
        self.app.providers.all().map(provider).collect()
    }

    async fn begin(&self, request: &Parts, provider: &str, next: Option<&str>) -> Result<web::Departure, Refusal> {
        let mut extra = pairs(request.uri.query());
        // Where to go afterwards is nothing for the provider.
        extra.retain(|(name, _)| name != "next");
        let redirect = self.app.callback_url(provider);
        let begun = self.app.providers.begin(provider, &redirect, &extra, next.map(str::to_owned)).await;
        let departure = begun.map_err(|error| refuse_provider(&error))?;
        let cookie = cookies::set(&self.app, &Providers::cookie(provider), &departure.sealed, FLOW_LIFETIME);
        Ok(web::Departure { address: departure.address, cookies: vec![cookie] })
    }

    async fn finish(&self, request: &Parts, provider: &str) -> Result<Finished, Refusal> {
        let pairs = pairs(request.uri.query());
        let callback = Callback::of(&pairs, cookies::get(&request.headers, &Providers::cookie(provider)));
        let arrival = self.app.providers.finish(provider, &self.app.callback_url(provider), &callback).await;
        let arrival = arrival.map_err(|error| refuse_provider(&error))?;
        match self.arrive(request, provider, &arrival).await {
            // The account here may not sign in: there is no password that could be wrong.
            Err(ApiError::Domain(Error::Unauthenticated)) => {
                Err(Refusal::Forbidden("Your account here may not sign in. Ask an owner.".to_owned()))
            }
            outcome => outcome.map_err(|error| Self::refuse(request, error)),
        }
    }

    async fn link_by_password(
        &self,
        request: &Parts,
        provider: &str,
        password: &Secret,
    ) -> Result<web::SignedIn, Refusal> {
        let sealed = cookies::get(&request.headers, &waiting_cookie(provider));
        let arrival = self.app.providers.waiting(provider, sealed).map_err(|error| refuse_provider(&error))?;
        let caller = Caller::of(request, &self.app);
        let linked = async {
            let attempt = self.app.begin_attempt(arrival.claimed.username.as_str(), &caller)?;
            let password = Password::verbatim(password.expose().to_owned());
            let outcome = self.app.identities.link_by_password(&arrival.claimed, &password, &self.terms(&caller)).await;
            let login = attempt.conclude(outcome)?;
            let cookies = vec![cookies::clear(&self.app, &waiting_cookie(provider)), self.open(&login)?];
            Ok(web::SignedIn { cookies, next: arrival.next.clone() })
        };
        linked.await.map_err(|error| Self::refuse(request, error))
    }

    async fn link(&self, request: &Parts, token: &str) -> Result<LinkView, Refusal> {
        let view = self.app.links.inspect(token).await.map_err(|error| refuse(request, error))?;
        let expires_at = view.link.expires_at.seconds();
        match (&view.link.purpose, view.username) {
            (LinkPurpose::Invitation { role, .. }, _) => Ok(LinkView::Invitation {
                role: role.to_string(),
                workspaces: view.workspaces.into_iter().map(WorkspaceName::into_string).collect(),
                expires_at,
            }),
            (LinkPurpose::Reset(_), Some(username)) => {
                Ok(LinkView::Reset { username: username.into_string(), expires_at })
            }
            (LinkPurpose::Reset(_), None) => Err(Refusal::Gone),
        }
    }

    async fn redeem(&self, request: &Parts, token: &str, form: RedeemForm) -> Result<(), Refusal> {
        let (newcomer, password) = newcomer(&form)?;
        let used = self.app.links.redeem(token, newcomer, &password).await;
        used.map(|_| ()).map_err(|error| refuse(request, error))
    }

    async fn change_password(&self, request: &Parts, current: &Secret, new: &Secret) -> Result<(), Refusal> {
        let mut reader = Reader::default();
        let new = reader.read("password", chosen_password(new.expose())).ok_or(Refusal::Fields(reader.0))?;
        let current = Password::verbatim(current.expose().to_owned());
        let caller = Caller::of(request, &self.app);
        let changed = async {
            let actor = self.known(request).await?.ok_or(Error::Unauthenticated)?;
            let attempt = self.app.begin_attempt(actor.user.username.as_str(), &caller)?;
            let outcome = self.app.accounts.change_password(&actor, &current, &new).await;
            Ok(attempt.conclude(outcome)?)
        };
        // The session that signed the call goes on with the cookie that it has.
        changed.await.map_err(|error| Self::refuse(request, error))
    }
}

fn refuse_provider(error: &OidcError) -> Refusal {
    match error {
        OidcError::UnknownProvider(_) => Refusal::NotFound,
        OidcError::Missing(_) | OidcError::State => Refusal::Gone,
        OidcError::Refused(_) | OidcError::NoName(_) => Refusal::Forbidden(sentence(&error.to_string())),
        OidcError::Unreachable(_) | OidcError::Failed(_) => {
            tracing::warn!(%error, "a sign-in by a provider failed");
            Refusal::ProviderFailed
        }
    }
}

#[async_trait]
impl Console for Pages {
    fn office(&self) -> &Office {
        &self.office
    }

    async fn actor(&self, request: &Parts) -> Result<Option<Arc<Actor>>, Refusal> {
        self.known(request).await.map_err(|error| Self::refuse(request, error))
    }

    fn failed(&self, request: &Parts, cause: &str) -> Refusal {
        failed(request, cause)
    }

    fn chosen_password(&self, text: &str) -> Result<Password, FieldError> {
        chosen_password(text)
    }

    fn is_well_known(&self, hash: &PasswordHash, request: &Parts) -> bool {
        cookies::get(&request.headers, KNOWN_COOKIE).is_some_and(|mark| mark == self.mark(hash))
    }

    fn link_url(&self, token: &LinkToken) -> String {
        self.app.link_url(token)
    }

    fn seal(&self, text: &str) -> String {
        self.sealer.seal(&text)
    }

    fn unseal(&self, sealed: &str) -> Option<String> {
        self.sealer.open(sealed)
    }

    fn cookie(&self, name: &str, value: Option<&str>, lifetime: Duration) -> HeaderValue {
        cookies::set(&self.app, name, value.unwrap_or_default(), lifetime)
    }

    fn weakness(&self, request: &Parts) -> Option<Weakness> {
        if self.address(request).starts_with("http://") {
            return (!Caller::of(request, &self.app).address.is_loopback()).then_some(Weakness::Readable);
        }
        (!self.app.is_secure()).then_some(Weakness::UnknownHttps)
    }

    fn read_people(&self, file: &str) -> Result<DesiredTeam, Vec<FileProblem>> {
        people::read(file)
    }

    fn digest(&self, entries: &[PlanEntry]) -> String {
        digest(entries)
    }

    fn write_team(&self, team: DesiredTeam) -> String {
        people::write(team)
    }

    async fn state(&self) -> ServerState {
        let database = match self.app.store.engine() {
            Engine::Sqlite => "SQLite",
            Engine::Postgres => "PostgreSQL",
        };
        let health = self.app.store.check_writable().await.map_err(|error| error.to_string());
        let setting = |shown: &crate::config::Shown| ShownSetting {
            name: shown.name.to_owned(),
            value: shown.value.clone(),
            origin: shown.origin.clone(),
        };
        ServerState {
            database: database.to_owned(),
            health,
            settings: self.app.config.shown.iter().map(setting).collect(),
        }
    }
}
