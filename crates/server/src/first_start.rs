//! The first owner of an empty database, and what the server says when it is ready.

use std::fmt::Write as _;

use ochre_domain::{
    Error,
    model::{ApiKey, FirstName, Password, User, Username, WorkspaceName},
    ports::RandomExt as _,
    usecase::FirstOwner,
};

use crate::{
    StartError,
    app::App,
    config::{Config, FirstOwnerSettings},
};

/// The well-known owner of Argilla's guides. It is made only where nobody else can reach the server.
const DEFAULT_NAME: &str = "argilla";
const DEFAULT_PASSWORD: &str = "12345678";
const DEFAULT_API_KEY: &str = "argilla.apikey";
const DEFAULT_WORKSPACE: &str = "argilla";

/// Who may sign in, for the banner.
pub(crate) enum Welcome {
    /// The well-known owner was made just now.
    WellKnown,
    /// An owner with random secrets was made just now. They are shown this once.
    Random { password: Password, api_key: ApiKey },
    /// The owner that the environment names was made just now. A key that it does not name is shown this once.
    Named { user: User, made_key: Option<ApiKey> },
    /// There are users already.
    Known,
}

/// Creates the first owner where there is none.
pub(crate) async fn prepare(app: &App) -> Result<Welcome, StartError> {
    if !app.bootstrap.is_needed().await? {
        tell_if_different(app).await?;
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
            made.map(|(user, key)| Welcome::Named { user, made_key: owner.api_key.is_none().then_some(key) })
        }
        None if app.config.is_loopback() => {
            let owner = default_owner(
                Password::verbatim(DEFAULT_PASSWORD.to_owned()),
                Some(ApiKey::verbatim(DEFAULT_API_KEY.to_owned())),
            );
            app.bootstrap.create(owner).await?.map(|_| Welcome::WellKnown)
        }
        None => {
            // Two random UUIDs without their hyphens: 244 bits in 64 characters, easy to copy.
            let random = &app.adapters.random;
            let password = format!("{}{}", random.uuid().simple(), random.uuid().simple());
            let password = Password::verbatim(password);
            let made = app.bootstrap.create(default_owner(password.clone(), None)).await?;
            made.map(|(_, api_key)| Welcome::Random { password, api_key })
        }
    };
    // `None`: another server on the same database was faster.
    Ok(welcome.unwrap_or(Welcome::Known))
}

fn default_owner(password: Password, api_key: Option<ApiKey>) -> FirstOwner {
    FirstOwner {
        first_name: FirstName::verbatim(String::new()),
        username: Username::verbatim(DEFAULT_NAME.to_owned()),
        password,
        api_key,
        workspace: Some(WorkspaceName::verbatim(DEFAULT_WORKSPACE.to_owned())),
    }
}

async fn tell_if_different(app: &App) -> Result<(), Error> {
    let differs = match &app.config.first_owner {
        Ok(FirstOwnerSettings { owner: None, .. }) => false,
        Ok(FirstOwnerSettings { owner: Some(owner), .. }) => {
            let accepted = app.bootstrap.accepts(&owner.username, &owner.password, owner.api_key.as_ref()).await?;
            !(accepted.password && accepted.api_key)
        }
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
    let password = Password::verbatim(DEFAULT_PASSWORD.to_owned());
    let key = ApiKey::verbatim(DEFAULT_API_KEY.to_owned());
    let accepted = app.bootstrap.accepts(&name, &password, Some(&key)).await?;
    if accepted.password || accepted.api_key {
        tracing::warn!(
            password = accepted.password,
            api_key = accepted.api_key,
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
    line(&format!("  Master key {}  (back it up: without it no API key works)", config.master_key_file.display()));
    match welcome {
        Welcome::WellKnown => {
            line("");
            line("  WARNING    The owner below has the password and the API key of Argilla's guides, which everybody");
            line("             knows. To change that, make an owner of your own and delete this one:");
            line("               ochre users create NAME --role owner --output json    (shows its API key)");
            line("               OCHRE_API_KEY=... ochre users delete argilla          (with that key)");
            line("             or set USERNAME, PASSWORD and API_KEY before the first start on an empty database.");
        }
        Welcome::Random { .. } | Welcome::Named { made_key: Some(_), .. } => {
            line("");
            line("  NOTE       The secrets below are shown this once. Keep them.");
        }
        Welcome::Named { made_key: None, .. } | Welcome::Known => {}
    }
    let (who, key) = match welcome {
        Welcome::WellKnown => (format!("{DEFAULT_NAME}, with the password {DEFAULT_PASSWORD}"), DEFAULT_API_KEY),
        Welcome::Random { password, api_key } => {
            (format!("{DEFAULT_NAME}, with the password {}", password.expose()), api_key.expose())
        }
        Welcome::Named { user, made_key } => {
            // What a name may hold could confuse a terminal.
            let name: String =
                user.username.as_str().chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect();
            let key = made_key.as_ref().map_or("<your API key>", ApiKey::expose);
            (format!("{name}, with the password that was set"), key)
        }
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
