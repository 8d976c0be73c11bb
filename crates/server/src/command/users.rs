//! `users create`, `users create-default`, `users update`; the others have files of their own.

use clap::{Arg, ArgAction, ArgMatches, Command, parser::ValueSource};
use ochre_domain::{
    FieldError,
    model::{ApiKey, FirstName, LastName, Origin, Password, Role, Username, WorkspaceName},
    usecase::{Created, Maintenance, NewAccount, RoleChange},
};
use ochre_storage::Connections;
use secrecy::{ExposeSecret, SecretString};

use super::{
    CommandError,
    console::{ask, ask_secret, note, say},
    import, links, migrate,
    python::{repr, repr_list},
    switch, text,
};
use crate::{
    RoleNames,
    config::Config,
    first_start::{DEFAULT_API_KEY, DEFAULT_NAME, DEFAULT_WORKSPACE, OLD_DEFAULT_PASSWORD},
    foundation::Foundation,
    shown::{MAX_QUOTED, quote},
};

/// The group.
pub(super) fn command() -> Command {
    Command::new("users")
        .about("Maintain users on the database itself")
        .subcommand(
            Command::new("create")
                .about("Create a user")
                .arg(text("first-name", "TEXT", "First name; the user name where it is not given"))
                .arg(text("last-name", "TEXT", "Last name"))
                .arg(text("username", "TEXT", "User name: lowercase letters, digits, dashes and underscores"))
                .arg(text("role", "ROLE", "Role of the user [default: annotator]"))
                .arg(text("password", "TEXT", "Password, 8 to 100 characters; asked for where it is not given"))
                .arg(text("api-key", "TEXT", "API key, 8 characters or more; a random one where it is not given"))
                .arg(
                    text("workspace", "TEXT", "A workspace of the user, made if it is missing; can be given again")
                        .action(ArgAction::Append),
                ),
        )
        .subcommand(
            Command::new("create-default")
                .alias("create_default")
                .about("Create the owner of Argilla's guides")
                .arg(text("api-key", "TEXT", "API key of the user").default_value(DEFAULT_API_KEY))
                .arg(text("password", "TEXT", "Password of the user").default_value(OLD_DEFAULT_PASSWORD))
                .arg(switch("quiet", "Print nothing").short('q').overrides_with("no-quiet"))
                .arg(switch("no-quiet", "Print what was done; the default").overrides_with("quiet").hide(true)),
        )
        .subcommand(
            Command::new("update")
                .about("Give a user another role")
                .arg(Arg::new("username").value_name("USERNAME").help("User name"))
                .arg(text("role", "ROLE", "The new role; asked for where it is not given")),
        )
        .subcommand(
            Command::new("migrate")
                .about("Bring in the users of a users file of Argilla 1.x, named by --users-file [default: .users.yml]")
                .arg(switch("update", "Change users who differ from what the file says"))
                .arg(switch("dry-run", "Change nothing; say what would be done")),
        )
        .subcommand(links::reset_link())
        .subcommand(import::command())
}

