//! Reading a database of Argilla: any released schema from 1.6 to 2.8, and Extralit's, on SQLite or PostgreSQL.
//!
//! Everything is read in one transaction that cannot write, so that the other server may go on running. The tables of people
//! have the same columns in all these schemas; what differs is how ids, moments and roles are typed, and the meaning of
//! `admin`.

use std::path::Path;

use chrono::NaiveDateTime;
use ochre_domain::{
    model::{
        ApiKey, FirstName, LastName, Membership, PasswordHash, Role, Timestamp, UserId, Username, Workspace,
        WorkspaceId, WorkspaceName,
    },
    usecase::{Source, SourceUser},
};
use sea_orm::{
    AccessMode, ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbErr, IsolationLevel, QueryResult,
    Statement, TransactionTrait as _, prelude::Uuid,
};

use crate::options::{DatabaseUrl, Engine, read_only};

/// The revisions of Argilla's schema, oldest first, with the first release that has each, where it is the last one of a
/// release. Read from the released packages.
const REVISIONS: &[(&str, Option<&str>)] = &[
    ("74694870197c", None),
    ("82a5a88a3fa5", None),
    ("1769ee58fbb4", Some("1.6")),
    ("b9099dc08489", None),
    ("3a8e2f9b5dea", None),
    ("8be56284dac0", None),
    ("e402e9d9245e", None),
    ("ae5522b4c674", Some("1.8")),
    (THREE_ROLES, Some("1.11")),
    ("8c574ada5e5f", None),
    ("3fc3c0839959", None),
    ("1e629a913727", Some("1.13")),
    ("7cbcccf8b57a", None),
    ("b8458008b60e", None),
    ("84f6b9ff6076", Some("1.17")),
    ("7850ab5b42d9", None),
    ("bda6fe24314e", Some("1.18")),
    ("ca7293c38970", Some("1.28")),
    // Extralit 0.2 left the chain here, and came back.
    ("7552df94427a", None),
    ("d00f819ccc67", None),
    ("45a12f74448b", None),
    ("237f7c674d74", Some("2.0")),
    ("660d6c6b3360", Some("2.4")),
    ("6ed1b8bf8e08", None),
    ("580a6553186f", Some("2.5")),
];

/// The revision of release 1.11, which made three roles of two. Up to then `admin` was the one who may do everything.
const THREE_ROLES: &str = "3ff6484f8b37";

/// The revisions that Extralit adds behind Argilla's last one, with its releases.
const EXTRALIT: &[(&str, &str)] =
    &[("7d6b33203390", "0.6.0"), ("54d65879a68e", "0.6.1"), ("13da2d87e660", "0.7.0"), ("a1c9f4e2b703", "0.7.1")];

/// Whether a name is that of a revision, or of a release that its commands take for one.
#[must_use]
pub fn is_revision(name: &str) -> bool {
    EXTRALIT.iter().any(|(revision, _)| *revision == name)
        || REVISIONS.iter().any(|(revision, release)| *revision == name || *release == Some(name) || name == "1.7")
}

/// Why a database cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// There is no such file.
    #[error("there is no file {0}")]
    NoFile(String),
    /// No connection, or a statement failed.
    #[error("cannot read {url}: {reason}")]
    Failed {
        /// Where, without a password.
        url: String,
        /// Why not.
        reason: String,
    },
    /// A process that wrote to the file was killed, and left its journal.
    #[error(
        "{0} was not closed in good order, and reading it would repair it: start and stop Argilla once, or copy the file \
         together with its journal and import the copy after opening it once with sqlite3"
    )]
    Unfinished(String),
    /// Not Argilla's.
    #[error("{0} is no database of Argilla: it has no table alembic_version with one revision")]
    NotArgilla(String),
    /// A schema that no release has.
    #[error(
        "the schema of {url} has the revision {revision:?}, which no release of Argilla from 1.6 to 2.8 or of Extralit up \
         to 0.7 has; bring it to the schema of a release first (python -m argilla_server database migrate)"
    )]
    UnknownRevision {
        /// Where, without a password.
        url: String,
        /// The revision.
        revision: String,
    },
}

/// What a database of Argilla holds.
#[derive(Debug, Clone)]
pub struct ArgillaDatabase {
    /// The revision of its schema.
    pub revision: String,
    /// The oldest release with this schema.
    pub release: String,
    /// How many roles there were: with two, `admin` has become owner here.
    pub roles: Roles,
    /// What can be taken over.
    pub source: Source,
    /// What cannot.
    pub unreadable: Vec<Unreadable>,
    /// Users whose password hash is none that can be checked here. They are taken over, and cannot sign in by password.
    pub without_password: Vec<Username>,
    /// The datasets.
    pub datasets: Vec<Dataset>,
    /// The numbers of rows: users, workspaces, memberships.
    pub rows: (usize, usize, usize),
}

