//! What the repositories promise, on both databases.

mod conformance;
mod migrations;
mod writers;
