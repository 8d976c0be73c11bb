//! The caller's own account.

use axum::{extract::State, response::Response};
use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use ochre_domain::{Error, ports::StorageError};
use ochre_dto::v1::{ErrorBody, Items, User, Workspace};

use super::convert::user;
use crate::{
    app::App,
    error::ApiError,
    wire::{self, Call, Frame, WorkspaceQuery},
};

/// Read the own account
#[utoipa::path(get, path = "/me", tag = "Me", operation_id = "get_me",
    security(("api_key" = []), ("extralit_api_key" = []), ("token" = [])),
    responses((status = OK, description = "The caller", body = User),
              (status = UNAUTHORIZED, description = "No valid credentials", body = ErrorBody)))]
pub(super) async fn get(State(app): State<App>, headers: HeaderMap) -> Result<Response, ApiError> {
    // The most frequent request by far: its answer is serialised once for as long as the caller is known.
    let caller = app.actors.authenticate(&headers).await?;
    let body = caller.me(|actor| {
        let me = user(app.accounts.me(actor)?);
        let body = serde_json::to_vec(&me).map_err(|error| StorageError::Failed(error.to_string()))?;
        Ok::<_, Error>(Bytes::from(body))
    })?;
    Ok(wire::bytes(StatusCode::OK, body))
}

/// List the own workspaces
///
/// In the order of their creation. Owners reach all workspaces.
#[utoipa::path(get, path = "/me/workspaces", tag = "Me", operation_id = "list_my_workspaces",
    security(("api_key" = []), ("extralit_api_key" = []), ("token" = [])),
    responses((status = OK, description = "The workspaces", body = Items<Workspace>),
              (status = UNAUTHORIZED, description = "No valid credentials", body = ErrorBody)))]
pub(super) async fn workspaces(State(app): State<App>, call: Call) -> Result<Response, ApiError> {
    wire::stream(app.teams.mine(&call.actor)?, Frame::Items).await
}

/// List the own datasets
///
/// There are no datasets yet: the list is empty. A workspace can be named, which only its members may do.
#[utoipa::path(get, path = "/me/datasets", tag = "Me", operation_id = "list_my_datasets",
    security(("api_key" = []), ("extralit_api_key" = []), ("token" = [])),
    params(("workspace_id" = Option<uuid::Uuid>, Query, description = "Only those of this workspace")),
    responses((status = OK, description = "The datasets", body = Items<serde_json::Value>),
              (status = UNAUTHORIZED, description = "No valid credentials", body = ErrorBody),
              (status = FORBIDDEN, description = "Not a member of the workspace", body = ErrorBody),
              (status = UNPROCESSABLE_ENTITY, description = "Not an id", body = ErrorBody)))]
pub(super) async fn datasets(State(app): State<App>, call: Call<WorkspaceQuery>) -> Result<Response, ApiError> {
    app.teams.check_access(&call.actor, call.path.0)?;
    Ok(wire::json(StatusCode::OK, &Items::<()> { items: Vec::new() }))
}
