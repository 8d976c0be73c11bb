//! Lists in pages, and what comes only where it is asked for.

use ochre_client::{InvitationCreate, Role};
use ochre_testkit::{PASSWORD, TestApp, TestServer, on_both};
use serde_json::{Value, json};

use crate::{answer, invalid, sentence};

/// All pages of a list: what each entry is called.
async fn all_pages(app: &TestApp, path: &str, name: &str) -> Vec<String> {
    let (mut names, mut cursor) = (Vec::new(), String::new());
    loop {
        let (status, page) = answer(app.owner.get(&format!("{path}&cursor={cursor}"))).await;
        assert_eq!(status, 200, "{page}");
        let items = page["items"].as_array().unwrap();
        names.extend(items.iter().map(|item| item[name].as_str().unwrap().to_owned()));
        match page["next_cursor"].as_str() {
            Some(next) => next.clone_into(&mut cursor),
            None => return names,
        }
    }
}

on_both! {
    async fn users_come_in_pages_filtered_and_ordered(engine: Engine) {
        let app = TestApp::start(engine).await;
        let papers = app.workspace("papers").await;
        for name in ["Zoe", "adam", "Bert", "ünï 100%"] {
            app.person(name, Role::Annotator).await;
        }
        app.member("eve", Role::Admin, &papers).await;
        app.member("mallory", Role::Annotator, &papers).await;
        let pages = async |query: &str| all_pages(&app, &format!("/api/v1/users?{query}"), "username").await;
        let by_name = ["adam", "argilla", "Bert", "eve", "mallory", "Zoe", "ünï 100%"];
        assert_eq!(pages("limit=2&sort=username").await, by_name);
        assert_eq!(pages("limit=3&sort=-username").await, by_name.iter().rev().copied().collect::<Vec<_>>());
        assert_eq!(pages("limit=1").await, ["argilla", "Zoe", "adam", "Bert", "ünï 100%", "eve", "mallory"]);
        assert_eq!(pages("q=E&sort=username").await, ["Bert", "eve", "Zoe"]);
        assert_eq!(pages("q=100%25").await, ["ünï 100%"]);
        assert_eq!(pages("role=admin").await, ["eve"]);
        assert_eq!(pages("workspace=papers").await, ["eve", "mallory"]);
        assert_eq!(pages(&format!("workspace={}&role=annotator", papers.id)).await, ["mallory"]);
        assert_eq!(pages("limit=9&username=Zoe").await, ["Zoe"]);
        assert_eq!(pages("limit=9&username=zoe").await, [] as [&str; 0]);
        assert_eq!(pages("q=&role=&state=").await.len(), 7, "what is empty excludes nobody");
        let users = app.owner.client.users();
        let bert = users.find("Bert").await.unwrap().unwrap();
        users.disable(bert.id).await.unwrap();
        assert_eq!(pages("state=disabled").await, ["Bert"]);
        assert_eq!(pages("state=active&q=e&sort=username").await, ["eve", "Zoe"]);
        assert_eq!(pages("state=expired").await, [] as [&str; 0]);
        let nowhere = sentence(422, "Workspace 'nowhere' does not exist");
        assert_eq!(answer(app.owner.get("/api/v1/users?workspace=nowhere")).await, nowhere);
    }

    async fn workspaces_come_in_pages_as_far_as_one_reaches(engine: Engine) {
        let app = TestApp::start(engine).await;
        let beta = app.workspace("beta").await;
        app.workspace("Gamma").await;
        let ann = app.member("ann", Role::Annotator, &beta).await;
        let pages = async |query: &str| all_pages(&app, &format!("/api/v1/workspaces?{query}"), "name").await;
        assert_eq!(pages("limit=1&sort=name").await, ["argilla", "beta", "Gamma"]);
        assert_eq!(pages("sort=-name").await, ["Gamma", "beta", "argilla"]);
        assert_eq!(pages("q=A&sort=name").await, ["argilla", "beta", "Gamma"]);
        assert_eq!(pages("limit=9&name=Gamma").await, ["Gamma"]);
        let (status, page) = answer(ann.get("/api/v1/workspaces?limit=10")).await;
        assert_eq!((status, &page["items"][0]["name"], page["items"].as_array().unwrap().len()), (200, &json!("beta"), 1));
        assert_eq!(page["next_cursor"], Value::Null);
        assert_eq!(answer(app.owner.get("/api/v1/workspaces")).await, sentence(405, "Method Not Allowed"));
    }

    async fn the_trash_and_invitations_come_in_pages_the_latest_first(engine: Engine) {
        let app = TestApp::start(engine).await;
        let (mut names, mut invitations) = (Vec::new(), Vec::new());
        for name in ["a", "b", "c"] {
            let person = app.person(name, Role::Annotator).await;
            app.owner.client.users().delete(person.user.id).await.unwrap();
            names.insert(0, name.to_owned());
            let invitation = InvitationCreate::new(Role::Annotator);
            let made = app.owner.client.invitations().create(&invitation).await.unwrap();
            invitations.insert(0, made.id.to_string());
        }
        for (path, name, latest) in [("/api/v1/trash", "name", names), ("/api/v1/invitations", "id", invitations)] {
            for limit in [1, 2, 3, 1000] {
                let query = format!("{path}?limit={limit}");
                assert_eq!(all_pages(&app, &query, name).await, latest, "{query}");
            }
            let (_, page) = answer(app.owner.get(path)).await;
            assert_eq!((page["items"].as_array().unwrap().len(), &page["next_cursor"]), (3, &Value::Null));
        }
    }

    async fn an_account_is_told_where_it_is_asked_for(engine: Engine) {
        let app = TestApp::start(engine).await;
        let ann = app.person("ann", Role::Annotator).await;
        assert!(ann.client.me().await.is_ok());
        let path = format!("/api/v1/users/{}", ann.user.id);
        let (_, plain) = answer(app.owner.get(&path)).await;
        assert!(plain.get("account").is_none());
        let (_, user) = answer(app.owner.get(&format!("{path}?include=account"))).await;
        let fresh = json!({"state": "active", "origin": "created", "has_password": true, "must_change_password": false,
            "active_until": null, "workspaces": [], "temporary": [], "last_seen_at": null});
        assert_eq!(user["account"], fresh);
        for list in ["/api/v1/users?include=account", "/api/v1/users?include=account&limit=10"] {
            let (_, users) = answer(app.owner.get(list)).await;
            assert_eq!(users["items"][0]["account"]["origin"], json!("default"), "{list}");
            assert_eq!(users["items"][1]["account"], fresh, "{list}");
        }
        app.database.disable(ann.user.id).await;

        // When users were last seen is written down now and then, and at the end.
        let TestApp { database, server, owner } = app;
        server.stop().await;
        let server = TestServer::start(&database, &[]).await;
        let owner = ochre_testkit::Person::of_key(&server.url, &owner.user.api_key).await;
        let (_, user) = answer(owner.get(&format!("{path}?include=account"))).await;
        assert_eq!(user["account"]["state"], json!("disabled"));
        assert!(user["account"]["last_seen_at"].as_str().is_some_and(|at| at > ann.user.inserted_at.to_string().replace(' ', "T").as_str()), "{user}");
        assert_eq!(user["updated_at"], plain["updated_at"], "being seen is no change");
    }
}

