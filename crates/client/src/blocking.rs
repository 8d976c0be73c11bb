//! The same client for programs without an asynchronous runtime: every call waits for its answer.
//!
//! It must not be used inside an asynchronous runtime, whose threads it would block.
//!
//! ```
//! # let runtime = tokio::runtime::Runtime::new().unwrap();
//! # let app = runtime.block_on(ochre_testkit::TestApp::start(ochre_testkit::Engine::Sqlite));
//! # let (url, key) = (app.url(), "argilla.apikey");
//! use ochre_client::{UserCreate, blocking::Client};
//!
//! let client = Client::new(ochre_client::Client::builder(url).api_key(key).build()?)?;
//! let user = client.users().create(&UserCreate::new("my_username", "12345678"))?;
//! let workspace = client.workspaces().create("my_workspace")?;
//! user.add_to_workspace(&workspace)?;
//! for member in workspace.users()? {
//!     println!("{}", member.username);
//! }
//! # assert_eq!(workspace.users()?, [user]);
//! # Ok::<(), ochre_client::Error>(())
//! ```

use std::{fmt, ops::Deref, sync::Arc, time::Duration};

use ochre_dto::{
    time::Moment,
    v1::{
        self, Deletion, Existing, Health, Identity, IdentityCreate, Invitation, Key, Link, NewLink, Provider, Prune,
        ResetLink, ResetLinkCreate, RoleTable, RotatedKey, Session, Settings, Status, Team, TeamPlan, TeamUser, Token,
        TrashEntry, UserCreate, UserUpdate, Version, WorkspaceCreate,
    },
};
use tokio::runtime::{Builder, Runtime};
use uuid::Uuid;

use crate::Error;

/// A connection to a server; cheap to clone.
#[derive(Clone)]
pub struct Client {
    inner: crate::Client,
    runtime: Arc<Runtime>,
}

/// Leaves out the credentials.
impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.fmt(f)
    }
}

/// What an asynchronous call gives, as a blocking one gives it.
trait Blocking {
    type As;
    fn blocking(self, client: &Client) -> Self::As;
}

impl Blocking for crate::User {
    type As = User;
    fn blocking(self, client: &Client) -> User {
        User { inner: self, client: client.clone() }
    }
}

impl Blocking for crate::Workspace {
    type As = Workspace;
    fn blocking(self, client: &Client) -> Workspace {
        Workspace { inner: self, client: client.clone() }
    }
}

impl<T: Blocking> Blocking for Vec<T> {
    type As = Vec<T::As>;
    fn blocking(self, client: &Client) -> Self::As {
        self.into_iter().map(|entry| entry.blocking(client)).collect()
    }
}

impl<T: Blocking> Blocking for Option<T> {
    type As = Option<T::As>;
    fn blocking(self, client: &Client) -> Self::As {
        self.map(|entry| entry.blocking(client))
    }
}

macro_rules! plain {
    ($($plain:ty),*) => {$(
        impl Blocking for $plain {
            type As = Self;
            fn blocking(self, _: &Client) -> Self {
                self
            }
        }
    )*};
}

plain!(
    (),
    bool,
    String,
    u8,
    serde_json::Value,
    Token,
    Version,
    Status,
    Settings,
    RoleTable,
    Provider,
    Health,
    Team,
    TeamPlan,
    Deletion,
    Identity,
    Invitation,
    Key,
    Link,
    NewLink,
    ResetLink,
    RotatedKey,
    Session,
    TrashEntry
);

impl Client {
    /// Over a client.
    ///
    /// # Errors
    /// [`Error::Unexpected`] when the system gives no more of what a runtime needs.
    pub fn new(inner: crate::Client) -> Result<Self, Error> {
        let runtime = Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|error| Error::Unexpected { status: 0, reason: error.to_string() })?;
        Ok(Self { inner, runtime: Arc::new(runtime) })
    }

    fn wait<T: Blocking>(&self, call: impl Future<Output = Result<T, Error>>) -> Result<T::As, Error> {
        self.runtime.block_on(call).map(|value| value.blocking(self))
    }

    /// The server's address; ends with a slash.
    #[must_use]
    pub fn url(&self) -> &str {
        self.inner.url()
    }

    /// Users.
    #[must_use]
    pub fn users(&self) -> Users<'_> {
        Users(self)
    }

    /// Workspaces and their members.
    #[must_use]
    pub fn workspaces(&self) -> Workspaces<'_> {
        Workspaces(self)
    }

    /// The team as one desired state.
    #[must_use]
    pub fn team(&self) -> Teams<'_> {
        Teams(self)
    }

    /// Facts about the server.
    #[must_use]
    pub fn server(&self) -> Server<'_> {
        Server(self)
    }
}

