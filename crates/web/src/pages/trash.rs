//! What was deleted: brought back, or removed for good.

use std::sync::Arc;

use askama::Template;
use axum::{
    extract::{Path, Request, State},
    response::Response,
};
use http::StatusCode;
use ochre_domain::{
    Error,
    model::{TrashId, Trashed},
    policy::{Scope, TrashAction},
    ports::Order,
    usecase::TrashView,
};

use crate::{
    call::Call,
    console::{
        Console,
        desk::Desk,
        flash::Flash,
        list::{self, Asked, Pages},
        nav::Section,
    },
    form::Form,
    frame::Frame,
    host::Refusal,
    moment::Moment,
    respond, view,
    visit::{Answer, Stop},
};

struct Row {
    id: String,
    kind: &'static str,
    name: String,
    memberships: usize,
    by: String,
    deleted: Moment,
    until: Moment,
}

#[derive(Template)]
#[template(path = "trash.html")]
struct Page {
    frame: Frame,
    rows: Vec<Row>,
    pages: Pages,
    may_restore: bool,
    may_purge: bool,
    call: Call,
}

#[derive(Template)]
#[template(path = "purge.html")]
struct Purge {
    frame: Frame,
    id: String,
    kind: &'static str,
    name: String,
    typed: Option<String>,
    call: Call,
}

/// Shows it.
pub(crate) async fn show<C: Console>(State(host): State<Arc<C>>, request: Request) -> Answer {
    let desk = Desk::begin(host, request).await?;
    let after = list::request(&desk.parts().uri, Order::LATEST).after;
    let found =
        desk.office().trash.page(&desk.actor, after.clone(), list::ROWS).await.map_err(|error| desk.stop(error))?;
    let pages = Pages::around("trash", &Asked::default(), after.as_ref(), found.next.as_ref());
    if let Some(first) = pages.instead(&found.entries) {
        return Ok(desk.visit.to(first));
    }
    let page = Page {
        frame: desk.frame("Trash", Section::Trash),
        pages,
        rows: found.entries.into_iter().map(row).collect(),
        may_restore: desk.may(TrashAction::Restore, Scope::Server),
        may_purge: desk.may(TrashAction::Purge, Scope::Server),
        call: Call::new(&desk.address(), &["trash", "restore", "ada"], "POST", "trash/ID/restore", None),
    };
    Ok(desk.show(&page))
}

/// Brings something back.
pub(crate) async fn restore<C: Console>(
    State(host): State<Arc<C>>,
    Path(id): Path<String>,
    request: Request,
) -> Answer {
    let (desk, _) = Desk::posted(host, request).await?;
    let id = id_of(&desk, &id)?;
    let path = format!("trash{}", list::sent_from(&desk.parts().uri, &[]));
    let outcome = desk.office().trash.restore(&desk.actor, id).await;
    let said = outcome.map(|view| Flash::new(format!("“{}” is back.", name(&view))));
    Ok(desk.concluded(&path, said))
}

/// Asks for the name before something is removed for good.
pub(crate) async fn ask<C: Console>(State(host): State<Arc<C>>, Path(id): Path<String>, request: Request) -> Answer {
    let desk = Desk::begin(host, request).await?;
    let id = id_of(&desk, &id)?;
    Ok(purge_page(&desk, &entry(&desk, id).await?, None))
}

/// Removes something for good, where its name was typed.
pub(crate) async fn purge<C: Console>(State(host): State<Arc<C>>, Path(id): Path<String>, request: Request) -> Answer {
    let (desk, form) = Desk::posted(host, request).await?;
    let id = id_of(&desk, &id)?;
    let entry = entry(&desk, id).await?;
    if !is_named(&form, &entry) {
        return Ok(purge_page(&desk, &entry, Some(form.text("name"))));
    }
    let outcome = desk.office().trash.purge(&desk.actor, id).await;
    Ok(desk.concluded("trash", outcome.map(|()| Flash::new(format!("“{}” is gone for good.", name(&entry))))))
}

/// Space around a name need not be typed, unless there is nothing else.
fn is_named(form: &Form, entry: &TrashView) -> bool {
    let (typed, name) = (view::typed(&form.text("name")), view::typed(&name(entry)));
    typed == name || (!name.trim().is_empty() && typed.trim() == name.trim())
}

async fn entry<C: Console>(desk: &Desk<C>, id: TrashId) -> Result<TrashView, Stop> {
    desk.office().trash.get(&desk.actor, id).await.map_err(|error| match error {
        Error::TrashNotFound(_) => desk.refuse(&Refusal::NotFound),
        other => desk.stop(other),
    })
}

fn purge_page<C: Console>(desk: &Desk<C>, found: &TrashView, typed: Option<String>) -> Response {
    let (id, name) = (found.entry.id.to_string(), name(found));
    let words = ["trash", "delete", "--", &name];
    let call = Call::new(&desk.address(), &words, "DELETE", &format!("trash/{id}"), None);
    let page = Purge { frame: desk.frame("Remove for good", Section::Trash), id, kind: kind(found), name, typed, call };
    let status = if page.typed.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    respond::form(desk.show_as(status, &page), None)
}

fn id_of<C: Console>(desk: &Desk<C>, id: &str) -> Result<TrashId, Stop> {
    desk.id(id, TrashId::new)
}

fn kind(view: &TrashView) -> &'static str {
    match view.entry.what {
        Trashed::User(..) => "user",
        Trashed::Workspace(_) => "workspace",
    }
}

fn name(view: &TrashView) -> String {
    match &view.entry.what {
        Trashed::User(user, _) => user.username.as_str().to_owned(),
        Trashed::Workspace(workspace) => workspace.name.as_str().to_owned(),
    }
}

fn row(found: TrashView) -> Row {
    Row {
        id: found.entry.id.to_string(),
        kind: kind(&found),
        name: view::short(&name(&found)),
        memberships: found.entry.memberships.len(),
        deleted: view::moment(found.entry.inserted_at),
        until: view::moment(found.entry.expires_at),
        by: found.deleted_by.map(|name| view::short(name.as_str())).unwrap_or_default(),
    }
}
