//! Reading settings from where they come from.

use std::{
    collections::BTreeMap,
    fmt, fs,
    net::{SocketAddr, ToSocketAddrs as _},
    path::{Path, PathBuf},
    time::Duration,
};

use http::HeaderValue;
use ipnet::IpNet;
use ochre_domain::model::{ApiKey, PasswordHash};
use ochre_storage::DatabaseUrl;
use secrecy::{ExposeSecret as _, SecretString};

use super::{
    AuthSecret, Config, FirstOwnerSettings, LogFormat, MailSettings, SETTINGS, Setting, Shown,
    settings::WITHOUT_MEANING,
};
use crate::{RoleNames, shown::MAX_QUOTED};

/// The most that hash at the same time by default.
const MAX_DEFAULT_HASHERS: usize = 8;

/// The process's environment, or what a test puts in its place.
#[derive(Debug, Clone, Default)]
pub struct Environment(BTreeMap<String, Value>);

#[derive(Clone)]
enum Value {
    Text(SecretString),
    /// Bytes that are no UTF-8.
    Broken,
}

impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Value")
    }
}

impl Environment {
    /// The variables of this process.
    #[must_use]
    pub fn of_process() -> Self {
        #[expect(clippy::disallowed_methods, reason = "the one home of the process's environment")]
        let variables = std::env::vars_os();
        let value =
            |value: std::ffi::OsString| value.into_string().map_or(Value::Broken, |text| Value::Text(text.into()));
        Self(variables.filter_map(|(name, text)| Some((name.into_string().ok()?, value(text)))).collect())
    }
}

impl<N: Into<String>, V: Into<String>> FromIterator<(N, V)> for Environment {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(variables: I) -> Self {
        let value = |text: V| Value::Text(text.into().into());
        Self(variables.into_iter().map(|(name, text)| (name.into(), value(text))).collect())
    }
}

/// Where settings come from.
#[derive(Debug, Clone, Default)]
pub struct Sources {
    /// Flags: the setting's name and the text behind it.
    pub flags: BTreeMap<String, String>,
    /// The environment.
    pub environment: Environment,
}

/// What is wrong with a setting.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{name}: {problem}")]
pub struct ConfigError {
    /// The flag or variable that holds the value.
    pub name: String,
    /// What is wrong and what is allowed.
    pub problem: Problem,
}

/// What is wrong with a value. The value is quoted unless it may be a secret.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// A bad value.
    #[error("{value:?} is not allowed; it {rule}")]
    Value {
        /// The value.
        value: String,
        /// What is allowed.
        rule: String,
    },
    /// A bad value that is not repeated.
    #[error("the value {0}")]
    Secret(String),
}

/// A value and where it was found.
pub(super) struct Found {
    pub(super) name: String,
    value: SecretString,
    secret: bool,
}

impl Found {
    pub(super) fn value(&self) -> &str {
        self.value.expose_secret()
    }

    pub(super) fn refuse(&self, rule: impl Into<String>) -> ConfigError {
        let rule = rule.into();
        let problem = if self.secret {
            Problem::Secret(rule)
        } else {
            Problem::Value { value: self.value().chars().take(MAX_QUOTED).collect(), rule }
        };
        ConfigError { name: self.name.clone(), problem }
    }
}

/// Looks settings up.
pub(super) struct Reader<'a> {
    sources: &'a Sources,
}

