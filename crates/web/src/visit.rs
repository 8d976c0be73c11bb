//! One request, with what every page wants to know about it.

use std::sync::Arc;

use axum::{
    body::to_bytes,
    extract::Request,
    response::{IntoResponse, Response},
};
use http::{HeaderValue, StatusCode, header, request::Parts};

use crate::{
    form::{self, Form},
    frame::Frame,
    host::{Cookies, Host, PasswordState, Refusal, Visitor},
    next::Next,
    respond::{self, Page},
    theme::Theme,
};

/// An answer that ends a request before its page has its say.
pub(crate) struct Stop(Box<Response>);

impl From<Response> for Stop {
    fn from(response: Response) -> Self {
        Self(Box::new(response))
    }
}

impl IntoResponse for Stop {
    fn into_response(self) -> Response {
        *self.0
    }
}

/// What a page's handler gives back.
pub(crate) type Answer = Result<Response, Stop>;

/// One request.
pub(crate) struct Visit<H> {
    pub(crate) host: Arc<H>,
    pub(crate) parts: Parts,
    pub(crate) visitor: Option<Visitor>,
    prefix: String,
}

impl<H: Host> Visit<H> {
    /// A request for a page.
    pub(crate) async fn begin(host: Arc<H>, request: Request) -> Result<Self, Stop> {
        Self::of_parts(host, request.into_parts().0).await
    }

    /// A form that was sent: it must be one, and one of this server's.
    pub(crate) async fn posted(host: Arc<H>, request: Request) -> Result<(Self, Form), Stop> {
        let (visit, form) = Self::received(host, request).await?;
        visit.check(&form)?;
        Ok((visit, form))
    }

    /// As [`Visit::posted`], for a form of somebody who is signed in. Whoever is no more must do that first.
    pub(crate) async fn posted_by_somebody(host: Arc<H>, request: Request) -> Result<(Self, Form), Stop> {
        let (visit, form) = Self::received(host, request).await?;
        if visit.visitor.is_none() {
            return Err(visit.sign_in_first().into());
        }
        visit.check(&form)?;
        Ok((visit, form))
    }

    async fn received(host: Arc<H>, request: Request) -> Result<(Self, Form), Stop> {
        let (parts, body) = request.into_parts();
        let visit = Self::of_parts(host, parts).await?;
        if !form::is_form(&visit.parts.headers) {
            let text = "This address takes what its own form sends.";
            return Err(visit.note(StatusCode::UNSUPPORTED_MEDIA_TYPE, "This is not a form", text).into());
        }
        let Ok(body) = to_bytes(body, form::MAX_BYTES).await else {
            let text = "Nothing on these pages needs that much. Go back and type less.";
            return Err(visit.note(StatusCode::PAYLOAD_TOO_LARGE, "That was too much", text).into());
        };
        Ok((visit, Form::posted(&body)))
    }

    /// As [`Visit::posted_by_somebody`], for a form with a file in it, whose text becomes the field's value.
    pub(crate) async fn uploaded(host: Arc<H>, request: Request) -> Result<(Self, Form), Stop> {
        let (parts, body) = request.into_parts();
        let visit = Self::of_parts(host, parts).await?;
        // Who is nobody may not send that much.
        if visit.visitor.is_none() {
            return Err(visit.sign_in_first().into());
        }
        let Ok(body) = to_bytes(body, form::MAX_UPLOAD).await else {
            let text = "The file is larger than 8 MiB. Send it in parts, or use the command ochre users import.";
            return Err(visit.note(StatusCode::PAYLOAD_TOO_LARGE, "That was too much", text).into());
        };
        let Some(form) = Form::uploaded(&visit.parts.headers, body).await else {
            let text = "This address takes what its own form sends.";
            return Err(visit.note(StatusCode::UNSUPPORTED_MEDIA_TYPE, "This is not a form", text).into());
        };
        visit.check(&form)?;
        Ok((visit, form))
    }