/// What is to be done with users.
pub(crate) enum Task<'a> {
    Create(&'a ArgMatches),
    CreateDefault(&'a ArgMatches),
    Update(&'a ArgMatches),
    Migrate(&'a ArgMatches),
    ResetLink(&'a ArgMatches),
    Import(&'a ArgMatches),
}

/// The task that arguments name; `None` for the group itself.
pub(super) fn task(matches: &ArgMatches) -> Option<Task<'_>> {
    match matches.subcommand()? {
        ("create", matches) => Some(Task::Create(matches)),
        ("create-default", matches) => Some(Task::CreateDefault(matches)),
        ("update", matches) => Some(Task::Update(matches)),
        ("migrate", matches) => Some(Task::Migrate(matches)),
        ("reset-link", matches) => Some(Task::ResetLink(matches)),
        ("import", matches) => Some(Task::Import(matches)),
        (..) => None,
    }
}

/// Does it.
pub(super) async fn run(task: Task<'_>, config: &Config) -> Result<(), CommandError> {
    match task {
        Task::Create(matches) => create(matches, config).await,
        Task::CreateDefault(matches) => create_default(matches, config).await,
        Task::Update(matches) => update(matches, config).await,
        Task::Migrate(matches) => migrate::run(matches, config).await,
        Task::ResetLink(matches) => links::run_reset(matches, config).await,
        Task::Import(matches) => import::run(matches, config).await,
    }
}

/// An argument, as text.
fn given<'a>(matches: &'a ArgMatches, name: &str) -> Option<&'a str> {
    matches.get_one::<String>(name).map(String::as_str)
}

/// What was typed or given for a new user, not yet checked.
struct Draft {
    first_name: String,
    last_name: Option<String>,
    username: String,
    role: Role,
    password: SecretString,
    api_key: Option<SecretString>,
    workspaces: Vec<String>,
}

async fn create(matches: &ArgMatches, config: &Config) -> Result<(), CommandError> {
    let names = config.compat_role_names;
    let own = ["first-name", "last-name", "username", "role", "password", "api-key", "workspace"];
    // Argilla 1.6 began to ask.
    if names == RoleNames::Three && !is_told(matches, &own) {
        return Err(CommandError::Help);
    }
    // What is wrong with an argument is told before anything is asked.
    let role = given(matches, "role").map(|name| role(names, name)).transpose()?;
    let draft = draft(matches, names, role)?;
    let foundation = Foundation::open(config, Connections::OnDemand).await?;
    let maintenance = Maintenance::new(foundation.adapters);
    if maintenance.has_user(&Username::verbatim(draft.username.replace('\0', ""))).await? {
        return exists("username", &draft.username);
    }
    if let Some(key) = &draft.api_key
        && maintenance.has_key(&ApiKey::verbatim(key.expose_secret().to_owned())).await?
    {
        return exists("api_key", key.expose_secret());
    }
    let known = known_workspaces(&maintenance, &draft).await?;
    match maintenance.create(account(&draft, &known)?).await? {
        Created::Done { user, api_key, workspaces } => {
            say("User successfully created:")?;
            say(&format!("• first_name: {}", repr(user.first_name.as_str())))?;
            if let Some(name) = &user.last_name {
                say(&format!("• last_name: {}", repr(name.as_str())))?;
            }
            say(&format!("• username: {}", repr(user.username.as_str())))?;
            say(&format!("• role: {}", repr(names.write(user.role))))?;
            say(&format!("• api_key: {}", repr(api_key.expose())))?;
            say(&format!("• workspaces: {}", repr_list(workspaces.iter().map(WorkspaceName::as_str))))?;
            Ok(())
        }
        Created::UsernameTaken => exists("username", &draft.username),
        Created::ApiKeyTaken => {
            exists("api_key", draft.api_key.as_ref().map(ExposeSecret::expose_secret).unwrap_or_default())
        }
    }
}

/// Whether a command got an argument of its own.
fn is_told(matches: &ArgMatches, names: &[&str]) -> bool {
    names.iter().any(|name| matches.value_source(name) == Some(ValueSource::CommandLine))
}

fn exists(what: &str, value: &str) -> Result<(), CommandError> {
    Ok(say(&format!("User with {what} {} already exists in database. Skipping...", repr(value)))?)
}

/// Takes the arguments, and asks for what is missing: as much as Argilla asks for.
fn draft(matches: &ArgMatches, names: RoleNames, role: Option<Role>) -> Result<Draft, CommandError> {
    let asked = |name: &str, prompt: &str| match given(matches, name) {
        Some(value) => Ok(value.to_owned()),
        None => ask(prompt, None),
    };
    let first_name = match names {
        RoleNames::Two => Some(asked("first-name", "First name")?),
        RoleNames::Three => given(matches, "first-name").map(str::to_owned),
    };
    let username = asked("username", "Username")?;
    let role = match role {
        Some(role) => role,
        None => ask_role(names, Some("annotator"))?,
    };
    let prompt = match names {
        RoleNames::Two => "Password (min. 8 characters)",
        RoleNames::Three => "Password",
    };
    let password = match given(matches, "password") {
        Some(password) => password.into(),
        None => ask_secret(prompt)?,
    };
    Ok(Draft {
        first_name: first_name.unwrap_or_else(|| username.clone()),
        last_name: given(matches, "last-name").map(str::to_owned),
        username,
        role,
        password,
        api_key: given(matches, "api-key").map(Into::into),
        workspaces: matches.get_many::<String>("workspace").into_iter().flatten().cloned().collect(),
    })
}

/// Those of the workspaces that are there already, whatever they are called.
async fn known_workspaces(maintenance: &Maintenance, draft: &Draft) -> Result<Vec<String>, CommandError> {
    let mut known = Vec::new();
    for name in draft.workspaces.iter().filter(|name| !name.contains('\0')) {
        if maintenance.has_workspace(&WorkspaceName::verbatim(name.clone())).await? {
            known.push(name.clone());
        }
    }
    Ok(known)
}

/// Checks everything, and tells all that is wrong in one line.
fn account(draft: &Draft, known: &[String]) -> Result<NewAccount, CommandError> {
    let mut problems = Vec::new();
    let mut check = Checks { problems: &mut problems };
    let first_name = check.value("first-name", &draft.first_name, FirstName::try_new);
    let last_name = draft.last_name.as_deref().map(|name| check.value("last-name", name, LastName::try_new));
    let username = check.value("username", &draft.username, Username::try_legacy);
    let password = check.secret("password", &draft.password, Password::try_new);
    let api_key = draft.api_key.as_ref().map(|key| check.secret("api-key", key, ApiKey::try_new));
    let mut workspace = |name: &String| {
        let rule = if known.contains(name) { WorkspaceName::try_new } else { WorkspaceName::try_legacy };
        check.value("workspace", name, rule)
    };
    let workspaces: Vec<_> = draft.workspaces.iter().map(&mut workspace).collect();
    let refused = || CommandError::Refused(problems.join("; "));
    let made = || {
        Some(NewAccount {
            first_name: first_name?,
            last_name: match last_name {
                Some(name) => Some(name?),
                None => None,
            },
            username: username?,
            role: draft.role,
            password: password?,
            api_key: match api_key {
                Some(key) => Some(key?),
                None => None,
            },
            workspaces: workspaces.into_iter().collect::<Option<_>>()?,
            origin: Origin::Created,
        })
    };
    made().ok_or_else(refused)
}

struct Checks<'a> {
    problems: &'a mut Vec<String>,
}

impl Checks<'_> {
    fn value<T>(&mut self, name: &str, value: &str, make: fn(&str) -> Result<T, FieldError>) -> Option<T> {
        make(value).map_err(|error| self.problems.push(format!("--{name}: {} {error}", quote(value)))).ok()
    }

    fn secret<T>(&mut self, name: &str, value: &SecretString, make: fn(&str) -> Result<T, FieldError>) -> Option<T> {
        make(value.expose_secret()).map_err(|error| self.problems.push(format!("--{name}: {error}"))).ok()
    }
}

