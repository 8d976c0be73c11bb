//! Facts about the server.

use serde::{Deserialize, Serialize};

pub use crate::v1::Memory;

/// The version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Info {
    /// Of the Argilla whose API is spoken here.
    pub version: String,
}

/// How the server is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Status {
    /// As in [`Info`].
    pub version: String,
    /// Where Argilla's search engine stood. Clients want every key of it.
    pub elasticsearch: Elasticsearch,
    /// The process's memory.
    pub mem_info: Memory,
}

/// What Elasticsearch says about itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Elasticsearch {
    /// The node.
    pub name: String,
    /// The cluster.
    pub cluster_name: String,
    /// The cluster's id.
    pub cluster_uuid: String,
    /// Its version.
    pub version: ElasticsearchVersion,
    /// Its motto.
    pub tagline: String,
}

/// A version of Elasticsearch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ElasticsearchVersion {
    /// The version.
    pub number: String,
    /// How it was built.
    pub build_flavor: String,
    /// How it was packed.
    pub build_type: String,
    /// What it was built from.
    pub build_hash: String,
    /// When.
    pub build_date: String,
    /// Whether it is a snapshot.
    pub build_snapshot: bool,
    /// Lucene's version.
    pub lucene_version: String,
    /// The oldest that it talks with.
    pub minimum_wire_compatibility_version: String,
    /// The oldest whose files it reads.
    pub minimum_index_compatibility_version: String,
}
