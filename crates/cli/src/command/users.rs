//! `ochre users`

use ochre_client::{Client, Existing, Sort, TeamUser, User, UserCreate, UserQuery, UserUpdate};

use super::{Context, find_user, find_workspace, import, refuse_empty};
use crate::{
    args::{self, Consent, Users, UsersList},
    console::{check_password, confirm, given_password, new_password},
    failure::Failure,
    hash,
    output::{self, FullUser, Gone, List, Row as _, WITH_ACCOUNT},
};

pub(crate) async fn run(context: &Context, command: Users) -> anyhow::Result<()> {
    match command {
        Users::List(asked) => list(context, asked).await,
        Users::Get { user } => get(context, &user).await,
        Users::Create(new) => create(context, new).await,
        Users::Update(changes) => update(context, changes).await,
        Users::Delete { users, consent } => delete(context, &users, consent).await,
        Users::Import(asked) => import::run(context, asked).await,
    }
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
    let password = if new.no_password { None } else { Some(new_password(&new.password)?) };
    if let Some(Err(problem)) = password.as_deref().map(check_password) {
        return Err(Failure::Input(format!("the password {problem}")).into());
    }
    // In one piece where the server can: a user without its workspaces is half a user.
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
    };
    if changes.is_empty() {
        let why = "nothing to change: say what, for example --role admin";
        return Err(Failure::Usage(why.to_owned()).into());
    }
    let updated = user.update(&changes).await?;
    if updated == user && changes.password.is_none() {
        context.talk.say("It was so already.");
    } else if changes.password.is_some() {
        context.talk.say(&format!("{} has a new password, and is signed out everywhere else.", updated.username));
    }
    output::one(context.format, &updated)
}

async fn delete(context: &Context, names: &[String], consent: Consent) -> anyhow::Result<()> {
    let mut users = Vec::new();
    for name in names {
        let user = find_user(&context.client, name).await?;
        if !users.contains(&user) {
            users.push(user);
        }
    }
    let me = context.client.me().await?.id;
    let mut gone = Vec::new();
    for user in &users {
        let memberships = memberships(&context.client, user).await?;
        let with = match memberships {
            Some(1) => format!("{}, 1 membership", user.role),
            Some(many) => format!("{}, {many} memberships", user.role),
            None => user.role.to_string(),
        };
        let with = if user.id == me { format!("{with}, your own account") } else { with };
        gone.push(Gone { kind: "user", id: user.id, name: user.username.clone(), with });
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
    // What is done is told also where the rest is not.
    output::list(context.format, User::columns(), &deleted)?;
    outcome
}

/// How many memberships go with a user; of an owner the server tells all workspaces, so it is not known.
async fn memberships(client: &Client, user: &User) -> anyhow::Result<Option<usize>> {
    if user.role == ochre_client::Role::Owner {
        return Ok(None);
    }
    Ok(Some(client.users().workspaces(user).await?.len()))
}
