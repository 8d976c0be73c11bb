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
    console::{Console, ServerState, desk::Desk, list, nav::Section},
    frame::Frame,
    moment::Moment,
    view,
    visit::Answer,
};

/// Named keys that are shown, the oldest first.
const KEYS: u32 = 20;
/// Invitations, the latest first, among which the open ones are counted.
const INVITATIONS: u32 = 500;

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
    invitations: String,
    trash: String,
    keys: Vec<KeyRow>,
}

/// Shows it.
pub(crate) async fn show<C: Console>(State(host): State<Arc<C>>, request: Request) -> Answer {
    let desk = Desk::begin(host, request).await?;
    let (office, actor) = (desk.office(), &desk.actor);
    authorize(actor, ServerAction::Inspect, Scope::Server).map_err(|error| desk.stop(error))?;
    let state = desk.visit.host.state().await;
    let read = async {
        let users = office.accounts.count(actor, UserSearch::default(), list::COUNTED + 1).await?;
        let invitations = office.links.invitations(actor, None, INVITATIONS).await?;
        let trash = office.trash.count(actor, list::COUNTED_SOME + 1).await?;
        let keys = office.keys.oldest(actor, KEYS).await?;
        Ok::<_, Error>((users, invitations, trash, keys))
    };
    let (users, invitations, trash, keys) = read.await.map_err(|error| desk.stop(error))?;
    let open = invitations.entries.iter().filter(|view| view.is_open).count();
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
        users: view::grouped_to(list::COUNTED, users),
        invitations: format!("{open}{}", if invitations.next.is_some() { "+" } else { "" }),
        trash: view::grouped_to(list::COUNTED_SOME, trash),
        keys: keys.collect(),
    };
    Ok(desk.show(&page))
}
