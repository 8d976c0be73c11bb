//! Secrets: hashing passwords, sealing keys.

use async_trait::async_trait;

use crate::model::{
    ApiKey, HashFingerprint, KeyLookup, LinkToken, Password, PasswordHash, SealedKey, StoredKey, UserId,
};

/// Why the password gate gave no result.
#[derive(Debug, thiserror::Error)]
pub enum GateError {
    /// More passwords wait than the gate takes. Trying again in a second may help.
    #[error("too many passwords are waiting to be hashed")]
    Full,
    /// Hashing itself failed.
    #[error("password hashing failed: {0}")]
    Failed(String),
}

/// Hashes and verifies passwords, a bounded number at a time.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
#[cfg_attr(any(test, feature = "mock"), allow(clippy::ref_option_ref, reason = "the mock is generated"))]
#[async_trait]
pub trait PasswordHasher: Send + Sync {
    /// Hashes a new password.
    async fn hash(&self, password: &Password) -> Result<PasswordHash, GateError>;

    /// Whether the password belongs to the hash. Without a hash (there is no such user) it takes the same time and says no.
    async fn verify<'a>(&self, password: &Password, hash: Option<&'a PasswordHash>) -> Result<bool, GateError>;
}

/// A sealed key that does not open: it was sealed with another master key, for another user, or is damaged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a sealed API key does not open with this server's master key")]
pub struct VaultError;

/// Stores API keys so that a copied database holds no usable one.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
pub trait KeyVault: Send + Sync {
    /// The two stored forms of a user's key.
    fn store(&self, user: UserId, key: &ApiKey) -> StoredKey;

    /// A new named key, in the format that a scanner of secrets recognises.
    fn new_named_key(&self) -> ApiKey;

    /// The token of a new link, in a format of the same kind.
    fn new_link_token(&self) -> LinkToken;

    /// What a received key or token is found by.
    fn lookup(&self, key: &[u8]) -> KeyLookup;

    /// What a hash from elsewhere is recognised by later.
    fn fingerprint(&self, hash: &PasswordHash) -> HashFingerprint;

    /// The key in clear text.
    ///
    /// # Errors
    /// [`VaultError`] when it was not sealed for this user by this server.
    fn open(&self, user: UserId, sealed: &SealedKey) -> Result<ApiKey, VaultError>;
}
