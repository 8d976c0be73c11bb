//! The first page: that the server runs, and who is signed in.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Request, State};
use http::StatusCode;

use crate::{
    form::Form,
    frame::Frame,
    host::{Host, PasswordState, Visitor},
    respond,
    visit::{Answer, Visit},
};

#[derive(Template)]
#[template(path = "welcome.html")]
struct Welcome {
    frame: Frame,
    version: String,
}

#[derive(Template)]
#[template(path = "home.html")]
struct Home {
    frame: Frame,
    version: String,
    visitor: Visitor,
    name: String,
    address: String,
    /// What the address is in Python.
    literal: String,
    changed: bool,
}

impl Home {
    fn has_password(&self) -> bool {
        self.visitor.password != PasswordState::None
    }
}

/// Shows the first page.
pub(crate) async fn show<H: Host>(State(host): State<Arc<H>>, request: Request) -> Answer {
    let visit = Visit::begin(host, request).await?;
    visit.must_not_wait()?;
    let version = visit.host.about().version;
    let Some(visitor) = visit.visitor.clone() else {
        let page = Welcome { frame: visit.frame("This server is running"), version };
        return Ok(respond::page(StatusCode::OK, &page));
    };
    let address = visit.host.address(&visit.parts);
    let page = Home {
        frame: visit.frame("Your account"),
        version,
        name: full_name(&visitor),
        visitor,
        literal: python_literal(&address),
        address,
        changed: Form::query(&visit.parts.uri).get("notice") == Some("password-changed"),
    };
    Ok(respond::page(StatusCode::OK, &page))
}

/// Leads from an address of Argilla's to the first page.
pub(crate) async fn moved<H: Host>(State(host): State<Arc<H>>, request: Request) -> Answer {
    let visit = Visit::begin(host, request).await?;
    visit.must_not_wait()?;
    Ok(visit.to(""))
}

fn full_name(visitor: &Visitor) -> String {
    let name = [Some(visitor.first_name.as_str()), visitor.last_name.as_deref()];
    let name = name.into_iter().flatten().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ");
    if name.is_empty() { visitor.username.clone() } else { name }
}

/// Somebody pastes it into a program, and part of it comes from the request.
fn python_literal(text: &str) -> String {
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
