//! The first owner of an empty database, and what the server says when it is ready.

use std::fmt::Write as _;

use ochre_domain::{
    Error,
    model::{ApiKey, FirstName, Origin, Password, User, Username, WorkspaceName},
    ports::RandomExt as _,
    usecase::{FirstOwner, OnDifference, OwnerPassword, RosterReport, Step},
};

use crate::{
    StartError,
    app::App,
    config::{Config, FirstOwnerSettings},
    users_file::FollowedFile,
};

/// The well-known owner of Argilla's guides. It is made only where nobody else can reach the server.
pub(crate) const DEFAULT_NAME: &str = "argilla";
const DEFAULT_PASSWORD: &str = "12345678";
/// The one of the guides up to 1.29, which `users create-default` gives.
pub(crate) const OLD_DEFAULT_PASSWORD: &str = "1234";
/// Whether everybody who has read a guide knows a password.
pub(crate) fn is_well_known(password: &str) -> bool {
    [DEFAULT_PASSWORD, OLD_DEFAULT_PASSWORD].contains(&password)
}
pub(crate) const DEFAULT_API_KEY: &str = "argilla.apikey";
pub(crate) const DEFAULT_WORKSPACE: &str = "argilla";

/// Who may sign in, for the banner.
pub(crate) enum Welcome {
    /// The well-known owner was made just now.
    WellKnown,
    /// An owner with random secrets was made just now. They are shown this once.
    Random { password: Password, api_key: Option<ApiKey> },
    /// The owner that the environment names was made just now. A key that it does not name is shown this once.
    Named { user: Box<User>, made_key: Option<ApiKey> },
    /// The owner of Argilla's guides was made just now, with a key or a password that variables gave.
    Given,
    /// There are users already.
    Known,
    /// The users of a file, which were brought in just now.
    Followed { users: usize },
}

/// Creates the first owner where there is none, and follows the users file.
pub(crate) async fn prepare(app: &App, file: Option<&FollowedFile>) -> Result<Welcome, StartError> {
    match file {
        Some(file) => follow(app, file).await,
        None => first_owner(app).await,
    }
}

/// Brings the database to what the users file says. Beside the file nobody is made.
async fn follow(app: &App, file: &FollowedFile) -> Result<Welcome, StartError> {
    let named = |settings: &FirstOwnerSettings| settings.owner.is_some();
    if app.config.first_owner.as_ref().map_or(true, named) {
        tracing::warn!("USERNAME, PASSWORD and API_KEY are ignored: the users are those of the users file");
    }
    let outcome = app.users_file.import(&file.users, OnDifference::Follow, &|_, _| {}).await;
    let report = outcome.map_err(|error| match error {
        Error::LastOwner(_) => file.text.without_owner().into(),
        error => StartError::FirstOwner(error),
    })?;
    if report.refused {
        return Err(file.text.clashes(&report).into());
    }
    tell_what_changed(&report);
    Ok(Welcome::Followed { users: file.users.len() })
}

fn tell_what_changed(report: &RosterReport) {
    for user in &report.steps {
        let (id, name) = (user.id.map(tracing::field::display), &user.username);
        match &user.step {
            // Counted by the use-case.
            Step::Create | Step::Keep => {}
            Step::Differ(_) => tracing::info!(user.id = id, user.name = ?name, "changed, as the users file says"),
            Step::Disable => tracing::warn!(user.id = id, user.name = ?name, "disabled: gone from the users file"),
        }
    }
    if report.without_owner {
        tracing::warn!(
            "nobody can manage users: no entry of the users file is without `workspaces`, which makes an owner"
        );
    }
}

async fn first_owner(app: &App) -> Result<Welcome, StartError> {
    if !app.bootstrap.is_needed().await? {
        tell_if_different(app).await?;
        follow_variables(app).await?;
        return Ok(Welcome::Known);
    }
    let settings = app.config.first_owner.as_ref().map_err(|error| StartError::Settings(error.to_string()))?;
    if !settings.incomplete.is_empty() {
        let names = settings.incomplete.join(", ");
        tracing::info!("{names} ignored: a first owner needs both USERNAME and PASSWORD");
    }
    let welcome = match &settings.owner {
        Some(owner) => {
            let made = app.bootstrap.create(owner.clone()).await?;
            made.map(|(user, key)| Welcome::Named {
                user: Box::new(user),
                made_key: owner.api_key.is_none().then_some(key),
            })
        }
        None => default_owner(app).await?,
    };
    // `None`: another server on the same database was faster.
    Ok(welcome.unwrap_or(Welcome::Known))
}

