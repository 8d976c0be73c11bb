//! A login.

use std::str::FromStr;

use super::{LoginSessionId, Timestamp, UnknownName, UserId};

/// Greatest length of what a program says of itself, in characters; the rest is cut off.
const USER_AGENT_MAX_CHARS: usize = 200;
/// Greatest length of an address, in characters: that of IPv6 with an IPv4 address in it.
const ADDRESS_MAX_CHARS: usize = 45;

/// Where a login was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SessionKind {
    /// Over the API, for a token.
    #[default]
    Token,
    /// In a browser, for the server's own pages.
    Web,
}

impl SessionKind {
    /// The name in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Token => "token",
            Self::Web => "web",
        }
    }
}

impl FromStr for SessionKind {
    type Err = UnknownName;

    fn from_str(name: &str) -> Result<Self, UnknownName> {
        [Self::Token, Self::Web].into_iter().find(|kind| kind.as_str() == name).ok_or(UnknownName)
    }
}

/// The program that somebody signs in with, as far as it is known.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Device {
    address: Option<String>,
    user_agent: Option<String>,
}

impl Device {
    /// Takes both as they are, but no more than fits, and no control characters.
    #[must_use]
    pub fn new(address: Option<String>, user_agent: Option<&str>) -> Self {
        let clean = |text: &str, max| text.chars().filter(|c| !c.is_control()).take(max).collect::<String>();
        Self {
            address: address.map(|text| clean(&text, ADDRESS_MAX_CHARS)),
            user_agent: user_agent.map(|text| clean(text, USER_AGENT_MAX_CHARS)),
        }
    }

    /// The address that it calls from.
    #[must_use]
    pub fn address(&self) -> Option<&str> {
        self.address.as_deref()
    }

    /// What it says of itself.
    #[must_use]
    pub fn user_agent(&self) -> Option<&str> {
        self.user_agent.as_deref()
    }
}

/// A login. A bearer token is only as good as the row behind it: a password change or a delete ends it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoginSession {
    /// Identity, carried by the token.
    pub id: LoginSessionId,
    /// Who signed in.
    pub user: UserId,
    /// Where.
    pub kind: SessionKind,
    /// With what.
    pub device: Device,
    /// When.
    pub inserted_at: Timestamp,
    /// From when on it is worth nothing.
    pub expires_at: Timestamp,
}