#[tokio::test]
async fn bad_parameters_name_themselves() {
    let app = TestApp::start(ochre_testkit::Engine::Sqlite).await;
    let refused = async |path: &str, name: &str, kind: &str, message: &str| {
        let expected = invalid(&[(kind, json!(["query", name]), message)]);
        assert_eq!(answer(app.owner.get(&format!("/api/v1/{path}"))).await, expected, "{path}");
    };
    let limit = "Input should be a number from 1 to 1000";
    for bad in ["0", "1001", "-1", "x", "1.5"] {
        for list in ["users", "workspaces", "trash", "invitations"] {
            refused(&format!("{list}?limit={bad}"), "limit", "less_than_equal", limit).await;
        }
    }
    let cursor = "Input should be the 'next_cursor' of a page of the same list in the same order";
    refused("users?cursor=zzz", "cursor", "value_error", cursor).await;
    app.person("ann", Role::Annotator).await;
    let (_, page) = answer(app.owner.get("/api/v1/users?limit=1")).await;
    let next = page["next_cursor"].as_str().unwrap();
    for list in ["users?sort=username", "trash?limit=9", "invitations?limit=9"] {
        refused(&format!("{list}&cursor={next}"), "cursor", "value_error", cursor).await;
    }
    let short = "String should have at least 1 character";
    refused("users?workspace=", "workspace", "string_too_short", short).await;
    let (_, all) = answer(app.owner.get("/api/v1/users?name=x&username=nobody")).await;
    assert_eq!(all["items"].as_array().unwrap().len(), 2, "these alone make no page");
    refused("users?limit=9&username=", "username", "string_too_short", short).await;
    refused("workspaces?limit=9&name=", "name", "string_too_short", short).await;
    refused("users?role=boss", "role", "enum", "Input should be 'owner', 'admin' or 'annotator'").await;
    refused("users?state=gone", "state", "enum", "Input should be 'active', 'disabled' or 'expired'").await;
    refused("users?include=secrets", "include", "enum", "Input should be 'account'").await;
    let sorts = "Input should be 'username', 'inserted_at', 'updated_at', with a '-' before it for the other end first";
    refused("users?sort=role", "sort", "enum", sorts).await;
    refused("users?q=a%00", "q", "value_error", "Value error, The text should not contain the character U+0000").await;
    let sorts = "Input should be 'name', 'inserted_at', 'updated_at', with a '-' before it for the other end first";
    refused("workspaces?sort=username", "sort", "enum", sorts).await;
}

#[tokio::test]
async fn a_row_that_comes_or_goes_between_two_pages_hides_no_other() {
    let app = TestApp::start(ochre_testkit::Engine::Sqlite).await;
    for name in ["a", "b", "c", "d"] {
        app.person(name, Role::Annotator).await;
    }
    let (_, first) = answer(app.owner.get("/api/v1/users?limit=2&sort=username")).await;
    let gone = app.owner.client.users().find("a").await.unwrap().unwrap();
    app.owner.client.users().delete(gone.id).await.unwrap();
    let new = json!({"first_name": "A", "username": "aa", "password": PASSWORD});
    assert_eq!(answer(app.owner.request(reqwest::Method::POST, "/api/v1/users").json(&new)).await.0, 201);
    let next = first["next_cursor"].as_str().unwrap();
    let (_, second) = answer(app.owner.get(&format!("/api/v1/users?limit=9&sort=username&cursor={next}"))).await;
    let names: Vec<_> = second["items"].as_array().unwrap().iter().map(|user| user["username"].clone()).collect();
    assert_eq!(names, ["b", "c", "d"]);
}