impl Reader<'_> {
    fn variable(&self, name: &str, secret: bool) -> Result<Option<Found>, ConfigError> {
        let found = |value: SecretString| Found { name: name.to_owned(), value, secret };
        match self.sources.environment.0.get(name) {
            // An empty variable counts as none: compose files leave them so.
            None => Ok(None),
            Some(Value::Text(text)) if text.expose_secret().is_empty() => Ok(None),
            Some(Value::Text(text)) => Ok(Some(found(text.clone()))),
            Some(Value::Broken) => Err(Found { secret: true, ..found(String::new().into()) }.refuse("should be UTF-8")),
        }
    }

    /// A secret: from a variable, or from the file that `VARIABLE_FILE` names.
    pub(super) fn secret_of(&mut self, names: &[&str]) -> Result<Option<Found>, ConfigError> {
        for name in names {
            if let Some(found) = self.variable(name, true)? {
                return Ok(Some(found));
            }
            let Some(file) = self.variable(&format!("{name}_FILE"), false)? else { continue };
            let text = fs::read_to_string(file.value())
                .map_err(|error| file.refuse(format!("should name a readable file ({error})")))?;
            // Editors end a file with a line break, which is no part of a secret.
            let text = text.strip_suffix('\n').map_or(text.as_str(), |text| text.strip_suffix('\r').unwrap_or(text));
            if text.is_empty() {
                return Err(file.refuse("should name a file that is not empty"));
            }
            return Ok(Some(Found { name: file.name, value: text.to_owned().into(), secret: true }));
        }
        Ok(None)
    }

    fn get(&mut self, name: &str) -> Result<Option<Found>, ConfigError> {
        let Some(setting) = SETTINGS.iter().find(|setting| setting.name == name) else { return Ok(None) };
        let Setting { variable, alias, .. } = setting;
        if !setting.has_flag {
            let names: Vec<_> = [Some(*variable), *alias].into_iter().flatten().collect();
            return self.secret_of(&names);
        }
        if let Some(value) = self.sources.flags.get(name) {
            let flag = format!("--{name}");
            return Ok(Some(Found { name: flag, value: value.clone().into(), secret: name == "database-url" }));
        }
        for name in [Some(*variable), *alias].into_iter().flatten() {
            if let Some(found) = self.variable(name, setting.name == "database-url")? {
                return Ok(Some(found));
            }
        }
        Ok(None)
    }

    fn parse<T>(
        &mut self,
        name: &str,
        parse: impl FnOnce(&str) -> Result<T, String>,
        default: impl FnOnce() -> Result<T, ConfigError>,
    ) -> Result<T, ConfigError> {
        match self.get(name)? {
            Some(found) => parse(found.value()).map_err(|rule| found.refuse(rule)),
            None => default(),
        }
    }
}

impl Config {
    /// Reads every setting.
    ///
    /// # Errors
    /// The first bad value.
    pub fn read(sources: &Sources) -> Result<Self, ConfigError> {
        let reader = &mut Reader { sources };
        let user_home = reader.variable("HOME", false)?.map(|found| PathBuf::from(found.value()));
        let home = reader.parse(
            "home",
            |text| Ok(expand(text, user_home.as_deref())),
            || {
                let home = user_home.as_deref().ok_or_else(no_home)?;
                Ok(home.join(".ochre"))
            },
        )?;
        let auth_secret_key = reader.get("auth-secret-key")?.map(|found| AuthSecret(found.value));
        Ok(Self {
            listen: reader.parse("listen", addresses, || Ok(vec![SocketAddr::from(([127, 0, 0, 1], 6900))]))?,
            database_url: reader.parse(
                "database-url",
                |text| text.parse::<DatabaseUrl>().map_err(|error| error.to_string()),
                || Ok(DatabaseUrl::Sqlite(home.join("ochre.db"))),
            )?,
            base_url: reader.parse("base-url", base_url, || Ok("/".to_owned()))?,
            public_url: reader.parse("public-url", |text| public_url(text).map(Some), || Ok(None))?,
            trusted_proxies: reader.parse("trusted-proxies", networks, || Ok(Vec::new()))?,
            oidc_config: reader.parse(
                "oidc-config",
                |text| Ok(Some(expand(text, user_home.as_deref()))),
                || Ok(None),
            )?,
            login_throttle: reader.parse("login-throttle", on_or_off, || Ok(true))?,
            mail: mail(reader)?,
            log_format: reader.parse("log-format", log_format, || Ok(LogFormat::Text))?,
            log_level: reader.parse("log-level", log_level, || Ok(tracing::Level::INFO))?,
            master_key_file: reader.parse(
                "master-key-file",
                |text| Ok(expand(text, user_home.as_deref())),
                || Ok(home.join("master.key")),
            )?,
            auth_secret_key,
            auth_token_expiration: reader.parse(
                "auth-token-expiration",
                |text| number(text, 1, 10 * 365 * 86_400),
                || Ok(86_400),
            )?,
            auth_refresh_expiration: reader.parse(
                "auth-refresh-expiration",
                |text| number(text, 1, 10 * 365 * 86_400),
                || Ok(30 * 86_400),
            )?,
            compat_role_names: reader.parse("compat-role-names", role_names, || Ok(RoleNames::Three))?,
            users_file: reader.parse("users-file", |text| Ok(Some(expand(text, user_home.as_deref()))), || Ok(None))?,
            default_api_key: reader
                .get("default-api-key")?
                .map(|found| found.parse(ApiKey::try_imported))
                .transpose()?,
            default_password_hash: (reader.get("default-password-hash")?)
                .map(|found| found.parse(PasswordHash::try_bcrypt))
                .transpose()?,
            access_log: false,
            cors_origins: reader.parse("cors-origins", |text| origins(text).map(Some), || Ok(None))?,
            hash_concurrency: reader.parse(
                "hash-concurrency",
                |text| number(text, 1, 64).map(|n| usize::try_from(n).unwrap_or(1)),
                || Ok(default_hashers()),
            )?,
            postgres_connections: reader.parse(
                "postgres-connections",
                |text| number(text, 2, 1000).map(|n| u32::try_from(n).unwrap_or(2)),
                || Ok(20),
            )?,
            shown: shown(reader)?,
            drain: reader.parse("drain-seconds", |text| number(text, 0, 3600), || Ok(10)).map(Duration::from_secs)?,
            first_owner: FirstOwnerSettings::read(reader),
            home,
        })
    }
}

