//! Reading cookies.

use http::{HeaderMap, HeaderValue, header};

/// The value of a cookie of this name; of several the first counts, as browsers send the closest first. Other programs on the same
/// host may have set cookies beside it that hold any bytes.
#[must_use]
pub fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let lines = headers.get_all(header::COOKIE).iter().map(HeaderValue::as_bytes);
    let pairs = lines.flat_map(|line| line.split(|byte| *byte == b';')).filter_map(|pair| str::from_utf8(pair).ok());
    let mut pairs = pairs.filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(key, _)| *key == name).map(|(_, value)| value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_is_found_by_its_whole_name() {
        let mut headers = HeaderMap::new();
        headers.append(header::COOKIE, "xa=1; a=2;b=3".parse().expect("a header"));
        headers.append(header::COOKIE, "c=4; a=5".parse().expect("a header"));
        assert_eq!(cookie(&headers, "a"), Some("2"));
        assert_eq!((cookie(&headers, "b"), cookie(&headers, "c"), cookie(&headers, "d")), (Some("3"), Some("4"), None));
    }

    #[test]
    fn cookies_of_others_hide_none() {
        let mut headers = HeaderMap::new();
        let line = b"pref=\xe9t\xe9; other=\xc3\xa9; a=1; \xff=2";
        headers.append(header::COOKIE, HeaderValue::from_bytes(line).expect("a header"));
        assert_eq!((cookie(&headers, "a"), cookie(&headers, "other")), (Some("1"), Some("\u{e9}")));
        assert_eq!(cookie(&headers, "pref"), None);
    }
}
