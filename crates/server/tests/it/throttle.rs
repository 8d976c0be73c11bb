//! Whoever guesses passwords must wait.

use std::{
    cell::Cell,
    time::{Duration, Instant},
};

use ochre_client::Role;
use ochre_testkit::{Engine, PASSWORD, TestApp};
use reqwest::{
    Method, RequestBuilder,
    header::{AUTHORIZATION, RETRY_AFTER},
};
use serde_json::{Value, json};

use crate::{answer, leaving::until, sentence, unauthenticated};

const FORWARDED_FOR: &str = "X-Forwarded-For";
const TOKEN: &str = "/api/v1/token";
/// The least that somebody must wait.
const SHORTEST: Duration = Duration::from_secs(1);
/// The most that somebody must wait, in seconds.
const LONGEST: u64 = 10;
/// Failures of one account, and of one address, that nobody has to wait after.
const FREE_OF_ACCOUNT: usize = 5;
const FREE_OF_ADDRESS: usize = 20;

fn login(app: &TestApp, path: &str, name: &str, password: &str) -> RequestBuilder {
    app.request(Method::POST, path).form(&[("username", name), ("password", password)])
}

/// How somebody came to have to wait.
struct Wait {
    /// How many tries failed before.
    failures: usize,
    /// Until when it is sure that whoever tries must wait.
    sure_until: Instant,
}

/// Tries and fails until the next try must wait.
async fn until_throttled(failure: u16, ask: impl Fn() -> RequestBuilder) -> Wait {
    let mut last_failure = Instant::now();
    for failures in 0..60 {
        let begun = Instant::now();
        let answer = ask().send().await.unwrap();
        let status = answer.status().as_u16();
        if status == 429 {
            let seconds: u64 = answer.headers()[RETRY_AFTER].to_str().unwrap().parse().unwrap();
            assert!((1..=LONGEST).contains(&seconds), "{seconds}");
            let body: Value = answer.json().await.unwrap();
            let unit = if seconds == 1 { "second" } else { "seconds" };
            let detail = format!("Too many sign-ins have failed. Try again in {seconds} {unit}");
            assert_eq!((status, body), sentence(429, &detail));
            return Wait { failures, sure_until: last_failure + SHORTEST };
        }
        assert_eq!(status, failure);
        last_failure = begun;
    }
    panic!("nobody had to wait");
}

/// The addresses of a user's logins, the latest first.
async fn addresses(app: &TestApp, bearer: &str) -> Vec<Value> {
    let request = app.request(Method::GET, "/api/v1/me/sessions").header(AUTHORIZATION, bearer);
    let (status, list) = answer(request).await;
    assert_eq!(status, 200, "{list}");
    list["items"].as_array().unwrap().iter().map(|login| login["address"].clone()).collect()
}

fn bearer(token: &Value) -> String {
    format!("Bearer {}", token["access_token"].as_str().unwrap())
}

#[tokio::test]
async fn whoever_guesses_at_an_account_waits_and_others_do_not() {
    for (path, success) in [(TOKEN, 201), ("/api/security/token", 200)] {
        let app = TestApp::start(Engine::Sqlite).await;
        app.person("ann", Role::Annotator).await;
        app.person("bob", Role::Annotator).await;
        let wait = until_throttled(401, || login(&app, path, "ann", "wrong password")).await;
        assert!(wait.failures >= FREE_OF_ACCOUNT, "{}", wait.failures);
        // The right password is not even looked at.
        let (status, _) = answer(login(&app, path, "ann", PASSWORD)).await;
        if Instant::now() < wait.sure_until {
            assert_eq!(status, 429, "{path}");
        }
        assert_eq!(answer(login(&app, path, "bob", PASSWORD)).await.0, success, "{path}");
        until(success, || login(&app, path, "ann", PASSWORD)).await;
    }
}

#[tokio::test]
async fn a_name_that_nobody_has_is_guarded_alike() {
    let app = TestApp::start_with(Engine::Sqlite, &[("trusted-proxies", "127.0.0.1")]).await;
    app.person("ann", Role::Annotator).await;
    for (name, address) in [("ann", "192.0.2.1"), ("nobody", "192.0.2.2")] {
        let wait = until_throttled(401, || login(&app, TOKEN, name, "wrong password").header(FORWARDED_FOR, address));
        let wait = wait.await;
        assert!(wait.failures >= FREE_OF_ACCOUNT, "{name}: {}", wait.failures);
    }
}

