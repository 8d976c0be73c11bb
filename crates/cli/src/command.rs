//! The commands.

use std::{fmt, io::Read as _};

use anyhow::{Context as _, bail};
use ochre_client::{Client, User, UserCreate, UserUpdate, Workspace};

use crate::{
    args::{Arguments, Command, Format, Users, Workspaces},
    output,
};

/// A name that nothing has.
#[derive(Debug)]
pub(crate) struct NotFound(String);

impl fmt::Display for NotFound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} does not exist", self.0)
    }
}

impl std::error::Error for NotFound {}

pub(crate) async fn run(arguments: Arguments) -> anyhow::Result<()> {
    let server = arguments.server;
    #[expect(clippy::disallowed_methods, reason = "a key on the command line could be read by others")]
    let key = std::env::var("OCHRE_API_KEY").context("no API key: set OCHRE_API_KEY to the key of a user")?;
    let client = Client::builder(&server.url).api_key(key).build()?;
    match arguments.command {
        Command::Whoami => output::one(server.output, &client.me().await?),
        Command::Users(command) => users(&client, server.output, command).await,
        Command::Workspaces(command) => workspaces(&client, server.output, command).await,
    }
}

async fn users(client: &Client, format: Format, command: Users) -> anyhow::Result<()> {
    match command {
        Users::List => output::list(format, &client.users().list().await?),
        Users::Get { name } => output::one(format, &user(client, &name).await?),
        Users::Create { name, first_name, last_name, role, workspaces, password_stdin } => {
            // Looked up first, so that a wrong name leaves nothing half done.
            let mut teams = Vec::new();
            for name in workspaces {
                teams.push(workspace(client, &name).await?);
            }
            let password = if password_stdin { password_from_stdin()? } else { ask_for_password()? };
            let new = UserCreate {
                id: None,
                first_name: first_name.unwrap_or_else(|| name.clone()),
                last_name,
                username: name,
                role: Some(role.into()),
                password,
            };
            let created = client.users().create(&new).await?;
            for team in teams {
                client.workspaces().add_user(team.id, created.id).await?;
            }
            output::one(format, &created)
        }
        Users::Update { name, username, first_name, last_name, role, password, password_stdin } => {
            let password = match (password, password_stdin) {
                (_, true) => Some(password_from_stdin()?),
                (true, false) => Some(ask_for_password()?),
                (false, false) => None,
            };
            let changes = UserUpdate {
                first_name,
                last_name: last_name.map(Some),
                username,
                role: role.map(Into::into),
                password,
            };
            let id = user(client, &name).await?.id;
            output::one(format, &client.users().update(id, &changes).await?)
        }
        Users::Delete { name } => {
            let id = user(client, &name).await?.id;
            output::one(format, &client.users().delete(id).await?)
        }
    }
}

async fn workspaces(client: &Client, format: Format, command: Workspaces) -> anyhow::Result<()> {
    match command {
        Workspaces::List => output::list(format, &client.workspaces().list().await?),
        Workspaces::Create { name } => output::one(format, &client.workspaces().create(&name).await?),
        Workspaces::Delete { name } => {
            let id = workspace(client, &name).await?.id;
            output::one(format, &client.workspaces().delete(id).await?)
        }
        Workspaces::Users { name } => {
            let id = workspace(client, &name).await?.id;
            output::list(format, &client.workspaces().users(id).await?)
        }
        Workspaces::AddUser { name, user: member } => {
            let (workspace, user) = (workspace(client, &name).await?, user(client, &member).await?);
            output::one(format, &client.workspaces().add_user(workspace.id, user.id).await?)
        }
        Workspaces::RemoveUser { name, user: member } => {
            let workspace = workspace(client, &name).await?;
            // Admins may take members out, and can look up members only.
            let members = client.workspaces().users(workspace.id).await?;
            let member = members.into_iter().find(|user| user.username == member);
            let member = member.with_context(|| NotFound(format!("a member of that name in {name}")))?;
            output::one(format, &client.workspaces().remove_user(workspace.id, member.id).await?)
        }
    }
}

async fn user(client: &Client, name: &str) -> anyhow::Result<User> {
    client.users().find(name).await?.ok_or_else(|| NotFound(format!("the user {name}")).into())
}

async fn workspace(client: &Client, name: &str) -> anyhow::Result<Workspace> {
    client.workspaces().find(name).await?.ok_or_else(|| NotFound(format!("the workspace {name}")).into())
}

fn password_from_stdin() -> anyhow::Result<String> {
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text).context("the password cannot be read from the standard input")?;
    let text = text.strip_suffix('\n').unwrap_or(&text);
    let text = text.strip_suffix('\r').unwrap_or(text);
    if text.is_empty() {
        bail!("the standard input holds no password");
    }
    Ok(text.to_owned())
}

fn ask_for_password() -> anyhow::Result<String> {
    let hint = "cannot ask for a password without a terminal; --password-stdin reads it from the standard input";
    let password = rpassword::prompt_password("Password: ").context(hint)?;
    if rpassword::prompt_password("Again: ").context(hint)? != password {
        bail!("the two passwords differ");
    }
    Ok(password)
}
