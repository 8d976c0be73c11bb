//! Links that let somebody in: one mechanism for invitations and for new passwords.

use std::{fmt, time::Duration};

use secrecy::{ExposeSecret as _, SecretString};

use super::{KeyLookup, LinkId, Role, Timestamp, UserId, WorkspaceId};

/// How long a link for a new password lasts, unless it is said.
pub const RESET_LIFETIME: Duration = Duration::from_hours(1);
/// How long an invitation lasts, unless it is said.
pub const INVITATION_LIFETIME: Duration = Duration::from_hours(7 * 24);
/// The least that a link lasts.
pub const MIN_LINK_LIFETIME: Duration = Duration::from_mins(1);
/// The most that a link for a new password lasts.
pub const MAX_RESET_LIFETIME: Duration = Duration::from_hours(7 * 24);
/// The most that an invitation lasts: a year.
pub const MAX_INVITATION_LIFETIME: Duration = Duration::from_hours(365 * 24);
/// The most people who come by one invitation.
pub const MAX_LINK_USES: u32 = 10_000;
/// For how long links are told that are worth nothing any more.
pub const DEAD_LINKS_KEPT: Duration = Duration::from_hours(30 * 24);

/// What stands at the end of a link's address: whoever has it can use the link.
#[derive(Clone)]
pub struct LinkToken(SecretString);

impl LinkToken {
    /// Takes a made or received token as it is.
    #[must_use]
    pub fn verbatim(value: String) -> Self {
        Self(value.into())
    }

    /// The token, for the vault and for the one answer that shows it.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

impl fmt::Debug for LinkToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LinkToken")
    }
}

/// What a link is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LinkPurpose {
    /// New accounts with this role, which become members of these workspaces.
    Invitation {
        /// The role.
        role: Role,
        /// The workspaces.
        workspaces: Vec<WorkspaceId>,
    },
    /// A new password for this user.
    Reset(UserId),
}

/// A link. Its token is stored nowhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// Identity.
    pub id: LinkId,
    /// What its token is found by.
    pub token: KeyLookup,
    /// What it is for.
    pub purpose: LinkPurpose,
    /// How often it can be used.
    pub max_uses: u32,
    /// How often it was used.
    pub uses: u32,
    /// Who made it. It is worth nothing when that user could not make it any more; `None` for the server's own machine.
    pub created_by: Option<UserId>,
    /// When it was made.
    pub inserted_at: Timestamp,
    /// From when on it is worth nothing.
    pub expires_at: Timestamp,
}

impl Link {
    /// Whether it can be used, as far as the link itself tells.
    #[must_use]
    pub fn is_open(&self, now: Timestamp) -> bool {
        self.uses < self.max_uses && !self.expires_at.is_over(now)
    }
}

/// That somebody used a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LinkUse {
    /// The link.
    pub link: LinkId,
    /// The user whom it let in.
    pub user: UserId,
    /// When.
    pub at: Timestamp,
}
