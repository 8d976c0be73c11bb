//! The style sheet, the script and the mark. They are the whole of what a page loads.

use axum::response::{IntoResponse as _, Response};
use http::{HeaderValue, Uri, header};

use crate::form::Form;

const CSS: &str = include_str!("../static/ochre.css");
const SCRIPT: &str = include_str!("../static/ochre.js");
const ICON: &str = include_str!("../static/ochre.svg");

const FOR_EVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
/// An address without the tag, or with another version's, does not name these bytes for ever.
const ASK_AGAIN: HeaderValue = HeaderValue::from_static("no-cache");

/// What stands behind `?v=`: it changes when a byte of the files does.
pub(crate) const TAG: &str = {
    const HEX: [u8; 16] = hex(fnv(CSS.as_bytes(), fnv(SCRIPT.as_bytes(), fnv(ICON.as_bytes(), 0xcbf2_9ce4_8422_2325))));
    match str::from_utf8(&HEX) {
        Ok(tag) => tag,
        Err(_) => "",
    }
};

/// FNV-1a (<http://www.isthe.com/chongo/tech/comp/fnv/>): it tells versions apart and keeps nobody out.
const fn fnv(bytes: &[u8], mut hash: u64) -> u64 {
    let mut index = 0;
    while index < bytes.len() {
        hash = (hash ^ bytes[index] as u64).wrapping_mul(0x0100_0000_01b3);
        index += 1;
    }
    hash
}

const fn hex(number: u64) -> [u8; 16] {
    let digits = b"0123456789abcdef";
    let mut text = [0; 16];
    let mut index = 0;
    while index < 16 {
        text[index] = digits[(number >> (60 - 4 * index) & 0xf) as usize];
        index += 1;
    }
    text
}

pub(crate) async fn css(uri: Uri) -> Response {
    file("text/css; charset=utf-8", CSS, &uri)
}

pub(crate) async fn script(uri: Uri) -> Response {
    file("text/javascript; charset=utf-8", SCRIPT, &uri)
}

pub(crate) async fn icon(uri: Uri) -> Response {
    file("image/svg+xml", ICON, &uri)
}

fn file(kind: &'static str, text: &'static str, uri: &Uri) -> Response {
    let keep = if Form::query(uri).get("v") == Some(TAG) { FOR_EVER } else { ASK_AGAIN };
    ([(header::CONTENT_TYPE, HeaderValue::from_static(kind)), (header::CACHE_CONTROL, keep)], text).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tag_is_a_hash_in_hexadecimal() {
        // A test vector of FNV-1a, 64 bits.
        assert_eq!(hex(fnv(b"foobar", 0xcbf2_9ce4_8422_2325)), *b"85944171f73967e8");
        assert_eq!(TAG.len(), 16);
    }
}
