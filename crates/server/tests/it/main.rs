//! The server over HTTP, on real databases.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod auth;
mod bodies;
mod browser;
mod coherence;
mod commands;
mod console;
mod console_lists;
mod decisions;
mod first_start;
mod http;
mod keys;
mod leaving;
mod legacy;
mod links;
mod lists;
mod mail;
mod maintenance;
mod matrix;
mod oidc;
mod own;
mod pages;
mod process;
mod revocation;
mod secrets;
mod takeover;
mod team;
mod throttle;
mod users;
mod users_file;
mod workspaces;

use reqwest::RequestBuilder;
use serde_json::{Value, json};

/// The status and the body of an answer.
async fn answer(request: RequestBuilder) -> (u16, Value) {
    let answer = request.send().await.expect("an answer");
    let status = answer.status().as_u16();
    let text = answer.text().await.expect("a body");
    (status, serde_json::from_str(&text).unwrap_or(Value::String(text)))
}

/// The body of a refusal with a code.
fn coded(code: &str, detail: &str) -> Value {
    json!({"detail": {"code": format!("argilla.api.errors::{code}"), "params": {"detail": detail}}})
}

fn unauthenticated() -> (u16, Value) {
    (401, coded("UnauthorizedError", "Could not validate credentials"))
}

fn invalid_token() -> (u16, Value) {
    (401, coded("UnauthorizedError", "Invalid token"))
}

fn forbidden() -> (u16, Value) {
    (403, coded("ForbiddenOperationError", "Operation not allowed"))
}

/// A refusal in a sentence.
fn sentence(status: u16, detail: &str) -> (u16, Value) {
    (status, json!({"detail": detail}))
}

/// A refusal of fields: type, place, message.
fn invalid(problems: &[(&str, Value, &str)]) -> (u16, Value) {
    let errors: Vec<_> =
        problems.iter().map(|(kind, loc, msg)| json!({"type": kind, "loc": loc, "msg": msg})).collect();
    (422, json!({"detail": {"code": "argilla.api.errors::ValidationError", "params": {"errors": errors}}}))
}
