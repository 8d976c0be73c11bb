//! Signing in by a provider, for web pages that are clients of the API, as Argilla's is.

use std::time::Duration;

use axum::{
    extract::{RawQuery, State},
    response::{IntoResponse as _, Response},
};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use ochre_domain::{model::SessionKind, usecase::LoginTerms};
use ochre_dto::{
    legacy,
    v1::{ErrorBody, Items, Provider, Token},
};

use crate::{
    app::App,
    cookies,
    error::ApiError,
    oidc::{Callback, OidcError, Providers, pairs},
    wire::{self, Caller, TextPath},
};

/// List the sign-in providers
#[utoipa::path(get, path = "/oauth2/providers", tag = "Authentication", operation_id = "list_oauth2_providers",
    responses((status = OK, description = "The providers, in the order of the configuration", body = Items<Provider>)))]
pub(super) async fn list(State(app): State<App>) -> Response {
    let items = app.providers.all().map(|provider| Provider { name: provider.name.clone() }).collect();
    wire::json(StatusCode::OK, &Items::<Provider> { items })
}

/// Begin to sign in with a provider
///
/// Leads to the provider, with the parameters of the request, and remembers the state in a cookie for 10 minutes. The way back is
/// `/oauth/{provider}/callback` below the public URL.
#[utoipa::path(get, path = "/oauth2/providers/{provider}/authentication", tag = "Authentication",
    operation_id = "begin_oauth2",
    params(("provider" = String, Path, description = "The provider's name")),
    responses((status = SEE_OTHER, description = "To the provider"),
              (status = NOT_FOUND, description = "No such provider", body = ErrorBody),
              (status = UNPROCESSABLE_ENTITY, description = "The provider cannot be reached", body = ErrorBody)))]
pub(super) async fn begin(
    State(app): State<App>,
    TextPath(provider): TextPath,
    RawQuery(query): RawQuery,
) -> Result<Response, ApiError> {
    let extra = pairs(query.as_deref());
    let departure = app.providers.begin(&provider, &app.callback_url(&provider), &extra, None).await?;
    let cookie = cookies::set(&app, &Providers::cookie(&provider), &departure.sealed, crate::oidc::FLOW_LIFETIME);
    let location = [(header::LOCATION, departure.address), (header::CACHE_CONTROL, "no-store".to_owned())];
    let mut answer = (StatusCode::SEE_OTHER, location).into_response();
    answer.headers_mut().append(header::SET_COOKIE, cookie);
    Ok(answer)
}

/// Finish signing in with a provider
///
/// With the parameters that the provider gave to the browser, and the cookie. An account at the provider whose name somebody has here
/// is not signed in until its own password (at `/oauth/{provider}/callback`) or an owner links the two.
#[utoipa::path(get, path = "/oauth2/providers/{provider}/access-token", tag = "Authentication",
    operation_id = "finish_oauth2",
    params(("provider" = String, Path, description = "The provider's name"),
           ("code" = String, Query, description = "The provider's code"),
           ("state" = String, Query, description = "The state that went to the provider")),
    responses((status = OK, description = "Signed in", body = Token),
              (status = UNAUTHORIZED, description = "The provider refused, or the user cannot sign in", body = ErrorBody),
              (status = FORBIDDEN, description = "The account gives no access here, or is not linked to the user of its name", body = ErrorBody),
              (status = NOT_FOUND, description = "No such provider", body = ErrorBody),
              (status = UNPROCESSABLE_ENTITY, description = "A parameter is missing or does not match, or the provider cannot be reached", body = ErrorBody)))]
pub(super) async fn finish(
    State(app): State<App>,
    TextPath(provider): TextPath,
    caller: Caller,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let pairs = pairs(query.as_deref());
    let callback = Callback::of(&pairs, cookies::get(&headers, &Providers::cookie(&provider)));
    let arrival = app.providers.finish(&provider, &app.callback_url(&provider), &callback).await?;
    let lifetime = Duration::from_secs(app.config.auth_token_expiration);
    let terms = LoginTerms { lifetime, kind: SessionKind::Token, device: caller.device() };
    let login = app.identities.sign_in(&arrival.claimed, &terms).await?;
    tracing::info!(user.id = %login.user.id, "signed in by a provider");
    let access_token = app.tokens.issue(&login, lifetime)?;
    // With these two keys alone, as Argilla's page knows it.
    let token = legacy::Token { access_token, token_type: "bearer".to_owned() };
    let mut answer = wire::json(StatusCode::OK, &token);
    answer.headers_mut().append(header::SET_COOKIE, cookies::clear(&app, &Providers::cookie(&provider)));
    // RFC 6749, section 5.1.
    answer.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(answer)
}

impl From<OidcError> for ApiError {
    fn from(error: OidcError) -> Self {
        match error {
            OidcError::UnknownProvider(name) => Self::ProviderNotFound(name),
            OidcError::Unreachable(why) => {
                tracing::warn!(why, "a provider cannot be reached");
                // Why not is the administrator's business: it may name hosts of an inner network.
                let detail = "the provider cannot be reached".to_owned();
                Self::Provider { status: StatusCode::UNPROCESSABLE_ENTITY, detail }
            }
            OidcError::Missing(_) | OidcError::State => {
                tracing::info!(%error, "a sign-in by a provider cannot go on");
                Self::Provider { status: StatusCode::UNPROCESSABLE_ENTITY, detail: error.to_string() }
            }
            OidcError::Refused(_) => Self::Provider { status: StatusCode::UNAUTHORIZED, detail: error.to_string() },
            OidcError::NoName(_) => Self::Provider { status: StatusCode::FORBIDDEN, detail: error.to_string() },
            OidcError::Failed(why) => Self::Internal(why),
        }
    }
}
