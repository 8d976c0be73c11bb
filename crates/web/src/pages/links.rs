//! Links that let somebody in: an invitation, or a new password.
//!
//! These pages are for people who cannot sign in (yet), so they are open to everybody, even to somebody who must choose a
//! password first.

use std::sync::Arc;

use askama::Template;
use axum::{
    extract::{Path, Request, State},
    response::Response,
};
use http::StatusCode;
use serde_json::json;

use super::new_password;
use crate::{
    call::Call,
    field::Field,
    form::Form,
    frame::Frame,
    host::{Host, LinkView, NewAccount, RedeemForm},
    moment::Moment,
    respond,
    sheet::Sheet,
    visit::{Answer, Stop, Visit},
};

#[derive(Template)]
#[template(path = "invitation.html")]
struct Invitation {
    frame: Frame,
    sheet: Sheet,
    action: String,
    role: String,
    workspaces: Vec<String>,
    expires: Moment,
    call: Call,
}

#[derive(Template)]
#[template(path = "already.html")]
struct Already {
    frame: Frame,
    username: String,
    /// The link, to come back to after signing out.
    next: String,
}

#[derive(Template)]
#[template(path = "reset.html")]
struct Reset {
    frame: Frame,
    sheet: Sheet,
    action: String,
    username: String,
    expires: Moment,
    call: Call,
}

#[derive(Template)]
#[template(path = "dead_link.html")]
struct DeadLink {
    frame: Frame,
}

/// Shows what the link is for.
pub(crate) async fn show<H: Host>(State(host): State<Arc<H>>, Path(token): Path<String>, request: Request) -> Answer {
    let visit = Visit::begin(host, request).await?;
    let view = view(&visit, &token).await?;
    let sheet = Sheet::new(fields(&visit, &view));
    Ok(page(&visit, view, sheet))
}

/// Uses the link.
pub(crate) async fn submit<H: Host>(State(host): State<Arc<H>>, Path(token): Path<String>, request: Request) -> Answer {
    let (visit, form) = Visit::posted(host, request).await?;
    let view = view(&visit, &token).await?;
    let sheet = Sheet::typed(fields(&visit, &view), &form).repeated(&form);
    if sheet.is_bad() {
        return Ok(page(&visit, view, sheet));
    }
    let (typed, done) = match view {
        LinkView::Invitation { .. } => (RedeemForm::Invitation(new_account(&form)), "sign-in?notice=joined"),
        LinkView::Reset { .. } => {
            (RedeemForm::Reset { password: form.secret("password") }, "sign-in?notice=password-set")
        }
    };
    match visit.host.redeem(&visit.parts, &token, typed).await {
        Ok(()) => Ok(visit.to(done)),
        Err(refusal) if respond::ends_a_form(&refusal) => Ok(dead(&visit)),
        Err(refusal) => Ok(page(&visit, view, sheet.refused(refusal, "password", "This password is wrong."))),
    }
}

/// What the link is for, when it can be used by whoever came with it.
async fn view<H: Host>(visit: &Visit<H>, token: &str) -> Result<LinkView, Stop> {
    let view = match visit.host.link(&visit.parts, token).await {
        Ok(view) => view,
        Err(refusal) if respond::ends_a_form(&refusal) => return Err(dead(visit).into()),
        Err(refusal) => return Err(visit.refused(&refusal).into()),
    };
    match (&view, &visit.visitor) {
        (LinkView::Invitation { .. }, Some(visitor)) => {
            let next = visit.parts.uri.path().to_owned();
            let username = visitor.username.clone();
            let page = Already { frame: visit.frame("You have an account already"), username, next };
            Err(respond::page(StatusCode::CONFLICT, &page).into())
        }
        _ => Ok(view),
    }
}

fn new_account(form: &Form) -> NewAccount {
    NewAccount {
        username: form.text("username"),
        first_name: form.text("first_name"),
        last_name: Some(form.text("last_name")).filter(|name| !name.is_empty()),
        password: form.secret("password"),
    }
}

fn fields<H: Host>(visit: &Visit<H>, view: &LinkView) -> Vec<Field> {
    let chars = visit.host.about().password_chars;
    match view {
        LinkView::Invitation { .. } => {
            let username = Field::name("username", "Username", "username").hint("You sign in with it.".to_owned());
            let first = Field::name("first_name", "First name", "given-name").required("Type your first name.");
            let last = Field::name("last_name", "Last name", "family-name");
            let [password, again] = new_password(["Password", "Repeat the password"], &chars);
            vec![username.required("Choose a username."), first, last, password, again]
        }
        LinkView::Reset { username, .. } => {
            // Password managers remember the new password under this name.
            let username = Field::name("username", "Username", "username").fixed(username.clone());
            let [password, again] = new_password(["New password", "Repeat the new password"], &chars);
            vec![username, password, again]
        }
    }
}

fn page<H: Host>(visit: &Visit<H>, view: LinkView, sheet: Sheet) -> Response {
    let (status, retry_after) = (sheet.status, sheet.retry_after);
    let frame = |title: &str| visit.frame(&Sheet::title(title, &[&sheet]));
    let action = visit.address(visit.parts.uri.path().trim_start_matches('/'));
    let response = match view {
        LinkView::Invitation { role, workspaces, expires_at } => {
            let (frame, expires) = (frame("You are invited"), Moment::new(expires_at));
            let words = ["links", "use", "LINK", "--username", "ada", "--first-name", "Ada"];
            let body = json!({"username": "ada", "first_name": "Ada", "password": "A LONG PASSWORD"});
            let call = Call::open(&words, "links/TOKEN", &body);
            respond::page(status, &Invitation { frame, sheet, action, role, workspaces, expires, call })
        }
        LinkView::Reset { username, expires_at } => {
            let (frame, expires) = (frame("Set a new password"), Moment::new(expires_at));
            let body = json!({"password": "A LONG PASSWORD"});
            let call = Call::open(&["links", "use", "LINK"], "links/TOKEN", &body);
            respond::page(status, &Reset { frame, sheet, action, username, expires, call })
        }
    };
    respond::form(response, retry_after)
}

fn dead<H: Host>(visit: &Visit<H>) -> Response {
    respond::page(StatusCode::NOT_FOUND, &DeadLink { frame: visit.frame("This link is not valid any more") })
}
