//! `/api`, as Argilla 1.6 to 1.29 answers it: the same use-cases under the same policy, in that API's words and shapes.
//!
//! These routes are not in the OpenAPI document, which describes the API of today; they are in the list below, from which
//! the router is made, and with it in the authorization matrix.

mod convert;
mod server;
mod token;
mod users;
mod workspaces;

use axum::{
    Router,
    routing::{MethodRouter, delete, get, post},
};

use crate::app::App;

/// Each operation with its path and its verbs.
fn routes() -> Vec<(&'static str, &'static [&'static str], MethodRouter<App>)> {
    vec![
        ("/api/me", &["legacy_me"], get(users::me)),
        ("/api/_info", &["legacy_info"], get(server::info)),
        ("/api/_status", &["legacy_status"], get(server::status)),
        ("/api/security/token", &["legacy_token"], post(token::create)),
        ("/api/users", &["legacy_list_users", "legacy_create_user"], get(users::list).post(users::create)),
        ("/api/users/{user_id}", &["legacy_delete_user"], delete(users::delete)),
        (
            "/api/workspaces",
            &["legacy_list_workspaces", "legacy_create_workspace"],
            get(workspaces::list).post(workspaces::create),
        ),
        ("/api/workspaces/{workspace_id}/users", &["legacy_list_members"], get(workspaces::users)),
        (
            "/api/workspaces/{workspace_id}/users/{user_id}",
            &["legacy_add_member", "legacy_remove_member"],
            post(workspaces::add_user).delete(workspaces::remove_user),
        ),
    ]
}

/// The names of all operations of Argilla 1.x, for the authorization matrix.
#[must_use]
pub fn operations() -> Vec<&'static str> {
    routes().into_iter().flat_map(|(_, operations, _)| operations).copied().collect()
}

/// The paths.
pub(super) fn paths() -> Vec<&'static str> {
    routes().into_iter().map(|(path, _, _)| path).collect()
}

/// The routes.
pub(super) fn router() -> Router<App> {
    routes().into_iter().fold(Router::new(), |router, (path, _, verbs)| router.route(path, verbs))
}
