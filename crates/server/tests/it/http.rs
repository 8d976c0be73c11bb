//! HTTP around the operations: verbs, slashes, prefixes, health, limits.

use std::time::Duration;

use ochre_testkit::{Engine, TestApp, on_both};
use reqwest::{Method, header};
use serde_json::json;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

use crate::{answer, sentence};

#[tokio::test]
async fn unknown_paths_below_api_and_wrong_verbs_answer_in_json() {
    let app = TestApp::start(Engine::Sqlite).await;
    let not_found = sentence(404, "Not Found");
    for path in ["/api/v1/nope", "/api/v1/", "/api/v1//me", "/api/v2/me", "/api/", "/api/v1/users/a/b/c"] {
        assert_eq!(answer(app.request(Method::GET, path)).await, not_found, "{path}");
    }
    assert_eq!(answer(app.request(Method::POST, "/api/v1/nope")).await, not_found);
    for path in ["/api/v1/users/%ff", "/api/v1/docs/%ff", "/api/v1/oauth2/providers/%ff/authentication"] {
        assert_eq!(answer(app.owner.get(path)).await, not_found, "{path}");
    }
    let not_allowed = sentence(405, "Method Not Allowed");
    for (method, path) in [
        (Method::POST, "/api/v1/version"),
        (Method::GET, "/api/v1/workspaces"),
        (Method::GET, "/api/v1/token"),
        (Method::OPTIONS, "/api/v1/users"),
        (Method::PUT, "/api/v1/users/abc"),
        (Method::POST, "/livez"),
        (Method::POST, "/no-such-page"),
    ] {
        assert_eq!(answer(app.request(method.clone(), path)).await, not_allowed, "{method} {path}");
    }
    let answer = app.request(Method::GET, "/api/v1/workspaces").send().await.unwrap();
    assert_eq!(answer.headers()[header::ALLOW], "POST");
}

#[tokio::test]
async fn a_slash_too_many_leads_to_the_right_address() {
    let app = TestApp::start(Engine::Sqlite).await;
    for (method, path, target) in [
        (Method::GET, "/api/v1/me/", "/api/v1/me"),
        (Method::GET, "/api/v1/users/?a=b", "/api/v1/users?a=b"),
        (Method::POST, "/api/v1/workspaces/", "/api/v1/workspaces"),
    ] {
        let answer = app.request(method, path).send().await.unwrap();
        assert_eq!(answer.status(), 307);
        assert_eq!(answer.headers()[header::LOCATION], format!("{}{target}", app.url()));
    }
}

#[tokio::test]
async fn head_answers_as_get_does_without_the_body() {
    let app = TestApp::start(Engine::Sqlite).await;
    for path in ["/api/v1/version", "/api/v1/me", "/api/v1/users", "/livez", "/"] {
        let get = app.owner.get(path).send().await.unwrap();
        let head = app.owner.request(Method::HEAD, path).send().await.unwrap();
        assert_eq!(head.status(), get.status(), "{path}");
        assert_eq!(head.headers()[header::CONTENT_TYPE], get.headers()[header::CONTENT_TYPE]);
        assert_eq!(head.headers()[header::CONTENT_LENGTH], get.headers()[header::CONTENT_LENGTH]);
        assert_eq!(head.bytes().await.unwrap().len(), 0);
    }
    assert_eq!(app.request(Method::HEAD, "/api/v1/me").send().await.unwrap().status(), 401);
}

