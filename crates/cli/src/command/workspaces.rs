//! `ochre workspaces`

use ochre_client::{User, Workspace, WorkspaceQuery};

use super::{Context, find_user, find_workspace, users::order};
use crate::{
    args::{Consent, Workspaces, WorkspacesList},
    console::confirm,
    failure::Failure,
    output::{self, FullWorkspace, Gone, List, Row as _},
};

pub(crate) async fn run(context: &Context, command: Workspaces) -> anyhow::Result<()> {
    match command {
        Workspaces::List(asked) => list(context, asked).await,
        Workspaces::Get { workspace } => get(context, &workspace).await,
        Workspaces::Create { name, if_not_exists } => create(context, &name, if_not_exists).await,
        Workspaces::Delete { workspaces, consent } => delete(context, &workspaces, consent).await,
        Workspaces::Users { workspace } => {
            let members = find_workspace(&context.client, &workspace).await?.users().await?;
            output::list(context.format, User::columns(), &members)
        }
        Workspaces::AddUser { workspace, users, if_not_exists } => {
            add(context, &workspace, &users, if_not_exists).await
        }
        Workspaces::RemoveUser { workspace, users, yes: _, dry_run } => {
            remove(context, &workspace, &users, dry_run).await
        }
    }
}

async fn list(context: &Context, asked: WorkspacesList) -> anyhow::Result<()> {
    let (sort, descending) = order(&asked.sort);
    let mut query = WorkspaceQuery::new().sort(sort);
    if descending {
        query = query.descending();
    }
    if let Some(text) = asked.search {
        query = query.search(text);
    }
    let mut left = asked.limit.unwrap_or(usize::MAX);
    if let Ok(few) = u32::try_from(left) {
        query = query.page_size(few);
    }
    let mut pages = context.client.workspaces().pages(query);
    let mut list = List::new(context.format, Workspace::columns());
    while left > 0
        && let Some(mut page) = pages.next_page().await?
    {
        page.truncate(left);
        left -= page.len();
        list.add(&page)?;
    }
    list.end()
}

async fn get(context: &Context, name: &str) -> anyhow::Result<()> {
    let workspace = find_workspace(&context.client, name).await?;
    // Annotators may see their workspace, and not who else is in it.
    let users = match workspace.users().await {
        Ok(users) => Some(users.iter().map(|user| user.username.clone()).collect()),
        Err(error) if error.status() == Some(403) => None,
        Err(error) => return Err(error.into()),
    };
    output::record(context.format, &FullWorkspace { workspace, users })
}

async fn create(context: &Context, name: &str, if_not_exists: bool) -> anyhow::Result<()> {
    match context.client.workspaces().create(name).await {
        Ok(created) => output::one(context.format, &created),
        Err(error) if error.is_conflict() && if_not_exists => {
            context.talk.say(&format!("{name} exists already."));
            output::one(context.format, &find_workspace(&context.client, name).await?)
        }
        Err(error) if error.is_conflict() => {
            let why = format!("the workspace {name:?} exists already; --if-not-exists is content with that");
            Err(Failure::Exists(why).into())
        }
        Err(error) => Err(error.into()),
    }
}

async fn delete(context: &Context, names: &[String], consent: Consent) -> anyhow::Result<()> {
    let mut workspaces = Vec::new();
    for name in names {
        let workspace = find_workspace(&context.client, name).await?;
        if !workspaces.contains(&workspace) {
            workspaces.push(workspace);
        }
    }
    let mut gone = Vec::new();
    for workspace in &workspaces {
        let members = workspace.users().await?.len();
        let with = if members == 1 { "1 membership".to_owned() } else { format!("{members} memberships") };
        gone.push(Gone { kind: "workspace", id: workspace.id, name: workspace.name.clone(), with });
    }
    if consent.dry_run {
        output::list(context.format, Gone::columns(), &gone)?;
        context.talk.say("Nothing was deleted.");
        return Ok(());
    }
    if !consent.yes {
        let what: Vec<_> = gone.iter().map(|gone| format!("{} ({})", gone.name, gone.with)).collect();
        confirm(&format!("Delete {}? This cannot be undone.", what.join(", ")))?;
    }
    let mut deleted = Vec::new();
    let mut outcome = Ok(());
    for workspace in &workspaces {
        match workspace.delete().await {
            Ok(gone) => deleted.push(gone),
            Err(error) => {
                outcome = Err(error.into());
                break;
            }
        }
        context.talk.say(&format!("{} is deleted.", workspace.name));
    }
    // What is done is told also where the rest is not.
    output::list(context.format, Workspace::columns(), &deleted)?;
    outcome
}

