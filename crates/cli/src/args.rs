//! The command line.
#![expect(clippy::doc_markdown, reason = "these comments are the program's help, which is no Markdown")]

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

const AFTER_HELP: &str = "\
A first session:
  ochre login --url http://localhost:6900        sign in once; it is remembered
  ochre workspaces create papers
  ochre users create ada --workspace papers      asks for a password
  ochre users update ada --role admin
  ochre workspaces users papers                  who is in it
  ochre roles                                    who may do what

Environment:
  OCHRE_API_URL, OCHRE_API_KEY    the server and the API key, without a login; else ARGILLA_API_URL, ARGILLA_API_KEY.
                                  --profile counts before them, they count before the default login, and a key
                                  without an address is for http://localhost:6900
  OCHRE_CONFIG_DIR                where logins are kept
  NO_COLOR                        no colours

Exit codes:
  0 done   1 failed   2 bad arguments   3 not signed in, or not allowed   4 not found   5 exists already
  6 refused, or drift   69 the server cannot be reached   130 interrupted";

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

#[derive(Debug, Subcommand)]
pub(crate) enum Users {
    /// List users
    List(UsersList),
    /// Show one user
    Get {
        /// The user's name or id
        user: String,
    },
    /// Create a user
    Create(UserCreate),
    /// Change a user
    Update(UserUpdate),
    /// Delete users
    Delete {
        /// The users' names or ids
        #[arg(required = true, value_name = "USER")]
        users: Vec<String>,
        #[command(flatten)]
        consent: Consent,
    },
    /// Create many users from a file, all or none
    Import(Import),
}

#[derive(Debug, Args)]
pub(crate) struct UsersList {
    /// Only users with this role
    #[arg(long, value_enum)]
    pub(crate) role: Option<RoleName>,
    /// Only members of the workspace with this name or id
    #[arg(long, value_name = "WORKSPACE")]
    pub(crate) workspace: Option<String>,
    /// Only users whose user name, first name or last name contains this
    #[arg(long, value_name = "TEXT")]
    pub(crate) search: Option<String>,
    /// username, inserted_at or updated_at; with - before it the other end first
    #[arg(long, value_name = "FIELD", default_value = "inserted_at", allow_hyphen_values = true, value_parser = ["username", "-username", "inserted_at", "-inserted_at", "updated_at", "-updated_at"], hide_possible_values = true)]
    pub(crate) sort: String,
    /// At most so many
    #[arg(long, value_name = "NUMBER")]
    pub(crate) limit: Option<usize>,
    /// Tell also their workspaces, whether they can sign in, where they come from, and when they were last seen (Ochre alone)
    #[arg(long)]
    pub(crate) account: bool,
}

#[derive(Debug, Args)]
pub(crate) struct UserCreate {
    /// What the user signs in with
    #[arg(value_name = "NAME")]
    pub(crate) username: String,
    /// First name; the user's name when absent
    #[arg(long, value_name = "TEXT")]
    pub(crate) first_name: Option<String>,
    /// Last name
    #[arg(long, value_name = "TEXT")]
    pub(crate) last_name: Option<String>,
    /// What the user may do
    #[arg(long, value_enum, default_value_t = RoleName::Annotator)]
    pub(crate) role: RoleName,
    /// A workspace to add the user to, by name or id; can be repeated
    #[arg(long = "workspace", value_name = "WORKSPACE")]
    pub(crate) workspaces: Vec<String>,
    #[command(flatten)]
    pub(crate) password: PasswordSource,
    /// Without a password: the user signs in by API key alone
    #[arg(long, conflicts_with_all = ["password_stdin", "password_file"])]
    pub(crate) no_password: bool,
    /// Succeed where a user of this name exists, and leave it as it is
    #[arg(long)]
    pub(crate) if_not_exists: bool,
}

