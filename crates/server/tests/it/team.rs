//! Teams as files, and many users at once.

use ochre_client::{Client, Role};
use ochre_testkit::{PASSWORD, Person, TestApp, on_both};
use reqwest::Method;
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

use crate::{answer, forbidden, invalid, sentence};

/// The hash of `from a file`, by bcrypt with cost 4.
const HASH: &str = "$2b$04$4qv6zL7pB1cLBIy9JCr7ze572UePm90RSo9bRzSkISGc39CXbDYJ.";

async fn call(person: &Person, path: &str, mut team: Value, prune: &str) -> (u16, Value) {
    team["prune"] = json!(prune);
    answer(person.request(Method::POST, &format!("/api/v1/team/{path}")).json(&team)).await
}

/// The entries of a plan or of an apply, in short.
fn entries(body: &Value) -> Vec<String> {
    let short = |entry: &Value| {
        let text = |key: &str| entry[key].as_str().map(str::to_owned);
        let parts = ["action", "username", "workspace", "field", "to"].into_iter().filter_map(text);
        parts.collect::<Vec<_>>().join(" ")
    };
    body["entries"].as_array().unwrap_or_else(|| panic!("no plan: {body}")).iter().map(short).collect()
}

on_both! {
    async fn a_team_is_planned_applied_and_written_back(engine: Engine) {
        let app = TestApp::start(engine).await;
        let team = json!({"version": 1, "workspaces": [{"name": "papers"}, {"name": "argilla"}], "users": [
            {"username": "ada", "first_name": " Ada ", "last_name": "L", "role": "admin", "workspaces": ["papers", "argilla", "papers"]},
            {"username": "eve", "workspaces": null},
        ]});
        let expected = ["create_workspace papers", "create_user ada", "create_user eve"];
        let (status, plan) = call(&app.owner, "plan", team.clone(), "none").await;
        assert_eq!((status, &plan["applied"], &plan["changes"]), (200, &json!(false), &json!(3)));
        assert_eq!(entries(&plan), expected);
        assert_eq!(app.owner.client.users().list().await.unwrap().len(), 1, "a plan changes nothing");

        let (status, done) = call(&app.owner, "apply", team.clone(), "none").await;
        assert_eq!((status, &done["applied"], entries(&done)), (200, &json!(true), expected.map(str::to_owned).to_vec()));
        let ada = app.owner.client.users().find("ada").await.unwrap().unwrap();
        assert_eq!((ada.first_name.as_str(), ada.last_name.as_deref(), ada.role), ("Ada", Some("L"), Role::Admin));
        let eve = app.owner.client.users().find("eve").await.unwrap().unwrap();
        assert_eq!((eve.first_name.as_str(), eve.role), ("eve", Role::Annotator));
        let names: Vec<_> = app.owner.client.users().workspaces(ada.id).await.unwrap().into_iter().map(|w| w.name.clone()).collect();
        assert_eq!(names, ["argilla", "papers"]);

        let (_, again) = call(&app.owner, "apply", team, "memberships").await;
        assert_eq!((&again["changes"], &again["applied"]), (&json!(0), &json!(true)));
        assert_eq!(app.owner.client.users().find("ada").await.unwrap().unwrap(), ada, "no change, no new moment");

        let (status, written) = answer(app.owner.get("/api/v1/team")).await;
        assert_eq!(status, 200);
        assert_eq!(written["workspaces"], json!([{"name": "argilla"}, {"name": "papers"}]));
        let listed = json!({"username": "ada", "first_name": "Ada", "last_name": "L", "role": "admin", "workspaces": ["papers", "argilla"]});
        assert_eq!(written["users"][1], listed);
        assert!(!written.to_string().contains("hash") && !written.to_string().contains(&ada.api_key));
        let (_, nothing) = call(&app.owner, "plan", written, "users").await;
        assert_eq!(entries(&nothing), [] as [&str; 0], "what was written back changes nothing");
    }

    async fn a_new_user_has_the_hashs_password_or_none(engine: Engine) {
        let app = TestApp::start(engine).await;
        let team = json!({"version": 1, "users": [{"username": "ada", "password_hash": HASH}, {"username": "eve"}]});
        assert_eq!(call(&app.owner, "apply", team, "none").await.0, 200);
        assert!(app.anonymous().sign_in("ada", "from a file").await.is_ok());
        for password in ["", "*", "from a file", PASSWORD] {
            assert_eq!(app.anonymous().sign_in("eve", password).await.unwrap_err().status(), Some(401));
        }
        let eve = app.owner.client.users().find("eve").await.unwrap().unwrap();
        let by_key = Client::builder(app.url()).api_key(&eve.api_key).build().unwrap();
        assert_eq!(by_key.me().await.unwrap().username, "eve");
        // A hash counts only when the user is created.
        let team = json!({"version": 1, "users": [{"username": "eve", "password_hash": HASH}]});
        assert_eq!(call(&app.owner, "apply", team, "none").await.1["changes"], json!(0));
        assert_eq!(app.anonymous().sign_in("eve", "from a file").await.unwrap_err().status(), Some(401));
    }

    async fn a_new_users_end_comes_with_the_user(engine: Engine) {
        let app = TestApp::start(engine).await;
        let user = |name: &str, more: Value| {
            let mut user = json!({"username": name});
            user.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            json!({"version": 1, "users": [user]})
        };
        let end = json!({"active_until": "2099-12-31", "password_hash": HASH, "must_change_password": true});
        assert_eq!(call(&app.owner, "apply", user("ann", end), "none").await.0, 200);
        let ann = app.owner.client.users().find("ann").await.unwrap().unwrap();
        let account = app.owner.client.users().get_with_account(ann.id).await.unwrap().account.clone().unwrap();
        assert_eq!(account.active_until.unwrap().to_string(), "2099-12-31 00:00:00");
        assert!(account.must_change_password);
        // As the password, it counts only for a new user.
        let (_, plan) = call(&app.owner, "plan", user("ann", json!({"active_until": "2098-12-31"})), "none").await;
        assert_eq!(plan["changes"], json!(0), "{plan}");
        let (status, _) = call(&app.owner, "plan", user("bob", json!({"must_change_password": true})), "none").await;
        assert_eq!(status, 422, "there is no password to be changed");
    }

    async fn what_is_not_mentioned_goes_only_when_pruned(engine: Engine) {
        let app = TestApp::start(engine).await;
        let papers = app.workspace("papers").await;
        let ada = app.member("ada", Role::Annotator, &papers).await;
        let bob = app.member("bob", Role::Annotator, &papers).await;
        let own = json!({"username": "argilla"});
        let team = json!({"version": 1, "users": [own, {"username": "ada", "workspaces": []}]});
        let (_, plan) = call(&app.owner, "apply", team.clone(), "none").await;
        assert_eq!((entries(&plan), &plan["changes"]), (vec!["keep_member ada papers".to_owned()], &json!(0)));
        assert_eq!(ada.client.my_workspaces().await.unwrap().len(), 1);

        let (_, plan) = call(&app.owner, "apply", team.clone(), "memberships").await;
        assert_eq!(entries(&plan), ["remove_member ada papers"]);
        assert_eq!(ada.client.my_workspaces().await.unwrap().len(), 0, "at the next request");
        assert!(bob.client.me().await.is_ok());

        let (_, plan) = call(&app.owner, "plan", team.clone(), "users").await;
        assert_eq!(entries(&plan), ["delete_user bob"]);
        assert_eq!(call(&app.owner, "apply", team, "users").await.0, 200);
        assert_eq!(bob.client.me().await.unwrap_err().status(), Some(401), "at the next request");
        assert_eq!(app.owner.client.workspaces().list().await.unwrap().len(), 2, "workspaces are never pruned");
    }

    async fn a_refused_team_changes_nothing(engine: Engine) {
        let app = TestApp::start(engine).await;
        let path = |n: usize, key: &str| json!(["body", "users", n, key]);
        let team = json!({"version": 1, "workspaces": [{"name": "new"}],
            "users": [{"username": "ada"}, {"username": "eve", "workspaces": ["new", "nowhere"]}]});
        let message = "Workspace 'nowhere' does not exist: create it first, or name it under the `workspaces` of a team";
        let expected = invalid(&[("value_error", path(1, "workspaces"), message)]);
        for what in ["plan", "apply"] {
            assert_eq!(call(&app.owner, what, team.clone(), "none").await, expected);
        }
        // The only owner steps down, in the middle of other changes.
        let team = json!({"version": 1, "users": [{"username": "ada"}, {"username": "argilla", "role": "admin"}]});
        let last = format!("User with id `{}` is the last owner. Make somebody else an owner first", app.owner.user.id);
        for what in ["plan", "apply"] {
            assert_eq!(call(&app.owner, what, team.clone(), "none").await, sentence(422, &last));
        }
        let team = json!({"version": 1, "users": [{"username": "boss", "role": "owner"}]});
        let (status, body) = call(&app.owner, "apply", team.clone(), "users").await;
        assert!(status == 422 && body["detail"].as_str().unwrap().contains("own account"), "{body}");
        assert_eq!(app.owner.client.users().list().await.unwrap().len(), 1);
        assert_eq!(app.owner.client.workspaces().list().await.unwrap().len(), 1);

        // With another owner it may be done, at once.
        let team = json!({"version": 1, "users": [{"username": "argilla", "role": "admin"}, {"username": "boss", "role": "owner"}]});
        assert_eq!(call(&app.owner, "apply", team.clone(), "none").await.0, 200);
        assert_eq!(call(&app.owner, "apply", team, "none").await, forbidden());
    }

    async fn what_was_agreed_to_is_what_is_done(engine: Engine) {
        let app = TestApp::start(engine).await;
        let team = json!({"version": 1, "users": [{"username": "ada"}, {"username": "argilla"}]});
        let (_, plan) = call(&app.owner, "plan", team.clone(), "users").await;
        // Somebody comes in between, whom the plan does not take away.
        let bob = app.person("bob", Role::Annotator).await;
        let mut agreed = team.clone();
        agreed["expect"] = plan["digest"].clone();
        let changed = sentence(409, "The team has changed since it was planned, and nothing was done. Plan it again");
        assert_eq!(call(&app.owner, "apply", agreed.clone(), "users").await, changed);
        assert!(bob.client.me().await.is_ok());
        app.owner.client.users().delete(bob.user.id).await.unwrap();
        // A hash that was made for a new user is no other plan.
        agreed["users"][0]["password_hash"] = json!(HASH);
        assert_eq!(call(&app.owner, "apply", agreed, "users").await.1["changes"], json!(1));
        assert!(app.anonymous().sign_in("ada", "from a file").await.is_ok());
    }

    async fn many_users_are_created_or_none(engine: Engine) {
        let app = TestApp::start(engine).await;
        app.workspace("papers").await;
        app.person("eve", Role::Annotator).await;
        let create = |body: Value| answer(app.owner.request(Method::POST, "/api/v1/users/bulk").json(&body));
        let users = json!([{"username": "ada", "workspaces": ["papers"], "password_hash": HASH}, {"username": "eve"}]);
        let (status, body) = create(json!({"users": users})).await;
        assert_eq!(status, 409);
        let taken = json!([{"type": "conflict", "loc": ["body", "users", 1, "username"], "msg": "User username `eve` is not unique"}]);
        assert_eq!(body["detail"]["params"]["errors"], taken);
        let (status, body) = create(json!({"users": [{"username": "x", "workspaces": ["nowhere"]}, {"username": "eve"}]})).await;
        assert_eq!((status, body["detail"]["params"]["errors"].as_array().unwrap().len()), (422, 2));
        assert_eq!(app.owner.client.users().list().await.unwrap().len(), 2);

        let (status, body) = create(json!({"users": users, "existing": "skip"})).await;
        assert_eq!((status, body["items"].as_array().unwrap().len()), (201, 1));
        assert_eq!(body["items"][0]["api_key"].as_str().unwrap().len(), 107);
        assert!(app.anonymous().sign_in("ada", "from a file").await.is_ok());
        assert_eq!(create(json!({"users": []})).await, (201, json!({"items": []})));
    }
}