/// A user as the server described it; see [`crate::User`].
#[derive(Clone)]
pub struct User {
    inner: crate::User,
    client: Client,
}

/// A workspace as the server described it; see [`crate::Workspace`].
#[derive(Clone)]
pub struct Workspace {
    inner: crate::Workspace,
    client: Client,
}

macro_rules! resource {
    ($name:ident, $data:ty) => {
        impl Deref for $name {
            type Target = $data;

            fn deref(&self) -> &$data {
                &self.inner
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.inner.fmt(f)
            }
        }

        impl PartialEq for $name {
            fn eq(&self, other: &Self) -> bool {
                self.inner == other.inner
            }
        }

        impl Eq for $name {}

        impl From<&$name> for Uuid {
            fn from(resource: &$name) -> Self {
                resource.inner.id
            }
        }
    };
}

resource!(User, v1::User);
resource!(Workspace, v1::Workspace);

/// Users; see [`Client::users`].
#[derive(Debug, Clone, Copy)]
pub struct Users<'a>(&'a Client);

/// Workspaces and their members; see [`Client::workspaces`].
#[derive(Debug, Clone, Copy)]
pub struct Workspaces<'a>(&'a Client);

/// The team as one desired state; see [`Client::team`].
#[derive(Debug, Clone, Copy)]
pub struct Teams<'a>(&'a Client);

/// Facts about the server; see [`Client::server`].
#[derive(Debug, Clone, Copy)]
pub struct Server<'a>(&'a Client);

/// Methods that wait for those of the same name.
macro_rules! waits {
    ($kind:ty, $of:literal, |$this:ident| ($client:expr, $inner:expr): $(
        fn $name:ident($($argument:ident: $type:ty),*) -> $result:ty;
    )+) => {
        impl $kind {$(
            #[doc = concat!("As [`", $of, "::", stringify!($name), "`](crate::", $of, "::", stringify!($name), ").")]
            ///
            /// # Errors
            /// As there.
            pub fn $name(&self $(, $argument: $type)*) -> Result<$result, Error> {
                let $this = self;
                $client.wait($inner.$name($($argument),*))
            }
        )+}
    };
}

waits! {
    Client, "Client", |this| (this, this.inner):
    fn sign_in(username: &str, password: &str) -> Token;
    fn refresh(refresh_token: &str) -> Token;
    fn me() -> User;
    fn my_workspaces() -> Vec<Workspace>;
    fn my_datasets() -> Vec<serde_json::Value>;
    fn is_ochre() -> bool;
}

waits! {
    User, "User", |this| (this.client, this.inner):
    fn add_to_workspace(workspace: impl Into<Uuid>) -> User;
    fn remove_from_workspace(workspace: impl Into<Uuid>) -> User;
    fn workspaces() -> Vec<Workspace>;
    fn update(changes: &UserUpdate) -> User;
    fn preview_deletion() -> Deletion;
    fn delete() -> User;
    fn disable() -> User;
    fn enable() -> User;
    fn rotate_key(overlap: Option<Duration>) -> RotatedKey;
    fn create_reset_link(link: &ResetLinkCreate) -> NewLink;
}

waits! {
    Workspace, "Workspace", |this| (this.client, this.inner):
    fn users() -> Vec<User>;
    fn add_user(user: impl Into<Uuid>) -> User;
    fn add_user_until(user: impl Into<Uuid>, active_until: Moment) -> User;
    fn update_user(user: impl Into<Uuid>, active_until: Option<Moment>) -> User;
    fn remove_user(user: impl Into<Uuid>) -> User;
    fn rename(name: &str) -> Workspace;
    fn preview_deletion() -> Deletion;
    fn delete() -> Workspace;
}

