//! Refuses what a page of another server makes a browser send.

use std::sync::Arc;

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::Response,
};
use http::{Method, StatusCode};

use crate::{host::Host, origin, visit::Visit};

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
