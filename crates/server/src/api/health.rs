//! For whoever watches over the server.

use axum::{extract::State, response::Response};
use http::StatusCode;
use ochre_dto::v1::Health;

use crate::{app::App, wire};

fn health(status: StatusCode, text: &str) -> Response {
    wire::json(status, &Health { status: text.to_owned() })
}

/// Tell whether the server lives
///
/// Depends on nothing: a server that does not answer here should be restarted.
#[utoipa::path(get, path = "/livez", tag = "Health", operation_id = "livez",
    responses((status = OK, description = "It lives", body = Health)))]
pub(super) async fn livez() -> Response {
    health(StatusCode::OK, "ok")
}

/// Tell whether the server is ready
///
/// Ready means that the database takes writes, its schema is up to date and the server is not being stopped.
#[utoipa::path(get, path = "/readyz", tag = "Health", operation_id = "readyz",
    responses((status = OK, description = "It is ready", body = Health),
              (status = SERVICE_UNAVAILABLE, description = "It should get no new work", body = Health)))]
pub(super) async fn readyz(State(app): State<App>) -> Response {
    if app.is_draining() {
        return health(StatusCode::SERVICE_UNAVAILABLE, "draining");
    }
    // The schema was brought up to date before the server began to listen.
    match app.store.check_writable().await {
        Ok(()) => health(StatusCode::OK, "ok"),
        Err(error) => {
            tracing::warn!(%error, "not ready");
            health(StatusCode::SERVICE_UNAVAILABLE, "the database takes no writes")
        }
    }
}
