//! What Ochre's tests work with: a database per test on either engine, the real server on a free port, and the people
//! and workspaces that tests are about.
//!
//! PostgreSQL is used where the variable `OCHRE_TEST_POSTGRES` holds the URL of a cluster in which databases may be made
//! (`cargo xtask test` starts one). Without it, tests of PostgreSQL pass without doing anything; `cargo xtask test` says
//! so aloud. The same is true of the OpenID provider and the variable `OCHRE_TEST_OIDC`, which names where it is installed.

mod app;
mod database;
mod logs;
mod oidc;
mod people;

pub use app::{TestApp, TestServer};
pub use database::{Engine, TestDatabase, postgres_url};
pub use oidc::{OidcProvider, oidc_directory};
pub use people::{PASSWORD, Person};

/// Stamps a test onto both databases: `on_both!(async fn name(engine) { … })`.
#[macro_export]
macro_rules! on_both {
    ($($(#[$meta:meta])* async fn $name:ident($engine:ident: Engine) $body:block)+) => {$(
        mod $name {
            #[allow(unused_imports, reason = "a test may need nothing from around it")]
            use super::*;

            $(#[$meta])*
            async fn test($engine: $crate::Engine) $body

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                test($crate::Engine::Sqlite).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                if $crate::postgres_url().is_some() {
                    test($crate::Engine::Postgres).await;
                }
            }
        }
    )+};
}
