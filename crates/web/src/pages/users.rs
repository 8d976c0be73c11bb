//! The users: searched, filtered, ordered, page by page.

use std::{collections::HashMap, sync::Arc};

use askama::Template;
use axum::extract::{Request, State};
use ochre_domain::{
    Error,
    model::{Role, User, UserId},
    policy::{InvitationAction, Scope, TeamAction, UserAction},
    ports::{SignInState, Sort, UserFilter},
    usecase::UserSearch,
};

use crate::{
    call::{self, Call},
    console::{
        Console,
        desk::{Desk, download},
        list::{self, Asked, Column, Pages},
        nav::Section,
    },
    field::Choice,
    frame::Frame,
    moment::Moment,
    view::{self, Badge},
    visit::Answer,
};

/// Workspaces of a row that are named.
const NAMED: usize = 3;

const SORTS: &[(&str, Sort)] =
    &[("username", Sort::Name), ("inserted_at", Sort::InsertedAt), ("updated_at", Sort::UpdatedAt)];
/// What narrows the list.
pub(super) const ASKED: &[&str] = &["q", "role", "state", "workspace", "sort"];
const STATES: &[(&str, &str, SignInState)] = &[
    ("active", "Active", SignInState::Active),
    ("disabled", "Disabled", SignInState::Disabled),
    ("expired", "Ended", SignInState::Expired),
];

/// A user in a list.
pub(super) struct Row {
    pub(super) id: String,
    pub(super) username: String,
    pub(super) name: String,
    pub(super) role: String,
    pub(super) state: Badge,
    pub(super) workspaces: Vec<String>,
    pub(super) more_workspaces: usize,
    pub(super) created: Moment,
    pub(super) seen: Option<Moment>,
}

#[derive(Template)]
#[template(path = "users.html")]
struct Users {
    frame: Frame,
    asked: Asked,
    roles: Vec<Choice>,
    states: Vec<Choice>,
    columns: [Column; 2],
    rows: Vec<Row>,
    count: String,
    pages: Pages,
    problem: Option<String>,
    may_create: bool,
    may_invite: bool,
    may_export: bool,
    call: Call,
}

/// Whether a value of a parameter means something.
fn is_known(name: &str, value: &str) -> bool {
    match name {
        "role" => value.parse::<Role>().is_ok(),
        "state" => STATES.iter().any(|(known, ..)| *known == value),
        "sort" => SORTS.iter().any(|(known, _)| *known == value.strip_prefix('-').unwrap_or(value)),
        _ => true,
    }
}

/// The search that an address asks for.
pub(super) fn search(asked: &Asked) -> UserSearch {
    let role = asked.get("role").and_then(|role| role.parse().ok());
    let state = asked.get("state").and_then(|state| STATES.iter().find(|(name, ..)| *name == state));
    UserSearch {
        text: asked.get("q").map(str::to_owned),
        filter: UserFilter { role, ..UserFilter::default() },
        workspace: asked.get("workspace").map(str::to_owned),
        access: state.map(|(_, _, state)| *state),
    }
}

