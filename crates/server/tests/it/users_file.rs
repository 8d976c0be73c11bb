//! Users files of Argilla 1.x: migrated, imported, followed.

use std::{
    process::{Command, Stdio},
    time::Duration,
};

use ochre_client::{Client, ResetLinkCreate, UserUpdate};
use ochre_testkit::{Engine, Person, TestDatabase, TestServer, on_both};
use serde_json::{Value, json};

use crate::{
    answer,
    commands::{Ran, file, run, run_with},
    unauthenticated,
};

/// The file of Argilla's guide. All three passwords are 1234.
const GUIDE: &str = "
- username: john
  full_name: John Doe
  email: john@argilla.io
  api_key: a14427ea-9197-11ec-b909-0242ac120002
  hashed_password: $2y$05$xtl7iy3bpqchUwiQMjEHe.tY7OaIjDrg43W3TB4EHQ7izvdjvGtPS
  disabled: False

- username: tanya
  full_name: Tanya Franklin
  email: tanya@argilla.io
  api_key: 78a10b53-8db7-4ab5-9e9e-fbd4b7e76551
  hashed_password: $2y$05$aqNyXcXRXddNj5toZwT0HugHqKZypvqlBAkZviAGGbsAC8oTj/P5K
  workspaces: [argilla, team]
  disabled: True

- username: daisy
  full_name: Daisy Gonzalez
  email: daisy@argilla.io
  api_key: a8168929-8668-494c-b7a5-98cd35740d9b
  hashed_password: $2y$05$l83IhUs4ZDaxsgZ/P12FO.RFTi2wKQ2AxMK2vYtLx//yKramuCcZG
  workspaces: [argilla, team, latam]
  disabled: False
";
const HASH: &str = "$2y$05$xtl7iy3bpqchUwiQMjEHe.tY7OaIjDrg43W3TB4EHQ7izvdjvGtPS";
const OTHER_HASH: &str = "$2y$05$aqNyXcXRXddNj5toZwT0HugHqKZypvqlBAkZviAGGbsAC8oTj/P5K";
const JOHN: &str = "a14427ea-9197-11ec-b909-0242ac120002";
const TANYA: &str = "78a10b53-8db7-4ab5-9e9e-fbd4b7e76551";
const DAISY: &str = "a8168929-8668-494c-b7a5-98cd35740d9b";
const VARIABLE: &str = "ARGILLA_LOCAL_AUTH_USERS_DB_FILE";

/// An entry with the fields that every one has, and more.
fn entry(name: &str, more: &str) -> String {
    format!("- username: {name}\n  api_key: key-of-{name}\n  hashed_password: {HASH}\n{more}")
}

fn migrate(database: &TestDatabase, text: &str, more: &[&str]) -> Ran {
    let path = file(database, "users.yml", text);
    run_with(database, &[(VARIABLE, &path)], &[&["users", "migrate"], more].concat())
}

async fn start(database: &TestDatabase, text: &str) -> TestServer {
    try_start(database, text).await.expect("a server that starts")
}

async fn try_start(database: &TestDatabase, text: &str) -> Result<TestServer, String> {
    let path = file(database, "users.yml", text);
    TestServer::try_start(database, &[(VARIABLE, &path)]).await
}

/// What `GET /api/me` says to a key.
async fn me(server: &TestServer, key: &str) -> (u16, Value) {
    let request = reqwest::Client::builder().build().unwrap().get(format!("{}/api/me", server.url));
    answer(request.header("X-Argilla-Api-Key", key)).await
}

async fn signs_in(server: &TestServer, name: &str, password: &str) -> bool {
    Client::builder(&server.url).build().unwrap().sign_in(name, password).await.is_ok()
}

