//! The own account: names, password, logins, keys.

use std::fmt;

use chrono::NaiveDateTime;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::double_option;

/// What to change of the own account. An absent field stays as it is.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MeUpdate {
    /// New first name, 1 to 500 characters.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 500, nullable = false))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_name: Option<String>,
    /// New last name, 1 to 500 characters; `null` removes it.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, min_length = 1, max_length = 500))]
    #[serde(default, skip_serializing_if = "Option::is_none", with = "double_option")]
    pub last_name: Option<Option<String>>,
}

impl MeUpdate {
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

    /// Whether it changes nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// A new password for oneself.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PasswordChange {
    /// The password as it is.
    #[cfg_attr(feature = "openapi", schema(format = Password))]
    pub current_password: String,
    /// The password as it shall be, 8 to 100 characters, none that is on the list of common ones.
    #[cfg_attr(feature = "openapi", schema(min_length = 8, max_length = 100, format = Password))]
    pub new_password: String,
}

/// Leaves out the passwords.
impl fmt::Debug for PasswordChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasswordChange")
    }
}

/// Where a login was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum SessionKind {
    /// Over the API, for a token.
    Token,
    /// In a browser, for the server's own pages.
    Web,
}

/// A login.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Session {
    /// Identity.
    pub id: Uuid,
    /// Where it was made.
    pub kind: SessionKind,
    /// The address that it was made from, where it is known.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub address: Option<String>,
    /// What the program that made it says of itself, at most 200 characters.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub user_agent: Option<String>,
    /// When it was made, UTC without an offset.
    #[serde(with = "crate::time")]
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub inserted_at: NaiveDateTime,
    /// When it ends by itself, UTC without an offset.
    #[serde(with = "crate::time")]
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub expires_at: NaiveDateTime,
    /// Whether the call itself was signed by it.
    pub current: bool,
}

/// A request for another API key. Its body may be left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct KeyRotate {
    /// How long the key of now stays valid beside the new one, in seconds: 0 to 604800 (7 days); 86400 (24 h) when absent.
    #[cfg_attr(feature = "openapi", schema(minimum = 0, maximum = 604_800))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub overlap_seconds: Option<u64>,
}

/// Another API key.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RotatedKey {
    /// The new key.
    pub api_key: String,
    /// Until when the key before is valid, UTC without an offset.
    #[serde(with = "crate::time")]
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub previous_valid_until: NaiveDateTime,
}

/// Leaves out the key.
impl fmt::Debug for RotatedKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RotatedKey").field("previous_valid_until", &self.previous_valid_until).finish_non_exhaustive()
    }
}

/// What a named key may be used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum KeyScope {
    /// To read.
    Read,
    /// To annotate, and to read.
    Annotate,
    /// To manage users, workspaces and their contents, and to read.
    Manage,
}

impl KeyScope {
    /// The name on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Annotate => "annotate",
            Self::Manage => "manage",
        }
    }
}

impl fmt::Display for KeyScope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A named key to be made.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct KeyCreate {
    /// What it is called, 1 to 100 characters, unique among the user's own.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 100))]
    pub name: String,
    /// What it may be used for; at least one.
    #[cfg_attr(feature = "openapi", schema(min_items = 1))]
    pub scopes: Vec<KeyScope>,
    /// The workspaces, by name or id, to which it is limited. All that the user reaches when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub workspaces: Option<Vec<String>>,
    /// When it ends; never when absent.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "crate::time::option")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = DateTime))]
    pub expires_at: Option<NaiveDateTime>,
}

impl KeyCreate {
    /// A key of this name that may be used for this, in all workspaces and without an end.
    #[must_use]
    pub fn new(name: impl Into<String>, scopes: impl IntoIterator<Item = KeyScope>) -> Self {
        Self { name: name.into(), scopes: scopes.into_iter().collect(), ..Self::default() }
    }

    /// Limited to these workspaces.
    #[must_use]
    pub fn workspaces<S: Into<String>>(self, names: impl IntoIterator<Item = S>) -> Self {
        Self { workspaces: Some(names.into_iter().map(Into::into).collect()), ..self }
    }

    /// Until this moment, UTC.
    #[must_use]
    pub fn expires_at(self, moment: NaiveDateTime) -> Self {
        Self { expires_at: Some(moment), ..self }
    }
}

/// A named key.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Key {
    /// Identity.
    pub id: Uuid,
    /// What it is called.
    pub name: String,
    /// The last four characters of the key, to recognise it.
    pub hint: String,
    /// What it may be used for.
    pub scopes: Vec<KeyScope>,
    /// The names of the workspaces to which it is limited; `null` for all that the user reaches.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub workspaces: Option<Vec<String>>,
    /// When it ends, UTC without an offset; `null` for never.
    #[serde(with = "crate::time::option")]
    #[cfg_attr(feature = "openapi", schema(required, value_type = Option<String>, format = DateTime))]
    pub expires_at: Option<NaiveDateTime>,
    /// When it was last used, to the minute, UTC without an offset; `null` for never.
    #[serde(with = "crate::time::option")]
    #[cfg_attr(feature = "openapi", schema(required, value_type = Option<String>, format = DateTime))]
    pub last_used_at: Option<NaiveDateTime>,
    /// When it was made, UTC without an offset.
    #[serde(with = "crate::time")]
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub inserted_at: NaiveDateTime,
    /// The key itself, in the answer that made it and nowhere else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub secret: Option<String>,
}

/// Leaves out the key itself.
impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Key").field("id", &self.id).field("name", &self.name).finish_non_exhaustive()
    }
}

/// An account at a sign-in provider that signs a user in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Identity {
    /// Identity of the link.
    pub id: Uuid,
    /// Who vouches for the account: the provider's address.
    pub issuer: String,
    /// What the provider calls the account.
    pub subject: String,
    /// When it was linked, UTC without an offset.
    #[serde(with = "crate::time")]
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub inserted_at: NaiveDateTime,
}

/// An account at a sign-in provider to be linked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct IdentityCreate {
    /// Who vouches for the account: the provider's address, as its discovery document and its tokens say it.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 500))]
    pub issuer: String,
    /// What the provider calls the account (the claim `sub`).
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 255))]
    pub subject: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_tells_its_secret_only_where_there_is_one() {
        let text = r#"{"id":"00000000-0000-4000-8000-000000000002","name":"ci","hint":"4xyz","scopes":["read","manage"],"workspaces":null,"expires_at":null,"last_used_at":null,"inserted_at":"2026-11-22T11:15:09"}"#;
        let key: Key = serde_json::from_str(text).unwrap();
        assert_eq!(serde_json::to_string(&key).unwrap(), text);
    }

    #[test]
    fn debug_shows_no_secret() {
        let change = PasswordChange { current_password: "s3cret".into(), new_password: "s3cret".into() };
        let at = crate::time::from_micros(0);
        let rotated = RotatedKey { api_key: "s3cret".into(), previous_valid_until: at };
        assert!(!format!("{change:?}{rotated:?}").contains("s3cret"));
    }
}
