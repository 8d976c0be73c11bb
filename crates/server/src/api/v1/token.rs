//! Signing in.

use std::time::Duration;

use axum::{extract::State, response::Response};
use http::StatusCode;
use ochre_dto::v1::{ErrorBody, Login, Token};

use crate::{app::App, error::ApiError, wire};

/// Sign in by password
///
/// The token is as good as the login behind it: a password change or the user's deletion ends it at once.
#[utoipa::path(post, path = "/token", tag = "Authentication", operation_id = "create_token",
    request_body(content = Login, content_type = "application/x-www-form-urlencoded"),
    responses((status = CREATED, description = "Signed in", body = Token),
              (status = BAD_REQUEST, description = "No form", body = ErrorBody),
              (status = UNAUTHORIZED, description = "Unknown user or wrong password", body = ErrorBody),
              (status = UNPROCESSABLE_ENTITY, description = "A field is missing", body = ErrorBody),
              (status = SERVICE_UNAVAILABLE, description = "Too many are signing in", body = ErrorBody)))]
pub(super) async fn create(State(app): State<App>, form: wire::LoginForm) -> Result<Response, ApiError> {
    let lifetime = Duration::from_secs(app.config.auth_token_expiration);
    let login = app.access.sign_in(&form.username, &form.password, lifetime).await?;
    let token = Token { access_token: app.tokens.issue(&login)?, token_type: "bearer".to_owned() };
    tracing::info!(user.id = %login.user.id, "signed in");
    Ok(wire::json(StatusCode::CREATED, &token))
}
