//! The command line.
#![expect(clippy::doc_markdown, reason = "these comments are the program's help, which is no Markdown")]

mod links;
mod own;
mod time;
mod users;
mod workspaces;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

pub(crate) use links::{Invitations, Invite, Links, ResetLink, Trash, UseLink};
pub(crate) use own::{Identities, KeyCreate, Keys, KeysAtServer, Me, MeUpdate, OwnPassword, Sessions};
pub(crate) use time::{Until, When, now};
pub(crate) use users::{FileFormat, Import, UserCreate, UserUpdate, Users, UsersList};
pub(crate) use workspaces::{AddUser, Workspaces, WorkspacesList};

const AFTER_HELP: &str = "\
A first session:
  ochre login --url http://localhost:6900        sign in once; it is remembered
  ochre workspaces create papers
  ochre users create ada --workspace papers      asks for a password
  ochre users update ada --role admin
  ochre workspaces users papers                  who is in it
  ochre roles                                    who may do what

On an Ochre server:
  ochre invite --workspace papers                a link by which somebody makes an account
  ochre links use -                              make the account, or set the password, that a link is for
  ochre keys create ci --scope read              a key for a program; ochre password changes your own password
  ochre trash list                               what was deleted, and can be restored for 7 days

Environment:
  OCHRE_API_URL, OCHRE_API_KEY    the server and the API key, without a login; else ARGILLA_API_URL, ARGILLA_API_KEY.
                                  --profile counts before them, they count before the default login, and a key
                                  without an address is for http://localhost:6900
  OCHRE_CONFIG_DIR                where logins are kept
  NO_COLOR                        no colours

Exit codes:
  0 done   1 failed   2 bad arguments   3 not signed in, or not allowed   4 not found   5 exists already
  6 refused, drift, or a genuine key was found   69 the server cannot be reached   130 interrupted";

const TEAM_HELP: &str = "\
A file:
  version: 1
  workspaces:
    - name: papers
  users:
    - username: ada
      first_name: Ada              # optional, as last_name is
      role: annotator              # owner, admin or annotator
      workspaces: [papers]         # [] means none
      password_hash: $2b$...       # argon2id or bcrypt; optional, counts when the user is created

What the file does not mention is left alone. ochre export team writes a file of what is there.";

const COMPLETIONS_HELP: &str = "\
For example:
  ochre completions bash > ~/.local/share/bash-completion/completions/ochre
  ochre completions zsh > ~/.zfunc/_ochre
  ochre completions fish > ~/.config/fish/completions/ochre.fish";