on_both! {
    /// Satisfies: S42, S43, S68, S69, S70, S71, S72, S73, S75.
    async fn the_file_of_the_guide_gives_the_users_of_the_guide(engine: Engine) {
        let database = TestDatabase::new(engine).await;
        let path = file(&database, "users.yml", GUIDE);
        let ran = run_with(&database, &[(VARIABLE, &path)], &["--compat-role-names", "1.6", "users", "migrate"]);
        assert_eq!(
            ran.lines(),
            [
                format!("Starting users migration process using file '{path}'").as_str(),
                "Migrating User with username 'john'",
                "Migrating User with username 'tanya'",
                "Migrating User with username 'daisy'",
                "Users migration process successfully finished",
            ]
        );
        assert!(ran.err.contains("user \"tanya\" is disabled"), "{}", ran.err);

        let server = TestServer::start(&database, &[("compat-role-names", "1.6")]).await;
        let john = Person::of_key(&server.url, JOHN).await;
        let (_, users) = answer(john.get("/api/users")).await;
        let shown: Vec<_> = users
            .as_array()
            .unwrap()
            .iter()
            .map(|user| (&user["username"], &user["role"], &user["full_name"], &user["workspaces"], &user["api_key"]))
            .map(|user| json!(user))
            .collect();
        assert_eq!(
            json!(shown),
            json!([
                ["john", "admin", "John Doe", ["john"], JOHN],
                ["tanya", "annotator", "Tanya Franklin", ["tanya", "argilla", "team"], TANYA],
                ["daisy", "annotator", "Daisy Gonzalez", ["daisy", "argilla", "team", "latam"], DAISY],
            ])
        );
        let (_, workspaces) = answer(john.get("/api/workspaces")).await;
        let names: Vec<_> = workspaces.as_array().unwrap().iter().map(|workspace| workspace["name"].clone()).collect();
        assert_eq!(json!(names), json!(["john", "tanya", "argilla", "team", "daisy", "latam"]));

        // Passwords are those of before; the hashes are upgraded on the way in.
        assert!(signs_in(&server, "john", "1234").await && signs_in(&server, "daisy", "1234").await);
        assert!(signs_in(&server, "john", "1234").await);
        assert!(!signs_in(&server, "john", "12345").await);
        // Whom the file disables gets in by no way.
        assert_eq!(me(&server, TANYA).await, unauthenticated());
        assert!(!signs_in(&server, "tanya", "1234").await);
    }

    async fn a_second_run_finds_everybody_there_also_after_logins(engine: Engine) {
        let database = TestDatabase::new(engine).await;
        assert_eq!(migrate(&database, GUIDE, &[]).code, 0);
        let server = TestServer::start(&database, &[]).await;
        assert!(signs_in(&server, "john", "1234").await);
        let john = Person::of_key(&server.url, JOHN).await;
        let (_, before) = answer(john.get("/api/users")).await;
        let again = migrate(&database, GUIDE, &[]);
        assert_eq!(again.lines()[1], "User with username 'john' already exists in database. Skipping...");
        assert_eq!(again.lines().len(), 5);
        assert_eq!(answer(john.get("/api/users")).await.1, before);
    }

    async fn users_who_differ_are_refused_with_what_differs_unless_they_may_be_changed(engine: Engine) {
        let database = TestDatabase::new(engine).await;
        assert_eq!(migrate(&database, GUIDE, &[]).code, 0);
        let server = TestServer::start(&database, &[]).await;
        let john = Person::of_key(&server.url, JOHN).await;
        let (_, before) = answer(john.get("/api/users")).await;
        let changed = GUIDE
            .replace("Daisy Gonzalez", "Daisy G.")
            .replace("daisy@argilla.io", "daisy@example.org")
            .replace("[argilla, team, latam]", "[team, europe]")
            .replace("disabled: True", "disabled: no");
        let refused = migrate(&database, &changed, &[]);
        assert_eq!(refused.code, 1);
        assert_eq!(refused.out.lines().last().unwrap(), "Users migration process failed...");
        for words in [
            "2 of the file's users are known and differ",
            "entry 2, \"tanya\": disabled -> active",
            "entry 3, \"daisy\": full_name \"Daisy Gonzalez\" -> \"Daisy G.\"; email \"daisy@argilla.io\" -> \"daisy@example.org\"; \
             workspaces [daisy, argilla, team, latam] -> [daisy, team, europe]",
        ] {
            assert!(refused.err.contains(words), "{words} is not in {}", refused.err);
        }
        assert_eq!(answer(john.get("/api/users")).await.1, before, "nothing was changed");

        let path = file(&database, "users.yml", &changed);
        let rehearsal = run(&database, &["users", "import", &path, "--dry-run", "--update"]);
        assert_eq!(rehearsal.lines()[0], "= john");
        assert_eq!(rehearsal.lines()[1], "~ tanya: disabled -> active");
        assert!(rehearsal.lines()[2].starts_with("~ daisy: full_name"));
        assert_eq!(rehearsal.lines()[3], "3 users: 0 would be created, 2 would be changed, 1 as they are; 1 workspaces would be made");
        assert_eq!(answer(john.get("/api/users")).await.1, before, "a rehearsal changes nothing");

        let done = run(&database, &["users", "import", &path, "--update"]);
        assert_eq!(done.lines(), ["3 users: 0 created, 2 changed, 1 as they are; 1 workspaces made"]);
        let (_, after) = answer(john.get("/api/users")).await;
        assert_eq!(after[2]["full_name"], "Daisy G.");
        assert_eq!(after[2]["workspaces"], json!(["daisy", "team", "europe"]));
        assert_eq!(after[1]["username"], "tanya");
        tokio::time::sleep(Duration::from_millis(950)).await;
        assert_eq!(me(&server, TANYA).await.0, 200, "the server follows within a second");
        assert_eq!(migrate(&database, &changed, &[]).code, 0, "and now all is the same");
    }

    async fn a_password_that_was_changed_here_stays_until_the_files_own_changes(engine: Engine) {
        let database = TestDatabase::new(engine).await;
        let text = [entry("ann", ""), entry("bob", "  workspaces: []\n")].concat();
        assert_eq!(migrate(&database, &text, &[]).code, 0);
        let server = TestServer::start(&database, &[]).await;
        let ann = Person::of_key(&server.url, "key-of-ann").await;
        let bob = Person::of_key(&server.url, "key-of-bob").await;
        let change = UserUpdate { password: Some("a new password".into()), ..UserUpdate::default() };
        ann.client.users().update(bob.user.id, &change).await.unwrap();
        assert_eq!(migrate(&database, &text, &[]).code, 0, "the file's own hash is the same");
        assert!(signs_in(&server, "bob", "a new password").await && !signs_in(&server, "bob", "1234").await);

        let (first, second) = text.split_at(text.find("- username: bob").unwrap());
        let other = first.to_owned() + &second.replace(HASH, OTHER_HASH);
        let refused = migrate(&database, &other, &[]);
        assert_eq!(refused.code, 1);
        assert!(refused.err.contains("\"bob\": hashed_password\n"), "{}", refused.err);
        assert!(!refused.err.contains("$2y$"), "{}", refused.err);
        let users = ann.client.users();
        users.create_reset_link(bob.user.id, &ResetLinkCreate::default()).await.unwrap();
        assert_eq!(migrate(&database, &other, &["--update"]).code, 0);
        assert_eq!(users.reset_links(bob.user.id).await.unwrap(), [], "it was for the password of before");
        assert!(signs_in(&server, "bob", "1234").await && !signs_in(&server, "bob", "a new password").await);
    }

    /// Satisfies: S2, S3, S5, S6, S7, S9, S10, S11, S13, S14, S19, S21, S22, S24.
    async fn the_server_follows_the_file_at_each_start(engine: Engine) {
        let database = TestDatabase::new(engine).await;
        let first = [
            entry("ann", "  full_name: Ann Lee\n  email: ann@example.org\n"),
            entry("bob", "  workspaces: []\n"),
            entry("eve", "  workspaces: [team, Capitals]\n"),
            entry("nul", "  workspaces:\n"),
        ]
        .concat();
        let server = start(&database, &first).await;
        // No default owner is made beside the file.
        assert_eq!(me(&server, "argilla.apikey").await, unauthenticated());
        assert!(!signs_in(&server, "argilla", "1234").await);
        let (_, ann) = me(&server, "key-of-ann").await;
        assert_eq!((&ann["superuser"], &ann["email"], &ann["full_name"]), (&json!(true), &json!("ann@example.org"), &json!("Ann Lee")));
        assert_eq!(ann["workspaces"], json!(["ann", "bob", "eve", "team", "Capitals", "nul"]), "an owner reaches all");
        let (_, bob) = me(&server, "key-of-bob").await;
        assert_eq!((&bob["superuser"], &bob["workspaces"], bob.get("email")), (&json!(false), &json!(["bob"]), None));
        assert_eq!(bob["full_name"], "");
        let (_, eve) = me(&server, "key-of-eve").await;
        assert_eq!((&eve["superuser"], &eve["workspaces"]), (&json!(false), &json!(["eve", "team", "Capitals"])));
        assert_eq!(me(&server, "key-of-nul").await.1["superuser"], json!(true), "null is as good as missing");
        for name in ["ann", "bob", "eve", "nul"] {
            assert!(signs_in(&server, name, "1234").await);
        }
        // One from elsewhere, and one whom nobody renames.
        let owner = Person::of_key(&server.url, "key-of-ann").await;
        let new = json!({"username": "local", "first_name": "L", "password": "12345678"});
        let (_, local) = answer(owner.request(reqwest::Method::POST, "/api/v1/users").json(&new)).await;
        // What is written while the server runs counts from the next start on.
        let second = [
            entry("ann", "  full_name: Ann Lee\n  email: ann@example.org\n"),
            entry("eve", "  workspaces: [team, other]\n  disabled: true\n"),
            entry("nul", "  workspaces: []\n"),
            entry("kim", "  workspaces: [team]\n"),
        ]
        .concat();
        let path = file(&database, "users.yml", &second);
        assert_eq!(me(&server, "key-of-bob").await.0, 200);
        assert_eq!(me(&server, "key-of-kim").await.0, 401);
        server.stop().await;

        let server = TestServer::start(&database, &[(VARIABLE, &path)]).await;
        assert_eq!(me(&server, "key-of-bob").await, unauthenticated(), "gone from the file");
        assert!(!signs_in(&server, "bob", "1234").await);
        assert_eq!(me(&server, "key-of-eve").await, unauthenticated(), "disabled by the file");
        assert_eq!(me(&server, "key-of-nul").await.1["superuser"], json!(false), "an owner no more");
        assert_eq!(me(&server, "key-of-kim").await.1["workspaces"], json!(["kim", "team"]));
        assert_eq!(me(&server, local["api_key"].as_str().unwrap()).await.0, 200, "left alone");
        server.stop().await;

        let third = second.replace("  disabled: true\n", "") + &entry("bob", "  workspaces: []\n");
        let server = start(&database, &third).await;
        assert_eq!(me(&server, "key-of-bob").await.0, 200, "back again");
        assert_eq!(me(&server, "key-of-eve").await.1["workspaces"], json!(["eve", "team", "other"]));
        // The migration of the same file finds everybody there.
        let migrated = migrate(&database, &third, &[]);
        assert_eq!(migrated.lines().last().unwrap(), &"Users migration process successfully finished");
        assert!(migrated.lines()[1..6].iter().all(|line| line.ends_with("Skipping...")), "{}", migrated.out);
        server.stop().await;

        // A bad file stops the start with everything that is wrong with it, and changes nothing.
        let bad = third.replace("username: kim", "username: Kim").replace("key-of-nul", "key-of-eve");
        let error = try_start(&database, &bad).await.unwrap_err();
        assert!(error.contains("with 2 problems:"), "{error}");
        assert!(error.contains("entry 4, username: \"Kim\" should have lowercase letters"), "{error}");
        assert!(error.contains("entry 3, api_key: is the same as in entry 2"), "{error}");
        assert!(!error.contains("key-of-"), "{error}");
        // Nor may a file take away the last owner.
        let nobody = third.replace("  full_name: Ann Lee\n", "  workspaces: []\n");
        let error = try_start(&database, &nobody).await.unwrap_err();
        assert!(error.contains("the last owner would be one no more"), "{error}");
        let server = start(&database, &third).await;
        assert_eq!(me(&server, "key-of-ann").await.1["superuser"], json!(true));
    }

    async fn a_user_who_is_named_by_the_file_is_the_files_from_then_on(engine: Engine) {
        let database = TestDatabase::new(engine).await;
        assert_eq!(run(&database, &["users", "create-default"]).code, 0);
        let made = ["users", "create", "--username", "bob", "--role", "annotator", "--password", "12345678", "--api-key", "-a-key-of-mine"];
        assert_eq!(run(&database, &made).bullet("api_key"), "-a-key-of-mine");
        let ann = entry("ann", "");
        let server = start(&database, &(ann.clone() + &entry("bob", "  workspaces: []\n"))).await;
        assert_eq!((me(&server, "key-of-bob").await.0, me(&server, "-a-key-of-mine").await.0), (200, 401));
        server.stop().await;
        let server = start(&database, &ann).await;
        assert_eq!(me(&server, "key-of-bob").await.0, 401, "gone from the file, and so disabled");
        assert_eq!(me(&server, "argilla.apikey").await.0, 200, "never named, and so left alone");
    }

    async fn one_who_was_renamed_here_gets_the_files_name_back(engine: Engine) {
        let database = TestDatabase::new(engine).await;
        let text = entry("ann", "") + &entry("bob", "  workspaces: []\n");
        let server = start(&database, &text).await;
        let ann = Person::of_key(&server.url, "key-of-ann").await;
        let bob = Person::of_key(&server.url, "key-of-bob").await;
        let change = UserUpdate { username: Some("robert".into()), ..UserUpdate::default() };
        ann.client.users().update(bob.user.id, &change).await.unwrap();
        server.stop().await;
        let server = start(&database, &text).await;
        let (status, again) = me(&server, "key-of-bob").await;
        assert_eq!((status, &again["username"], &again["id"]), (200, &json!("bob"), &json!(bob.user.id)));
    }

    async fn keys_move_within_a_file(engine: Engine) {
        let database = TestDatabase::new(engine).await;
        let two = |first: &str, second: &str| {
            let one = entry("ann", "").replace("key-of-ann", first);
            one + &entry("bob", "  workspaces: []\n").replace("key-of-bob", second)
        };
        assert_eq!(migrate(&database, &two("k1", "k2"), &[]).code, 0);
        let refused = migrate(&database, &two("k2", "k1"), &[]);
        assert!(refused.err.contains("is the API key of the user"), "{}", refused.err);
        assert_eq!(migrate(&database, &two("k2", "k1"), &["--update"]).code, 0);
        let server = start(&database, &two("k9", "k2")).await;
        let names = [("k9", json!("ann")), ("k2", json!("bob"))];
        for (key, name) in names {
            assert_eq!(me(&server, key).await.1["username"], name);
        }
        assert_eq!(me(&server, "k1").await.0, 401);
        server.stop().await;
        // The key of one who leaves can be somebody else's.
        let server = start(&database, &(entry("ann", "").replace("key-of-ann", "k9") + &entry("kim", "").replace("key-of-kim", "k2"))).await;
        assert_eq!(me(&server, "k2").await.1["username"], "kim");
        assert!(!signs_in(&server, "bob", "1234").await);
    }

    async fn first_logins_at_the_same_moment_all_get_in(engine: Engine) {
        let database = TestDatabase::new(engine).await;
        let server = start(&database, &entry("ann", "")).await;
        let logins: Vec<_> = (0..8)
            .map(|_| {
                let client = Client::builder(&server.url).build().unwrap();
                tokio::spawn(async move { client.sign_in("ann", "1234").await.map(drop) })
            })
            .collect();
        for login in logins {
            login.await.unwrap().expect("the password is right");
        }
    }

    async fn a_rehearsal_makes_nothing(engine: Engine) {
        let database = TestDatabase::new(engine).await;
        let path = file(&database, "users.yml", GUIDE);
        for arguments in [&["users", "import", &path, "--dry-run"][..], &["--users-file", &path, "users", "migrate", "--dry-run"]] {
            let ran = run(&database, arguments);
            assert_eq!(ran.code, 0, "{}", ran.err);
            assert_eq!(std::fs::read_dir(database.home()).unwrap().count(), 1, "the users file alone");
        }
        assert!(run(&database, &["database", "revisions"]).lines().last().unwrap().starts_with("Current revision(s)"));
    }

    async fn the_schema_does_not_go_back_over_disabled_users(engine: Engine) {
        let database = TestDatabase::new(engine).await;
        assert_eq!(migrate(&database, GUIDE, &[]).code, 0);
        let down = run(&database, &["database", "migrate", "--revision", "m20261122_000001_people"]);
        assert_eq!(down.code, 1);
        assert!(down.err.contains("there are disabled users, which the schema before cannot hold"), "{}", down.err);
        let server = TestServer::start(&database, &[]).await;
        assert_eq!((me(&server, JOHN).await.0, me(&server, TANYA).await.0), (200, 401));
    }

    async fn a_password_changed_here_stays_although_the_server_follows_a_file(engine: Engine) {
        let database = TestDatabase::new(engine).await;
        let text = [entry("ann", ""), entry("bob", "  workspaces: []\n")].concat();
        let server = start(&database, &text).await;
        assert!(signs_in(&server, "bob", "1234").await);
        let ann = Person::of_key(&server.url, "key-of-ann").await;
        let bob = Person::of_key(&server.url, "key-of-bob").await;
        let change = UserUpdate { password: Some("a new password".into()), ..UserUpdate::default() };
        ann.client.users().update(bob.user.id, &change).await.unwrap();
        server.stop().await;
        let server = start(&database, &text).await;
        assert!(signs_in(&server, "bob", "a new password").await);
    }
}

