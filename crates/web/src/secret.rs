//! What must not be shown.

use std::fmt;

/// A password as somebody typed it. It is never rendered, and its `Debug` prints the type's name.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Takes a text as it is.
    #[must_use]
    pub fn new(value: String) -> Self {
        Self(value)
    }

    /// The text, for whoever verifies or hashes it.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_not_printed() {
        assert_eq!(format!("{:?}", Secret::new("12345678".to_owned())), "Secret");
    }
}
