//! Leaving and coming back: disabled accounts, the trash, accounts at sign-in providers.

use axum::{extract::State, response::Response};
use http::StatusCode;
use ochre_domain::{
    model::{AccountState, Subject},
    usecase::PageRequest,
};
use ochre_dto::v1::{Deletion, ErrorBody, Identity, IdentityCreate, Items, Page, TrashEntry, User};

use super::convert::{deletion, identity, page, trash_entry, user};
use crate::{
    app::App,
    error::ApiError,
    wire::{self, Call, IdentityPath, LatestQuery, OfUser, TrashPath, UserPath, WorkspacePath},
};

/// Disable a user
///
/// At once, by key, token and page. Work and memberships stay; logins do not come back. Ochre's own: Argilla has no such route.
#[utoipa::path(post, path = "/users/{user_id}/disable", tag = "Users", operation_id = "disable_user",
    security(("api_key" = []), ("extralit_api_key" = []), ("token" = [])),
    params(("user_id" = uuid::Uuid, Path, description = "The user's id")),
    responses((status = OK, description = "The user", body = User),
              (status = UNAUTHORIZED, description = "No valid credentials", body = ErrorBody),
              (status = FORBIDDEN, description = "Not allowed", body = ErrorBody),
              (status = NOT_FOUND, description = "No such user", body = ErrorBody),
              (status = UNPROCESSABLE_ENTITY, description = "Not an id, or nobody else is an owner", body = ErrorBody)))]
pub(super) async fn disable(State(app): State<App>, call: Call<UserPath>) -> Result<Response, ApiError> {
    let changed = app.accounts.set_state(&call.actor, call.path.0, AccountState::Disabled).await?;
    Ok(wire::json(StatusCode::OK, &user(changed)))
}

/// Enable a user
///
/// Ochre's own: Argilla has no such route.
#[utoipa::path(post, path = "/users/{user_id}/enable", tag = "Users", operation_id = "enable_user",
    security(("api_key" = []), ("extralit_api_key" = []), ("token" = [])),
    params(("user_id" = uuid::Uuid, Path, description = "The user's id")),
    responses((status = OK, description = "The user", body = User),
              (status = UNAUTHORIZED, description = "No valid credentials", body = ErrorBody),
              (status = FORBIDDEN, description = "Not allowed", body = ErrorBody),
              (status = NOT_FOUND, description = "No such user", body = ErrorBody),
              (status = UNPROCESSABLE_ENTITY, description = "Not an id", body = ErrorBody)))]
pub(super) async fn enable(State(app): State<App>, call: Call<UserPath>) -> Result<Response, ApiError> {
    let changed = app.accounts.set_state(&call.actor, call.path.0, AccountState::Active).await?;
    Ok(wire::json(StatusCode::OK, &user(changed)))
}

/// Tell what deleting a user would take
///
/// Ochre's own: Argilla has no such route.
#[utoipa::path(get, path = "/users/{user_id}/deletion", tag = "Users", operation_id = "preview_user_deletion",
    security(("api_key" = []), ("extralit_api_key" = []), ("token" = [])),
    params(("user_id" = uuid::Uuid, Path, description = "The user's id")),
    responses((status = OK, description = "What goes with it", body = Deletion),
              (status = UNAUTHORIZED, description = "No valid credentials", body = ErrorBody),
              (status = FORBIDDEN, description = "Not allowed", body = ErrorBody),
              (status = NOT_FOUND, description = "No such user", body = ErrorBody),
              (status = UNPROCESSABLE_ENTITY, description = "Not an id", body = ErrorBody)))]
pub(super) async fn preview_user(State(app): State<App>, call: Call<UserPath>) -> Result<Response, ApiError> {
    Ok(wire::json(StatusCode::OK, &deletion(app.trash.preview_user(&call.actor, call.path.0).await?)))
}

