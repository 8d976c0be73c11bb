//! `/api`, as Argilla 1.6 to 1.29 answers it. The clients of that time run in the compatibility check; here is what they do not ask.

use ochre_client::Role;
use ochre_testkit::{Engine, PASSWORD, TestApp, on_both};
use reqwest::{Method, header::AUTHORIZATION};
use serde_json::{Value, json};

use crate::{answer, unauthenticated};

/// An error with a code.
fn coded(status: u16, name: &str, params: &Value) -> (u16, Value) {
    (status, json!({"detail": {"code": format!("argilla.api.errors::{name}"), "params": params}}))
}

fn entity(status: u16, code: &str, name: &str, kind: &str) -> (u16, Value) {
    coded(status, code, &json!({"name": name, "type": kind}))
}

fn forbidden() -> (u16, Value) {
    coded(403, "ForbiddenOperationError", &json!({"detail": "Operation not allowed"}))
}

fn keys(value: &Value) -> Vec<&str> {
    value.as_object().unwrap().keys().map(String::as_str).collect()
}

on_both! {
    /// Satisfies: S8, S25, S27, S28, S29, S39, S40, S41, S46, S47, S48, S49, S50, S63, S65, S66, S67.
    async fn the_examples_of_the_guide(engine: Engine) {
        let app = TestApp::start_with(engine, &[("compat-role-names", "1.6")]).await;
        let http = &app.owner;
        let new = json!({"role": "admin", "first_name": "Hulio", "last_name": "Ramos", "username": "hurra", "password": "abcde123",
                         "api_key": "ignored.key", "id": "ignored"});
        let (status, hurra) = answer(http.request(Method::POST, "/api/users").json(&new)).await;
        assert_eq!(status, 200);
        let mut sorted = ["id", "first_name", "last_name", "full_name", "username", "role", "workspaces", "api_key", "inserted_at", "updated_at"];
        sorted.sort_unstable();
        assert_eq!(keys(&hurra), sorted);
        assert_eq!((&hurra["full_name"], &hurra["role"], &hurra["workspaces"]), (&json!("Hulio Ramos"), &json!("admin"), &json!([])));
        assert_eq!(hurra["inserted_at"], hurra["updated_at"]);
        assert_eq!(hurra["api_key"].as_str().unwrap().len(), 107);

        let nick = json!({"role": null, "first_name": " Nick ", "username": "nick", "password": "11223344"});
        let (_, nick) = answer(http.request(Method::POST, "/api/users").json(&nick)).await;
        assert_eq!((&nick["role"], &nick["first_name"], nick.get("last_name")), (&json!("annotator"), &json!("Nick"), None));
        let (status, ws) = answer(http.request(Method::POST, "/api/workspaces").json(&json!({"name": "ws"}))).await;
        assert_eq!((status, keys(&ws)), (200, vec!["id", "inserted_at", "name", "updated_at"]));
        let id = |value: &Value| value["id"].as_str().unwrap().to_owned();
        let link = format!("/api/workspaces/{}/users/{}", id(&ws), id(&nick));
        let (status, linked) = answer(http.request(Method::POST, &link)).await;
        assert_eq!((status, &linked["workspaces"], &linked["updated_at"]), (200, &json!(["ws"]), &nick["updated_at"]));
        assert_eq!(answer(http.request(Method::POST, &link)).await, entity(409, "EntityAlreadyExistsError", &id(&nick), "User"));

        let (_, users) = answer(http.get("/api/users")).await;
        let names: Vec<_> = users.as_array().unwrap().iter().map(|user| user["username"].clone()).collect();
        assert_eq!(json!(names), json!(["argilla", "hurra", "nick"]));
        assert_eq!((&users[0]["role"], &users[0]["workspaces"]), (&json!("admin"), &json!(["argilla"])));
        let (_, me) = answer(http.get("/api/me")).await;
        assert_eq!(me["workspaces"], json!(["argilla", "ws"]), "who may do everything reaches all");
        let (_, members) = answer(http.get(&format!("/api/workspaces/{}/users", id(&ws)))).await;
        assert_eq!(members, json!([linked]));

        let gone = format!("/api/users/{}", id(&nick));
        let (status, deleted) = answer(http.request(Method::DELETE, &gone)).await;
        assert_eq!((status, &deleted["workspaces"]), (200, &json!(["ws"])));
        assert_eq!(answer(http.request(Method::DELETE, &gone)).await, entity(404, "EntityNotFoundError", &id(&nick), "User"));
        let key = nick["api_key"].as_str().unwrap();
        assert_eq!(answer(app.request(Method::GET, "/api/me").header("X-Argilla-Api-Key", key)).await, unauthenticated());
    }

    async fn a_user_is_created_in_workspaces_that_exist_or_not_at_all(engine: Engine) {
        let app = TestApp::start(engine).await;
        app.workspace("ws").await;
        let create = |name: &str, workspaces: Value| {
            let new = json!({"first_name": "N", "username": name, "password": PASSWORD, "workspaces": workspaces});
            answer(app.owner.request(Method::POST, "/api/users").json(&new))
        };
        assert_eq!(create("nick", json!(["ws", "nowhere"])).await, (422, json!({"detail": "Workspace 'nowhere' does not exist"})));
        let nul = create("nick", json!(["a\u{0}b"])).await;
        assert_eq!((nul.0, &nul.1["detail"]["params"]["errors"][0]["loc"]), (422, &json!(["body", "workspaces"])));
        let (status, nick) = create("nick", json!(["ws", "argilla", "ws"])).await;
        assert_eq!((status, &nick["workspaces"]), (200, &json!(["ws", "argilla"])));
        assert_eq!(create("nick", json!([])).await, entity(409, "EntityAlreadyExistsError", "nick", "User"));
    }
}

