//! Bodies: what is read, what is refused, and with which words.

use ochre_client::Role;
use ochre_testkit::{Engine, TestApp};
use reqwest::Method;
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

use crate::{answer, forbidden, invalid, sentence, unauthenticated};

const TOO_LONG: &str = "String should have at most 500 characters";
const NUL: &str = "Value error, The text should not contain the character U+0000";

#[tokio::test]
async fn checks_come_in_argillas_order() {
    let app = TestApp::start(Engine::Sqlite).await;
    let ann = app.person("ann", Role::Annotator).await;
    let broken = |request: reqwest::RequestBuilder| request.header("content-type", "application/json").body("{");
    let no_json = invalid(&[("json_invalid", json!(["body", 1]), "JSON decode error")]);
    // A broken body before the credentials, the credentials before the fields, the fields before the policy.
    assert_eq!(answer(broken(app.request(Method::POST, "/api/v1/users"))).await, no_json);
    assert_eq!(answer(app.request(Method::POST, "/api/v1/users").json(&json!({}))).await, unauthenticated());
    let (status, _) = answer(ann.request(Method::POST, "/api/v1/users").json(&json!({}))).await;
    assert_eq!(status, 422);
    let user = json!({"first_name": "F", "username": "u", "password": "12345678"});
    assert_eq!(answer(ann.request(Method::POST, "/api/v1/users").json(&user)).await, forbidden());
    assert_eq!(answer(app.request(Method::GET, "/api/v1/users/no-id")).await, unauthenticated());
    let problems = invalid(&[
        (
            "uuid_parsing",
            json!(["path", "user_id"]),
            "Input should be a valid UUID, invalid length: expected length 32 for simple format, found 3",
        ),
        ("enum", json!(["body", "role"]), "Input should be 'owner', 'admin' or 'annotator'"),
    ]);
    let both = app.owner.request(Method::PATCH, "/api/v1/users/abc").json(&json!({"role": "king"}));
    assert_eq!(answer(both).await, problems);
}

#[tokio::test]
async fn every_problem_of_a_new_user_is_told_at_once_in_the_order_of_the_fields() {
    let app = TestApp::start(Engine::Sqlite).await;
    let create = |body: Value| answer(app.owner.request(Method::POST, "/api/v1/users").json(&body));
    let all = json!({"password": "x", "role": 1, "username": "", "last_name": " ", "first_name": 5, "id": 5});
    assert_eq!(
        create(all).await,
        invalid(&[
            ("uuid_type", json!(["body", "id"]), "UUID input should be a string, bytes or UUID object"),
            ("string_type", json!(["body", "first_name"]), "Input should be a valid string"),
            ("string_too_short", json!(["body", "last_name"]), "String should have at least 1 character"),
            ("string_too_short", json!(["body", "username"]), "String should have at least 1 character"),
            ("enum", json!(["body", "role"]), "Input should be 'owner', 'admin' or 'annotator'"),
            ("string_too_short", json!(["body", "password"]), "String should have at least 8 characters"),
        ])
    );
    let long = "é".repeat(501);
    let body = json!({"first_name": "a\0b", "last_name": long, "username": "a\0", "password": "x".repeat(101)});
    assert_eq!(
        create(body).await,
        invalid(&[
            ("value_error", json!(["body", "first_name"]), NUL),
            ("string_too_long", json!(["body", "last_name"]), TOO_LONG),
            ("value_error", json!(["body", "username"]), NUL),
            ("string_too_long", json!(["body", "password"]), "String should have at most 100 characters"),
        ])
    );
    assert_eq!(create(json!({"first_name": "F", "username": "u", "password": "12345678"})).await.0, 201);
}

