//! The console: pages for whoever is signed in, over the use-cases that the API calls.

pub(crate) mod desk;
pub(crate) mod flash;
pub(crate) mod list;
pub(crate) mod names;
pub(crate) mod nav;
mod refuse;

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use http::{HeaderValue, request::Parts};
use ochre_domain::{
    FieldError,
    model::{LinkToken, Password, PasswordHash},
    policy::Actor,
    usecase::{Access, Accounts, DesiredTeam, Identities, Keys, Links, PlanEntry, TeamFile, Teams, Trash},
};

pub(crate) use refuse::changed_meanwhile;
pub use refuse::refusal;

use crate::host::{Host, Refusal};

/// The use-cases.
#[derive(Clone)]
pub struct Office {
    /// Logins.
    pub access: Access,
    /// Users.
    pub accounts: Accounts,
    /// Workspaces and their members.
    pub teams: Teams,
    /// Keys.
    pub keys: Keys,
    /// Invitations, and links for a new password.
    pub links: Links,
    /// Accounts at sign-in providers.
    pub identities: Identities,
    /// What was deleted.
    pub trash: Trash,
    /// The team as one desired state.
    pub team_file: TeamFile,
}

/// A setting of the server, as owners may see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShownSetting {
    /// Its name.
    pub name: String,
    /// Its value; secrets are masked.
    pub value: String,
    /// Where it comes from.
    pub origin: String,
}

/// The server, as owners may see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerState {
    /// The kind of database.
    pub database: String,
    /// Whether it takes writes; why not otherwise.
    pub health: Result<(), String>,
    /// Every setting.
    pub settings: Vec<ShownSetting>,
}

/// What is wrong with a file, with the line where that is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileProblem {
    /// The line, from one on.
    pub line: Option<u64>,
    /// A sentence.
    pub message: String,
}

/// What owners are warned of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weakness {
    /// Others can read it: plain http to another machine.
    Readable,
    /// It is encrypted, by a proxy, but the server does not know that it always is: browsers send its cookies by plain http as well.
    UnknownHttps,
}

impl Weakness {
    pub(crate) const fn sentence(self) -> &'static str {
        match self {
            Self::Readable => {
                "This connection is not encrypted: others on the network can read passwords and keys. Put a proxy with https before \
                 the server, and tell it --public-url."
            }
            Self::UnknownHttps => {
                "You come by https, but the server does not know that everybody does: browsers would send its cookies without \
                 encryption as well. Tell it --public-url."
            }
        }
    }
}

/// The server, as the console sees it beside what all pages see.
#[async_trait]
pub trait Console: Host {
    /// The use-cases.
    fn office(&self) -> &Office;

    /// Whose session's cookie came with the request; `None` for a cookie that is worth nothing as well.
    async fn actor(&self, request: &Parts) -> Result<Option<Arc<Actor>>, Refusal>;

    /// Writes the cause of a failure to the log; what is shown instead.
    fn failed(&self, request: &Parts, cause: &str) -> Refusal;

    /// A password that somebody chose: long enough, and none that everybody tries first.
    ///
    /// # Errors
    /// What is wrong with it.
    fn chosen_password(&self, text: &str) -> Result<Password, FieldError>;

    /// Whether a password is one that the server itself gives, so that everybody knows it.
    fn is_well_known(&self, hash: &PasswordHash, request: &Parts) -> bool;

    /// The address of a link.
    fn link_url(&self, token: &LinkToken) -> String;

    /// Seals a text for one person, to wait in the browser.
    fn seal(&self, text: &str) -> String;

    /// Opens what [`seal`](Self::seal) sealed.
    fn unseal(&self, sealed: &str) -> Option<String>;

    /// A cookie for these pages, which lasts so long; without a value the browser forgets it.
    fn cookie(&self, name: &str, value: Option<&str>, lifetime: Duration) -> HeaderValue;

    /// What is weak about the connection that this request came by.
    fn weakness(&self, request: &Parts) -> Option<Weakness>;

    /// Reads people from a file: CSV where it looks like that, YAML or JSON otherwise.
    ///
    /// # Errors
    /// What is wrong with it, line by line.
    fn read_people(&self, file: &str) -> Result<DesiredTeam, Vec<FileProblem>>;

    /// What the differences of a plan are recognised by.
    fn digest(&self, entries: &[PlanEntry]) -> String;

    /// A team as a YAML file.
    fn write_team(&self, team: DesiredTeam) -> String;

    /// The server's state.
    async fn state(&self) -> ServerState;
}
