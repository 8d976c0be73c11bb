//! Links that let somebody in: invitations, and links for a new password.

use axum::{extract::State, response::Response};
use http::StatusCode;
use ochre_domain::{
    model::Email,
    usecase::{MadeLink, PageRequest, Redeemed},
};
use ochre_dto::{
    time::from_micros,
    v1::{
        ErrorBody, Invitation, InvitationCreate, Items, Link, LinkRedeem, NewLink, Page, ResetLink, ResetLinkCreate,
        User,
    },
};

use super::convert::{invitation, link, page, reset_link, user};
use crate::{
    app::App,
    error::ApiError,
    mail::Letter,
    wire::{
        self, Call, InvitationBody, InvitationPath, LatestQuery, NewResetLink, Problem, Problems, Redemption, TextPath,
        Unsigned, UserPath,
    },
};

/// The answer that shows a new link, which goes out by mail as well where that was asked for.
async fn new_link(app: &App, made: MadeLink, mail: Option<(Email, Letter)>) -> Response {
    let url = app.link_url(&made.token);
    let mailed = match mail {
        Some((address, letter)) => Some(app.mail.send(&address, letter, &url, made.link.expires_at).await),
        None => None,
    };
    let expires_at = from_micros(made.link.expires_at.micros());
    wire::json(StatusCode::CREATED, &NewLink { id: made.link.id.uuid(), url, expires_at, mailed })
}

/// Refuses an address where nothing can be sent to it.
fn check_mail(app: &App, email: Option<&Email>) -> Result<(), ApiError> {
    if email.is_none() || app.mail.is_on() {
        return Ok(());
    }
    let message = "This server sends no mail: leave the address out and hand the link over yourself";
    let mut problems = Problems::default();
    problems.push(Problem::Own("value_error", message.to_owned()), "body", Some("email"));
    Err(ApiError::Invalid(problems))
}

/// Make a link for a new password
///
/// Whoever has it sets the user's password, once. Links that were made before and not used end. Ochre's own: Argilla has no such
/// route.
#[utoipa::path(post, path = "/users/{user_id}/reset-link", tag = "Users", operation_id = "create_reset_link",
    request_body(content = Option<ResetLinkCreate>),
    security(("api_key" = []), ("extralit_api_key" = []), ("token" = [])),
    params(("user_id" = uuid::Uuid, Path, description = "The user's id")),
    responses((status = CREATED, description = "The link, shown this once", body = NewLink),
              (status = UNAUTHORIZED, description = "No valid credentials", body = ErrorBody),
              (status = FORBIDDEN, description = "Not allowed", body = ErrorBody),
              (status = NOT_FOUND, description = "No such user", body = ErrorBody),
              (status = UNPROCESSABLE_ENTITY, description = "A field is not valid, the user cannot sign in, or the server sends no mail", body = ErrorBody)))]
pub(super) async fn create_reset(
    State(app): State<App>,
    call: Call<UserPath, NewResetLink>,
) -> Result<Response, ApiError> {
    check_mail(&app, call.body.email.as_ref())?;
    let made = app.links.reset(&call.actor, call.path.0, call.body.lifetime).await?;
    Ok(new_link(&app, made, call.body.email.map(|address| (address, Letter::Reset))).await)
}

/// List a user's links for a new password
///
/// Used and expired ones are told for another 30 days. Ochre's own: Argilla has no such route.
#[utoipa::path(get, path = "/users/{user_id}/reset-link", tag = "Users", operation_id = "list_reset_links",
    security(("api_key" = []), ("extralit_api_key" = []), ("token" = [])),
    params(("user_id" = uuid::Uuid, Path, description = "The user's id")),
    responses((status = OK, description = "The links, the latest first", body = Items<ResetLink>),
              (status = UNAUTHORIZED, description = "No valid credentials", body = ErrorBody),
              (status = FORBIDDEN, description = "Not allowed", body = ErrorBody),
              (status = NOT_FOUND, description = "No such user", body = ErrorBody),
              (status = UNPROCESSABLE_ENTITY, description = "Not an id", body = ErrorBody)))]
pub(super) async fn list_resets(State(app): State<App>, call: Call<UserPath>) -> Result<Response, ApiError> {
    let items = app.links.reset_links(&call.actor, call.path.0).await?.into_iter().map(reset_link).collect();
    Ok(wire::json(StatusCode::OK, &Items::<ResetLink> { items }))
}

/// Withdraw a user's links for a new password
///
/// Those that were not used. Ochre's own: Argilla has no such route.
#[utoipa::path(delete, path = "/users/{user_id}/reset-link", tag = "Users", operation_id = "delete_reset_links",
    security(("api_key" = []), ("extralit_api_key" = []), ("token" = [])),
    params(("user_id" = uuid::Uuid, Path, description = "The user's id")),
    responses((status = NO_CONTENT, description = "Withdrawn"),
              (status = UNAUTHORIZED, description = "No valid credentials", body = ErrorBody),
              (status = FORBIDDEN, description = "Not allowed", body = ErrorBody),
              (status = NOT_FOUND, description = "No such user", body = ErrorBody),
              (status = UNPROCESSABLE_ENTITY, description = "Not an id", body = ErrorBody)))]
pub(super) async fn delete_resets(State(app): State<App>, call: Call<UserPath>) -> Result<Response, ApiError> {
    app.links.withdraw_resets(&call.actor, call.path.0).await?;
    Ok(wire::nothing())
}

