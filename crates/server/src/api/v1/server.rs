//! Facts about the server, for everybody.

use axum::response::Response;
use http::StatusCode;
use ochre_dto::v1::{ArgillaSettings, Memory, SearchEngine, SearchEngineVersion, Settings, Status, Version};

use crate::wire;

/// The version of Argilla whose API is spoken.
const ARGILLA_VERSION: &str = "2.8.0";

/// Tell the version
///
/// Of the Argilla whose API is spoken: clients decide by it what they may ask for.
#[utoipa::path(get, path = "/version", tag = "Server", operation_id = "get_version",
    responses((status = OK, description = "The version", body = Version)))]
pub(super) async fn version() -> Response {
    wire::json(StatusCode::OK, &Version { version: ARGILLA_VERSION.to_owned() })
}

/// Tell how the server is
#[utoipa::path(get, path = "/status", tag = "Server", operation_id = "get_status",
    responses((status = OK, description = "How it is", body = Status)))]
pub(super) async fn status() -> Response {
    let status = Status {
        version: ARGILLA_VERSION.to_owned(),
        // There is no search engine; clients want an object with a version.
        search_engine: SearchEngine {
            name: "ochre".to_owned(),
            version: SearchEngineVersion { number: env!("CARGO_PKG_VERSION").to_owned() },
        },
        memory: memory(),
    };
    wire::json(StatusCode::OK, &status)
}

/// Tell the settings that a user interface needs
#[utoipa::path(get, path = "/settings", tag = "Server", operation_id = "get_settings",
    responses((status = OK, description = "The settings", body = Settings)))]
pub(super) async fn settings() -> Response {
    wire::json(StatusCode::OK, &Settings { argilla: ArgillaSettings { share_your_progress_enabled: false } })
}

/// The process's memory as Linux counts it; zeros elsewhere.
pub(in crate::api) fn memory() -> Memory {
    let statm = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    let mut pages = statm.split_whitespace().map(|pages| pages.parse().unwrap_or(0_u64));
    let mut next = || human(pages.next().unwrap_or(0).saturating_mul(4096));
    // The order of the file: size, resident, shared, text, lib, data, dirty.
    let (vms, rss, shared, text, lib, data, dirty) = (next(), next(), next(), next(), next(), next(), next());
    Memory { rss, vms, shared, text, lib, data, dirty }
}

/// Bytes in the largest unit that gives a whole number above zero, rounded down.
fn human(bytes: u64) -> String {
    let units = [("P", 50), ("T", 40), ("G", 30), ("M", 20), ("K", 10)];
    let unit = units.into_iter().find(|(_, shift)| bytes >> shift > 0);
    unit.map_or_else(|| format!("{bytes}B"), |(unit, shift)| format!("{}{unit}", bytes >> shift))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_is_written_in_whole_units() {
        assert_eq!(human(0), "0B");
        assert_eq!(human(1023), "1023B");
        assert_eq!(human(4096), "4K");
        assert_eq!(human(274_726_912), "262M");
        assert_eq!(human(3 << 30), "3G");
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_running_process_uses_memory() {
        assert_ne!(memory().rss, "0B");
    }
}