#[tokio::test]
async fn a_prefix_works_whether_the_proxy_strips_it_or_not() {
    for base in ["/argilla", "argilla/", "/argilla/"] {
        let app = TestApp::start_with(Engine::Sqlite, &[("base-url", base)]).await;
        assert!(app.url().ends_with("/argilla"), "{}", app.url());
        let host = app.url().trim_end_matches("/argilla").to_owned();
        let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        let get = |path: &str| http.get(format!("{host}{path}")).header("X-Argilla-Api-Key", "argilla.apikey").send();
        for path in
            ["/argilla/api/v1/me", "/api/v1/me", "/argilla/livez", "/livez", "/argilla/", "/argilla/api/v1/docs"]
        {
            assert_eq!(get(path).await.unwrap().status(), 200, "{path}");
        }
        let bare = get("/argilla").await.unwrap();
        assert_eq!(
            (bare.status().as_u16(), &bare.headers()[header::LOCATION]),
            (307, &header::HeaderValue::from_static("/argilla/"))
        );
        let slash = get("/argilla/api/v1/me/").await.unwrap();
        assert_eq!(slash.headers()[header::LOCATION], format!("{host}/argilla/api/v1/me"));
        assert_eq!(get("/argilla/api/v1/nope").await.unwrap().status(), 404);
        assert_eq!(
            get("/argillas/api/v1/me").await.unwrap().headers()[header::CONTENT_TYPE],
            "text/html; charset=utf-8"
        );
        let document: serde_json::Value = get("/api/v1/openapi.json").await.unwrap().json().await.unwrap();
        assert_eq!(document["servers"], json!([{"url": "/argilla"}]));
        let docs = get("/argilla/api/v1/docs").await.unwrap().text().await.unwrap();
        assert!(docs.contains("src=\"/argilla/api/v1/docs/swagger-ui-bundle.js\""));
    }
}

#[tokio::test]
async fn pages_need_nothing_from_elsewhere() {
    let app = TestApp::start(Engine::Sqlite).await;
    for path in ["/", "/docs", "/api", "/api/v1", "/api/v1/docs", "/datasets", "/no/such/page"] {
        let answer = app.request(Method::GET, path).send().await.unwrap();
        assert_eq!(answer.status(), 200, "{path}");
        assert_eq!(answer.headers()[header::CONTENT_TYPE], "text/html; charset=utf-8");
        assert!(answer.headers()[header::CONTENT_SECURITY_POLICY].to_str().unwrap().starts_with("default-src 'none'"));
        let page = answer.text().await.unwrap();
        assert!(!page.contains("http://") && !page.contains("https://"), "{path}");
        for file in page.split(['"']).filter(|text| text.starts_with("/api/v1/docs/")) {
            let answer = app.request(Method::GET, file).send().await.unwrap();
            assert_eq!(answer.status(), 200, "{file}");
            assert!(!answer.bytes().await.unwrap().is_empty());
        }
    }
    assert_eq!(answer(app.request(Method::GET, "/api/v1/docs/index.html")).await, sentence(404, "Not Found"));
    assert_eq!(answer(app.request(Method::GET, "/api/v1/docs/..%2fopenapi.json")).await, sentence(404, "Not Found"));
}

#[tokio::test]
async fn every_answer_has_an_id_a_time_and_no_cors() {
    let app = TestApp::start(Engine::Sqlite).await;
    let request = app.request(Method::GET, "/api/v1/version").header("Origin", "http://example.test");
    let answer = request.send().await.unwrap();
    let headers = answer.headers();
    assert_eq!(headers["x-request-id"].len(), 16);
    assert!(headers["server-timing"].to_str().unwrap().starts_with("total;dur="));
    assert_eq!(headers["x-content-type-options"], "nosniff");
    assert!(!headers.contains_key("access-control-allow-origin"));
    let echoed = app.request(Method::GET, "/livez").header("X-Request-Id", "from-the-proxy.1").send().await.unwrap();
    assert_eq!(echoed.headers()["x-request-id"], "from-the-proxy.1");
    let refused = app.request(Method::GET, "/livez").header("X-Request-Id", "no spaces!").send().await.unwrap();
    assert_eq!(refused.headers()["x-request-id"].len(), 16);
}