/// A value in a message, as Python quotes it; the first [`MAX_QUOTED`] characters.
fn shown(value: &str) -> String {
    repr(&value.chars().take(MAX_QUOTED).collect::<String>())
}

/// A role by its name. Case does not count, as Argilla's first command line had it.
fn role(names: RoleNames, name: &str) -> Result<Role, CommandError> {
    names.read(&name.to_lowercase()).map_err(|_| {
        CommandError::Usage(format!("Invalid value for '--role': {} is not one of {}.", shown(name), names.quoted()))
    })
}

fn ask_role(names: RoleNames, default: Option<&str>) -> Result<Role, CommandError> {
    let prompt = format!("Role ({})", names.all().join(", "));
    loop {
        let name = ask(&prompt, default)?;
        match names.read(&name.to_lowercase()) {
            Ok(role) => return Ok(role),
            Err(_) => note(&format!("Error: {} is not one of {}.", shown(&name), names.quoted()))?,
        }
    }
}

async fn create_default(matches: &ArgMatches, config: &Config) -> Result<(), CommandError> {
    let quiet = matches.get_flag("quiet");
    let password = given(matches, "password").unwrap_or(OLD_DEFAULT_PASSWORD);
    let key = given(matches, "api-key").unwrap_or(DEFAULT_API_KEY);
    if password.is_empty() {
        return Err(CommandError::Refused("--password: should have at least 1 character".to_owned()));
    }
    let api_key = ApiKey::try_imported(key).map_err(|error| CommandError::Refused(format!("--api-key: {error}")))?;
    let foundation = Foundation::open(config, Connections::OnDemand).await?;
    let new = NewAccount {
        first_name: FirstName::verbatim(String::new()),
        last_name: None,
        username: Username::verbatim(DEFAULT_NAME.to_owned()),
        role: Role::SUPER_USER,
        password: Password::verbatim(password.to_owned()),
        api_key: Some(api_key),
        workspaces: vec![WorkspaceName::verbatim(DEFAULT_WORKSPACE.to_owned())],
        origin: Origin::Default,
    };
    match Maintenance::new(foundation.adapters).create(new).await? {
        Created::Done { .. } | Created::UsernameTaken if quiet => Ok(()),
        Created::Done { .. } => {
            let names = config.compat_role_names;
            // The first releases wrote a letter less, and scripts may look for it.
            let successfully = match names {
                RoleNames::Two => "succesfully",
                RoleNames::Three => "successfully",
            };
            say(&format!("User with default credentials {successfully} created:"))?;
            say(&format!("• username: {}", repr(DEFAULT_NAME)))?;
            say(&format!("• password: {}", repr(password)))?;
            if names == RoleNames::Three {
                say(&format!("• role:     {}", repr(names.write(Role::SUPER_USER))))?;
            }
            say(&format!("• api_key:  {}", repr(key)))?;
            Ok(())
        }
        Created::UsernameTaken => {
            Ok(say("User with default username already found on database, will not do anything.")?)
        }
        Created::ApiKeyTaken => {
            Err(CommandError::Refused("--api-key: another user has this key; give another one".to_owned()))
        }
    }
}

