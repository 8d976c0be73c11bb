//! Teams as files, and many users at once: Ochre's own addition to the API.

use axum::{extract::State, response::Response};
use http::StatusCode;
use ochre_domain::{policy::tables, usecase::PlanEntry};
use ochre_dto::v1::{ErrorBody, Items, RoleTable, Team, TeamApply, TeamPlan, User, UsersCreate};

use super::convert;
use crate::{
    app::App,
    error::ApiError,
    wire::{self, Call, LargeCall, NewUsers, TeamRequest},
};

/// Export the team
///
/// Users, workspaces and memberships as one desired state, without secrets. Applied to the same server, it changes nothing.
/// Ochre's own: Argilla has no such route.
#[utoipa::path(get, path = "/team", tag = "Team", operation_id = "export_team",
    security(("api_key" = []), ("extralit_api_key" = []), ("token" = [])),
    responses((status = OK, description = "The team", body = Team),
              (status = UNAUTHORIZED, description = "No valid credentials", body = ErrorBody),
              (status = FORBIDDEN, description = "Not allowed", body = ErrorBody)))]
pub(super) async fn export(State(app): State<App>, call: Call) -> Result<Response, ApiError> {
    let team = app.team_file.export(&call.actor).await?;
    Ok(wire::json(StatusCode::OK, &convert::team(team)))
}

/// Plan a team
///
/// Says what applying a desired state would change, and changes nothing. At most 64 MiB and 60 s. Ochre's own: Argilla has no
/// such route.
#[utoipa::path(post, path = "/team/plan", tag = "Team", operation_id = "plan_team", request_body = TeamApply,
    security(("api_key" = []), ("extralit_api_key" = []), ("token" = [])),
    responses((status = OK, description = "What would change", body = TeamPlan),
              (status = UNAUTHORIZED, description = "No valid credentials", body = ErrorBody),
              (status = FORBIDDEN, description = "Not allowed", body = ErrorBody),
              (status = PAYLOAD_TOO_LARGE, description = "More than 64 MiB", body = ErrorBody),
              (status = UNPROCESSABLE_ENTITY, description = "A field is not valid, a workspace does not exist, nobody would be an owner, or the caller would delete the own account", body = ErrorBody),
              (status = SERVICE_UNAVAILABLE, description = "It took longer than 60 s", body = ErrorBody)))]
pub(super) async fn plan(State(app): State<App>, call: LargeCall<TeamRequest>) -> Result<Response, ApiError> {
    let plan = app.team_file.plan(&call.actor, &call.body.team, call.body.prune).await?;
    Ok(wire::json(StatusCode::OK, &convert::plan(plan)))
}

/// Apply a team
///
/// Brings a desired state about, in one transaction or not at all; applied again it changes nothing. What it does not mention is
/// left alone, unless it prunes. At most 64 MiB and 60 s. Ochre's own: Argilla has no such route.
#[utoipa::path(post, path = "/team/apply", tag = "Team", operation_id = "apply_team", request_body = TeamApply,
    security(("api_key" = []), ("extralit_api_key" = []), ("token" = [])),
    responses((status = OK, description = "What was changed", body = TeamPlan),
              (status = UNAUTHORIZED, description = "No valid credentials", body = ErrorBody),
              (status = FORBIDDEN, description = "Not allowed", body = ErrorBody),
              (status = CONFLICT, description = "The differences are not the expected ones, or others wrote the same at the same moment, again and again; nothing was changed", body = ErrorBody),
              (status = PAYLOAD_TOO_LARGE, description = "More than 64 MiB", body = ErrorBody),
              (status = UNPROCESSABLE_ENTITY, description = "A field is not valid, a workspace does not exist, nobody would be an owner, or the caller would delete the own account", body = ErrorBody),
              (status = SERVICE_UNAVAILABLE, description = "It took longer than 60 s; nothing was changed unless it was about to end", body = ErrorBody)))]
pub(super) async fn apply(State(app): State<App>, call: LargeCall<TeamRequest>) -> Result<Response, ApiError> {
    let TeamRequest { team, prune, expect } = &call.body;
    let expected = |entries: &[PlanEntry]| expect.as_ref().is_none_or(|digest| *digest == convert::digest(entries));
    let plan = app.team_file.apply(&call.actor, team, *prune, &expected).await?;
    Ok(wire::json(StatusCode::OK, &convert::plan(plan)))
}

/// Create many users
///
/// All or none. Passwords come as hashes, or not at all. At most 64 MiB and 60 s. Ochre's own: Argilla has no such route.
#[utoipa::path(post, path = "/users/bulk", tag = "Users", operation_id = "create_users", request_body = UsersCreate,
    security(("api_key" = []), ("extralit_api_key" = []), ("token" = [])),
    responses((status = CREATED, description = "The new users, with their API keys", body = Items<User>),
              (status = UNAUTHORIZED, description = "No valid credentials", body = ErrorBody),
              (status = FORBIDDEN, description = "Not allowed", body = ErrorBody),
              (status = CONFLICT, description = "User names are taken", body = ErrorBody),
              (status = PAYLOAD_TOO_LARGE, description = "More than 64 MiB", body = ErrorBody),
              (status = UNPROCESSABLE_ENTITY, description = "A field is not valid, or a workspace does not exist", body = ErrorBody),
              (status = SERVICE_UNAVAILABLE, description = "It took longer than 60 s", body = ErrorBody)))]
pub(super) async fn create_users(State(app): State<App>, call: LargeCall<NewUsers>) -> Result<Response, ApiError> {
    let created = app.team_file.create_users(&call.actor, call.body.users, call.body.existing).await?;
    let items = created.into_iter().map(convert::user).collect();
    Ok(wire::json(StatusCode::CREATED, &Items::<User> { items }))
}

/// Tell what each role may do
///
/// The permission policy itself, as a table. Ochre's own: Argilla has no such route.
#[utoipa::path(get, path = "/roles", tag = "Server", operation_id = "list_roles",
    responses((status = OK, description = "The table", body = Items<RoleTable>)))]
pub(super) async fn roles() -> Response {
    let items = tables().into_iter().map(convert::role_table).collect();
    wire::json(StatusCode::OK, &Items::<RoleTable> { items })
}
