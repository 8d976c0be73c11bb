//! Users over HTTP.

use ochre_client::{Role, UserCreate, UserUpdate};
use ochre_testkit::{PASSWORD, TestApp, on_both};
use reqwest::Method;
use serde_json::{Value, json};

use crate::{answer, sentence};

const UNKNOWN: &str = "ffffffff-ffff-4fff-8fff-ffffffffffff";

fn keys(value: &Value) -> Vec<&String> {
    value.as_object().expect("an object").keys().collect()
}

on_both! {
    async fn a_user_is_created_with_a_key_and_has_exactly_argillas_fields(engine: Engine) {
        let app = TestApp::start(engine).await;
        let body = json!({"first_name": "  Ann ", "last_name": null, "username": " Ünï/漢🚀 ", "password": "ñ".repeat(8),
            "api_key": "chosen", "workspaces": ["x"], "inserted_at": "2020-01-01T00:00:00"});
        let (status, user) = answer(app.owner.request(Method::POST, "/api/v1/users").json(&body)).await;
        assert_eq!(status, 201);
        let fields = ["api_key", "first_name", "id", "inserted_at", "last_name", "role", "updated_at", "username"];
        assert_eq!(keys(&user), fields);
        assert_eq!((&user["first_name"], &user["username"]), (&json!("Ann"), &json!(" Ünï/漢🚀 ")));
        assert_eq!((&user["last_name"], &user["role"]), (&Value::Null, &json!("annotator")));
        assert_eq!(user["api_key"].as_str().unwrap().len(), 107);
        assert_eq!(user["inserted_at"], user["updated_at"]);
        let id = user["id"].as_str().unwrap();
        assert_eq!(answer(app.owner.get(&format!("/api/v1/users/{}", id.to_uppercase()))).await, (200, user.clone()));
        assert_eq!(answer(app.owner.get(&format!("/api/v1/users/%7B{id}%7D"))).await, (200, user.clone()));
    }

    async fn a_taken_name_is_refused_before_a_taken_id(engine: Engine) {
        let app = TestApp::start(engine).await;
        let ann = app.person("ann", Role::Annotator).await.user;
        let create = |name: &str, id: Option<ochre_client::Uuid>| {
            let body = json!({"id": id, "first_name": "F", "username": name, "password": PASSWORD});
            answer(app.owner.request(Method::POST, "/api/v1/users").json(&body))
        };
        assert_eq!(create("ann", None).await, sentence(409, "User username `ann` is not unique"));
        assert_eq!(create("ann", Some(ann.id)).await, sentence(409, "User username `ann` is not unique"));
        let taken = format!("User with id `{}` is not unique", ann.id);
        assert_eq!(create("bob", Some(ann.id)).await, sentence(409, &taken));
        assert_eq!(create("Ann", None).await.0, 201, "names are compared as they are");
    }

    async fn users_are_listed_in_the_order_of_creation_however_many(engine: Engine) {
        let app = TestApp::start(engine).await;
        for n in 0..5 {
            app.person(&format!("user-{n}"), Role::Annotator).await;
        }
        let users = app.owner.client.users().list().await.unwrap();
        let names: Vec<_> = users.iter().map(|user| user.username.as_str()).collect();
        assert_eq!(names, ["argilla", "user-0", "user-1", "user-2", "user-3", "user-4"]);
        assert!(users.windows(2).all(|pair| pair[0].inserted_at < pair[1].inserted_at));
        let (_, all) = answer(app.owner.get("/api/v1/users?offset=1")).await;
        assert_eq!(all["items"].as_array().unwrap().len(), 6, "what is not known is ignored");
    }

    async fn an_update_changes_what_it_names(engine: Engine) {
        let app = TestApp::start(engine).await;
        let ann = app.person("ann", Role::Annotator).await;
        let users = app.owner.client.users();
        let changes = UserUpdate {
            first_name: Some(" New ".into()),
            last_name: Some(Some("Name".into())),
            username: Some("anna".into()),
            role: Some(Role::Admin),
            password: None,
            ..UserUpdate::default()
        };
        let changed = users.update(ann.user.id, &changes).await.unwrap();
        assert_eq!((changed.first_name.as_str(), changed.last_name.as_deref()), ("New", Some("Name")));
        assert_eq!((changed.username.as_str(), changed.role), ("anna", Role::Admin));
        assert_eq!(changed.api_key, ann.user.api_key);
        assert!(changed.updated_at > ann.user.updated_at);
        assert_eq!(changed.inserted_at, ann.user.inserted_at);

        let same = users.update(ann.user.id, &changes).await.unwrap();
        assert_eq!(same, changed, "what changes nothing leaves the moment of change");
        let path = format!("/api/v1/users/{}", ann.user.id);
        let ignored = json!({"id": UNKNOWN, "api_key": "mine", "password_hash": "x", "inserted_at": "2020-01-01T00:00:00"});
        let (status, body) = answer(app.owner.request(Method::PATCH, &path).json(&ignored)).await;
        assert_eq!((status, &body["api_key"]), (200, &json!(changed.api_key)));
        let (_, body) = answer(app.owner.request(Method::PATCH, &path).json(&json!({"last_name": null}))).await;
        assert_eq!(body["last_name"], Value::Null);
    }

    async fn a_rename_to_a_taken_name_is_refused(engine: Engine) {
        let app = TestApp::start(engine).await;
        let ann = app.person("ann", Role::Annotator).await;
        app.person("bob", Role::Annotator).await;
        let path = format!("/api/v1/users/{}", ann.user.id);
        let rename = |name: &str| answer(app.owner.request(Method::PATCH, &path).json(&json!({"username": name})));
        assert_eq!(rename("bob").await, sentence(422, "Username 'bob' already exists"));
        assert_eq!(rename("ann").await.0, 200);
    }

    async fn a_deleted_user_is_gone_with_its_credentials(engine: Engine) {
        let app = TestApp::start(engine).await;
        let ann = app.person("ann", Role::Annotator).await;
        let token = app.anonymous().sign_in("ann", PASSWORD).await.unwrap();
        let by_token = ochre_client::Client::builder(app.url()).token(&token).build().unwrap();
        assert!(by_token.me().await.is_ok() && ann.client.me().await.is_ok());
        assert_eq!(app.owner.client.users().delete(ann.user.id).await.unwrap(), ann.user);
        let status = |error: ochre_client::Error| error.status();
        assert_eq!(ann.client.me().await.map_err(status), Err(Some(401)));
        assert_eq!(by_token.me().await.map_err(status), Err(Some(401)));
        assert_eq!(app.anonymous().sign_in("ann", PASSWORD).await.map(drop).map_err(status), Err(Some(401)));
        assert_eq!(app.owner.client.users().delete(ann.user.id).await.map(drop).map_err(status), Err(Some(404)));
        // The name is free at once, and the old token is not the new user's.
        let again = app.person("ann", Role::Owner).await;
        assert_ne!(again.user.id, ann.user.id);
        assert_eq!(by_token.me().await.map_err(status), Err(Some(401)));
    }

    async fn the_workspaces_of_a_user_are_its_memberships_and_for_an_owner_all(engine: Engine) {
        let app = TestApp::start(engine).await;
        let (alpha, beta) = (app.workspace("alpha").await, app.workspace("beta").await);
        let ann = app.member("ann", Role::Annotator, &beta).await;
        app.owner.client.workspaces().add_user(alpha.id, ann.user.id).await.unwrap();
        let users = app.owner.client.users();
        assert_eq!(users.workspaces(ann.user.id).await.unwrap(), [alpha.clone(), beta.clone()], "by creation");
        assert_eq!(users.workspaces(app.owner.user.id).await.unwrap().len(), 3);
        assert_eq!(ann.client.my_workspaces().await.unwrap(), [alpha, beta]);
        assert_eq!(ann.client.my_datasets().await.unwrap(), [] as [Value; 0]);
    }
}

