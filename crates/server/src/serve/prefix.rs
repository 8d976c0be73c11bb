//! Serving below a path (`--base-url`).

use std::sync::Arc;

use http::{Uri, uri::PathAndQuery};

/// The path below which everything is served, and whether a request still carried it.
///
/// A proxy may strip the prefix or keep it; both work, so everything answers with and without it.
#[derive(Clone, Debug)]
pub(crate) struct Prefix {
    /// Begins and ends with a slash.
    base: Arc<str>,
    stripped: bool,
}

/// What a prefix makes of an address.
pub(super) enum Stripped {
    /// The address does not begin with the prefix, or there is none.
    No,
    /// The address without the prefix.
    Yes(Uri),
    /// The prefix itself without its last slash: pages there would resolve links wrongly.
    Bare,
}

impl Prefix {
    /// `base` begins and ends with a slash.
    pub(crate) fn new(base: &str) -> Self {
        Self { base: base.into(), stripped: false }
    }

    /// For links on pages.
    pub(crate) fn as_str(&self) -> &str {
        &self.base
    }

    /// What was taken off this request's path: nothing, or the prefix without its last slash.
    pub(crate) fn stripped(&self) -> &str {
        if self.stripped { self.base.trim_end_matches('/') } else { "" }
    }

    pub(super) fn was_stripped(&self) -> Self {
        Self { base: Arc::clone(&self.base), stripped: true }
    }

    pub(super) fn strip(&self, uri: &Uri) -> Stripped {
        let bare = self.base.trim_end_matches('/');
        if bare.is_empty() {
            return Stripped::No;
        }
        let Some(rest) = uri.path().strip_prefix(bare) else { return Stripped::No };
        if rest.is_empty() {
            return Stripped::Bare;
        }
        if !rest.starts_with('/') {
            return Stripped::No;
        }
        let query = uri.query().map(|query| format!("?{query}")).unwrap_or_default();
        match PathAndQuery::try_from(format!("{rest}{query}")) {
            Ok(path) => {
                let mut parts = uri.clone().into_parts();
                parts.path_and_query = Some(path);
                Uri::from_parts(parts).map_or(Stripped::No, Stripped::Yes)
            }
            Err(_) => Stripped::No,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn strip(base: &str, uri: &str) -> Option<String> {
        match Prefix::new(base).strip(&uri.parse().unwrap()) {
            Stripped::No => None,
            Stripped::Yes(uri) => Some(uri.to_string()),
            Stripped::Bare => Some("bare".to_owned()),
        }
    }

    #[test]
    fn only_the_whole_prefix_is_taken_off() {
        assert_eq!(strip("/argilla/", "/argilla/api/v1/me?a=b").as_deref(), Some("/api/v1/me?a=b"));
        assert_eq!(strip("/argilla/", "/argilla/").as_deref(), Some("/"));
        assert_eq!(strip("/argilla/", "/argilla").as_deref(), Some("bare"));
        assert_eq!(strip("/argilla/", "/argillas/api"), None);
        assert_eq!(strip("/argilla/", "/api/v1/me"), None);
        assert_eq!(strip("/", "/api/v1/me"), None);
    }
}
