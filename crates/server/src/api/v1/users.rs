//! Users.

use axum::{extract::State, response::Response};
use http::StatusCode;
use ochre_domain::usecase::{NewUser, UserChanges};
use ochre_dto::v1::{ErrorBody, Items, User, UserCreate, UserUpdate, Workspace};

use super::convert::user;
use crate::{
    app::App,
    error::ApiError,
    wire::{self, Call, Frame, UserPath},
};

/// List users
///
/// All of them, in the order of their creation.
#[utoipa::path(get, path = "/users", tag = "Users", operation_id = "list_users",
    security(("api_key" = []), ("extralit_api_key" = []), ("token" = [])),
    responses((status = OK, description = "The users", body = Items<User>),
              (status = UNAUTHORIZED, description = "No valid credentials", body = ErrorBody),
              (status = FORBIDDEN, description = "Not allowed", body = ErrorBody)))]
pub(super) async fn list(State(app): State<App>, call: Call) -> Result<Response, ApiError> {
    wire::stream(app.accounts.list(&call.actor)?, Frame::Items).await
}

/// Create a user
#[utoipa::path(post, path = "/users", tag = "Users", operation_id = "create_user", request_body = UserCreate,
    security(("api_key" = []), ("extralit_api_key" = []), ("token" = [])),
    responses((status = CREATED, description = "The new user, with its API key", body = User),
              (status = UNAUTHORIZED, description = "No valid credentials", body = ErrorBody),
              (status = FORBIDDEN, description = "Not allowed", body = ErrorBody),
              (status = CONFLICT, description = "The user name or the id is taken", body = ErrorBody),
              (status = UNPROCESSABLE_ENTITY, description = "A field is not valid", body = ErrorBody),
              (status = SERVICE_UNAVAILABLE, description = "Too many passwords wait", body = ErrorBody)))]
pub(super) async fn create(State(app): State<App>, call: Call<(), NewUser>) -> Result<Response, ApiError> {
    let created = app.accounts.create(&call.actor, call.body).await?;
    Ok(wire::json(StatusCode::CREATED, &user(created)))
}

/// Read a user
#[utoipa::path(get, path = "/users/{user_id}", tag = "Users", operation_id = "get_user",
    security(("api_key" = []), ("extralit_api_key" = []), ("token" = [])),
    params(("user_id" = uuid::Uuid, Path, description = "The user's id")),
    responses((status = OK, description = "The user", body = User),
              (status = UNAUTHORIZED, description = "No valid credentials", body = ErrorBody),
              (status = FORBIDDEN, description = "Not allowed, also for ids that do not exist", body = ErrorBody),
              (status = NOT_FOUND, description = "No such user", body = ErrorBody),
              (status = UNPROCESSABLE_ENTITY, description = "Not an id", body = ErrorBody)))]
pub(super) async fn get(State(app): State<App>, call: Call<UserPath>) -> Result<Response, ApiError> {
    let found = app.accounts.get(&call.actor, call.path.0).await?;
    Ok(wire::json(StatusCode::OK, &user(found)))
}

/// Update a user
///
/// A new password ends all logins of the user. The last owner cannot lose the role.
#[utoipa::path(patch, path = "/users/{user_id}", tag = "Users", operation_id = "update_user",
    request_body = UserUpdate,
    security(("api_key" = []), ("extralit_api_key" = []), ("token" = [])),
    params(("user_id" = uuid::Uuid, Path, description = "The user's id")),
    responses((status = OK, description = "The user as it is now", body = User),
              (status = UNAUTHORIZED, description = "No valid credentials", body = ErrorBody),
              (status = FORBIDDEN, description = "Not allowed", body = ErrorBody),
              (status = NOT_FOUND, description = "No such user, also before \"not allowed\"", body = ErrorBody),
              (status = UNPROCESSABLE_ENTITY, description = "A field is not valid, the name is taken, or nobody else is an owner", body = ErrorBody),
              (status = SERVICE_UNAVAILABLE, description = "Too many passwords wait", body = ErrorBody)))]
pub(super) async fn update(State(app): State<App>, call: Call<UserPath, UserChanges>) -> Result<Response, ApiError> {
    let updated = app.accounts.update(&call.actor, call.path.0, call.body).await?;
    Ok(wire::json(StatusCode::OK, &user(updated)))
}

/// Delete a user
///
/// Its memberships and logins go with it. The last owner cannot be deleted.
#[utoipa::path(delete, path = "/users/{user_id}", tag = "Users", operation_id = "delete_user",
    security(("api_key" = []), ("extralit_api_key" = []), ("token" = [])),
    params(("user_id" = uuid::Uuid, Path, description = "The user's id")),
    responses((status = OK, description = "The user as it was", body = User),
              (status = UNAUTHORIZED, description = "No valid credentials", body = ErrorBody),
              (status = FORBIDDEN, description = "Not allowed", body = ErrorBody),
              (status = NOT_FOUND, description = "No such user, also before \"not allowed\"", body = ErrorBody),
              (status = UNPROCESSABLE_ENTITY, description = "Not an id, or nobody else is an owner", body = ErrorBody)))]
pub(super) async fn delete(State(app): State<App>, call: Call<UserPath>) -> Result<Response, ApiError> {
    let deleted = app.accounts.delete(&call.actor, call.path.0).await?;
    Ok(wire::json(StatusCode::OK, &user(deleted.view)))
}

/// List the workspaces of a user
///
/// In the order of their creation. Owners reach all workspaces.
#[utoipa::path(get, path = "/users/{user_id}/workspaces", tag = "Users", operation_id = "list_user_workspaces",
    security(("api_key" = []), ("extralit_api_key" = []), ("token" = [])),
    params(("user_id" = uuid::Uuid, Path, description = "The user's id")),
    responses((status = OK, description = "The workspaces", body = Items<Workspace>),
              (status = UNAUTHORIZED, description = "No valid credentials", body = ErrorBody),
              (status = FORBIDDEN, description = "Not allowed, also for ids that do not exist", body = ErrorBody),
              (status = NOT_FOUND, description = "No such user", body = ErrorBody),
              (status = UNPROCESSABLE_ENTITY, description = "Not an id", body = ErrorBody)))]
pub(super) async fn workspaces(State(app): State<App>, call: Call<UserPath>) -> Result<Response, ApiError> {
    wire::stream(app.accounts.workspaces(&call.actor, call.path.0).await?, Frame::Items).await
}
