//! The use-cases with mocks: in which order they authorize, hash and write, and that a refusal commits nothing.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod access;
mod accounts;
mod credentials;
mod stage;
mod team_file;
mod users_file;