/// List invitations
///
/// A page at a time. Used up and expired ones are told for another 30 days. Ochre's own: Argilla has no such route.
#[utoipa::path(get, path = "/invitations", tag = "Invitations", operation_id = "list_invitations",
    security(("api_key" = []), ("extralit_api_key" = []), ("token" = [])),
    params(("limit" = Option<u32>, Query, minimum = 1, maximum = 1000, description = "Most entries of a page; 1000 otherwise"),
           ("cursor" = Option<String>, Query, description = "The `next_cursor` of the page before")),
    responses((status = OK, description = "The invitations, the latest first", body = Page<Invitation>),
              (status = UNAUTHORIZED, description = "No valid credentials", body = ErrorBody),
              (status = FORBIDDEN, description = "Not allowed", body = ErrorBody),
              (status = UNPROCESSABLE_ENTITY, description = "A parameter is not valid", body = ErrorBody)))]
pub(super) async fn invitations(State(app): State<App>, call: Call<LatestQuery>) -> Result<Response, ApiError> {
    let LatestQuery(PageRequest { order, after, limit }) = call.path;
    let found = app.links.invitations(&call.actor, after, limit).await?;
    Ok(wire::json(StatusCode::OK, &page(found, order, invitation)))
}

/// Invite people
///
/// Whoever has the link makes an account with this role in these workspaces, as often as `max_uses` says. It is worth nothing when
/// its maker could not make it any more. Ochre's own: Argilla has no such route.
#[utoipa::path(post, path = "/invitations", tag = "Invitations", operation_id = "create_invitation",
    request_body = InvitationCreate,
    security(("api_key" = []), ("extralit_api_key" = []), ("token" = [])),
    responses((status = CREATED, description = "The link, shown this once", body = NewLink),
              (status = UNAUTHORIZED, description = "No valid credentials", body = ErrorBody),
              (status = FORBIDDEN, description = "Not allowed", body = ErrorBody),
              (status = UNPROCESSABLE_ENTITY, description = "A field is not valid, no such workspace, or the server sends no mail", body = ErrorBody)))]
pub(super) async fn invite(State(app): State<App>, call: Call<(), InvitationBody>) -> Result<Response, ApiError> {
    check_mail(&app, call.body.email.as_ref())?;
    let made = app.links.invite(&call.actor, call.body.invitation).await?;
    Ok(new_link(&app, made, call.body.email.map(|address| (address, Letter::Invitation))).await)
}

/// Withdraw an invitation
///
/// Whoever came by it stays. Ochre's own: Argilla has no such route.
#[utoipa::path(delete, path = "/invitations/{invitation_id}", tag = "Invitations", operation_id = "delete_invitation",
    security(("api_key" = []), ("extralit_api_key" = []), ("token" = [])),
    params(("invitation_id" = uuid::Uuid, Path, description = "The invitation's id")),
    responses((status = NO_CONTENT, description = "Withdrawn"),
              (status = UNAUTHORIZED, description = "No valid credentials", body = ErrorBody),
              (status = FORBIDDEN, description = "Not allowed", body = ErrorBody),
              (status = NOT_FOUND, description = "No such invitation", body = ErrorBody),
              (status = UNPROCESSABLE_ENTITY, description = "Not an id", body = ErrorBody)))]
pub(super) async fn withdraw(State(app): State<App>, call: Call<InvitationPath>) -> Result<Response, ApiError> {
    app.links.withdraw(&call.actor, call.path.0).await?;
    Ok(wire::nothing())
}

/// Tell what a link is for
///
/// To whoever has it. Ochre's own: Argilla has no such route.
#[utoipa::path(get, path = "/links/{token}", tag = "Invitations", operation_id = "get_link",
    params(("token" = String, Path, description = "What stands at the end of the link's address")),
    responses((status = OK, description = "What it is for", body = Link),
              (status = NOT_FOUND, description = "It is worth nothing: unknown, used, expired, withdrawn, or of somebody who is gone", body = ErrorBody)))]
pub(super) async fn get(State(app): State<App>, TextPath(token): TextPath) -> Result<Response, ApiError> {
    let found = app.links.inspect(&token).await?;
    Ok(wire::json(StatusCode::OK, &link(found)))
}

/// Use a link
///
/// By whoever has it: with `password` alone for a new password, which ends all logins of the user (204); with `username` as well for
/// a new account (201). An account that is there is never changed by an invitation. Ochre's own: Argilla has no such route.
#[utoipa::path(post, path = "/links/{token}", tag = "Invitations", operation_id = "redeem_link",
    request_body = LinkRedeem,
    params(("token" = String, Path, description = "What stands at the end of the link's address")),
    responses((status = CREATED, description = "The new user, with its API key", body = User),
              (status = NO_CONTENT, description = "The password is set"),
              (status = NOT_FOUND, description = "It is worth nothing: unknown, used, expired, withdrawn, or of somebody who is gone", body = ErrorBody),
              (status = CONFLICT, description = "The user name is taken", body = ErrorBody),
              (status = UNPROCESSABLE_ENTITY, description = "A field is not valid or missing, or the password is common or the user name", body = ErrorBody),
              (status = SERVICE_UNAVAILABLE, description = "Too many passwords wait", body = ErrorBody)))]
pub(super) async fn redeem(State(app): State<App>, call: Unsigned<Redemption, TextPath>) -> Result<Response, ApiError> {
    let (TextPath(token), Redemption { newcomer, password }) = (call.path, call.body);
    Ok(match app.links.redeem(&token, newcomer, &password).await? {
        Redeemed::PasswordSet(_) => wire::nothing(),
        Redeemed::Joined(view) => wire::json(StatusCode::CREATED, &user(*view)),
    })
}