on_both! {
    async fn servers_that_start_together_follow_the_same_file(engine: Engine) {
        let database = TestDatabase::new(engine).await;
        let path = file(&database, "users.yml", many(200));
        let run = || {
            let (url, path, home) = (database.setting(), path.clone(), database.home().to_owned());
            std::thread::spawn(move || {
                let mut command = Command::new(env!("CARGO_BIN_EXE_ochre-server"));
                command.env_clear().arg("--home").arg(home).args(["--database-url", &url, "users", "import", &path, "--update"]);
                command.output().unwrap()
            })
        };
        let running: Vec<_> = (0..4).map(|_| run()).collect();
        for outcome in running {
            let outcome = outcome.join().unwrap();
            assert!(outcome.status.success(), "{}", String::from_utf8_lossy(&outcome.stderr));
        }
        let again = run().join().unwrap();
        assert_eq!(String::from_utf8_lossy(&again.stdout), "200 users: 0 created, 0 changed, 200 as they are; 0 workspaces made\n");
    }
}

/// Satisfies: S30.
#[tokio::test]
async fn a_workspace_of_the_own_name_comes_with_the_file_alone() {
    let database = TestDatabase::new(Engine::Sqlite).await;
    assert_eq!(migrate(&database, &entry("ann", ""), &[]).code, 0);
    let made =
        run(&database, &["users", "create", "--username", "bob", "--role", "annotator", "--password", "12345678"]);
    assert_eq!(made.bullet("workspaces"), "[]");
    let server = TestServer::start(&database, &[]).await;
    let ann = Person::of_key(&server.url, "key-of-ann").await;
    let new = json!({"username": "eve", "first_name": "E", "password": "12345678"});
    let (_, eve) = answer(ann.request(reqwest::Method::POST, "/api/users").json(&new)).await;
    assert_eq!((&eve["workspaces"], &eve["role"]), (&json!([]), &json!("annotator")));
    assert_eq!(me(&server, "key-of-ann").await.1["workspaces"], json!(["ann"]));
}

