//! Which database, and how to connect to it.

use std::{fmt, path::PathBuf, str::FromStr, time::Duration};

use sea_orm::{
    ConnectOptions,
    sqlx::{postgres::PgConnectOptions, sqlite},
};
use url::Url;

/// How long a request waits for a connection before it is told that the database is unavailable.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(10);
/// How long SQLite waits for a lock that another process holds.
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);
/// What the writing connection of SQLite may keep of the file, in KiB. It is taken when a large import touches indexes all
/// over the file; SQLite's own 2 MiB make it write and read the same pages again and again.
const WRITER_CACHE_KIB: u32 = 16 * 1024;
/// SQLite connections that only read. More would not help: reads are short, and one machine has few cores.
const SQLITE_READERS: u32 = 4;
/// PostgreSQL connections that a command may open.
const COMMAND_CONNECTIONS: u32 = 20;

/// How many connections to PostgreSQL there are, and when they are opened. A quarter of them only read, so that writers who wait
/// for a lock keep no reader waiting. Those of SQLite cost nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Connections {
    /// So many, at least 2, opened at once, and again when one is lost. The driver gives way to other tasks hundreds of times
    /// within one handshake (SCRAM), so that under load a request that has to open one waits for seconds: a server opens them
    /// beforehand.
    Ready(u32),
    /// When they are needed, for a command that needs one or two.
    OnDemand,
}

impl Connections {
    const fn most(self) -> u32 {
        match self {
            Self::Ready(most) => most,
            Self::OnDemand => COMMAND_CONNECTIONS,
        }
    }

    const fn readers(self) -> u32 {
        self.most().div_ceil(4)
    }

    const fn writers(self) -> u32 {
        self.most() - self.readers()
    }

    /// So many of them.
    fn limit(self, options: &mut ConnectOptions, most: u32) {
        options.max_connections(most);
        if let Self::Ready(_) = self {
            options.min_connections(most);
        }
    }
}

/// A kind of database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    /// Embedded, one file.
    Sqlite,
    /// A server.
    Postgres,
}

/// Where the database is. [`fmt::Display`] and [`fmt::Debug`] leave out the password.
#[derive(Clone, PartialEq, Eq)]
pub enum DatabaseUrl {
    /// A file of SQLite.
    Sqlite(PathBuf),
    /// A URL of PostgreSQL (`postgres://user:password@host:port/database`).
    Postgres(String),
}

/// A text that is no database URL.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum UrlError {
    /// Not one of the two kinds.
    #[error("should begin with sqlite:/// or postgres://")]
    Scheme,
    /// SQLite in memory, which would lose everything at the next start.
    #[error("should name a file: a database in memory would be lost at the next start")]
    InMemory,
    /// A directory where SQLite needs a file.
    #[error("should name a file, not a directory")]
    Directory,
    /// A URL that PostgreSQL's driver cannot read.
    #[error("should be as postgres://USER:PASSWORD@HOST:PORT/DATABASE, with special characters percent-encoded")]
    Postgres,
}

impl DatabaseUrl {
    /// The kind.
    #[must_use]
    pub const fn engine(&self) -> Engine {
        match self {
            Self::Sqlite(_) => Engine::Sqlite,
            Self::Postgres(_) => Engine::Postgres,
        }
    }
}

impl FromStr for DatabaseUrl {
    type Err = UrlError;

    /// Reads a URL, also in the forms that SQLAlchemy uses (`sqlite+aiosqlite:///…?check_same_thread=False`,
    /// `postgresql+asyncpg://…`). As there, three slashes begin a relative path and four an absolute one; parameters
    /// of SQLite URLs are dropped.
    fn from_str(url: &str) -> Result<Self, UrlError> {
        let (scheme, rest) = url.split_once(':').ok_or(UrlError::Scheme)?;
        match scheme.split('+').next().unwrap_or_default() {
            "sqlite" => {
                let path = rest.strip_prefix("///").or_else(|| rest.strip_prefix("//")).unwrap_or(rest);
                let path = path.split('?').next().unwrap_or_default();
                if path.is_empty() || path.starts_with(":memory:") {
                    return Err(UrlError::InMemory);
                }
                if path.ends_with('/') || path.ends_with("/.") || path.ends_with("/..") {
                    return Err(UrlError::Directory);
                }
                Ok(Self::Sqlite(PathBuf::from(path)))
            }
            "postgres" | "postgresql" if rest.starts_with("//") => {
                let url = format!("postgres:{rest}");
                let place = Url::parse(&url).map_err(|_| UrlError::Postgres)?;
                let by_socket = place.query_pairs().any(|(name, _)| name == "host");
                if (!place.has_host() && !by_socket) || url.parse::<PgConnectOptions>().is_err() {
                    return Err(UrlError::Postgres);
                }
                Ok(Self::Postgres(url))
            }
            _ => Err(UrlError::Scheme),
        }
    }
}

impl fmt::Display for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => write!(f, "sqlite:///{}", path.display()),
            // Parameters may hold a password as well.
            Self::Postgres(url) => match Url::parse(url) {
                Ok(url) => {
                    let user = Some(url.username()).filter(|user| !user.is_empty());
                    let user = user.map(|user| format!("{user}@")).unwrap_or_default();
                    let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
                    write!(f, "postgres://{user}{}{port}{}", url.host_str().unwrap_or_default(), url.path())
                }
                Err(_) => f.write_str("postgres://"),
            },
        }
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Options of the connections that write.
pub(crate) fn writer(url: &DatabaseUrl, connections: Connections) -> ConnectOptions {
    match url {
        DatabaseUrl::Sqlite(path) => {
            // One connection, whose pool is the fair queue in which writers wait: measured with 50 writers, a queue
            // in the process keeps the 99th percentile at a tenth of what SQLite's own waiting gives.
            let mut options = sqlite(path, false);
            options.max_connections(1).min_connections(1);
            options
        }
        DatabaseUrl::Postgres(url) => {
            let mut options = common(url);
            connections.limit(&mut options, connections.writers());
            options
        }
    }
}

