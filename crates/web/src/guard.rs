//! Refuses what no page handles: paths that are no text, and what a page of another server makes a browser send.

use std::sync::Arc;

use axum::{
    extract::{RawPathParams, Request, State, rejection::RawPathParamsRejection},
    middleware::Next,
    response::Response,
};
use http::{Method, StatusCode};

use crate::{
    host::{Host, Refusal},
    origin,
    visit::Visit,
};

/// Lets only paths through that are text: elsewhere there is nothing.
pub(crate) async fn readable<H: Host>(
    State(host): State<Arc<H>>,
    params: Result<RawPathParams, RawPathParamsRejection>,
    request: Request,
    next: Next,
) -> Response {
    if params.is_ok() {
        return next.run(request).await;
    }
    Visit::anonymous(host, request.into_parts().0).refused(&Refusal::NotFound)
}

/// Lets a form through only when it was sent from here.
pub(crate) async fn same_origin<H: Host>(State(host): State<Arc<H>>, request: Request, next: Next) -> Response {
    if request.method() != Method::POST {
        return next.run(request).await;
    }
    let (parts, body) = request.into_parts();
    if origin::is_same(&parts) {
        return next.run(Request::from_parts(parts, body)).await;
    }
    let text = "Your browser says that the form was on a page of another server. Open the page here and try again. \
                Nothing was changed.";
    Visit::anonymous(host, parts).note(StatusCode::FORBIDDEN, "This form is not from here", text)
}
