//! `ochre users`

use ochre_client::{Client, Deletion, Existing, Sort, TeamUser, User, UserCreate, UserQuery, UserUpdate};

use super::{
    Context, access, deletion, find_user, find_users, find_workspace, import, links, ochre_only, refuse_empty,
};
use crate::{
    args::{self, Consent, Until, Users, UsersList},
    console::{check_password, given_password, new_password},
    failure::Failure,
    hash,
    output::{self, FullUser, Gone, List, Row as _, WITH_ACCOUNT, day},
};

pub(crate) async fn run(context: &Context, command: Users) -> anyhow::Result<()> {
    let outcome = match command {
        // These are Argilla's as well.
        Users::List(asked) => return list(context, asked).await,
        Users::Get { user } => return get(context, &user).await,
        Users::Create(new) => return create(context, new).await,
        Users::Update(changes) => return update(context, changes).await,
        Users::Delete { users, consent } => return delete(context, &users, consent).await,
        Users::Import(asked) => return import::run(context, asked).await,
        Users::Disable { users, consent } => access::disable(context, &users, consent).await,
        Users::Enable { users } => access::enable(context, &users).await,
        Users::ResetLink(asked) => links::reset(context, asked).await,
        Users::ResetLinks { user, all } => links::resets(context, &user, all).await,
        Users::WithdrawResetLinks { user } => links::withdraw_resets(context, &user).await,
    };
    ochre_only::explained(context, outcome).await
}

/// Reads an order as the command line writes it: `-username`.
pub(super) fn order(text: &str) -> (Sort, bool) {
    let (name, descending) = text.strip_prefix('-').map_or((text, false), |name| (name, true));
    let sort = match name {
        "inserted_at" => Sort::InsertedAt,
        "updated_at" => Sort::UpdatedAt,
        _ => Sort::Name,
    };
    (sort, descending)
}

async fn list(context: &Context, asked: UsersList) -> anyhow::Result<()> {
    let (sort, descending) = order(&asked.sort);
    let mut query = UserQuery::new().sort(sort);
    if descending {
        query = query.descending();
    }
    if let Some(role) = asked.role {
        query = query.role(role.into());
    }
    if let Some(workspace) = &asked.workspace {
        query = query.workspace(find_workspace(&context.client, workspace).await?.id.to_string());
    }
    if let Some(state) = asked.state {
        ochre_only::required(context).await?;
        query = query.state(state.into());
    }
    if let Some(text) = asked.search {
        query = query.search(text);
    }
    if asked.account {
        query = query.with_account();
    }
    let mut left = asked.limit.unwrap_or(usize::MAX);
    if let Ok(few) = u32::try_from(left) {
        query = query.page_size(few);
    }
    let mut pages = context.client.users().pages(query);
    let columns = if asked.account { WITH_ACCOUNT } else { User::columns() };
    let mut list = List::new(context.format, columns);
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
    let user = find_user(&context.client, name).await?;
    let user = context.client.users().get_with_account(&user).await?;
    let workspaces = user.workspaces().await?.iter().map(|workspace| workspace.name.clone()).collect();
    output::record(context.format, &FullUser { user, workspaces })
}

async fn create(context: &Context, new: args::UserCreate) -> anyhow::Result<()> {
    let client = &context.client;
    refuse_empty(&new.username, "user")?;
    // Looked up first, so that a wrong name leaves nothing half done.
    let mut teams = Vec::new();
    for name in &new.workspaces {
        teams.push(find_workspace(client, name).await?);
    }
    if let Some(existing) = client.users().find(&new.username).await? {
        return already_there(context, &new, &existing);
    }
    if new.must_change_password || new.active_until.is_some() {
        ochre_only::required(context).await?;
    }
    let password = if new.no_password { None } else { Some(new_password(&new.password)?) };
    if let Some(Err(problem)) = password.as_deref().map(check_password) {
        return Err(Failure::Input(format!("the password {problem}")).into());
    }
    // In one piece where the server can: a user without its workspaces is half a user. The other way is Argilla's, whose server
    // hashes the password itself.
    let in_one_piece = password.is_none() || !teams.is_empty();
    let outcome = if in_one_piece && client.is_ochre().await? {
        let names = teams.iter().map(|team| team.name.clone()).collect();
        all_at_once(client, &new, names, password).await
    } else {
        step_by_step(context, &new, &teams, password).await
    };
    match outcome {
        Ok(created) => {
            if new.no_password {
                let name = &created.username;
                context
                    .talk
                    .say(&format!("{name} signs in by API key; ochre users get {name} --output json shows it."));
            }
            output::one(context.format, &created)
        }
        // Somebody else was faster.
        Err(error) if error.is_conflict() => match client.users().find(&new.username).await? {
            Some(existing) => already_there(context, &new, &existing),
            None => Err(error.into()),
        },
        Err(error) => Err(error.into()),
    }
}

fn already_there(context: &Context, new: &args::UserCreate, existing: &User) -> anyhow::Result<()> {
    if new.if_not_exists {
        context.talk.say(&format!("{} exists already, and is left as it is.", new.username));
        return output::one(context.format, existing);
    }
    let why = format!(
        "the user {:?} exists already; --if-not-exists leaves it as it is, ochre users update changes it",
        new.username
    );
    Err(Failure::Exists(why).into())
}