/// Every setting as people may see it.
fn shown(reader: &mut Reader<'_>) -> Result<Vec<Shown>, ConfigError> {
    let mut all = Vec::with_capacity(SETTINGS.len());
    for setting in SETTINGS {
        let name = setting.name;
        all.push(match reader.get(name)? {
            Some(found) => {
                // What is left of the address of a database when its secrets are taken away says enough.
                let value = match found.value().parse::<DatabaseUrl>() {
                    Ok(url) if name == "database-url" => url.to_string(),
                    _ if found.secret => "••••••••".to_owned(),
                    _ => found.value().to_owned(),
                };
                Shown { name, value, origin: found.name }
            }
            None => Shown { name, value: setting.default.to_owned(), origin: "default".to_owned() },
        });
    }
    Ok(all)
}

impl Sources {
    /// Whether a setting has a value other than its default.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        let mut names =
            SETTINGS.iter().filter(|setting| setting.name == name).flat_map(|s| [Some(s.variable), s.alias]);
        self.flags.contains_key(name)
            || names.any(|name| name.is_some_and(|name| self.environment.0.contains_key(name)))
    }

    /// Variables that are set and mean nothing: Argilla's, and those that look like ours.
    #[must_use]
    pub fn ignored(&self) -> Vec<&str> {
        let variables = self.environment.0.keys().map(String::as_str);
        let ours = |name: &str| {
            let base = name.strip_suffix("_FILE").unwrap_or(name);
            SETTINGS.iter().any(|setting| setting.variable == name || (!setting.has_flag && setting.variable == base))
                || ["OCHRE_USERNAME", "OCHRE_PASSWORD", "OCHRE_API_KEY", "OCHRE_WORKSPACE"].contains(&base)
                // The client's, which often stands beside the server's.
                || name == "OCHRE_API_URL"
        };
        variables.filter(|name| WITHOUT_MEANING.contains(name) || (name.starts_with("OCHRE_") && !ours(name))).collect()
    }
}

fn no_home() -> ConfigError {
    let rule = "is missing, and the variable HOME is not set either: name the directory for the server's data";
    ConfigError { name: "--home".to_owned(), problem: Problem::Secret(rule.to_owned()) }
}

fn expand(path: &str, user_home: Option<&Path>) -> PathBuf {
    match (path.strip_prefix("~/"), user_home) {
        (Some(rest), Some(home)) => home.join(rest),
        _ => PathBuf::from(path),
    }
}

fn addresses(text: &str) -> Result<Vec<SocketAddr>, String> {
    let rule = || "should be ADDRESS:PORT, as 127.0.0.1:6900, [::1]:6900 or 0.0.0.0:6900".to_owned();
    if !text.contains(':') {
        return Err(rule());
    }
    let found: Vec<_> = text.to_socket_addrs().map_err(|_| rule())?.collect();
    if found.is_empty() { Err(rule()) } else { Ok(found) }
}

