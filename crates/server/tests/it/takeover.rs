//! Taking over databases that real servers of Argilla made (`tests/databases`).

use ochre_client::{Client, Role, UserUpdate};
use ochre_testkit::{Engine, Person, TestDatabase, TestServer, on_both, postgres_url};
use serde_json::{Value, json};

use crate::{
    answer,
    commands::{Ran, file, run, shared},
};

/// A dump, the server that made it, and whether `admin` was the boss there.
const DUMPS: &[(&str, bool)] = &[
    ("argilla-1.6.0", true),
    ("argilla-1.6.0-migrated", true),
    ("argilla-1.6.0-upgraded-2.8.0", false),
    ("argilla-1.13.3", false),
    ("argilla-1.29.1", false),
    ("argilla-2.8.0", false),
    ("extralit-0.7.2", false),
];

fn expected(name: &str) -> Value {
    serde_json::from_str::<Value>(&shared("tests/databases/expected.json")).unwrap()[name].clone()
}

/// The database of a dump.
async fn source(name: &str, engine: Engine) -> TestDatabase {
    let source = TestDatabase::new(engine).await;
    source.load(&shared(&format!("tests/databases/{name}.sql"))).await;
    source
}

fn take_over(target: &TestDatabase, source: &TestDatabase, more: &[&str]) -> Ran {
    run(target, &[&["import", "argilla", "--from", &source.setting()], more].concat())
}

/// All users as `/api` shows them to an owner.
async fn everybody(server: &TestServer, target: &TestDatabase) -> Value {
    let made =
        run(target, &["users", "create", "--username", "looker-on", "--role", "owner", "--password", "12345678"]);
    let owner = Person::of_key(&server.url, made.bullet("api_key")).await;
    let (status, mut users) = answer(owner.get("/api/users")).await;
    assert_eq!(status, 200);
    owner.client.users().delete(owner.user.id).await.ok();
    users.as_array_mut().unwrap().retain(|user| user["username"] != "looker-on");
    users
}

/// A moment as the API writes it, from a database's text.
fn moment(text: &str) -> String {
    let text = text.replace(' ', "T");
    match text.split_once('.') {
        Some((whole, fraction)) => format!("{whole}.{fraction:0<6}"),
        None => text,
    }
}