/// Satisfies: S16, S17, S18.
#[tokio::test]
async fn variables_give_the_default_owner_another_key_and_another_password() {
    let database = TestDatabase::new(Engine::Sqlite).await;
    let server = TestServer::start(&database, &[]).await;
    assert!(signs_in(&server, "argilla", "12345678").await);
    assert_eq!(me(&server, "argilla.apikey").await.0, 200);
    server.stop().await;
    let key = ("ARGILLA_LOCAL_AUTH_DEFAULT_APIKEY", "k");
    let hash = ("ARGILLA_LOCAL_AUTH_DEFAULT_PASSWORD", HASH);
    // On an empty database and on one that is there.
    for database in [database, TestDatabase::new(Engine::Sqlite).await] {
        let server = TestServer::start(&database, &[key, hash]).await;
        assert_eq!((me(&server, "k").await.0, me(&server, "argilla.apikey").await.0), (200, 401));
        assert!(signs_in(&server, "argilla", "1234").await && !signs_in(&server, "argilla", "12345678").await);
        // What is changed here since stays, as long as the variables say the same.
        let owner = Person::of_key(&server.url, "k").await;
        let change = UserUpdate { password: Some("a later password".into()), ..UserUpdate::default() };
        owner.client.users().update(owner.user.id, &change).await.unwrap();
        owner.client.users().create_reset_link(owner.user.id, &ResetLinkCreate::default()).await.unwrap();
        server.stop().await;
        let server = TestServer::start(&database, &[key, hash]).await;
        assert!(signs_in(&server, "argilla", "a later password").await);
        server.stop().await;
        let server = TestServer::start(&database, &[key, ("ARGILLA_LOCAL_AUTH_DEFAULT_PASSWORD", OTHER_HASH)]).await;
        let owner = Person::of_key(&server.url, "k").await;
        assert_eq!(
            owner.client.users().reset_links(owner.user.id).await.unwrap(),
            [],
            "it was for the password of before"
        );
        server.stop().await;
        let prefixes = [HASH.replace("$2y$", "$2a$"), OTHER_HASH.replace("$2y$", "$2b$")];
        for other in prefixes {
            let server = TestServer::start(&database, &[("ARGILLA_LOCAL_AUTH_DEFAULT_PASSWORD", &other)]).await;
            assert!(signs_in(&server, "argilla", "1234").await, "{other}");
            server.stop().await;
        }
    }
    let database = TestDatabase::new(Engine::Sqlite).await;
    let bad = [("ARGILLA_LOCAL_AUTH_DEFAULT_PASSWORD", "$apr1$n0C4qSVJ$OEHnH0o4EA0TOZm6xGXYz0")];
    let error = TestServer::try_start(&database, &bad).await.unwrap_err();
    assert!(error.starts_with("ARGILLA_LOCAL_AUTH_DEFAULT_PASSWORD: the value should be a bcrypt hash"), "{error}");
    assert!(!error.contains("apr1"), "{error}");
}