fn base_url(text: &str) -> Result<String, String> {
    let inner = text.trim_matches('/');
    let allowed = |c: char| c.is_ascii_alphanumeric() || "-._~/".contains(c);
    if !inner.chars().all(allowed) || inner.contains("//") || inner.split('/').any(|part| part == "." || part == "..") {
        return Err("should be a path of letters, digits and -._~, as /argilla".to_owned());
    }
    if inner.split('/').next() == Some("api") {
        return Err("should not begin with /api, where the server's own routes are".to_owned());
    }
    Ok(if inner.is_empty() { "/".to_owned() } else { format!("/{inner}/") })
}

fn mail(reader: &mut Reader<'_>) -> Result<Option<MailSettings>, ConfigError> {
    let url = reader.get("smtp-url")?;
    let from = reader.get("mail-from")?;
    let Some(url) = url else { return Ok(None) };
    let lacks = |rule: &str| url.refuse(rule);
    if !["smtp://", "smtps://"].iter().any(|scheme| url.value().starts_with(scheme)) {
        return Err(lacks("should begin with smtp:// or smtps://"));
    }
    let Some(from) = from else { return Err(lacks("needs OCHRE_MAIL_FROM beside it: who writes the mails")) };
    let mailbox =
        from.value().parse().map_err(|_| from.refuse("should be as ochre@example.org or Ochre <ochre@example.org>"))?;
    Ok(Some(MailSettings { url: url.value, from: mailbox }))
}

/// An address of HTTP that people and browsers use: nothing but scheme, host, port and path.
fn public_url(text: &str) -> Result<String, String> {
    let rule = || "should be as https://ochre.example.org or https://example.org/ochre".to_owned();
    let uri: http::Uri = text.parse().map_err(|_| rule())?;
    let plain = matches!(uri.scheme_str(), Some("http" | "https"))
        && uri.authority().is_some_and(|authority| !authority.as_str().contains('@') && !authority.host().is_empty())
        && uri.query().is_none()
        && !text.contains('#');
    if plain { Ok(text.trim_end_matches('/').to_owned()) } else { Err(rule()) }
}

fn networks(text: &str) -> Result<Vec<IpNet>, String> {
    let network = |part: &str| {
        let address = || part.parse::<std::net::IpAddr>().ok().map(IpNet::from);
        part.parse().ok().or_else(address).ok_or_else(|| {
            "should be addresses or networks separated by commas, as 127.0.0.1, 10.0.0.0/8 or fd00::/8".to_owned()
        })
    };
    text.split(',').map(str::trim).filter(|part| !part.is_empty()).map(network).collect()
}

fn on_or_off(text: &str) -> Result<bool, String> {
    match text {
        "on" => Ok(true),
        "off" => Ok(false),
        _ => Err("should be on or off".to_owned()),
    }
}

fn role_names(text: &str) -> Result<RoleNames, String> {
    match text {
        "2.x" => Ok(RoleNames::Three),
        "1.6" => Ok(RoleNames::Two),
        _ => Err("should be 2.x (owner, admin, annotator) or 1.6 (admin, annotator)".to_owned()),
    }
}

fn log_format(text: &str) -> Result<LogFormat, String> {
    match text {
        "text" => Ok(LogFormat::Text),
        "json" => Ok(LogFormat::Json),
        _ => Err("should be text or json".to_owned()),
    }
}

fn log_level(text: &str) -> Result<tracing::Level, String> {
    match text {
        "error" => Ok(tracing::Level::ERROR),
        "warn" => Ok(tracing::Level::WARN),
        "info" => Ok(tracing::Level::INFO),
        "debug" => Ok(tracing::Level::DEBUG),
        "trace" => Ok(tracing::Level::TRACE),
        _ => Err("should be error, warn, info, debug or trace".to_owned()),
    }
}

fn number(text: &str, min: u64, max: u64) -> Result<u64, String> {
    let in_range = text.parse().ok().filter(|n| (min..=max).contains(n));
    in_range.ok_or_else(|| format!("should be a whole number from {min} to {max}"))
}