#[tokio::test]
async fn bodies_that_are_json_but_no_objects_are_refused_not_failed_on() {
    let app = TestApp::start(Engine::Sqlite).await;
    let id = app.owner.user.id;
    let no_object = "Input should be a valid dictionary or object to extract fields from";
    let wrong = invalid(&[("model_attributes_type", json!(["body"]), no_object)]);
    let absent = invalid(&[("missing", json!(["body"]), "Field required")]);
    let patch = format!("/api/v1/users/{id}");
    let routes =
        [(Method::POST, "/api/v1/users"), (Method::POST, "/api/v1/workspaces"), (Method::PATCH, patch.as_str())];
    for (method, path) in routes {
        for body in ["[]", "[\"role\"]", "\"role\"", "5", "true", "NaN", "\"\\ud800\""] {
            let request = app.owner.request(method.clone(), path).header("content-type", "application/json").body(body);
            assert_eq!(answer(request).await, wrong, "{method} {path} {body}");
        }
        let text = app.owner.request(method.clone(), path).header("content-type", "text/plain").body("{}");
        assert_eq!(answer(text).await, wrong);
        for body in ["", "null"] {
            let request = app.owner.request(method.clone(), path).header("content-type", "application/json").body(body);
            assert_eq!(answer(request).await, absent, "{method} {path} {body}");
        }
        let bytes = app.owner.request(method, path).header("content-type", "application/json").body(vec![0x22, 0xff]);
        assert_eq!(answer(bytes).await, sentence(400, "There was an error parsing the body"));
    }
}

#[tokio::test]
async fn a_body_without_a_content_type_or_with_one_like_json_is_json() {
    let app = TestApp::start(Engine::Sqlite).await;
    for (n, kind) in
        [None, Some("application/json; charset=utf-8"), Some("APPLICATION/JSON"), Some("application/vnd.api+json")]
            .into_iter()
            .enumerate()
    {
        let mut request = app
            .owner
            .request(Method::POST, "/api/v1/workspaces")
            .body(format!("\u{feff}{{\"name\": \"w{n}\", \"extra\": 1}}"));
        if let Some(kind) = kind {
            request = request.header("content-type", kind);
        }
        assert_eq!(answer(request).await.0, 201, "{kind:?}");
    }
}

#[tokio::test]
async fn a_body_over_the_limit_is_refused() {
    let app = TestApp::start(Engine::Sqlite).await;
    let request = app.owner.request(Method::POST, "/api/v1/workspaces").json(&json!({"name": "x".repeat(1 << 20)}));
    assert_eq!(answer(request).await, sentence(413, "The body is larger than 1 MiB"));
    assert_eq!(answer(app.owner.get("/api/v1/me")).await.0, 200);

    // Who asks first (`Expect: 100-continue`) is told before anything is sent.
    let mut stream = TcpStream::connect(app.url().trim_start_matches("http://")).await.unwrap();
    let head = "POST /api/v1/workspaces HTTP/1.1\r\nHost: x\r\nContent-Length: 2000000\r\nExpect: 100-continue\r\n\r\n";
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut answer = vec![0; 12];
    stream.read_exact(&mut answer).await.unwrap();
    assert_eq!(answer, b"HTTP/1.1 413");
}

#[tokio::test]
async fn null_is_refused_where_there_must_be_a_value() {
    let app = TestApp::start(Engine::Sqlite).await;
    let ann = app.person("ann", Role::Annotator).await;
    let patch =
        |body: Value| answer(app.owner.request(Method::PATCH, &format!("/api/v1/users/{}", ann.user.id)).json(&body));
    let nulls = |keys: &str| {
        let message = format!("Value error, The following keys must have non-null values: {keys}");
        invalid(&[("value_error", json!(["body"]), &message)])
    };
    assert_eq!(patch(json!({"role": null})).await, nulls("role"));
    let all = json!({"username": null, "role": null, "password": null, "first_name": null, "last_name": ""});
    assert_eq!(patch(all).await, nulls("first_name, password, role, username"));
    assert_eq!(patch(json!({"last_name": null})).await.0, 200);
}
