//! What is tried again, and what is not.

use std::{
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};

use ochre_client::{Client, UserCreate, Uuid};
use serde_json::json;
use wiremock::{
    Mock, MockServer, Request, Respond, ResponseTemplate,
    matchers::{any, method, path},
};

use crate::account;

/// Answers so often with a status, then as it should.
struct Recovers {
    failures: usize,
    status: u16,
    seen: AtomicUsize,
}

impl Respond for Recovers {
    fn respond(&self, request: &Request) -> ResponseTemplate {
        if self.seen.fetch_add(1, Ordering::Relaxed) < self.failures {
            return ResponseTemplate::new(self.status).set_body_json(json!({"detail": "later"}));
        }
        let status = if request.method.as_str() == "POST" { 201 } else { 200 };
        ResponseTemplate::new(status).set_body_json(account("ann"))
    }
}

async fn recovering(failures: usize, status: u16) -> MockServer {
    let server = MockServer::start().await;
    Mock::given(any()).respond_with(Recovers { failures, status, seen: AtomicUsize::new(0) }).mount(&server).await;
    server
}

async fn calls(server: &MockServer) -> usize {
    server.received_requests().await.unwrap().len()
}

#[tokio::test]
async fn a_read_is_tried_again_until_it_succeeds() {
    for status in [408, 429, 502, 503, 504] {
        let server = recovering(3, status).await;
        let client = Client::builder(server.uri()).build().unwrap();
        assert_eq!(client.me().await.unwrap().username, "ann", "{status}");
        assert_eq!(calls(&server).await, 4);
    }
    let server = recovering(4, 503).await;
    let client = Client::builder(server.uri()).build().unwrap();
    assert!(client.me().await.unwrap_err().is_retryable(), "three times at most");
}

#[tokio::test]
async fn what_will_not_change_is_not_tried_again() {
    for status in [400, 401, 403, 404, 409, 422, 500] {
        let server = recovering(9, status).await;
        let client = Client::builder(server.uri()).build().unwrap();
        assert_eq!(client.me().await.unwrap_err().status(), Some(status));
        assert_eq!(calls(&server).await, 1, "{status}");
    }
}

#[tokio::test]
async fn a_write_that_may_have_arrived_is_never_repeated() {
    let server = recovering(1, 503).await;
    let client = Client::builder(server.uri()).build().unwrap();
    assert_eq!(client.users().create(&UserCreate::new("ann", "12345678")).await.unwrap_err().status(), Some(503));
    assert_eq!(calls(&server).await, 1);
    // It took too long: nobody knows whether it was done.
    let server = MockServer::start().await;
    Mock::given(any()).respond_with(ResponseTemplate::new(200).set_delay(Duration::from_secs(5))).mount(&server).await;
    let client = Client::builder(server.uri()).timeout(Duration::from_millis(100)).build().unwrap();
    assert!(client.users().delete(Uuid::nil()).await.is_err());
    assert_eq!(calls(&server).await, 1);
}

#[tokio::test]
async fn where_no_connection_is_made_every_call_is_tried_again() {
    // A port that is taken and silent until the server comes.
    let port = {
        let socket = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        socket.local_addr().unwrap().port()
    };
    let client = Client::builder(format!("http://127.0.0.1:{port}")).retries(8).build().unwrap();
    let late = tokio::spawn(async move {
        tokio::time::sleep(Duration::from_millis(200)).await;
        let listener = std::net::TcpListener::bind(("127.0.0.1", port)).unwrap();
        let server = MockServer::builder().listener(listener).start().await;
        let recovers = Recovers { failures: 0, status: 503, seen: AtomicUsize::new(0) };
        Mock::given(method("POST")).respond_with(recovers).mount(&server).await;
        server
    });
    let created = client.users().create(&UserCreate::new("ann", "12345678")).await;
    let server = late.await.unwrap();
    assert_eq!(created.unwrap().username, "ann");
    assert_eq!(calls(&server).await, 1);
}

#[tokio::test]
async fn retries_have_a_budget() {
    let server = recovering(usize::MAX, 503).await;
    let client = Client::builder(server.uri()).build().unwrap();
    for _ in 0..8 {
        assert!(client.me().await.is_err());
    }
    // Without a budget there would be 32.
    assert_eq!(calls(&server).await, 8 + 10);
}

#[tokio::test]
async fn a_server_that_asks_for_too_much_patience_is_not_waited_for() {
    let server = MockServer::start().await;
    let busy = ResponseTemplate::new(429).insert_header("retry-after", "3600").set_body_json(json!({"detail": "busy"}));
    Mock::given(any()).respond_with(busy).mount(&server).await;
    let client = Client::builder(server.uri()).build().unwrap();
    assert_eq!(client.me().await.unwrap_err().to_string(), "busy");
    assert_eq!(calls(&server).await, 1);
}

#[tokio::test]
async fn a_password_signs_in_once_and_again_when_the_login_has_ended() {
    let server = MockServer::start().await;
    let token = ResponseTemplate::new(201).set_body_json(json!({"access_token": "t", "token_type": "bearer"}));
    Mock::given(path("/api/v1/token")).respond_with(token).expect(2).mount(&server).await;
    let me = Mock::given(path("/api/v1/me"));
    me.respond_with(ResponseTemplate::new(200).set_body_json(account("ann"))).up_to_n_times(2).mount(&server).await;
    let ended = json!({"detail": {"code": "c", "params": {"detail": "Could not validate credentials"}}});
    let me = Mock::given(path("/api/v1/me"));
    me.respond_with(ResponseTemplate::new(401).set_body_json(ended)).up_to_n_times(1).mount(&server).await;
    let me = Mock::given(path("/api/v1/me"));
    me.respond_with(ResponseTemplate::new(200).set_body_json(account("bob"))).mount(&server).await;
    let client = Client::builder(server.uri()).password("ann", "12345678").build().unwrap();
    let mut names = Vec::new();
    for _ in 0..3 {
        names.push(client.me().await.unwrap().username.clone());
    }
    assert_eq!(names, ["ann", "ann", "bob"]);
    assert!(!format!("{client:?}").contains("12345678"));
}
