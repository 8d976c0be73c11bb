//! API keys: one for each user, shown again on demand and therefore sealed, not hashed.

use std::fmt;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use secrecy::{ExposeSecret, SecretString};

use crate::{FieldError, ports::Random};

/// Bytes of randomness in a generated key, as Argilla has it: 107 characters of URL-safe base64.
const GENERATED_BYTES: usize = 80;
const MIN_CHARS: usize = 8;
const MAX_CHARS: usize = 500;

/// An API key in clear text.
#[derive(Clone)]
pub struct ApiKey(SecretString);

impl ApiKey {
    /// A new random key: 80 bytes as URL-safe base64 without padding, 107 characters.
    #[must_use]
    pub fn generate(random: &dyn Random) -> Self {
        let mut bytes = [0; GENERATED_BYTES];
        random.fill(&mut bytes);
        Self(URL_SAFE_NO_PAD.encode(bytes).into())
    }

    /// Applies the rules for a key that somebody chose.
    ///
    /// # Errors
    /// When it has fewer than 8 or more than 500 characters, or one that cannot travel in an HTTP header.
    pub fn try_new(value: &str) -> Result<Self, FieldError> {
        if !value.bytes().all(|b| b.is_ascii_graphic()) {
            return Err(FieldError::NotHeaderSafe);
        }
        if value.len() < MIN_CHARS {
            return Err(FieldError::TooShort { min: MIN_CHARS });
        }
        if value.len() > MAX_CHARS {
            return Err(FieldError::TooLong { max: MAX_CHARS });
        }
        Ok(Self::verbatim(value.to_owned()))
    }

    /// Applies the rules for a key that comes from Argilla 1.x, which had none: what can travel in an HTTP header.
    ///
    /// # Errors
    /// When it is empty, has more than 500 characters, a control character, or a space at its beginning or end.
    pub fn try_imported(value: &str) -> Result<Self, FieldError> {
        if value.is_empty() {
            return Err(FieldError::TooShort { min: 1 });
        }
        if value.chars().nth(MAX_CHARS).is_some() {
            return Err(FieldError::TooLong { max: MAX_CHARS });
        }
        if value.trim() != value || value.chars().any(char::is_control) {
            return Err(FieldError::NotInHeader);
        }
        Ok(Self::verbatim(value.to_owned()))
    }

    /// Takes a stored, imported or received key as it is.
    #[must_use]
    pub fn verbatim(value: String) -> Self {
        Self(value.into())
    }

    /// The key, for the vault and for the one answer that shows it.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

impl fmt::Debug for ApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ApiKey")
    }
}

/// What a key is found by: a keyed hash that is useless without the server's master key.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct KeyLookup(pub [u8; 32]);

impl fmt::Debug for KeyLookup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KeyLookup")
    }
}

/// An encrypted key, which only the vault can open.
#[derive(Clone, PartialEq, Eq)]
pub struct SealedKey(pub Vec<u8>);

impl fmt::Debug for SealedKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SealedKey")
    }
}

/// The two forms in which a key is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredKey {
    /// To find it.
    pub lookup: KeyLookup,
    /// To show it again.
    pub sealed: SealedKey,
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Counting;
    impl Random for Counting {
        fn fill(&self, bytes: &mut [u8]) {
            for (i, b) in bytes.iter_mut().enumerate() {
                *b = u8::try_from(i).unwrap();
            }
        }
    }

    #[test]
    fn a_generated_key_has_107_url_safe_characters() {
        let key = ApiKey::generate(&Counting);
        assert_eq!(key.expose().len(), 107);
        assert!(key.expose().starts_with("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwd"));
        assert!(key.expose().ends_with("0xNTk8"));
    }

    #[test]
    fn a_chosen_key_must_fit_a_header() {
        assert!(ApiKey::try_new("argilla.apikey").is_ok());
        assert_eq!(ApiKey::try_new("short").unwrap_err(), FieldError::TooShort { min: 8 });
        assert_eq!(ApiKey::try_new("with a space").unwrap_err(), FieldError::NotHeaderSafe);
        assert_eq!(ApiKey::try_new("clé-secrète").unwrap_err(), FieldError::NotHeaderSafe);
        assert_eq!(ApiKey::try_new(&"k".repeat(501)).unwrap_err(), FieldError::TooLong { max: 500 });
    }

    #[test]
    fn an_imported_key_is_anything_that_travels_in_a_header() {
        for good in ["k", "a key", "clé", "rubrix.apikey"] {
            assert_eq!(ApiKey::try_imported(good).unwrap().expose(), good);
        }
        for bad in [" k", "k ", "a\nb", "\0"] {
            assert_eq!(ApiKey::try_imported(bad).unwrap_err(), FieldError::NotInHeader);
        }
        assert_eq!(ApiKey::try_imported("").unwrap_err(), FieldError::TooShort { min: 1 });
        assert_eq!(ApiKey::try_imported(&"k".repeat(501)).unwrap_err(), FieldError::TooLong { max: 500 });
    }

    #[test]
    fn debug_prints_the_type_alone() {
        assert_eq!(format!("{:?}", ApiKey::verbatim("argilla.apikey".into())), "ApiKey");
        assert_eq!(format!("{:?}", KeyLookup([7; 32])), "KeyLookup");
        assert_eq!(format!("{:?}", SealedKey(vec![7])), "SealedKey");
    }
}
