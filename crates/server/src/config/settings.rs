//! The list of settings.

/// A setting and its names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Setting {
    /// The name; `--name` is its flag, unless it is a secret.
    pub name: &'static str,
    /// The variable of the environment.
    pub variable: &'static str,
    /// Argilla's name for it.
    pub alias: Option<&'static str>,
    /// What a value looks like.
    pub value: &'static str,
    /// The default, for people.
    pub default: &'static str,
    /// What it is for.
    pub help: &'static str,
    /// Whether it has a flag. Secrets have none: others can read a command line. They have `VARIABLE_FILE` instead.
    pub has_flag: bool,
}

const fn setting(
    name: &'static str,
    variable: &'static str,
    alias: Option<&'static str>,
    value: &'static str,
    default: &'static str,
    help: &'static str,
) -> Setting {
    Setting { name, variable, alias, value, default, help, has_flag: true }
}

/// Every setting.
pub const SETTINGS: &[Setting] = &[
    setting(
        "home",
        "OCHRE_HOME",
        Some("ARGILLA_HOME_PATH"),
        "DIRECTORY",
        "~/.ochre",
        "Where the master key and, by default, the database are kept",
    ),
    setting(
        "listen",
        "OCHRE_LISTEN",
        None,
        "ADDRESS:PORT",
        "127.0.0.1:6900",
        "Where to listen; port 0 takes a free one",
    ),
    setting(
        "database-url",
        "OCHRE_DATABASE_URL",
        Some("ARGILLA_DATABASE_URL"),
        "URL",
        "sqlite:///<home>/ochre.db",
        "The database, sqlite:///FILE or postgres://USER:PASSWORD@HOST/DATABASE",
    ),
    setting(
        "base-url",
        "OCHRE_BASE_URL",
        Some("ARGILLA_BASE_URL"),
        "PATH",
        "/",
        "The path below which a proxy publishes the server",
    ),
    setting(
        "public-url",
        "OCHRE_PUBLIC_URL",
        None,
        "URL",
        "where it listens",
        "Where people find the server, with the path if it has one; invitations and reset links begin with it",
    ),
    setting(
        "trusted-proxies",
        "OCHRE_TRUSTED_PROXIES",
        None,
        "CIDR,...",
        "none",
        "Proxies whose X-Forwarded-For tells who calls, as 127.0.0.1 or 10.0.0.0/8, separated by commas",
    ),
    setting(
        "oidc-config",
        "OCHRE_OIDC_CONFIG",
        None,
        "FILE",
        "none",
        "The sign-in providers (OpenID Connect) and what their accounts are given here",
    ),
    setting(
        "login-throttle",
        "OCHRE_LOGIN_THROTTLE",
        None,
        "on|off",
        "on",
        "Whether sign-ins that fail again and again must wait (1 to 10 s) for the next try",
    ),
    Setting {
        has_flag: false,
        ..setting(
            "smtp-url",
            "OCHRE_SMTP_URL",
            None,
            "URL",
            "none: no mail is sent",
            "The mail server, as smtps://USER:PASSWORD@HOST, smtp://HOST:PORT?tls=required, or smtp://HOST:PORT without encryption",
        )
    },
    setting(
        "mail-from",
        "OCHRE_MAIL_FROM",
        None,
        "ADDRESS",
        "none",
        "Who writes the mails, as Ochre <ochre@example.org>",
    ),
    setting("log-format", "OCHRE_LOG_FORMAT", None, "text|json", "text", "How log lines look"),
    setting("log-level", "OCHRE_LOG_LEVEL", None, "error|warn|info|debug|trace", "info", "What is logged"),
    setting(
        "master-key-file",
        "OCHRE_MASTER_KEY_FILE",
        None,
        "FILE",
        "<home>/master.key",
        "The key that seals API keys; made on the first start, the same for all servers on one database",
    ),
    Setting {
        has_flag: false,
        ..setting(
            "auth-secret-key",
            "OCHRE_AUTH_SECRET_KEY",
            Some("ARGILLA_AUTH_SECRET_KEY"),
            "TEXT",
            "derived from the master key",
            "The secret that signs login tokens",
        )
    },
    setting(
        "auth-token-expiration",
        "OCHRE_AUTH_TOKEN_EXPIRATION",
        Some("ARGILLA_AUTH_TOKEN_EXPIRATION"),
        "SECONDS",
        "86400",
        "How long a login lasts",
    ),
    setting(
        "auth-refresh-expiration",
        "OCHRE_AUTH_REFRESH_EXPIRATION",
        None,
        "SECONDS",
        "2592000",
        "How long a login can be renewed without a password (POST /api/v1/token/refresh)",
    ),
    setting(
        "compat-role-names",
        "OCHRE_COMPAT_ROLE_NAMES",
        None,
        "2.x|1.6",
        "2.x",
        "What roles are called on /api and by the commands of Argilla 1.x; with 1.6, admin means owner",
    ),
    setting(
        "users-file",
        "OCHRE_USERS_FILE",
        Some("ARGILLA_LOCAL_AUTH_USERS_DB_FILE"),
        "FILE",
        "none",
        "A users file of Argilla 1.x, which the server follows: read at each start",
    ),
    Setting {
        has_flag: false,
        ..setting(
            "default-api-key",
            "OCHRE_DEFAULT_API_KEY",
            Some("ARGILLA_LOCAL_AUTH_DEFAULT_APIKEY"),
            "TEXT",
            "argilla.apikey",
            "The API key of the owner that the server makes by itself",
        )
    },
    Setting {
        has_flag: false,
        ..setting(
            "default-password-hash",
            "OCHRE_DEFAULT_PASSWORD_HASH",
            Some("ARGILLA_LOCAL_AUTH_DEFAULT_PASSWORD"),
            "HASH",
            "that of 12345678",
            "The password of the owner that the server makes by itself, hashed with bcrypt",
        )
    },
    setting(
        "cors-origins",
        "OCHRE_CORS_ORIGINS",
        Some("ARGILLA_CORS_ORIGINS"),
        "ORIGINS",
        "none",
        "Origins whose pages may call the API: a JSON list, or texts separated by commas; * for all",
    ),
    setting(
        "hash-concurrency",
        "OCHRE_HASH_CONCURRENCY",
        None,
        "NUMBER",
        "half of the cores, 1 to 8",
        "Passwords hashed at the same time; each takes 19 MiB",
    ),
    setting(
        "postgres-connections",
        "OCHRE_POSTGRES_CONNECTIONS",
        None,
        "NUMBER",
        "20",
        "Connections to PostgreSQL, 2 to 1000, which the server opens when it starts; a quarter of them only read",
    ),
    setting(
        "drain-seconds",
        "OCHRE_DRAIN_SECONDS",
        None,
        "SECONDS",
        "10",
        "How long open requests may take when the server is stopped",
    ),
];

