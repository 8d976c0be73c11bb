//! `/api/v1`, as Argilla 2.8 answers it.

mod convert;
mod me;
mod pages;
mod server;
mod team;
mod token;
mod users;
mod workspaces;

use utoipa_axum::{router::OpenApiRouter, routes};

use super::docs;
use crate::app::App;

pub(super) use convert::workspace;
pub(super) use server::memory;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(token::create))
        .routes(routes!(token::refresh))
        .routes(routes!(me::get))
        .routes(routes!(me::workspaces))
        .routes(routes!(me::datasets))
        .routes(routes!(users::list, users::create))
        .routes(routes!(team::create_users))
        .routes(routes!(users::get, users::update, users::delete))
        .routes(routes!(users::workspaces))
        .routes(routes!(workspaces::list, workspaces::create))
        .routes(routes!(workspaces::get, workspaces::delete))
        .routes(routes!(workspaces::users, workspaces::add_user))
        .routes(routes!(workspaces::remove_user))
        .routes(routes!(team::export))
        .routes(routes!(team::plan))
        .routes(routes!(team::apply))
        .routes(routes!(team::roles))
        .routes(routes!(server::version))
        .routes(routes!(server::status))
        .routes(routes!(server::settings))
        .routes(routes!(server::providers))
        .routes(routes!(server::provider_authentication))
        .routes(routes!(server::provider_access_token))
        .routes(routes!(docs::openapi))
        .routes(routes!(docs::docs))
        .routes(routes!(docs::docs_file))
}