fn origins(text: &str) -> Result<Vec<HeaderValue>, String> {
    let list = match serde_json::from_str::<Vec<String>>(text) {
        Ok(list) => list,
        Err(_) => text.split(',').map(|origin| origin.trim().to_owned()).collect(),
    };
    let origin = |origin: &String| {
        let plain = origin == "*"
            || origin
                .strip_prefix("https://")
                .or_else(|| origin.strip_prefix("http://"))
                .is_some_and(|host| !host.is_empty() && !host.contains(['/', ' ', '"']));
        HeaderValue::try_from(origin).ok().filter(|_| plain)
    };
    let rule = "should be origins as https://example.org, in a JSON list or separated by commas, or *";
    list.iter().map(origin).collect::<Option<Vec<_>>>().ok_or_else(|| rule.to_owned())
}

/// Half of the cores, so that requests are answered while passwords are hashed.
fn default_hashers() -> usize {
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    (cores / 2).clamp(1, MAX_DEFAULT_HASHERS)
}

#[cfg(test)]
mod tests {
    use ochre_domain::usecase::OwnerPassword;

    use super::*;

    fn sources(flags: &[(&str, &str)], environment: &[(&str, &str)]) -> Sources {
        Sources {
            flags: flags.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
            environment: environment.iter().copied().chain([("HOME", "/home/ada")]).collect(),
        }
    }

    fn read(flags: &[(&str, &str)], environment: &[(&str, &str)]) -> Result<Config, String> {
        Config::read(&sources(flags, environment)).map_err(|error| error.to_string())
    }

    #[test]
    fn a_flag_wins_over_the_environment_and_our_name_over_argillas() {
        let both = [("OCHRE_HOME", "/ours"), ("ARGILLA_HOME_PATH", "/argilla")];
        assert_eq!(read(&[("home", "/flag")], &both).unwrap().home, Path::new("/flag"));
        assert_eq!(read(&[], &both).unwrap().home, Path::new("/ours"));
        assert_eq!(read(&[], &both[1..]).unwrap().home, Path::new("/argilla"));
        assert_eq!(read(&[], &[]).unwrap().home, Path::new("/home/ada/.ochre"));
        assert_eq!(read(&[], &[("OCHRE_HOME", "")]).unwrap().home, Path::new("/home/ada/.ochre"));
    }

    #[test]
    fn paths_follow_the_home() {
        let config = read(&[("home", "~/data")], &[]).unwrap();
        assert_eq!(config.database_url.to_string(), "sqlite:////home/ada/data/ochre.db");
        assert_eq!(config.master_key_file, Path::new("/home/ada/data/master.key"));
    }

