//! API keys: replacing the one of an account, and named ones.

use axum::{extract::State, response::Response};
use http::StatusCode;
use ochre_domain::{model::UserId, policy::Actor, usecase::NewKey};
use ochre_dto::{
    time::from_micros,
    v1::{ErrorBody, Items, Key, KeyCreate, KeyRotate, RotatedKey},
};

use super::convert::key;
use crate::{
    app::App,
    error::ApiError,
    wire::{self, Call, KeyPath, OfUser, Overlap, UserPath},
};

/// Replace the own API key
///
/// The key of now stays valid for a while, so that what uses it can be changed in peace. Ochre's own: Argilla has no such route.
#[utoipa::path(post, path = "/me/api-key/rotate", tag = "Me", operation_id = "rotate_my_key",
    request_body(content = Option<KeyRotate>),
    security(("api_key" = []), ("extralit_api_key" = []), ("token" = [])),
    responses((status = CREATED, description = "The new key", body = RotatedKey),
              (status = UNAUTHORIZED, description = "No valid credentials", body = ErrorBody),
              (status = FORBIDDEN, description = "Signed by a named key", body = ErrorBody),
              (status = UNPROCESSABLE_ENTITY, description = "A field is not valid", body = ErrorBody)))]
pub(super) async fn rotate(State(app): State<App>, call: Call<(), Overlap>) -> Result<Response, ApiError> {
    rotated(&app, &call.actor, call.actor.user.id, &call.body).await
}

/// Replace a user's API key
///
/// Ochre's own: Argilla has no such route.
#[utoipa::path(post, path = "/users/{user_id}/api-key/rotate", tag = "Users", operation_id = "rotate_user_key",
    request_body(content = Option<KeyRotate>),
    security(("api_key" = []), ("extralit_api_key" = []), ("token" = [])),
    params(("user_id" = uuid::Uuid, Path, description = "The user's id")),
    responses((status = CREATED, description = "The new key", body = RotatedKey),
              (status = UNAUTHORIZED, description = "No valid credentials", body = ErrorBody),
              (status = FORBIDDEN, description = "Not allowed", body = ErrorBody),
              (status = NOT_FOUND, description = "No such user", body = ErrorBody),
              (status = UNPROCESSABLE_ENTITY, description = "A field is not valid", body = ErrorBody)))]
pub(super) async fn rotate_of(State(app): State<App>, call: Call<UserPath, Overlap>) -> Result<Response, ApiError> {
    rotated(&app, &call.actor, call.path.0, &call.body).await
}

async fn rotated(app: &App, actor: &Actor, user: UserId, overlap: &Overlap) -> Result<Response, ApiError> {
    let (key, until) = app.keys.rotate(actor, user, overlap.0).await?;
    let rotated = RotatedKey { api_key: key.expose().to_owned(), previous_valid_until: from_micros(until.micros()) };
    Ok(wire::json(StatusCode::CREATED, &rotated))
}

/// List the own named keys
///
/// Ochre's own: Argilla has no such route.
#[utoipa::path(get, path = "/me/keys", tag = "Me", operation_id = "list_my_keys",
    security(("api_key" = []), ("extralit_api_key" = []), ("token" = [])),
    responses((status = OK, description = "The keys, in the order in which they were made", body = Items<Key>),
              (status = UNAUTHORIZED, description = "No valid credentials", body = ErrorBody),
              (status = FORBIDDEN, description = "Signed by a named key", body = ErrorBody)))]
pub(super) async fn list(State(app): State<App>, call: Call) -> Result<Response, ApiError> {
    listed(&app, &call.actor, call.actor.user.id).await
}

/// List a user's named keys
///
/// Ochre's own: Argilla has no such route.
#[utoipa::path(get, path = "/users/{user_id}/keys", tag = "Users", operation_id = "list_user_keys",
    security(("api_key" = []), ("extralit_api_key" = []), ("token" = [])),
    params(("user_id" = uuid::Uuid, Path, description = "The user's id")),
    responses((status = OK, description = "The keys, in the order in which they were made", body = Items<Key>),
              (status = UNAUTHORIZED, description = "No valid credentials", body = ErrorBody),
              (status = FORBIDDEN, description = "Not allowed", body = ErrorBody),
              (status = NOT_FOUND, description = "No such user", body = ErrorBody),
              (status = UNPROCESSABLE_ENTITY, description = "Not an id", body = ErrorBody)))]
