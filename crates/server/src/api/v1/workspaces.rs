//! Workspaces and their members.

use axum::{extract::State, response::Response};
use http::StatusCode;
use ochre_domain::{model::UserId, usecase::NewWorkspace};
use ochre_dto::v1::{ErrorBody, Items, MemberCreate, User, Workspace, WorkspaceCreate};

use super::convert::{user, workspace};
use crate::{
    app::App,
    error::ApiError,
    wire::{self, Call, Frame, MemberPath, WorkspacePath},
};

/// Create a workspace
///
/// Nobody becomes a member by that; owners need no membership.
#[utoipa::path(post, path = "/workspaces", tag = "Workspaces", operation_id = "create_workspace",
    request_body = WorkspaceCreate,
    security(("api_key" = []), ("extralit_api_key" = []), ("token" = [])),
    responses((status = CREATED, description = "The new workspace", body = Workspace),
              (status = UNAUTHORIZED, description = "No valid credentials", body = ErrorBody),
              (status = FORBIDDEN, description = "Not allowed", body = ErrorBody),
              (status = CONFLICT, description = "The name or the id is taken", body = ErrorBody),
              (status = UNPROCESSABLE_ENTITY, description = "A field is not valid", body = ErrorBody)))]
pub(super) async fn create(State(app): State<App>, call: Call<(), NewWorkspace>) -> Result<Response, ApiError> {
    let created = app.teams.create(&call.actor, call.body).await?;
    Ok(wire::json(StatusCode::CREATED, &workspace(created)))
}

/// Read a workspace
#[utoipa::path(get, path = "/workspaces/{workspace_id}", tag = "Workspaces", operation_id = "get_workspace",
    security(("api_key" = []), ("extralit_api_key" = []), ("token" = [])),
    params(("workspace_id" = uuid::Uuid, Path, description = "The workspace's id")),
    responses((status = OK, description = "The workspace", body = Workspace),
              (status = UNAUTHORIZED, description = "No valid credentials", body = ErrorBody),
              (status = FORBIDDEN, description = "Not a member, also for ids that do not exist", body = ErrorBody),
              (status = NOT_FOUND, description = "No such workspace", body = ErrorBody),
              (status = UNPROCESSABLE_ENTITY, description = "Not an id", body = ErrorBody)))]
pub(super) async fn get(State(app): State<App>, call: Call<WorkspacePath>) -> Result<Response, ApiError> {
    let found = app.teams.get(&call.actor, call.path.0).await?;
    Ok(wire::json(StatusCode::OK, &workspace(found)))
}

/// Delete a workspace
///
/// Its memberships go with it; its members stay.
#[utoipa::path(delete, path = "/workspaces/{workspace_id}", tag = "Workspaces", operation_id = "delete_workspace",
    security(("api_key" = []), ("extralit_api_key" = []), ("token" = [])),
    params(("workspace_id" = uuid::Uuid, Path, description = "The workspace's id")),
    responses((status = OK, description = "The workspace as it was", body = Workspace),
              (status = UNAUTHORIZED, description = "No valid credentials", body = ErrorBody),
              (status = FORBIDDEN, description = "Not allowed, also for ids that do not exist", body = ErrorBody),
              (status = NOT_FOUND, description = "No such workspace", body = ErrorBody),
              (status = UNPROCESSABLE_ENTITY, description = "Not an id", body = ErrorBody)))]
pub(super) async fn delete(State(app): State<App>, call: Call<WorkspacePath>) -> Result<Response, ApiError> {
    let deleted = app.teams.delete(&call.actor, call.path.0).await?;
    Ok(wire::json(StatusCode::OK, &workspace(deleted)))
}

/// List the members of a workspace
///
/// In the order in which they were added. Only owners see the members' API keys.
#[utoipa::path(get, path = "/workspaces/{workspace_id}/users", tag = "Workspaces", operation_id = "list_workspace_users",
    security(("api_key" = []), ("extralit_api_key" = []), ("token" = [])),
    params(("workspace_id" = uuid::Uuid, Path, description = "The workspace's id")),
    responses((status = OK, description = "The members", body = Items<User>),
              (status = UNAUTHORIZED, description = "No valid credentials", body = ErrorBody),
              (status = FORBIDDEN, description = "Not allowed, also for ids that do not exist", body = ErrorBody),
              (status = NOT_FOUND, description = "No such workspace", body = ErrorBody),
              (status = UNPROCESSABLE_ENTITY, description = "Not an id", body = ErrorBody)))]
pub(super) async fn users(State(app): State<App>, call: Call<WorkspacePath>) -> Result<Response, ApiError> {
    wire::stream(app.teams.members(&call.actor, call.path.0).await?, Frame::Items).await
}

/// Add a member to a workspace
#[utoipa::path(post, path = "/workspaces/{workspace_id}/users", tag = "Workspaces", operation_id = "add_workspace_user",
    request_body = MemberCreate,
    security(("api_key" = []), ("extralit_api_key" = []), ("token" = [])),
    params(("workspace_id" = uuid::Uuid, Path, description = "The workspace's id")),
    responses((status = CREATED, description = "The new member", body = User),
              (status = UNAUTHORIZED, description = "No valid credentials", body = ErrorBody),
              (status = FORBIDDEN, description = "Not allowed, also for ids that do not exist", body = ErrorBody),
              (status = NOT_FOUND, description = "No such workspace", body = ErrorBody),
              (status = CONFLICT, description = "A member already", body = ErrorBody),
              (status = UNPROCESSABLE_ENTITY, description = "Not an id, or no such user", body = ErrorBody)))]
pub(super) async fn add_user(State(app): State<App>, call: Call<WorkspacePath, UserId>) -> Result<Response, ApiError> {
    let added = app.teams.add_member(&call.actor, call.path.0, call.body).await?;
    Ok(wire::json(StatusCode::CREATED, &user(added)))
}

/// Remove a member from a workspace
#[utoipa::path(delete, path = "/workspaces/{workspace_id}/users/{user_id}", tag = "Workspaces",
    operation_id = "remove_workspace_user",
    security(("api_key" = []), ("extralit_api_key" = []), ("token" = [])),
    params(("workspace_id" = uuid::Uuid, Path, description = "The workspace's id"),
           ("user_id" = uuid::Uuid, Path, description = "The member's id")),
    responses((status = OK, description = "The user that was a member", body = User),
              (status = UNAUTHORIZED, description = "No valid credentials", body = ErrorBody),
              (status = FORBIDDEN, description = "Not allowed", body = ErrorBody),
              (status = NOT_FOUND, description = "Not a member, also before \"not allowed\"", body = ErrorBody),
              (status = UNPROCESSABLE_ENTITY, description = "Not an id", body = ErrorBody)))]
pub(super) async fn remove_user(State(app): State<App>, call: Call<MemberPath>) -> Result<Response, ApiError> {
    let removed = app.teams.remove_member(&call.actor, call.path.workspace, call.path.user).await?;
    Ok(wire::json(StatusCode::OK, &user(removed)))
}