/// How many roles a schema knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Roles {
    /// Up to 1.10: admin, who may do everything, and annotator.
    Two,
    /// Owner, admin, annotator.
    Three,
}

/// A row that cannot be taken over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unreadable {
    /// `user`, `workspace` or `membership`.
    pub kind: &'static str,
    /// Its name or id.
    pub name: String,
    /// Why not.
    pub why: String,
}

/// A dataset, which stays behind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dataset {
    /// Its name.
    pub name: String,
    /// Its workspace's name.
    pub workspace: String,
}

/// Reads a database.
///
/// # Errors
/// [`ReadError`], with a sentence for the administrator.
pub async fn read(url: &DatabaseUrl) -> Result<ArgillaDatabase, ReadError> {
    if let DatabaseUrl::Sqlite(path) = url
        && !Path::new(path).is_file()
    {
        return Err(ReadError::NoFile(path.display().to_string()));
    }
    let failed = |error: DbErr| ReadError::Failed { url: url.to_string(), reason: error.to_string() };
    let options: ConnectOptions = read_only(url);
    let connection = Database::connect(options).await.map_err(failed)?;
    let outcome = read_from(url, &connection).await.map_err(|error| match error {
        // SQLite says so when the journal of a killed process would have to be rolled back.
        ReadError::Failed { url, reason } if reason.contains("readonly database") => ReadError::Unfinished(url),
        error => error,
    });
    connection.close().await.map_err(failed)?;
    outcome
}

async fn read_from(url: &DatabaseUrl, connection: &DatabaseConnection) -> Result<ArgillaDatabase, ReadError> {
    let failed = |error: DbErr| ReadError::Failed { url: url.to_string(), reason: error.to_string() };
    let transaction = match url.engine() {
        Engine::Sqlite => connection.begin().await,
        Engine::Postgres => {
            let (isolation, access) = (Some(IsolationLevel::RepeatableRead), Some(AccessMode::ReadOnly));
            connection.begin_with_config(isolation, access).await
        }
    };
    let rows = Rows { engine: url.engine(), connection: transaction.map_err(failed)? };
    let tables = rows.tables().await.map_err(failed)?;
    let has = |name: &str| tables.iter().any(|table| table == name);
    if !["alembic_version", "users", "workspaces", "workspaces_users"].into_iter().all(has) {
        return Err(ReadError::NotArgilla(url.to_string()));
    }
    let revision = rows.revision().await.map_err(failed)?.ok_or_else(|| ReadError::NotArgilla(url.to_string()))?;
    let (release, roles) = release_of(&revision)
        .ok_or_else(|| ReadError::UnknownRevision { url: url.to_string(), revision: revision.clone() })?;
    let users = rows.users().await.map_err(failed)?;
    // Commands of later versions wrote owners into old schemas, where admins were none any more.
    let owner =
        |row: &QueryResult| row.try_get::<String>("", "role").is_ok_and(|role| role == Role::SUPER_USER.as_str());
    let roles = if users.iter().any(owner) { Roles::Three } else { roles };
    let mut reader = Reader { roles, unreadable: Vec::new(), without_password: Vec::new() };
    let (mut source, mut counts) = (Source::default(), (0, 0, 0));
    for row in users {
        counts.0 += 1;
        source.users.extend(reader.user(&row));
    }
    for row in rows.workspaces().await.map_err(failed)? {
        counts.1 += 1;
        source.workspaces.extend(reader.workspace(&row));
    }
    for row in rows.memberships().await.map_err(failed)? {
        counts.2 += 1;
        source.memberships.extend(reader.membership(&row));
    }
    let datasets = if has("datasets") { rows.datasets().await.map_err(failed)? } else { Vec::new() };
    let Reader { unreadable, without_password, .. } = reader;
    Ok(ArgillaDatabase { revision, release, roles, source, unreadable, without_password, datasets, rows: counts })
}

/// The oldest release with a revision, and how many roles it knows.
fn release_of(revision: &str) -> Option<(String, Roles)> {
    if let Some((_, release)) = EXTRALIT.iter().find(|(known, _)| *known == revision) {
        return Some((format!("Extralit {release}"), Roles::Three));
    }
    let position = REVISIONS.iter().position(|(known, _)| *known == revision)?;
    let three = REVISIONS.iter().position(|(known, _)| *known == THREE_ROLES)?;
    let release = REVISIONS[..=position].iter().rev().find_map(|(_, release)| *release);
    let release = release.map_or_else(|| "before 1.6".to_owned(), |release| format!("Argilla {release}"));
    Some((release, if position < three { Roles::Two } else { Roles::Three }))
}