async fn update(matches: &ArgMatches, config: &Config) -> Result<(), CommandError> {
    let names = config.compat_role_names;
    if !is_told(matches, &["username", "role"]) {
        return Err(CommandError::Help);
    }
    let new = given(matches, "role").map(|name| role(names, name)).transpose()?;
    let name =
        given(matches, "username").ok_or_else(|| CommandError::Usage("Missing argument 'USERNAME'.".to_owned()))?;
    let new = match new {
        Some(role) => role,
        None => ask_role(names, None)?,
    };
    let foundation = Foundation::open(config, Connections::OnDemand).await?;
    let username = Username::verbatim(name.replace('\0', ""));
    let shown = repr(name);
    let maintenance = Maintenance::new(foundation.adapters);
    // Under two names an admin reads as an annotator already.
    if maintenance.role_of(&username).await?.is_some_and(|old| names.write(old) == names.write(new)) {
        return Ok(say(&format!("User {shown} already has role {}. Skipping...", repr(names.write(new))))?);
    }
    match maintenance.set_role(&username, new).await {
        Ok(RoleChange::Changed { old }) => {
            say(&format!("User {shown} successfully updated:"))?;
            say(&format!("• role: {} -> {}", repr(names.write(old)), repr(names.write(new))))?;
        }
        Ok(RoleChange::Same) => {
            say(&format!("User {shown} already has role {}. Skipping...", repr(names.write(new))))?;
        }
        Ok(RoleChange::NoUser) => {
            say(&format!("User with username {shown} does not exists in database. Skipping..."))?;
        }
        Err(ochre_domain::Error::LastOwner(_)) => {
            let message = format!("user {shown} is the last owner; make somebody else an owner first");
            return Err(CommandError::Refused(message));
        }
        Err(error) => return Err(error.into()),
    }
    Ok(())
}
