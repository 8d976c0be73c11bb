//! What the pages of `ochre-web` need, by the use-cases and the security of the API.
//!
//! A page's session is a login like any other, whose token is kept in a cookie. The API never looks at cookies.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use http::{HeaderName, HeaderValue, header, request::Parts};
use ochre_domain::{
    Error, FieldError,
    model::{
        FirstName, LastName, LinkPurpose, PASSWORD_MAX_CHARS, PASSWORD_MIN_CHARS, Password, SessionKind, Username,
        WorkspaceName,
    },
    policy::{Actor, sees_every_workspace},
    ports::{Direction, Order, Sort},
    usecase::{LoginTerms, Newcomer, PageRequest, SignedIn as Login, WorkspaceSearch},
};
use ochre_web as web;
use web::{Cookies, FieldProblem, Finished, Host, LinkView, PasswordState, RedeemForm, Refusal, Secret, Visitor};

use crate::{
    app::App,
    cookies,
    error::ApiError,
    oidc::{Arrival, Callback, FLOW_LIFETIME, OidcError, Providers, pairs},
    security::chosen_password,
    serve::{Prefix, RequestId},
    wire::Caller,
};

/// How long a form of a page is taken back, in hours.
const FORM_HOURS: i64 = 12;
/// Workspaces that a page names.
const SHOWN_WORKSPACES: u32 = 50;
const SECOND: i64 = 1_000_000;
const HOUR: i64 = 3600 * SECOND;

/// Names of providers' cookies for accounts that wait for a password.
fn waiting_cookie(provider: &str) -> String {
    format!("{provider}_pending")
}

/// The pages' host.
pub(crate) struct Pages(pub(crate) App);