#[tokio::test]
async fn whoever_tries_many_names_waits() {
    let app = TestApp::start(Engine::Sqlite).await;
    let number = Cell::new(0);
    // The header is anybody's own invention where no proxy is trusted.
    let wait = until_throttled(401, || {
        number.set(number.get() + 1);
        let address = format!("192.0.2.{}", number.get());
        login(&app, TOKEN, &format!("user-{}", number.get()), "wrong password").header(FORWARDED_FOR, address)
    });
    let wait = wait.await;
    assert!(wait.failures >= FREE_OF_ADDRESS, "{}", wait.failures);
    let token = until(201, || login(&app, TOKEN, "argilla", "12345678").header(FORWARDED_FOR, "192.0.2.77")).await;
    assert_eq!(addresses(&app, &bearer(&token)).await, ["127.0.0.1"]);
}

#[tokio::test]
async fn a_trusted_proxy_tells_who_calls() {
    let app = TestApp::start_with(Engine::Sqlite, &[("trusted-proxies", "10.0.0.0/8, 127.0.0.1")]).await;
    for n in 0..2 * FREE_OF_ADDRESS {
        let request = login(&app, TOKEN, &format!("user-{n}"), "wrong password");
        let request = request.header(FORWARDED_FOR, format!("192.0.2.{n}"));
        assert_eq!(answer(request).await, unauthenticated(), "each from an address of its own");
    }
    let number = Cell::new(0);
    let wait = until_throttled(401, || {
        number.set(number.get() + 1);
        // What the client wrote itself stands before what the proxy adds.
        let hops = format!("198.51.100.{}, 203.0.113.5", number.get());
        login(&app, TOKEN, &format!("name-{}", number.get()), "wrong password").header(FORWARDED_FOR, hops)
    });
    let wait = wait.await;
    assert!(wait.failures >= FREE_OF_ADDRESS, "{}", wait.failures);
    let other = login(&app, TOKEN, "argilla", "12345678").header(FORWARDED_FOR, "1.2.3.4, 198.51.100.7, 10.1.2.3");
    let (status, token) = answer(other).await;
    assert_eq!(status, 201, "another address");
    assert_eq!(addresses(&app, &bearer(&token)).await, ["198.51.100.7"]);
}

#[tokio::test]
async fn the_own_password_is_no_way_around() {
    let app = TestApp::start(Engine::Sqlite).await;
    let ann = app.person("ann", Role::Annotator).await;
    let change = |current: &str| {
        let body = json!({"current_password": current, "new_password": "a new password"});
        ann.request(Method::POST, "/api/v1/me/password").json(&body)
    };
    let wait = until_throttled(422, || change("wrong password")).await;
    assert!(wait.failures >= FREE_OF_ACCOUNT, "{}", wait.failures);
    assert!(ann.client.me().await.is_ok(), "everything else goes on");
    // It is one count with that of signing in.
    let (status, _) = answer(login(&app, TOKEN, "ann", PASSWORD)).await;
    if Instant::now() < wait.sure_until {
        assert_eq!(status, 429);
    }
    until(204, || change(PASSWORD)).await;
    assert_eq!(answer(login(&app, TOKEN, "ann", "a new password")).await.0, 201);
}

#[tokio::test]
async fn nobody_waits_where_it_is_switched_off() {
    let app = TestApp::start_with(Engine::Sqlite, &[("login-throttle", "off")]).await;
    let ann = app.person("ann", Role::Annotator).await;
    for n in 0..3 * FREE_OF_ACCOUNT {
        assert_eq!(answer(login(&app, TOKEN, "ann", "wrong password")).await, unauthenticated(), "{n}");
        let body = json!({"current_password": "wrong password", "new_password": "a new password"});
        let change = ann.request(Method::POST, "/api/v1/me/password").json(&body);
        assert_eq!(answer(change).await.0, 422, "{n}");
    }
    assert_eq!(answer(login(&app, TOKEN, "ann", PASSWORD)).await.0, 201);
}
