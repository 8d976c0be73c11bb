//! `ochre workspaces`

use ochre_client::{Deletion, Error, Moment, User, Workspace, WorkspaceQuery};

use super::{Context, deletion, find_users, find_workspace, ochre_only, refuse_empty, users::order};
use crate::{
    args::{AddUser, Consent, Until, Workspaces, WorkspacesList, now},
    failure::Failure,
    output::{self, FullWorkspace, Gone, List, Row as _, day},
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
        Workspaces::Rename { workspace, name } => {
            let outcome = rename(context, &workspace, &name).await;
            ochre_only::explained(context, outcome).await
        }
        Workspaces::AddUser(asked) => add(context, asked).await,
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

async fn rename(context: &Context, workspace: &str, name: &str) -> anyhow::Result<()> {
    refuse_empty(name, "workspace")?;
    let workspace = find_workspace(&context.client, workspace).await?;
    match workspace.rename(name).await {
        Ok(renamed) => {
            context.talk.say(&format!("{} is called {} now.", workspace.name, renamed.name));
            output::one(context.format, &renamed)
        }
        Err(error) if error.is_conflict() => {
            Err(Failure::Exists(format!("the workspace {name:?} exists already; choose another name")).into())
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
    let ochre = context.client.is_ochre().await?;
    let mut gone = Vec::new();
    for workspace in &workspaces {
        let counts = if ochre { Some(workspace.preview_deletion().await?) } else { None };
        let counted = match counts {
            Some(counts) => counts,
            None => Deletion { memberships: workspace.users().await?.len() as u64, ..Deletion::default() },
        };
        let with = deletion::counted(&counted);
        gone.push(Gone { kind: "workspace", id: workspace.id, name: workspace.name.clone(), with, counts });
    }
    if !deletion::agreed(context, &gone, consent, ochre)? {
        return Ok(());
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
    deletion::tell_of_trash(context, deleted.len(), ochre);
    // What is done is told also where the rest is not.
    output::list(context.format, Workspace::columns(), &deleted)?;
    outcome
}

async fn add(context: &Context, asked: AddUser) -> anyhow::Result<()> {
    let AddUser { workspace, users: names, if_not_exists, until } = asked;
    if until.is_some() {
        ochre_only::required(context).await?;
    }
    let workspace = find_workspace(&context.client, &workspace).await?;
    let users = find_users(&context.client, &names).await?;
    if !if_not_exists && until.is_none() {
        refuse_members(context, &workspace, &users).await?;
    }
    let end = until.and_then(Until::moment);
    let mut added = Vec::new();
    for user in users {
        let outcome = match end {
            Some(end) => workspace.add_user_until(&user, end).await,
            None => workspace.add_user(&user).await,
        };
        let member = match outcome {
            Err(error) if error.is_conflict() && until.is_some() && !if_not_exists => {
                workspace.update_user(&user, end).await
            }
            outcome => outcome,
        };
        added.push(settle(context, &workspace, user, member, end, if_not_exists)?);
    }
    output::list(context.format, User::columns(), &added)
}

/// Refuses members first, so that nobody is added where somebody cannot be. A membership that has ended is as good as none, though the
/// list of members tells of it: adding the user renews it.
async fn refuse_members(context: &Context, workspace: &Workspace, users: &[User]) -> anyhow::Result<()> {
    let members = workspace.users().await?;
    for user in users.iter().filter(|user| members.iter().any(|member| member.id == user.id)) {
        let user = context.client.users().get_with_account(user).await?;
        // Argilla's servers tell of no accounts, and know no ends.
        let temporary = user.account.iter().flat_map(|account| &account.temporary);
        let end = temporary.filter(|membership| membership.workspace == workspace.name).map(|known| known.active_until);
        if !end.into_iter().any(|end| end <= now()) {
            return Err(already_in(&user, workspace).into());
        }
    }
    Ok(())
}

/// Tells of a user who is to be a member; the user.
fn settle(
    context: &Context,
    workspace: &Workspace,
    user: User,
    outcome: Result<User, Error>,
    end: Option<Moment>,
    if_not_exists: bool,
) -> anyhow::Result<User> {
    let (name, place) = (&user.username, &workspace.name);
    match outcome {
        Ok(member) => {
            let end = end.map_or_else(|| "now".to_owned(), |end| format!("until {} UTC", day(end)));
            context.talk.say(&format!("{name} is in {place} {end}."));
            Ok(member)
        }
        Err(error) if error.is_conflict() && if_not_exists => {
            context.talk.say(&format!("{name} is in {place} already."));
            Ok(user)
        }
        Err(error) if error.is_conflict() => Err(already_in(&user, workspace).into()),
        Err(error) => Err(error.into()),
    }
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
            counts: None,
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