    /// Refuses a form that this server did not give to this browser.
    fn check(&self, form: &Form) -> Result<(), Stop> {
        if self.host.csrf_ok(&self.parts, form.get("csrf").unwrap_or_default()) {
            return Ok(());
        }
        let text = "It was opened a long time ago, or before you signed in or out. Open the page again and repeat what you did. \
                    Nothing was changed.";
        Err(self.note(StatusCode::FORBIDDEN, "This form is out of date", text).into())
    }

    async fn of_parts(host: Arc<H>, parts: Parts) -> Result<Self, Stop> {
        let prefix = host.prefix(&parts);
        let found = host.visitor(&parts).await;
        let mut visit = Self { host, parts, visitor: None, prefix };
        match found {
            Ok(visitor) => visit.visitor = visitor,
            Err(refusal) => return Err(visit.refused(&refusal).into()),
        }
        Ok(visit)
    }

    /// For pages of which nobody needs to know who sees them.
    pub(crate) fn anonymous(host: Arc<H>, parts: Parts) -> Self {
        let prefix = host.prefix(&parts);
        Self { host, parts, visitor: None, prefix }
    }

    /// The frame of a page that answers this request.
    pub(crate) fn frame(&self, title: &str) -> Frame {
        let username = self.visitor.as_ref().map(|visitor| visitor.username.clone());
        let theme = Theme::of(&self.parts.headers);
        Frame::plain(self.prefix.clone(), title, self.host.csrf(&self.parts), username, theme)
    }

    /// The address of a page; `path` is without its first slash.
    pub(crate) fn address(&self, path: &str) -> String {
        format!("{}{path}", self.prefix)
    }

    /// Goes on with another page: `path` is below the prefix, without its first slash.
    pub(crate) fn to(&self, path: &str) -> Response {
        self.leave(&self.address(path))
    }

    /// Goes where somebody wanted to go, or to the first page.
    pub(crate) fn onward(&self, next: Option<&Next>, cookies: Cookies) -> Response {
        let path = next.map_or("/", Next::as_str);
        with_cookies(self.to(path.trim_start_matches('/')), cookies)
    }

    /// Goes on with any address.
    pub(crate) fn leave(&self, address: &str) -> Response {
        match HeaderValue::try_from(address) {
            Ok(address) => (StatusCode::SEE_OTHER, [(header::LOCATION, address)]).into_response(),
            Err(_) => self.refused(&Refusal::NotFound),
        }
    }

    /// Leads to the page for signing in, and then back.
    pub(crate) fn sign_in_first(&self) -> Response {
        let here = self.parts.uri.path_and_query().map_or("/", |here| here.as_str());
        // What was sent is not sent again: the part of the console is shown in which it was.
        let part = here.split(['?', '/']).nth(1).unwrap_or_default();
        let part = format!("/{part}");
        let next = if self.parts.method == http::Method::GET { here } else { part.as_str() };
        let query = serde_urlencoded::to_string([("next", next)]).unwrap_or_default();
        self.to(&format!("sign-in?{query}"))
    }

    /// Leads whoever must choose a password to the page for that.
    pub(crate) fn must_not_wait(&self) -> Result<(), Stop> {
        match &self.visitor {
            Some(visitor) if visitor.password == PasswordState::MustChange => Err(self.to("password").into()),
            _ => Ok(()),
        }
    }

    /// A page that says why not.
    pub(crate) fn refused(&self, refusal: &Refusal) -> Response {
        let page = Page::note(self, respond::heading(refusal), respond::sentence(refusal));
        let response = respond::page(respond::status(refusal), &page);
        respond::with_retry_after(response, respond::retry_after(refusal))
    }

    /// A page with something to know.
    pub(crate) fn note(&self, status: StatusCode, title: &str, text: &str) -> Response {
        respond::page(status, &Page::note(self, title, text.to_owned()))
    }
}

/// Adds a header line for each cookie.
pub(crate) fn with_cookies(mut response: Response, cookies: Cookies) -> Response {
    for cookie in cookies {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}
