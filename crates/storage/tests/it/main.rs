//! What the repositories promise, on both databases.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod conformance;
mod credentials;
mod lists;
mod migrations;
mod writers;