/// Administer the users and workspaces of an Ochre or Argilla server
#[derive(Debug, Parser)]
#[command(name = "ochre", version, propagate_version = true, after_help = AFTER_HELP, max_term_width = 110)]
pub(crate) struct Arguments {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// Which server, and how to print.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Options for all commands")]
pub(crate) struct Global {
    /// The server's address, as http://localhost:6900
    #[arg(long, global = true, value_name = "URL")]
    pub(crate) url: Option<String>,
    /// The login to use, or to make
    #[arg(long, global = true, value_name = "NAME")]
    pub(crate) profile: Option<String>,
    /// How to print data
    #[arg(long, short, global = true, value_enum, value_name = "FORMAT")]
    pub(crate) output: Option<Format>,
    /// Say nothing but data and errors
    #[arg(long, short, global = true)]
    pub(crate) quiet: bool,
}

/// How to print.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people
    Table,
    /// For programs: an object, or an array
    Json,
    /// For people and programs
    Yaml,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Sign in, and remember it
    Login(Login),
    /// Forget a login
    Logout,
    /// List the logins that are remembered
    Profiles,
    /// Tell who is signed in
    Whoami,
    /// Change your own password
    ///
    /// It asks for the current one and for the new one. With --password-stdin the standard input holds both, the current one first, each
    /// on a line of its own; with --current-password-file it holds the new one alone.
    Password(OwnPassword),
    /// Change your own account
    #[command(subcommand)]
    Me(Me),
    /// Manage your own logins
    #[command(subcommand)]
    Sessions(Sessions),
    /// Manage keys: named ones for programs, and the API key
    #[command(subcommand)]
    Keys(Keys),
    /// Tell which server this is, and how it is
    Info,
    /// Tell what each role may do
    Roles,
    /// Manage users
    #[command(subcommand)]
    Users(Users),
    /// Manage workspaces and their members
    #[command(subcommand)]
    Workspaces(Workspaces),
    /// Make a link by which somebody makes an account
    ///
    /// The link is printed alone on a line, for whoever you send it to; it is not shown again.
    Invite(Invite),
    /// Manage invitations
    #[command(subcommand)]
    Invitations(Invitations),
    /// Look at a link that somebody sent you, and use it, without a login
    #[command(subcommand)]
    Links(Links),
    /// Manage the accounts at sign-in providers that sign users in
    #[command(subcommand)]
    Identities(Identities),
    /// Bring back what was deleted
    #[command(subcommand)]
    Trash(Trash),
    /// Bring users, workspaces and memberships to what a file says
    #[command(after_help = TEAM_HELP)]
    Apply(Apply),
    /// Tell how users, workspaces and memberships differ from what a file says
    ///
    /// Ends with exit code 6 where they do. Memberships that the list of a user's workspaces leaves out count; users whom the file
    /// does not name count with --prune users alone.
    Diff(Diff),
    /// Write down what is there
    #[command(subcommand)]
    Export(Export),
    /// Print what a shell needs to complete the command line
    #[command(after_help = COMPLETIONS_HELP)]
    Completions {
        /// The shell
        shell: Shell,
    },
    /// Write the manual pages
    Man {
        /// Where to; the directory is made
        #[arg(value_name = "DIRECTORY")]
        directory: PathBuf,
    },
}

#[derive(Debug, Args)]
pub(crate) struct Login {
    /// Sign in with the API key that the standard input holds
    #[arg(long, conflicts_with_all = ["username", "password_stdin", "password_file"])]
    pub(crate) api_key_stdin: bool,
    /// Sign in as this user, with a password
    #[arg(long, value_name = "USERNAME")]
    pub(crate) username: Option<String>,
    #[command(flatten)]
    pub(crate) password: PasswordSource,
}

/// Where a password comes from. It is never an argument, which others on the machine could read.
#[derive(Debug, Clone, Args)]
pub(crate) struct PasswordSource {
    /// Read the password from the standard input
    #[arg(long)]
    pub(crate) password_stdin: bool,
    /// Read the password from a file
    #[arg(long, value_name = "FILE", conflicts_with = "password_stdin")]
    pub(crate) password_file: Option<PathBuf>,
}

/// What destroys asks first.
#[derive(Debug, Clone, Copy, Args)]
pub(crate) struct Consent {
    /// Do it without asking
    #[arg(long, short)]
    pub(crate) yes: bool,
    /// Tell what would go, and do nothing, also with --yes
    #[arg(long)]
    pub(crate) dry_run: bool,
}

#[derive(Debug, Args)]
pub(crate) struct TeamSource {
    /// A YAML or JSON file; - for the standard input
    #[arg(long, short, value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// What goes that the file does not mention: none, memberships that the list of a user's workspaces leaves out, or those and
    /// users who are not named
    #[arg(long, value_enum, default_value_t = PruneWhat::None, value_name = "WHAT")]
    pub(crate) prune: PruneWhat,
}

#[derive(Debug, Args)]
pub(crate) struct Apply {
    #[command(flatten)]
    pub(crate) source: TeamSource,
    /// Tell what would be done, and do nothing, also with --yes
    #[arg(long)]
    pub(crate) plan: bool,
    /// Do it without asking; it asks where memberships or users go
    #[arg(long, short)]
    pub(crate) yes: bool,
    /// Make passwords for new users who have no hash in the file, and write them to a new file for your eyes alone
    #[arg(long, value_name = "FILE")]
    pub(crate) generate_passwords: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct Diff {
    #[command(flatten)]
    pub(crate) source: TeamSource,
}

#[derive(Debug, Clone, Copy, Subcommand)]
pub(crate) enum Export {
    /// Users, workspaces and memberships as a file that apply takes, without secrets; YAML, or JSON with --output json
    Team,
}

/// What goes that a file does not mention.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum PruneWhat {
    /// Nothing
    None,
    /// Memberships that the list of a user's workspaces leaves out
    Memberships,
    /// Those, and users whom the file does not name
    Users,
}

