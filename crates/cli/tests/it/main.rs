//! The program against a started server.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod own;
mod program;
mod round;
mod transcripts;
