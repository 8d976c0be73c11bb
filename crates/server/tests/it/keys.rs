//! API keys: replacing the one of an account, and named ones beside it.

use std::time::Duration;

use ochre_client::{Client, Key, KeyCreate, KeyScope, Role, Uuid};
use ochre_dto::key::{Kind, check};
use ochre_testkit::{Engine, Person, TestApp, TestServer, on_both};
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use crate::{
    answer, forbidden, invalid,
    leaving::{SHORTLY, ahead, until},
    sentence, unauthenticated,
};

const KEY: &str = "X-Argilla-Api-Key";
/// Length of an account's API key.
const KEY_CHARS: usize = 107;

/// A raw request with a key.
fn by(app: &TestApp, key: &str, method: Method, path: &str) -> RequestBuilder {
    app.request(method, path).header(KEY, key)
}

/// The status of a `GET` with a key.
async fn get(app: &TestApp, key: &str, path: &str) -> u16 {
    answer(by(app, key, Method::GET, path)).await.0
}

/// What `GET /me` says to a key.
async fn me(app: &TestApp, key: &str) -> u16 {
    get(app, key, "/api/v1/me").await
}

/// Replaces an API key by another one, which is returned.
async fn rotate(app: &TestApp, key: &str, body: Value) -> String {
    let (status, rotated) = answer(by(app, key, Method::POST, "/api/v1/me/api-key/rotate").json(&body)).await;
    assert_eq!(status, 201, "{rotated}");
    rotated["api_key"].as_str().unwrap().to_owned()
}

/// Makes a named key, and the key itself.
async fn mint(person: &Person, key: KeyCreate) -> (Key, String) {
    let key = person.client.account().create_key(&key).await.expect("a new key");
    let secret = key.secret.clone().expect("the key itself");
    (key, secret)
}

async fn create(person: &Person, body: Value) -> (u16, Value) {
    answer(person.request(Method::POST, "/api/v1/me/keys").json(&body)).await
}

