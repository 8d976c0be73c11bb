//! Credentials: API keys, logins, tokens, and which of several counts.

use ochre_client::{Role, UserUpdate};
use ochre_testkit::{PASSWORD, TestApp, on_both};
use reqwest::{Method, header::AUTHORIZATION};
use serde_json::json;

use crate::{answer, invalid, invalid_token, sentence, unauthenticated};

on_both! {
    async fn a_login_gives_a_token_that_signs_in(engine: Engine) {
        let app = TestApp::start(engine).await;
        let ann = app.person("ann", Role::Annotator).await;
        let form = [("username", "ann"), ("password", PASSWORD), ("grant_type", "password")];
        let (status, token) = answer(app.request(Method::POST, "/api/v1/token").form(&form)).await;
        assert_eq!((status, &token["token_type"]), (201, &json!("bearer")));
        let bearer = format!("bEaReR {}", token["access_token"].as_str().unwrap());
        let (status, me) = answer(app.request(Method::GET, "/api/v1/me").header(AUTHORIZATION, bearer)).await;
        assert_eq!((status, &me["id"]), (200, &json!(ann.user.id)));
    }

    async fn a_wrong_password_and_an_unknown_name_are_refused_alike(engine: Engine) {
        let app = TestApp::start(engine).await;
        app.person("ann", Role::Annotator).await;
        for (username, password) in
            [("ann", "wrong password"), ("nobody", PASSWORD), (" ann", PASSWORD), ("", ""), ("a\0", "x")]
        {
            let form = [("username", username), ("password", password)];
            assert_eq!(answer(app.request(Method::POST, "/api/v1/token").form(&form)).await, unauthenticated(), "{username}");
        }
    }
}

#[tokio::test]
async fn a_name_in_other_letter_case_signs_in_the_only_one_who_has_it() {
    let app = TestApp::start(ochre_testkit::Engine::Sqlite).await;
    let ann = app.person("Ève", Role::Annotator).await;
    for path in ["/api/v1/token", "/api/security/token"] {
        let form = [("username", "ÈVE"), ("password", PASSWORD)];
        let (status, token) = answer(app.request(Method::POST, path).form(&form)).await;
        assert!(status < 300, "{path}: {token}");
        let bearer = format!("Bearer {}", token["access_token"].as_str().unwrap());
        let (_, me) = answer(app.request(Method::GET, "/api/v1/me").header(AUTHORIZATION, bearer)).await;
        assert_eq!(me["id"], json!(ann.user.id));
    }
    let upper = app.person("ÈVE", Role::Annotator).await;
    let sign_in = |name: &str| {
        let client = app.anonymous();
        let name = name.to_owned();
        async move { client.sign_in(&name, PASSWORD).await.is_ok() }
    };
    // Who has the very name is meant; where several have it in other letter case, nobody is.
    assert!(sign_in("ÈVE").await && sign_in("Ève").await);
    assert!(!sign_in("ève").await);
    app.owner.client.users().delete(upper.user.id).await.unwrap();
    assert!(sign_in("ève").await);
}

#[tokio::test]
async fn a_login_goes_on_with_its_refresh_token() {
    let app = TestApp::start(ochre_testkit::Engine::Sqlite).await;
    let ann = app.person("ann", Role::Annotator).await;
    let login = || async {
        let form = [("username", "ann"), ("password", PASSWORD)];
        let (_, token) = answer(app.request(Method::POST, "/api/v1/token").form(&form)).await;
        let part = |key: &str| token[key].as_str().unwrap().to_owned();
        (part("access_token"), part("refresh_token"))
    };
    let refresh =
        |token: &str| answer(app.request(Method::POST, "/api/v1/token/refresh").json(&json!({"refresh_token": token})));
    let me =
        |token: &str| answer(app.request(Method::GET, "/api/v1/me").header(AUTHORIZATION, format!("Bearer {token}")));
    let (access, again) = login().await;
    let (status, token) = refresh(&again).await;
    assert_eq!((status, &token["token_type"], &token["refresh_token"]), (201, &json!("bearer"), &json!(null)));
    assert_eq!(me(token["access_token"].as_str().unwrap()).await.0, 200);

    // Each token opens what it is for, and nothing else.
    assert_eq!(me(&again).await, invalid_token());
    let (status, refused) = refresh(&access).await;
    assert_eq!((status, &refused["detail"]["params"]["detail"]), (401, &json!("Invalid refresh token")));
    for bad in ["", "garbage", "a.b.c"] {
        assert_eq!(refresh(bad).await.0, 401);
    }
    let missing = answer(app.request(Method::POST, "/api/v1/token/refresh").json(&json!({}))).await;
    assert_eq!(missing, invalid(&[("missing", json!(["body", "refresh_token"]), "Field required")]));
    let number = answer(app.request(Method::POST, "/api/v1/token/refresh").json(&json!({"refresh_token": 1}))).await;
    assert_eq!(number.0, 422);

    // It belongs to its login, which ends with the password.
    let change = UserUpdate { password: Some("another password".into()), ..UserUpdate::default() };
    app.owner.client.users().update(ann.user.id, &change).await.unwrap();
    assert_eq!(refresh(&again).await.0, 401);
}