#[tokio::test]
async fn cors_is_there_where_it_is_configured() {
    let origin = "https://ui.example";
    let app = TestApp::start_with(Engine::Sqlite, &[("cors-origins", origin)]).await;
    let preflight = |from: &str| {
        app.request(Method::OPTIONS, "/api/v1/users")
            .header("Origin", from)
            .header("Access-Control-Request-Method", "POST")
            .header("Access-Control-Request-Headers", "X-Argilla-Api-Key,Content-Type")
            .send()
    };
    let answer = preflight(origin).await.unwrap();
    assert_eq!(
        (answer.status().as_u16(), &answer.headers()["access-control-allow-origin"]),
        (200, &header::HeaderValue::from_static(origin))
    );
    assert_eq!(answer.headers()["access-control-allow-methods"], "POST");
    assert_eq!(answer.headers()["access-control-max-age"], "600");
    assert!(!preflight("https://evil.example").await.unwrap().headers().contains_key("access-control-allow-origin"));
}

#[tokio::test]
async fn long_answers_are_compressed_for_those_who_can_read_it() {
    let app = TestApp::start(Engine::Sqlite).await;
    for n in 0..4 {
        app.person(&format!("user-{n}"), ochre_client::Role::Annotator).await;
    }
    let encoding = |accept: &'static str, path: &'static str| {
        let request = app.owner.get(path).header(header::ACCEPT_ENCODING, accept);
        async move {
            let answer = request.send().await.unwrap();
            answer.headers().get(header::CONTENT_ENCODING).map(|value| value.to_str().unwrap().to_owned())
        }
    };
    assert_eq!(encoding("gzip, deflate, br", "/api/v1/users").await.as_deref(), Some("br"));
    assert_eq!(encoding("gzip", "/api/v1/users").await.as_deref(), Some("gzip"));
    assert_eq!(encoding("identity", "/api/v1/users").await, None);
    assert_eq!(encoding("br", "/api/v1/me").await, None, "short answers are not worth it");
}

on_both! {
    async fn health_tells_living_from_ready(engine: Engine) {
        let app = TestApp::start(engine).await;
        assert_eq!(answer(app.request(Method::GET, "/livez")).await, (200, json!({"status": "ok"})));
        assert_eq!(answer(app.request(Method::GET, "/readyz")).await, (200, json!({"status": "ok"})));
        assert_eq!(app.anonymous().server().readyz().await.unwrap().status, "ok");
    }
}

#[tokio::test]
async fn a_database_that_takes_no_writes_makes_the_server_unready_but_alive() {
    let app = TestApp::start(Engine::Sqlite).await;
    let other = app.database.open().await;
    let held = ochre_domain::ports::Store::begin(&other).await.unwrap();
    let unready = (503, json!({"status": "the database takes no writes"}));
    assert_eq!(answer(app.request(Method::GET, "/readyz")).await, unready);
    assert_eq!(answer(app.request(Method::GET, "/livez")).await.0, 200);
    drop(held);
    // The held transaction is undone in the background.
    for _ in 0..100 {
        if answer(app.request(Method::GET, "/readyz")).await.0 == 200 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("the server did not become ready again");
}

#[tokio::test]
async fn a_head_that_is_too_long_is_refused() {
    let app = TestApp::start(Engine::Sqlite).await;
    let mut stream = TcpStream::connect(app.url().trim_start_matches("http://")).await.unwrap();
    let head = format!("GET /api/v1/me HTTP/1.1\r\nHost: x\r\nX-Long: {}\r\n\r\n", "x".repeat(1_000_000));
    // The server may answer and close before all is sent.
    let _ = stream.write_all(head.as_bytes()).await;
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer).await;
    assert!(answer.is_empty() || answer.starts_with(b"HTTP/1.1 431 "), "{}", String::from_utf8_lossy(&answer));
}

#[tokio::test]
async fn a_redirect_never_leads_to_a_host_that_is_none() {
    let app = TestApp::start(Engine::Sqlite).await;
    for host in ["a b", "evil.example/x?", "", "x\"y"] {
        let mut stream = TcpStream::connect(app.url().trim_start_matches("http://")).await.unwrap();
        let head = format!("GET /api/v1/me/ HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
        stream.write_all(head.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        let location = answer.lines().find_map(|line| line.strip_prefix("location: "));
        assert!(location.is_none_or(|location| location == "/api/v1/me"), "{host:?}: {location:?}");
    }
}