/// Satisfies: S26, S58.
#[tokio::test]
async fn roles_have_the_names_that_the_administrator_chose() {
    let app = TestApp::start_with(Engine::Sqlite, &[("compat-role-names", "1.6")]).await;
    let create = |name: &str, role: &str| {
        let new = json!({"first_name": "N", "username": name, "password": PASSWORD, "role": role});
        answer(app.owner.request(Method::POST, "/api/users").json(&new))
    };
    let (_, boss) = create("boss", "admin").await;
    let error = json!({"errors": [{"loc": ["body", "role"], "type": "type_error.enum", "ctx": {"enum_values": ["admin", "annotator"]},
                                   "msg": "value is not a valid enumeration member; permitted: 'admin', 'annotator'"}]});
    for role in ["owner", "Admin", ""] {
        assert_eq!(create("nobody", role).await, coded(422, "ValidationError", &error), "{role}");
    }
    // /api/v1 always tells what a role really is, and takes no other names.
    let (_, on_v1) = answer(app.owner.get(&format!("/api/v1/users/{}", boss["id"].as_str().unwrap()))).await;
    assert_eq!(on_v1["role"], "owner");
    let limited = app.person("limited", Role::Admin).await;
    let (_, me) = answer(limited.get("/api/me")).await;
    assert_eq!(me["role"], "annotator", "an admin of today may do less than one of then");
    assert_eq!(answer(limited.get("/api/users")).await, forbidden());

    let today = TestApp::start(Engine::Sqlite).await;
    for role in ["owner", "admin", "annotator"] {
        let new = json!({"first_name": "N", "username": format!("an-{role}"), "password": PASSWORD, "role": role});
        let (status, user) = answer(today.owner.request(Method::POST, "/api/users").json(&new)).await;
        assert_eq!((status, &user["role"]), (200, &json!(role)));
    }
}