/// Tell what deleting a workspace would take
///
/// Ochre's own: Argilla has no such route.
#[utoipa::path(get, path = "/workspaces/{workspace_id}/deletion", tag = "Workspaces",
    operation_id = "preview_workspace_deletion",
    security(("api_key" = []), ("extralit_api_key" = []), ("token" = [])),
    params(("workspace_id" = uuid::Uuid, Path, description = "The workspace's id")),
    responses((status = OK, description = "What goes with it", body = Deletion),
              (status = UNAUTHORIZED, description = "No valid credentials", body = ErrorBody),
              (status = FORBIDDEN, description = "Not allowed", body = ErrorBody),
              (status = NOT_FOUND, description = "No such workspace", body = ErrorBody),
              (status = UNPROCESSABLE_ENTITY, description = "Not an id", body = ErrorBody)))]
pub(super) async fn preview_workspace(State(app): State<App>, call: Call<WorkspacePath>) -> Result<Response, ApiError> {
    Ok(wire::json(StatusCode::OK, &deletion(app.trash.preview_workspace(&call.actor, call.path.0).await?)))
}

/// List what was deleted
///
/// Users and workspaces of the last 7 days, the latest first, a page at a time. Ochre's own: Argilla has no such route.
#[utoipa::path(get, path = "/trash", tag = "Trash", operation_id = "list_trash",
    security(("api_key" = []), ("extralit_api_key" = []), ("token" = [])),
    params(("limit" = Option<u32>, Query, minimum = 1, maximum = 1000, description = "Most entries of a page; 1000 otherwise"),
           ("cursor" = Option<String>, Query, description = "The `next_cursor` of the page before")),
    responses((status = OK, description = "What can be restored", body = Page<TrashEntry>),
              (status = UNAUTHORIZED, description = "No valid credentials", body = ErrorBody),
              (status = FORBIDDEN, description = "Not allowed", body = ErrorBody),
              (status = UNPROCESSABLE_ENTITY, description = "A parameter is not valid", body = ErrorBody)))]
pub(super) async fn trash(State(app): State<App>, call: Call<LatestQuery>) -> Result<Response, ApiError> {
    let LatestQuery(PageRequest { order, after, limit }) = call.path;
    let found = app.trash.page(&call.actor, after, limit).await?;
    Ok(wire::json(StatusCode::OK, &page(found, order, trash_entry)))
}

/// Restore what was deleted
///
/// With its id, and the memberships whose other half is still there. A user has its password, its role and its API key again;
/// logins, named keys and links do not come back. Ochre's own: Argilla has no such route.
#[utoipa::path(post, path = "/trash/{trash_id}/restore", tag = "Trash", operation_id = "restore_trash",
    security(("api_key" = []), ("extralit_api_key" = []), ("token" = [])),
    params(("trash_id" = uuid::Uuid, Path, description = "The entry's id")),
    responses((status = OK, description = "What was restored", body = TrashEntry),
              (status = UNAUTHORIZED, description = "No valid credentials", body = ErrorBody),
              (status = FORBIDDEN, description = "Not allowed", body = ErrorBody),
              (status = NOT_FOUND, description = "No such entry", body = ErrorBody),
              (status = CONFLICT, description = "Its name, its id or its API key was taken meanwhile", body = ErrorBody),
              (status = UNPROCESSABLE_ENTITY, description = "Not an id", body = ErrorBody)))]
pub(super) async fn restore(State(app): State<App>, call: Call<TrashPath>) -> Result<Response, ApiError> {
    let restored = app.trash.restore(&call.actor, call.path.0).await?;
    Ok(wire::json(StatusCode::OK, &trash_entry(restored)))
}

/// Remove what was deleted for good
///
/// Ochre's own: Argilla has no such route.
#[utoipa::path(delete, path = "/trash/{trash_id}", tag = "Trash", operation_id = "delete_trash",
    security(("api_key" = []), ("extralit_api_key" = []), ("token" = [])),
    params(("trash_id" = uuid::Uuid, Path, description = "The entry's id")),
    responses((status = NO_CONTENT, description = "Gone"),
              (status = UNAUTHORIZED, description = "No valid credentials", body = ErrorBody),
              (status = FORBIDDEN, description = "Not allowed", body = ErrorBody),
              (status = NOT_FOUND, description = "No such entry", body = ErrorBody),
              (status = UNPROCESSABLE_ENTITY, description = "Not an id", body = ErrorBody)))]
