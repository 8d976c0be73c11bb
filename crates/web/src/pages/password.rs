//! One's own password.

use std::sync::Arc;

use askama::Template;
use axum::{
    extract::{Request, State},
    response::Response,
};
use http::StatusCode;
use serde_json::json;

use super::new_password;
use crate::{
    call::Call,
    field::Field,
    frame::Frame,
    host::{Host, PasswordState, Visitor},
    respond,
    sheet::Sheet,
    visit::{Answer, Stop, Visit},
};

#[derive(Template)]
#[template(path = "password.html")]
struct Password {
    frame: Frame,
    sheet: Sheet,
    username: String,
    must: bool,
    call: Call,
}

/// Shows the form.
pub(crate) async fn show<H: Host>(State(host): State<Arc<H>>, request: Request) -> Answer {
    let visit = Visit::begin(host, request).await?;
    let visitor = visitor(&visit)?;
    let sheet = Sheet::new(fields(&visit));
    Ok(page(&visit, &visitor, sheet))
}

/// Changes the password.
pub(crate) async fn submit<H: Host>(State(host): State<Arc<H>>, request: Request) -> Answer {
    let (visit, form) = Visit::posted(host, request).await?;
    let visitor = visitor(&visit)?;
    let sheet = Sheet::typed(fields(&visit), &form).repeated(&form);
    if sheet.is_bad() {
        return Ok(page(&visit, &visitor, sheet));
    }
    let (current, new) = (form.secret("current"), form.secret("password"));
    match visit.host.change_password(&visit.parts, &current, &new).await {
        Ok(()) => Ok(visit.to("?notice=password-changed")),
        Err(refusal) => {
            let wrong = "This is not your current password.";
            Ok(page(&visit, &visitor, sheet.refused(refusal, "current", wrong)))
        }
    }
}

/// Who is signed in and has a password.
fn visitor<H: Host>(visit: &Visit<H>) -> Result<Visitor, Stop> {
    let visitor = visit.visitor.clone().ok_or_else(|| visit.sign_in_first())?;
    if visitor.password == PasswordState::None {
        let text =
            "You sign in without a password. An owner can make you a link to set one: ochre users reset-link NAME.";
        return Err(visit.note(StatusCode::FORBIDDEN, "Your account has no password", text).into());
    }
    Ok(visitor)
}

fn fields<H: Host>(visit: &Visit<H>) -> Vec<Field> {
    let current = Field::password("current", "Current password", "current-password");
    let [new, again] = new_password(["New password", "Repeat the new password"], &visit.host.about().password_chars);
    vec![current.required("Type the password that you have now."), new, again]
}

fn page<H: Host>(visit: &Visit<H>, visitor: &Visitor, sheet: Sheet) -> Response {
    let (status, retry_after) = (sheet.status, sheet.retry_after);
    let must = visitor.password == PasswordState::MustChange;
    let title = &Sheet::title("Change your password", &[&sheet]);
    let body = json!({"current_password": "THE OLD ONE", "new_password": "THE NEW ONE"});
    let call = Call::new(&visit.host.address(&visit.parts), &["password"], "POST", "me/password", Some(body));
    let page = Password { frame: visit.frame(title), sheet, username: visitor.username.clone(), must, call };
    respond::form(respond::page(status, &page), retry_after)
}
