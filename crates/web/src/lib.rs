//! The pages of the server: signing in, links that let somebody in, and the console for whoever is signed in. Plain HTML
//! forms, which work without a script; nothing comes from elsewhere.
//!
//! This crate renders, reads forms and guards them. It decides nothing about accounts: the console calls the use-cases of
//! `ochre-domain`, and what else it needs of the server is in two traits, [`Host`] and [`Console`], which the server
//! implements. Not here: the API, sessions, cookies, passwords, files.

mod assets;
mod call;
mod console;
mod cookie;
mod field;
mod form;
mod frame;
mod guard;
mod host;
mod moment;
mod next;
mod origin;
mod pages;
mod respond;
mod secret;
mod sheet;
mod theme;
mod view;
mod visit;

use std::sync::Arc;

use axum::{
    Router,
    middleware::{from_fn_with_state, map_response},
    routing::{get, post},
};

pub use console::{Console, FileProblem, Office, ServerState, ShownSetting, Weakness, refusal};
pub use cookie::cookie;
pub use host::{
    About, Cookies, Departure, FieldProblem, Finished, Host, LinkView, NewAccount, PasswordState, Provider, RedeemForm,
    Refusal, SignedIn, Visitor,
};
pub use pages::hard_to_type;
pub use secret::Secret;

use pages::{
    bulk, home, import, invitations, links, memberships, missing, new_user, oauth, password, permissions, server,
    settings, sign_in, sign_out, trash, user, users, workspace, workspaces,
};

/// Marks a request for `/` that came for an address without a page: strangers see the first page there, as on Argilla's server, and
/// whoever is signed in is told that there is no such page.
#[derive(Debug, Clone, Copy)]
pub struct NoPage;

/// The pages for people who are not signed in (yet), at the paths that are left when the server has taken the prefix off.
///
/// The router has no fallback: whoever merges it has one.
pub fn router<H: Host>(host: Arc<H>) -> Router {
    let routes = Router::new()
        .route("/sign-in", get(sign_in::show::<H>).post(sign_in::submit::<H>))
        .route("/sign-out", post(sign_out::submit::<H>))
        .route("/password", get(password::show::<H>).post(password::submit::<H>))
        .route("/links/{token}", get(links::show::<H>).post(links::submit::<H>))
        .route("/oauth/{provider}", get(oauth::begin::<H>))
        .route("/oauth/{provider}/callback", get(oauth::callback::<H>))
        .route("/oauth/{provider}/link", post(oauth::link::<H>))
        .route("/static/ochre.css", get(assets::css))
        .route("/static/ochre.js", get(assets::script))
        .route("/static/ochre.svg", get(assets::icon));
    guarded(routes, host)
}

/// The console, beside those pages.
pub fn console<C: Console>(host: Arc<C>) -> Router {
    let routes = Router::new()
        .route("/", get(home::show::<C>))
        // Argilla's page of the same purpose: people have bookmarks.
        .route("/user-settings", get(home::moved::<C>))
        .route("/settings", get(settings::show::<C>))
        .route("/settings/profile", get(missing::up::<C>).post(settings::profile::<C>))
        .route("/settings/key", get(settings::key_text::<C>).post(settings::rotate::<C>))
        .route("/settings/keys", get(missing::up::<C>).post(settings::create_key::<C>))
        .route("/settings/keys/{id}/end", post(settings::end_key::<C>))
        .route("/settings/logins/end-others", post(settings::end_others::<C>))
        .route("/settings/logins/{id}/end", post(settings::end_login::<C>))
        .route("/settings/theme", post(settings::theme::<C>))
        .route("/users", get(users::show::<C>))
        .route("/users/new", get(new_user::show::<C>).post(new_user::submit::<C>))
        .route("/users/names", get(workspace::candidates::<C>))
        .route("/users/bulk", get(bulk::ask::<C>).post(bulk::submit::<C>))
        .route("/users/export", post(users::export::<C>))
        .route("/users/import", get(import::show::<C>).post(import::submit::<C>))
        .route("/users/{id}", get(user::show::<C>).post(user::edit::<C>))
        .route("/users/{id}/delete", get(user::ask_delete::<C>).post(user::delete::<C>))
        .route("/users/{id}/workspaces", get(missing::up::<C>).post(memberships::join::<C>))
        .route("/users/{id}/workspaces/{workspace}/leave", post(memberships::leave::<C>))
        .route("/users/{id}/keys/{key}/end", post(user::end_key::<C>))
        .route("/users/{id}/identities/{identity}/unlink", post(user::unlink::<C>))
        .route("/users/{id}/{deed}", post(user::act::<C>))
        .route("/workspaces", get(workspaces::show::<C>).post(workspaces::create::<C>))
        .route("/workspaces/names", get(workspaces::names::<C>))
        .route("/workspaces/{id}", get(workspace::show::<C>))
        .route("/workspaces/{id}/members", get(missing::up::<C>).post(workspace::add::<C>))
        .route("/workspaces/{id}/members/{user}/remove", post(workspace::remove::<C>))
        .route("/workspaces/{id}/rename", get(missing::up::<C>).post(workspace::rename::<C>))
        .route("/workspaces/{id}/delete", get(workspace::ask_delete::<C>).post(workspace::delete::<C>))
        .route("/invitations", get(invitations::show::<C>).post(invitations::create::<C>))
        .route("/invitations/{id}/withdraw", post(invitations::withdraw::<C>))
        .route("/trash", get(trash::show::<C>))
        .route("/trash/{id}/restore", post(trash::restore::<C>))
        .route("/trash/{id}/purge", get(trash::ask::<C>).post(trash::purge::<C>))
        .route("/permissions", get(permissions::show::<C>))
        .route("/server", get(server::show::<C>));
    guarded(routes, host)
}

fn guarded<H: Host>(routes: Router<Arc<H>>, host: Arc<H>) -> Router {
    routes
        .method_not_allowed_fallback(missing::method_not_allowed::<H>)
        .route_layer(from_fn_with_state(Arc::clone(&host), guard::readable::<H>))
        .route_layer(from_fn_with_state(Arc::clone(&host), guard::same_origin::<H>))
        .route_layer(map_response(respond::harden))
        .with_state(host)
}