#[tokio::test]
async fn permission_comes_first_for_reading_and_existence_first_for_changing() {
    let app = TestApp::start(ochre_testkit::Engine::Sqlite).await;
    let ann = app.person("ann", Role::Annotator).await;
    let path = format!("/api/v1/users/{UNKNOWN}");
    let absent = sentence(404, &format!("User with id `{UNKNOWN}` not found"));
    let status = |request| async { answer(request).await.0 };
    assert_eq!(status(ann.get(&path)).await, 403);
    assert_eq!(status(ann.get(&format!("{path}/workspaces"))).await, 403);
    assert_eq!(answer(ann.request(Method::PATCH, &path).json(&json!({}))).await, absent);
    assert_eq!(answer(ann.request(Method::DELETE, &path)).await, absent);
    assert_eq!(answer(app.owner.get(&path)).await, absent);
    assert_eq!(answer(app.owner.get(&format!("{path}/workspaces"))).await, absent);
}

#[tokio::test]
async fn a_long_list_is_streamed_whole() {
    // More than two pages of the use-case.
    let app = TestApp::start(ochre_testkit::Engine::Sqlite).await;
    let store = app.database.open().await;
    let template = {
        use ochre_domain::ports::Store as _;
        store.session().users().find(ochre_domain::model::UserId::new(app.owner.user.id)).await.unwrap().unwrap()
    };
    let unit = ochre_domain::ports::Store::begin(&store).await.unwrap();
    for n in 0..1200_u32 {
        let id = ochre_domain::model::UserId::new(ochre_client::Uuid::from_u128(u128::from(n)));
        let mut user = template.clone();
        user.id = id;
        user.role = ochre_domain::model::Role::Annotator;
        user.username = ochre_domain::model::Username::verbatim(format!("user-{n:04}"));
        user.api_key.lookup.0[..4].copy_from_slice(&n.to_be_bytes());
        unit.users().insert(&user).await.unwrap();
    }
    unit.commit().await.unwrap();
    // Their sealed keys are another user's, so the list cannot be shown: the first page fails as a whole.
    let (status, body) = answer(app.owner.get("/api/v1/users")).await;
    assert_eq!((status, &body["detail"]["params"]["type"]), (500, &json!("ochre.InternalError")));

    let workspace = app.workspace("crowd").await;
    let unit = ochre_domain::ports::Store::begin(&store).await.unwrap();
    for n in 0..1200_u32 {
        let membership = ochre_domain::model::Membership {
            workspace: ochre_domain::model::WorkspaceId::new(workspace.id),
            user: ochre_domain::model::UserId::new(ochre_client::Uuid::from_u128(u128::from(n))),
            inserted_at: ochre_domain::model::Timestamp::from_micros(i64::from(n % 7)),
            active_until: None,
        };
        unit.memberships().insert(&membership).await.unwrap();
    }
    unit.commit().await.unwrap();
    // An admin sees no keys of others, so nothing needs to be opened.
    let admin = app.member("admin", Role::Admin, &workspace).await;
    let members = admin.client.workspaces().users(workspace.id).await.unwrap();
    assert_eq!(members.len(), 1201);
    let mut names: Vec<_> = members.iter().map(|user| user.username.clone()).collect();
    names.sort();
    names.dedup();
    assert_eq!(names.len(), 1201, "nobody is listed twice");
    let create = UserCreate {
        username: "one-more".into(),
        first_name: "One".into(),
        password: PASSWORD.into(),
        ..UserCreate::default()
    };
    assert!(app.owner.client.users().create(&create).await.is_ok());
}