/// Satisfies: S20.
#[tokio::test]
async fn every_problem_of_a_file_is_told_with_its_place() {
    let database = TestDatabase::new(Engine::Sqlite).await;
    let text = "# of the guide, and worse
- username: user1
  hashed_password: <generated-hashed-password>
  api_key: ThisIsTheUser1APIKEY
  workspaces: []
- username: off
  hashed_password: $2y$05$xtl7iy3bpqchUwiQMjEHe.tY7OaIjDrg43W3TB4EHQ7izvdjvGtPS
  api_key: 0123
  workspaces: team
- username: user1
  hashed_password: $2y$03$xtl7iy3bpqchUwiQMjEHe.tY7OaIjDrg43W3TB4EHQ7izvdjvGtPS
  api_key: ThisIsTheUser1APIKEY
  workspaces: [a, a]
  email: a@b
- username: user4
  username: user5
  worksapces: []
  disabled: maybe
- ...
- [a]
- username: user6
  hashed_password: $2y$05$xtl7iy3bpqchUwiQMjEHe.tY7OaIjDrg43W3TB4EHQ7izvdjvGtPS
  role: annotator
  api_key: k
";
    let ran = migrate(&database, text, &[]);
    assert_eq!(ran.code, 1);
    let path = database.home().join("users.yml").display().to_string();
    assert_eq!(
        ran.out,
        format!("Starting users migration process using file '{path}'\nUsers migration process failed...\n")
    );
    let told = ran.err.replace(&path, "users.yml");
    let expected = "Error: the users file \"users.yml\" is refused, with 16 problems:
  line 3, entry 1, hashed_password: should be a bcrypt hash ($2a$, $2b$ or $2y$, cost 4 to 16, 60 characters)
  line 6, entry 2, username: is a truth value to YAML: put it in quotes
  line 8, entry 2, api_key: is an octal number to YAML: put it in quotes
  line 9, entry 2, workspaces: should be a list, as [team]; an empty one is []
  line 10, entry 3, username: is the same as in entry 1
  line 11, entry 3, hashed_password: should be a bcrypt hash ($2a$, $2b$ or $2y$, cost 4 to 16, 60 characters)
  line 12, entry 3, api_key: is the same as in entry 1
  line 13, entry 3, workspaces: names \"a\" twice
  line 14, entry 3, email: \"a@b\" should be an email address: a name, one @ and a domain with a dot, without spaces
  line 15, entry 4, api_key: is missing
  line 15, entry 4, hashed_password: is missing
  line 16, entry 4: the field username is given twice
  line 17, entry 4: the field \"worksapces\" is unknown; workspaces may be meant
  line 18, entry 4, disabled: \"maybe\" should be true or false
  line 19, entry 5: is a text, and should have the fields username, api_key and hashed_password
  line 20, entry 6: is a list, and should have the fields username, api_key and hashed_password
  line 23, entry 7: the field \"role\" has no meaning in a users file, which has full_name, hashed_password, and workspaces for those who are no owners
";
    assert_eq!(told, expected.replace("16 problems", "17 problems"));
    assert!(!database.home().join("ochre.db").exists(), "a bad file makes no database");
}

