//! `ochre users import`: many new users from a file, all or none.

use std::collections::HashSet;

use ochre_client::{Existing, PlanEntry, Prune, Team, TeamPlan, TeamUser, User, UserCreate};

use super::Context;
use crate::{
    args::Import,
    failure::Failure,
    file::{self, Person, Places},
    hash,
    output::{self, Row as _},
    passwords::{self, PasswordFile},
};

pub(crate) async fn run(context: &Context, asked: Import) -> anyhow::Result<()> {
    let (mut people, mut places) = file::people(&asked.file, asked.format)?;
    if asked.dry_run {
        return rehearse(context, people, &places, asked.if_not_exists).await;
    }
    let atomic = context.client.is_ochre().await?;
    // Before passwords are made for people who are there already.
    let new = new_people(context, &people, &places, asked.if_not_exists).await?;
    people.retain(|person| new.contains(&person.user.username));
    places.retain_users(|name| new.contains(name));
    let hashes = people.iter().filter(|person| person.user.password_hash.is_some()).count();
    if !atomic && hashes > 0 {
        let why = format!(
            "this server has Argilla's API alone and cannot set hashes, which {hashes} of the users have: give passwords, or leave them out and use --generate-passwords"
        );
        return Err(Failure::Refused(why).into());
    }
    let file = match &asked.generate_passwords {
        Some(path) => make_passwords(path, &mut people)?,
        None => None,
    };
    let outcome = if atomic {
        let existing = if asked.if_not_exists { Existing::Skip } else { Existing::Refuse };
        context.client.users().create_many(hashed(context, people), existing).await
    } else {
        context.talk.say("This server has Argilla's API alone: users are created one by one and not all or nothing. After a failure --if-not-exists goes on with the others.");
        one_by_one(context, people).await
    };
    if let Some(file) = file {
        file.settle(outcome.as_ref().map(|_| ()), context.talk);
    }
    let created = outcome.map_err(|error| places.explain(error))?;
    let users = if created.len() == 1 { "user" } else { "users" };
    context.talk.say(&format!("{} {users} created.", created.len()));
    output::list(context.format, User::columns(), &created)
}

/// What applying the people as a team would do: that finds out who is new, and whether their workspaces exist.
async fn plan(context: &Context, people: &[Person], places: &Places) -> anyhow::Result<TeamPlan> {
    let users = people.iter().map(|person| person.user.clone());
    let team = Team { users: users.collect(), ..Team::default() };
    context.client.team().plan(&team, Prune::None).await.map_err(|error| places.explain(error))
}

/// The names of those who are new. That others are not is an error, unless it is expected.
async fn new_people(
    context: &Context,
    people: &[Person],
    places: &Places,
    if_not_exists: bool,
) -> anyhow::Result<HashSet<String>> {
    let plan = plan(context, people, places).await?;
    let new: HashSet<_> = plan.entries.iter().filter_map(created).collect();
    let known: Vec<_> =
        people.iter().map(|person| person.user.username.as_str()).filter(|name| !new.contains(*name)).collect();
    if known.is_empty() {
        return Ok(new);
    }
    if !if_not_exists {
        let why = format!("{}--if-not-exists leaves them as they are", places.existing(&known));
        return Err(Failure::Exists(why).into());
    }
    context.talk.say(&format!("{} of {} exist already, and are left as they are.", known.len(), people.len()));
    Ok(new)
}

fn created(entry: &PlanEntry) -> Option<String> {
    match entry {
        PlanEntry::CreateUser { username, .. } => Some(username.clone()),
        _ => None,
    }
}

async fn rehearse(context: &Context, people: Vec<Person>, places: &Places, if_not_exists: bool) -> anyhow::Result<()> {
    let new = new_people(context, &people, places, if_not_exists).await?;
    let mut plan = plan(context, &people, places).await?;
    plan.entries.retain(|entry| matches!(entry, PlanEntry::CreateUser { username, .. } if new.contains(username)));
    for entry in &mut plan.entries {
        if let PlanEntry::CreateUser { username, has_password, .. } = entry {
            *has_password |= people.iter().any(|person| person.user.username == *username && person.password.is_some());
        }
    }
    plan.changes = plan.entries.len();
    output::plan(context.format, &plan)
}

/// Makes passwords for those who have none.
fn make_passwords(path: &std::path::Path, people: &mut [Person]) -> anyhow::Result<Option<PasswordFile>> {
    let mut without: Vec<_> =
        people.iter_mut().filter(|person| person.password.is_none() && person.user.password_hash.is_none()).collect();
    if without.is_empty() {
        return Ok(None);
    }
    let mut file = PasswordFile::create(path)?;
    for person in &mut without {
        person.password = Some(hash::random_password());
    }
    let rows =
        without.iter().map(|person| (person.user.username.as_str(), person.password.as_deref().unwrap_or_default()));
    file.write(rows)?;
    Ok(Some(file))
}

/// The users with hashes of their passwords.
fn hashed(context: &Context, people: Vec<Person>) -> Vec<TeamUser> {
    let passwords: Vec<_> = people.iter().filter_map(|person| person.password.as_deref()).collect();
    let mut hashes = passwords::hashes(context.talk, &passwords).into_iter();
    let user = |person: Person| {
        let hash = person.password.and_then(|_| hashes.next());
        TeamUser { password_hash: hash.or(person.user.password_hash.clone()), ..person.user }
    };
    people.into_iter().map(user).collect()
}

async fn one_by_one(context: &Context, people: Vec<Person>) -> Result<Vec<User>, ochre_client::Error> {
    let client = &context.client;
    let workspaces = client.workspaces().list().await?;
    let total = people.len();
    let bar = passwords::progress(context.talk, "Creating users", total);
    let mut created = Vec::new();
    for person in people {
        let outcome = create(context, &workspaces, person).await;
        let user = outcome.map_err(|source| ochre_client::Error::Interrupted {
            done: created.len(),
            total,
            source: Box::new(source),
        })?;
        created.push(user);
        bar.inc(1);
    }
    bar.finish_and_clear();
    Ok(created)
}

async fn create(
    context: &Context,
    workspaces: &[ochre_client::Workspace],
    person: Person,
) -> Result<User, ochre_client::Error> {
    let Person { user, password, line: _ } = person;
    let password = password.unwrap_or_else(hash::random_password);
    let first_name = user.first_name.unwrap_or_else(|| user.username.clone());
    let new = UserCreate {
        last_name: user.last_name,
        role: user.role,
        ..UserCreate::new(user.username, password).first_name(first_name)
    };
    let created = context.client.users().create(&new).await?;
    let names = user.workspaces.unwrap_or_default();
    if let Err(error) = join(&created, &names, workspaces).await {
        // A user without its workspaces is half a user: the next run makes it again.
        created.delete().await?;
        return Err(error);
    }
    Ok(created)
}

async fn join(
    user: &User,
    names: &[String],
    workspaces: &[ochre_client::Workspace],
) -> Result<(), ochre_client::Error> {
    for name in names {
        let workspace = workspaces.iter().find(|workspace| workspace.name == *name);
        let workspace = workspace.ok_or_else(|| ochre_client::Error::NotFound(format!("the workspace {name:?}")))?;
        user.add_to_workspace(workspace).await?;
    }
    Ok(())
}
