//! Who calls, as far as the connection tells.

use std::net::{IpAddr, Ipv4Addr};

use axum::extract::FromRequestParts;
use http::{header, request::Parts};
use ochre_domain::model::Device;

use crate::{app::App, error::ApiError, serve};

/// The program that calls.
pub(crate) struct Caller {
    /// Its address.
    pub(crate) address: IpAddr,
    user_agent: Option<String>,
}

impl Caller {
    /// The caller of a request.
    pub(crate) fn of(parts: &Parts, app: &App) -> Self {
        let address = serve::caller(&parts.extensions, &parts.headers, &app.config.trusted_proxies);
        let user_agent = parts.headers.get(header::USER_AGENT).map(|value| String::from_utf8_lossy(value.as_bytes()));
        Self {
            // Without a connection, as in a test of the router alone, everybody is the same.
            address: address.unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED)),
            user_agent: user_agent.map(std::borrow::Cow::into_owned),
        }
    }

    /// What is remembered of it beside a login.
    pub(crate) fn device(&self) -> Device {
        Device::new(Some(self.address.to_string()), self.user_agent.as_deref())
    }
}

impl FromRequestParts<App> for Caller {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ApiError> {
        Ok(Self::of(parts, app))
    }
}
