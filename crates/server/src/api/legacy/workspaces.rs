//! Workspaces and their members.

use axum::{extract::State, response::Response};
use http::StatusCode;

use super::{convert::Users, users::one};
use crate::{
    api::v1::workspace,
    app::App,
    error::LegacyError,
    wire::{self, Frame, LegacyCall, LegacyNewWorkspace, MemberPath, WorkspacePath},
};

/// The workspaces that the caller reaches.
pub(super) async fn list(State(app): State<App>, LegacyCall(call): LegacyCall) -> Result<Response, LegacyError> {
    Ok(wire::stream(app.teams.mine(&call.actor)?, Frame::Bare).await?)
}

/// A new workspace.
pub(super) async fn create(
    State(app): State<App>,
    LegacyCall(call): LegacyCall<(), LegacyNewWorkspace>,
) -> Result<Response, LegacyError> {
    let created = app.teams.create(&call.actor, call.body.0).await?;
    Ok(wire::json(StatusCode::OK, &workspace(created)))
}

/// The members.
pub(super) async fn users(
    State(app): State<App>,
    LegacyCall(call): LegacyCall<WorkspacePath>,
) -> Result<Response, LegacyError> {
    let pages = app.teams.members(&call.actor, call.path.0).await?;
    Ok(wire::stream(Users { pages, names: app.config.compat_role_names }, Frame::Bare).await?)
}

/// The new member.
pub(super) async fn add_user(
    State(app): State<App>,
    LegacyCall(call): LegacyCall<MemberPath>,
) -> Result<Response, LegacyError> {
    let added = app.teams.add_member(&call.actor, call.path.workspace, call.path.user, None).await?;
    Ok(wire::json(StatusCode::OK, &one(&app, added).await?))
}

/// The user that was a member, with the workspaces that remain.
pub(super) async fn remove_user(
    State(app): State<App>,
    LegacyCall(call): LegacyCall<MemberPath>,
) -> Result<Response, LegacyError> {
    let removed = app.teams.remove_member(&call.actor, call.path.workspace, call.path.user).await?;
    Ok(wire::json(StatusCode::OK, &one(&app, removed).await?))
}
