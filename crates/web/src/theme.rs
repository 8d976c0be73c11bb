//! Light or dark: as the system is, unless somebody chooses.

use http::HeaderMap;

use crate::cookie::cookie;

/// The cookie that remembers the choice. It says nothing about anybody.
pub(crate) const COOKIE: &str = "ochre_theme";

/// The choice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Theme {
    /// As the system is.
    #[default]
    System,
    Light,
    Dark,
}

impl Theme {
    pub(crate) const ALL: [Self; 3] = [Self::System, Self::Light, Self::Dark];

    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    pub(crate) const fn label(self) -> &'static str {
        match self {
            Self::System => "As the system",
            Self::Light => "Light",
            Self::Dark => "Dark",
        }
    }

    /// What the browser remembers.
    pub(crate) fn of(headers: &HeaderMap) -> Self {
        cookie(headers, COOKIE).map_or(Self::System, Self::named)
    }

    /// Of this name; the system's for any other.
    pub(crate) fn named(name: &str) -> Self {
        Self::ALL.into_iter().find(|theme| theme.as_str() == name).unwrap_or_default()
    }
}
