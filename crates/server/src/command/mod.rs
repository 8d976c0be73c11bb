//! The maintenance commands: what Argilla's servers offer as `argilla.tasks.*` and `python -m argilla_server`, on the
//! database itself, whether the server runs or not.
//!
//! What they print on the standard output is Argilla's, line by line, because scripts read it; prompts, warnings, problems and
//! the log go to the standard error. Exit codes: 0 also where there was nothing to do, 1 where a value was refused or something
//! failed, 2 for bad arguments.

mod argilla;
pub(crate) mod console;
mod database;
mod import;
mod links;
mod migrate;
mod oidc;
mod python;
mod users;

use clap::{Arg, ArgAction, ArgMatches, Command};

use crate::{StartError, config::Config};

/// Why a command ended early.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CommandError {
    /// A value was refused: a sentence, without the value where it is a secret.
    #[error("{0}")]
    Refused(String),
    /// Bad arguments that only the command itself can judge.
    #[error("{0}")]
    Usage(String),
    /// Nothing was said about what is wanted: Argilla shows the help then.
    #[error("")]
    Help,
    /// The input ended at a prompt.
    #[error("Aborted!")]
    Aborted,
    /// An exit code of Argilla's own. Everything was said already.
    #[error("")]
    Exit(u8),
    /// The database cannot be used.
    #[error(transparent)]
    Start(#[from] StartError),
    /// A use-case refused or failed.
    #[error(transparent)]
    Domain(#[from] ochre_domain::Error),
    /// The users file is refused.
    #[error(transparent)]
    UsersFile(#[from] crate::UsersFileError),
    /// The other database cannot be read.
    #[error(transparent)]
    Read(#[from] ochre_storage::argilla::ReadError),
    /// Nothing can be printed or read.
    #[error("the terminal cannot be used: {0}")]
    Terminal(#[from] std::io::Error),
}

impl From<ochre_storage::OpenError> for CommandError {
    fn from(error: ochre_storage::OpenError) -> Self {
        Self::Start(error.into())
    }
}

impl CommandError {
    /// The exit code.
    pub(crate) fn code(&self) -> u8 {
        match self {
            Self::Help => 0,
            Self::Usage(_) => 2,
            Self::Exit(code) => *code,
            Self::Start(StartError::Settings(_)) => crate::cli::EXIT_CONFIG,
            Self::Refused(_)
            | Self::Aborted
            | Self::Start(_)
            | Self::Domain(_)
            | Self::UsersFile(_)
            | Self::Read(_)
            | Self::Terminal(_) => 1,
        }
    }
}

fn text(name: &'static str, value: &'static str, help: &'static str) -> Arg {
    // A generated API key begins with a dash once in 64 times.
    Arg::new(name).long(name).value_name(value).help(help).allow_hyphen_values(true)
}

fn switch(name: &'static str, help: &'static str) -> Arg {
    Arg::new(name).long(name).action(ArgAction::SetTrue).help(help)
}

/// The commands, for the command line.
pub(crate) fn commands() -> [Command; 5] {
    [
        Command::new("database")
            .about("Maintain the database")
            .subcommand(
                Command::new("migrate").about("Bring the schema to a revision").arg(
                    text("revision", "REVISION", "The revision, or the version that has it").default_value("head"),
                ),
            )
            .subcommand(Command::new("revisions").about("Show the revisions of the schema"))
            .subcommand(users::command().about("The same as `users`")),
        users::command(),
        links::invite(),
        Command::new("import").about("Move in from elsewhere").subcommand(argilla::command()),
        oidc::command(),
    ]
}

/// What is to be done.
pub(crate) enum Task<'a> {
    Migrate(&'a str),
    Revisions,
    Users(users::Task<'a>),
    Invite(&'a ArgMatches),
    ImportArgilla(&'a ArgMatches),
    TestProvider(&'a ArgMatches),
}

/// The task that arguments name; `None` when they name a group, whose help is wanted.
pub(crate) fn task<'a>(name: &str, matches: &'a ArgMatches) -> Option<Task<'a>> {
    if name == "invite" {
        return Some(Task::Invite(matches));
    }
    match (name, matches.subcommand()?) {
        ("database", ("migrate", matches)) => {
            Some(Task::Migrate(matches.get_one::<String>("revision").map_or("head", String::as_str)))
        }
        ("database", ("revisions", _)) => Some(Task::Revisions),
        ("database", ("users", matches)) => users::task(matches).map(Task::Users),
        ("users", _) => users::task(matches).map(Task::Users),
        ("import", ("argilla", matches)) => Some(Task::ImportArgilla(matches)),
        ("oidc", ("test", matches)) => Some(Task::TestProvider(matches)),
        (..) => None,
    }
}

/// Does it.
pub(crate) async fn run(task: Task<'_>, config: &Config) -> Result<(), CommandError> {
    match task {
        Task::Migrate(revision) => database::migrate(config, revision).await,
        Task::Revisions => database::revisions(config).await,
        Task::Users(task) => users::run(task, config).await,
        Task::Invite(matches) => links::run_invite(matches, config).await,
        Task::ImportArgilla(matches) => argilla::run(matches, config).await,
        Task::TestProvider(matches) => oidc::test(matches, config).await,
    }
}