#[tokio::test]
async fn what_looks_like_a_right_is_refused_and_no_secret_is_quoted() {
    for field in ["Role", "roles", "teams", "Workspace_names", "work-space", "is_admin", "passwords", "super_user"] {
        let text = entry("ann", &format!("  {field}: x\n"));
        let told = ochre_server::check_users_file(&text).unwrap_err();
        assert!(told.contains("entry 1: the field") && told.contains(field), "{told}");
    }
    let told =
        ochre_server::check_users_file(&format!("- username:a\n  api_key:topsecret\n  hashed_password:{HASH}\n"))
            .unwrap_err();
    assert!(told.contains("line 1, entry 1: is a text") && !told.contains("topsecret"), "{told}");
    // Many problems are counted, not kept.
    let told = ochre_server::check_users_file(&"-\n".repeat(300_000)).unwrap_err();
    assert!(told.contains("with 300000 problems") && told.ends_with("and 299980 more"), "{told}");
    assert!(ochre_server::check_users_file(&format!("- ? {}\n  : x\n", "a".repeat(1_000_000))).is_err());
    let database = TestDatabase::new(Engine::Sqlite).await;
    let nobody = migrate(&database, &entry("ann", "  workspaces: []\n"), &[]);
    assert!(nobody.err.contains("there is no owner"), "{}", nobody.err);
    let home = tempfile::tempdir().unwrap();
    let bad = file(&database, "bad.yml", "- x");
    let variables = [(VARIABLE, bad.as_str()), ("USERNAME", "root"), ("PASSWORD", "12345678")];
    let mut command = Command::new(env!("CARGO_BIN_EXE_ochre-server"));
    let ran = command.env_clear().envs(variables).arg("--home").arg(home.path().join("new")).output().unwrap();
    assert!(!ran.status.success());
    assert!(!home.path().join("new").exists(), "a bad file stops the start before anything is made");
}

#[tokio::test]
async fn what_is_no_users_file_is_refused() {
    let database = TestDatabase::new(Engine::Sqlite).await;
    let refusal = |path: &str| {
        let ran = run(&database, &["users", "import", path]);
        assert_eq!((ran.code, ran.out.as_str()), (1, ""));
        ran.err
    };
    assert!(refusal("/no/such/file").contains("cannot be read"));
    assert!(refusal("/dev/zero").contains("is no regular file"));
    assert!(refusal(&database.home().display().to_string()).contains("is no regular file"));
    assert!(refusal(&file(&database, "empty", "")).contains("is empty"));
    assert!(refusal(&file(&database, "map", "username: a")).contains("should be a list of users"));
    assert!(refusal(&file(&database, "latin1", b"- username: \xe9\n")).contains("line 1: the bytes are no UTF-8"));
    assert!(refusal(&file(&database, "deep", "[".repeat(100) + &"]".repeat(100))).contains("more than 16 levels"));
    assert!(refusal(&file(&database, "large", vec![b'#'; 32 * 1024 * 1024 + 1])).contains("is larger than 32 MiB"));
    assert!(refusal(&file(&database, "two", "- a\n---\n- b\n")).contains("a second document"));
    let missing = run(&database, &["users", "migrate"]);
    assert_eq!(missing.code, 1);
    assert!(missing.err.contains("\".users.yml\" is refused: cannot be read"), "{}", missing.err);
}

