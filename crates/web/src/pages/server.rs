//! The server, for owners: how it is, what is open, how it is set up.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Request, State};
use ochre_domain::{
    Error,
    policy::{Scope, ServerAction, authorize},
    usecase::UserSearch,
};

use crate::{
    console::{Console, ServerState, desk::Desk, nav::Section},
    frame::Frame,
    moment::Moment,
    view,
    visit::Answer,
};

/// Named keys that are shown, the oldest first.
const KEYS: u32 = 20;
const COUNTED: u32 = 1_000_000;

struct KeyRow {
    user_id: String,
    user: String,
    name: String,
    made: Moment,
    used: Option<Moment>,
    ends: Option<Moment>,
}

#[derive(Template)]
#[template(path = "server.html")]
struct Page {
    frame: Frame,
    version: String,
    address: String,
    state: ServerState,
    users: String,
    invitations: usize,
    trash: usize,
    keys: Vec<KeyRow>,
}

/// Shows it.
pub(crate) async fn show<C: Console>(State(host): State<Arc<C>>, request: Request) -> Answer {
    let desk = Desk::begin(host, request).await?;
    let (office, actor) = (desk.office(), &desk.actor);
    authorize(actor, ServerAction::Inspect, Scope::Server).map_err(|error| desk.stop(error))?;
    let state = desk.visit.host.state().await;
    let read = async {
        let users = office.accounts.count(actor, UserSearch::default(), COUNTED).await?;
        let invitations = office.links.invitations(actor).await?;
        let trash = office.trash.list(actor).await?;
        let keys = office.keys.oldest(actor, KEYS).await?;
        Ok::<_, Error>((users, invitations, trash, keys))
    };
    let (users, invitations, trash, keys) = read.await.map_err(|error| desk.stop(error))?;
    let keys = keys.into_iter().map(|(key, user)| KeyRow {
        user_id: key.user.to_string(),
        user: user.map(ochre_domain::model::Username::into_string).unwrap_or_default(),
        made: view::moment(key.inserted_at),
        used: key.last_used_at.map(view::moment),
        ends: key.expires_at.map(super::last),
        name: key.name.into_string(),
    });
    let page = Page {
        frame: desk.frame("Server", Section::Server),
        version: desk.visit.host.about().version,
        address: desk.address(),
        state,
        users: view::grouped(users as usize),
        invitations: invitations.iter().filter(|view| view.is_open).count(),
        trash: trash.len(),
        keys: keys.collect(),
    };
    Ok(desk.show(&page))
}