/// Satisfies: S57, S59.
#[tokio::test]
async fn fields_are_refused_in_the_words_of_their_time() {
    let app = TestApp::start(Engine::Sqlite).await;
    let create = |body: Value| answer(app.owner.request(Method::POST, "/api/users").json(&body));
    let good = json!({"first_name": "N", "username": "nick", "password": PASSWORD});
    let with = |key: &str, value: Value| {
        let mut body = good.clone();
        body[key] = value;
        body
    };
    let pattern = "^(?!-|_)[a-z0-9-_]+$";
    let regex = format!("string does not match regex \"{pattern}\"");
    for (key, value, kind, message, ctx) in [
        (
            "password",
            json!("1234567"),
            "value_error.any_str.min_length",
            "ensure this value has at least 8 characters",
            json!({"limit_value": 8}),
        ),
        (
            "password",
            json!("ñ".repeat(101)),
            "value_error.any_str.max_length",
            "ensure this value has at most 100 characters",
            json!({"limit_value": 100}),
        ),
        (
            "first_name",
            json!("  "),
            "value_error.any_str.min_length",
            "ensure this value has at least 1 characters",
            json!({"limit_value": 1}),
        ),
        ("first_name", json!(null), "type_error.none.not_allowed", "none is not an allowed value", json!(null)),
        ("first_name", json!(["x"]), "type_error.str", "str type expected", json!(null)),
        ("username", json!("Nick4"), "value_error.str.regex", regex.as_str(), json!({"pattern": pattern})),
        ("username", json!("nl\n"), "value_error.str.regex", regex.as_str(), json!({"pattern": pattern})),
        ("username", json!("-x"), "value_error.str.regex", regex.as_str(), json!({"pattern": pattern})),
        ("username", json!("_x"), "value_error.str.regex", regex.as_str(), json!({"pattern": pattern})),
        ("username", json!("a b"), "value_error.str.regex", regex.as_str(), json!({"pattern": pattern})),
        (
            "username",
            json!(""),
            "value_error.any_str.min_length",
            "ensure this value has at least 1 characters",
            json!({"limit_value": 1}),
        ),
        ("workspaces", json!("ws"), "type_error.list", "value is not a valid list", json!(null)),
    ] {
        let mut problem = json!({"loc": ["body", key], "msg": message, "type": kind});
        if !ctx.is_null() {
            problem["ctx"] = ctx;
        }
        assert_eq!(
            create(with(key, value.clone())).await,
            coded(422, "ValidationError", &json!({"errors": [problem]})),
            "{key} {value}"
        );
    }
    let missing = |key: &str| json!({"loc": ["body", key], "msg": "field required", "type": "value_error.missing"});
    assert_eq!(
        create(json!({})).await,
        coded(
            422,
            "ValidationError",
            &json!({"errors": [missing("first_name"), missing("username"), missing("password")]})
        )
    );
    let body = |text: &'static str| {
        app.owner.request(Method::POST, "/api/users").header("content-type", "application/json").body(text)
    };
    let (status, error) = answer(body("{\"a\": ")).await;
    assert_eq!((status, &error["detail"]["params"]["errors"][0]["type"]), (422, &json!("json_invalid")));
    let (status, error) = answer(body("[]")).await;
    assert_eq!((status, &error["detail"]["params"]["errors"][0]["type"]), (422, &json!("type_error.dict")));
    let id = json!({"loc": ["path", "user_id"], "msg": "value is not a valid uuid", "type": "type_error.uuid"});
    assert_eq!(
        answer(app.owner.request(Method::DELETE, "/api/users/x")).await,
        coded(422, "ValidationError", &json!({"errors": [id]}))
    );
    // Numbers are texts here, and eight characters are enough.
    let (status, five) = answer(app.owner.request(Method::POST, "/api/workspaces").json(&json!({"name": 5}))).await;
    assert_eq!((status, &five["name"]), (200, &json!("5")));
    assert_eq!(create(with("password", json!("ññññññññ"))).await.0, 200);
    for name in ["1num", "a_b-c"] {
        assert_eq!(create(with("username", json!(name))).await.0, 200);
    }
    // A bad body is told before a lack of permission.
    let ann = app.person("ann", Role::Annotator).await;
    assert_eq!(answer(ann.request(Method::POST, "/api/users").json(&json!({}))).await.0, 422);
    assert_eq!(answer(ann.request(Method::POST, "/api/users").json(&good)).await, forbidden());
}

#[tokio::test]
async fn absence_and_permission_are_told_in_argillas_order() {
    let app = TestApp::start(Engine::Sqlite).await;
    let ws = app.workspace("ws").await;
    let (ann, boss) = (app.member("ann", Role::Annotator, &ws).await, &app.owner);
    let nowhere = "00000000-0000-4000-8000-00000000dead";
    let not_found = |kind: &str| entity(404, "EntityNotFoundError", nowhere, kind);
    let ask = |method: Method, path: String, by: &ochre_testkit::Person| answer(by.request(method, &path));
    assert_eq!(ask(Method::DELETE, format!("/api/users/{nowhere}"), &ann).await, not_found("User"));
    assert_eq!(ask(Method::GET, format!("/api/workspaces/{nowhere}/users"), &ann).await, forbidden());
    assert_eq!(ask(Method::GET, format!("/api/workspaces/{nowhere}/users"), boss).await, not_found("Workspace"));
    assert_eq!(ask(Method::POST, format!("/api/workspaces/{nowhere}/users/{nowhere}"), &ann).await, forbidden());
    assert_eq!(
        ask(Method::POST, format!("/api/workspaces/{nowhere}/users/{nowhere}"), boss).await,
        not_found("Workspace")
    );
    assert_eq!(ask(Method::POST, format!("/api/workspaces/{}/users/{nowhere}", ws.id), boss).await, not_found("User"));
    assert_eq!(
        ask(Method::DELETE, format!("/api/workspaces/{}/users/{nowhere}", ws.id), &ann).await,
        not_found("User")
    );
    let new = json!({"name": "ws"});
    assert_eq!(
        answer(boss.request(Method::POST, "/api/workspaces").json(&new)).await,
        entity(409, "EntityAlreadyExistsError", "ws", "Workspace")
    );
    // Who may not do everything sees the own workspaces, and no keys but the own.
    assert_eq!(answer(ann.get("/api/workspaces")).await.1.as_array().unwrap().len(), 1);
    let admin = app.member("adm", Role::Admin, &ws).await;
    let (_, members) = ask(Method::GET, format!("/api/workspaces/{}/users", ws.id), &admin).await;
    assert_eq!((&members[0]["api_key"], &members[1]["api_key"]), (&json!(""), &json!(admin.user.api_key)));
    // The last owner stays, whatever the prefix.
    let (status, body) = ask(Method::DELETE, format!("/api/users/{}", boss.user.id), boss).await;
    assert_eq!((status, body["detail"].is_string()), (422, true));
    for (method, path) in [(Method::GET, "/api/users/x"), (Method::DELETE, "/api/workspaces"), (Method::PUT, "/api/me")]
    {
        assert_eq!(ask(method, path.to_owned(), boss).await, (405, json!({"detail": "Method Not Allowed"})), "{path}");
    }
    assert_eq!(ask(Method::GET, "/api/nonsense".into(), boss).await, (404, json!({"detail": "Not Found"})));
    let names = app.person("Capitals Are Older", Role::Annotator).await;
    assert_eq!(answer(names.get("/api/me")).await.1["username"], "Capitals Are Older", "every name can be read");
}

