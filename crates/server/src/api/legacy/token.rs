//! Signing in.

use std::time::Duration;

use axum::{
    extract::{FromRequest as _, Request, State},
    response::Response,
};
use http::StatusCode;
use ochre_domain::model::SessionKind;
use ochre_dto::legacy::Token;

use crate::{
    app::App,
    error::LegacyError,
    wire::{self, Caller, LoginForm},
};

/// A token for a password.
pub(super) async fn create(State(app): State<App>, caller: Caller, request: Request) -> Result<Response, LegacyError> {
    let form = LoginForm::from_request(request, &app).await?;
    let lifetime = Duration::from_secs(app.config.auth_token_expiration);
    let credentials = (form.username.as_str(), &form.password);
    let login = app.sign_in(credentials, &caller, SessionKind::Token, lifetime).await?;
    let token = Token { access_token: app.tokens.issue(&login, lifetime)?, token_type: "bearer".to_owned() };
    Ok(wire::json(StatusCode::OK, &token))
}