pub(super) async fn purge(State(app): State<App>, call: Call<TrashPath>) -> Result<Response, ApiError> {
    app.trash.purge(&call.actor, call.path.0).await?;
    Ok(wire::nothing())
}

/// List the accounts at sign-in providers that sign a user in
///
/// Ochre's own: Argilla has no such route.
#[utoipa::path(get, path = "/users/{user_id}/identities", tag = "Users", operation_id = "list_user_identities",
    security(("api_key" = []), ("extralit_api_key" = []), ("token" = [])),
    params(("user_id" = uuid::Uuid, Path, description = "The user's id")),
    responses((status = OK, description = "The accounts", body = Items<Identity>),
              (status = UNAUTHORIZED, description = "No valid credentials", body = ErrorBody),
              (status = FORBIDDEN, description = "Not allowed", body = ErrorBody),
              (status = NOT_FOUND, description = "No such user", body = ErrorBody),
              (status = UNPROCESSABLE_ENTITY, description = "Not an id", body = ErrorBody)))]
pub(super) async fn identities(State(app): State<App>, call: Call<UserPath>) -> Result<Response, ApiError> {
    let items = app.identities.list(&call.actor, call.path.0).await?.iter().map(identity).collect();
    Ok(wire::json(StatusCode::OK, &Items::<Identity> { items }))
}

/// Link an account at a sign-in provider to a user
///
/// It signs the user in from then on. Ochre's own: Argilla has no such route.
#[utoipa::path(post, path = "/users/{user_id}/identities", tag = "Users", operation_id = "create_user_identity",
    request_body = IdentityCreate,
    security(("api_key" = []), ("extralit_api_key" = []), ("token" = [])),
    params(("user_id" = uuid::Uuid, Path, description = "The user's id")),
    responses((status = CREATED, description = "The account", body = Identity),
              (status = UNAUTHORIZED, description = "No valid credentials", body = ErrorBody),
              (status = FORBIDDEN, description = "Not allowed", body = ErrorBody),
              (status = NOT_FOUND, description = "No such user", body = ErrorBody),
              (status = CONFLICT, description = "It signs somebody in already", body = ErrorBody),
              (status = UNPROCESSABLE_ENTITY, description = "A field is not valid", body = ErrorBody)))]
pub(super) async fn link_identity(State(app): State<App>, call: Call<UserPath, Subject>) -> Result<Response, ApiError> {
    let linked = app.identities.add(&call.actor, call.path.0, &call.body).await?;
    Ok(wire::json(StatusCode::CREATED, &identity(&linked)))
}

/// Unlink an account at a sign-in provider from a user
///
/// The user's logins end. Ochre's own: Argilla has no such route.
#[utoipa::path(delete, path = "/users/{user_id}/identities/{identity_id}", tag = "Users",
    operation_id = "delete_user_identity",
    security(("api_key" = []), ("extralit_api_key" = []), ("token" = [])),
    params(("user_id" = uuid::Uuid, Path, description = "The user's id"),
           ("identity_id" = uuid::Uuid, Path, description = "The link's id")),
    responses((status = NO_CONTENT, description = "Unlinked"),
              (status = UNAUTHORIZED, description = "No valid credentials", body = ErrorBody),
              (status = FORBIDDEN, description = "Not allowed", body = ErrorBody),
              (status = NOT_FOUND, description = "The user has no such account", body = ErrorBody),
              (status = UNPROCESSABLE_ENTITY, description = "Not an id", body = ErrorBody)))]
pub(super) async fn unlink_identity(
    State(app): State<App>,
    call: Call<OfUser<IdentityPath>>,
) -> Result<Response, ApiError> {
    app.identities.remove(&call.actor, call.path.user, call.path.what.0).await?;
    Ok(wire::nothing())
}
