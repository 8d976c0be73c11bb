//! Users.

use std::fmt;

use chrono::NaiveDateTime;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::double_option;

/// What a user may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Manages everything.
    Owner,
    /// Works with the data of the workspaces it belongs to.
    Admin,
    /// Annotates in the workspaces it belongs to.
    #[default]
    Annotator,
}

impl Role {
    /// The name on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Admin => "admin",
            Self::Annotator => "annotator",
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What Argilla's API does not tell of a user. It comes only where it is asked for (`include=account`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Account {
    /// Whether the user can sign in.
    pub state: AccountState,
    /// Where the user came from.
    pub origin: Origin,
    /// Whether the user has a password. Whoever has none signs in by API key.
    pub has_password: bool,
    /// Whether the user must set another password before anything else.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(required))]
    pub must_change_password: bool,
    /// When the user's access ends by itself, UTC without an offset; `null` for never.
    #[serde(default, with = "crate::time::option")]
    #[cfg_attr(feature = "openapi", schema(required, value_type = Option<String>, format = DateTime))]
    pub active_until: Option<NaiveDateTime>,
    /// The names of the workspaces that the user was added to, in that order. An owner reaches all without.
    pub workspaces: Vec<String>,
    /// Those memberships among them that end by themselves.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(required))]
    pub temporary: Vec<TemporaryMembership>,
    /// The last request that the user signed, to the minute, UTC without an offset; `null` when there was none.
    #[serde(with = "crate::time::option")]
    #[cfg_attr(feature = "openapi", schema(required, value_type = Option<String>, format = DateTime))]
    pub last_seen_at: Option<NaiveDateTime>,
}

/// A membership that ends by itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TemporaryMembership {
    /// The name of the workspace.
    pub workspace: String,
    /// When it ends, or has ended, UTC without an offset.
    #[serde(with = "crate::time")]
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub active_until: NaiveDateTime,
}

/// Whether a user can sign in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum AccountState {
    /// Yes.
    Active,
    /// No. Work and memberships stay.
    Disabled,
    /// No: the time of the account is over. Work and memberships stay.
    Expired,
}

/// Where a user came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// Created here, by a person or a script.
    Created,
    /// Made by the server for an empty database.
    Default,
    /// From a users file of Argilla 1.x.
    UsersFile,
    /// Taken over from a database of Argilla.
    Argilla,
    /// By an invitation.
    Invitation,
    /// By a sign-in provider.
    Provider,
}

/// A user. The keys and their order are Argilla's; nothing is added to them unless it is asked for.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct User {
    /// Identity.
    pub id: Uuid,
    /// First name.
    pub first_name: String,
    /// Last name, if known.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub last_name: Option<String>,
    /// What the user signs in with.
    pub username: String,
    /// What the user may do.
    pub role: Role,
    /// The API key, where the caller may see it (owners see all, everybody their own), otherwise empty.
    pub api_key: String,
    /// Creation, UTC without an offset.
    #[serde(with = "crate::time")]
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub inserted_at: NaiveDateTime,
    /// Last change, UTC without an offset.
    #[serde(with = "crate::time")]
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub updated_at: NaiveDateTime,
    /// What Argilla's API does not tell, where it was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub account: Option<Account>,
}

/// Leaves out the key.
impl fmt::Debug for User {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("User")
            .field("id", &self.id)
            .field("username", &self.username)
            .field("role", &self.role)
            .finish_non_exhaustive()
    }
}

/// A user to be created.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UserCreate {
    /// The id, to choose one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<Uuid>,
    /// First name, 1 to 500 characters. Space around it is removed.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 500))]
    pub first_name: String,
    /// Last name, 1 to 500 characters. Space around it is removed.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 500))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_name: Option<String>,
    /// What the user signs in with, 1 to 500 characters, unique, kept as it is.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 500))]
    pub username: String,
    /// What the user may do; an annotator when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<Role>,
    /// The password, 8 to 100 characters.
    #[cfg_attr(feature = "openapi", schema(min_length = 8, max_length = 100, format = Password))]
    pub password: String,
    /// Ochre's own: whether the user must set another password before anything else.
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub must_change_password: Option<bool>,
    /// Ochre's own: when the user's access ends by itself; never when absent.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = DateTime))]
    #[serde(default, skip_serializing_if = "Option::is_none", with = "crate::time::option")]
    pub active_until: Option<NaiveDateTime>,
}

impl UserCreate {
    /// An annotator with this name and password, whose first name is the user name, as the Python SDK has it.
    #[must_use]
    pub fn new(username: impl Into<String>, password: impl Into<String>) -> Self {
        let username = username.into();
        Self { first_name: username.clone(), username, password: password.into(), ..Self::default() }
    }

    /// With this first name.
    #[must_use]
    pub fn first_name(self, name: impl Into<String>) -> Self {
        Self { first_name: name.into(), ..self }
    }

    /// With this last name.
    #[must_use]
    pub fn last_name(self, name: impl Into<String>) -> Self {
        Self { last_name: Some(name.into()), ..self }
    }

    /// With this role.
    #[must_use]
    pub fn role(self, role: Role) -> Self {
        Self { role: Some(role), ..self }
    }

    /// Obliged to set another password before anything else.
    #[must_use]
    pub fn must_change_password(self) -> Self {
        Self { must_change_password: Some(true), ..self }
    }

