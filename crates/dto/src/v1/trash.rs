//! What was deleted and can be brought back.

use chrono::NaiveDateTime;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// What was deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum TrashKind {
    /// A user.
    User,
    /// A workspace.
    Workspace,
}

impl TrashKind {
    /// The name on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Workspace => "workspace",
        }
    }
}

/// Something that was deleted and can be brought back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TrashEntry {
    /// Identity of the entry, by which it is restored or removed for good.
    pub id: Uuid,
    /// What was deleted.
    pub kind: TrashKind,
    /// Its name.
    pub name: String,
    /// Its own id, which it has again when it is restored.
    pub subject_id: Uuid,
    /// How many memberships went with it.
    pub memberships: usize,
    /// The name of whoever deleted it; `null` when that user is gone.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub deleted_by: Option<String>,
    /// When, UTC without an offset.
    #[serde(with = "crate::time")]
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub deleted_at: NaiveDateTime,
    /// When it is removed for good, UTC without an offset.
    #[serde(with = "crate::time")]
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub expires_at: NaiveDateTime,
}

/// What deleting a user or a workspace would take.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Deletion {
    /// Memberships, which come back when it is restored.
    pub memberships: u64,
    /// Logins, which end.
    pub sessions: u64,
    /// Named keys, which end.
    pub keys: u64,
    /// Open links for a new password, which end.
    pub links: u64,
}
