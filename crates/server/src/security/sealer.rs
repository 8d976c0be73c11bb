//! Sealing what waits in a browser: nobody can read it, change it or make it up.

use std::sync::Arc;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use chacha20poly1305::{KeyInit as _, XChaCha20Poly1305, XNonce, aead::Aead as _};
use ochre_domain::ports::Random;
use serde::{Serialize, de::DeserializeOwned};

const NONCE_BYTES: usize = 24;

/// Seals values for one purpose (XChaCha20-Poly1305).
pub(crate) struct Sealer {
    cipher: XChaCha20Poly1305,
    random: Arc<dyn Random>,
}

impl Sealer {
    /// With a key that serves this purpose alone.
    pub(crate) fn new(key: [u8; 32], random: Arc<dyn Random>) -> Self {
        Self { cipher: XChaCha20Poly1305::new(&key.into()), random }
    }

    /// A value as a text of letters, digits, '-' and '_'.
    pub(crate) fn seal<T: Serialize>(&self, value: &T) -> String {
        let mut bytes = vec![0; NONCE_BYTES];
        self.random.fill(&mut bytes);
        let nonce = XNonce::try_from(bytes.as_slice()).expect("24 bytes are a nonce");
        // Our own types have text keys and no failing parts, and are far below the cipher's limit.
        let text = serde_json::to_vec(value).expect("a value that is JSON");
        bytes.extend(self.cipher.encrypt(&nonce, text.as_slice()).expect("a short text"));
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// The value, if it was sealed by this server for this purpose.
    pub(crate) fn open<T: DeserializeOwned>(&self, sealed: &str) -> Option<T> {
        let bytes = URL_SAFE_NO_PAD.decode(sealed).ok()?;
        let (nonce, text) = bytes.split_at_checked(NONCE_BYTES)?;
        let text = self.cipher.decrypt(&XNonce::try_from(nonce).ok()?, text).ok()?;
        serde_json::from_slice(&text).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::security::OsRandom;

    #[test]
    fn only_the_same_key_opens_and_nothing_can_be_changed() {
        let (ours, other) = (Sealer::new([1; 32], Arc::new(OsRandom)), Sealer::new([2; 32], Arc::new(OsRandom)));
        let sealed = ours.seal(&("state", 5));
        assert_eq!(ours.open::<(String, u8)>(&sealed), Some(("state".to_owned(), 5)));
        assert_eq!(other.open::<(String, u8)>(&sealed), None);
        assert_ne!(sealed, ours.seal(&("state", 5)));
        let mut changed = sealed.into_bytes();
        changed[40] = if changed[40] == b'A' { b'B' } else { b'A' };
        assert_eq!(ours.open::<(String, u8)>(std::str::from_utf8(&changed).unwrap()), None);
        for bad in ["", "x", "????", "AAAA"] {
            assert_eq!(ours.open::<(String, u8)>(bad), None);
        }
    }
}
