//! Signing in.

use std::time::Duration;

use axum::{
    extract::{FromRequest as _, Request, State},
    response::Response,
};
use http::StatusCode;
use ochre_dto::legacy::Token;

use crate::{
    app::App,
    error::LegacyError,
    wire::{self, LoginForm},
};

/// A token for a password.
pub(super) async fn create(State(app): State<App>, request: Request) -> Result<Response, LegacyError> {
    let form = LoginForm::from_request(request, &app).await?;
    let lifetime = Duration::from_secs(app.config.auth_token_expiration);
    let login = app.access.sign_in(&form.username, &form.password, lifetime).await?;
    let token = Token { access_token: app.tokens.issue(&login, lifetime)?, token_type: "bearer".to_owned() };
    tracing::info!(user.id = %login.user.id, "signed in");
    Ok(wire::json(StatusCode::OK, &token))
}