/// The statements. All columns are read as texts, so that both databases and all schemas look alike.
struct Rows<C> {
    engine: Engine,
    connection: C,
}

impl<C: ConnectionTrait> Rows<C> {
    async fn all(&self, sql: &str) -> Result<Vec<QueryResult>, DbErr> {
        self.connection.query_all_raw(Statement::from_string(self.connection.get_database_backend(), sql)).await
    }

    async fn tables(&self) -> Result<Vec<String>, DbErr> {
        let rows = match self.engine {
            Engine::Sqlite => self.all("SELECT name FROM sqlite_master WHERE type = 'table'").await?,
            Engine::Postgres => {
                let sql = "SELECT CAST(tablename AS TEXT) AS name FROM pg_tables WHERE schemaname = ANY (current_schemas(false))";
                self.all(sql).await?
            }
        };
        rows.iter().map(|row| row.try_get("", "name")).collect()
    }

    /// The one revision; `None` when there is none or more than one.
    async fn revision(&self) -> Result<Option<String>, DbErr> {
        let rows = self.all("SELECT CAST(version_num AS TEXT) AS revision FROM alembic_version").await?;
        match rows.as_slice() {
            [row] => row.try_get("", "revision").map(Some),
            _ => Ok(None),
        }
    }

    async fn users(&self) -> Result<Vec<QueryResult>, DbErr> {
        self.all(
            "SELECT CAST(id AS TEXT) AS id, first_name, last_name, username, CAST(role AS TEXT) AS role, api_key, \
             password_hash, CAST(inserted_at AS TEXT) AS inserted_at, CAST(updated_at AS TEXT) AS updated_at \
             FROM users ORDER BY inserted_at, id",
        )
        .await
    }

    async fn workspaces(&self) -> Result<Vec<QueryResult>, DbErr> {
        self.all(
            "SELECT CAST(id AS TEXT) AS id, name, CAST(inserted_at AS TEXT) AS inserted_at, \
             CAST(updated_at AS TEXT) AS updated_at FROM workspaces ORDER BY inserted_at, id",
        )
        .await
    }

    async fn memberships(&self) -> Result<Vec<QueryResult>, DbErr> {
        // Where moments are whole seconds, the place of a row tells in which order they were made.
        let place = match self.engine {
            Engine::Sqlite => "rowid",
            Engine::Postgres => "ctid",
        };
        let sql = format!(
            "SELECT CAST(workspace_id AS TEXT) AS workspace_id, CAST(user_id AS TEXT) AS user_id, \
             CAST(inserted_at AS TEXT) AS inserted_at FROM workspaces_users ORDER BY inserted_at, {place}"
        );
        self.all(&sql).await
    }

    async fn datasets(&self) -> Result<Vec<Dataset>, DbErr> {
        let rows = self
            .all(
                "SELECT datasets.name AS name, workspaces.name AS workspace FROM datasets \
                 JOIN workspaces ON workspaces.id = datasets.workspace_id ORDER BY workspaces.name, datasets.name",
            )
            .await?;
        let dataset = |row: &QueryResult| {
            Ok(Dataset { name: row.try_get("", "name")?, workspace: row.try_get("", "workspace")? })
        };
        rows.iter().map(dataset).collect()
    }
}

/// Makes values of rows, and notes what cannot be made.
struct Reader {
    roles: Roles,
    unreadable: Vec<Unreadable>,
    without_password: Vec<Username>,
}

/// A text of a row, or why there is none.
fn text(row: &QueryResult, column: &str) -> Result<String, String> {
    maybe(row, column)?.ok_or_else(|| format!("it has no {column}"))
}

fn maybe(row: &QueryResult, column: &str) -> Result<Option<String>, String> {
    let value: Option<String> = row.try_get("", column).map_err(|_| format!("its {column} is no text"))?;
    // PostgreSQL stores no such text, and none is meant to have it.
    match value {
        Some(text) if text.contains('\0') => Err(format!("its {column} has the character U+0000")),
        value => Ok(value),
    }
}

impl Reader {
    fn user(&mut self, row: &QueryResult) -> Option<SourceUser> {
        let name = text(row, "username").or_else(|_| text(row, "id")).unwrap_or_default();
        let user = self.read_user(row);
        if let Ok(user) = &user
            && !user.password_hash.is_usable()
        {
            self.without_password.push(user.username.clone());
        }
        self.note("user", name, user)
    }

