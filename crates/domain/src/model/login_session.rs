//! A login.

use super::{LoginSessionId, Timestamp, UserId};

/// A login by password. A bearer token is only as good as the row behind it: a password change or a delete ends it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LoginSession {
    /// Identity, carried by the token.
    pub id: LoginSessionId,
    /// Who signed in.
    pub user: UserId,
    /// When.
    pub inserted_at: Timestamp,
    /// From when on it is worth nothing.
    pub expires_at: Timestamp,
}