/// Argilla's variables that mean nothing here.
pub(super) const WITHOUT_MEANING: &[&str] = &[
    "ARGILLA_ELASTICSEARCH",
    "ARGILLA_ELASTICSEARCH_SSL_VERIFY",
    "ARGILLA_ELASTICSEARCH_CA_PATH",
    "ARGILLA_SEARCH_ENGINE",
    "ARGILLA_ES_RECORDS_INDEX_SHARDS",
    "ARGILLA_ES_RECORDS_INDEX_REPLICAS",
    "ARGILLA_ES_MAPPING_TOTAL_FIELDS_LIMIT",
    "ARGILLA_REDIS_URL",
    "ARGILLA_REDIS_USE_CLUSTER",
    "ARGILLA_DATABASE_POSTGRESQL_POOL_SIZE",
    "ARGILLA_DATABASE_POSTGRESQL_MAX_OVERFLOW",
    "ARGILLA_DATABASE_SQLITE_TIMEOUT",
    "ARGILLA_AUTH_ALGORITHM",
    "ARGILLA_DOCS_ENABLED",
    "ARGILLA_ENABLE_TELEMETRY",
    "ARGILLA_LOCAL_AUTH_SECRET_KEY",
    "ARGILLA_LOCAL_AUTH_ALGORITHM",
    "ARGILLA_LOCAL_AUTH_TOKEN_EXPIRATION_IN_MINUTES",
    "ARGILLA_LOCAL_AUTH_TOKEN_API_URL",
    "ELASTICSEARCH",
    "REINDEX_DATASETS",
];
