//! Links that let somebody in once: invitations, and new passwords.

use std::fmt;

use chrono::NaiveDateTime;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::Role;

/// An invitation to be made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct InvitationCreate {
    /// What those who are invited may do.
    pub role: Role,
    /// The names of the workspaces that they become members of.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "openapi", schema(nullable))]
    pub workspaces: Vec<String>,
    /// How many may come, 1 to 10000; 1 when absent.
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 10_000))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_uses: Option<u32>,
    /// How long it lasts, in seconds: 60 to 31536000 (a year); 604800 (7 days) when absent.
    #[cfg_attr(feature = "openapi", schema(minimum = 60, maximum = 31_536_000))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires_in: Option<u64>,
    /// Where to send it by mail, on a server that sends mail.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
}

impl InvitationCreate {
    /// For one person with this role, in no workspace, for 7 days.
    #[must_use]
    pub fn new(role: Role) -> Self {
        Self { role, workspaces: Vec::new(), max_uses: None, expires_in: None, email: None }
    }

    /// Into these workspaces.
    #[must_use]
    pub fn workspaces<S: Into<String>>(self, names: impl IntoIterator<Item = S>) -> Self {
        Self { workspaces: names.into_iter().map(Into::into).collect(), ..self }
    }

    /// For so many.
    #[must_use]
    pub fn max_uses(self, uses: u32) -> Self {
        Self { max_uses: Some(uses), ..self }
    }

    /// For so long, in seconds.
    #[must_use]
    pub fn expires_in(self, seconds: u64) -> Self {
        Self { expires_in: Some(seconds), ..self }
    }

    /// Sent to this address, on a server that sends mail.
    #[must_use]
    pub fn email(self, address: impl Into<String>) -> Self {
        Self { email: Some(address.into()), ..self }
    }
}

/// A link for a new password to be made. Its body may be left out.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ResetLinkCreate {
    /// How long it lasts, in seconds: 60 to 604800 (7 days); 3600 (1 h) when absent.
    #[cfg_attr(feature = "openapi", schema(minimum = 60, maximum = 604_800))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires_in: Option<u64>,
    /// Where to send it by mail, on a server that sends mail.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
}

/// A new link.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NewLink {
    /// Identity, by which it is withdrawn.
    pub id: Uuid,
    /// The link itself, in this answer and nowhere else. Whoever has it can use it.
    pub url: String,
    /// When it ends by itself, UTC without an offset.
    #[serde(with = "crate::time")]
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub expires_at: NaiveDateTime,
    /// Whether it was sent by mail, where that was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub mailed: Option<bool>,
}

/// Leaves out the link itself.
impl fmt::Debug for NewLink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NewLink").field("id", &self.id).field("expires_at", &self.expires_at).finish_non_exhaustive()
    }
}

/// That somebody used a link.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LinkUse {
    /// The user whom it let in.
    pub user_id: Uuid,
    /// The name of that user; `null` when the user is gone.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub username: Option<String>,
    /// When, UTC without an offset.
    #[serde(with = "crate::time")]
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub at: NaiveDateTime,
}

/// An invitation. Used up and expired ones are told for another 30 days.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Invitation {
    /// Identity.
    pub id: Uuid,
    /// What those who are invited may do.
    pub role: Role,
    /// The names of the workspaces that they become members of.
    pub workspaces: Vec<String>,
    /// How many may come.
    pub max_uses: u32,
    /// Who came.
    pub uses: Vec<LinkUse>,
    /// Whether it can be used now.
    pub open: bool,
    /// The name of whoever made it; `null` when that user is gone, or it was made on the server's own machine.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub created_by: Option<String>,
    /// When it was made, UTC without an offset.
    #[serde(with = "crate::time")]
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub inserted_at: NaiveDateTime,
    /// When it ends by itself, UTC without an offset.
    #[serde(with = "crate::time")]
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub expires_at: NaiveDateTime,
}

/// A link for a new password of a user.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ResetLink {
    /// Identity.
    pub id: Uuid,
    /// Whether it can be used now.
    pub open: bool,
    /// When it was used, UTC without an offset; `null` when it was not.
    #[serde(with = "crate::time::option")]
    #[cfg_attr(feature = "openapi", schema(required, value_type = Option<String>, format = DateTime))]
    pub used_at: Option<NaiveDateTime>,
    /// The name of whoever made it; `null` when that user is gone, or it was made on the server's own machine.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub created_by: Option<String>,
    /// When it was made, UTC without an offset.
    #[serde(with = "crate::time")]
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub inserted_at: NaiveDateTime,
    /// When it ends by itself, UTC without an offset.
    #[serde(with = "crate::time")]
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub expires_at: NaiveDateTime,
}

/// What a link is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum LinkKind {
    /// For a new account.
    Invitation,
    /// For a new password of an account.
    Reset,
}

/// A link, as whoever holds it sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Link {
    /// What it is for.
    pub kind: LinkKind,
    /// The user whose password it changes; `null` for an invitation.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub username: Option<String>,
    /// The role of the new account; `null` for a new password.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub role: Option<Role>,
    /// The names of the workspaces of the new account.
    pub workspaces: Vec<String>,
    /// When it ends by itself, UTC without an offset.
    #[serde(with = "crate::time")]
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub expires_at: NaiveDateTime,
}

/// What whoever holds a link says to use it: the password alone for a new password, the rest as well for a new account.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LinkRedeem {
    /// What the new user signs in with, 1 to 500 characters.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 500))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    /// First name of the new user, 1 to 500 characters; the user name when absent.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 500))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_name: Option<String>,
    /// Last name of the new user, 1 to 500 characters.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 500))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_name: Option<String>,
    /// The password, 8 to 100 characters, none that is on the list of common ones.
    #[cfg_attr(feature = "openapi", schema(min_length = 8, max_length = 100, format = Password))]
    pub password: String,
}

/// Leaves out the password.
impl fmt::Debug for LinkRedeem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LinkRedeem").field("username", &self.username).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_an_invitation_only_the_role_is_needed() {
        let invitation: InvitationCreate = serde_json::from_str(r#"{"role":"annotator"}"#).unwrap();
        assert_eq!(invitation, InvitationCreate::new(Role::Annotator));
        assert_eq!(serde_json::to_string(&invitation).unwrap(), r#"{"role":"annotator"}"#);
    }

    #[test]
    fn debug_shows_no_secret() {
        let at = crate::time::from_micros(0);
        let link = NewLink { id: Uuid::nil(), url: "s3cret".into(), expires_at: at, mailed: None };
        let redeem = LinkRedeem { password: "s3cret".into(), ..LinkRedeem::default() };
        assert!(!format!("{link:?}{redeem:?}").contains("s3cret"));
    }
}
