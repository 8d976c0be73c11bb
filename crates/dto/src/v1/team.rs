//! Teams as files: Ochre's own addition to the API. The same types are the format of the file.

use std::fmt;

use chrono::NaiveDateTime;
use serde::{Deserialize, Serialize};

use super::Role;

/// The version of the format that this program writes and reads.
pub const TEAM_VERSION: u32 = 1;

/// Users, workspaces and memberships as they should be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Team {
    /// The version of the format: 1.
    pub version: u32,
    /// The workspaces.
    #[serde(default)]
    pub workspaces: Vec<TeamWorkspace>,
    /// The users.
    #[serde(default)]
    pub users: Vec<TeamUser>,
}

impl Default for Team {
    fn default() -> Self {
        Self { version: TEAM_VERSION, workspaces: Vec::new(), users: Vec::new() }
    }
}

/// A workspace as it should be.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct TeamWorkspace {
    /// The name, 1 to 500 characters.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 500))]
    pub name: String,
}

/// A user as it should be. What is absent or `null` is left alone.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct TeamUser {
    /// What the user signs in with, 1 to 500 characters; how it is found.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 500))]
    pub username: String,
    /// First name, 1 to 500 characters. A new user without one has the user name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 500))]
    pub first_name: Option<String>,
    /// Last name, 1 to 500 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 500))]
    pub last_name: Option<String>,
    /// What the user may do. A new user without one is an annotator.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<Role>,
    /// The names of the user's workspaces; an empty list means none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub workspaces: Option<Vec<String>>,
    /// A new user's password: a hash of argon2id (at most 128 MiB, 16 passes and 8 lanes) or bcrypt (cost 4 to 16). It counts only
    /// when the user is created; a new user without one has no password, and an API key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password_hash: Option<String>,
    /// Whether a new user, who has a password, must set another one before anything else. It counts only when the user is created.
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub must_change_password: Option<bool>,
    /// When a new user's access ends by itself; never when absent. It counts only when the user is created.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = DateTime))]
    #[serde(default, skip_serializing_if = "Option::is_none", with = "crate::time::option")]
    pub active_until: Option<NaiveDateTime>,
}

/// Leaves out the hash.
impl fmt::Debug for TeamUser {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TeamUser")
            .field("username", &self.username)
            .field("role", &self.role)
            .field("workspaces", &self.workspaces)
            .finish_non_exhaustive()
    }
}

/// What goes that a desired state does not mention.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum Prune {
    /// Nothing.
    #[default]
    None,
    /// Memberships that the list of a user's workspaces leaves out.
    Memberships,
    /// Those, and users who are not mentioned.
    Users,
}

impl Prune {
    /// The name on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Memberships => "memberships",
            Self::Users => "users",
        }
    }
}

/// A desired state to be planned or applied: the file, and what goes that it does not mention.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TeamApply {
    /// The desired state.
    #[serde(flatten)]
    pub team: Team,
    /// What goes that it does not mention.
    #[serde(default)]
    pub prune: Prune,
    /// The `digest` of the plan that was agreed to: where the differences are others by now, nothing is done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expect: Option<String>,
}

/// What a desired state changes, or has changed.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TeamPlan {
    /// Whether it was brought about.
    pub applied: bool,
    /// How many of the entries write something.
    pub changes: usize,
    /// Each difference: workspaces, then users in the order of the file with their memberships, then users who go.
    pub entries: Vec<PlanEntry>,
    /// What these differences are recognised by; who has a password does not count in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub digest: Option<String>,
}

/// One thing in which a team differs from what it should be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "action", rename_all = "snake_case")]
#[non_exhaustive]
pub enum PlanEntry {
    /// A workspace is made.
    CreateWorkspace {
        /// Its name.
        workspace: String,
    },
    /// A user is made.
    CreateUser {
        /// The user name.
        username: String,
        /// The role.
        role: Role,
        /// The workspaces.
        workspaces: Vec<String>,
        /// Whether the user has a password.
        has_password: bool,
    },
    /// A field of a user is changed.
    UpdateUser {
        /// The user name.
        username: String,
        /// Which: `first_name`, `last_name` or `role`.
        field: String,
        /// As it is; `null` when there is none.
        #[cfg_attr(feature = "openapi", schema(required))]
        from: Option<String>,
        /// As it should be.
        to: String,
    },
    /// A user becomes a member of a workspace.
    AddMember {
        /// The user name.
        username: String,
        /// The workspace.
        workspace: String,
    },
    /// A user is a member no more.
    RemoveMember {
        /// The user name.
        username: String,
        /// The workspace.
        workspace: String,
    },
    /// A user is a member and should not be, and stays one: nothing is pruned.
    KeepMember {
        /// The user name.
        username: String,
        /// The workspace.
        workspace: String,
    },
    /// A user is deleted.
    DeleteUser {
        /// The user name.
        username: String,
    },
}

impl PlanEntry {
    /// Whether something is written.
    #[must_use]
    pub const fn is_change(&self) -> bool {
        !matches!(self, Self::KeepMember { .. })
    }
}

/// Users to be created, all or none.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UsersCreate {
    /// The users. Their workspaces exist.
    pub users: Vec<TeamUser>,
    /// What happens to users who are there already.
    #[serde(default)]
    pub existing: Existing,
}

/// What happens to users who are there already, when new ones are created.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum Existing {
    /// All are refused.
    #[default]
    Refuse,
    /// They are left alone, and the others are created.
    Skip,
}

/// What each role may do with one kind of thing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RoleTable {
    /// The kind of thing, in the plural.
    pub resource: String,
    /// The actions.
    pub actions: Vec<RoleRow>,
}

/// Who may do one thing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RoleRow {
    /// What it is.
    pub action: String,
    /// Whether owners may.
    pub owner: Permission,
    /// Whether admins may.
    pub admin: Permission,
    /// Whether annotators may.
    pub annotator: Permission,
}

/// Whether a role may do something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Permission {
    /// Always.
    Yes,
    /// In workspaces that the user is a member of.
    Member,
    /// When it is about the user.
    Own,
    /// Never.
    No,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_absent_field_is_not_an_empty_one() {
        let text = r#"{"version":1,"workspaces":[{"name":"papers"}],"users":[{"username":"ada"},{"username":"eve","role":"admin","workspaces":[]}]}"#;
        let team: Team = serde_json::from_str(text).unwrap();
        assert_eq!((&team.users[0].workspaces, &team.users[1].workspaces), (&None, &Some(Vec::new())));
        assert_eq!(serde_json::to_string(&team).unwrap(), text);
    }

    #[test]
    fn a_misspelt_field_is_refused() {
        let text = r#"{"version":1,"users":[{"username":"ada","workspace":["papers"]}]}"#;
        assert!(serde_json::from_str::<Team>(text).unwrap_err().to_string().contains("workspace"));
    }

    #[test]
    fn an_entry_of_a_plan_names_its_action() {
        let entry = PlanEntry::AddMember { username: "ada".into(), workspace: "papers".into() };
        let text = r#"{"action":"add_member","username":"ada","workspace":"papers"}"#;
        assert_eq!(serde_json::to_string(&entry).unwrap(), text);
        assert_eq!(serde_json::from_str::<PlanEntry>(text).unwrap(), entry);
    }

    #[test]
    fn debug_shows_no_hash() {
        let user = TeamUser { password_hash: Some("s3cret".into()), ..TeamUser::default() };
        assert!(!format!("{user:?}").contains("s3cret"));
    }
}
