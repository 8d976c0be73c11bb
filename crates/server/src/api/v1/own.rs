//! The caller's own account: names, password, logins.

use axum::{extract::State, response::Response};
use http::StatusCode;
use ochre_domain::{policy::Means, usecase::OwnChanges};
use ochre_dto::v1::{ErrorBody, Identity, Items, MeUpdate, PasswordChange, Session, User};

use super::convert::{identity, session, user};
use crate::{
    app::App,
    error::ApiError,
    wire::{self, Call, Caller, NewPassword, SessionPath},
};

/// Change the own names
///
/// Ochre's own: Argilla has no such route.
#[utoipa::path(patch, path = "/me", tag = "Me", operation_id = "update_me", request_body = MeUpdate,
    security(("api_key" = []), ("extralit_api_key" = []), ("token" = [])),
    responses((status = OK, description = "The caller as it is now", body = User),
              (status = UNAUTHORIZED, description = "No valid credentials", body = ErrorBody),
              (status = FORBIDDEN, description = "Signed by a named key", body = ErrorBody),
              (status = UNPROCESSABLE_ENTITY, description = "A field is not valid", body = ErrorBody)))]
pub(super) async fn update(State(app): State<App>, call: Call<(), OwnChanges>) -> Result<Response, ApiError> {
    let updated = app.accounts.update_self(&call.actor, call.body).await?;
    Ok(wire::json(StatusCode::OK, &user(updated)))
}

/// Change the own password
///
/// All other logins end. The new password must be none of the common ones. Tries that fail again and again must wait. Ochre's
/// own: Argilla has no such route.
#[utoipa::path(post, path = "/me/password", tag = "Me", operation_id = "change_my_password",
    request_body = PasswordChange,
    security(("api_key" = []), ("extralit_api_key" = []), ("token" = [])),
    responses((status = NO_CONTENT, description = "Done"),
              (status = UNAUTHORIZED, description = "No valid credentials", body = ErrorBody),
              (status = FORBIDDEN, description = "Signed by a named key", body = ErrorBody),
              (status = UNPROCESSABLE_ENTITY, description = "The current password is wrong, or the new one is not allowed", body = ErrorBody),
              (status = TOO_MANY_REQUESTS, description = "Too many tries failed; `Retry-After` tells how many seconds to wait", body = ErrorBody),
              (status = SERVICE_UNAVAILABLE, description = "Too many passwords wait", body = ErrorBody)))]
pub(super) async fn change_password(
    State(app): State<App>,
    caller: Caller,
    call: Call<(), NewPassword>,
) -> Result<Response, ApiError> {
    let attempt = app.begin_attempt(call.actor.user.username.as_str(), &caller)?;
    let outcome = app.accounts.change_password(&call.actor, &call.body.current, &call.body.new).await;
    attempt.conclude(outcome)?;
    Ok(wire::nothing())
}

/// List the own logins
///
/// Those that count, the latest first. Ochre's own: Argilla has no such route.
#[utoipa::path(get, path = "/me/sessions", tag = "Me", operation_id = "list_my_sessions",
    security(("api_key" = []), ("extralit_api_key" = []), ("token" = [])),
    responses((status = OK, description = "The logins", body = Items<Session>),
              (status = UNAUTHORIZED, description = "No valid credentials", body = ErrorBody),
              (status = FORBIDDEN, description = "Signed by a named key", body = ErrorBody)))]
pub(super) async fn sessions(State(app): State<App>, call: Call) -> Result<Response, ApiError> {
    let found = app.access.sessions(&call.actor).await?;
    let current = match call.actor.means() {
        Means::Session(id) => Some(*id),
        Means::Key | Means::Named(_) => None,
    };
    let items = found.iter().map(|login| session(login, current)).collect();
    Ok(wire::json(StatusCode::OK, &Items::<Session> { items }))
}

/// End one of the own logins
///
/// Ochre's own: Argilla has no such route.
#[utoipa::path(delete, path = "/me/sessions/{session_id}", tag = "Me", operation_id = "end_my_session",
    security(("api_key" = []), ("extralit_api_key" = []), ("token" = [])),
    params(("session_id" = uuid::Uuid, Path, description = "The login's id")),
    responses((status = NO_CONTENT, description = "Ended"),
              (status = UNAUTHORIZED, description = "No valid credentials", body = ErrorBody),
              (status = FORBIDDEN, description = "Signed by a named key", body = ErrorBody),
              (status = NOT_FOUND, description = "No such login of the caller", body = ErrorBody),
              (status = UNPROCESSABLE_ENTITY, description = "Not an id", body = ErrorBody)))]
pub(super) async fn end_session(State(app): State<App>, call: Call<SessionPath>) -> Result<Response, ApiError> {
    app.access.end_session(&call.actor, call.path.0).await?;
    Ok(wire::nothing())
}

/// Sign out
///
/// Ends the login that signs the call. With an API key there is none, and nothing happens. Ochre's own: Argilla has no such route.
#[utoipa::path(post, path = "/logout", tag = "Authentication", operation_id = "logout",
    security(("api_key" = []), ("extralit_api_key" = []), ("token" = [])),
    responses((status = NO_CONTENT, description = "Signed out"),
              (status = UNAUTHORIZED, description = "No valid credentials", body = ErrorBody)))]
pub(super) async fn logout(State(app): State<App>, call: Call) -> Result<Response, ApiError> {
    app.access.sign_out(&call.actor).await?;
    Ok(wire::nothing())
}

/// List the accounts at sign-in providers that sign the caller in
///
/// Ochre's own: Argilla has no such route.
#[utoipa::path(get, path = "/me/identities", tag = "Me", operation_id = "list_my_identities",
    security(("api_key" = []), ("extralit_api_key" = []), ("token" = [])),
    responses((status = OK, description = "The accounts", body = Items<Identity>),
              (status = UNAUTHORIZED, description = "No valid credentials", body = ErrorBody)))]
pub(super) async fn identities(State(app): State<App>, call: Call) -> Result<Response, ApiError> {
    let found = app.identities.list(&call.actor, call.actor.user.id).await?;
    let items = found.iter().map(identity).collect();
    Ok(wire::json(StatusCode::OK, &Items::<Identity> { items }))
}