#[tokio::test]
async fn what_a_file_gets_wrong_is_named_with_its_place() {
    let app = TestApp::start(ochre_testkit::Engine::Sqlite).await;
    let team = json!({"version": 2, "workspaces": [{"name": ""}, {"name": "w", "colour": 1}, 7], "user": [],
        "users": [{"username": "a"}, {"user_name": "b"}, {"username": "c", "role": "boss", "workspaces": "w", "password_hash": "plain"}]});
    let (status, body) = call(&app.owner, "apply", team, "everything").await;
    assert_eq!(status, 422);
    let errors = body["detail"]["params"]["errors"].as_array().unwrap();
    let places: Vec<_> = errors.iter().map(|error| error["loc"].to_string()).collect();
    assert_eq!(
        places,
        [
            r#"["body","user"]"#,
            r#"["body","prune"]"#,
            r#"["body","version"]"#,
            r#"["body","workspaces",0,"name"]"#,
            r#"["body","workspaces",1,"colour"]"#,
            r#"["body","workspaces",2]"#,
            r#"["body","users",1,"user_name"]"#,
            r#"["body","users",1,"username"]"#,
            r#"["body","users",2,"role"]"#,
            r#"["body","users",2,"workspaces"]"#,
            r#"["body","users",2,"password_hash"]"#,
        ]
    );
    assert_eq!(errors[0]["msg"], json!("This field is not known; is 'users' meant?"));
    assert!(!body.to_string().contains("plain"));

    let team = json!({"version": 1, "workspaces": [{"name": "w"}, {"name": "w"}], "users": [{"username": "a"}, {"username": "b"}, {"username": "a"}]});
    let (_, body) = call(&app.owner, "plan", team.clone(), "none").await;
    let errors = &body["detail"]["params"]["errors"];
    assert_eq!(errors[0]["loc"], json!(["body", "workspaces", 1, "name"]));
    assert_eq!(errors[1]["msg"], json!("The username \"a\" stands here twice"));
    let (status, _) = answer(app.owner.request(Method::POST, "/api/v1/team/apply").body("{")).await;
    assert_eq!(status, 422);
}

