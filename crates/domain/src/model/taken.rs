//! What was taken over from a database of Argilla.

use super::{UserId, WorkspaceId};

/// One thing that was taken over. It is remembered even when it is deleted here later, so that it does not come back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Taken {
    /// A user.
    User(UserId),
    /// A workspace.
    Workspace(WorkspaceId),
    /// A membership.
    Membership(WorkspaceId, UserId),
}
