//! The client against a server that misbehaves on demand, and against the real one.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod operations;
mod real;
mod retries;
mod suite;

use std::time::Duration;

use ochre_client::{Client, Error, LinkRedeem, Uuid};
use serde_json::json;
use wiremock::{
    Mock, MockServer, ResponseTemplate,
    matchers::{header, method, path, query_param, query_param_is_missing},
};

fn account(name: &str) -> serde_json::Value {
    json!({"id": "00000000-0000-4000-8000-000000000002", "first_name": "Ann", "last_name": null, "username": name,
        "role": "annotator", "api_key": "k", "inserted_at": "2026-11-22T11:15:09.302954", "updated_at": "2026-11-22T11:15:09"})
}

async fn answering(answer: ResponseTemplate) -> (MockServer, Client) {
    let server = MockServer::start().await;
    Mock::given(method("GET")).and(path("/api/v1/me")).respond_with(answer).mount(&server).await;
    let builder = Client::builder(server.uri()).api_key("k3y").timeout(Duration::from_millis(500)).retries(0);
    let client = builder.build().expect("an address");
    (server, client)
}

#[tokio::test]
async fn a_list_that_comes_in_pages_is_whole() {
    let entry = |number: u128| {
        let id = Uuid::from_u128(number);
        json!({"id": id, "kind": "user", "name": format!("user {number}"), "subject_id": id, "memberships": 0, "deleted_by": null,
            "deleted_at": "2026-11-22T11:15:09", "expires_at": "2026-11-29T11:15:09"})
    };
    let server = MockServer::start().await;
    let pages = [(None, 3, Some("one")), (Some("one"), 2, Some("two")), (Some("two"), 1, None)];
    for (cursor, number, next) in pages {
        let page = json!({"items": [entry(number)], "next_cursor": next});
        let call = Mock::given(method("GET")).and(path("/api/v1/trash")).and(query_param("limit", "1000"));
        let call = match cursor {
            Some(cursor) => call.and(query_param("cursor", cursor)),
            None => call.and(query_param_is_missing("cursor")),
        };
        call.respond_with(ResponseTemplate::new(200).set_body_json(page)).expect(1).mount(&server).await;
    }
    let client = Client::builder(server.uri()).build().expect("an address");
    let names: Vec<_> = client.trash().list().await.unwrap().into_iter().map(|entry| entry.name).collect();
    assert_eq!(names, ["user 3", "user 2", "user 1"]);
}

#[tokio::test]
async fn a_refusal_carries_the_servers_words_and_the_requests_id() {
    let body = json!({"detail": {"code": "argilla.api.errors::UnauthorizedError",
                                 "params": {"detail": "Could not validate credentials"}}});
    let answer = ResponseTemplate::new(401).set_body_json(body).insert_header("x-request-id", "r-1");
    let (_server, client) = answering(answer).await;
    let error = client.me().await.unwrap_err();
    assert_eq!(error.to_string(), "Could not validate credentials");
    assert_eq!((error.status(), error.request_id()), (Some(401), Some("r-1")));
    assert!(error.is_denied() && !error.is_retryable());
}

#[tokio::test]
async fn a_refusal_tells_what_lifts_it() {
    let body = json!({"detail": {"code": "argilla.api.errors::PasswordChangeRequiredError",
                                 "params": {"detail": "This account must get another password first: POST /api/v1/me/password"}}});
    let (_server, client) = answering(ResponseTemplate::new(403).set_body_json(body)).await;
    assert!(client.me().await.unwrap_err().is_password_change_required());
    let busy = ResponseTemplate::new(429).insert_header("retry-after", "30").set_body_json(json!({"detail": "busy"}));
    let (_server, client) = answering(busy).await;
    let error = client.me().await.unwrap_err();
    assert_eq!(error.retry_after(), Some(Duration::from_secs(30)));
    assert!(!error.is_password_change_required());
}

#[tokio::test]
async fn an_answer_may_have_no_body() {
    let server = MockServer::start().await;
    let reset = Mock::given(method("POST")).and(path("/api/v1/links/reset"));
    reset.respond_with(ResponseTemplate::new(204)).mount(&server).await;
    let invited = Mock::given(method("POST")).and(path("/api/v1/links/invitation"));
    invited.respond_with(ResponseTemplate::new(201).set_body_json(account("ann"))).mount(&server).await;
    let logout = Mock::given(method("POST")).and(path("/api/v1/logout"));
    logout.respond_with(ResponseTemplate::new(204)).mount(&server).await;
    let client = Client::builder(server.uri()).build().unwrap();
    client.account().logout().await.unwrap();
    assert_eq!(client.links().redeem("reset", &LinkRedeem::default()).await.unwrap(), None);
    let link = format!("{}/invitation", server.uri());
    assert_eq!(client.links().redeem(&link, &LinkRedeem::default()).await.unwrap().unwrap().username, "ann");
}

#[tokio::test]
async fn what_is_no_argilla_server_is_said_to_be_none() {
    let (_server, client) = answering(ResponseTemplate::new(200).set_body_string("<html>")).await;
    assert!(matches!(client.me().await, Err(Error::Unexpected { status: 200, .. })));
    let (_server, client) = answering(ResponseTemplate::new(502).set_body_string("bad gateway")).await;
    assert_eq!(client.me().await.unwrap_err().status(), Some(502));
}

#[tokio::test]
async fn a_redirect_is_followed_within_the_origin_alone() {
    let elsewhere = MockServer::start().await;
    let place = format!("{}/api/v1/me", elsewhere.uri());
    let (_server, client) = answering(ResponseTemplate::new(307).insert_header("location", place.as_str())).await;
    assert!(matches!(client.me().await, Err(Error::Redirect { location }) if location == place));
    assert!(elsewhere.received_requests().await.unwrap_or_default().is_empty(), "the key goes nowhere else");

    let (server, client) = answering(ResponseTemplate::new(307).insert_header("location", "/elsewhere")).await;
    let moved = Mock::given(path("/elsewhere")).and(header("x-argilla-api-key", "k3y"));
    moved.respond_with(ResponseTemplate::new(200).set_body_json(account("ann"))).mount(&server).await;
    assert_eq!(client.me().await.unwrap().username, "ann");
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
    let me = account("ann");
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
    for url in ["localhost:6900", "ftp://localhost", "", "http//x", "http://me:s3cret@localhost"] {
        let error = Client::builder(url).build().err().unwrap();
        assert!(matches!(error, Error::Address(_)) && !error.to_string().contains("s3cret"), "{url}");
    }
    let builder = Client::builder("http://localhost").api_key("two\nlines");
    assert!(matches!(builder.build(), Err(Error::Credential)));
}
