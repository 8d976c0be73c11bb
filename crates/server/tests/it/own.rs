//! The own account: names, password, logins.

use ochre_client::{ResetLinkCreate, Role, UserCreate, UserUpdate, Uuid};
use ochre_testkit::{Engine, PASSWORD, Person, TestApp, on_both};
use reqwest::{
    Method, RequestBuilder,
    header::{AUTHORIZATION, USER_AGENT},
};
use serde_json::{Value, json};

use crate::{answer, coded, invalid, sentence, unauthenticated};

/// The header of a new login.
pub(crate) async fn bearer(app: &TestApp, name: &str, password: &str) -> String {
    let token = app.anonymous().sign_in(name, password).await.expect("a login");
    format!("Bearer {}", token.access_token)
}

/// A raw request with the token of a login.
pub(crate) fn signed(app: &TestApp, bearer: &str, method: Method, path: &str) -> RequestBuilder {
    app.request(method, path).header(AUTHORIZATION, bearer)
}

/// What `GET /me` says to a login.
async fn me(app: &TestApp, bearer: &str) -> u16 {
    answer(signed(app, bearer, Method::GET, "/api/v1/me")).await.0
}

/// Sets another password for whoever signs the request.
async fn change(request: RequestBuilder, current: &str, new: &str) -> (u16, Value) {
    answer(request.json(&json!({"current_password": current, "new_password": new}))).await
}

async fn change_by_key(person: &Person, current: &str, new: &str) -> (u16, Value) {
    change(person.request(Method::POST, "/api/v1/me/password"), current, new).await
}

fn wrong() -> (u16, Value) {
    let message = "Value error, The password is not the current one";
    invalid(&[("value_error", json!(["body", "current_password"]), message)])
}

fn change_required() -> (u16, Value) {
    let detail = "This account must get another password first: POST /api/v1/me/password";
    (403, coded("PasswordChangeRequiredError", detail))
}

/// What whoever must change the password cannot do.
fn refused_until_changed(own: Uuid) -> Vec<(Method, String, Option<Value>)> {
    let key = json!({"name": "ci", "scopes": ["read"]});
    let team = json!({"version": 1, "users": [], "prune": "none"});
    let user = format!("/api/v1/users/{own}");
    let get = |path: &str| (Method::GET, path.to_owned(), None);
    let post = |path: &str, body| (Method::POST, path.to_owned(), Some(body));
    vec![
        get("/api/v1/users"),
        get("/api/v1/me/workspaces"),
        get("/api/v1/me/datasets"),
        get("/api/v1/me/sessions"),
        get("/api/v1/me/keys"),
        get("/api/v1/me/identities"),
        get("/api/v1/workspaces?limit=1"),
        get("/api/v1/team"),
        get("/api/v1/trash"),
        get("/api/v1/invitations"),
        get(&user),
        post("/api/v1/me/keys", key),
        post("/api/v1/me/api-key/rotate", json!({})),
        post("/api/v1/workspaces", json!({"name": "new"})),
        post("/api/v1/team/apply", team),
        (Method::PATCH, user, Some(json!({"first_name": "New"}))),
        get("/api/users"),
        get("/api/workspaces"),
        post("/api/workspaces", json!({"name": "new"})),
    ]
}