impl From<PruneWhat> for ochre_client::Prune {
    fn from(what: PruneWhat) -> Self {
        match what {
            PruneWhat::None => Self::None,
            PruneWhat::Memberships => Self::Memberships,
            PruneWhat::Users => Self::Users,
        }
    }
}

/// A role.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum RoleName {
    /// Manages everything
    Owner,
    /// Works with the data of its workspaces
    Admin,
    /// Annotates in its workspaces
    Annotator,
}

impl From<RoleName> for ochre_client::Role {
    fn from(name: RoleName) -> Self {
        match name {
            RoleName::Owner => Self::Owner,
            RoleName::Admin => Self::Admin,
            RoleName::Annotator => Self::Annotator,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use clap::CommandFactory as _;

    use super::*;

    fn parsed(line: &str) -> Result<Command, clap::error::ErrorKind> {
        let words = std::iter::once("ochre").chain(line.split(' '));
        Arguments::try_parse_from(words).map(|arguments| arguments.command).map_err(|error| error.kind())
    }

    #[test]
    fn the_command_line_is_sound() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn what_is_missing_or_does_not_fit_together_is_refused() {
        for line in [
            "keys create ci",
            "keys create ci --scope read --expires-in 1h --expires-at 2099-12-31",
            "keys create ci --scope all",
            "sessions end",
            "sessions end 1 --others",
            "invite --max-uses 10001",
            "invite --expires-in soon",
            "links show",
            "links use --username ada",
            "links use - --password-stdin --password-file file",
            "users reset-links",
            "users withdraw-reset-links",
            "users create ada --no-password --must-change-password",
            "users update ada --must-change-password --no-must-change-password",
            "workspaces add-user papers ada --until 2099",
            "identities link ada --issuer https://id.example",
            "me update --last-name x --no-last-name",
            "trash restore",
        ] {
            assert!(parsed(line).is_err(), "{line}");
        }
    }

    #[test]
    fn times_are_read_where_they_stand() {
        let Ok(Command::Keys(Keys::AtServer(KeysAtServer::Rotate { overlap, user }))) =
            parsed("keys rotate --user ada --overlap 24h")
        else {
            panic!("another command")
        };
        assert_eq!((overlap, user.as_deref()), (Some(Duration::from_hours(24)), Some("ada")));
        let Ok(Command::Invite(Invite { expires_in, role, .. })) = parsed("invite --expires-in 3600") else {
            panic!("another command")
        };
        assert_eq!((expires_in, role), (Some(Duration::from_hours(1)), RoleName::Annotator));
    }

    #[test]
    fn an_end_has_two_names_wherever_one_is_taken() {
        for flag in ["--until", "--active-until"] {
            let Ok(Command::Workspaces(Workspaces::AddUser(AddUser { until, .. }))) =
                parsed(&format!("workspaces add-user papers ada {flag} never"))
            else {
                panic!("another command")
            };
            assert_eq!(until, Some(Until::Never), "{flag}");
            let Ok(Command::Users(Users::Create(UserCreate { active_until, .. }))) =
                parsed(&format!("users create ada {flag} never"))
            else {
                panic!("another command")
            };
            assert_eq!(active_until, Some(Until::Never), "{flag}");
            let Ok(Command::Users(Users::Update(UserUpdate { active_until, .. }))) =
                parsed(&format!("users update ada {flag} never"))
            else {
                panic!("another command")
            };
            assert_eq!(active_until, Some(Until::Never), "{flag}");
        }
    }
}
