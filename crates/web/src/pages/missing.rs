//! Addresses without a page of their own, and methods that a page does not take.

use std::sync::Arc;

use axum::{
    extract::{Request, State},
    response::Response,
};
use http::StatusCode;

use crate::{host::Host, visit::Visit};

/// Beside the header `Allow`, which the router adds.
pub(crate) async fn method_not_allowed<H: Host>(State(host): State<Arc<H>>, request: Request) -> Response {
    let text = "This address takes no such request. Begin at the first page.";
    let visit = Visit::anonymous(host, request.into_parts().0);
    visit.note(StatusCode::METHOD_NOT_ALLOWED, "This is not how to use this address", text)
}

/// Leads from the address of a form to the page that the form is on: a refused form was shown there, and is loaded again.
pub(crate) async fn up<H: Host>(State(host): State<Arc<H>>, request: Request) -> Response {
    let visit = Visit::anonymous(host, request.into_parts().0);
    let path = visit.parts.uri.path().trim_matches('/');
    visit.to(path.rsplit_once('/').map_or("", |(page, _)| page))
}
