//! Cookies: for the server's own pages, never for the API.

use std::time::Duration;

use http::HeaderValue;
pub(crate) use ochre_web::cookie as get;

use crate::app::App;

/// A cookie that scripts cannot read and other sites' forms do not send. Its value is plain: letters, digits, `-`, `_` and `.`.
pub(crate) fn set(app: &App, name: &str, value: &str, lifetime: Duration) -> HeaderValue {
    let secure = if app.is_secure() { "; Secure" } else { "" };
    let path = &app.config.base_url;
    let text = format!("{name}={value}; Path={path}; Max-Age={}; HttpOnly; SameSite=Lax{secure}", lifetime.as_secs());
    // Names and values are plain, and the path was checked when the configuration was read.
    HeaderValue::try_from(text).unwrap_or(HeaderValue::from_static(""))
}

/// What makes a browser forget a cookie.
pub(crate) fn clear(app: &App, name: &str) -> HeaderValue {
    set(app, name, "", Duration::ZERO)
}
