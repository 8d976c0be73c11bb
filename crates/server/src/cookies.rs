//! Cookies: for the server's own pages, never for the API.

use std::time::Duration;

use http::{HeaderMap, HeaderValue, header};

use crate::app::App;

/// The value of a cookie of this name; of several the first counts, as browsers send the closest first.
pub(crate) fn get<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let lines = headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
    let mut pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(key, _)| *key == name).map(|(_, value)| value)
}

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_is_found_by_its_whole_name() {
        let mut headers = HeaderMap::new();
        headers.append(header::COOKIE, "xa=1; a=2;b=3".parse().unwrap());
        headers.append(header::COOKIE, "c=4; a=5".parse().unwrap());
        assert_eq!(get(&headers, "a"), Some("2"));
        assert_eq!((get(&headers, "b"), get(&headers, "c"), get(&headers, "d")), (Some("3"), Some("4"), None));
    }
}
