//! The real server on a free port.

use std::collections::BTreeMap;

use ochre_client::{Client, Role, User, UserCreate, Workspace};
use ochre_server::{
    Config, Server,
    config::{Environment, Sources},
};

use reqwest::{Method, RequestBuilder};

use crate::{Engine, PASSWORD, Person, TestDatabase};

/// A server over a database.
#[derive(Debug)]
pub struct TestServer {
    /// Where it is.
    pub url: String,
    server: Option<Server>,
}

impl TestServer {
    /// Starts a server over a database, with more settings if need be.
    ///
    /// # Panics
    /// When it does not start.
    pub async fn start(database: &TestDatabase, settings: &[(&str, &str)]) -> Self {
        Self::try_start(database, settings).await.expect("a server that starts")
    }

    /// Starts a server over a database, or says why not.
    ///
    /// # Errors
    /// The sentence for the administrator.
    pub async fn try_start(database: &TestDatabase, settings: &[(&str, &str)]) -> Result<Self, String> {
        crate::logs::capture();
        let home = database.home().display().to_string();
        let url = database.setting();
        let basics = [
            ("home", home.as_str()),
            ("database-url", url.as_str()),
            ("listen", "127.0.0.1:0"),
            // Every test opens its own, to one cluster.
            ("postgres-connections", "8"),
        ];
        let (flags, variables): (Vec<_>, Vec<_>) = basics
            .into_iter()
            .chain(settings.iter().copied())
            .partition(|(name, _)| name.starts_with(char::is_lowercase));
        let flags: BTreeMap<_, _> =
            flags.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        let sources = Sources { flags, environment: variables.into_iter().collect::<Environment>() };
        let config = Config::read(&sources).map_err(|error| error.to_string())?;
        let server = Server::start(config).await.map_err(|error| error.to_string())?;
        Ok(Self { url: server.url.clone(), server: Some(server) })
    }

    /// What the server printed when it was ready.
    ///
    /// # Panics
    /// After [`TestServer::stop`].
    #[must_use]
    pub fn banner(&self) -> &str {
        &self.server.as_ref().expect("a running server").banner
    }

    /// Begins to stop the server, and waits for it.
    pub async fn stop(mut self) {
        if let Some(server) = self.server.take() {
            server.stop().await;
        }
    }
}

/// A server with the well-known owner.
#[derive(Debug)]
pub struct TestApp {
    /// The database.
    pub database: TestDatabase,
    /// The server.
    pub server: TestServer,
    /// The well-known owner.
    pub owner: Person,
}

impl TestApp {
    /// Starts one over an empty database.
    ///
    /// # Panics
    /// When it does not start.
    pub async fn start(engine: Engine) -> Self {
        Self::start_with(engine, &[]).await
    }

    /// Starts one with more settings: flags by their name, variables in capitals.
    ///
    /// # Panics
    /// When it does not start.
    pub async fn start_with(engine: Engine, settings: &[(&str, &str)]) -> Self {
        let database = TestDatabase::new(engine).await;
        let server = TestServer::start(&database, settings).await;
        let owner = Person::of_key(&server.url, "argilla.apikey").await;
        Self { database, server, owner }
    }

    /// Where the server is.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.server.url
    }

    /// A client without credentials.
    ///
    /// # Panics
    /// Never: the server's address is a good one.
    #[must_use]
    pub fn anonymous(&self) -> Client {
        Client::builder(self.url()).build().expect("an address")
    }

    /// A raw request without credentials, to a path below the server's address.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.owner.http.request(method, format!("{}{path}", self.url()))
    }

    /// A new user of this name and role.
    ///
    /// # Panics
    /// When the user cannot be created.
    pub async fn person(&self, name: &str, role: Role) -> Person {
        let new = UserCreate {
            username: name.to_owned(),
            first_name: name.to_owned(),
            password: PASSWORD.to_owned(),
            role: Some(role),
            ..UserCreate::default()
        };
        let user: User = self.owner.client.users().create(&new).await.expect("a new user");
        Person::new(self.url(), self.owner.http.clone(), user)
    }

    /// A new user of this name and role in a workspace.
    ///
    /// # Panics
    /// When the user cannot be created or added.
    pub async fn member(&self, name: &str, role: Role, workspace: &Workspace) -> Person {
        let person = self.person(name, role).await;
        self.owner.client.workspaces().add_user(workspace.id, person.user.id).await.expect("a new member");
        person
    }

    /// A new workspace of this name.
    ///
    /// # Panics
    /// When it cannot be created.
    pub async fn workspace(&self, name: &str) -> Workspace {
        self.owner.client.workspaces().create(name).await.expect("a new workspace")
    }
}