    #[test]
    fn argillas_names_work() {
        let config = read(
            &[],
            &[
                ("ARGILLA_DATABASE_URL", "sqlite+aiosqlite:////srv/argilla.db?check_same_thread=False"),
                ("ARGILLA_BASE_URL", "/argilla"),
                ("ARGILLA_AUTH_SECRET_KEY", "s3cret"),
                ("ARGILLA_AUTH_TOKEN_EXPIRATION", "60"),
                ("ARGILLA_CORS_ORIGINS", r#"["https://a.example"]"#),
            ],
        )
        .unwrap();
        assert_eq!(config.database_url.to_string(), "sqlite:////srv/argilla.db");
        assert_eq!(config.base_url, "/argilla/");
        assert_eq!(config.auth_secret_key.as_ref().unwrap().expose(), "s3cret");
        assert_eq!(config.auth_token_expiration, 60);
        assert_eq!(config.cors_origins.as_ref().unwrap(), &["https://a.example"]);
        assert!(!format!("{config:?}").contains("s3cret"));
    }

    #[test]
    fn a_bad_value_names_itself_and_what_is_allowed() {
        let errors = [
            (read(&[("listen", "6900")], &[]), "--listen: \"6900\" is not allowed; it should be ADDRESS:PORT"),
            (
                read(&[], &[("OCHRE_LOG_FORMAT", "xml")]),
                "OCHRE_LOG_FORMAT: \"xml\" is not allowed; it should be text or json",
            ),
            (
                read(&[], &[("ARGILLA_AUTH_TOKEN_EXPIRATION", "soon")]),
                "ARGILLA_AUTH_TOKEN_EXPIRATION: \"soon\" is not allowed; it should be a whole number",
            ),
            (read(&[("base-url", "/a b")], &[]), "--base-url: \"/a b\" is not allowed"),
            (
                read(&[("base-url", "/api/v1")], &[]),
                "--base-url: \"/api/v1\" is not allowed; it should not begin with /api",
            ),
            (read(&[], &[("OCHRE_CORS_ORIGINS", "example.org")]), "OCHRE_CORS_ORIGINS: \"example.org\" is not allowed"),
            (
                read(&[("hash-concurrency", "0")], &[]),
                "--hash-concurrency: \"0\" is not allowed; it should be a whole number from 1 to 64",
            ),
        ];
        for (outcome, expected) in errors {
            let error = outcome.unwrap_err();
            assert!(error.starts_with(expected), "{error}");
        }
    }

    #[test]
    fn a_bad_first_owner_is_told_only_to_who_needs_one() {
        for (environment, expected) in [
            (
                &[("USERNAME", "ada"), ("PASSWORD", "short")][..],
                "PASSWORD: the value should have at least 8 characters",
            ),
            (
                &[("USERNAME", "ada"), ("PASSWORD", "12345678"), ("API_KEY", "k")],
                "API_KEY: the value should have at least 8 characters",
            ),
            (
                &[("USERNAME", "ada"), ("PASSWORD_FILE", "/no/such/file")],
                "PASSWORD_FILE: \"/no/such/file\" is not allowed",
            ),
        ] {
            let error = read(&[], environment).unwrap().first_owner.unwrap_err().to_string();
            assert!(error.starts_with(expected), "{error}");
        }
    }

    #[test]
    fn a_bad_database_url_is_not_repeated() {
        let error = read(&[("database-url", "mysql://ada:hunter22@db/x")], &[]).unwrap_err();
        assert_eq!(error, "--database-url: the value should begin with sqlite:/// or postgres://");
    }

    #[test]
    fn the_first_owner_comes_from_prefixed_names_first_and_from_files() {
        let file = tempfile::NamedTempFile::new().unwrap();
        fs::write(file.path(), "from the file\n").unwrap();
        let file = file.path().to_str().unwrap();
        let config = read(&[], &[("OCHRE_USERNAME", "ada"), ("USERNAME", "root"), ("PASSWORD_FILE", file)]).unwrap();
        let owner = config.first_owner.unwrap().owner.unwrap();
        assert_eq!(owner.username.as_str(), "ada");
        assert!(matches!(owner.password, OwnerPassword::Clear(password) if password.expose() == "from the file"));
    }

    #[test]
    fn a_name_alone_is_no_owner() {
        let config = read(&[], &[("USERNAME", "ada")]).unwrap();
        let settings = config.first_owner.unwrap();
        assert!(settings.owner.is_none());
        assert_eq!(settings.incomplete, ["USERNAME"]);
    }

    #[test]
    fn what_means_nothing_is_named() {
        let sources = sources(
            &[],
            &[
                ("ARGILLA_ELASTICSEARCH", "http://es:9200"),
                ("ARGILLA_REDIS_URL", "redis://redis"),
                ("OCHRE_LISTN", "0.0.0.0:1"),
                ("OCHRE_LISTEN", "0.0.0.0:1"),
                ("OCHRE_AUTH_SECRET_KEY_FILE", "/run/secret"),
                ("OCHRE_API_URL", "http://localhost:6900"),
            ],
        );
        assert_eq!(sources.ignored(), ["ARGILLA_ELASTICSEARCH", "ARGILLA_REDIS_URL", "OCHRE_LISTN"]);
    }

    #[test]
    fn every_setting_that_is_read_is_listed() {
        let names: std::collections::BTreeSet<_> = SETTINGS.iter().map(|setting| setting.name).collect();
        assert_eq!(names.len(), SETTINGS.len());
        for setting in SETTINGS {
            assert_eq!(setting.variable, format!("OCHRE_{}", setting.name.to_uppercase().replace('-', "_")));
        }
    }
}
