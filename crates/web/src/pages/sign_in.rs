//! Signing in with a name and a password, and the ways to the providers.

use std::sync::Arc;

use askama::Template;
use axum::{
    extract::{Request, State},
    response::Response,
};

use crate::{
    call::Call,
    field::Field,
    form::Form,
    frame::Frame,
    host::{Host, Provider},
    next::Next,
    respond,
    sheet::Sheet,
    visit::{Answer, Visit, with_cookies},
};

/// Says in an address that somebody is on the way from signing in; who comes without a session has a browser that did not keep it.
const KEPT: &str = "kept";

#[derive(Template)]
#[template(path = "sign_in.html")]
struct SignIn {
    frame: Frame,
    version: String,
    sheet: Sheet,
    notice: Option<String>,
    providers: Vec<Way>,
    next: Option<String>,
    call: Call,
}

/// The way to a provider.
struct Way {
    label: String,
    path: String,
}

/// Shows the form. Other parameters of the address, such as Argilla's `auth`, mean nothing here.
pub(crate) async fn show<H: Host>(State(host): State<Arc<H>>, request: Request) -> Answer {
    let visit = Visit::begin(host, request).await?;
    let query = Form::query(&visit.parts.uri);
    let next = query.get("next").and_then(Next::local);
    let notice = match query.get("notice") {
        Some(KEPT) if visit.visitor.is_none() && visit.host.may_lose_cookies(&visit.parts) => {
            let address = visit.host.address(&visit.parts);
            Some(format!(
                "You were signed in, but your browser has not kept it: this server is for https alone. Open {address}"
            ))
        }
        word => word.and_then(notice).map(str::to_owned),
    };
    if visit.visitor.is_some() && notice.is_none() {
        return Ok(visit.onward(next.as_ref(), Vec::new()));
    }
    Ok(page(&visit, Sheet::new(fields()).ready(), notice, next.as_ref()))
}

/// The first page of somebody who is not signed in.
pub(crate) fn first<H: Host>(visit: &Visit<H>) -> Response {
    page(visit, Sheet::new(fields()).ready(), None, None)
}

/// Signs in.
pub(crate) async fn submit<H: Host>(State(host): State<Arc<H>>, request: Request) -> Answer {
    let (visit, form) = Visit::posted(host, request).await?;
    let next = form.get("next").and_then(Next::local);
    let sheet = Sheet::typed(fields(), &form);
    if sheet.is_bad() {
        return Ok(page(&visit, sheet, None, next.as_ref()));
    }
    match visit.host.sign_in(&visit.parts, &form.text("username"), &form.secret("password")).await {
        Ok(cookies) if visit.host.may_lose_cookies(&visit.parts) => {
            let next = next.as_ref().map_or("/", Next::as_str);
            let query = serde_urlencoded::to_string([("notice", KEPT), ("next", next)]).unwrap_or_default();
            Ok(with_cookies(visit.to(&format!("sign-in?{query}")), cookies))
        }
        Ok(cookies) => Ok(visit.onward(next.as_ref(), cookies)),
        Err(refusal) => {
            let wrong = "The username or the password is wrong.";
            Ok(page(&visit, sheet.refused(refusal, "password", wrong), None, next.as_ref()))
        }
    }
}

fn fields() -> Vec<Field> {
    vec![
        Field::name("username", "Username", "username").required("Type your username."),
        Field::password("password", "Password", "current-password").required("Type your password."),
    ]
}

/// What other pages have to say here. The address carries a word, so that nobody can put a text of their own on the page.
fn notice(word: &str) -> Option<&'static str> {
    match word {
        "joined" => Some("Your account is made. Sign in with the username and the password that you chose."),
        "password-set" => Some("Your new password is set. Sign in with it."),
        "signed-out" => Some("You are signed out."),
        _ => None,
    }
}

fn page<H: Host>(visit: &Visit<H>, sheet: Sheet, notice: Option<String>, next: Option<&Next>) -> Response {
    let query = next.and_then(|next| serde_urlencoded::to_string([("next", next.as_str())]).ok());
    let way = |provider: Provider| {
        let path = match &query {
            Some(query) => format!("oauth/{}?{query}", provider.name),
            None => format!("oauth/{}", provider.name),
        };
        Way { label: provider.label, path }
    };
    let providers = visit.host.providers().into_iter().map(way).collect();
    let (status, retry_after) = (sheet.status, sheet.retry_after);
    let title = &Sheet::title("Sign in", &[&sheet]);
    let next = next.map(|next| next.as_str().to_owned());
    let version = visit.host.about().version;
    let call = Call::sign_in();
    let page = SignIn { frame: visit.frame(title), version, sheet, notice, providers, next, call };
    respond::form(respond::page(status, &page), retry_after)
}