impl Pages {
    /// The name of the session's cookie. The prefix `__Host-` makes browsers keep it from other hosts and from plain http.
    fn session_cookie(&self) -> &'static str {
        if self.0.is_secure() && self.0.config.base_url == "/" { "__Host-ochre_session" } else { "ochre_session" }
    }

    fn token<'a>(&self, request: &'a Parts) -> Option<&'a str> {
        cookies::get(&request.headers, self.session_cookie()).filter(|token| !token.is_empty())
    }

    async fn actor(&self, request: &Parts) -> Result<Option<Arc<Actor>>, ApiError> {
        let Some(token) = self.token(request) else { return Ok(None) };
        match self.0.actors.authenticate_token(token).await {
            Ok(known) => Ok(Some(known.actor())),
            Err(Error::Unauthenticated | Error::InvalidToken) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    fn lifetime(&self) -> Duration {
        Duration::from_secs(self.0.config.auth_token_expiration)
    }

    fn terms(&self, caller: &Caller) -> LoginTerms {
        LoginTerms { lifetime: self.lifetime(), kind: SessionKind::Web, device: caller.device() }
    }

    fn open(&self, login: &Login) -> Result<HeaderValue, ApiError> {
        let token = self.0.tokens.issue(login, self.lifetime())?;
        Ok(cookies::set(&self.0, self.session_cookie(), &token, self.lifetime()))
    }

    async fn visitor_of(&self, actor: &Actor) -> Result<Visitor, ApiError> {
        let user = &actor.user;
        let password = match (user.must_change_password, user.password_hash.is_usable()) {
            (true, _) => PasswordState::MustChange,
            (false, true) => PasswordState::Set,
            (false, false) => PasswordState::None,
        };
        let mut workspaces = Vec::new();
        // Whoever must set another password first sees nothing else.
        if !user.must_change_password {
            let order = Order { by: Sort::Name, direction: Direction::Ascending };
            let request = PageRequest { order, after: None, limit: SHOWN_WORKSPACES };
            let page = self.0.teams.search(actor, WorkspaceSearch::default(), request).await?;
            workspaces.extend(page.entries.into_iter().map(|workspace| workspace.name.into_string()));
            if page.next.is_some() {
                workspaces.push("…".to_owned());
            }
        }
        Ok(Visitor {
            id: user.id.to_string(),
            username: user.username.as_str().to_owned(),
            first_name: user.first_name.as_str().to_owned(),
            last_name: user.last_name.as_ref().map(|name| name.as_str().to_owned()),
            role: user.role.to_string(),
            workspaces,
            reaches_every_workspace: sees_every_workspace(user.role),
            password,
        })
    }

    /// A token for forms of this browser, of this many hours since the epoch.
    fn csrf_of(&self, request: &Parts, hour: i64) -> String {
        let session = self.token(request).unwrap_or_default();
        let text = format!("{hour}\n{session}");
        format!("{hour:x}-{}", &blake3::keyed_hash(&self.0.csrf_key, text.as_bytes()).to_hex()[..32])
    }

    fn hour(&self) -> i64 {
        self.0.adapters.clock.now().micros() / HOUR
    }

    async fn arrive(&self, request: &Parts, provider: &str, arrival: &Arrival) -> Result<Finished, ApiError> {
        let caller = Caller::of(request, &self.0);
        let forget = cookies::clear(&self.0, &Providers::cookie(provider));
        match self.0.identities.sign_in(&arrival.claimed, &self.terms(&caller)).await {
            Ok(login) => {
                tracing::info!(user.id = %login.user.id, "signed in by a provider");
                let cookies = vec![forget, self.open(&login)?];
                Ok(Finished::SignedIn(web::SignedIn { cookies, next: arrival.next.clone() }))
            }
            Err(Error::NotLinked(name)) => {
                let sealed = self.0.providers.wait(provider, arrival).ok_or(Error::NoAccess)?;
                let waits = cookies::set(&self.0, &waiting_cookie(provider), &sealed, FLOW_LIFETIME);
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
            other => failed(request, &other.to_string()),
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

fn field(name: &str, message: &str) -> Refusal {
    Refusal::Fields(vec![FieldProblem::new(name, message)])
}

fn refuse(request: &Parts, error: Error) -> Refusal {
    use ochre_domain::ports::{GateError, StorageError};
    match error {
        Error::Unauthenticated | Error::InvalidToken | Error::WrongPassword => Refusal::WrongPassword,
        Error::DeadLink => Refusal::Gone,
        Error::UsernameTaken(_) => field("username", "Somebody has this user name already. Choose another one."),
        Error::SamePassword => field("password", "The new password should be another than the one of now."),
        Error::PasswordIsName => field("password", "The password should not be the user name."),
        Error::NoAccess => {
            Refusal::Forbidden("Your account there gives no access here. Ask whoever runs this server.".to_owned())
        }
        Error::IdentityTaken => {
            Refusal::Forbidden("Your account there signs in somebody else already. Ask an owner.".to_owned())
        }
        Error::Forbidden | Error::PasswordChangeRequired => {
            Refusal::Forbidden("Your account may not do this.".to_owned())
        }
        Error::Gate(GateError::Full) => Refusal::Busy,
        Error::Storage(StorageError::Unavailable(cause)) => {
            let request_id = request.extensions.get::<RequestId>().map(ToString::to_string);
            tracing::error!(request.id = request_id, cause, "a page waits for the database");
            Refusal::Busy
        }
        other => failed(request, &other.to_string()),
    }
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
    read.ok_or(Refusal::Fields(reader.0))
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
        if let Some(url) = &self.0.config.public_url {
            return url.clone();
        }
        // Whoever reads the page has reached the server there; nobody else sees it.
        let host = request.headers.get(header::HOST).and_then(|host| host.to_str().ok());
        let host = host.filter(|host| host.parse::<http::uri::Authority>().is_ok() && !host.contains('@'));
        let forwarded = request.headers.get(HeaderName::from_static("x-forwarded-proto"));
        let scheme = if forwarded.is_some_and(|value| value == "https") { "https" } else { "http" };
        let here = host.map(|host| format!("{scheme}://{host}{}", self.prefix(request).trim_end_matches('/')));
        here.unwrap_or_else(|| self.0.public_url().to_owned())
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
        let found = async {
            match self.actor(request).await? {
                Some(actor) => self.visitor_of(&actor).await.map(Some),
                None => Ok(None),
            }
        };
        found.await.map_err(|error| Self::refuse(request, error))
    }

    async fn sign_in(&self, request: &Parts, username: &str, password: &Secret) -> Result<Cookies, Refusal> {
        let caller = Caller::of(request, &self.0);
        let password = Password::verbatim(password.expose().to_owned());
        let login = self.0.sign_in((username, &password), &caller, SessionKind::Web, self.lifetime()).await;
        let cookie = login.and_then(|login| self.open(&login));
        cookie.map(|cookie| vec![cookie]).map_err(|error| Self::refuse(request, error))
    }

    async fn sign_out(&self, request: &Parts) -> Result<Cookies, Refusal> {
        let ended = async {
            if let Some(actor) = self.actor(request).await? {
                self.0.access.sign_out(&actor).await?;
            }
            Ok::<_, ApiError>(())
        };
        ended.await.map_err(|error| Self::refuse(request, error))?;
        Ok(vec![cookies::clear(&self.0, self.session_cookie())])
    }

    fn providers(&self) -> Vec<web::Provider> {
        let provider = |known: &crate::oidc::ProviderSettings| web::Provider {
            name: known.name.clone(),
            label: known.label.clone(),
        };
        self.0.providers.all().map(provider).collect()
    }

    async fn begin(&self, request: &Parts, provider: &str, next: Option<&str>) -> Result<web::Departure, Refusal> {
        let mut extra = pairs(request.uri.query());
        // Where to go afterwards is nothing for the provider.
        extra.retain(|(name, _)| name != "next");
        let redirect = self.0.callback_url(provider);
        let begun = self.0.providers.begin(provider, &redirect, &extra, next.map(str::to_owned)).await;
        let departure = begun.map_err(|error| refuse_provider(&error))?;
        let cookie = cookies::set(&self.0, &Providers::cookie(provider), &departure.sealed, FLOW_LIFETIME);
        Ok(web::Departure { address: departure.address, cookies: vec![cookie] })
    }

    async fn finish(&self, request: &Parts, provider: &str) -> Result<Finished, Refusal> {
        let pairs = pairs(request.uri.query());
        let callback = Callback::of(&pairs, cookies::get(&request.headers, &Providers::cookie(provider)));
        let arrival = self.0.providers.finish(provider, &self.0.callback_url(provider), &callback).await;
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
        let arrival = self.0.providers.waiting(provider, sealed).map_err(|error| refuse_provider(&error))?;
        let caller = Caller::of(request, &self.0);
        let linked = async {
            let attempt = self.0.begin_attempt(arrival.claimed.username.as_str(), &caller)?;
            let password = Password::verbatim(password.expose().to_owned());
            let outcome = self.0.identities.link_by_password(&arrival.claimed, &password, &self.terms(&caller)).await;
            let login = attempt.conclude(outcome)?;
            let cookies = vec![cookies::clear(&self.0, &waiting_cookie(provider)), self.open(&login)?];
            Ok(web::SignedIn { cookies, next: arrival.next.clone() })
        };
        linked.await.map_err(|error| Self::refuse(request, error))
    }

    async fn link(&self, request: &Parts, token: &str) -> Result<LinkView, Refusal> {
        let view = self.0.links.inspect(token).await.map_err(|error| refuse(request, error))?;
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
        let used = self.0.links.redeem(token, newcomer, &password).await;
        used.map(|_| ()).map_err(|error| refuse(request, error))
    }

    async fn change_password(
        &self,
        request: &Parts,
        _: &Visitor,
        current: &Secret,
        new: &Secret,
    ) -> Result<Cookies, Refusal> {
        let mut reader = Reader::default();
        let new = reader.read("password", chosen_password(new.expose())).ok_or(Refusal::Fields(reader.0))?;
        let current = Password::verbatim(current.expose().to_owned());
        let caller = Caller::of(request, &self.0);
        let changed = async {
            let actor = self.actor(request).await?.ok_or(Error::Unauthenticated)?;
            let attempt = self.0.begin_attempt(actor.user.username.as_str(), &caller)?;
            let outcome = self.0.accounts.change_password(&actor, &current, &new).await;
            attempt.conclude(outcome)?;
            Ok(Vec::new())
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