pub(super) async fn list_of(State(app): State<App>, call: Call<UserPath>) -> Result<Response, ApiError> {
    listed(&app, &call.actor, call.path.0).await
}

async fn listed(app: &App, actor: &Actor, user: UserId) -> Result<Response, ApiError> {
    let items = app.keys.list(actor, user).await?.into_iter().map(|view| key(view, None)).collect();
    Ok(wire::json(StatusCode::OK, &Items::<Key> { items }))
}

/// Make a named key
///
/// It does what its scopes say, in the workspaces to which it is limited, and can neither make keys nor change passwords or roles.
/// The answer shows it this once. At most 50 a user. Ochre's own: Argilla has no such route.
#[utoipa::path(post, path = "/me/keys", tag = "Me", operation_id = "create_my_key", request_body = KeyCreate,
    security(("api_key" = []), ("extralit_api_key" = []), ("token" = [])),
    responses((status = CREATED, description = "The new key, with its `secret`", body = Key),
              (status = UNAUTHORIZED, description = "No valid credentials", body = ErrorBody),
              (status = FORBIDDEN, description = "Signed by a named key", body = ErrorBody),
              (status = CONFLICT, description = "The caller has a key of this name", body = ErrorBody),
              (status = UNPROCESSABLE_ENTITY, description = "A field is not valid, no such workspace, or 50 keys already", body = ErrorBody)))]
pub(super) async fn create(State(app): State<App>, call: Call<(), NewKey>) -> Result<Response, ApiError> {
    let (made, secret) = app.keys.create(&call.actor, call.body).await?;
    Ok(wire::json(StatusCode::CREATED, &key(made, Some(&secret))))
}

/// End one of the own named keys
///
/// Ochre's own: Argilla has no such route.
#[utoipa::path(delete, path = "/me/keys/{key_id}", tag = "Me", operation_id = "delete_my_key",
    security(("api_key" = []), ("extralit_api_key" = []), ("token" = [])),
    params(("key_id" = uuid::Uuid, Path, description = "The key's id")),
    responses((status = NO_CONTENT, description = "Ended"),
              (status = UNAUTHORIZED, description = "No valid credentials", body = ErrorBody),
              (status = FORBIDDEN, description = "Signed by a named key", body = ErrorBody),
              (status = NOT_FOUND, description = "No such key of the caller", body = ErrorBody),
              (status = UNPROCESSABLE_ENTITY, description = "Not an id", body = ErrorBody)))]
pub(super) async fn delete(State(app): State<App>, call: Call<KeyPath>) -> Result<Response, ApiError> {
    app.keys.delete(&call.actor, call.actor.user.id, call.path.0).await?;
    Ok(wire::nothing())
}

/// End a user's named key
///
/// Ochre's own: Argilla has no such route.
#[utoipa::path(delete, path = "/users/{user_id}/keys/{key_id}", tag = "Users", operation_id = "delete_user_key",
    security(("api_key" = []), ("extralit_api_key" = []), ("token" = [])),
    params(("user_id" = uuid::Uuid, Path, description = "The user's id"),
           ("key_id" = uuid::Uuid, Path, description = "The key's id")),
    responses((status = NO_CONTENT, description = "Ended"),
              (status = UNAUTHORIZED, description = "No valid credentials", body = ErrorBody),
              (status = FORBIDDEN, description = "Not allowed", body = ErrorBody),
              (status = NOT_FOUND, description = "No such key of the user", body = ErrorBody),
              (status = UNPROCESSABLE_ENTITY, description = "Not an id", body = ErrorBody)))]
pub(super) async fn delete_of(State(app): State<App>, call: Call<OfUser<KeyPath>>) -> Result<Response, ApiError> {
    app.keys.delete(&call.actor, call.path.user, call.path.what.0).await?;
    Ok(wire::nothing())
}
