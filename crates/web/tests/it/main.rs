//! The pages over a made-up server, as a browser meets them.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "../../examples/preview/fake.rs"]
mod fake;

mod browser;
mod forms;
mod guard;
mod pages;
mod shown;
