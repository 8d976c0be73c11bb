//! A workspace.

use super::{Timestamp, WorkspaceId, WorkspaceName};

/// Where a team keeps its datasets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Workspace {
    /// Identity; never changes.
    pub id: WorkspaceId,
    /// The name; unique.
    pub name: WorkspaceName,
    /// When it was created.
    pub inserted_at: Timestamp,
    /// When it was last changed; equals `inserted_at` until then.
    pub updated_at: Timestamp,
}
