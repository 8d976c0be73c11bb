//! One request of somebody who is signed in.

use std::{str::FromStr, sync::Arc};

use askama::Template;
use axum::{extract::Request, response::Response};
use http::{HeaderMap, HeaderValue, Method, StatusCode, header, request::Parts};
use ochre_domain::{
    Error,
    policy::{Action, Actor, Scope, allows},
};

use super::{
    Console, Office,
    flash::Flash,
    nav::{self, Section},
    refusal,
};
use crate::{
    form::Form,
    frame::Frame,
    host::Refusal,
    respond,
    sheet::Sheet,
    theme::Theme,
    visit::{Stop, Visit},
};

/// One request.
pub(crate) struct Desk<C> {
    pub(crate) visit: Visit<C>,
    pub(crate) actor: Arc<Actor>,
    flash: Option<Flash>,
}

impl<C: Console> Desk<C> {
    /// A request for a page; whoever is not signed in does that first.
    pub(crate) async fn begin(host: Arc<C>, request: Request) -> Result<Self, Stop> {
        let visit = Visit::begin(host, request).await?;
        Self::of(visit).await
    }

    /// A form that was sent.
    pub(crate) async fn posted(host: Arc<C>, request: Request) -> Result<(Self, Form), Stop> {
        let (visit, form) = Visit::posted_by_somebody(host, request).await?;
        Ok((Self::of(visit).await?, form))
    }

    /// A form that may be as large as a file.
    pub(crate) async fn uploaded(host: Arc<C>, request: Request) -> Result<(Self, Form), Stop> {
        let (visit, form) = Visit::uploaded(host, request).await?;
        Ok((Self::of(visit).await?, form))
    }

    /// Of a request that was looked at already.
    pub(crate) async fn of(visit: Visit<C>) -> Result<Self, Stop> {
        visit.must_not_wait()?;
        let actor = match visit.host.actor(&visit.parts).await {
            Ok(Some(actor)) => actor,
            Ok(None) => return Err(visit.sign_in_first().into()),
            Err(refusal) => return Err(visit.refused(&refusal).into()),
        };
        let flash = Flash::read(visit.host.as_ref(), &visit.parts, actor.user.id);
        Ok(Self { visit, actor, flash })
    }

    pub(crate) fn office(&self) -> &Office {
        self.visit.host.office()
    }

    pub(crate) fn parts(&self) -> &Parts {
        &self.visit.parts
    }

    pub(crate) fn may(&self, action: impl Action, scope: Scope) -> bool {
        allows(&self.actor, action, scope)
    }

    /// The address at which clients reach the server.
    pub(crate) fn address(&self) -> String {
        self.visit.host.address(&self.visit.parts)
    }

    /// The frame of a page in this part of the console.
    pub(crate) fn frame(&self, title: &str, here: Section) -> Frame {
        Frame {
            ways: nav::ways(&self.actor, here),
            said: self.flash.clone(),
            weakness: self
                .visit
                .host
                .weakness(&self.visit.parts)
                .filter(|_| ochre_domain::policy::manages_users(self.actor.user.role)),
            theme: Theme::of(&self.visit.parts.headers),
            ..self.visit.frame(title)
        }
    }

    /// A page, as it is when nothing is wrong.
    pub(crate) fn show(&self, page: &impl Template) -> Response {
        self.show_as(StatusCode::OK, page)
    }

    /// A page with a form in it: its status tells whether something is wrong with what was typed.
    pub(crate) fn show_sheet(&self, sheet: &Sheet, page: &impl Template) -> Response {
        respond::form(self.show_as(sheet.status, page), sheet.retry_after)
    }

    /// A page with several forms, of which one at most was sent.
    pub(crate) fn show_sheets(&self, sheets: &[&Sheet], page: &impl Template) -> Response {
        match sheets.iter().find(|sheet| sheet.is_bad()) {
            Some(sheet) => self.show_sheet(sheet, page),
            None => self.show(page),
        }
    }

    /// An id from an address; what is none is nowhere.
    pub(crate) fn id<U: FromStr, T>(&self, text: &str, of: impl FnOnce(U) -> T) -> Result<T, Stop> {
        text.parse().map(of).map_err(|_| self.refuse(&Refusal::NotFound))
    }

    /// A page with this status.
    pub(crate) fn show_as(&self, status: StatusCode, page: &impl Template) -> Response {
        let mut response = respond::page(status, page);
        // Who asks for the head alone has not seen it.
        if self.flash.is_some() && self.parts().method != Method::HEAD {
            response.headers_mut().append(header::SET_COOKIE, Flash::forget(self.visit.host.as_ref()));
        }
        response
    }

    /// A page that says why not.
    pub(crate) fn stop(&self, error: Error) -> Stop {
        let refusal = self.refusal(error);
        self.refuse(&refusal)
    }

    /// A page that says why not, in the console's frame.
    pub(crate) fn refuse(&self, refusal: &Refusal) -> Stop {
        let title = respond::heading(refusal);
        let page = respond::Page::framed(self.frame(title, Section::Nowhere), respond::sentence(refusal));
        let response = self.show_as(respond::status(refusal), &page);
        respond::with_retry_after(response, respond::retry_after(refusal)).into()
    }

    pub(crate) fn refusal(&self, error: Error) -> Refusal {
        refusal(error, &|cause| self.visit.host.failed(&self.visit.parts, cause))
    }

    /// Goes on with another page, which says what was done. `path` is below the prefix, without its first slash.
    pub(crate) fn done(&self, path: &str, said: &Flash) -> Response {
        let mut response = self.visit.to(path);
        response.headers_mut().append(header::SET_COOKIE, said.cookie(self.visit.host.as_ref(), self.actor.user.id));
        response
    }

    /// Goes on with another page, which says what came of it.
    pub(crate) fn concluded(&self, path: &str, outcome: Result<Flash, Error>) -> Response {
        match outcome {
            Ok(said) => self.done(path, &said),
            Err(error) => self.done(path, &Flash::refusal(respond::sentence(&self.refusal(error)))),
        }
    }
}

/// A file to be kept.
pub(crate) fn download(name: &str, kind: &'static str, text: String) -> Response {
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    let disposition = format!("attachment; filename=\"{name}\"");
    if let Ok(value) = HeaderValue::try_from(disposition) {
        headers.insert(header::CONTENT_DISPOSITION, value);
    }
    let mut response = Response::new(text.into());
    *response.headers_mut() = headers;
    response
}