#[tokio::test]
async fn a_large_body_is_read_only_from_those_who_may_send_it() {
    let app = TestApp::start(ochre_testkit::Engine::Sqlite).await;
    let ann = app.person("ann", Role::Admin).await;
    // Announced and never sent: whoever waited for it would not answer.
    let announce = async |path: &str, key: &str, bytes: u32| {
        let host = app.url().trim_start_matches("http://").to_owned();
        let mut stream = TcpStream::connect(&host).await.unwrap();
        let head = format!(
            "POST {path} HTTP/1.1\r\nHost: {host}\r\nX-Argilla-Api-Key: {key}\r\nContent-Length: {bytes}\r\n\r\n"
        );
        stream.write_all(head.as_bytes()).await.unwrap();
        let mut status = [0; 12];
        stream.read_exact(&mut status).await.unwrap();
        String::from_utf8_lossy(&status[9..]).into_owned()
    };
    for path in ["/api/v1/team/apply", "/api/v1/team/plan", "/api/v1/users/bulk"] {
        assert_eq!(announce(path, &ann.user.api_key, 60_000_000).await, "403", "{path}");
        assert_eq!(announce(path, "of-nobody", 60_000_000).await, "401", "{path}");
        assert_eq!(announce(path, &app.owner.user.api_key, 70_000_000).await, "413", "{path}");
    }
    // More than other routes take, and no more than this one does.
    let users: Vec<_> = (0..20_000).map(|n| json!({"username": format!("user-{n:05}-{}", "x".repeat(60))})).collect();
    let (status, body) = call(&app.owner, "plan", json!({"version": 1, "users": users}), "none").await;
    assert_eq!((status, &body["changes"]), (200, &json!(20_000)));
}

#[tokio::test]
async fn the_table_of_roles_is_the_policy() {
    let app = TestApp::start(ochre_testkit::Engine::Sqlite).await;
    let (status, roles) = answer(app.request(Method::GET, "/api/v1/roles")).await;
    assert_eq!((status, &roles["items"][0]["resource"]), (200, &json!("Users")));
    let row = json!({"action": "See an API key", "owner": "yes", "admin": "own", "annotator": "own"});
    assert!(roles["items"][0]["actions"].as_array().unwrap().contains(&row));
}
