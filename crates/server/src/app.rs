//! Everything that a request handler may need, put together once.

use std::{
    ops::Deref,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use bytes::Bytes;
use ochre_domain::usecase::{Access, Accounts, Adapters, Bootstrap, TeamFile, Teams, UsersFile};
use ochre_storage::SqlStore;

use crate::{auth::Actors, config::Config, foundation::Foundation, security::Tokens};

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
    pub(crate) team_file: TeamFile,
    pub(crate) bootstrap: Bootstrap,
    pub(crate) users_file: UsersFile,
    pub(crate) tokens: Arc<Tokens>,
    pub(crate) actors: Actors,
    pub(crate) openapi: Bytes,
    draining: AtomicBool,
}

impl Deref for App {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}

impl App {
    pub(crate) fn new(config: Config, foundation: Foundation, openapi: Bytes) -> Self {
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
        let actors = Actors::new(access.clone(), Arc::clone(&tokens), Arc::clone(&adapters.vault), clock);
        store.subscribe(Arc::new(actors.clone()));
        Self(Arc::new(Parts {
            config,
            store,
            access,
            accounts: Accounts::new(adapters.clone()),
            teams: Teams::new(adapters.clone()),
            team_file: TeamFile::new(adapters.clone()),
            bootstrap: Bootstrap::new(adapters.clone()),
            users_file: UsersFile::new(adapters.clone()),
            adapters,
            tokens,
            actors,
            openapi,
            draining: AtomicBool::new(false),
        }))
    }

    /// From now on the server is not ready for new work.
    pub(crate) fn drain(&self) {
        self.draining.store(true, Ordering::Relaxed);
    }

    pub(crate) fn is_draining(&self) -> bool {
        self.draining.load(Ordering::Relaxed)
    }
}
