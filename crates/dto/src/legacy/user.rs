//! Users, workspaces, logins.

use std::fmt;

use chrono::NaiveDateTime;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A user.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct User {
    /// Identity.
    pub id: Uuid,
    /// First name.
    pub first_name: String,
    /// Last name, if known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_name: Option<String>,
    /// First and last name.
    pub full_name: String,
    /// Email address, if known. In the own account alone, as Argilla 1.4 had it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// What the user signs in with.
    pub username: String,
    /// What the user may do, by the names that the server uses here.
    pub role: String,
    /// Whether the user may do everything. In the own account alone, where the server follows a users file of Argilla 1.4.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub superuser: Option<bool>,
    /// The names of the user's workspaces.
    pub workspaces: Vec<String>,
    /// The API key, where the caller may see it, otherwise empty.
    pub api_key: String,
    /// Creation, UTC without an offset.
    #[serde(with = "crate::time")]
    pub inserted_at: NaiveDateTime,
    /// Last change, UTC without an offset.
    #[serde(with = "crate::time")]
    pub updated_at: NaiveDateTime,
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

/// A workspace.
pub type Workspace = crate::v1::Workspace;

/// What a login gives.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Token {
    /// A JSON Web Token, for the header `Authorization: Bearer …`.
    pub access_token: String,
    /// Always `bearer`.
    pub token_type: String,
}

/// Leaves out the token.
impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_has_argillas_keys_in_their_order_and_no_nulls() {
        let golden = r#"{"id":"8e62808e-df44-4135-87bd-d022f1d9fcf0","first_name":"Hulio","last_name":"Ramos","full_name":"Hulio Ramos","username":"hurra","role":"admin","workspaces":[],"api_key":"k","inserted_at":"2023-03-16T11:11:59.871532","updated_at":"2023-03-16T11:11:59.871532"}"#;
        let user: User = serde_json::from_str(golden).unwrap();
        assert_eq!(serde_json::to_string(&user).unwrap(), golden);
        let alone = User { last_name: None, ..user };
        assert!(!serde_json::to_string(&alone).unwrap().contains("last_name"));
        assert!(!format!("{alone:?}").contains("\"k\""));
    }
}