/// Shows the list.
pub(crate) async fn show<C: Console>(State(host): State<Arc<C>>, request: Request) -> Answer {
    let desk = Desk::begin(host, request).await?;
    let uri = &desk.parts().uri;
    let asked = Asked::of(uri, ASKED).keeping(is_known);
    let (order, sort) = list::order(&asked, SORTS);
    let request = list::request(uri, order);
    let (accounts, actor) = (&desk.office().accounts, &desk.actor);
    let after = request.after.clone();
    let most = if asked.narrows() { list::COUNTED_SOME } else { list::COUNTED };
    let (found, count, problem) = match accounts.search(actor, search(&asked), request).await {
        Ok(found) => {
            let is_all = after.is_none() && found.next.is_none();
            let count = if is_all {
                Ok(u32::try_from(found.entries.len()).unwrap_or(u32::MAX))
            } else {
                accounts.count(actor, search(&asked), most + 1).await
            };
            (found, count.map_err(|error| desk.stop(error))?, None)
        }
        Err(Error::UnknownWorkspace(name)) => {
            let problem = format!("There is no workspace “{}”.", name.as_str());
            (ochre_domain::usecase::Page { entries: Vec::new(), next: None }, 0, Some(problem))
        }
        Err(error) => return Err(desk.stop(error)),
    };
    let pages = Pages::around("users", &asked, after.as_ref(), found.next.as_ref());
    if let Some(first) = pages.instead(&found.entries) {
        return Ok(desk.visit.to(first));
    }
    let rows = rows(&desk, found.entries).await.map_err(|error| desk.stop(error))?;
    let count = view::counted_to(most, count, "user", "users");
    let chosen = |mut choices: Vec<Choice>, name: &str| {
        let value = asked.text(name);
        choices.insert(0, Choice::new("", "Any"));
        for choice in &mut choices {
            choice.is_chosen = choice.value == value;
        }
        choices
    };
    let server = Scope::Server;
    let page = Users {
        frame: desk.frame("Users", Section::Users),
        roles: chosen(view::roles(), "role"),
        states: chosen(STATES.iter().map(|(name, label, _)| Choice::new(*name, *label)).collect(), "state"),
        columns: [Column::new("User", "username", &sort, &asked), Column::new("Created", "inserted_at", &sort, &asked)],
        call: call(&desk.address(), &asked),
        rows,
        count,
        pages,
        problem,
        may_create: desk.may(UserAction::Create, server),
        may_invite: desk.may(InvitationAction::Create, server),
        may_export: desk.may(TeamAction::Export, server),
        asked,
    };
    Ok(desk.show(&page))
}

/// The same list elsewhere.
fn call(address: &str, asked: &Asked) -> Call {
    let flags =
        [("q", "--search"), ("role", "--role"), ("state", "--state"), ("workspace", "--workspace"), ("sort", "--sort")];
    let mut words = vec!["users".to_owned(), "list".to_owned()];
    for (name, flag) in flags {
        words.extend(asked.get(name).into_iter().flat_map(|value| call::option(flag, value)));
    }
    let words: Vec<_> = words.iter().map(String::as_str).collect();
    let query = asked.with("limit", "100");
    Call::new(address, &words, "GET", &format!("users{query}"), None)
}

/// Users with what a list says of them.
pub(super) async fn rows<C: Console>(
    desk: &Desk<C>,
    views: Vec<ochre_domain::usecase::UserView>,
) -> ochre_domain::Result<Vec<Row>> {
    let accounts = &desk.office().accounts;
    let ids: Vec<UserId> = views.iter().map(|view| view.user.id).collect();
    let seen: HashMap<_, _> = accounts.last_seen(&ids).await?;
    let now = accounts.now();
    let members = accounts.with_workspaces(views).await?;
    let row = |member: ochre_domain::usecase::Member| {
        let user: &User = &member.view.user;
        let more_workspaces = member.workspaces.len().saturating_sub(NAMED);
        Row {
            id: user.id.to_string(),
            username: view::short(user.username.as_str()),
            name: view::short(&view::full_name(user)),
            role: view::capitalised(user.role.as_str()),
            state: view::state(user, now),
            workspaces: member.workspaces.iter().take(NAMED).map(|name| view::short(name.as_str())).collect(),
            more_workspaces,
            created: view::moment(user.inserted_at),
            seen: seen.get(&user.id).copied().map(view::moment),
        }
    };
    Ok(members.into_iter().map(row).collect())
}

/// The whole team as a file.
pub(crate) async fn export<C: Console>(State(host): State<Arc<C>>, request: Request) -> Answer {
    let (desk, _) = Desk::posted(host, request).await?;
    let team = desk.office().team_file.export(&desk.actor).await.map_err(|error| desk.stop(error))?;
    let text = desk.visit.host.write_team(team);
    Ok(download("team.yaml", "application/yaml; charset=utf-8", text))
}