    fn read_user(&self, row: &QueryResult) -> Result<SourceUser, String> {
        let username = text(row, "username")?;
        // A hash that is none keeps nobody from using the key.
        let hash = text(row, "password_hash").ok().and_then(|hash| PasswordHash::try_bcrypt(&hash).ok());
        Ok(SourceUser {
            id: UserId::new(uuid(&text(row, "id")?)?),
            first_name: FirstName::verbatim(text(row, "first_name")?),
            last_name: maybe(row, "last_name")?.map(LastName::verbatim),
            username: Username::try_new(&username).map_err(|error| format!("its name {error}"))?,
            role: self.role(&text(row, "role")?)?,
            api_key: ApiKey::try_imported(&text(row, "api_key")?).map_err(|error| format!("its API key {error}"))?,
            password_hash: hash.unwrap_or_else(PasswordHash::unusable),
            inserted_at: moment(&text(row, "inserted_at")?)?,
            updated_at: moment(&text(row, "updated_at")?)?,
        })
    }

    fn role(&self, name: &str) -> Result<Role, String> {
        match (self.roles, name) {
            (Roles::Two, "admin") => Ok(Role::SUPER_USER),
            (_, name) => name.parse().map_err(|_| format!("its role {} is unknown", shown(name))),
        }
    }

    fn workspace(&mut self, row: &QueryResult) -> Option<Workspace> {
        let name = text(row, "name").or_else(|_| text(row, "id")).unwrap_or_default();
        let make = || {
            Ok::<_, String>(Workspace {
                id: WorkspaceId::new(uuid(&text(row, "id")?)?),
                name: WorkspaceName::try_new(&text(row, "name")?).map_err(|error| format!("its name {error}"))?,
                inserted_at: moment(&text(row, "inserted_at")?)?,
                updated_at: moment(&text(row, "updated_at")?)?,
            })
        };
        self.note("workspace", name, make())
    }

    fn membership(&mut self, row: &QueryResult) -> Option<Membership> {
        let part = |column| text(row, column).unwrap_or_default();
        let name = format!("{} in {}", part("user_id"), part("workspace_id"));
        let make = || {
            Ok::<_, String>(Membership {
                active_until: None,
                workspace: WorkspaceId::new(uuid(&text(row, "workspace_id")?)?),
                user: UserId::new(uuid(&text(row, "user_id")?)?),
                inserted_at: moment(&text(row, "inserted_at")?)?,
            })
        };
        self.note("membership", name, make())
    }

    fn note<T>(&mut self, kind: &'static str, name: String, outcome: Result<T, String>) -> Option<T> {
        outcome.map_err(|why| self.unreadable.push(Unreadable { kind, name, why })).ok()
    }
}

/// A value for a message, of which at most 80 characters.
fn shown(value: &str) -> String {
    let cut: String = value.chars().take(80).collect();
    format!("{cut:?}")
}

fn uuid(text: &str) -> Result<Uuid, String> {
    text.parse().map_err(|_| format!("{} is no id", shown(text)))
}

/// Moments without a zone are in UTC; old schemas count whole seconds.
fn moment(text: &str) -> Result<Timestamp, String> {
    let moment = NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S%.f");
    let moment = moment.map_err(|_| format!("{} is no moment", shown(text)))?;
    Ok(Timestamp::from_micros(moment.and_utc().timestamp_micros()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn admin_was_the_boss_up_to_1_10() {
        let release = |revision: &str| release_of(revision).map(|(release, roles)| (release, roles == Roles::Two));
        assert_eq!(release("1769ee58fbb4"), Some(("Argilla 1.6".into(), true)));
        assert_eq!(release("ae5522b4c674"), Some(("Argilla 1.8".into(), true)));
        assert_eq!(release("3ff6484f8b37"), Some(("Argilla 1.11".into(), false)));
        assert_eq!(release("580a6553186f"), Some(("Argilla 2.5".into(), false)));
        assert_eq!(release("a1c9f4e2b703"), Some(("Extralit 0.7.1".into(), false)));
        assert_eq!(release("0123456789ab"), None);
    }

    #[test]
    fn moments_have_a_fraction_or_none() {
        assert_eq!(moment("2026-11-22 16:40:05").unwrap().micros() % 1_000_000, 0);
        assert_eq!(moment("2026-11-22 16:40:05.123456").unwrap().micros() % 1_000_000, 123_456);
        assert_eq!(moment("2026-11-22 16:40:05.5").unwrap().micros() % 1_000_000, 500_000);
        assert!(moment("yesterday").is_err());
    }
}
