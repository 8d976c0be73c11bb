//! The routes. Those of `/api/v1` are registered together with their entries in the OpenAPI document: there is no other way
//! to add one. Those of Argilla 1.x ([`legacy`]) are in a list of their own.

mod docs;
mod fallback;
mod health;
mod legacy;
mod v1;

use std::{sync::Arc, time::Instant};

use axum::{
    Router,
    extract::{MatchedPath, Request},
    middleware::{self, Next},
    response::Response,
};
use bytes::Bytes;
use utoipa::openapi::{
    ContactBuilder, InfoBuilder, LicenseBuilder, OpenApi, OpenApiBuilder, Server,
    security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme},
};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{app::App, pages::Pages};

pub use legacy::operations as legacy_operations;
pub(crate) use v1::convert::{digest, team};

fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::with_openapi(document())
        .nest("/api/v1", v1::routes())
        .routes(routes!(health::livez))
        .routes(routes!(health::readyz))
}

/// What the document says beside the operations.
fn document() -> OpenApi {
    let info = InfoBuilder::new()
        .title("Ochre")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some(
            "Users, workspaces and roles of annotation teams. The routes below `/api/v1` speak the API of Argilla 2.8.",
        ))
        .contact(Some(ContactBuilder::new().name(Some("Ochre")).build()))
        .license(Some(LicenseBuilder::new().name("Apache-2.0").identifier(Some("Apache-2.0")).build()))
        .build();
    let mut document = OpenApiBuilder::new().info(info).build();
    let components = document.components.get_or_insert_default();
    let key = |name: &str, description: &str| {
        SecurityScheme::ApiKey(ApiKey::Header(ApiKeyValue::with_description(name, description)))
    };
    components.add_security_scheme("api_key", key("X-Argilla-Api-Key", "A user's API key."));
    components.add_security_scheme(
        "extralit_api_key",
        key("X-Extralit-Api-Key", "A user's API key, as Extralit's clients send it."),
    );
    let bearer = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .bearer_format("JWT")
        .description(Some("The token of a login by password (`POST /api/v1/token`)."))
        .build();
    components.add_security_scheme("token", SecurityScheme::Http(bearer));
    document
}

/// The OpenAPI document, as it is checked in: without a server's address.
#[must_use]
pub fn openapi() -> OpenApi {
    routes().into_openapi()
}

/// The document as a server at `base_url` serves it.
pub(crate) fn served_openapi(base_url: &str) -> Result<Bytes, serde_json::Error> {
    let mut document = openapi();
    // Paths begin with a slash, so the address does not end with one.
    let address = base_url.trim_end_matches('/');
    document.servers = Some(vec![Server::new(if address.is_empty() { "/" } else { address })]);
    serde_json::to_vec(&document).map(Bytes::from)
}

/// All routes over an application.
pub(crate) fn router(app: App) -> Router {
    let (router, document) = routes().split_for_parts();
    let paths = document.paths.paths.keys().map(String::as_str).chain(legacy::paths());
    let known = fallback::Known::new(paths);
    let access_log = app.config.access_log;
    let host = Arc::new(Pages::new(app.clone()));
    let pages = ochre_web::router(Arc::clone(&host)).merge(ochre_web::console(host));
    let home = pages.clone();
    let router = router
        .merge(legacy::router())
        .method_not_allowed_fallback(fallback::method_not_allowed)
        .fallback(move |request| fallback::not_found(known, home, request))
        .with_state(app)
        .merge(pages);
    if access_log { router.layer(middleware::from_fn(log_access)) } else { router }
}

/// Logs a request: the route's template, never the path, which may hold ids.
async fn log_access(route: Option<MatchedPath>, request: Request, next: Next) -> Response {
    let (begin, method) = (Instant::now(), request.method().clone());
    let answer = next.run(request).await;
    let route = route.as_ref().map_or("(no route)", MatchedPath::as_str);
    let elapsed_ms = begin.elapsed().as_millis();
    tracing::info!(%method, route, status = answer.status().as_u16(), elapsed_ms, "answered");
    answer
}
