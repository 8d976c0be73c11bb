//! Whether a request that changes something comes from a page of this server.

use http::{HeaderMap, HeaderValue, Uri, header, request::Parts};

const SEC_FETCH_SITE: &str = "sec-fetch-site";

/// Whether the request comes from a page of the same origin, or from no page at all.
///
/// `Sec-Fetch-Site` decides where a browser sends it, which is over HTTPS and to the own machine. Elsewhere `Origin` must name
/// the host that the request is for. A request with neither comes from no browser of today; it is let through only without a
/// cookie, when there is no session that it could misuse.
pub(crate) fn is_same(request: &Parts) -> bool {
    let headers = &request.headers;
    if let Some(site) = headers.get(SEC_FETCH_SITE) {
        return matches!(site.as_bytes(), b"same-origin" | b"none");
    }
    match headers.get(header::ORIGIN) {
        Some(origin) => names(origin, headers, &request.uri),
        None => !headers.contains_key(header::COOKIE),
    }
}

/// Whether an origin is the host that the request is for. `null` names nobody.
fn names(origin: &HeaderValue, headers: &HeaderMap, uri: &Uri) -> bool {
    let Some((scheme, origin)) = origin.to_str().ok().and_then(|origin| origin.split_once("://")) else {
        return false;
    };
    let default_port = match scheme {
        "http" => ":80",
        "https" => ":443",
        _ => return false,
    };
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
    let Some(host) = host.or_else(|| uri.authority().map(http::uri::Authority::as_str)) else { return false };
    let bare = |authority: &str| authority.strip_suffix(default_port).unwrap_or(authority).to_ascii_lowercase();
    !origin.is_empty() && bare(origin) == bare(host)
}

#[cfg(test)]
mod tests {
    use http::Request;

    use super::*;

    fn same(headers: &[(&str, &str)]) -> bool {
        let request = headers.iter().fold(Request::builder(), |request, (name, value)| request.header(*name, *value));
        is_same(&request.body(()).unwrap().into_parts().0)
    }

    #[test]
    fn what_the_browser_says_of_the_site_decides() {
        assert!(same(&[("sec-fetch-site", "same-origin"), ("cookie", "s=1")]));
        assert!(same(&[("sec-fetch-site", "none"), ("cookie", "s=1")]));
        for site in ["cross-site", "same-site", "", "Same-Origin"] {
            assert!(!same(&[("sec-fetch-site", site), ("origin", "http://ochre"), ("host", "ochre")]), "{site}");
        }
    }

    #[test]
    fn an_origin_names_the_host_of_the_request() {
        let good = [
            ("http://ochre.lan:6900", "ochre.lan:6900"),
            ("https://ochre.lan", "OCHRE.lan"),
            ("https://ochre.lan", "ochre.lan:443"),
            ("http://[::1]:6900", "[::1]:6900"),
        ];
        for (origin, host) in good {
            assert!(same(&[("origin", origin), ("host", host), ("cookie", "s=1")]), "{origin} {host}");
        }
        let bad = [
            ("http://evil", "ochre.lan"),
            ("http://ochre.lan.evil", "ochre.lan"),
            ("http://ochre.lan:81", "ochre.lan"),
            ("http://ochre.lan:443", "ochre.lan"),
            ("null", "ochre.lan"),
            ("http://", ""),
            ("ftp://ochre.lan", "ochre.lan"),
        ];
        for (origin, host) in bad {
            assert!(!same(&[("origin", origin), ("host", host)]), "{origin} {host}");
        }
        assert!(!same(&[("origin", "http://ochre")]));
    }

    #[test]
    fn a_request_that_says_nothing_may_carry_no_cookie() {
        assert!(same(&[("host", "ochre")]));
        assert!(!same(&[("host", "ochre"), ("cookie", "s=1")]));
    }
}