/// Makes the owner of Argilla's guides. What variables do not give is well known where no other machine can reach the
/// server, and random elsewhere.
async fn default_owner(app: &App) -> Result<Option<Welcome>, StartError> {
    let config = &app.config;
    let (given_key, given_hash) = (config.default_api_key.clone(), config.default_password_hash.clone());
    let given = given_key.is_some() || given_hash.is_some();
    let random_password = || {
        // Two random UUIDs without their hyphens: 244 bits in 64 characters, easy to copy.
        let random = &app.adapters.random;
        Password::verbatim(format!("{}{}", random.uuid().simple(), random.uuid().simple()))
    };
    let (password, api_key) = if config.is_loopback() {
        (Password::verbatim(DEFAULT_PASSWORD.to_owned()), Some(ApiKey::verbatim(DEFAULT_API_KEY.to_owned())))
    } else {
        (random_password(), None)
    };
    let owner = FirstOwner {
        first_name: FirstName::verbatim(String::new()),
        username: Username::verbatim(DEFAULT_NAME.to_owned()),
        password: given_hash.clone().map_or_else(|| OwnerPassword::Clear(password.clone()), OwnerPassword::Hashed),
        api_key: given_key.clone().or(api_key),
        workspace: Some(WorkspaceName::verbatim(DEFAULT_WORKSPACE.to_owned())),
        origin: Origin::Default,
    };
    let Some((user, api_key)) = app.bootstrap.create(owner).await? else { return Ok(None) };
    if let Some(key) = &given_key {
        remember_key(app, key).await?;
    }
    let made_key = given_key.is_none().then_some(api_key);
    Ok(Some(match (config.is_loopback(), given) {
        (true, false) => Welcome::WellKnown,
        (true, true) => Welcome::Given,
        (false, _) if given_hash.is_some() => Welcome::Named { user: Box::new(user), made_key },
        (false, _) => Welcome::Random { password, api_key: made_key },
    }))
}

/// What the database remembers of the last API key that a variable gave to the default owner.
const DEFAULT_KEY_FACT: &str = "default api key fingerprint";

fn key_fingerprint(app: &App, key: &ApiKey) -> String {
    let lookup = app.adapters.lookup(key);
    blake3::Hash::from_bytes(lookup.0).to_hex().to_string()
}

async fn remember_key(app: &App, key: &ApiKey) -> Result<(), StartError> {
    Ok(app.store.replace(DEFAULT_KEY_FACT, &key_fingerprint(app, key)).await?)
}

/// On later starts the default owner follows its variables when they change. What was changed here since stays otherwise.
async fn follow_variables(app: &App) -> Result<(), StartError> {
    let known = app.store.recall(DEFAULT_KEY_FACT).await?;
    let key = app.config.default_api_key.as_ref().filter(|key| known.as_ref() != Some(&key_fingerprint(app, key)));
    let hash = app.config.default_password_hash.as_ref();
    if key.is_some() || hash.is_some() {
        app.bootstrap.follow(&Username::verbatim(DEFAULT_NAME.to_owned()), key, hash).await?;
    }
    if let Some(key) = key {
        remember_key(app, key).await?;
    }
    Ok(())
}

async fn tell_if_different(app: &App) -> Result<(), Error> {
    let differs = match &app.config.first_owner {
        Ok(FirstOwnerSettings { owner: None, .. }) => false,
        Ok(FirstOwnerSettings { owner: Some(owner), .. }) => match &owner.password {
            OwnerPassword::Clear(password) => {
                let accepted = app.bootstrap.accepts(&owner.username, password, owner.api_key.as_ref()).await?;
                !(accepted.password && accepted.api_key)
            }
            OwnerPassword::Hashed(_) => false,
        },
        Err(_) => true,
    };
    if differs {
        tracing::warn!(
            "USERNAME, PASSWORD and API_KEY are ignored: they make the first owner of an empty database, and this one \
             has users with other credentials already"
        );
    }
    Ok(())
}

