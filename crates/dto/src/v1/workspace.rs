//! Workspaces and their members.

use chrono::NaiveDateTime;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A workspace. The keys and their order are Argilla's; nothing is added to them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Workspace {
    /// Identity.
    pub id: Uuid,
    /// The name.
    pub name: String,
    /// Creation, UTC without an offset.
    #[serde(with = "crate::time")]
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub inserted_at: NaiveDateTime,
    /// Last change, UTC without an offset.
    #[serde(with = "crate::time")]
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub updated_at: NaiveDateTime,
}

/// A workspace to be created.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WorkspaceCreate {
    /// The id, to choose one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<Uuid>,
    /// The name, 1 to 500 characters, unique, kept as it is. Argilla's Python SDK reads only letters, digits, `-` and `_`.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 500))]
    pub name: String,
}

/// A member to be added.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MemberCreate {
    /// The user.
    pub user_id: Uuid,
    /// Ochre's own: when the membership ends by itself; never when absent.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = DateTime))]
    #[serde(default, skip_serializing_if = "Option::is_none", with = "crate::time::option")]
    pub active_until: Option<NaiveDateTime>,
}

/// What to change of a membership.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MemberUpdate {
    /// When the membership ends by itself; `null` for never.
    #[cfg_attr(feature = "openapi", schema(required, value_type = Option<String>, format = DateTime))]
    #[serde(with = "crate::time::option")]
    pub active_until: Option<NaiveDateTime>,
}

/// What to change of a workspace.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WorkspaceUpdate {
    /// The new name, 1 to 500 characters, unique, kept as it is.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 500))]
    pub name: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_workspace_has_exactly_argillas_keys_in_their_order() {
        let golden = r#"{"id":"00000000-0000-4000-8000-000000000101","name":"alpha","inserted_at":"2026-11-22T11:15:09.302954","updated_at":"2026-11-22T11:15:09.302954"}"#;
        let workspace: Workspace = serde_json::from_str(golden).unwrap();
        assert_eq!(serde_json::to_string(&workspace).unwrap(), golden);
    }
}
