//! `/api/v1`, as Argilla 2.8 answers it.

pub(super) mod convert;
mod keys;
mod leaving;
mod links;
mod me;
mod oauth2;
mod own;
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
        .routes(routes!(own::logout))
        .routes(routes!(me::get, own::update))
        .routes(routes!(own::change_password))
        .routes(routes!(own::sessions))
        .routes(routes!(own::end_session))
        .routes(routes!(own::identities))
        .routes(routes!(keys::rotate))
        .routes(routes!(keys::list, keys::create))
        .routes(routes!(keys::delete))
        .routes(routes!(me::workspaces))
        .routes(routes!(me::datasets))
        .routes(routes!(users::list, users::create))
        .routes(routes!(team::create_users))
        .routes(routes!(users::get, users::update, users::delete))
        .routes(routes!(users::workspaces))
        .routes(routes!(keys::rotate_of))
        .routes(routes!(keys::list_of))
        .routes(routes!(keys::delete_of))
        .routes(routes!(leaving::disable))
        .routes(routes!(leaving::enable))
        .routes(routes!(leaving::preview_user))
        .routes(routes!(leaving::identities, leaving::link_identity))
        .routes(routes!(leaving::unlink_identity))
        .routes(routes!(links::list_resets, links::create_reset, links::delete_resets))
        .routes(routes!(workspaces::list, workspaces::create))
        .routes(routes!(workspaces::get, workspaces::update, workspaces::delete))
        .routes(routes!(leaving::preview_workspace))
        .routes(routes!(workspaces::users, workspaces::add_user))
        .routes(routes!(workspaces::limit_user, workspaces::remove_user))
        .routes(routes!(links::invitations, links::invite))
        .routes(routes!(links::withdraw))
        .routes(routes!(links::get, links::redeem))
        .routes(routes!(leaving::trash))
        .routes(routes!(leaving::restore))
        .routes(routes!(leaving::purge))
        .routes(routes!(team::export))
        .routes(routes!(team::plan))
        .routes(routes!(team::apply))
        .routes(routes!(team::roles))
        .routes(routes!(server::version))
        .routes(routes!(server::status))
        .routes(routes!(server::settings))
        .routes(routes!(oauth2::list))
        .routes(routes!(oauth2::begin))
        .routes(routes!(oauth2::finish))
        .routes(routes!(docs::openapi))
        .routes(routes!(docs::docs))
        .routes(routes!(docs::docs_file))
}
