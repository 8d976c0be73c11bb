//! A database for one test.

use ochre_domain::{
    model::{AccountState, User, UserId},
    ports::Store as _,
};
use ochre_storage::{Connections, DatabaseUrl, SqlStore};
use sea_orm::{ConnectionTrait as _, Database};
use tempfile::TempDir;

pub use ochre_storage::Engine;

/// The cluster for tests, if there is one: a URL that ends with a database's name.
#[must_use]
pub fn postgres_url() -> Option<String> {
    #[expect(clippy::disallowed_methods, reason = "the tests' own setting")]
    std::env::var("OCHRE_TEST_POSTGRES").ok().filter(|url| !url.is_empty())
}

/// An empty database, gone with its test.
#[derive(Debug)]
pub struct TestDatabase {
    url: DatabaseUrl,
    /// The name of the database in the cluster.
    name: Option<String>,
    home: TempDir,
}

impl TestDatabase {
    /// Makes one.
    ///
    /// # Panics
    /// When that is not possible.
    pub async fn new(engine: Engine) -> Self {
        let home = tempfile::tempdir().expect("a temporary directory");
        match engine {
            Engine::Sqlite => Self { url: DatabaseUrl::Sqlite(home.path().join("ochre.db")), name: None, home },
            Engine::Postgres => {
                #[expect(clippy::disallowed_methods, reason = "a name that no other test has")]
                let name = format!("t_{}", uuid::Uuid::new_v4().simple());
                admin(&format!("CREATE DATABASE {name}")).await;
                let cluster = postgres_url().expect("a cluster");
                let (server, _) = cluster.rsplit_once('/').expect("a URL with a database");
                let url = format!("{server}/{name}").parse().expect("a URL");
                Self { url, name: Some(name), home }
            }
        }
    }

    /// Where it is.
    #[must_use]
    pub fn url(&self) -> &DatabaseUrl {
        &self.url
    }

    /// Where it is, as text with the password.
    ///
    /// # Panics
    /// When the path is no UTF-8.
    #[must_use]
    pub fn setting(&self) -> String {
        match &self.url {
            DatabaseUrl::Sqlite(path) => format!("sqlite:///{}", path.display()),
            DatabaseUrl::Postgres(url) => url.clone(),
        }
    }

    /// A directory that lives as long as the database.
    #[must_use]
    pub fn home(&self) -> &std::path::Path {
        self.home.path()
    }

    /// Runs the statements of a dump.
    ///
    /// # Panics
    /// When one fails.
    pub async fn load(&self, dump: &str) {
        let url = match &self.url {
            DatabaseUrl::Sqlite(path) => format!("sqlite://{}?mode=rwc", path.display()),
            DatabaseUrl::Postgres(url) => url.clone(),
        };
        let mut options = sea_orm::ConnectOptions::new(url);
        options.max_connections(1).sqlx_logging(false);
        // A dump names tables before it makes them.
        options.map_sqlx_sqlite_opts(|connect| connect.foreign_keys(false));
        let connection = Database::connect(options).await.expect("a connection");
        connection.execute_unprepared(dump).await.expect("a good dump");
        connection.close().await.expect("an orderly end");
    }

    /// Disables a user, as another process would.
    ///
    /// # Panics
    /// When that is not possible.
    pub async fn disable(&self, user: uuid::Uuid) {
        self.change(user, |user| User { state: AccountState::Disabled, ..user }).await;
    }

    /// Lets a user's access have ended, as time would.
    ///
    /// # Panics
    /// When that is not possible.
    pub async fn expire(&self, user: uuid::Uuid) {
        self.change(user, |user| User { active_until: Some(user.inserted_at), ..user }).await;
    }

    async fn change(&self, user: uuid::Uuid, change: impl FnOnce(User) -> User) {
        let store = self.open().await;
        let unit = store.begin().await.expect("a unit of work");
        let user = unit.users().lock(UserId::new(user)).await.expect("a database that works").expect("a user");
        unit.users().update(&change(user)).await.expect("a change");
        unit.commit().await.expect("a commit");
        store.close().await.expect("an orderly end");
    }

    /// Opens it, and brings its schema up to date.
    ///
    /// # Panics
    /// When that is not possible.
    pub async fn open(&self) -> SqlStore {
        SqlStore::open(&self.url, Connections::OnDemand).await.expect("a database")
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        let Some(name) = self.name.take() else { return };
        // A thread of its own: a destructor cannot wait on the test's runtime.
        let dropped = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
            runtime.block_on(admin(&format!("DROP DATABASE {name} WITH (FORCE)")));
        });
        // The whole cluster is thrown away at the end in any case.
        let _ = dropped.join();
    }
}

async fn admin(statement: &str) {
    let mut options = sea_orm::ConnectOptions::new(postgres_url().expect("a cluster"));
    options.max_connections(1).sqlx_logging(false);
    let connection = Database::connect(options).await.expect("a connection");
    connection.execute_unprepared(statement).await.expect("a statement that works");
    connection.close().await.expect("an orderly end");
}