/// Satisfies: S1, S15, S34, S38, S44, S54.
#[tokio::test]
async fn credentials_of_old_clients() {
    let app = TestApp::start(Engine::Sqlite).await;
    let me = |headers: &[(&'static str, &str)]| {
        let mut request = app.request(Method::GET, "/api/me");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        answer(request)
    };
    let key = "argilla.apikey";
    for name in ["X-Argilla-API-Key", "x-argilla-api-key", "X-Rubrix-Api-Key"] {
        assert_eq!(me(&[(name, key)]).await.0, 200, "{name}");
    }
    assert_eq!(me(&[("X-Argilla-Api-Key", "rubrix.apikey")]).await, unauthenticated());
    let twice = format!("Bearer {key}");
    assert_eq!(me(&[("X-Argilla-Api-Key", key), ("Authorization", &twice)]).await.0, 200);
    assert_eq!(me(&[("X-Argilla-Api-Key", "wrong"), ("Authorization", "Bearer wrong")]).await, unauthenticated());
    assert_eq!(me(&[]).await, unauthenticated());

    let form = [("username", "argilla"), ("password", "12345678"), ("grant_type", "password")];
    let (status, token) = answer(app.request(Method::POST, "/api/security/token").form(&form)).await;
    assert_eq!((status, keys(&token)), (200, vec!["access_token", "token_type"]));
    assert_eq!(token["token_type"], "bearer");
    let bearer = format!("Bearer {}", token["access_token"].as_str().unwrap());
    let (_, body) = answer(app.request(Method::GET, "/api/me").header(AUTHORIZATION, &bearer)).await;
    assert_eq!(body["username"], "argilla");
    assert_eq!(
        me(&[("X-Argilla-Api-Key", "wrong"), ("Authorization", &bearer)]).await.0,
        200,
        "a bad key beside a good token"
    );
    let (status, error) = answer(app.request(Method::POST, "/api/security/token").json(&json!({}))).await;
    assert_eq!((status, &error["detail"]["params"]["errors"][0]["type"]), (422, &json!("value_error.missing")));
    let wrong = [("username", "argilla"), ("password", "wrong password")];
    assert_eq!(answer(app.request(Method::POST, "/api/security/token").form(&wrong)).await, unauthenticated());
}

#[tokio::test]
async fn facts_that_old_clients_want() {
    let app = TestApp::start(Engine::Sqlite).await;
    let (status, info) = answer(app.request(Method::GET, "/api/_info")).await;
    assert_eq!((status, info), (200, json!({"version": "1.29.1"})));
    let (status, facts) = answer(app.request(Method::GET, "/api/_status")).await;
    assert_eq!(status, 200);
    for key in ["number", "build_type", "build_hash", "build_date", "build_snapshot", "lucene_version"] {
        assert!(!facts["elasticsearch"]["version"][key].is_null(), "{key}");
    }
    assert!(facts["mem_info"]["rss"].is_string());
    let slash = app.request(Method::GET, "/api/_info/").send().await.unwrap();
    assert_eq!(slash.status(), 307);
}