waits! {
    Users<'_>, "Users", |this| (this.0, this.0.inner.users()):
    fn list() -> Vec<User>;
    fn get(id: impl Into<Uuid>) -> User;
    fn get_with_account(id: impl Into<Uuid>) -> User;
    fn find(username: &str) -> Option<User>;
    fn exists(id: impl Into<Uuid>) -> bool;
    fn create(user: &UserCreate) -> User;
    fn create_many(users: Vec<TeamUser>, existing: Existing) -> Vec<User>;
    fn update(id: impl Into<Uuid>, changes: &UserUpdate) -> User;
    fn delete(id: impl Into<Uuid>) -> User;
    fn workspaces(id: impl Into<Uuid>) -> Vec<Workspace>;
    fn preview_deletion(id: impl Into<Uuid>) -> Deletion;
    fn disable(id: impl Into<Uuid>) -> User;
    fn enable(id: impl Into<Uuid>) -> User;
    fn rotate_key(id: impl Into<Uuid>, overlap: Option<Duration>) -> RotatedKey;
    fn keys(id: impl Into<Uuid>) -> Vec<Key>;
    fn delete_key(id: impl Into<Uuid>, key: impl Into<Uuid>) -> ();
    fn identities(id: impl Into<Uuid>) -> Vec<Identity>;
    fn link_identity(id: impl Into<Uuid>, identity: &IdentityCreate) -> Identity;
    fn unlink_identity(id: impl Into<Uuid>, identity: impl Into<Uuid>) -> ();
    fn reset_links(id: impl Into<Uuid>) -> Vec<ResetLink>;
    fn create_reset_link(id: impl Into<Uuid>, link: &ResetLinkCreate) -> NewLink;
    fn withdraw_reset_links(id: impl Into<Uuid>) -> ();
}

waits! {
    Workspaces<'_>, "Workspaces", |this| (this.0, this.0.inner.workspaces()):
    fn list() -> Vec<Workspace>;
    fn get(id: impl Into<Uuid>) -> Workspace;
    fn find(name: &str) -> Option<Workspace>;
    fn exists(id: impl Into<Uuid>) -> bool;
    fn create(name: &str) -> Workspace;
    fn create_with(workspace: &WorkspaceCreate) -> Workspace;
    fn rename(id: impl Into<Uuid>, name: &str) -> Workspace;
    fn preview_deletion(id: impl Into<Uuid>) -> Deletion;
    fn delete(id: impl Into<Uuid>) -> Workspace;
    fn users(id: impl Into<Uuid>) -> Vec<User>;
    fn add_user(id: impl Into<Uuid>, user: impl Into<Uuid>) -> User;
    fn add_user_until(id: impl Into<Uuid>, user: impl Into<Uuid>, active_until: Moment) -> User;
    fn update_user(id: impl Into<Uuid>, user: impl Into<Uuid>, active_until: Option<Moment>) -> User;
    fn remove_user(id: impl Into<Uuid>, user: impl Into<Uuid>) -> User;
}

waits! {
    Teams<'_>, "Teams", |this| (this.0, this.0.inner.team()):
    fn export() -> Team;
    fn plan(team: &Team, prune: Prune) -> TeamPlan;
    fn apply(team: &Team, prune: Prune) -> TeamPlan;
    fn apply_planned(team: &Team, prune: Prune, plan: &TeamPlan) -> TeamPlan;
}

waits! {
    Server<'_>, "Server", |this| (this.0, this.0.inner.server()):
    fn version() -> Version;
    fn status() -> Status;
    fn settings() -> Settings;
    fn roles() -> Vec<RoleTable>;
    fn providers() -> Vec<Provider>;
    fn begin_sign_in(provider: &str) -> String;
    fn finish_sign_in(provider: &str, code: &str, state: &str) -> Token;
    fn openapi() -> serde_json::Value;
    fn docs() -> String;
    fn docs_file(name: &str) -> Vec<u8>;
    fn livez() -> Health;
    fn readyz() -> Health;
}

mod own;
mod pages;

pub use own::{Invitations, Links, Me, Trash};
pub use pages::Pages;