/// Warns when strangers can reach a server whose well-known owner still has well-known secrets.
pub(crate) async fn warn_of_well_known_secrets(app: &App) -> Result<(), Error> {
    if app.config.is_loopback() {
        return Ok(());
    }
    let name = Username::verbatim(DEFAULT_NAME.to_owned());
    let key = ApiKey::verbatim(DEFAULT_API_KEY.to_owned());
    let (mut password, mut api_key) = (false, false);
    for known in [DEFAULT_PASSWORD, OLD_DEFAULT_PASSWORD] {
        let known = Password::verbatim(known.to_owned());
        let accepted = app.bootstrap.accepts(&name, &known, Some(&key)).await?;
        password |= accepted.password;
        api_key |= accepted.api_key;
    }
    if password || api_key {
        tracing::warn!(
            password,
            api_key,
            "the user {DEFAULT_NAME} has the password or the API key of Argilla's guides, and this server can be \
             reached from other machines: make another owner, and delete this one"
        );
    }
    Ok(())
}

/// The server's first words. Its last lines say where it is, who may sign in, and how Python connects.
pub(crate) fn banner(config: &Config, url: &str, welcome: &Welcome) -> String {
    let mut text = String::new();
    let mut line = |line: &str| {
        // Writing to a text cannot fail.
        let _ = writeln!(text, "{line}");
    };
    line("");
    line(&format!("  Database   {}", config.database_url));
    if let Some(file) = &config.users_file {
        line(&format!("  Users file {}", file.display()));
    }
    line(&format!("  Master key {}  (back it up: without it no API key works)", config.master_key_file.display()));
    match welcome {
        Welcome::WellKnown => {
            line("");
            line("  WARNING    The owner below has the password and the API key of Argilla's guides, which everybody");
            line("             knows. To change that, make an owner of your own and delete this one:");
            line(&format!("               ochre login --url {url} --username {DEFAULT_NAME}"));
            line("               ochre users create NAME --role owner");
            line(&format!("               ochre login --url {url} --username NAME"));
            line(&format!("               ochre users delete {DEFAULT_NAME}"));
            line("             or set USERNAME, PASSWORD and API_KEY before the first start on an empty database.");
        }
        Welcome::Random { .. } | Welcome::Named { made_key: Some(_), .. } => {
            line("");
            line("  NOTE       The secrets below are shown this once. Keep them.");
        }
        Welcome::Named { made_key: None, .. } | Welcome::Known | Welcome::Given | Welcome::Followed { .. } => {}
    }
    let (who, key) = match welcome {
        Welcome::WellKnown => (format!("{DEFAULT_NAME}, with the password {DEFAULT_PASSWORD}"), DEFAULT_API_KEY),
        Welcome::Random { password, api_key } => {
            let key = api_key.as_ref().map_or("<your API key>", ApiKey::expose);
            (format!("{DEFAULT_NAME}, with the password {}", password.expose()), key)
        }
        Welcome::Named { user, made_key } => {
            // What a name may hold could confuse a terminal.
            let name: String =
                user.username.as_str().chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect();
            let key = made_key.as_ref().map_or("<your API key>", ApiKey::expose);
            (format!("{name}, with the password that was set"), key)
        }
        Welcome::Given => (
            format!("{DEFAULT_NAME}, with what the variables give, else {DEFAULT_PASSWORD} and {DEFAULT_API_KEY}"),
            "<API key>",
        ),
        Welcome::Followed { users } => (format!("the {users} users of the users file, and others"), "<your API key>"),
        Welcome::Known => ("the users of this database".to_owned(), "<your API key>"),
    };
    line("");
    line(&format!("  URL        {url}"));
    line(&format!("  Sign in    {who}"));
    line("  Python");
    line("    import argilla as rg");
    line(&format!("    client = rg.Argilla(api_url=\"{url}\", api_key=\"{key}\")"));
    line("    print(client.me)");
    text
}
