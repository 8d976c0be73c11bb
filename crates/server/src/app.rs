//! Everything that a request handler may need, put together once.

use std::{
    ops::Deref,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use bytes::Bytes;
use ochre_domain::{
    model::{LinkToken, Password, SessionKind},
    usecase::{
        Access, Accounts, Adapters, Bootstrap, Identities, Keys, Links, LoginTerms, SignedIn, TeamFile, Teams, Trash,
        UsersFile,
    },
};
use ochre_storage::SqlStore;

use crate::{
    StartError,
    auth::Actors,
    config::Config,
    error::ApiError,
    foundation::Foundation,
    mail::Mail,
    oidc::{self, Providers},
    security::{Attempt, Sealer, Stopwatch, Throttle, Tokens},
    wire::Caller,
};

/// HS256 is as strong as its secret: RFC 7518 (section 3.2) asks for 256 bits.
const GOOD_SECRET_BYTES: usize = 32;

/// The running application; cheap to clone.
#[derive(Clone)]
pub(crate) struct App(Arc<Parts>);

pub(crate) struct Parts {
    pub(crate) config: Config,
    pub(crate) store: SqlStore,
    pub(crate) adapters: Adapters,
    pub(crate) access: Access,
    pub(crate) accounts: Accounts,
    pub(crate) teams: Teams,
    pub(crate) keys: Keys,
    pub(crate) links: Links,
    pub(crate) identities: Identities,
    pub(crate) trash: Trash,
    pub(crate) team_file: TeamFile,
    pub(crate) bootstrap: Bootstrap,
    pub(crate) users_file: UsersFile,
    pub(crate) tokens: Arc<Tokens>,
    pub(crate) actors: Actors,
    pub(crate) throttle: Throttle,
    pub(crate) mail: Mail,
    pub(crate) providers: Providers,
    /// What tokens of forms are made with.
    pub(crate) csrf_key: [u8; 32],
    /// What is sealed with that waits in a browser between two pages.
    pub(crate) page_key: [u8; 32],
    pub(crate) openapi: Bytes,
    /// Where people find the server; known when it listens.
    public_url: OnceLock<String>,
    draining: AtomicBool,
}

impl Deref for App {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}

impl App {
    pub(crate) fn new(config: Config, foundation: Foundation, openapi: Bytes) -> Result<Self, StartError> {
        let Foundation { store, master, adapters, .. } = foundation;
        let clock = Arc::clone(&adapters.clock);
        let tokens = match &config.auth_secret_key {
            Some(secret) => {
                if secret.expose().len() < GOOD_SECRET_BYTES {
                    tracing::warn!(
                        "the secret that signs tokens is shorter than {GOOD_SECRET_BYTES} characters and could be guessed \
                         from a token"
                    );
                }
                Tokens::new(secret.expose().as_bytes(), Arc::clone(&clock))
            }
            None => Tokens::new(&master.derive("ochre 2026-11-22 token signing"), Arc::clone(&clock)),
        };
        let tokens = Arc::new(tokens);
        let access = Access::new(adapters.clone());
        let throttle = Throttle::new(Arc::new(Stopwatch::start()), config.login_throttle);
        let mail = Mail::new(config.mail.as_ref()).map_err(StartError::Settings)?;
        let sealer = Sealer::new(master.derive("ochre 2026-11-27 provider sign-in"), Arc::clone(&adapters.random));
        let settings = oidc::settings(config.oidc_config.as_deref()).map_err(StartError::Settings)?;
        let providers = Providers::new(settings, sealer, Arc::clone(&clock), Arc::clone(&adapters.random));
        let providers = providers.map_err(StartError::Settings)?;
        let actors = Actors::new(access.clone(), Arc::clone(&tokens), Arc::clone(&adapters.vault), clock);
        store.subscribe(Arc::new(actors.clone()));
        Ok(Self(Arc::new(Parts {
            config,
            store,
            access,
            accounts: Accounts::new(adapters.clone()),
            teams: Teams::new(adapters.clone()),
            keys: Keys::new(adapters.clone()),
            links: Links::new(adapters.clone()),
            identities: Identities::new(adapters.clone()),
            trash: Trash::new(adapters.clone()),
            team_file: TeamFile::new(adapters.clone()),
            bootstrap: Bootstrap::new(adapters.clone()),
            users_file: UsersFile::new(adapters.clone()),
            adapters,
            tokens,
            actors,
            throttle,
            mail,
            providers,
            page_key: master.derive("ochre 2026-11-27 notes of pages"),
            csrf_key: master.derive("ochre 2026-11-27 forms of pages"),
            openapi,
            public_url: OnceLock::new(),
            draining: AtomicBool::new(false),
        })))
    }

    /// Sets where people find the server, unless the configuration says it.
    pub(crate) fn listens_at(&self, url: &str) {
        let url = self.config.public_url.clone().unwrap_or_else(|| url.trim_end_matches('/').to_owned());
        self.public_url.get_or_init(|| url);
    }

    /// Where people find the server, without a slash at the end.
    pub(crate) fn public_url(&self) -> &str {
        self.public_url.get().map(String::as_str).unwrap_or_default()
    }

    /// Whether people find the server over an encrypted connection alone.
    pub(crate) fn is_secure(&self) -> bool {
        self.public_url().starts_with("https://")
    }

    /// Where a provider sends people back to.
    pub(crate) fn callback_url(&self, provider: &str) -> String {
        format!("{}/oauth/{provider}/callback", self.public_url())
    }

    /// The address of a link that lets somebody in.
    pub(crate) fn link_url(&self, token: &LinkToken) -> String {
        format!("{}/links/{}", self.public_url(), token.expose())
    }

    /// Begins a try at a password, where nobody has to wait.
    ///
    /// # Errors
    /// [`ApiError::Throttled`].
    pub(crate) fn begin_attempt(&self, username: &str, caller: &Caller) -> Result<Attempt<'_>, ApiError> {
        self.throttle.begin(username, caller.address).map_err(|seconds| {
            tracing::info!(address = %caller.address, seconds, "a sign-in must wait");
            ApiError::Throttled { seconds }
        })
    }

    /// Signs somebody in by name and password.
    ///
    /// # Errors
    /// As [`Access::sign_in`], and [`ApiError::Throttled`].
    pub(crate) async fn sign_in(
        &self,
        (username, password): (&str, &Password),
        caller: &Caller,
        kind: SessionKind,
        lifetime: Duration,
    ) -> Result<SignedIn, ApiError> {
        let attempt = self.begin_attempt(username, caller)?;
        let terms = LoginTerms { lifetime, kind, device: caller.device() };
        let outcome = self.access.sign_in(username, password, &terms).await;
        let login = attempt.conclude(outcome)?;
        tracing::info!(user.id = %login.user.id, "signed in");
        Ok(login)
    }

    /// From now on the server is not ready for new work.
    pub(crate) fn drain(&self) {
        self.draining.store(true, Ordering::Relaxed);
    }

    pub(crate) fn is_draining(&self) -> bool {
        self.draining.load(Ordering::Relaxed)
    }
}