#[derive(Debug, Args)]
pub(crate) struct UserUpdate {
    /// The user's name or id
    pub(crate) user: String,
    /// New user name
    #[arg(long, value_name = "NAME")]
    pub(crate) username: Option<String>,
    /// New first name
    #[arg(long, value_name = "TEXT")]
    pub(crate) first_name: Option<String>,
    /// New last name
    #[arg(long, value_name = "TEXT")]
    pub(crate) last_name: Option<String>,
    /// Remove the last name
    #[arg(long, conflicts_with = "last_name")]
    pub(crate) no_last_name: bool,
    /// New role
    #[arg(long, value_enum)]
    pub(crate) role: Option<RoleName>,
    /// Ask for a new password
    #[arg(long, conflicts_with_all = ["password_stdin", "password_file"])]
    pub(crate) password: bool,
    #[command(flatten)]
    pub(crate) source: PasswordSource,
}

#[derive(Debug, Args)]
pub(crate) struct Import {
    /// A CSV, JSON or YAML file; - for the standard input
    ///
    /// Fields: username, first_name, last_name, role, workspaces (in CSV separated by ;), password or password_hash.
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// What the file is; its name tells otherwise
    #[arg(long, value_enum)]
    pub(crate) format: Option<FileFormat>,
    /// Leave users who exist as they are, and create the others
    #[arg(long)]
    pub(crate) if_not_exists: bool,
    /// Check everything, and change nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Make passwords for those who have none in the file, and write them to a new file for your eyes alone
    #[arg(long, value_name = "FILE")]
    pub(crate) generate_passwords: Option<PathBuf>,
}

/// What a file of people is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum FileFormat {
    /// Comma-separated values, with a header
    Csv,
    /// A list of objects
    Json,
    /// A list of mappings
    Yaml,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Workspaces {
    /// List the workspaces that you reach; all for an owner
    List(WorkspacesList),
    /// Show one workspace
    Get {
        /// The workspace's name or id
        workspace: String,
    },
    /// Create a workspace
    Create {
        /// Its name
        #[arg(value_name = "NAME")]
        name: String,
        /// Succeed where a workspace of this name exists
        #[arg(long)]
        if_not_exists: bool,
    },
    /// Delete workspaces; their members stay
    Delete {
        /// The workspaces' names or ids
        #[arg(required = true, value_name = "WORKSPACE")]
        workspaces: Vec<String>,
        #[command(flatten)]
        consent: Consent,
    },
    /// List the members of a workspace
    Users {
        /// The workspace's name or id
        workspace: String,
    },
    /// Add users to a workspace
    AddUser {
        /// The workspace's name or id
        workspace: String,
        /// The users' names or ids
        #[arg(required = true, value_name = "USER")]
        users: Vec<String>,
        /// Succeed for users who are members already
        #[arg(long)]
        if_not_exists: bool,
    },
    /// Take users out of a workspace
    RemoveUser {
        /// The workspace's name or id
        workspace: String,
        /// The users' names or ids
        #[arg(required = true, value_name = "USER")]
        users: Vec<String>,
        /// Accepted as for whatever destroys; this does not ask, because it can be undone
        #[arg(long, short)]
        yes: bool,
        /// Tell what would be done, and do nothing
        #[arg(long)]
        dry_run: bool,
    },
}

#[derive(Debug, Args)]
pub(crate) struct WorkspacesList {
    /// Only workspaces whose name contains this
    #[arg(long, value_name = "TEXT")]
    pub(crate) search: Option<String>,
    /// name, inserted_at or updated_at; with - before it the other end first
    #[arg(long, value_name = "FIELD", default_value = "inserted_at", allow_hyphen_values = true, value_parser = ["name", "-name", "inserted_at", "-inserted_at", "updated_at", "-updated_at"], hide_possible_values = true)]
    pub(crate) sort: String,
    /// At most so many
    #[arg(long, value_name = "NUMBER")]
    pub(crate) limit: Option<usize>,
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
