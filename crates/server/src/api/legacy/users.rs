//! Users.

use axum::{extract::State, response::Response};
use http::StatusCode;
use ochre_domain::{
    model::WorkspaceName,
    policy::{manages_users, sees_every_workspace},
    usecase::{Member, UserView},
};
use ochre_dto::legacy;

use super::convert::{Users, user};
use crate::{
    app::App,
    error::LegacyError,
    wire::{self, Frame, LegacyCall, LegacyNewUser, UserPath},
};

/// The caller, with all workspaces that it reaches.
pub(super) async fn me(State(app): State<App>, LegacyCall(call): LegacyCall) -> Result<Response, LegacyError> {
    let view = app.accounts.me(&call.actor)?;
    let account = &call.actor.user;
    // Whoever must set another password first learns no more than who it is.
    let reached = if account.must_change_password { Vec::new() } else { all_workspaces(&app, &call).await? };
    let mut me = if sees_every_workspace(account.role) {
        user(Member { view, workspaces: reached, temporary: Vec::new() }, app.config.compat_role_names)
    } else {
        // In the order in which it was added to them; those that it does not reach at the moment are left out.
        let mut me = one(&app, view).await?;
        me.workspaces.retain(|name| reached.iter().any(|known| known.as_str() == name));
        me
    };
    me.email = account.email.as_ref().map(ToString::to_string);
    // Who follows a users file of Argilla 1.4 sees what that version told.
    me.superuser = app.config.users_file.is_some().then(|| manages_users(account.role));
    Ok(wire::json(StatusCode::OK, &me))
}

/// The names of all workspaces that the caller reaches, in the order of their creation.
async fn all_workspaces(app: &App, call: &wire::Call) -> Result<Vec<WorkspaceName>, LegacyError> {
    let mut pages = app.teams.mine(&call.actor)?;
    let mut names = Vec::new();
    while let Some(page) = pages.next().await? {
        names.extend(page.into_iter().map(|workspace| workspace.name));
    }
    Ok(names)
}

/// A user with the workspaces that it was added to.
pub(super) async fn one(app: &App, view: UserView) -> Result<legacy::User, LegacyError> {
    let members = app.accounts.with_workspaces(vec![view]).await?;
    let member = members.into_iter().next();
    let member = member.ok_or_else(|| crate::error::ApiError::Internal("a user without itself".to_owned()))?;
    Ok(user(member, app.config.compat_role_names))
}

/// All users, in the order of their creation.
pub(super) async fn list(State(app): State<App>, LegacyCall(call): LegacyCall) -> Result<Response, LegacyError> {
    let pages = app.accounts.list(&call.actor)?;
    Ok(wire::stream(Users { pages, names: app.config.compat_role_names }, Frame::Bare).await?)
}

/// A new user, in workspaces that exist.
pub(super) async fn create(
    State(app): State<App>,
    LegacyCall(call): LegacyCall<(), LegacyNewUser>,
) -> Result<Response, LegacyError> {
    let created = app.accounts.create(&call.actor, call.body.0).await?;
    Ok(wire::json(StatusCode::OK, &one(&app, created).await?))
}

/// The deleted user, as it was.
pub(super) async fn delete(
    State(app): State<App>,
    LegacyCall(call): LegacyCall<UserPath>,
) -> Result<Response, LegacyError> {
    let deleted = app.accounts.delete(&call.actor, call.path.0).await?;
    Ok(wire::json(StatusCode::OK, &user(deleted, app.config.compat_role_names)))
}