/// Options of the connections that only read.
pub(crate) fn reader(url: &DatabaseUrl, connections: Connections) -> ConnectOptions {
    match url {
        DatabaseUrl::Sqlite(path) => {
            let mut options = sqlite(path, true);
            options.max_connections(SQLITE_READERS);
            options
        }
        DatabaseUrl::Postgres(url) => {
            let mut options = common(url);
            connections.limit(&mut options, connections.readers());
            options
        }
    }
}

/// Options of the one connection to a database that is not ours and must not change.
pub(crate) fn read_only(url: &DatabaseUrl) -> ConnectOptions {
    let mut options = match url {
        DatabaseUrl::Sqlite(path) => {
            let mut options = common("sqlite:");
            let path = path.clone();
            options.map_sqlx_sqlite_opts(move |connect| {
                // Neither the journal's mode nor anything else is set: that would write.
                connect.filename(&path).read_only(true).create_if_missing(false).busy_timeout(BUSY_TIMEOUT)
            });
            options
        }
        DatabaseUrl::Postgres(url) => common(url),
    };
    options.max_connections(1);
    options
}

fn common(url: &str) -> ConnectOptions {
    let mut options = ConnectOptions::new(url);
    options.sqlx_logging(false).acquire_timeout(ACQUIRE_TIMEOUT).connect_timeout(ACQUIRE_TIMEOUT);
    options
}

fn sqlite(path: &std::path::Path, query_only: bool) -> ConnectOptions {
    let mut options = common("sqlite:");
    let path = path.to_owned();
    // A connection to a file never goes bad by itself, and closing the last one would checkpoint at odd moments.
    options.idle_timeout(None::<Duration>).max_lifetime(None::<Duration>).test_before_acquire(false);
    options.map_sqlx_sqlite_opts(move |connect| {
        connect
            .filename(&path)
            .create_if_missing(!query_only)
            .journal_mode(sqlite::SqliteJournalMode::Wal)
            // An acknowledged write survives a power cut, not only a crash of this process.
            .synchronous(sqlite::SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(BUSY_TIMEOUT)
            .pragma("query_only", if query_only { "ON" } else { "OFF" })
            .pragma("cache_size", if query_only { "-2000".to_owned() } else { format!("-{WRITER_CACHE_KIB}") })
    });
    options
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_forms_that_argilla_and_sqlalchemy_use() {
        let sqlite = |path: &str| Ok(DatabaseUrl::Sqlite(PathBuf::from(path)));
        assert_eq!("sqlite:////srv/ochre.db".parse(), sqlite("/srv/ochre.db"));
        assert_eq!("sqlite:///ochre.db".parse(), sqlite("ochre.db"));
        assert_eq!("sqlite:/srv/ochre.db".parse(), sqlite("/srv/ochre.db"));
        assert_eq!("sqlite+aiosqlite:////srv/argilla.db?check_same_thread=False".parse(), sqlite("/srv/argilla.db"));
        for scheme in ["postgres", "postgresql", "postgresql+asyncpg", "postgresql+psycopg2"] {
            assert_eq!(
                format!("{scheme}://u:p@db:5432/argilla").parse(),
                Ok(DatabaseUrl::Postgres("postgres://u:p@db:5432/argilla".into()))
            );
        }
    }

    #[test]
    fn refuses_everything_else() {
        for url in ["mysql://u@h/d", "ochre.db", "", "postgres:argilla"] {
            assert_eq!(url.parse::<DatabaseUrl>(), Err(UrlError::Scheme), "{url}");
        }
        for url in ["postgres://u:p@127.0.0.1:notaport/db", "postgres://", "postgres://u@h/d?sslmode=perhaps"] {
            assert_eq!(url.parse::<DatabaseUrl>(), Err(UrlError::Postgres), "{url}");
        }
        for url in ["sqlite:////", "sqlite:///../", "sqlite:///data/.."] {
            assert_eq!(url.parse::<DatabaseUrl>(), Err(UrlError::Directory), "{url}");
        }
        for url in ["sqlite::memory:", "sqlite://", "sqlite:///:memory:"] {
            assert_eq!(url.parse::<DatabaseUrl>(), Err(UrlError::InMemory), "{url}");
        }
    }

    #[test]
    fn printing_leaves_out_the_password() {
        let url: DatabaseUrl = "postgres://ada:hunter22@db/argilla?password=hunter22".parse().unwrap();
        assert_eq!(url.to_string(), "postgres://ada@db/argilla");
        assert_eq!(format!("{url:?}"), "postgres://ada@db/argilla");
        for (url, shown) in [
            ("postgres://localhost/none?port=1&password=hunter@22", "postgres://localhost/none"),
            ("postgres://ada:hun@ter22@127.0.0.1:1/none", "postgres://ada@127.0.0.1:1/none"),
            ("postgres://:hunter22@db", "postgres://db"),
        ] {
            assert_eq!(url.parse::<DatabaseUrl>().unwrap().to_string(), shown);
        }
    }
}
