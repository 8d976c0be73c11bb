//! Signing in at a provider.

use std::sync::Arc;

use askama::Template;
use axum::{
    extract::{Path, Request, State},
    response::Response,
};

use crate::{
    field::Field,
    form::Form,
    frame::Frame,
    host::{Finished, Host, SignedIn},
    next::Next,
    respond,
    sheet::Sheet,
    visit::{Answer, Visit, with_cookies},
};

#[derive(Template)]
#[template(path = "link_accounts.html")]
struct LinkAccounts {
    frame: Frame,
    sheet: Sheet,
    action: String,
    label: String,
    username: String,
}

/// Leads to the provider.
pub(crate) async fn begin<H: Host>(
    State(host): State<Arc<H>>,
    Path(provider): Path<String>,
    request: Request,
) -> Answer {
    let visit = Visit::begin(host, request).await?;
    let next = Form::query(&visit.parts.uri).get("next").and_then(Next::local);
    match visit.host.begin(&visit.parts, &provider, next.as_ref().map(Next::as_str)).await {
        Ok(departure) => Ok(with_cookies(visit.leave(&departure.address), departure.cookies)),
        Err(refusal) => Ok(visit.refused(&refusal)),
    }
}

/// The way back from the provider.
pub(crate) async fn callback<H: Host>(
    State(host): State<Arc<H>>,
    Path(provider): Path<String>,
    request: Request,
) -> Answer {
    let visit = Visit::begin(host, request).await?;
    match visit.host.finish(&visit.parts, &provider).await {
        Ok(Finished::SignedIn(signed_in)) => Ok(arrive(&visit, signed_in)),
        Ok(Finished::NotLinked { username, cookies }) => {
            let sheet = Sheet::new(fields(&username));
            Ok(with_cookies(page(&visit, &provider, username, sheet), cookies))
        }
        Err(refusal) => Ok(visit.refused(&refusal)),
    }
}

/// Links the account at the provider to the local one, whose password was typed.
pub(crate) async fn link<H: Host>(
    State(host): State<Arc<H>>,
    Path(provider): Path<String>,
    request: Request,
) -> Answer {
    let (visit, form) = Visit::posted(host, request).await?;
    // The name is only shown again: which account is meant stands in the cookie.
    let username = form.text("username");
    let sheet = Sheet::typed(fields(&username), &form);
    if sheet.is_bad() {
        return Ok(page(&visit, &provider, username, sheet));
    }
    match visit.host.link_by_password(&visit.parts, &provider, &form.secret("password")).await {
        Ok(signed_in) => Ok(arrive(&visit, signed_in)),
        Err(refusal) if respond::ends_a_form(&refusal) => Ok(visit.refused(&refusal)),
        Err(refusal) => {
            let sheet = sheet.refused(refusal, "password", "This is not the password of that account.");
            Ok(page(&visit, &provider, username, sheet))
        }
    }
}

fn arrive<H: Host>(visit: &Visit<H>, signed_in: SignedIn) -> Response {
    let next = signed_in.next.as_deref().and_then(Next::local);
    visit.onward(next.as_ref(), signed_in.cookies)
}

fn fields(username: &str) -> Vec<Field> {
    let password = Field::password("password", "Password of that account", "current-password");
    vec![
        Field::name("username", "Username", "username").fixed(username.to_owned()),
        password.required("Type the password of that account."),
    ]
}

fn page<H: Host>(visit: &Visit<H>, provider: &str, username: String, sheet: Sheet) -> Response {
    let known = visit.host.providers().into_iter().find(|known| known.name == provider);
    let label = known.map_or_else(|| provider.to_owned(), |known| known.label);
    let (status, retry_after) = (sheet.status, sheet.retry_after);
    let title = &Sheet::title("Is this account yours?", &[&sheet]);
    // The path of the request ends in /callback or in /link.
    let path = visit.parts.uri.path().trim_start_matches('/');
    let action = visit.address(&format!("{}/link", path.rsplit_once('/').map_or(path, |(before, _)| before)));
    let page = LinkAccounts { frame: visit.frame(title), sheet, action, label, username };
    respond::form(respond::page(status, &page), retry_after)
}
