//! The commands.

mod access;
mod account;
mod check;
mod choice;
mod deletion;
mod generated;
mod identities;
mod import;
mod keys;
mod links;
mod me;
mod ochre_only;
mod redeem;
mod roles;
mod team;
mod trash;
mod users;
mod workspaces;

use anyhow::Context as _;
use ochre_client::{Client, User, Uuid, Workspace};
use ochre_only::on_ochre;

use crate::{
    args::{Arguments, Command, Export, Format, Global, Keys},
    connection::{Connection, connect},
    console::Talk,
    failure::Failure,
};

/// What every command works with.
pub(crate) struct Context {
    pub(crate) client: Client,
    /// The key that signs, where one does.
    pub(crate) key: Option<String>,
    pub(crate) format: Option<Format>,
    pub(crate) talk: Talk,
}

/// Runs a command. `source` gets to know where the credentials came from, for messages.
pub(crate) async fn run(arguments: Arguments, source: &mut Option<String>) -> anyhow::Result<()> {
    let Arguments { global, command } = arguments;
    let talk = Talk { quiet: global.quiet };
    let mut context = || -> anyhow::Result<Context> {
        let Connection { client, key, source: from } = connect(&global)?;
        *source = Some(from);
        Ok(Context { client, key: Some(key), format: global.output, talk })
    };
    match command {
        Command::Login(login) => account::login(&global, login).await,
        Command::Logout => account::logout(&global),
        Command::Whoami => account::whoami(&context()?).await,
        Command::Profiles => account::profiles(&global),
        Command::Info => account::info(&global).await,
        Command::Roles => roles::show(&global).await,
        Command::Password(asked) => me::password(&global, asked, source).await,
        Command::Keys(Keys::Check { files }) => check::run(global.output, talk, &files),
        Command::Me(command) => on_ochre(context()?, async |context| me::run(context, command).await).await,
        Command::Sessions(command) => on_ochre(context()?, async |context| me::sessions(context, command).await).await,
        Command::Keys(Keys::AtServer(command)) => {
            on_ochre(context()?, async |context| keys::run(context, command).await).await
        }
        Command::Invite(asked) => on_ochre(context()?, async |context| links::invite(context, asked).await).await,
        Command::Invitations(command) => on_ochre(context()?, async |context| links::run(context, command).await).await,
        Command::Links(command) => redeem::run(&global, command).await,
        Command::Identities(command) => {
            on_ochre(context()?, async |context| identities::run(context, command).await).await
        }
        Command::Trash(command) => on_ochre(context()?, async |context| trash::run(context, command).await).await,
        Command::Users(command) => users::run(&context()?, command).await,
        Command::Workspaces(command) => workspaces::run(&context()?, command).await,
        Command::Apply(apply) => team::apply(&context()?, apply).await,
        Command::Diff(diff) => team::diff(&context()?, diff).await,
        Command::Export(Export::Team) => team::export(&context()?).await,
        Command::Completions { shell } => generated::completions(shell),
        Command::Man { directory } => generated::man(talk, &directory),
    }
}

/// A client without credentials, for what needs none; with them, where there are any.
pub(crate) fn any_client(global: &Global) -> anyhow::Result<(Client, bool)> {
    match connect(global) {
        Ok(connection) => Ok((connection.client, true)),
        Err(error) if matches!(error.downcast_ref(), Some(Failure::NotSignedIn(_))) && global.profile.is_none() => {
            let url = global.url.clone().or_else(ochre_client::environment::url);
            let url = url.unwrap_or_else(|| crate::connection::DEFAULT_URL.to_owned());
            Ok((Client::builder(url).build()?, false))
        }
        Err(error) => Err(error),
    }
}