on_both! {
    async fn the_own_names_change_and_nothing_else(engine: Engine) {
        let app = TestApp::start(engine).await;
        let ann = app.person("ann", Role::Annotator).await;
        let update = |body: Value| answer(ann.request(Method::PATCH, "/api/v1/me").json(&body));
        let (status, me) = update(json!({"first_name": " Ann ", "last_name": "Lee"})).await;
        assert_eq!((status, &me["first_name"], &me["last_name"]), (200, &json!("Ann"), &json!("Lee")));
        assert_eq!((&me["username"], &me["role"]), (&json!("ann"), &json!("annotator")));
        assert_eq!(me["api_key"], json!(ann.user.api_key));
        assert_ne!(me["updated_at"], me["inserted_at"]);
        assert_eq!(answer(ann.get("/api/v1/me")).await, (200, me.clone()), "at the next request");
        assert_eq!(update(json!({})).await, (200, me), "no change, no new moment");
        let (_, me) = update(json!({"last_name": null})).await;
        assert_eq!((&me["first_name"], &me["last_name"]), (&json!("Ann"), &Value::Null));
    }

    async fn a_new_password_ends_all_logins_but_the_one_that_sets_it(engine: Engine) {
        let app = TestApp::start(engine).await;
        let ann = app.person("ann", Role::Annotator).await;
        let bob = app.person("bob", Role::Annotator).await;
        let here = bearer(&app, "ann", PASSWORD).await;
        let other = app.anonymous().sign_in("ann", PASSWORD).await.unwrap();
        let of_bob = bearer(&app, "bob", PASSWORD).await;
        let request = signed(&app, &here, Method::POST, "/api/v1/me/password");
        assert_eq!(change(request, PASSWORD, "a new password").await.0, 204);
        assert_eq!(me(&app, &here).await, 200);
        assert_eq!(me(&app, &format!("Bearer {}", other.access_token)).await, 401);
        assert!(app.anonymous().refresh(other.refresh_token.as_deref().unwrap()).await.is_err());
        assert_eq!(app.anonymous().sign_in("ann", PASSWORD).await.unwrap_err().status(), Some(401));
        let there = bearer(&app, "ann", "a new password").await;

        // A key is no login: all of them end.
        assert_eq!(change_by_key(&ann, "a new password", "a later password").await.0, 204);
        assert_eq!((me(&app, &here).await, me(&app, &there).await), (401, 401));
        assert!(ann.client.me().await.is_ok(), "the API key stays");
        assert!(app.anonymous().sign_in("ann", "a later password").await.is_ok());
        assert_eq!(me(&app, &of_bob).await, 200);
        assert!(bob.client.me().await.is_ok());
    }

    async fn whoever_has_no_password_cannot_change_it(engine: Engine) {
        let app = TestApp::start(engine).await;
        let body = json!({"users": [{"username": "eve"}]});
        let (status, made) = answer(app.owner.request(Method::POST, "/api/v1/users/bulk").json(&body)).await;
        assert_eq!(status, 201);
        let eve = Person::of_key(app.url(), made["items"][0]["api_key"].as_str().unwrap()).await;
        for current in ["", "*", PASSWORD] {
            assert_eq!(change_by_key(&eve, current, "a new password").await, wrong(), "{current:?}");
        }
        // Nor is it asked for one, which would let nothing be done any more.
        let path = format!("/api/v1/users/{}", eve.user.id);
        let demand = app.owner.request(Method::PATCH, &path).json(&json!({"must_change_password": true}));
        let detail = format!("User with id `{}` has no password that could be changed. A reset link gives one", eve.user.id);
        assert_eq!(answer(demand).await, sentence(422, &detail));
        // A link gives one.
        let users = app.owner.client.users();
        let link = users.create_reset_link(eve.user.id, &ResetLinkCreate::default()).await.unwrap();
        let token = link.url.rsplit('/').next().unwrap();
        let redeem = app.request(Method::POST, &format!("/api/v1/links/{token}"));
        assert_eq!(answer(redeem.json(&json!({"password": "a new password"}))).await.0, 204);
        assert_eq!(change_by_key(&eve, "a new password", "a later password").await.0, 204);
        assert!(app.anonymous().sign_in("eve", "a later password").await.is_ok());
    }

    async fn logins_are_listed_and_ended_one_by_one(engine: Engine) {
        let app = TestApp::start(engine).await;
        let ann = app.person("ann", Role::Annotator).await;
        app.person("bob", Role::Annotator).await;
        let form = [("username", "ann"), ("password", PASSWORD)];
        let login = app.request(Method::POST, "/api/v1/token").header(USER_AGENT, "curl/8.5.0").form(&form);
        let (_, token) = answer(login).await;
        let first = format!("Bearer {}", token["access_token"].as_str().unwrap());
        let (_, token) = answer(app.request(Method::POST, "/api/security/token").form(&form)).await;
        let second = format!("Bearer {}", token["access_token"].as_str().unwrap());
        let of_bob = bearer(&app, "bob", PASSWORD).await;

        let (status, list) = answer(signed(&app, &first, Method::GET, "/api/v1/me/sessions")).await;
        let items = list["items"].as_array().unwrap();
        assert_eq!((status, items.len()), (200, 2), "{list}");
        let keys: Vec<_> = items[0].as_object().unwrap().keys().map(String::as_str).collect();
        let mut expected = ["id", "kind", "address", "user_agent", "inserted_at", "expires_at", "current"];
        expected.sort_unstable();
        assert_eq!(keys, expected);
        let current = (&items[0]["current"], &items[1]["current"]);
        assert_eq!(current, (&json!(false), &json!(true)), "the latest comes first");
        assert_eq!((&items[1]["kind"], &items[1]["address"]), (&json!("token"), &json!("127.0.0.1")));
        assert_eq!((&items[1]["user_agent"], &items[0]["user_agent"]), (&json!("curl/8.5.0"), &Value::Null));
        let (_, by_key) = answer(ann.get("/api/v1/me/sessions")).await;
        assert!(by_key["items"].as_array().unwrap().iter().all(|login| login["current"] == json!(false)));

        let end = |id: &Value| {
            let path = format!("/api/v1/me/sessions/{}", id.as_str().unwrap());
            answer(signed(&app, &first, Method::DELETE, &path))
        };
        assert_eq!(end(&items[0]["id"]).await.0, 204);
        assert_eq!((me(&app, &first).await, me(&app, &second).await), (200, 401), "at the next request");
        let absent = |id: &Value| sentence(404, &format!("Session with id `{}` not found", id.as_str().unwrap()));
        assert_eq!(end(&items[0]["id"]).await, absent(&items[0]["id"]));
        // Other people's logins are not there.
        let (_, others) = answer(signed(&app, &of_bob, Method::GET, "/api/v1/me/sessions")).await;
        assert_eq!(end(&others["items"][0]["id"]).await, absent(&others["items"][0]["id"]));
        assert_eq!(me(&app, &of_bob).await, 200);
        assert_eq!(end(&json!("no-id")).await.0, 422);
        assert_eq!(end(&items[1]["id"]).await.0, 204);
        assert_eq!(me(&app, &first).await, 401, "the own one can be ended as well");
    }

    async fn signing_out_ends_the_login_that_signs_the_call(engine: Engine) {
        let app = TestApp::start(engine).await;
        let ann = app.person("ann", Role::Annotator).await;
        let token = app.anonymous().sign_in("ann", PASSWORD).await.unwrap();
        let here = format!("Bearer {}", token.access_token);
        let other = bearer(&app, "ann", PASSWORD).await;
        assert_eq!(answer(signed(&app, &here, Method::POST, "/api/v1/logout")).await.0, 204);
        assert_eq!(answer(signed(&app, &here, Method::GET, "/api/v1/me")).await, unauthenticated());
        assert_eq!(answer(signed(&app, &here, Method::POST, "/api/v1/logout")).await, unauthenticated());
        assert!(app.anonymous().refresh(token.refresh_token.as_deref().unwrap()).await.is_err());
        assert_eq!(me(&app, &other).await, 200);
        // A key is no login: nothing happens.
        assert_eq!(answer(ann.request(Method::POST, "/api/v1/logout")).await.0, 204);
        assert!(ann.client.me().await.is_ok());
        assert_eq!(me(&app, &other).await, 200);
        assert_eq!(answer(app.request(Method::POST, "/api/v1/logout")).await, unauthenticated());
    }

    async fn whoever_must_change_the_password_can_do_nothing_else(engine: Engine) {
        let app = TestApp::start(engine).await;
        let new = UserCreate::new("due", PASSWORD).role(Role::Owner).must_change_password();
        let created = app.owner.client.users().create(&new).await.unwrap();
        let due = Person::of_key(app.url(), &created.api_key).await;
        let token = bearer(&app, "due", PASSWORD).await;
        let call = |by_key: bool, method: &Method, path: &str, body: Option<&Value>| {
            let method = method.clone();
            let request = if by_key { due.request(method, path) } else { signed(&app, &token, method, path) };
            answer(match body {
                Some(body) => request.json(body),
                None => request,
            })
        };
        for by_key in [true, false] {
            for (method, path, body) in refused_until_changed(due.user.id) {
                assert_eq!(call(by_key, &method, &path, body.as_ref()).await, change_required(), "{method} {path}");
            }
            let names = json!({"first_name": "Due"});
            for (method, path, body) in [
                (Method::GET, "/api/v1/me", None),
                (Method::GET, "/api/me", None),
                (Method::PATCH, "/api/v1/me", Some(&names)),
            ] {
                assert_eq!(call(by_key, &method, path, body).await.0, 200, "{method} {path}");
            }
        }
        assert_eq!(call(true, &Method::POST, "/api/v1/logout", None).await.0, 204);
        let must = async || {
            let user = app.owner.client.users().get_with_account(due.user.id).await.unwrap();
            user.account.as_ref().unwrap().must_change_password
        };
        assert!(must().await);

        let request = signed(&app, &token, Method::POST, "/api/v1/me/password");
        assert_eq!(change(request, PASSWORD, "a new password").await.0, 204);
        assert!(!must().await);
        for by_key in [true, false] {
            for path in ["/api/v1/users", "/api/v1/me/workspaces", "/api/v1/team", "/api/users", "/api/workspaces"] {
                assert_eq!(call(by_key, &Method::GET, path, None).await.0, 200, "{path}");
            }
        }
        // The duty can come at any time.
        let duty = UserUpdate::default().must_change_password(true);
        app.owner.client.users().update(due.user.id, &duty).await.unwrap();
        assert_eq!(call(false, &Method::GET, "/api/v1/users", None).await, change_required(), "at the next request");
        let duty = UserUpdate::default().must_change_password(false);
        app.owner.client.users().update(due.user.id, &duty).await.unwrap();
        assert_eq!(call(false, &Method::GET, "/api/v1/users", None).await.0, 200);
    }
}

