//! Facts about the server, for everybody.

use axum::response::Response;
use http::StatusCode;
use ochre_dto::legacy::{Elasticsearch, ElasticsearchVersion, Info, Status};

use crate::{api::v1::memory, wire};

/// The last Argilla that had this API. Clients compare it with their own version, and warn of another one.
const ARGILLA_VERSION: &str = "1.29.1";

/// The version.
pub(super) async fn info() -> Response {
    wire::json(StatusCode::OK, &Info { version: ARGILLA_VERSION.to_owned() })
}

/// How the server is. There is no Elasticsearch; clients want an object with all its keys.
pub(super) async fn status() -> Response {
    let version = env!("CARGO_PKG_VERSION").to_owned();
    let status = Status {
        version: ARGILLA_VERSION.to_owned(),
        elasticsearch: Elasticsearch {
            name: "ochre".to_owned(),
            cluster_name: "ochre".to_owned(),
            cluster_uuid: "ochre".to_owned(),
            version: ElasticsearchVersion {
                number: version.clone(),
                build_flavor: "default".to_owned(),
                build_type: "ochre".to_owned(),
                build_hash: "none".to_owned(),
                build_date: "1970-01-01T00:00:00.000000000Z".to_owned(),
                build_snapshot: false,
                lucene_version: "none".to_owned(),
                minimum_wire_compatibility_version: version.clone(),
                minimum_index_compatibility_version: version,
            },
            tagline: "There is no search engine behind this server".to_owned(),
        },
        mem_info: memory(),
    };
    wire::json(StatusCode::OK, &status)
}
