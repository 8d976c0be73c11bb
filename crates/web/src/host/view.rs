//! What the server tells the pages, and what the pages read for the server. Plain values: texts are shown as they are.

use std::ops::RangeInclusive;

use super::Cookies;
use crate::secret::Secret;

/// What is the same for every request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct About {
    /// The server's version.
    pub version: String,
    /// How many characters a new password has, for the hint beside the field. The server checks it itself.
    pub password_chars: RangeInclusive<usize>,
}

/// Somebody who is signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Visitor {
    /// What the user signs in with.
    pub username: String,
    /// The user's password.
    pub password: PasswordState,
}

/// How somebody stands to the own password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PasswordState {
    /// It can be changed.
    Set,
    /// It must be changed before anything else: somebody else has set it.
    MustChange,
    /// There is none: the user signs in elsewhere, or by API key alone.
    None,
}

/// Somebody who can vouch for users.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Provider {
    /// The name in addresses.
    pub name: String,
    /// The name for people, as in "Continue with …".
    pub label: String,
}

/// The way to a provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Departure {
    /// The provider's address.
    pub address: String,
    /// What carries the state until the browser is back.
    pub cookies: Cookies,
}

/// A new session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedIn {
    /// The session's cookie, and whatever clears what is done with.
    pub cookies: Cookies,
    /// Where the person wanted to go, as [`begin`](super::Host::begin) was told. It is checked again.
    pub next: Option<String>,
}

/// What became of a sign-in at a provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Finished {
    /// Done.
    SignedIn(SignedIn),
    /// A local account of that name exists, and nobody has linked the two. Its own password would.
    NotLinked {
        /// The local account's name.
        username: String,
        /// What remembers the account at the provider until the form comes back.
        cookies: Cookies,
    },
}

/// What a link is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LinkView {
    /// A new account.
    Invitation {
        /// The role's name.
        role: String,
        /// The names of the workspaces that the account becomes a member of, in order.
        workspaces: Vec<String>,
        /// When the link ends by itself, in seconds since 1970.
        expires_at: i64,
    },
    /// A new password.
    Reset {
        /// Whose.
        username: String,
        /// When the link ends by itself, in seconds since 1970.
        expires_at: i64,
    },
}

/// What somebody who holds a link says to use it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RedeemForm {
    /// For an invitation.
    Invitation(NewAccount),
    /// For a new password.
    Reset {
        /// The new password.
        password: Secret,
    },
}

/// A new account, as typed: no field is checked but that those which must be there are not empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAccount {
    /// What the user will sign in with.
    pub username: String,
    /// First name.
    pub first_name: String,
    /// Last name; `None` when the field was left empty.
    pub last_name: Option<String>,
    /// The password.
    pub password: Secret,
}