#[tokio::test]
async fn what_names_get_wrong_is_named() {
    let app = TestApp::start(Engine::Sqlite).await;
    let ann = app.person("ann", Role::Annotator).await;
    let update = |body: Value| answer(ann.request(Method::PATCH, "/api/v1/me").json(&body));
    let nulls = "Value error, The following keys must have non-null values: first_name";
    assert_eq!(update(json!({"first_name": null})).await, invalid(&[("value_error", json!(["body"]), nulls)]));
    let short = "String should have at least 1 character";
    let expected = invalid(&[("string_too_short", json!(["body", "first_name"]), short)]);
    assert_eq!(update(json!({"first_name": "  "})).await, expected);
    let text = "Input should be a valid string";
    assert_eq!(update(json!({"last_name": 5})).await, invalid(&[("string_type", json!(["body", "last_name"]), text)]));
    for (key, hint) in [
        ("role", "known are first_name, last_name"),
        ("password", "known are first_name, last_name"),
        ("firstname", "is 'first_name' meant?"),
    ] {
        let message = format!("This field is not known; {hint}");
        let expected = invalid(&[("extra_forbidden", json!(["body", key]), message.as_str())]);
        assert_eq!(update(json!({"first_name": "New", key: "owner"})).await, expected);
    }
    let missing = answer(ann.request(Method::PATCH, "/api/v1/me")).await;
    assert_eq!(missing, invalid(&[("missing", json!(["body"]), "Field required")]));
    assert_eq!(ann.client.me().await.unwrap(), ann.user, "nothing has changed");
}