#[tokio::test]
async fn a_key_that_somebody_else_has_is_refused_by_the_database() {
    let database = TestDatabase::new(Engine::Sqlite).await;
    let server = TestServer::start(&database, &[]).await;
    let text = entry("ann", "  full_name: Ann\n").replace("key-of-ann", "argilla.apikey");
    let ran = migrate(&database, &text, &[]);
    assert_eq!(ran.code, 1);
    assert!(ran.err.contains("entry 1, api_key: is the API key of the user \"argilla\" already"), "{}", ran.err);
    assert_eq!(me(&server, "argilla.apikey").await.1["username"], "argilla");
}

#[tokio::test]
async fn yaml_means_what_it_meant_to_argilla() {
    let database = TestDatabase::new(Engine::Sqlite).await;
    let text = format!(
        "- &base\n  username: 'off'\n  api_key: 12345678\n  hashed_password: {HASH}\n  workspaces: [team]\n  nickname: x\n\
         - <<: *base\n  username: two\n  api_key: \"0123\"\n  disabled: Yes\n  full_name: ''\n"
    );
    let ran = migrate(&database, &text, &[]);
    assert_eq!(ran.lines().len(), 4, "{}", ran.err);
    assert!(ran.err.contains("line 6, entry 1: the field \"nickname\" is ignored"), "{}", ran.err);
    let server = TestServer::start(&database, &[]).await;
    assert_eq!(me(&server, "12345678").await.1["username"], "off");
    assert_eq!(me(&server, "0123").await.0, 401, "disabled");
}

#[tokio::test]
async fn a_superuser_of_the_file_is_one_whatever_its_workspaces() {
    let database = TestDatabase::new(Engine::Sqlite).await;
    let text =
        [entry("ann", "  workspaces: [team]\n  superuser: true\n"), entry("bob", "  superuser: false\n")].concat();
    let server = start(&database, &text).await;
    assert_eq!(me(&server, "key-of-ann").await.1["role"], "owner");
    assert_eq!(me(&server, "key-of-bob").await.1["role"], "annotator");
}

/// A file of this many users, each with its own workspace and two teams.
fn many(users: usize) -> String {
    (0..users).map(|n| entry(&format!("user-{n}"), &format!("  workspaces: [all, team-{}]\n", n % 50))).collect()
}

/// Whoever is killed in the middle has written all or nothing.
#[cfg(unix)]
#[tokio::test]
async fn an_import_that_is_killed_leaves_all_or_nothing() {
    let database = TestDatabase::new(Engine::Sqlite).await;
    assert_eq!(run(&database, &["users", "create-default"]).code, 0);
    let path = file(&database, "users.yml", many(1500));
    let mut seen = std::collections::BTreeSet::new();
    for wait in [0, 40, 80, 120, 160, 200, 260, 320, 400, 500, 700, 1000, 2000, 5000] {
        let mut child = Command::new(env!("CARGO_BIN_EXE_ochre-server"))
            .env_clear()
            .arg("--home")
            .arg(database.home())
            .args(["--database-url", &database.setting(), "users", "import", &path])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let until = std::time::Instant::now() + Duration::from_millis(wait);
        while std::time::Instant::now() < until && child.try_wait().unwrap().is_none() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        child.kill().unwrap();
        child.wait().unwrap();
        let server = TestServer::start(&database, &[]).await;
        let owner = Person::of_key(&server.url, "argilla.apikey").await;
        let users = owner.client.users().list().await.unwrap().len();
        assert!(matches!(users, 1 | 1501), "{users} users after {wait} ms");
        let workspaces = owner.client.my_workspaces().await.unwrap().len();
        assert_eq!(workspaces, if users == 1 { 1 } else { 1552 });
        seen.insert(users);
        server.stop().await;
    }
    assert_eq!(seen.into_iter().collect::<Vec<_>>(), [1, 1501], "killed before and after it was written");
}

mod malformed {
    //! Files with something wrong in them, made at random from good ones.

    use ochre_server::check_users_file;
    use proptest::{collection::vec, prelude::*, sample::select};

    use super::{HASH, entry};

    /// A good file of some users.
    fn good() -> impl Strategy<Value = String> {
        vec(
            (
                "[a-z][a-z0-9_-]{0,8}",
                "[a-zA-Z0-9-]{1,20}",
                select(vec!["", "  workspaces: []\n", "  workspaces: [a, b]\n"]),
            ),
            1..6,
        )
        .prop_map(|users| {
            let mut text = String::new();
            for (index, (name, key, more)) in users.iter().enumerate() {
                let more = more.replace("[a", &format!("[a{index}"));
                let index = index.to_string();
                let lines = [
                    "- username: '",
                    name,
                    &index,
                    "'\n  api_key: 'k",
                    key,
                    &index,
                    "'\n  hashed_password: ",
                    HASH,
                    "\n",
                    &more,
                ];
                text += &lines.concat();
            }
            text
        })
    }

