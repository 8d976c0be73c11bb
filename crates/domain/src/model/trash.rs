//! What was deleted and can be brought back.

use std::time::Duration;

use super::{Identity, Membership, Timestamp, TrashId, User, UserId, Workspace};

/// For how long it can be brought back.
pub const TRASH_LIFETIME: Duration = Duration::from_hours(7 * 24);

/// What was deleted, as it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trashed {
    /// A user, with the accounts at providers that signed it in.
    User(Box<User>, Vec<Identity>),
    /// A workspace.
    Workspace(Workspace),
}

/// Something that was deleted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrashEntry {
    /// Identity of the entry.
    pub id: TrashId,
    /// What was deleted.
    pub what: Trashed,
    /// The memberships that went with it.
    pub memberships: Vec<Membership>,
    /// Who deleted it.
    pub deleted_by: Option<UserId>,
    /// When.
    pub inserted_at: Timestamp,
    /// From when on it is gone for good.
    pub expires_at: Timestamp,
}