#[tokio::test]
async fn a_new_password_must_be_a_good_one() {
    let app = TestApp::start(Engine::Sqlite).await;
    let grace = app.person("grace.hopper", Role::Annotator).await;
    assert_eq!(change_by_key(&grace, "wrong password", "a new password").await, wrong());
    let new = |kind: &str, message: &str| invalid(&[(kind, json!(["body", "new_password"]), message)]);
    let same = "Value error, The password should be another than the current one";
    assert_eq!(change_by_key(&grace, PASSWORD, PASSWORD).await, new("value_error", same));
    let common = "Value error, The text is one of the most common passwords; choose one that nobody would guess";
    for password in ["12345678", " 12345678 "] {
        assert_eq!(change_by_key(&grace, PASSWORD, password).await, new("value_error", common), "{password:?}");
    }
    let short = "String should have at least 8 characters";
    assert_eq!(change_by_key(&grace, PASSWORD, "1234567").await, new("string_too_short", short));
    let long = "String should have at most 100 characters";
    assert_eq!(change_by_key(&grace, PASSWORD, &"ñ".repeat(101)).await, new("string_too_long", long));
    let name = sentence(422, "The password should not be the user name");
    assert_eq!(change_by_key(&grace, PASSWORD, "Grace.Hopper").await, name);
    let missing = |key: &str| ("missing", json!(["body", key]), "Field required");
    let nothing = answer(grace.request(Method::POST, "/api/v1/me/password").json(&json!({}))).await;
    assert_eq!(nothing, invalid(&[missing("current_password"), missing("new_password")]));
    assert_eq!(change(app.request(Method::POST, "/api/v1/me/password"), PASSWORD, PASSWORD).await, unauthenticated());
    assert!(app.anonymous().sign_in("grace.hopper", PASSWORD).await.is_ok(), "nothing has changed");
    assert_eq!(change_by_key(&grace, PASSWORD, "a new password").await.0, 204);
}