async fn all_at_once(
    client: &Client,
    new: &args::UserCreate,
    workspaces: Vec<String>,
    password: Option<String>,
) -> Result<User, ochre_client::Error> {
    let user = TeamUser {
        username: new.username.clone(),
        first_name: new.first_name.clone(),
        last_name: new.last_name.clone(),
        role: Some(new.role.into()),
        workspaces: Some(workspaces),
        password_hash: password.as_deref().map(hash::one),
        must_change_password: new.must_change_password.then_some(true),
        active_until: new.active_until.and_then(Until::moment),
    };
    let mut created = client.users().create_many(vec![user], Existing::Refuse).await?;
    created.pop().ok_or_else(|| ochre_client::Error::NotFound(format!("the user {:?}", new.username)))
}

async fn step_by_step(
    context: &Context,
    new: &args::UserCreate,
    teams: &[ochre_client::Workspace],
    password: Option<String>,
) -> Result<User, ochre_client::Error> {
    let password = password.unwrap_or_else(|| {
        context.talk.say("This server knows no users without a password; it gets one that nobody knows.");
        hash::random_password()
    });
    let mut user = UserCreate::new(&new.username, password).role(new.role.into());
    user.last_name.clone_from(&new.last_name);
    user.must_change_password = new.must_change_password.then_some(true);
    user.active_until = new.active_until.and_then(Until::moment);
    if let Some(first_name) = &new.first_name {
        user = user.first_name(first_name);
    }
    let created = context.client.users().create(&user).await?;
    for team in teams {
        created.add_to_workspace(team).await?;
    }
    Ok(created)
}

async fn update(context: &Context, asked: args::UserUpdate) -> anyhow::Result<()> {
    let user = find_user(&context.client, &asked.user).await?;
    let must_change_password = match (asked.must_change_password, asked.no_must_change_password) {
        (true, _) => Some(true),
        (_, true) => Some(false),
        (false, false) => None,
    };
    let active_until = asked.active_until.map(Until::moment);
    if must_change_password.is_some() || active_until.is_some() {
        ochre_only::required(context).await?;
    }
    let password = if asked.password { Some(new_password(&asked.source)?) } else { given_password(&asked.source)? };
    if let Some(Err(problem)) = password.as_deref().map(check_password) {
        return Err(Failure::Input(format!("the password {problem}")).into());
    }
    let changes = UserUpdate {
        first_name: asked.first_name,
        last_name: if asked.no_last_name { Some(None) } else { asked.last_name.map(Some) },
        username: asked.username,
        role: asked.role.map(Into::into),
        password,
        must_change_password,
        active_until,
    };
    if changes.is_empty() {
        let why = "nothing to change: say what, for example --role admin";
        return Err(Failure::Usage(why.to_owned()).into());
    }
    let updated = user.update(&changes).await?;
    tell_of_changes(context, &changes, &user, &updated);
    output::one(context.format, &updated)
}

/// Says what the columns of a user do not show.
fn tell_of_changes(context: &Context, changes: &UserUpdate, before: &User, updated: &User) {
    let name = &updated.username;
    let mut told = Vec::new();
    if changes.password.is_some() {
        told.push(format!("{name} has a new password, and is signed out everywhere else."));
    }
    match changes.must_change_password {
        Some(true) => told.push(format!("{name} must set another password before anything else.")),
        Some(false) => told.push(format!("{name} need not set another password.")),
        None => {}
    }
    match changes.active_until {
        Some(Some(end)) => told.push(format!("{name} has access until {} UTC.", day(end))),
        Some(None) => told.push(format!("{name} has access without an end.")),
        None => {}
    }
    if told.is_empty() && updated == before {
        told.push("It was so already.".to_owned());
    }
    for line in told {
        context.talk.say(&line);
    }
}

async fn delete(context: &Context, names: &[String], consent: Consent) -> anyhow::Result<()> {
    let me = context.client.me().await?.id;
    let users = access::own_last(me, find_users(&context.client, names).await?);
    let ochre = context.client.is_ochre().await?;
    let mut gone = Vec::new();
    for user in &users {
        gone.push(what_goes(user, ochre, user.id == me).await?);
    }
    if !deletion::agreed(context, &gone, consent, ochre)? {
        return Ok(());
    }
    let mut deleted = Vec::new();
    let mut outcome = Ok(());
    for user in &users {
        match user.delete().await {
            Ok(gone) => deleted.push(gone),
            Err(error) => {
                outcome = Err(error.into());
                break;
            }
        }
        context.talk.say(&format!("{} is deleted.", user.username));
    }
    deletion::tell_of_trash(context, deleted.len(), ochre);
    // What is done is told also where the rest is not.
    output::list(context.format, User::columns(), &deleted)?;
    outcome
}

/// What goes with a user. Argilla's servers do not count, and of an owner tell all workspaces.
async fn what_goes(user: &User, ochre: bool, own: bool) -> anyhow::Result<Gone> {
    let counts = if ochre { Some(user.preview_deletion().await?) } else { None };
    let counted = match counts {
        Some(counts) => Some(deletion::counted(&counts)),
        None if user.role == ochre_client::Role::Owner => None,
        None => {
            let memberships = user.workspaces().await?.len() as u64;
            Some(deletion::counted(&Deletion { memberships, ..Deletion::default() }))
        }
    };
    let mut with = user.role.to_string();
    for more in counted.into_iter().chain(own.then(|| "your own account".to_owned())) {
        with = format!("{with}, {more}");
    }
    Ok(Gone { kind: "user", id: user.id, name: user.username.clone(), with, counts })
}