    /// Texts that break entries when they stand in a wrong place.
    fn rubbish() -> impl Strategy<Value = String> {
        let known = [
            "\t",
            "- ",
            "  - x\n",
            ": ",
            "[",
            "]",
            "{",
            "}",
            "*a ",
            "&a ",
            "!!python/object:os.system ",
            "|\n",
            ">\n",
            "'",
            "\"",
            "%YAML 3.0\n",
            "---\n",
            "...\n",
            "#",
            "\u{0}",
            "\u{feff}",
            "\u{1b}",
            "\r",
            "<<: 1\n",
            "? ",
            "- username: x\n",
            "  username: y\n",
            "  api_key: [1]\n",
            "  hashed_password: plain\n",
            "  workspaces: team\n",
            "  workspaces: [-a]\n",
            "  email: a@b\n",
            "  disabled: perhaps\n",
            "  worksapces: []\n",
            "  role: owner\n",
            "  1: 2\n",
            "  ? [a]\n  : b\n",
            "  full_name: {}\n",
            "é\u{301}",
            "漢",
        ];
        prop_oneof![select(known.to_vec()).prop_map(str::to_owned), any::<String>(), "[ -~\n]{0,12}"]
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 600, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn a_good_file_is_good(text in good()) {
            prop_assert!(check_users_file(&text).is_ok(), "{:?}", check_users_file(&text));
        }

        /// Whatever the bytes, there is an answer; and a refusal says something, in few lines.
        #[test]
        fn a_spoilt_file_is_answered(text in good(), spots in vec((any::<prop::sample::Index>(), rubbish()), 1..4)) {
            let mut text: Vec<char> = text.chars().collect();
            for (spot, rubbish) in spots {
                let at = spot.index(text.len() + 1);
                text.splice(at..at, rubbish.chars());
            }
            let text: String = text.into_iter().collect();
            if let Err(told) = check_users_file(&text) {
                prop_assert!(told.lines().count() <= 22 && told.contains("refused"), "{told}");
                prop_assert!(!told.contains(HASH) && !told.contains('\u{1b}'), "{told}");
            }
        }

        #[test]
        fn a_cut_or_shuffled_file_is_answered(text in good(), from in any::<prop::sample::Index>(), to in any::<prop::sample::Index>()) {
            let chars: Vec<char> = text.chars().collect();
            let (from, to) = (from.index(chars.len()), to.index(chars.len()));
            let cut: String = chars[from.min(to)..from.max(to)].iter().collect();
            let _answer = check_users_file(&cut);
            let swapped: String = chars[from..].iter().chain(&chars[..from]).collect();
            let _answer = check_users_file(&swapped);
        }

        #[test]
        fn any_text_is_answered(text in any::<String>()) {
            let _answer = check_users_file(&text);
        }
    }

    #[test]
    fn what_each_field_cannot_be() {
        let with = |more: &str| check_users_file(&entry("ann", more));
        assert!(with("").is_ok());
        for more in [
            "  email: 1\n",
            "  disabled: []\n",
            "  superuser: perhaps\n",
            "  workspaces: {a: b}\n",
            "  workspaces: [~]\n",
            "  full_name: [a]\n",
        ] {
            assert!(with(more).is_err(), "{more}");
        }
    }
}

/// A malformed file changes nothing, whatever is wrong with it.
#[tokio::test]
async fn two_hundred_malformed_files_change_nothing() {
    use proptest::{
        strategy::{Strategy as _, ValueTree as _},
        test_runner::{Config, RngSeed, TestRunner},
    };
    let database = TestDatabase::new(Engine::Sqlite).await;
    assert_eq!(run(&database, &["users", "create-default"]).code, 0);
    let server = TestServer::start(&database, &[]).await;
    let owner = Person::of_key(&server.url, "argilla.apikey").await;
    let (_, before) = answer(owner.get("/api/users")).await;
    let mut runner = TestRunner::new(Config { rng_seed: RngSeed::Fixed(4), ..Config::default() });
    let spoil = proptest::sample::select(vec![
        "  api_key: x\n  api_key: y\n",
        "  email: nobody\n",
        "  disabled: maybe\n",
        "  workspaces: team\n",
        "  workspaces: [a, a]\n",
        "  superuser: 2\n",
        "  role: owner\n",
        "  worksapce: []\n",
        "  full_name: {}\n",
        "  ? [x]\n  : y\n",
        " bad indent: x\n",
        "- ...\n",
        "- username: Capital\n",
        "- username: ann-0\n",
        "- hashed_password: $1$x\n",
        "- [",
        "- {",
        "- 'x",
        "- *nobody\n",
        "- !!python/name:os x\n",
    ]);
    let files = (proptest::collection::vec("[a-z][a-z0-9]{0,5}", 1..5), spoil, proptest::num::u8::ANY);
    for number in 0..220 {
        let (names, spoilt, at) = files.new_tree(&mut runner).unwrap().current();
        let users: Vec<_> = names.iter().enumerate().map(|(n, name)| entry(&format!("{name}-{n}"), "")).collect();
        let at = usize::from(at) % users.len();
        let mut text = users[..=at].concat() + spoilt;
        // A broken end takes everything behind it along.
        if !spoilt.starts_with("- ") {
            text += &users[at + 1..].concat();
        }
        let text = if spoilt == "- username: ann-0\n" { text + &entry("ann-0", "") } else { text };
        let path = file(&database, "bad.yml", &text);
        let ran = run(&database, &["users", "import", &path, "--update"]);
        assert_eq!((ran.code, ran.out.as_str()), (1, ""), "{number}: {text}{}", ran.err);
        assert!(ran.err.starts_with("Error: the users file"), "{number}: {}", ran.err);
    }
    assert_eq!(answer(owner.get("/api/users")).await.1, before);
}
