//! The pages of the server: signing in, one's own password, links that let somebody in. Plain HTML forms that need no
//! script; nothing comes from elsewhere.
//!
//! This crate renders, reads forms and guards them. It decides nothing about accounts: what it needs is one trait,
//! [`Host`], which the server implements. Not here: the API, sessions, cookies, passwords.

mod assets;
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
mod visit;

use std::sync::Arc;

use axum::{
    Router,
    middleware::{from_fn_with_state, map_response},
    routing::{get, post},
};

pub use host::{
    About, Cookies, Departure, FieldProblem, Finished, Host, LinkView, NewAccount, PasswordState, Provider, RedeemForm,
    Refusal, SignedIn, Visitor,
};
pub use pages::missing::not_found;
pub use secret::Secret;

use pages::{home, links, missing, oauth, password, sign_in, sign_out};

/// The templates of all routes, for the access log: what stands in braces may be a secret.
pub const PATHS: &[&str] = &[
    "/",
    "/user-settings",
    "/sign-in",
    "/sign-out",
    "/password",
    "/links/{token}",
    "/oauth/{provider}",
    "/oauth/{provider}/callback",
    "/oauth/{provider}/link",
    "/static/ochre.css",
    "/static/ochre.svg",
];

/// All pages, at the paths that are left when the server has taken the prefix off.
///
/// The router has no fallback: whoever merges it has one. [`not_found`] is a page for it.
pub fn router<H: Host>(host: Arc<H>) -> Router {
    Router::new()
        .route("/", get(home::show::<H>))
        // Argilla's page of the same purpose: people have bookmarks.
        .route("/user-settings", get(home::moved::<H>))
        .route("/sign-in", get(sign_in::show::<H>).post(sign_in::submit::<H>))
        .route("/sign-out", post(sign_out::submit::<H>))
        .route("/password", get(password::show::<H>).post(password::submit::<H>))
        .route("/links/{token}", get(links::show::<H>).post(links::submit::<H>))
        .route("/oauth/{provider}", get(oauth::begin::<H>))
        .route("/oauth/{provider}/callback", get(oauth::callback::<H>))
        .route("/oauth/{provider}/link", post(oauth::link::<H>))
        .route("/static/ochre.css", get(assets::css))
        .route("/static/ochre.svg", get(assets::icon))
        .method_not_allowed_fallback(missing::method_not_allowed::<H>)
        .route_layer(from_fn_with_state(Arc::clone(&host), guard::same_origin::<H>))
        .route_layer(map_response(respond::harden))
        .with_state(host)
}