    /// With access until this moment, UTC.
    #[must_use]
    pub fn active_until(self, moment: NaiveDateTime) -> Self {
        Self { active_until: Some(moment), ..self }
    }

    /// With this id.
    #[must_use]
    pub fn id(self, id: Uuid) -> Self {
        Self { id: Some(id), ..self }
    }
}

/// Leaves out the password.
impl fmt::Debug for UserCreate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UserCreate")
            .field("id", &self.id)
            .field("username", &self.username)
            .field("role", &self.role)
            .finish_non_exhaustive()
    }
}

/// What to change of a user. An absent field stays as it is.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UserUpdate {
    /// New first name, 1 to 500 characters.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 500, nullable = false))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_name: Option<String>,
    /// New last name, 1 to 500 characters; `null` removes it.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, min_length = 1, max_length = 500))]
    #[serde(default, skip_serializing_if = "Option::is_none", with = "double_option")]
    pub last_name: Option<Option<String>>,
    /// New user name, 1 to 500 characters, unique.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 500, nullable = false))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    /// New role.
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<Role>,
    /// New password, 8 to 100 characters. Ends all logins of the user.
    #[cfg_attr(feature = "openapi", schema(min_length = 8, max_length = 100, format = Password, nullable = false))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub password: Option<String>,
    /// Ochre's own: whether the user must set another password before anything else.
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub must_change_password: Option<bool>,
    /// Ochre's own: when the user's access ends by itself; `null` for never.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = DateTime))]
    #[serde(default, skip_serializing_if = "Option::is_none", with = "moment")]
    pub active_until: Option<Option<NaiveDateTime>>,
}

impl UserUpdate {
    /// Another user name.
    #[must_use]
    pub fn username(self, name: impl Into<String>) -> Self {
        Self { username: Some(name.into()), ..self }
    }

    /// Another first name.
    #[must_use]
    pub fn first_name(self, name: impl Into<String>) -> Self {
        Self { first_name: Some(name.into()), ..self }
    }

    /// Another last name.
    #[must_use]
    pub fn last_name(self, name: impl Into<String>) -> Self {
        Self { last_name: Some(Some(name.into())), ..self }
    }

    /// No last name any more.
    #[must_use]
    pub fn without_last_name(self) -> Self {
        Self { last_name: Some(None), ..self }
    }

    /// Another role.
    #[must_use]
    pub fn role(self, role: Role) -> Self {
        Self { role: Some(role), ..self }
    }

    /// Another password.
    #[must_use]
    pub fn password(self, password: impl Into<String>) -> Self {
        Self { password: Some(password.into()), ..self }
    }

    /// Obliged to set another password before anything else, or not.
    #[must_use]
    pub fn must_change_password(self, must: bool) -> Self {
        Self { must_change_password: Some(must), ..self }
    }

    /// Access until this moment, UTC; `None` for ever.
    #[must_use]
    pub fn active_until(self, moment: Option<NaiveDateTime>) -> Self {
        Self { active_until: Some(moment), ..self }
    }

    /// Whether it changes nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// Leaves out the password.
impl fmt::Debug for UserUpdate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UserUpdate").field("username", &self.username).field("role", &self.role).finish_non_exhaustive()
    }
}

/// A moment that may be absent, or `null`.
pub(super) mod moment {
    use chrono::NaiveDateTime;
    use serde::{Deserializer, Serializer};

    #[expect(clippy::option_option, clippy::ref_option, reason = "the shape that serde asks for")]
    pub(in crate::v1) fn serialize<S: Serializer>(
        value: &Option<Option<NaiveDateTime>>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        crate::time::option::serialize(&value.flatten(), serializer)
    }

    #[expect(clippy::option_option, reason = "the shape that serde asks for")]
    pub(in crate::v1) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<Option<NaiveDateTime>>, D::Error> {
        crate::time::option::deserialize(deserializer).map(Some)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOLDEN: &str = r#"{"id":"00000000-0000-4000-8000-000000000002","first_name":"Ann","last_name":null,"username":"ann","role":"annotator","api_key":"k","inserted_at":"2026-11-22T11:15:09.302954","updated_at":"2026-11-22T11:15:09"}"#;

    #[test]
    fn a_user_has_exactly_argillas_keys_in_their_order() {
        let user: User = serde_json::from_str(GOLDEN).unwrap();
        assert_eq!(serde_json::to_string(&user).unwrap(), GOLDEN);
    }

    #[test]
    fn an_update_sends_what_is_set_alone() {
        let update = UserUpdate { last_name: Some(None), role: Some(Role::Admin), ..UserUpdate::default() };
        let text = serde_json::to_string(&update).unwrap();
        assert_eq!(text, r#"{"last_name":null,"role":"admin"}"#);
        assert_eq!(serde_json::from_str::<UserUpdate>(&text).unwrap(), update);
        assert_eq!(serde_json::from_str::<UserUpdate>("{}").unwrap(), UserUpdate::default());
    }

    #[test]
    fn debug_shows_no_secret() {
        let user: User = serde_json::from_str(&GOLDEN.replace("\"k\"", "\"s3cret\"")).unwrap();
        let create = UserCreate { password: "s3cret".into(), ..UserCreate::default() };
        let update = UserUpdate { password: Some("s3cret".into()), ..UserUpdate::default() };
        assert!(!format!("{user:?}{create:?}{update:?}").contains("s3cret"));
    }
}