#[tokio::test]
async fn a_refresh_token_outlives_the_token() {
    let app = TestApp::start_with(ochre_testkit::Engine::Sqlite, &[("auth-token-expiration", "1")]).await;
    let form = [("username", "argilla"), ("password", "12345678")];
    let (_, token) = answer(app.request(Method::POST, "/api/v1/token").form(&form)).await;
    let bearer = format!("Bearer {}", token["access_token"].as_str().unwrap());
    let mut status = 200;
    for _ in 0..60 {
        status = answer(app.request(Method::GET, "/api/v1/me").header(AUTHORIZATION, &bearer)).await.0;
        if status == 401 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    assert_eq!(status, 401, "the token has ended");
    let body = json!({"refresh_token": token["refresh_token"]});
    assert_eq!(answer(app.request(Method::POST, "/api/v1/token/refresh").json(&body)).await.0, 201);
}

#[tokio::test]
async fn a_disabled_user_is_told_what_a_wrong_password_is_told() {
    let app = TestApp::start(ochre_testkit::Engine::Sqlite).await;
    let ann = app.person("ann", Role::Annotator).await;
    let token = app.anonymous().sign_in("ann", PASSWORD).await.unwrap().access_token;
    app.database.disable(ann.user.id).await;
    for path in ["/api/v1/token", "/api/security/token"] {
        let form = [("username", "ann"), ("password", PASSWORD)];
        assert_eq!(answer(app.request(Method::POST, path).form(&form)).await, unauthenticated(), "{path}");
    }
    for path in ["/api/v1/me", "/api/me"] {
        assert_eq!(answer(ann.get(path)).await, unauthenticated(), "{path}");
        let request = app.request(Method::GET, path).header(AUTHORIZATION, format!("Bearer {token}"));
        assert_eq!(answer(request).await, unauthenticated(), "{path}");
    }
}

#[tokio::test]
async fn the_login_is_a_form() {
    let app = TestApp::start(ochre_testkit::Engine::Sqlite).await;
    let login = || app.request(Method::POST, "/api/v1/token");
    let missing = |field: &str| ("missing", json!(["body", field]), "Field required");
    let both = invalid(&[missing("username"), missing("password")]);
    assert_eq!(answer(login()).await, both);
    assert_eq!(answer(login().json(&json!({"username": "argilla", "password": "12345678"}))).await, both);
    assert_eq!(answer(app.request(Method::POST, "/api/v1/token?username=argilla&password=12345678")).await, both);
    assert_eq!(answer(login().form(&[("username", "argilla")])).await, invalid(&[missing("password")]));
    let twice = [("username", "nobody"), ("username", "argilla"), ("password", "12345678")];
    assert_eq!(answer(login().form(&twice)).await.0, 201, "of equal fields the last counts");

    let multipart = |kind: &str, body: &'static str| login().header("content-type", kind).body(body);
    let body = "--B\r\nContent-Disposition: form-data; name=\"username\"\r\n\r\nargilla\r\n\
                --B\r\nContent-Disposition: form-data; name=\"password\"\r\n\r\n12345678\r\n--B--\r\n";
    assert_eq!(answer(multipart("multipart/form-data; boundary=B", body)).await.0, 201);
    assert_eq!(answer(multipart("multipart/form-data", body)).await, sentence(400, "Missing boundary in multipart."));
    let broken = answer(multipart("multipart/form-data; boundary=B", "garbage")).await;
    assert_eq!(broken, sentence(400, "There was an error parsing the body"));
}

#[tokio::test]
async fn an_api_key_counts_before_a_token_and_garbage_beside_it_does_no_harm() {
    let app = TestApp::start(ochre_testkit::Engine::Sqlite).await;
    let (ann, bob) = (app.person("ann", Role::Annotator).await, app.person("bob", Role::Annotator).await);
    let token = app.anonymous().sign_in("bob", PASSWORD).await.unwrap().access_token;
    let me = |key: Option<&str>, bearer: Option<&str>| {
        let mut request = app.request(Method::GET, "/api/v1/me");
        if let Some(key) = key {
            request = request.header("X-Argilla-Api-Key", key);
        }
        if let Some(bearer) = bearer {
            request = request.header(AUTHORIZATION, bearer);
        }
        async move {
            let (status, body) = answer(request).await;
            if status == 200 { Ok(body["username"].as_str().unwrap().to_owned()) } else { Err((status, body)) }
        }
    };
    let bearer = format!("Bearer {token}");
    let key = ann.user.api_key.as_str();
    assert_eq!(me(Some(key), Some(&bearer)).await.unwrap(), "ann");
    assert_eq!(me(Some(key), Some("Bearer garbage")).await.unwrap(), "ann");
    assert_eq!(me(Some("unknown"), Some(&bearer)).await.unwrap(), "bob");
    assert_eq!(me(Some(""), Some(&bearer)).await.unwrap(), "bob");
    assert_eq!(me(Some("unknown"), Some("Bearer garbage")).await.unwrap_err(), invalid_token());
    assert_eq!(me(Some("unknown"), None).await.unwrap_err(), unauthenticated());
    assert_eq!(me(None, Some("Bearer")).await.unwrap_err(), unauthenticated());
    assert_eq!(me(None, Some("Basic YXJnaWxsYToxMjM0")).await.unwrap_err(), unauthenticated());
    assert_eq!(me(None, Some(&format!("Bearer {key}"))).await.unwrap_err(), invalid_token());
    assert_eq!(me(Some(&token), None).await.unwrap_err(), unauthenticated());
    assert_eq!(bob.client.me().await.unwrap().username, "bob");
}

#[tokio::test]
async fn extralits_header_is_as_good_as_argillas() {
    let app = TestApp::start(ochre_testkit::Engine::Sqlite).await;
    let request = app.request(Method::GET, "/api/v1/me").header("x-extralit-api-key", "argilla.apikey");
    assert_eq!(answer(request).await.0, 200);
    let request = app
        .request(Method::GET, "/api/v1/me")
        .header("X-Argilla-Api-Key", "unknown")
        .header("X-Extralit-Api-Key", "argilla.apikey");
    assert_eq!(answer(request).await.0, 200);
}

#[tokio::test]
async fn a_login_ends_when_its_time_is_over() {
    let app = TestApp::start_with(ochre_testkit::Engine::Sqlite, &[("auth-token-expiration", "4")]).await;
    let token = app.anonymous().sign_in("argilla", "12345678").await.unwrap();
    let client = ochre_client::Client::builder(app.url()).token(&token).build().unwrap();
    assert!(client.me().await.is_ok());
    let mut error = None;
    // It ends within five seconds: four of its own, and one because moments are whole seconds in a token.
    for _ in 0..200 {
        error = client.me().await.err();
        if error.is_some() {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    assert_eq!(error.expect("an ended login").status(), Some(401));
}

#[tokio::test]
async fn tokens_outlive_a_restart() {
    let app = TestApp::start(ochre_testkit::Engine::Sqlite).await;
    let token = app.anonymous().sign_in("argilla", "12345678").await.unwrap();
    let TestApp { database, server, .. } = app;
    server.stop().await;
    let server = ochre_testkit::TestServer::start(&database, &[]).await;
    let client = ochre_client::Client::builder(&server.url).token(&token).build().unwrap();
    assert_eq!(client.me().await.unwrap().username, "argilla");
    let renamed = UserUpdate { username: Some("root".into()), ..UserUpdate::default() };
    let id = client.me().await.unwrap().id;
    client.users().update(id, &renamed).await.unwrap();
    assert_eq!(client.me().await.unwrap().username, "root", "a token is bound to the user, not to the name");
}
