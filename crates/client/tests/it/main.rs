//! The client against a server that misbehaves on demand.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::time::Duration;

use ochre_client::{Client, Error};
use serde_json::json;
use wiremock::{
    Mock, MockServer, ResponseTemplate,
    matchers::{header, method, path},
};

async fn answering(answer: ResponseTemplate) -> (MockServer, Client) {
    let server = MockServer::start().await;
    Mock::given(method("GET")).and(path("/api/v1/me")).respond_with(answer).mount(&server).await;
    let client =
        Client::builder(server.uri()).api_key("k3y").timeout(Duration::from_millis(500)).build().expect("an address");
    (server, client)
}

#[tokio::test]
async fn a_refusal_carries_the_servers_words_and_the_requests_id() {
    let body = json!({"detail": {"code": "argilla.api.errors::UnauthorizedError",
                                 "params": {"detail": "Could not validate credentials"}}});
    let answer = ResponseTemplate::new(401).set_body_json(body).insert_header("x-request-id", "r-1");
    let (_server, client) = answering(answer).await;
    let error = client.me().await.unwrap_err();
    assert_eq!(error.to_string(), "401: Could not validate credentials");
    assert!(matches!(&error, Error::Refused { request_id: Some(id), .. } if id == "r-1"));
    assert!(!error.is_retryable());
}

#[tokio::test]
async fn what_is_no_argilla_server_is_said_to_be_none() {
    let (_server, client) = answering(ResponseTemplate::new(200).set_body_string("<html>")).await;
    assert!(matches!(client.me().await, Err(Error::Unexpected { status: 200, .. })));
    let (_server, client) = answering(ResponseTemplate::new(502).set_body_string("bad gateway")).await;
    assert_eq!(client.me().await.unwrap_err().status(), Some(502));
}

#[tokio::test]
async fn a_redirect_is_not_followed_with_the_key() {
    let elsewhere = MockServer::start().await;
    let answer = ResponseTemplate::new(307).insert_header("location", format!("{}/api/v1/me", elsewhere.uri()));
    let (_server, client) = answering(answer).await;
    assert!(client.me().await.is_err());
    assert!(elsewhere.received_requests().await.unwrap_or_default().is_empty());
}

#[tokio::test]
async fn a_silent_server_is_unreachable_and_worth_another_try() {
    let (_server, client) = answering(ResponseTemplate::new(200).set_delay(Duration::from_secs(5))).await;
    let error = client.me().await.unwrap_err();
    assert!(matches!(error, Error::Unreachable(_)) && error.is_retryable());
}

#[tokio::test]
async fn a_path_below_the_host_is_kept() {
    let server = MockServer::start().await;
    let me = json!({"id": "00000000-0000-4000-8000-000000000002", "first_name": "Ann", "last_name": null,
        "username": "ann", "role": "annotator", "api_key": "k", "inserted_at": "2026-11-22T11:15:09.302954",
        "updated_at": "2026-11-22T11:15:09"});
    Mock::given(path("/argilla/api/v1/me"))
        .and(header("x-argilla-api-key", "k3y"))
        .respond_with(ResponseTemplate::new(200).set_body_json(me))
        .mount(&server)
        .await;
    let client = Client::builder(format!("{}/argilla", server.uri())).api_key("k3y").build().expect("an address");
    assert_eq!(client.me().await.expect("an account").username, "ann");
    assert!(!format!("{client:?}").contains("k3y"));
}

#[test]
fn a_bad_address_or_key_is_refused_before_anything_is_sent() {
    for url in ["localhost:6900", "ftp://localhost", "", "http//x"] {
        assert!(matches!(Client::builder(url).build(), Err(Error::Address(_))), "{url}");
    }
    let builder = Client::builder("http://localhost").api_key("two\nlines");
    assert!(matches!(builder.build(), Err(Error::Credential)));
}
