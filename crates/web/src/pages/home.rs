//! The first page: who is signed in, what there is to do, and how programs connect.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Request, State};
use ochre_domain::{
    policy::{InvitationAction, Scope, UserAction, WorkspaceAction, sees_every_workspace},
    ports::{Direction, Order, Sort},
    usecase::{PageRequest, UserSearch, WorkspaceSearch},
};

use super::sign_in;
use crate::{
    NoPage,
    console::{Console, desk::Desk, flash::Flash, nav::Section},
    form::Form,
    frame::Frame,
    host::{PasswordState, Refusal},
    view,
    visit::{Answer, Visit},
};

/// Workspaces that are named.
const SHOWN_WORKSPACES: u32 = 12;
/// The API keys of the guides, which everybody knows.
const KNOWN_KEYS: &[&str] = &["argilla.apikey", "owner.apikey", "admin.apikey", "extralit.apikey", "rubrix.apikey"];

/// What the owner of a new server does first.
struct Step {
    text: &'static str,
    path: &'static str,
    is_done: bool,
}

#[expect(clippy::struct_excessive_bools, reason = "each is a part of the page that is shown or not")]
#[derive(Template)]
#[template(path = "home.html")]
struct Home {
    frame: Frame,
    version: String,
    name: String,
    username: String,
    role: String,
    workspaces: Vec<String>,
    more_workspaces: bool,
    reaches_all: bool,
    steps: Vec<Step>,
    may_create_users: bool,
    may_invite: bool,
    may_create_workspaces: bool,
    literal: String,
}

/// Shows the first page; the way in for whoever is not signed in.
pub(crate) async fn show<C: Console>(State(host): State<Arc<C>>, request: Request) -> Answer {
    let visit = Visit::begin(host, request).await?;
    if visit.visitor.is_none() {
        return Ok(sign_in::first(&visit));
    }
    let desk = Desk::of(visit).await?;
    if desk.parts().extensions.get::<NoPage>().is_some() {
        return Err(desk.refuse(&Refusal::NotFound));
    }
    let user = &desk.actor.user;
    let order = Order { by: Sort::Name, direction: Direction::Ascending };
    let all = PageRequest { order, after: None, limit: SHOWN_WORKSPACES };
    let found = desk.office().teams.search(&desk.actor, WorkspaceSearch::default(), all).await;
    let found = found.map_err(|error| desk.stop(error))?;
    let (server, full_name) = (Scope::Server, view::full_name(user));
    let mut frame = desk.frame("Home", Section::Home);
    if Form::query(&desk.parts().uri).get("notice") == Some("password-changed") {
        let text = "Your password is changed. Wherever else you were signed in, you are signed out.";
        frame.said.get_or_insert_with(|| Flash::new(text));
    }
    let page = Home {
        frame,
        version: desk.visit.host.about().version,
        name: if full_name.is_empty() { user.username.as_str().to_owned() } else { full_name },
        username: user.username.as_str().to_owned(),
        role: user.role.as_str().to_owned(),
        more_workspaces: found.next.is_some(),
        workspaces: found.entries.into_iter().map(|workspace| workspace.name.into_string()).collect(),
        reaches_all: sees_every_workspace(user.role),
        steps: steps(&desk).await?,
        may_create_users: desk.may(UserAction::Create, server),
        may_invite: desk.may(InvitationAction::Create, server),
        may_create_workspaces: desk.may(WorkspaceAction::Create, server),
        literal: python_literal(&desk.address()),
    };
    Ok(desk.show(&page))
}

/// Leads from addresses of Argilla's to ours: people have bookmarks.
pub(crate) async fn moved<C: Console>(State(host): State<Arc<C>>, request: Request) -> Answer {
    let desk = Desk::begin(host, request).await?;
    Ok(desk.visit.to("settings"))
}

/// The checklist, as long as everybody knows the password or the API key.
async fn steps<C: Console>(desk: &Desk<C>) -> Result<Vec<Step>, crate::visit::Stop> {
    let user = &desk.actor.user;
    let known = desk.visit.visitor.as_ref().is_some_and(|visitor| visitor.password == PasswordState::Set)
        && desk.visit.host.is_well_known(&user.password_hash, desk.parts());
    if !desk.may(UserAction::List, Scope::Server) {
        return Ok(Vec::new());
    }
    let me = desk.office().accounts.me(&desk.actor).map_err(|error| desk.stop(error))?;
    let key_is_known = me.api_key.is_some_and(|key| is_known_key(key.expose()));
    if !known && !key_is_known {
        return Ok(Vec::new());
    }
    let users = desk.office().accounts.count(&desk.actor, UserSearch::default(), 2).await;
    let users = users.map_err(|error| desk.stop(error))?;
    Ok(vec![
        Step { text: "Choose your own password: everybody knows the one you have", path: "password", is_done: !known },
        Step { text: "Replace your API key, which is as well known", path: "settings#key", is_done: !key_is_known },
        Step { text: "Bring in the first other person", path: "invitations", is_done: users > 1 },
    ])
}

/// Whether everybody knows an API key.
pub(super) fn is_known_key(key: &str) -> bool {
    KNOWN_KEYS.contains(&key)
}

/// Somebody pastes it into a program, and part of it comes from the request.
pub(crate) fn python_literal(text: &str) -> String {
    let inner: String = text.chars().filter(|c| !c.is_control()).collect();
    format!("\"{}\"", inner.replace('\\', "\\\\").replace('"', "\\\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_stays_one_text_in_python() {
        assert_eq!(python_literal("http://localhost:6900"), r#""http://localhost:6900""#);
        assert_eq!(python_literal("http://a\"+exit()\n\\"), r#""http://a\"+exit()\\""#);
    }
}
