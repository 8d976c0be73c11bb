//! Workspaces and their members.

use axum::{
    extract::{FromRequest as _, Request, State},
    response::{IntoResponse as _, Response},
};
use http::{HeaderValue, StatusCode, header};
use ochre_domain::{model::WorkspaceName, usecase::NewWorkspace};
use ochre_dto::v1::{
    ErrorBody, Items, MemberCreate, MemberUpdate, Page, User, Workspace, WorkspaceCreate, WorkspaceUpdate,
};

use super::convert::{page, user, workspace};
use crate::{
    app::App,
    error::ApiError,
    wire::{self, Call, Frame, MemberEnd, MemberPath, NewMember, WorkspacePath, WorkspacesQuery},
};

/// List workspaces
///
/// Those that the caller reaches, all for an owner, a page at a time. Ochre's own: Argilla has no such route, and without any of
/// the parameters `limit`, `cursor`, `q` and `sort` the answer is its own (405); beside them `name` counts as well. `GET /me/workspaces` lists all at once.
#[utoipa::path(get, path = "/workspaces", tag = "Workspaces", operation_id = "list_workspaces",
    security(("api_key" = []), ("extralit_api_key" = []), ("token" = [])),
    params(("limit" = Option<u32>, Query, minimum = 1, maximum = 1000, description = "Most workspaces of a page; 100 otherwise"),
           ("cursor" = Option<String>, Query, description = "The `next_cursor` of the page before"),
           ("q" = Option<String>, Query, description = "The name contains this, whatever its letter case"),
           ("name" = Option<String>, Query, description = "Only the workspace with exactly this name"),
           ("sort" = Option<String>, Query, description = "`inserted_at` (otherwise), `updated_at` or `name`; with `-` before it the other end first")),
    responses((status = OK, description = "The workspaces", body = Page<Workspace>),
              (status = UNAUTHORIZED, description = "No valid credentials", body = ErrorBody),
              (status = METHOD_NOT_ALLOWED, description = "Without parameters", body = ErrorBody),
              (status = UNPROCESSABLE_ENTITY, description = "A parameter is not valid", body = ErrorBody)))]
pub(super) async fn list(State(app): State<App>, request: Request) -> Result<Response, ApiError> {
    if !wire::is_paged(request.uri().query()) {
        // As Argilla answers, also without credentials.
        return Ok(([(header::ALLOW, HeaderValue::from_static("POST"))], ApiError::MethodNotAllowed).into_response());
    }
    let call = Call::<WorkspacesQuery>::from_request(request, &app).await?;
    let WorkspacesQuery(search, request) = call.path;
    let order = request.order;
    let found = app.teams.search(&call.actor, search, request).await?;
    Ok(wire::json(StatusCode::OK, &page(found, order, workspace)))
}

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

/// Rename a workspace
///
/// Ochre's own: Argilla has no such route.
#[utoipa::path(patch, path = "/workspaces/{workspace_id}", tag = "Workspaces", operation_id = "update_workspace",
    request_body = WorkspaceUpdate,
    security(("api_key" = []), ("extralit_api_key" = []), ("token" = [])),
    params(("workspace_id" = uuid::Uuid, Path, description = "The workspace's id")),
    responses((status = OK, description = "The workspace as it is now", body = Workspace),
              (status = UNAUTHORIZED, description = "No valid credentials", body = ErrorBody),
              (status = FORBIDDEN, description = "Not allowed, also for ids that do not exist", body = ErrorBody),
              (status = NOT_FOUND, description = "No such workspace", body = ErrorBody),
              (status = CONFLICT, description = "The name is taken", body = ErrorBody),
              (status = UNPROCESSABLE_ENTITY, description = "A field is not valid", body = ErrorBody)))]
pub(super) async fn update(
    State(app): State<App>,
    call: Call<WorkspacePath, WorkspaceName>,
) -> Result<Response, ApiError> {
    let renamed = app.teams.rename(&call.actor, call.path.0, call.body).await?;
    Ok(wire::json(StatusCode::OK, &workspace(renamed)))
}

/// Set when a membership ends by itself
///
/// Past that moment the user does not reach the workspace any more; the membership itself stays. Ochre's own: Argilla has no such
/// route.
#[utoipa::path(patch, path = "/workspaces/{workspace_id}/users/{user_id}", tag = "Workspaces",
    operation_id = "update_workspace_user", request_body = MemberUpdate,
    security(("api_key" = []), ("extralit_api_key" = []), ("token" = [])),
    params(("workspace_id" = uuid::Uuid, Path, description = "The workspace's id"),
           ("user_id" = uuid::Uuid, Path, description = "The member's id")),
    responses((status = OK, description = "The member", body = User),
              (status = UNAUTHORIZED, description = "No valid credentials", body = ErrorBody),
              (status = FORBIDDEN, description = "Not allowed", body = ErrorBody),
              (status = NOT_FOUND, description = "Not a member", body = ErrorBody),
              (status = UNPROCESSABLE_ENTITY, description = "A field is not valid, or the moment is past", body = ErrorBody)))]
pub(super) async fn limit_user(
    State(app): State<App>,
    call: Call<MemberPath, MemberEnd>,
) -> Result<Response, ApiError> {
    let member = app.teams.limit_member(&call.actor, call.path.workspace, call.path.user, call.body.0).await?;
    Ok(wire::json(StatusCode::OK, &user(member)))
}

/// Delete a workspace
///
/// Its memberships go with it; its members stay. For 7 days it can be restored from the trash.
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
pub(super) async fn add_user(
    State(app): State<App>,
    call: Call<WorkspacePath, NewMember>,
) -> Result<Response, ApiError> {
    let NewMember { user: member, until } = call.body;
    let added = app.teams.add_member(&call.actor, call.path.0, member, until).await?;
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