async fn add(context: &Context, workspace: &str, names: &[String], if_not_exists: bool) -> anyhow::Result<()> {
    let workspace = find_workspace(&context.client, workspace).await?;
    let mut users = Vec::new();
    for name in names {
        let user = find_user(&context.client, name).await?;
        if !users.contains(&user) {
            users.push(user);
        }
    }
    // Looked up first, so that nobody is added where somebody cannot be.
    let members = workspace.users().await?;
    let known = users.iter().find(|user| members.iter().any(|member| member.id == user.id));
    if let (Some(known), false) = (known, if_not_exists) {
        return Err(already_in(known, &workspace).into());
    }
    let mut added = Vec::new();
    for user in users {
        match workspace.add_user(&user).await {
            Ok(member) => {
                context.talk.say(&format!("{} is in {} now.", member.username, workspace.name));
                added.push(member);
            }
            Err(error) if error.is_conflict() && if_not_exists => {
                context.talk.say(&format!("{} is in {} already.", user.username, workspace.name));
                added.push(user);
            }
            Err(error) if error.is_conflict() => return Err(already_in(&user, &workspace).into()),
            Err(error) => return Err(error.into()),
        }
    }
    output::list(context.format, User::columns(), &added)
}

fn already_in(user: &User, workspace: &Workspace) -> Failure {
    let (user, workspace) = (&user.username, &workspace.name);
    Failure::Exists(format!("{user:?} is in {workspace:?} already; --if-not-exists is content with that"))
}

async fn remove(context: &Context, workspace: &str, names: &[String], dry_run: bool) -> anyhow::Result<()> {
    let workspace = find_workspace(&context.client, workspace).await?;
    let members = members(&workspace, names).await?;
    if dry_run {
        let gone = |user: &User| Gone {
            kind: "membership",
            id: user.id,
            name: user.username.clone(),
            with: format!("in {}", workspace.name),
        };
        output::list(context.format, Gone::columns(), &members.iter().map(gone).collect::<Vec<_>>())?;
        context.talk.say("Nobody was taken out.");
        return Ok(());
    }
    let mut removed = Vec::new();
    let mut outcome = Ok(());
    for member in &members {
        match workspace.remove_user(member).await {
            Ok(user) => removed.push(user),
            Err(error) => {
                outcome = Err(error.into());
                break;
            }
        }
        context.talk.say(&format!("{} is no longer in {}.", member.username, workspace.name));
    }
    output::list(context.format, User::columns(), &removed)?;
    outcome
}

/// The members of these names or ids. Admins may take members out, and can look up members alone.
async fn members(workspace: &Workspace, names: &[String]) -> anyhow::Result<Vec<User>> {
    let all = workspace.users().await?;
    let find = |name: &String| {
        let by_name = all.iter().find(|user| user.username == *name);
        let found = by_name.or_else(|| all.iter().find(|user| user.id.to_string() == name.to_lowercase()));
        let why = || {
            format!("{name:?} is not in {:?}; ochre workspaces users {} tells who is", workspace.name, workspace.name)
        };
        found.cloned().ok_or_else(|| Failure::NotFound(why()).into())
    };
    names.iter().map(find).collect()
}
