//! Sealing API keys.

use std::sync::Arc;

use chacha20poly1305::{
    KeyInit as _, XChaCha20Poly1305, XNonce,
    aead::{Aead as _, Payload},
};
use ochre_domain::{
    model::{ApiKey, HashFingerprint, KeyLookup, LinkToken, PasswordHash, SealedKey, StoredKey, UserId},
    ports::{KeyVault, Random, VaultError},
};
use ochre_dto::key;

use super::MasterKey;

const NONCE_BYTES: usize = 24;

/// Seals keys with XChaCha20-Poly1305, bound to their user, and finds them by a keyed BLAKE3 hash.
pub(crate) struct Vault {
    cipher: XChaCha20Poly1305,
    lookup: [u8; 32],
    fingerprint: [u8; 32],
    random: Arc<dyn Random>,
}

impl Vault {
    pub(crate) fn new(master: &MasterKey, random: Arc<dyn Random>) -> Self {
        Self {
            cipher: XChaCha20Poly1305::new(&master.derive("ochre 2026-11-22 api key sealing").into()),
            lookup: master.derive("ochre 2026-11-22 api key lookup"),
            fingerprint: master.derive("ochre 2026-11-22 imported password fingerprint"),
            random,
        }
    }
}

impl KeyVault for Vault {
    fn store(&self, user: UserId, key: &ApiKey) -> StoredKey {
        let mut sealed = vec![0; NONCE_BYTES];
        self.random.fill(&mut sealed);
        let nonce = XNonce::try_from(sealed.as_slice()).expect("24 bytes are a nonce");
        let owner = user.uuid();
        let payload = Payload { msg: key.expose().as_bytes(), aad: owner.as_bytes() };
        let text = self.cipher.encrypt(&nonce, payload).expect("a key is far below the cipher's limit of 256 GiB");
        sealed.extend_from_slice(&text);
        StoredKey { lookup: self.lookup(key.expose().as_bytes()), sealed: SealedKey(sealed) }
    }

    fn new_named_key(&self) -> ApiKey {
        ApiKey::verbatim(key::generate(key::Kind::Key, |bytes| self.random.fill(bytes)))
    }

    fn new_link_token(&self) -> LinkToken {
        LinkToken::verbatim(key::generate(key::Kind::Link, |bytes| self.random.fill(bytes)))
    }

    fn lookup(&self, key: &[u8]) -> KeyLookup {
        KeyLookup(*blake3::keyed_hash(&self.lookup, key).as_bytes())
    }

    fn fingerprint(&self, hash: &PasswordHash) -> HashFingerprint {
        HashFingerprint(*blake3::keyed_hash(&self.fingerprint, hash.expose().as_bytes()).as_bytes())
    }

    fn open(&self, user: UserId, sealed: &SealedKey) -> Result<ApiKey, VaultError> {
        let (nonce, text) = sealed.0.split_at_checked(NONCE_BYTES).ok_or(VaultError)?;
        let nonce = XNonce::try_from(nonce).map_err(|_| VaultError)?;
        let owner = user.uuid();
        let payload = Payload { msg: text, aad: owner.as_bytes() };
        let key = self.cipher.decrypt(&nonce, payload).map_err(|_| VaultError)?;
        String::from_utf8(key).map(ApiKey::verbatim).map_err(|_| VaultError)
    }
}

#[cfg(test)]
mod tests {
    use ochre_domain::ports::RandomExt as _;

    use super::*;
    use crate::security::OsRandom;

    fn vault() -> Vault {
        let home = tempfile::tempdir().unwrap();
        let master = MasterKey::create(&home.path().join("master.key"), &OsRandom).unwrap();
        Vault::new(&master, Arc::new(OsRandom))
    }

    #[test]
    fn a_key_opens_for_its_user_with_its_master_key_alone() {
        let (ours, other) = (vault(), vault());
        let (ada, eve) = (UserId::new(OsRandom.uuid()), UserId::new(OsRandom.uuid()));
        let key = ApiKey::generate(&OsRandom);
        let stored = ours.store(ada, &key);
        assert_eq!(ours.open(ada, &stored.sealed).unwrap().expose(), key.expose());
        assert_eq!(ours.open(eve, &stored.sealed).unwrap_err(), VaultError);
        assert_eq!(other.open(ada, &stored.sealed).unwrap_err(), VaultError);
        assert_eq!(ours.open(ada, &SealedKey(vec![1, 2, 3])).unwrap_err(), VaultError);
        assert_eq!(stored.lookup, ours.lookup(key.expose().as_bytes()));
        assert_ne!(stored.lookup, other.lookup(key.expose().as_bytes()));
        assert_ne!(stored.sealed, ours.store(ada, &key).sealed, "sealing is randomised");
    }
}