/// The user of this name, or of this id.
pub(crate) async fn find_user(client: &Client, name_or_id: &str) -> anyhow::Result<User> {
    refuse_empty(name_or_id, "user")?;
    let named = client.users().find(name_or_id).await?;
    let with_id = match name_or_id.parse::<Uuid>() {
        Ok(id) => existing(client.users().get(id).await)?,
        Err(_) => None,
    };
    let found = one_of(named, with_id, name_or_id, |user| (user.id, user.username.clone()))?;
    let why = || format!("the user {name_or_id:?} does not exist; ochre users list --search finds similar ones");
    found.ok_or_else(|| Failure::NotFound(why()).into())
}

/// The users of these names or ids, each once: looked up before anything is done with them.
pub(crate) async fn find_users(client: &Client, names_or_ids: &[String]) -> anyhow::Result<Vec<User>> {
    let mut users = Vec::new();
    for name in names_or_ids {
        let user = find_user(client, name).await?;
        if !users.contains(&user) {
            users.push(user);
        }
    }
    Ok(users)
}

/// The workspace of this name, or of this id.
pub(crate) async fn find_workspace(client: &Client, name_or_id: &str) -> anyhow::Result<Workspace> {
    refuse_empty(name_or_id, "workspace")?;
    let named = client.workspaces().find(name_or_id).await?;
    let with_id = match name_or_id.parse::<Uuid>() {
        Ok(id) => existing(client.workspaces().get(id).await)?,
        Err(_) => None,
    };
    let found = one_of(named, with_id, name_or_id, |workspace| (workspace.id, workspace.name.clone()))?;
    let hint = "or you are not in it; ochre workspaces list tells which there are";
    found.ok_or_else(|| Failure::NotFound(format!("the workspace {name_or_id:?} does not exist, {hint}")).into())
}

/// The one that is meant: by its name or by its id, which may be two.
fn one_of<T: PartialEq>(
    named: Option<T>,
    with_id: Option<T>,
    name_or_id: &str,
    describe: fn(&T) -> (Uuid, String),
) -> anyhow::Result<Option<T>> {
    match (named, with_id) {
        (Some(named), Some(with_id)) if named != with_id => {
            let ((id, _), (_, other)) = (describe(&named), describe(&with_id));
            let why = format!(
                "{name_or_id:?} is both the name of the one with the id {id} and the id of {other:?}: say {id} or {other:?}"
            );
            Err(Failure::Usage(why).into())
        }
        (Some(found), _) | (None, Some(found)) => Ok(Some(found)),
        (None, None) => Ok(None),
    }
}

/// A variable that is not set must not mean somebody.
pub(crate) fn refuse_empty(name: &str, what: &str) -> anyhow::Result<()> {
    if name.is_empty() { Err(Failure::Usage(format!("the name of a {what} is empty")).into()) } else { Ok(()) }
}

/// What is there; nothing where it is not, or where only its own members may know.
fn existing<T>(outcome: Result<T, ochre_client::Error>) -> anyhow::Result<Option<T>> {
    match outcome {
        Ok(found) => Ok(Some(found)),
        Err(error) if error.is_not_found() || error.status() == Some(403) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// Everything that a file, or the standard input (`-`), holds; 64 MiB at most, which is what the server takes.
pub(crate) fn read_input(path: &std::path::Path) -> anyhow::Result<String> {
    use std::io::Read as _;
    const MOST: u64 = 64 << 20;
    let mut text = String::new();
    let shown = shown(path);
    let failed = || format!("cannot read {shown}");
    if path.as_os_str() == "-" {
        std::io::stdin().lock().take(MOST + 1).read_to_string(&mut text).with_context(failed)?;
    } else {
        let file = std::fs::File::open(path).with_context(failed)?;
        file.take(MOST + 1).read_to_string(&mut text).with_context(failed)?;
    }
    if text.len() as u64 > MOST {
        return Err(
            Failure::Input(format!("{shown} is larger than 64 MiB, which is the most that a server takes")).into()
        );
    }
    Ok(text)
}

/// What an input is called in messages.
pub(crate) fn shown(path: &std::path::Path) -> String {
    if path.as_os_str() == "-" { "the standard input".to_owned() } else { path.display().to_string() }
}
