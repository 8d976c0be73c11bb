//! Users.

use axum::{extract::State, response::Response};
use http::StatusCode;
use ochre_domain::usecase::{NewUser, UserChanges};
use ochre_dto::v1::{ErrorBody, Items, Page, User, UserCreate, UserUpdate, Workspace};

use super::{
    convert::{page, user},
    pages::{WithAccounts, with_accounts},
};
use crate::{
    app::App,
    error::ApiError,
    wire::{self, Call, Frame, UserPath, UserQuery, UsersQuery, cursor},
};

/// List users
///
/// All of them, in the order of their creation, as Argilla answers. With any of the parameters `limit`, `cursor`, `q`, `role`,
/// `workspace`, `state` and `sort`, which are Ochre's own, a page of those who are meant; beside them `username` counts as well.
#[utoipa::path(get, path = "/users", tag = "Users", operation_id = "list_users",
    security(("api_key" = []), ("extralit_api_key" = []), ("token" = [])),
    params(("limit" = Option<u32>, Query, minimum = 1, maximum = 1000, description = "Most users of a page; 100 otherwise"),
           ("cursor" = Option<String>, Query, description = "The `next_cursor` of the page before"),
           ("q" = Option<String>, Query, description = "User name, first name or last name contains this, whatever its letter case"),
           ("role" = Option<ochre_dto::v1::Role>, Query, description = "Only users with this role"),
           ("workspace" = Option<String>, Query, description = "Only members of the workspace with this name or id"),
           ("state" = Option<String>, Query, description = "Only those who can sign in (`active`), are disabled (`disabled`), or whose time is over (`expired`)"),
           ("username" = Option<String>, Query, description = "Only the user with exactly this name"),
           ("sort" = Option<String>, Query, description = "`inserted_at` (otherwise), `updated_at` or `username`; with `-` before it the other end first"),
           ("include" = Option<String>, Query, description = "`account`: tell also what Argilla's API does not")),
    responses((status = OK, description = "The users: `Items` without parameters, a `Page` with them", body = Page<User>),
              (status = UNAUTHORIZED, description = "No valid credentials", body = ErrorBody),
              (status = FORBIDDEN, description = "Not allowed", body = ErrorBody),
              (status = UNPROCESSABLE_ENTITY, description = "A parameter is not valid, or no such workspace", body = ErrorBody)))]
pub(super) async fn list(State(app): State<App>, call: Call<UsersQuery>) -> Result<Response, ApiError> {
    let UsersQuery { page: asked, account } = call.path;
    let Some((search, request)) = asked else {
        let pages = app.accounts.list(&call.actor)?;
        return if account {
            wire::stream(WithAccounts { accounts: app.accounts.clone(), pages }, Frame::Items).await
        } else {
            wire::stream(pages, Frame::Items).await
        };
    };
    let order = request.order;
    let found = app.accounts.search(&call.actor, search, request).await?;
    if !account {
        return Ok(wire::json(StatusCode::OK, &page(found, order, user)));
    }
    let next_cursor = found.next.map(|position| cursor(&position, order));
    let items = with_accounts(&app.accounts, found.entries).await?;
    Ok(wire::json(StatusCode::OK, &Page { items, next_cursor }))
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
    params(("user_id" = uuid::Uuid, Path, description = "The user's id"),
           ("include" = Option<String>, Query, description = "`account`: tell also what Argilla's API does not")),
    responses((status = OK, description = "The user", body = User),
              (status = UNAUTHORIZED, description = "No valid credentials", body = ErrorBody),
              (status = FORBIDDEN, description = "Not allowed, also for ids that do not exist", body = ErrorBody),
              (status = NOT_FOUND, description = "No such user", body = ErrorBody),
              (status = UNPROCESSABLE_ENTITY, description = "Not an id", body = ErrorBody)))]
pub(super) async fn get(State(app): State<App>, call: Call<UserQuery>) -> Result<Response, ApiError> {
    let found = app.accounts.get(&call.actor, call.path.user.0).await?;
    if !call.path.account {
        return Ok(wire::json(StatusCode::OK, &user(found)));
    }
    let mut found = with_accounts(&app.accounts, vec![found]).await?;
    let found = found.pop().ok_or_else(|| ApiError::Internal("a user is lost".to_owned()))?;
    Ok(wire::json(StatusCode::OK, &found))
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
/// Its memberships, logins, keys and links go with it. For 7 days it can be restored from the trash. The last owner cannot be
/// deleted.
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