async fn check(target: &TestDatabase, name: &str, admin_was_owner: bool, logins: usize) {
    let wanted = expected(name);
    let server = TestServer::start(target, &[]).await;
    let here = everybody(&server, target).await;
    let users = wanted["users"].as_array().unwrap();
    assert_eq!(here.as_array().unwrap().len(), users.len(), "{name}");
    for (index, user) in users.iter().enumerate() {
        let found = here.as_array().unwrap().iter().find(|found| found["id"] == user["id"]).expect("the same id");
        let role = match user["role"].as_str().unwrap() {
            "admin" if admin_was_owner => "owner",
            role => role,
        };
        for key in ["username", "first_name", "api_key", "workspaces"] {
            assert_eq!(found[key], user[key], "{name}: {key} of {}", user["username"]);
        }
        assert_eq!(found["role"], role);
        assert_eq!(found.get("last_name").unwrap_or(&Value::Null), &user["last_name"]);
        assert_eq!(found["inserted_at"], json!(moment(user["inserted_at"].as_str().unwrap())), "{name}");
        assert_eq!(found["updated_at"], json!(moment(user["updated_at"].as_str().unwrap())), "{name}");
        // Keys and passwords go on working.
        let key = user["api_key"].as_str().unwrap();
        let client = Client::builder(&server.url).api_key(key).build().unwrap();
        assert_eq!(json!(client.me().await.unwrap().id), user["id"]);
        if index < logins {
            let client = Client::builder(&server.url).build().unwrap();
            let (username, password) = (user["username"].as_str().unwrap(), user["password"].as_str().unwrap());
            client.sign_in(username, password).await.unwrap_or_else(|error| panic!("{name}: {username}: {error}"));
        }
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_released_schema_is_taken_over_with_ids_keys_passwords_and_moments() {
    for (name, admin_was_owner) in DUMPS {
        let (source, target) = (source(name, Engine::Sqlite).await, TestDatabase::new(Engine::Sqlite).await);
        let path = source.home().join("ochre.db");
        let before = std::fs::read(&path).unwrap();
        let ran = take_over(&target, &source, &[]);
        assert_eq!(ran.code, 0, "{name}: {}{}", ran.out, ran.err);
        assert!(std::fs::read(&path).unwrap() == before, "the source's bytes are untouched");
        assert_eq!(std::fs::read_dir(source.home()).unwrap().count(), 1, "and nothing is left beside it");
        for dataset in expected(name)["datasets"].as_array().unwrap() {
            let line =
                format!("  {:?} in {:?}", dataset["name"].as_str().unwrap(), dataset["workspace"].as_str().unwrap());
            assert!(ran.out.contains(&line), "{name}: {line} is not in {}", ran.out);
        }
        let logins = if matches!(*name, "argilla-1.6.0" | "argilla-2.8.0") { 9 } else { 1 };
        check(&target, name, *admin_was_owner, logins).await;
    }
}

on_both! {
    async fn a_database_on_postgresql_is_taken_over(engine: Engine) {
        if postgres_url().is_none() {
            return;
        }
        let name = "argilla-2.8.0-postgres";
        let (source, target) = (source(name, Engine::Postgres).await, TestDatabase::new(engine).await);
        let from = source.setting().replace("postgres://", "postgresql+asyncpg://");
        let ran = run(&target, &["import", "argilla", "--from", &from]);
        assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
        check(&target, name, false, 1).await;
    }

    async fn a_second_run_changes_nothing_and_leaves_what_was_changed_here(engine: Engine) {
        let (source, target) = (source("argilla-2.8.0", Engine::Sqlite).await, TestDatabase::new(engine).await);
        assert_eq!(take_over(&target, &source, &[]).code, 0);
        let server = TestServer::start(&target, &[]).await;
        let owner = Person::of_key(&server.url, "argilla.apikey").await;
        let users = owner.client.users();
        let by_name = |name: &'static str| async move { users.list().await.unwrap().into_iter().find(|u| u.username == name).unwrap() };
        // One is renamed, one deleted, and one loses a workspace.
        let change = UserUpdate { username: Some("renamed".into()), role: Some(Role::Owner), ..UserUpdate::default() };
        users.update(by_name("mary").await.id, &change).await.unwrap();
        users.delete(by_name("kim").await.id).await.unwrap();
        let nick = by_name("nick").await;
        let (_, workspaces) = answer(owner.get(&format!("/api/v1/users/{}/workspaces", nick.id))).await;
        let lost: uuid::Uuid = serde_json::from_value(workspaces["items"][0]["id"].clone()).unwrap();
        owner.client.workspaces().remove_user(lost, nick.id).await.unwrap();
        let (_, before) = answer(owner.get("/api/users")).await;

        let ran = take_over(&target, &source, &[]);
        assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
        let (_, after) = answer(owner.get("/api/users")).await;
        assert_eq!(after, before);
        assert!(ran.lines().iter().any(|line| line.split_whitespace().eq(["users", "9", "0", "8", "1", "0"])), "{}", ran.out);
    }

    async fn a_name_that_is_taken_here_stops_everything_unless_it_is_skipped(engine: Engine) {
        let (source, target) = (source("argilla-2.8.0", Engine::Sqlite).await, TestDatabase::new(engine).await);
        let server = TestServer::start(&target, &[("USERNAME", "mary"), ("PASSWORD", "12345678"), ("API_KEY", "key-of-mary")]).await;
        let mary = Person::of_key(&server.url, "key-of-mary").await;
        mary.client.workspaces().create("zebra").await.unwrap();
        let (_, before) = answer(mary.get("/api/users")).await;

        let refused = take_over(&target, &source, &[]);
        assert_eq!(refused.code, 1);
        assert!(refused.out.contains("a user \"mary\" is here, with another id"), "{}", refused.out);
        assert!(refused.out.contains("a workspace \"zebra\" is here, with another id"), "{}", refused.out);
        assert!(refused.err.contains("--skip-conflicts"), "{}", refused.err);
        assert_eq!(answer(mary.get("/api/users")).await.1, before, "nothing was taken over");

        let ran = take_over(&target, &source, &["--skip-conflicts", "--dry-run"]);
        assert_eq!(ran.code, 0);
        assert_eq!(answer(mary.get("/api/users")).await.1, before, "nor in a rehearsal");

        let ran = take_over(&target, &source, &["--skip-conflicts"]);
        assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
        let (_, after) = answer(mary.get("/api/users")).await;
        assert_eq!(after.as_array().unwrap().len(), 9, "nine there, of whom one collides, and one here");
        assert_eq!(mary.client.me().await.unwrap().id, mary.user.id);
        let of = |name: &str| after.as_array().unwrap().iter().find(|user| user["username"] == name).unwrap().clone();
        assert_eq!(of("mary")["workspaces"], json!([]), "nobody is put into a workspace that only has the same name");
        assert!(!of("nick")["workspaces"].as_array().unwrap().contains(&json!("zebra")));
    }

    async fn an_untouched_default_owner_gives_way_and_a_touched_one_does_not(engine: Engine) {
        for touch in [false, true] {
            let (source, target) = (source("argilla-2.8.0", Engine::Sqlite).await, TestDatabase::new(engine).await);
            let server = TestServer::start(&target, &[]).await;
            let owner = Person::of_key(&server.url, "argilla.apikey").await;
            if touch {
                let change = UserUpdate { first_name: Some("Mine".into()), ..UserUpdate::default() };
                owner.client.users().update(owner.user.id, &change).await.unwrap();
            }
            let ran = take_over(&target, &source, &[]);
            if touch {
                assert_eq!(ran.code, 1, "{}", ran.out);
                assert!(ran.out.contains("a user \"argilla\" is here, with another id"), "{}", ran.out);
            } else {
                assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
                assert!(ran.out.contains("The untouched default owner \"argilla\" gave way."), "{}", ran.out);
                server.stop().await;
                check(&target, "argilla-2.8.0", false, 1).await;
            }
        }
    }
}

#[tokio::test]
async fn old_admins_without_an_owner_are_told_and_one_can_be_made() {
    let source = source("argilla-1.6.0-upgraded-2.8.0", Engine::Sqlite).await;
    let target = TestDatabase::new(Engine::Sqlite).await;
    let ran = take_over(&target, &source, &[]);
    let text = ran.lines().join("\n");
    assert!(text.contains("admin meant owner (3):\n  \"argilla\"\n"), "{text}");
    assert!(text.contains("There is no owner"), "{text}");
    let ran = run(&target, &["users", "update", "hulio", "--role", "owner"]);
    assert_eq!(ran.lines(), ["User 'hulio' successfully updated:", "• role: 'admin' -> 'owner'"]);
    let server = TestServer::start(&target, &[]).await;
    assert_eq!(Person::of_key(&server.url, "hulio.apikey.0001").await.user.role, Role::Owner);
}

#[tokio::test]
async fn what_is_no_database_of_argilla_is_refused_with_a_sentence() {
    let target = TestDatabase::new(Engine::Sqlite).await;
    let from = |url: &str| run(&target, &["import", "argilla", "--from", url]);
    let missing = from("sqlite:////no/such/file.db");
    assert_eq!((missing.code, missing.err.as_str()), (1, "Error: there is no file /no/such/file.db\n"));
    let text = file(&target, "text.db", "no database at all");
    assert_eq!(from(&format!("sqlite:///{text}")).code, 1);
    let wrong = from("mysql://root@localhost/argilla");
    assert_eq!(wrong.code, 2);
    assert!(wrong.err.contains("Invalid value for '--from'"), "{}", wrong.err);

    let ours = TestDatabase::new(Engine::Sqlite).await;
    ours.open().await.close().await.unwrap();
    let not = from(&ours.setting());
    assert_eq!(not.code, 1);
    assert!(not.err.contains("is no database of Argilla"), "{}", not.err);
    assert_eq!(from(&target.setting()).code, 2, "the database to be filled is no source");

    let unknown = source("argilla-2.8.0", Engine::Sqlite).await;
    unknown.load("UPDATE alembic_version SET version_num = '0123456789ab'").await;
    let unknown = from(&unknown.setting());
    assert_eq!(unknown.code, 1);
    assert!(unknown.err.contains("the revision \"0123456789ab\", which no release"), "{}", unknown.err);
    assert!(!target.home().join("ochre.db").exists(), "nothing is made for a source that cannot be read");
}

#[tokio::test]
async fn rows_that_cannot_be_taken_over_are_named_with_the_reason() {
    let source = source("argilla-2.8.0", Engine::Sqlite).await;
    source
        .load(
            "UPDATE users SET password_hash = '$apr1$x' WHERE username = 'nick';
             UPDATE users SET role = 'boss' WHERE username = 'kim';
             UPDATE users SET api_key = x'00ff' WHERE username = 'mary';
             UPDATE workspaces SET inserted_at = 'soon' WHERE name = 'mango'",
        )
        .await;
    let target = TestDatabase::new(Engine::Sqlite).await;
    let ran = take_over(&target, &source, &[]);
    let text = ran.lines().join("\n");
    assert!(text.contains("  user \"kim\": its role \"boss\" is unknown"), "{text}");
    assert!(text.contains("  user \"mary\": its api_key is no text"), "{text}");
    assert!(text.contains("Memberships of users or workspaces that are not taken over ("), "{text}");
    assert!(text.contains("  workspace \"mango\": \"soon\" is no moment"), "{text}");
    assert!(text.contains("cannot sign in by password (1):\n  \"nick\""), "{text}");
    let server = TestServer::start(&target, &[]).await;
    let nick =
        expected("argilla-2.8.0")["users"].as_array().unwrap().iter().find(|user| user["username"] == "nick").cloned();
    let nick = nick.unwrap();
    let key = nick["api_key"].as_str().unwrap();
    assert_eq!(Person::of_key(&server.url, key).await.user.username, "nick");
    let client = Client::builder(&server.url).build().unwrap();
    assert_eq!(client.sign_in("nick", nick["password"].as_str().unwrap()).await.unwrap_err().status(), Some(401));
}

#[tokio::test]
async fn a_rehearsal_on_an_empty_place_leaves_it_empty() {
    let source = source("argilla-1.13.3", Engine::Sqlite).await;
    let target = TestDatabase::new(Engine::Sqlite).await;
    let ran = take_over(&target, &source, &["--dry-run"]);
    assert!(ran.lines().contains(&"Nothing was changed: this was a rehearsal."), "{}", ran.out);
    assert!(
        ran.lines().iter().any(|line| line.split_whitespace().eq(["users", "6", "6", "0", "0", "0"])),
        "{}",
        ran.out
    );
    assert_eq!(std::fs::read_dir(target.home()).unwrap().count(), 0);
}
