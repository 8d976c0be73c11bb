//! Where Ochre differs from Argilla on purpose. Each has its line in `docs/reference/compatibility.md`.

use ochre_client::{Client, Role, UserUpdate};
use ochre_testkit::{PASSWORD, TestApp, on_both};
use reqwest::Method;
use serde_json::json;

use crate::{answer, sentence, unauthenticated};

on_both! {
    async fn the_last_owner_can_be_neither_deleted_nor_demoted(engine: Engine) {
        let app = TestApp::start(engine).await;
        let id = app.owner.user.id;
        let path = format!("/api/v1/users/{id}");
        let detail = format!("User with id `{id}` is the last owner. Make somebody else an owner first");
        let demote = |role: &str| answer(app.owner.request(Method::PATCH, &path).json(&json!({"role": role})));
        assert_eq!(demote("admin").await, sentence(422, &detail));
        assert_eq!(demote("annotator").await, sentence(422, &detail));
        assert_eq!(answer(app.owner.request(Method::DELETE, &path)).await, sentence(422, &detail));
        assert_eq!(demote("owner").await.0, 200);
        // With a second owner it is possible, and then the second is the last.
        let second = app.person("second", Role::Owner).await;
        assert_eq!(demote("admin").await.0, 200);
        let path = format!("/api/v1/users/{}", second.user.id);
        assert_eq!(answer(second.request(Method::DELETE, &path)).await.0, 422);
    }

    async fn two_owners_who_demote_each_other_leave_one(engine: Engine) {
        let app = TestApp::start(engine).await;
        let (a, b) = (app.person("a", Role::Owner).await, app.person("b", Role::Owner).await);
        let demoted = UserUpdate { role: Some(Role::Annotator), ..UserUpdate::default() };
        app.owner.client.users().update(app.owner.user.id, &demoted).await.unwrap();
        for _ in 0..10 {
            let one = tokio::spawn({ let (client, id, change) = (a.client.clone(), b.user.id, demoted.clone());
                async move { client.users().update(id, &change).await.is_ok() } });
            let two = tokio::spawn({ let (client, id, change) = (b.client.clone(), a.user.id, demoted.clone());
                async move { client.users().update(id, &change).await.is_ok() } });
            let (one, two) = (one.await.unwrap(), two.await.unwrap());
            assert!(one ^ two, "exactly one of them succeeds");
            let (left, other) = if one { (&a, &b) } else { (&b, &a) };
            let again = UserUpdate { role: Some(Role::Owner), ..UserUpdate::default() };
            left.client.users().update(other.user.id, &again).await.unwrap();
        }
    }

    async fn only_owners_see_keys_and_everyone_their_own(engine: Engine) {
        let app = TestApp::start(engine).await;
        let alpha = app.workspace("alpha").await;
        let admin = app.member("admin", Role::Admin, &alpha).await;
        let ann = app.member("ann", Role::Annotator, &alpha).await;
        app.owner.client.workspaces().add_user(alpha.id, app.owner.user.id).await.unwrap();
        let keys = |users: Vec<ochre_client::User>| users.into_iter().map(|user| user.api_key.clone()).collect::<Vec<_>>();
        let seen = keys(admin.client.workspaces().users(alpha.id).await.unwrap());
        assert_eq!(seen, [admin.user.api_key.clone(), String::new(), String::new()]);
        let seen = keys(app.owner.client.workspaces().users(alpha.id).await.unwrap());
        assert_eq!(seen, [admin.user.api_key.clone(), ann.user.api_key.clone(), "argilla.apikey".to_owned()]);
        let removed = admin.client.workspaces().remove_user(alpha.id, ann.user.id).await.unwrap();
        assert_eq!(removed.api_key, "");
        let removed = admin.client.workspaces().remove_user(alpha.id, admin.user.id).await.unwrap();
        assert_eq!(removed.api_key, admin.user.api_key);
        assert_eq!(ann.client.me().await.unwrap().api_key, ann.user.api_key);
    }

    async fn a_password_change_ends_sessions_and_nothing_else(engine: Engine) {
        let app = TestApp::start(engine).await;
        let ann = app.person("ann", Role::Annotator).await;
        let sign_in = |password: &'static str| { let client = app.anonymous(); async move { client.sign_in("ann", password).await } };
        let by = |token: &ochre_client::Token| Client::builder(app.url()).token(token).build().unwrap();
        let (one, two) = (by(&sign_in(PASSWORD).await.unwrap()), by(&sign_in(PASSWORD).await.unwrap()));
        let change = UserUpdate { password: Some("a new password".into()), ..UserUpdate::default() };
        app.owner.client.users().update(ann.user.id, &change).await.unwrap();
        for client in [&one, &two] {
            assert_eq!(client.me().await.unwrap_err().to_string(), "Could not validate credentials");
        }
        assert_eq!(ann.client.me().await.unwrap().id, ann.user.id, "the key stays");
        assert_eq!(sign_in(PASSWORD).await.unwrap_err().status(), Some(401));
        assert!(by(&sign_in("a new password").await.unwrap()).me().await.is_ok());
    }

    async fn every_character_of_a_password_counts(engine: Engine) {
        let app = TestApp::start(engine).await;
        let password = "漢".repeat(100);
        let body = json!({"first_name": "F", "username": "long", "password": password});
        assert_eq!(answer(app.owner.request(Method::POST, "/api/v1/users").json(&body)).await.0, 201);
        assert!(app.anonymous().sign_in("long", &password).await.is_ok());
        // 24 of these are the 72 bytes at which bcrypt stops.
        for part in [24, 99] {
            let form = [("username", "long".to_owned()), ("password", "漢".repeat(part))];
            assert_eq!(answer(app.request(Method::POST, "/api/v1/token").form(&form)).await, unauthenticated());
        }
    }
}

#[tokio::test]
async fn only_owners_create_workspaces() {
    let app = TestApp::start(ochre_testkit::Engine::Sqlite).await;
    let admin = app.person("admin", Role::Admin).await;
    let create = |person: &ochre_testkit::Person, name: &str| {
        answer(person.request(Method::POST, "/api/v1/workspaces").json(&json!({"name": name})))
    };
    assert_eq!(create(&admin, "w").await, crate::forbidden());
    assert_eq!(create(&app.owner, "w").await.0, 201);
}

#[tokio::test]
async fn settings_and_providers_are_argillas_and_nothing_more() {
    let app = TestApp::start(ochre_testkit::Engine::Sqlite).await;
    let get = |path: &str| answer(app.request(Method::GET, path));
    let settings = json!({"argilla": {"share_your_progress_enabled": false}});
    assert_eq!(get("/api/v1/settings").await, (200, settings));
    assert_eq!(get("/api/v1/version").await, (200, json!({"version": "2.8.0"})));
    assert_eq!(get("/api/v1/oauth2/providers").await, (200, json!({"items": []})));
    for end in ["authentication", "access-token"] {
        let path = format!("/api/v1/oauth2/providers/nope/{end}");
        assert_eq!(get(&path).await, sentence(404, "OAuth Provider 'nope' not found"));
    }
    let (status, body) = get("/api/v1/status").await;
    assert_eq!((status, &body["version"]), (200, &json!("2.8.0")));
    assert!(body["search_engine"]["version"]["number"].is_string());
    let memory = body["memory"].as_object().unwrap();
    assert_eq!(memory.keys().collect::<Vec<_>>(), ["data", "dirty", "lib", "rss", "shared", "text", "vms"]);
}
