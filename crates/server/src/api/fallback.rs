//! What no route answers.

use std::sync::Arc;

use axum::{
    Router,
    extract::Request,
    response::{IntoResponse as _, Response},
};
use http::{HeaderValue, Method, StatusCode, Uri, header, uri::Authority};
use tower::ServiceExt as _;

use super::docs;
use crate::{error::ApiError, serve::Prefix};

/// The paths that have routes, to tell a trailing slash from an unknown path.
#[derive(Clone)]
pub(super) struct Known(Arc<matchit::Router<()>>);

impl Known {
    pub(super) fn new<'a>(paths: impl Iterator<Item = &'a str>) -> Self {
        let mut known = matchit::Router::new();
        for path in paths {
            known.insert(path, ()).expect("the router has accepted the same paths");
        }
        Self(Arc::new(known))
    }

    fn has(&self, path: &str) -> bool {
        self.0.at(path).is_ok()
    }
}

pub(super) async fn method_not_allowed() -> ApiError {
    ApiError::MethodNotAllowed
}

/// Unknown paths below `/api/` answer in JSON, those with a slash too many lead to the right one. Every other address shows
/// strangers the first page, as Argilla's server does; somebody who is signed in is told that there is no such page.
pub(super) async fn not_found(known: Known, home: Router, mut request: Request) -> Response {
    let path = request.uri().path();
    if path.starts_with("/api/") && path != "/api/v1" {
        return match path.strip_suffix('/').filter(|path| known.has(path)) {
            Some(path) => redirect(path, &request),
            None => ApiError::NotFound.into_response(),
        };
    }
    match *request.method() {
        Method::GET | Method::HEAD if matches!(path, "/docs" | "/api" | "/api/v1") => docs::page(prefix(&request)),
        Method::GET | Method::HEAD => {
            *request.uri_mut() = Uri::from_static("/");
            request.extensions_mut().insert(ochre_web::NoPage);
            match home.oneshot(request).await {
                Ok(page) => page,
                Err(never) => match never {},
            }
        }
        _ => ApiError::MethodNotAllowed.into_response(),
    }
}

fn prefix(request: &Request) -> &str {
    request.extensions().get::<Prefix>().map_or("/", Prefix::as_str)
}

/// A temporary redirect (307) to the same address without the last slash, absolute as Argilla's server writes it.
fn redirect(path: &str, request: &Request) -> Response {
    let prefix = request.extensions().get::<Prefix>().map_or("", Prefix::stripped);
    let query = request.uri().query().map(|query| format!("?{query}")).unwrap_or_default();
    let host = request.headers().get(header::HOST).and_then(|host| host.to_str().ok());
    // A host that makes no address is left out: a relative redirect is as good.
    let origin = host.filter(|host| host.parse::<Authority>().is_ok() && !host.contains('@'));
    let scheme = match request.headers().get("x-forwarded-proto").map(HeaderValue::as_bytes) {
        Some(b"https") => "https",
        _ => "http",
    };
    let origin = origin.map(|host| format!("{scheme}://{host}")).unwrap_or_default();
    match HeaderValue::try_from(format!("{origin}{prefix}{path}{query}")) {
        Ok(location) => (StatusCode::TEMPORARY_REDIRECT, [(header::LOCATION, location)]).into_response(),
        Err(_) => ApiError::NotFound.into_response(),
    }
}
