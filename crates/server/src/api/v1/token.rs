//! Signing in, and going on with a login.

use std::time::Duration;

use axum::{extract::State, response::Response};
use http::StatusCode;
use ochre_domain::{Error, model::SessionKind};
use ochre_dto::v1::{ErrorBody, Login, Token, TokenRefresh};

use crate::{
    app::App,
    error::ApiError,
    security::Purpose,
    wire::{self, Caller, RefreshToken, Unsigned},
};

/// Sign in by password
///
/// The token is as good as the login behind it: a password change or the user's deletion ends it at once.
#[utoipa::path(post, path = "/token", tag = "Authentication", operation_id = "create_token",
    request_body(content = Login, content_type = "application/x-www-form-urlencoded"),
    responses((status = CREATED, description = "Signed in", body = Token),
              (status = BAD_REQUEST, description = "No form", body = ErrorBody),
              (status = UNAUTHORIZED, description = "Unknown user or wrong password", body = ErrorBody),
              (status = UNPROCESSABLE_ENTITY, description = "A field is missing", body = ErrorBody),
              (status = TOO_MANY_REQUESTS, description = "Too many tries failed; `Retry-After` tells how many seconds to wait", body = ErrorBody),
              (status = SERVICE_UNAVAILABLE, description = "Too many are signing in", body = ErrorBody)))]
pub(super) async fn create(
    State(app): State<App>,
    caller: Caller,
    form: wire::LoginForm,
) -> Result<Response, ApiError> {
    let lifetime = Duration::from_secs(app.config.auth_token_expiration);
    let renewable = Duration::from_secs(app.config.auth_refresh_expiration).max(lifetime);
    let credentials = (form.username.as_str(), &form.password);
    let login = app.sign_in(credentials, &caller, SessionKind::Token, renewable).await?;
    let token = Token {
        access_token: app.tokens.issue(&login, lifetime)?,
        token_type: "bearer".to_owned(),
        refresh_token: Some(app.tokens.issue_refresh(&login)?),
    };
    Ok(wire::json(StatusCode::CREATED, &token))
}

/// Get a new token
///
/// For the same login, without a password, as long as the login lasts. This is the API of Extralit, whose clients need it.
#[utoipa::path(post, path = "/token/refresh", tag = "Authentication", operation_id = "refresh_token",
    request_body = TokenRefresh,
    responses((status = CREATED, description = "A new token; its refresh token is `null`", body = Token),
              (status = UNAUTHORIZED, description = "No refresh token, or its login has ended", body = ErrorBody),
              (status = UNPROCESSABLE_ENTITY, description = "A field is missing", body = ErrorBody)))]
pub(super) async fn refresh(State(app): State<App>, body: Unsigned<RefreshToken>) -> Result<Response, ApiError> {
    let RefreshToken(token) = body.body;
    let claims = app.tokens.read(&token, Purpose::Refresh).map_err(|_| ApiError::InvalidRefreshToken)?;
    let login = app.access.go_on(claims.session, claims.user).await.map_err(|error| match error {
        Error::Unauthenticated => ApiError::InvalidRefreshToken,
        other => other.into(),
    })?;
    let lifetime = Duration::from_secs(app.config.auth_token_expiration);
    let access_token = app.tokens.issue(&login, lifetime)?;
    Ok(wire::json(StatusCode::CREATED, &Token { access_token, token_type: "bearer".to_owned(), refresh_token: None }))
}
