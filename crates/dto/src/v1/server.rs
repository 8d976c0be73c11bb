//! Facts about the server.

use serde::{Deserialize, Serialize};

/// The version of Argilla whose API is spoken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Version {
    /// Three numbers.
    pub version: String,
}

/// How the server is, as Argilla tells it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Status {
    /// The version of Argilla whose API is spoken.
    pub version: String,
    /// What stands in the place of a search engine.
    pub search_engine: SearchEngine,
    /// The process's memory, in whole units of 1024 (`B`, `K`, `M`, `G`, …), rounded down.
    pub memory: Memory,
}

/// What stands in the place of a search engine: the server itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SearchEngine {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: SearchEngineVersion,
}

/// The version of a search engine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SearchEngineVersion {
    /// Three numbers.
    pub number: String,
}

/// The process's memory.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Memory {
    /// Resident.
    pub rss: String,
    /// Virtual.
    pub vms: String,
    /// Shared with other processes.
    pub shared: String,
    /// Code.
    pub text: String,
    /// Libraries; always zero since Linux 2.6.
    pub lib: String,
    /// Data and stack.
    pub data: String,
    /// Dirty pages; always zero since Linux 2.6.
    pub dirty: String,
}

/// What a user interface needs to know before anybody signs in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Settings {
    /// Argilla's settings.
    pub argilla: ArgillaSettings,
}

/// Argilla's settings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ArgillaSettings {
    /// Whether the progress of a team can be shared by a public link.
    pub share_your_progress_enabled: bool,
}

/// Somebody who can vouch for users.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Provider {
    /// The provider's name.
    pub name: String,
}

/// Whether the server lives, or is ready to serve.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Health {
    /// `ok`, or what is missing.
    pub status: String,
}
