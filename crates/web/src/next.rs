//! Where somebody goes after signing in. Only pages of this server: an address that a stranger wrote into a link must not
//! lead elsewhere.

use http::uri::PathAndQuery;

/// Longer ones are nobody's bookmark.
const MAX_BYTES: usize = 2000;

/// A path below the prefix, with its query. It begins with one slash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Next(String);

impl Next {
    /// Takes what is surely a path here; anything else is ignored.
    ///
    /// Browsers read `\` as `/` and skip tabs and line breaks, so that `/\evil` and `/<tab>/evil` name another host.
    pub(crate) fn local(text: &str) -> Option<Self> {
        let visible = text.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\' && byte != b'#');
        let path = text.starts_with('/') && !text.starts_with("//");
        let good = visible && path && text.len() <= MAX_BYTES && text.parse::<PathAndQuery>().is_ok();
        good.then(|| Self(text.to_owned()))
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_of_this_server_are_taken() {
        for path in ["/", "/password", "/links/abc?x=1&y=%2F%2Fevil", "/a/b//c", "/:8080", "/@evil"] {
            assert_eq!(Next::local(path).as_ref().map(Next::as_str), Some(path));
        }
    }

    #[test]
    fn other_addresses_are_not() {
        let elsewhere = [
            "",
            "password",
            "//evil",
            "/\\evil",
            "\\\\evil",
            "https://evil",
            "https:/evil",
            "javascript:alert(1)",
            "/\t/evil",
            "/\n/evil",
            " /evil",
            "/a b",
            "/é",
            "/a#b",
        ];
        for text in elsewhere {
            assert_eq!(Next::local(text), None, "{text:?}");
        }
        assert_eq!(Next::local(&format!("/{}", "a".repeat(MAX_BYTES))), None);
    }
}