on_both! {
    async fn a_replaced_key_is_as_good_as_the_new_one_for_a_while(engine: Engine) {
        let app = TestApp::start(engine).await;
        let papers = app.workspace("papers").await;
        let ann = app.member("ann", Role::Annotator, &papers).await;
        let old = ann.user.api_key.clone();
        // The body may be left out.
        let (status, rotated) = answer(ann.request(Method::POST, "/api/v1/me/api-key/rotate")).await;
        let new = rotated["api_key"].as_str().unwrap().to_owned();
        assert_eq!((status, new.len()), (201, KEY_CHARS));
        assert_ne!(new, old);
        let end = ochre_dto::time::parse(rotated["previous_valid_until"].as_str().unwrap()).unwrap();
        let hours = |hours| ahead(Duration::from_hours(hours));
        assert!(hours(23) < end && end < hours(25), "{end}");

        for key in [&old, &new] {
            let (status, me) = answer(by(&app, key, Method::GET, "/api/v1/me")).await;
            assert_eq!((status, &me["id"], &me["api_key"]), (200, &json!(ann.user.id), &json!(new)));
            let workspace = format!("/api/v1/workspaces/{}", papers.id);
            let own = ["/api/v1/me/workspaces", "/api/v1/me/sessions", "/api/v1/me/keys", "/api/me", &workspace];
            for path in own {
                assert_eq!(get(&app, key, path).await, 200, "{path}");
            }
            assert_eq!(get(&app, key, "/api/v1/users").await, 403, "no more than its user");
            let names = by(&app, key, Method::PATCH, "/api/v1/me").json(&json!({"last_name": "Lee"}));
            assert_eq!(answer(names).await.0, 200);
            let name = if *key == old { "by the old one" } else { "by the new one" };
            let key = by(&app, key, Method::POST, "/api/v1/me/keys").json(&json!({"name": name, "scopes": ["read"]}));
            assert_eq!(answer(key).await.0, 201);
        }
    }

    async fn an_overlap_of_nothing_ends_the_old_key_at_once(engine: Engine) {
        let app = TestApp::start(engine).await;
        let ann = app.person("ann", Role::Annotator).await;
        let old = &ann.user.api_key;
        assert_eq!(me(&app, old).await, 200);
        let new = rotate(&app, old, json!({"overlap_seconds": 0})).await;
        assert_eq!(answer(by(&app, old, Method::GET, "/api/v1/me")).await, unauthenticated(), "at the next request");
        assert_eq!(get(&app, old, "/api/me").await, 401);
        assert_eq!(me(&app, &new).await, 200);
        let listed = app.owner.client.users().get(ann.user.id).await.unwrap();
        assert_eq!(listed.api_key, new);
    }

    async fn another_rotation_shortens_what_was_granted_before(engine: Engine) {
        let app = TestApp::start(engine).await;
        let ann = app.person("ann", Role::Annotator).await;
        let first = ann.user.api_key.clone();
        let second = rotate(&app, &first, json!({"overlap_seconds": 604_800})).await;
        assert_eq!((me(&app, &first).await, me(&app, &second).await), (200, 200));
        let third = rotate(&app, &second, json!({"overlap_seconds": 0})).await;
        assert_eq!((me(&app, &first).await, me(&app, &second).await, me(&app, &third).await), (401, 401, 200));
        // A longer overlap brings nothing back.
        let fourth = rotate(&app, &third, json!({"overlap_seconds": 604_800})).await;
        assert_eq!((me(&app, &first).await, me(&app, &second).await, me(&app, &third).await), (401, 401, 200));
        let fifth = rotate(&app, &fourth, json!({"overlap_seconds": 1})).await;
        for key in [&third, &fourth] {
            until(401, || by(&app, key, Method::GET, "/api/v1/me")).await;
        }
        assert_eq!(me(&app, &fifth).await, 200);
    }

    async fn owners_replace_keys_of_others_and_nobody_else_does(engine: Engine) {
        let app = TestApp::start(engine).await;
        let ann = app.person("ann", Role::Annotator).await;
        let bob = app.person("bob", Role::Admin).await;
        let path = |id: Uuid| format!("/api/v1/users/{id}/api-key/rotate");
        let body = json!({"overlap_seconds": 0});
        let rotate = |person: &Person, id| answer(person.request(Method::POST, &path(id)).json(&body));
        assert_eq!(rotate(&bob, ann.user.id).await, forbidden());
        assert_eq!(rotate(&ann, bob.user.id).await, forbidden());
        assert!(ann.client.me().await.is_ok() && bob.client.me().await.is_ok());
        let (status, rotated) = rotate(&app.owner, ann.user.id).await;
        assert_eq!(status, 201);
        assert_eq!(me(&app, &ann.user.api_key).await, 401);
        assert_eq!(me(&app, rotated["api_key"].as_str().unwrap()).await, 200);
        assert_eq!(rotate(&bob, bob.user.id).await.0, 201, "the own one, by its id");
        let nobody = Uuid::from_u128(1);
        assert_eq!(rotate(&app.owner, nobody).await, sentence(404, &format!("User with id `{nobody}` not found")));
        assert_eq!(rotate(&ann, nobody).await, unauthenticated(), "with the key of before");
    }

    async fn a_named_key_is_shown_once(engine: Engine) {
        let app = TestApp::start(engine).await;
        let ann = app.person("ann", Role::Annotator).await;
        let bob = app.person("bob", Role::Admin).await;
        let new = json!({"name": " nightly export ", "scopes": ["manage", "read", "read"]});
        let (status, made) = create(&ann, new).await;
        assert_eq!(status, 201, "{made}");
        let keys: Vec<_> = made.as_object().unwrap().keys().map(String::as_str).collect();
        let mut expected =
            ["id", "name", "hint", "scopes", "workspaces", "expires_at", "last_used_at", "inserted_at", "secret"];
        expected.sort_unstable();
        assert_eq!(keys, expected);
        assert_eq!((&made["name"], &made["scopes"]), (&json!("nightly export"), &json!(["read", "manage"])));
        for unset in ["workspaces", "expires_at", "last_used_at"] {
            assert_eq!(made[unset], Value::Null, "{unset}");
        }
        let secret = made["secret"].as_str().unwrap().to_owned();
        assert_eq!(check(&secret), Ok(Kind::Key));
        assert_eq!(made["hint"], json!(secret[secret.len() - 4..]));

        // What is listed tells everything else.
        let mut listed = made.clone();
        listed.as_object_mut().unwrap().remove("secret");
        let expected = (200, json!({"items": [listed]}));
        assert_eq!(answer(ann.get("/api/v1/me/keys")).await, expected);
        let of_ann = format!("/api/v1/users/{}/keys", ann.user.id);
        assert_eq!(answer(app.owner.get(&of_ann)).await, expected);
        assert_eq!(answer(ann.get(&of_ann)).await, expected);
        assert_eq!(answer(bob.get(&of_ann)).await, forbidden());
        assert_eq!(answer(bob.get("/api/v1/me/keys")).await, (200, json!({"items": []})));

        assert_eq!(me(&app, &secret).await, 200);
        let last = if secret.ends_with('x') { 'y' } else { 'x' };
        assert_eq!(me(&app, &format!("{}{last}", &secret[..secret.len() - 1])).await, 401);
    }

    async fn every_header_takes_named_keys(engine: Engine) {
        let app = TestApp::start(engine).await;
        let ann = app.person("ann", Role::Annotator).await;
        let (_, secret) = mint(&ann, KeyCreate::new("ci", [KeyScope::Read])).await;
        for header in ["X-Argilla-Api-Key", "X-Extralit-Api-Key", "X-Rubrix-Api-Key"] {
            for path in ["/api/v1/me", "/api/me"] {
                let (status, me) = answer(app.request(Method::GET, path).header(header, &secret)).await;
                assert_eq!((status, &me["username"]), (200, &json!("ann")), "{header} {path}");
                assert_eq!(me["api_key"], json!(""), "a named key does not show the account's key");
            }
        }
        assert_eq!(answer(app.request(Method::GET, "/api/v1/me").bearer_auth(&secret)).await.0, 401, "it is no token");
    }

    async fn a_named_key_does_what_its_scopes_say(engine: Engine) {
        let app = TestApp::start(engine).await;
        let papers = app.workspace("papers").await;
        let ann = app.person("ann", Role::Annotator).await;
        let mut keys = Vec::new();
        for scope in [KeyScope::Read, KeyScope::Annotate, KeyScope::Manage] {
            keys.push(mint(&app.owner, KeyCreate::new(scope.as_str(), [scope])).await.1);
        }
        let (user, workspace) = (format!("/api/v1/users/{}", ann.user.id), format!("/api/v1/workspaces/{}", papers.id));
        for key in &keys {
            let lists = ["/api/v1/users", "/api/v1/trash", "/api/v1/team", "/api/users", "/api/workspaces"];
            for path in lists.into_iter().chain(["/api/v1/me", &user, &workspace]) {
                assert_eq!(get(&app, key, path).await, 200, "{path}");
            }
        }
        let writes = [
            (Method::POST, "/api/v1/workspaces".to_owned(), json!({"name": "new"}), 201),
            (Method::POST, "/api/workspaces".to_owned(), json!({"name": "newer"}), 200),
            (Method::PATCH, user.clone(), json!({"first_name": "New"}), 200),
            (Method::POST, format!("{workspace}/users"), json!({"user_id": ann.user.id}), 201),
            (Method::PATCH, workspace, json!({"name": "renamed"}), 200),
            (Method::POST, format!("{user}/disable"), json!({}), 200),
            (Method::DELETE, user, json!({}), 200),
        ];
        for (method, path, body, done) in &writes {
            for key in &keys[..2] {
                let request = by(&app, key, method.clone(), path).json(body);
                assert_eq!(answer(request).await, forbidden(), "{method} {path}");
            }
            let (status, outcome) = answer(by(&app, &keys[2], method.clone(), path).json(body)).await;
            assert_eq!(status, *done, "{method} {path}: {outcome}");
        }
        // A key never does more than its user.
        let bob = app.person("bob", Role::Annotator).await;
        let everything = [KeyScope::Read, KeyScope::Annotate, KeyScope::Manage];
        let (_, secret) = mint(&bob, KeyCreate::new("all", everything)).await;
        assert_eq!((me(&app, &secret).await, get(&app, &secret, "/api/v1/users").await), (200, 403));
    }

    async fn a_named_key_creates_annotators_alone(engine: Engine) {
        let app = TestApp::start(engine).await;
        let (_, secret) = mint(&app.owner, KeyCreate::new("robot", [KeyScope::Manage])).await;
        let post = |path: &str, body: Value| answer(by(&app, &secret, Method::POST, path).json(&body));
        let user = |name: &str, role: &str| {
            json!({"first_name": name, "username": name, "password": ochre_testkit::PASSWORD, "role": role})
        };
        for role in ["admin", "owner"] {
            assert_eq!(post("/api/v1/users", user("eve", role)).await, forbidden());
            assert_eq!(post("/api/users", user("eve", role)).await, forbidden());
            let many = json!({"users": [{"username": "eve", "role": role}]});
            assert_eq!(post("/api/v1/users/bulk", many).await, forbidden());
        }
        assert_eq!(app.owner.client.users().list().await.unwrap().len(), 1);
        let (status, made) = post("/api/v1/users", user("ada", "annotator")).await;
        assert_eq!((status, &made["api_key"]), (201, &json!("")), "whose keys it does not see either");
        let (status, made) = post("/api/v1/users/bulk", json!({"users": [{"username": "bob"}]})).await;
        assert_eq!((status, &made["items"][0]["api_key"]), (201, &json!("")));
        let (_, users) = answer(by(&app, &secret, Method::GET, "/api/v1/users")).await;
        assert!(users["items"].as_array().unwrap().iter().all(|user| user["api_key"] == json!("")), "{users}");
        assert!(app.owner.client.users().list().await.unwrap().iter().all(|user| user.api_key.len() > 4));
    }

    async fn a_named_key_opens_and_closes_no_account_that_manages_users(engine: Engine) {
        let app = TestApp::start(engine).await;
        let ann = app.person("ann", Role::Annotator).await;
        let former = app.person("former", Role::Owner).await;
        let boss = app.person("boss", Role::Owner).await;
        let users = app.owner.client.users();
        users.disable(former.user.id).await.unwrap();
        let (_, secret) = mint(&app.owner, KeyCreate::new("robot", [KeyScope::Manage])).await;
        let path = |user: Uuid, end: &str| format!("/api/v1/users/{user}{end}");
        let post = |path: String| answer(by(&app, &secret, Method::POST, &path));
        let limit = |path: String, end: Value| {
            answer(by(&app, &secret, Method::PATCH, &path).json(&json!({"active_until": end})))
        };
        assert_eq!(post(path(former.user.id, "/enable")).await, forbidden());
        assert_eq!(post(path(boss.user.id, "/disable")).await, forbidden());
        let delete = answer(by(&app, &secret, Method::DELETE, &path(boss.user.id, "")));
        assert_eq!(delete.await, forbidden());
        assert_eq!(limit(path(former.user.id, ""), Value::Null).await, forbidden());
        assert_eq!(limit(path(boss.user.id, ""), json!("2999-01-01T00:00:00")).await, forbidden());
        let rename = |id| answer(by(&app, &secret, Method::PATCH, &path(id, "")).json(&json!({"username": "nobody"})));
        assert_eq!(rename(boss.user.id).await, forbidden(), "who then could not sign in");
        assert_eq!(answer(former.get("/api/v1/me")).await.0, 401, "still disabled");
        assert_eq!(answer(boss.get("/api/v1/me")).await.0, 200);
        assert_eq!(post(path(ann.user.id, "/disable")).await.0, 200);
        assert_eq!(answer(ann.get("/api/v1/me")).await.0, 401);
        assert_eq!(post(path(ann.user.id, "/enable")).await.0, 200);
        assert_eq!(limit(path(ann.user.id, ""), json!("2999-01-01T00:00:00")).await.0, 200);
        assert_eq!(answer(ann.get("/api/v1/me")).await.0, 200);
    }

    async fn a_named_key_is_not_the_person(engine: Engine) {
        let app = TestApp::start(engine).await;
        let ann = app.person("ann", Role::Annotator).await;
        let everything = [KeyScope::Read, KeyScope::Annotate, KeyScope::Manage];
        let (key, secret) = mint(&app.owner, KeyCreate::new("robot", everything)).await;
        let user = format!("/api/v1/users/{}", ann.user.id);
        let passwords = json!({"current_password": "12345678", "new_password": "a new password"});
        let subject = json!({"issuer": "https://id.example.org", "subject": "1"});
        let (get, post, patch, delete) = (Method::GET, Method::POST, Method::PATCH, Method::DELETE);
        for (method, path, body) in [
            (&post, "/api/v1/me/keys".to_owned(), json!({"name": "more", "scopes": ["manage"]})),
            (&get, "/api/v1/me/keys".to_owned(), json!({})),
            (&delete, format!("/api/v1/me/keys/{}", key.id), json!({})),
            (&get, format!("{user}/keys"), json!({})),
            (&post, "/api/v1/me/api-key/rotate".to_owned(), json!({})),
            (&post, format!("{user}/api-key/rotate"), json!({})),
            (&post, "/api/v1/me/password".to_owned(), passwords),
            (&get, "/api/v1/me/sessions".to_owned(), json!({})),
            (&patch, "/api/v1/me".to_owned(), json!({"first_name": "New"})),
            (&patch, user.clone(), json!({"password": "another password"})),
            (&patch, user.clone(), json!({"role": "admin"})),
            (&patch, user.clone(), json!({"must_change_password": true})),
            (&post, format!("{user}/reset-link"), json!({})),
            (&get, format!("{user}/reset-link"), json!({})),
            (&post, format!("{user}/identities"), subject),
            (&post, "/api/v1/invitations".to_owned(), json!({"role": "annotator"})),
            (&post, "/api/v1/team/apply".to_owned(), json!({"version": 1, "users": [], "prune": "none"})),
            (&post, format!("/api/v1/trash/{}/restore", Uuid::nil()), json!({})),
            (&delete, format!("/api/v1/trash/{}", Uuid::nil()), json!({})),
        ] {
            let request = by(&app, &secret, method.clone(), &path).json(&body);
            assert_eq!(answer(request).await, forbidden(), "{method} {path} {body}");
        }
        let unchanged = app.owner.client.users().get_with_account(ann.user.id).await.unwrap();
        assert_eq!((unchanged.role, unchanged.updated_at), (Role::Annotator, ann.user.updated_at));
        assert!(ann.client.me().await.is_ok());
        assert_eq!(app.owner.client.account().keys().await.unwrap().len(), 1);
        let logout = answer(by(&app, &secret, Method::POST, "/api/v1/logout")).await;
        assert_eq!((logout.0, me(&app, &secret).await), (204, 200), "it is no login");
    }

    async fn a_limited_key_stays_in_its_workspaces(engine: Engine) {
        let app = TestApp::start(engine).await;
        let (papers, other) = (app.workspace("papers").await, app.workspace("other").await);
        let beta = app.workspace("beta").await;
        let ann = app.person("ann", Role::Annotator).await;
        // By name or by id.
        let new = KeyCreate::new("robot", [KeyScope::Manage]).workspaces(["papers".to_owned(), beta.id.to_string()]);
        let (key, secret) = mint(&app.owner, new).await;
        assert_eq!(key.workspaces.as_deref().unwrap(), ["beta", "papers"]);
        let workspace = |id: Uuid| format!("/api/v1/workspaces/{id}");
        let read = async |id| get(&app, &secret, &workspace(id)).await;
        assert_eq!((read(papers.id).await, read(beta.id).await, read(other.id).await), (200, 200, 403));
        for path in ["/api/v1/users", "/api/users", "/api/v1/trash", "/api/v1/team", "/api/v1/invitations"] {
            assert_eq!(answer(by(&app, &secret, Method::GET, path)).await, forbidden(), "{path}");
        }
        let new = by(&app, &secret, Method::POST, "/api/v1/workspaces").json(&json!({"name": "new"}));
        assert_eq!(answer(new).await, forbidden());
        let join = |id: Uuid| {
            let body = json!({"user_id": ann.user.id});
            answer(by(&app, &secret, Method::POST, &format!("/api/v1/workspaces/{id}/users")).json(&body))
        };
        assert_eq!((join(papers.id).await.0, join(other.id).await), (201, forbidden()));
        let names = async |path: &str| {
            let (status, list) = answer(by(&app, &secret, Method::GET, path)).await;
            assert_eq!(status, 200, "{list}");
            let items = list.as_array().or_else(|| list["items"].as_array()).unwrap();
            items.iter().map(|workspace| workspace["name"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
        };
        for path in ["/api/v1/me/workspaces", "/api/v1/workspaces?limit=10", "/api/workspaces"] {
            assert_eq!(names(path).await, ["papers", "beta"], "{path}");
        }
        let listed = async || app.owner.client.account().keys().await.unwrap()[0].workspaces.clone().unwrap();
        let rename = by(&app, &secret, Method::PATCH, &workspace(papers.id)).json(&json!({"name": "renamed"}));
        assert_eq!(answer(rename).await.0, 200);
        assert_eq!(listed().await, ["beta", "renamed"], "the limit is the workspace, whatever its name");
        for gone in [&beta, &papers] {
            app.owner.client.workspaces().delete(gone.id).await.unwrap();
        }
        assert_eq!(listed().await, [] as [&str; 0]);
        assert_eq!(read(other.id).await, 403, "without its workspaces it reaches nothing, and not everything");
        assert_eq!(names("/api/v1/me/workspaces").await, [] as [&str; 0]);
    }

    async fn a_limit_is_a_workspace_that_its_user_reaches(engine: Engine) {
        let app = TestApp::start(engine).await;
        let (papers, other) = (app.workspace("papers").await, app.workspace("other").await);
        let ann = app.member("ann", Role::Annotator, &papers).await;
        for name in ["nowhere", "other", &other.id.to_string(), &Uuid::from_u128(1).to_string()] {
            let refused = create(&ann, json!({"name": "ci", "scopes": ["read"], "workspaces": [name]})).await;
            assert_eq!(refused, sentence(422, &format!("Workspace '{name}' does not exist")));
        }
        let (_, secret) = mint(&ann, KeyCreate::new("ci", [KeyScope::Read]).workspaces(["papers"])).await;
        let path = format!("/api/v1/workspaces/{}", papers.id);
        assert_eq!(get(&app, &secret, &path).await, 200);
        app.owner.client.workspaces().remove_user(papers.id, ann.user.id).await.unwrap();
        assert_eq!(get(&app, &secret, &path).await, 403, "at the next request");
        assert_eq!(me(&app, &secret).await, 200);
    }

    async fn a_named_key_ends_at_its_moment(engine: Engine) {
        let app = TestApp::start(engine).await;
        let ann = app.person("ann", Role::Annotator).await;
        let end = ahead(SHORTLY);
        let (key, secret) = mint(&ann, KeyCreate::new("short", [KeyScope::Read]).expires_at(end)).await;
        assert_eq!(key.expires_at, Some(end));
        assert_eq!(me(&app, &secret).await, 200);
        until(401, || by(&app, &secret, Method::GET, "/api/v1/me")).await;
        assert!(ahead(Duration::ZERO) >= end, "not before");
        assert_eq!(answer(by(&app, &secret, Method::GET, "/api/v1/me")).await, unauthenticated());
        assert!(ann.client.me().await.is_ok());
    }

    async fn a_user_has_fifty_named_keys_at_most(engine: Engine) {
        let app = TestApp::start(engine).await;
        let (ann, bob) = (app.person("ann", Role::Annotator).await, app.person("bob", Role::Annotator).await);
        let new = |n: usize| create(&ann, json!({"name": format!("key-{n}"), "scopes": ["read"]}));
        let (_, first) = new(0).await;
        for n in 1..49 {
            assert_eq!(new(n).await.0, 201);
        }
        // Of two at the same moment, one is the last.
        let (one, two) = tokio::join!(new(49), new(50));
        let mut outcome = [one.0, two.0];
        outcome.sort_unstable();
        assert_eq!(outcome, [201, 422]);
        let full = sentence(422, "A user has at most 50 named keys. Delete one that is not needed any more");
        assert_eq!(new(51).await, full);
        assert_eq!(create(&bob, json!({"name": "key-51", "scopes": ["read"]})).await.0, 201);
        let path = format!("/api/v1/me/keys/{}", first["id"].as_str().unwrap());
        assert_eq!(answer(ann.request(Method::DELETE, &path)).await.0, 204);
        assert_eq!(new(51).await.0, 201);
    }

    async fn a_keys_name_is_unique_among_the_users_own(engine: Engine) {
        let app = TestApp::start(engine).await;
        let (ann, bob) = (app.person("ann", Role::Annotator).await, app.person("bob", Role::Annotator).await);
        let (key, secret) = mint(&ann, KeyCreate::new("ci", [KeyScope::Read])).await;
        let again = json!({"name": " ci", "scopes": ["manage"]});
        assert_eq!(create(&ann, again.clone()).await, sentence(409, "Key name `ci` is not unique"));
        assert_eq!(ann.client.account().keys().await.unwrap().len(), 1);
        assert_eq!(me(&app, &secret).await, 200);
        assert_eq!(create(&bob, again.clone()).await.0, 201);
        let upper = json!({"name": "CI", "scopes": ["read"]});
        assert_eq!(create(&ann, upper).await.0, 201, "names are compared as they are");
        ann.client.account().delete_key(key.id).await.unwrap();
        assert_eq!(create(&ann, again).await.0, 201);
    }

    async fn a_deleted_key_ends_at_the_next_request(engine: Engine) {
        let app = TestApp::start(engine).await;
        let (ann, bob) = (app.person("ann", Role::Annotator).await, app.person("bob", Role::Admin).await);
        let (own, own_secret) = mint(&ann, KeyCreate::new("own", [KeyScope::Read])).await;
        let (other, other_secret) = mint(&ann, KeyCreate::new("other", [KeyScope::Read])).await;
        assert_eq!((me(&app, &own_secret).await, me(&app, &other_secret).await), (200, 200));
        let mine = |id: Uuid| format!("/api/v1/me/keys/{id}");
        let of = |user: Uuid, id: Uuid| format!("/api/v1/users/{user}/keys/{id}");
        let delete = |person: &Person, path: String| answer(person.request(Method::DELETE, &path));
        let absent = |id: Uuid| sentence(404, &format!("Key with id `{id}` not found"));
        assert_eq!(delete(&bob, mine(own.id)).await, absent(own.id), "of somebody else");
        assert_eq!(delete(&bob, of(ann.user.id, own.id)).await, forbidden());
        assert_eq!(delete(&app.owner, of(bob.user.id, own.id)).await, absent(own.id));
        assert_eq!(me(&app, &own_secret).await, 200);

        assert_eq!(delete(&ann, mine(own.id)).await.0, 204);
        assert_eq!(me(&app, &own_secret).await, 401);
        assert_eq!(delete(&ann, mine(own.id)).await, absent(own.id));
        assert_eq!(delete(&app.owner, of(ann.user.id, other.id)).await.0, 204);
        assert_eq!(me(&app, &other_secret).await, 401);
        assert_eq!(ann.client.account().keys().await.unwrap(), []);
        assert!(ann.client.me().await.is_ok());
    }

    async fn it_is_remembered_when_a_key_was_last_used(engine: Engine) {
        let app = TestApp::start(engine).await;
        let (_, secret) = mint(&app.owner, KeyCreate::new("used", [KeyScope::Read])).await;
        mint(&app.owner, KeyCreate::new("unused", [KeyScope::Read])).await;
        assert_eq!(me(&app, &secret).await, 200);
        // It is written down now and then, and at the end.
        let TestApp { database, server, owner } = app;
        server.stop().await;
        let server = TestServer::start(&database, &[]).await;
        let client = Client::builder(&server.url).api_key(&owner.user.api_key).build().unwrap();
        let keys = client.account().keys().await.unwrap();
        let used: Vec<_> = keys.iter().map(|key| (key.name.as_str(), key.last_used_at.is_some())).collect();
        assert_eq!(used, [("used", true), ("unused", false)]);
    }
}

#[tokio::test]
async fn the_overlap_has_limits() {
    let app = TestApp::start(Engine::Sqlite).await;
    let ann = app.person("ann", Role::Annotator).await;
    let rotate = |body: Value| answer(ann.request(Method::POST, "/api/v1/me/api-key/rotate").json(&body));
    let message = "Input should be a whole number from 0 to 604800";
    let refused = invalid(&[("int_type", json!(["body", "overlap_seconds"]), message)]);
    for bad in [json!(604_801), json!(-1), json!(1.5), json!("60"), json!(true), json!([])] {
        assert_eq!(rotate(json!({"overlap_seconds": bad})).await, refused, "{bad}");
    }
    for (key, hint) in [("overlap", "known are overlap_seconds"), ("overlap_second", "is 'overlap_seconds' meant?")] {
        let message = format!("This field is not known; {hint}");
        let expected = invalid(&[("extra_forbidden", json!(["body", key]), message.as_str())]);
        assert_eq!(rotate(json!({key: 0})).await, expected);
    }
    assert_eq!(rotate(json!([])).await.0, 422);
    assert_eq!(ann.client.me().await.unwrap().api_key, ann.user.api_key, "nothing has changed");
    for good in [json!(null), json!({}), json!({"overlap_seconds": null}), json!({"overlap_seconds": 604_800})] {
        assert_eq!(rotate(good.clone()).await.0, 201, "{good}");
    }
}

#[tokio::test]
async fn what_a_new_key_gets_wrong_is_named() {
    let app = TestApp::start(Engine::Sqlite).await;
    let ann = app.person("ann", Role::Annotator).await;
    let long = "é".repeat(101);
    for (key, value, kind, message) in [
        ("expires_at", json!("2020-01-01T00:00:00Z"), "value_error", "Value error, The moment should be in the future"),
        (
            "expires_at",
            json!("tomorrow"),
            "datetime_parsing",
            "Input should be a moment as 2026-12-31T18:00:00Z, in UTC where it has no offset, or a date",
        ),
        ("scopes", json!([]), "too_short", "List should have at least 1 item after validation, not 0"),
        ("scopes", json!(["admin"]), "enum", "Input should be a list of 'read', 'annotate' or 'manage'"),
        ("scopes", json!("read"), "list_type", "Input should be a valid list"),
        ("workspaces", json!("papers"), "list_type", "Input should be a valid list"),
        ("name", json!("  "), "string_too_short", "String should have at least 1 character"),
        ("name", json!(long), "string_too_long", "String should have at most 100 characters"),
        ("workspace", json!(["papers"]), "extra_forbidden", "This field is not known; is 'workspaces' meant?"),
    ] {
        let mut body = json!({"name": "ci", "scopes": ["read"]});
        body[key] = value;
        let expected = invalid(&[(kind, json!(["body", key]), message)]);
        assert_eq!(create(&ann, body.clone()).await, expected, "{body}");
    }
    let missing = |key: &str| ("missing", json!(["body", key]), "Field required");
    assert_eq!(create(&ann, json!({})).await, invalid(&[missing("name"), missing("scopes")]));
    assert_eq!(ann.client.account().keys().await.unwrap(), []);
    for (given, stored) in [("2090-01-01T00:00:00+02:00", "2089-12-31T22:00:00"), ("2090-01-01", "2090-01-01T00:00:00")]
    {
        let (status, made) = create(&ann, json!({"name": given, "scopes": ["read"], "expires_at": given})).await;
        assert_eq!((status, &made["expires_at"]), (201, &json!(stored)));
    }
}
