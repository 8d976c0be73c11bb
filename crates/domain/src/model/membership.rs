//! A membership.

use super::{Timestamp, UserId, WorkspaceId};

/// That a user belongs to a workspace. Owners need none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Membership {
    /// The workspace.
    pub workspace: WorkspaceId,
    /// The member.
    pub user: UserId,
    /// When the user was added.
    pub inserted_at: Timestamp,
    /// From when on it gives no access; `None` for never. The membership itself stays.
    pub active_until: Option<Timestamp>,
}

impl Membership {
    /// Whether it gives no access any more.
    #[must_use]
    pub fn has_ended(&self, now: Timestamp) -> bool {
        self.active_until.is_some_and(|end| end.is_over(now))
    }
}
