//! What a form or the query of an address says.

use std::convert::Infallible;

use axum::body::Bytes;
use futures_util::stream;
use http::{HeaderMap, Uri, header};

use crate::secret::Secret;

/// The most that a form of these pages needs.
pub(crate) const MAX_BYTES: usize = 64 * 1024;
/// The most that a form with a file takes.
pub(crate) const MAX_UPLOAD: usize = 9 * 1024 * 1024;

/// Under this name stand the names of parts that are no UTF-8.
pub(crate) const BROKEN: &str = "broken";

/// The fields that came, in order.
pub(crate) struct Form(Vec<(String, String)>);

impl Form {
    /// Reads the body of a form.
    pub(crate) fn posted(body: &[u8]) -> Self {
        // Not even broken escapes are an error in this format; what is not UTF-8 is replaced.
        Self(serde_urlencoded::from_bytes(body).unwrap_or_default())
    }

    /// Reads a form of either kind that HTML has; `None` for anything else.
    pub(crate) async fn uploaded(headers: &HeaderMap, body: Bytes) -> Option<Self> {
        if is_form(headers) {
            return Some(Self::posted(&body));
        }
        let kind = headers.get(header::CONTENT_TYPE)?.to_str().ok()?;
        let boundary = multer::parse_boundary(kind).ok()?;
        let mut parts = multer::Multipart::new(stream::iter([Ok::<_, Infallible>(body)]), boundary);
        let mut fields = Vec::new();
        while let Some(part) = parts.next_field().await.ok()? {
            let name = part.name().unwrap_or_default().to_owned();
            let bytes = part.bytes().await.ok()?;
            match std::str::from_utf8(&bytes) {
                // Spreadsheets begin a text with a mark that is no part of it.
                Ok(text) => fields.push((name, text.strip_prefix('\u{feff}').unwrap_or(text).to_owned())),
                Err(_) => fields.push((BROKEN.to_owned(), name)),
            }
        }
        Some(Self(fields))
    }

    /// Reads the query of an address.
    pub(crate) fn query(uri: &Uri) -> Self {
        Self::posted(uri.query().unwrap_or_default().as_bytes())
    }

    /// The first value of that name.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(found, _)| found == name).map(|(_, value)| value.as_str())
    }

    /// All values of that name, in order.
    pub(crate) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(found, _)| found == name).map(|(_, value)| value.as_str())
    }

    /// A value without the space around it; `None` for an empty one.
    pub(crate) fn filled(&self, name: &str) -> Option<&str> {
        self.get(name).map(str::trim).filter(|value| !value.is_empty())
    }

    /// A value as a text; nothing is an empty one.
    pub(crate) fn text(&self, name: &str) -> String {
        self.get(name).unwrap_or_default().to_owned()
    }

    /// A value that must not be shown.
    pub(crate) fn secret(&self, name: &str) -> Secret {
        Secret::new(self.text(name))
    }
}

/// Whether the body is what an HTML form sends.
pub(crate) fn is_form(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let kind = kind.split_once(';').map_or(kind, |(kind, _)| kind).trim();
    kind.eq_ignore_ascii_case("application/x-www-form-urlencoded")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_decoded_and_the_first_of_a_name_counts() {
        let form = Form::posted(b"username=a%26b+c&password=%C3%A9&username=other&empty=&broken=%f%");
        assert_eq!(form.get("username"), Some("a&b c"));
        assert_eq!(form.secret("password").expose(), "é");
        assert_eq!(form.get("empty"), Some(""));
        assert_eq!(form.get("broken"), Some("%f%"));
        assert_eq!(form.get("absent"), None);
        assert_eq!(form.text("absent"), "");
    }
}
