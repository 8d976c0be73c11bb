//! Addresses without a page, and methods that a page does not take.

use std::sync::Arc;

use axum::{
    extract::{Request, State},
    response::Response,
};
use http::StatusCode;

use crate::{
    host::{Host, Refusal},
    respond,
    visit::Visit,
};

/// A page that says that there is none, with the headers of all pages: for the fallback of the router that takes in this one.
pub async fn not_found<H: Host>(host: Arc<H>, request: Request) -> Response {
    let visit = Visit::anonymous(host, request.into_parts().0);
    respond::harden(visit.refused(&Refusal::NotFound)).await
}

/// Beside the header `Allow`, which the router adds.
pub(crate) async fn method_not_allowed<H: Host>(State(host): State<Arc<H>>, request: Request) -> Response {
    let text = "This address takes no such request. Begin at the first page.";
    let visit = Visit::anonymous(host, request.into_parts().0);
    visit.note(StatusCode::METHOD_NOT_ALLOWED, "This is not how to use this address", text)
}
