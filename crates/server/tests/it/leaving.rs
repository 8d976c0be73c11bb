//! Leaving and coming back: disabled accounts, access that ends by itself, the trash, other names.

use std::time::{Duration, Instant};

use ochre_client::{
    AccountState, Client, KeyCreate, KeyScope, Moment, ResetLinkCreate, Role, TrashEntry, TrashKind, UserCreate,
    UserUpdate, Uuid, WorkspaceCreate,
};
use ochre_testkit::{PASSWORD, Person, TestApp, on_both};
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use crate::{
    answer, forbidden, invalid,
    own::{bearer, signed},
    sentence, unauthenticated,
};

/// How long a test waits for what must come by itself.
const PATIENCE: Duration = Duration::from_secs(20);
/// Long enough to look at what is about to end, also on a machine that has much to do.
pub(crate) const SHORTLY: Duration = Duration::from_secs(4);

/// The moment that comes after this time.
pub(crate) fn ahead(time: Duration) -> Moment {
    #[expect(clippy::disallowed_methods, reason = "the server under test has the real clock")]
    let now = std::time::SystemTime::now();
    let since = now.duration_since(std::time::UNIX_EPOCH).expect("a clock that is right") + time;
    ochre_dto::time::from_micros(i64::try_from(since.as_micros()).expect("a moment of these centuries"))
}

/// Asks again and again until the answer has this status; its body.
pub(crate) async fn until(status: u16, ask: impl Fn() -> RequestBuilder) -> Value {
    let start = Instant::now();
    loop {
        let (found, body) = answer(ask()).await;
        if found == status {
            return body;
        }
        assert!(start.elapsed() < PATIENCE, "still {found} after {PATIENCE:?}: {body}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// A user's account as its owner sees it.
async fn account(app: &TestApp, user: Uuid) -> ochre_client::Account {
    let user = app.owner.client.users().get_with_account(user).await.expect("a user");
    user.account.clone().expect("an account")
}

/// A named key of somebody.
async fn named_key(person: &Person) -> String {
    let key = person.client.account().create_key(&KeyCreate::new("ci", [KeyScope::Read])).await.expect("a new key");
    key.secret.expect("the key itself")
}

async fn me_by_key(app: &TestApp, key: &str) -> u16 {
    answer(app.request(Method::GET, "/api/v1/me").header("X-Argilla-Api-Key", key)).await.0
}

async fn me_by_token(app: &TestApp, token: &str) -> u16 {
    answer(signed(app, token, Method::GET, "/api/v1/me")).await.0
}

/// The only entry of the trash with this name.
async fn trashed(app: &TestApp, name: &str) -> TrashEntry {
    let mut entries = app.owner.client.trash().list().await.expect("the trash");
    entries.retain(|entry| entry.name == name);
    assert_eq!(entries.len(), 1, "{name}");
    entries.remove(0)
}

async fn restore(app: &TestApp, id: Uuid) -> (u16, Value) {
    answer(app.owner.request(Method::POST, &format!("/api/v1/trash/{id}/restore"))).await
}

async fn team_names(client: &Client) -> Vec<String> {
    client.my_workspaces().await.expect("a list").iter().map(|workspace| workspace.name.clone()).collect()
}

async fn members(app: &TestApp, workspace: Uuid) -> Vec<String> {
    let users = app.owner.client.workspaces().users(workspace).await.expect("a list");
    users.iter().map(|user| user.username.clone()).collect()
}

fn last_owner(id: Uuid) -> (u16, Value) {
    sentence(422, &format!("User with id `{id}` is the last owner. Make somebody else an owner first"))
}

fn past() -> (u16, Value) {
    invalid(&[("value_error", json!(["body", "active_until"]), "Value error, The moment should be in the future")])
}

fn name_taken(name: &str) -> (u16, Value) {
    sentence(409, &format!("The name `{name}` was taken meanwhile. Rename whatever has it, and try again"))
}

fn id_taken() -> (u16, Value) {
    sentence(409, "The id or the API key was taken meanwhile")
}

fn not_in_the_trash(id: Uuid) -> (u16, Value) {
    sentence(404, &format!("Nothing with id `{id}` is in the trash"))
}

on_both! {
    async fn whoever_is_disabled_is_out_at_once_and_comes_back_without_logins(engine: Engine) {
        let app = TestApp::start(engine).await;
        let papers = app.workspace("papers").await;
        let ann = app.member("ann", Role::Annotator, &papers).await;
        let (token, named) = (bearer(&app, "ann", PASSWORD).await, named_key(&ann).await);
        let key = &ann.user.api_key;
        assert_eq!((me_by_key(&app, key).await, me_by_key(&app, &named).await), (200, 200));
        assert_eq!(me_by_token(&app, &token).await, 200);
        let path = |what: &str| format!("/api/v1/users/{}/{what}", ann.user.id);
        let post = |what: &str| answer(app.owner.request(Method::POST, &path(what)));
        let (status, user) = post("disable").await;
        assert_eq!((status, &user["username"]), (200, &json!("ann")));
        assert_eq!(answer(ann.get("/api/v1/me")).await, unauthenticated(), "at the next request");
        assert_eq!(answer(ann.get("/api/me")).await, unauthenticated());
        assert_eq!(answer(signed(&app, &token, Method::GET, "/api/v1/me")).await, unauthenticated());
        assert_eq!(me_by_key(&app, &named).await, 401);
        assert_eq!(app.anonymous().sign_in("ann", PASSWORD).await.unwrap_err().status(), Some(401));
        let found = account(&app, ann.user.id).await;
        assert_eq!((found.state, found.workspaces), (AccountState::Disabled, vec!["papers".to_owned()]));
        assert_eq!(members(&app, papers.id).await, ["ann"]);
        assert_eq!(post("disable").await, (200, user), "again changes nothing");

        assert_eq!(post("enable").await.0, 200);
        assert_eq!((me_by_key(&app, key).await, me_by_key(&app, &named).await), (200, 200));
        assert_eq!(me_by_token(&app, &token).await, 401, "a login of before stays ended");
        assert_eq!(team_names(&ann.client).await, ["papers"]);
        assert_eq!(me_by_token(&app, &bearer(&app, "ann", PASSWORD).await).await, 200);
        assert_eq!(account(&app, ann.user.id).await.state, AccountState::Active);

        let bob = app.member("bob", Role::Admin, &papers).await;
        for what in ["disable", "enable"] {
            assert_eq!(answer(bob.request(Method::POST, &path(what))).await, forbidden(), "{what}");
            let nobody = Uuid::from_u128(1);
            let absent = answer(app.owner.request(Method::POST, &format!("/api/v1/users/{nobody}/{what}"))).await;
            assert_eq!(absent, sentence(404, &format!("User with id `{nobody}` not found")));
        }
    }

    async fn the_last_owner_without_an_end_stays(engine: Engine) {
        let app = TestApp::start(engine).await;
        let id = app.owner.user.id;
        let path = format!("/api/v1/users/{id}");
        let disable = || answer(app.owner.request(Method::POST, &format!("{path}/disable")));
        let update = |body: Value| answer(app.owner.request(Method::PATCH, &path).json(&body));
        let end = ochre_dto::time::format(ahead(Duration::from_hours(1)));
        let refused = async || {
            assert_eq!(disable().await, last_owner(id));
            assert_eq!(update(json!({"active_until": end})).await, last_owner(id));
            assert_eq!(update(json!({"role": "admin"})).await, last_owner(id));
            assert_eq!(answer(app.owner.request(Method::DELETE, &path)).await, last_owner(id));
        };
        refused().await;
        // Another owner who will be gone, or who is not in, is none to rely on.
        let boss = app.person("boss", Role::Owner).await;
        let users = app.owner.client.users();
        let ends = UserUpdate::default().active_until(Some(ahead(Duration::from_hours(1))));
        users.update(boss.user.id, &ends).await.unwrap();
        refused().await;
        users.update(boss.user.id, &UserUpdate::default().active_until(None)).await.unwrap();
        users.disable(boss.user.id).await.unwrap();
        refused().await;
        users.enable(boss.user.id).await.unwrap();
        assert_eq!(update(json!({"active_until": end})).await.0, 200);
        // Now it is the other one who must stay.
        let of_boss = format!("/api/v1/users/{}/disable", boss.user.id);
        assert_eq!(answer(boss.request(Method::POST, &of_boss)).await, last_owner(boss.user.id));
        assert_eq!(update(json!({"active_until": null})).await.0, 200);
        assert_eq!(answer(boss.request(Method::POST, &of_boss)).await.0, 200);
        refused().await;
    }

    async fn access_ends_by_itself(engine: Engine) {
        let app = TestApp::start(engine).await;
        let papers = app.workspace("papers").await;
        let ann = app.member("ann", Role::Annotator, &papers).await;
        let users = app.owner.client.users();
        let (token, named) = (bearer(&app, "ann", PASSWORD).await, named_key(&ann).await);
        let key = &ann.user.api_key;
        let end = ahead(SHORTLY);
        users.update(ann.user.id, &UserUpdate::default().active_until(Some(end))).await.unwrap();
        assert_eq!((me_by_key(&app, key).await, me_by_key(&app, &named).await), (200, 200));
        assert_eq!(me_by_token(&app, &token).await, 200);
        until(401, || ann.get("/api/v1/me")).await;
        assert!(ahead(Duration::ZERO) >= end, "not before");
        assert_eq!((me_by_key(&app, &named).await, me_by_token(&app, &token).await), (401, 401));
        assert_eq!(answer(ann.get("/api/me")).await, unauthenticated());
        assert_eq!(app.anonymous().sign_in("ann", PASSWORD).await.unwrap_err().status(), Some(401));
        let found = account(&app, ann.user.id).await;
        assert_eq!((found.state, found.active_until), (AccountState::Expired, Some(end)));
        assert_eq!(members(&app, papers.id).await, ["ann"], "memberships stay");

        let path = format!("/api/v1/users/{}", ann.user.id);
        let endless = app.owner.request(Method::PATCH, &path).json(&json!({"active_until": null}));
        assert_eq!(answer(endless).await.0, 200);
        assert_eq!((me_by_key(&app, key).await, me_by_key(&app, &named).await), (200, 200), "at the next request");
        assert!(app.anonymous().sign_in("ann", PASSWORD).await.is_ok());
        let found = account(&app, ann.user.id).await;
        assert_eq!((found.state, found.active_until), (AccountState::Active, None));
        // What says nothing of the end leaves it alone.
        let end = ahead(Duration::from_hours(1));
        users.update(ann.user.id, &UserUpdate::default().active_until(Some(end))).await.unwrap();
        users.update(ann.user.id, &UserUpdate::default().first_name("Ann")).await.unwrap();
        assert_eq!(account(&app, ann.user.id).await.active_until, Some(end));
    }

    async fn a_user_can_have_an_end_from_the_start(engine: Engine) {
        let app = TestApp::start(engine).await;
        let create = |end: &str| {
            let body = json!({"username": "ann", "first_name": "Ann", "password": PASSWORD, "active_until": end});
            answer(app.owner.request(Method::POST, "/api/v1/users").json(&body))
        };
        assert_eq!(create("2020-01-01").await, past());
        let message = "Input should be a moment as 2026-12-31T18:00:00Z, in UTC where it has no offset, or a date";
        let expected = invalid(&[("datetime_parsing", json!(["body", "active_until"]), message)]);
        assert_eq!(create("tomorrow").await, expected);
        let (status, ann) = create("2090-01-01T00:00:00+02:00").await;
        assert_eq!((status, ann.get("active_until")), (201, None), "a user has exactly Argilla's fields");
        let path = format!("/api/v1/users/{}", ann["id"].as_str().unwrap());
        let (_, user) = answer(app.owner.get(&format!("{path}?include=account"))).await;
        assert_eq!(user["account"]["active_until"], json!("2089-12-31T22:00:00"));
        let update = |end: &str| answer(app.owner.request(Method::PATCH, &path).json(&json!({"active_until": end})));
        assert_eq!(update("2020-01-01T00:00:00Z").await, past());
        assert_eq!(update("tomorrow").await, expected);
        assert_eq!(answer(app.owner.get(&format!("{path}?include=account"))).await.1, user, "nothing has changed");
        assert_eq!(me_by_key(&app, ann["api_key"].as_str().unwrap()).await, 200);
    }

    async fn a_membership_ends_by_itself(engine: Engine) {
        let app = TestApp::start(engine).await;
        let papers = app.workspace("papers").await;
        let beta = app.workspace("beta").await;
        let ann = app.member("ann", Role::Annotator, &beta).await;
        let path = format!("/api/v1/workspaces/{}", papers.id);
        let workspaces = app.owner.client.workspaces();
        let end = ahead(SHORTLY);
        workspaces.add_user_until(papers.id, ann.user.id, end).await.unwrap();
        assert_eq!(answer(ann.get(&path)).await.0, 200);
        assert_eq!(team_names(&ann.client).await, ["papers", "beta"]);
        until(403, || ann.get(&path)).await;
        assert!(ahead(Duration::ZERO) >= end, "not before");
        assert_eq!(answer(ann.get(&path)).await, forbidden());
        assert_eq!(team_names(&ann.client).await, ["beta"]);
        assert_eq!(answer(ann.get("/api/workspaces")).await.1.as_array().unwrap().len(), 1);
        let reached = app.owner.client.users().workspaces(ann.user.id).await.unwrap();
        assert_eq!(reached.len(), 1);
        // Owners see that it was there, and when it ended.
        assert_eq!(members(&app, papers.id).await, ["ann"]);
        let found = account(&app, ann.user.id).await;
        assert_eq!(found.workspaces, ["beta", "papers"]);
        let ends: Vec<_> = found.temporary.iter().map(|end| (end.workspace.as_str(), end.active_until)).collect();
        assert_eq!(ends, [("papers", end)]);

        let limit = async |body: Value| {
            let path = format!("{path}/users/{}", ann.user.id);
            answer(app.owner.request(Method::PATCH, &path).json(&body)).await
        };
        let (status, user) = limit(json!({"active_until": null})).await;
        assert_eq!((status, &user["username"]), (200, &json!("ann")));
        assert_eq!(answer(ann.get(&path)).await.0, 200, "at the next request");
        assert_eq!(account(&app, ann.user.id).await.temporary, []);
        let end = ahead(SHORTLY);
        assert_eq!(limit(json!({"active_until": ochre_dto::time::format(end)})).await.0, 200);
        assert_eq!(answer(ann.get(&path)).await.0, 200);
        until(403, || ann.get(&path)).await;
        assert!(ahead(Duration::ZERO) >= end, "not before");
        assert_eq!(team_names(&ann.client).await, ["beta"]);
        assert!(ann.client.me().await.is_ok());

        // Who is no member any more can be added, as if there had been no membership.
        assert_eq!(workspaces.add_user(papers.id, ann.user.id).await.unwrap().id, ann.user.id);
        assert_eq!(answer(ann.get(&path)).await.0, 200, "at the next request");
        assert_eq!(account(&app, ann.user.id).await.temporary, []);
        assert!(workspaces.add_user(papers.id, ann.user.id).await.is_err(), "a member is not added twice");
    }

    async fn the_end_of_a_membership_is_a_moment_to_come(engine: Engine) {
        let app = TestApp::start(engine).await;
        let papers = app.workspace("papers").await;
        let (ann, bob) = (app.person("ann", Role::Annotator).await, app.member("bob", Role::Admin, &papers).await);
        let add = |end: &str| {
            let body = json!({"user_id": ann.user.id, "active_until": end});
            answer(app.owner.request(Method::POST, &format!("/api/v1/workspaces/{}/users", papers.id)).json(&body))
        };
        assert_eq!(add("2020-01-01").await, past());
        assert_eq!(add("tomorrow").await.0, 422);
        assert_eq!(members(&app, papers.id).await, ["bob"]);
        let limit = |person: &Person, user: Uuid, body: Value| {
            let path = format!("/api/v1/workspaces/{}/users/{user}", papers.id);
            answer(person.request(Method::PATCH, &path).json(&body))
        };
        let (workspace, user) = (papers.id, ann.user.id);
        let absent = format!("WorkspaceUser not found filtering by workspace_id={workspace}, user_id={user}");
        assert_eq!(limit(&app.owner, user, json!({"active_until": null})).await, sentence(404, &absent));
        assert_eq!(limit(&app.owner, bob.user.id, json!({"active_until": "2020-01-01"})).await, past());
        let missing = invalid(&[("missing", json!(["body", "active_until"]), "Field required")]);
        assert_eq!(limit(&app.owner, bob.user.id, json!({})).await, missing);
        assert_eq!(limit(&bob, bob.user.id, json!({"active_until": null})).await, forbidden());
        assert_eq!(add("2090-01-01").await.0, 201);
        let found = account(&app, ann.user.id).await;
        assert_eq!(ochre_dto::time::format(found.temporary[0].active_until), "2090-01-01T00:00:00");
        assert_eq!(account(&app, bob.user.id).await.temporary, []);
    }

    async fn a_deleted_user_comes_back_whole(engine: Engine) {
        let app = TestApp::start(engine).await;
        let (papers, beta) = (app.workspace("papers").await, app.workspace("beta").await);
        let ann = app.member("ann", Role::Admin, &papers).await;
        let end = ahead(Duration::from_hours(1));
        app.owner.client.workspaces().add_user_until(beta.id, ann.user.id, end).await.unwrap();
        let (token, named) = (bearer(&app, "ann", PASSWORD).await, named_key(&ann).await);
        let deleted = app.owner.client.users().delete(ann.user.id).await.unwrap();
        assert_eq!(deleted, ann.user);
        assert_eq!((me_by_key(&app, &ann.user.api_key).await, me_by_key(&app, &named).await), (401, 401));
        assert_eq!(members(&app, papers.id).await, [] as [&str; 0]);

        let entry = trashed(&app, "ann").await;
        assert_eq!((entry.kind, entry.subject_id, entry.memberships), (TrashKind::User, ann.user.id, 2));
        assert_eq!(entry.deleted_by.as_deref(), Some("argilla"));
        assert_eq!((entry.expires_at - entry.deleted_at).num_days(), 7);
        let (_, list) = answer(app.owner.get("/api/v1/trash")).await;
        assert!(!list.to_string().contains(&ann.user.api_key) && !list.to_string().contains("argon2"));

        let (status, restored) = restore(&app, entry.id).await;
        assert_eq!((status, &restored["id"], &restored["name"]), (200, &json!(entry.id), &json!("ann")));
        assert_eq!(ann.client.me().await.unwrap(), ann.user, "id, role and key are those of before");
        assert_eq!(team_names(&ann.client).await, ["papers", "beta"]);
        let ends = account(&app, ann.user.id).await.temporary;
        assert_eq!((ends.len(), ends[0].active_until), (1, end));
        assert_eq!((me_by_token(&app, &token).await, me_by_key(&app, &named).await), (401, 401));
        assert_eq!(ann.client.account().keys().await.unwrap(), []);
        assert_eq!(ann.client.account().sessions().await.unwrap(), []);
        assert!(app.anonymous().sign_in("ann", PASSWORD).await.is_ok());
        assert_eq!(restore(&app, entry.id).await, not_in_the_trash(entry.id));
        assert_eq!(app.owner.client.trash().list().await.unwrap(), []);
    }

    async fn a_deleted_user_leaves_name_and_id_at_once_and_takes_nothing_from_others(engine: Engine) {
        let app = TestApp::start(engine).await;
        let users = app.owner.client.users();
        let ann = app.person("ann", Role::Annotator).await;
        users.delete(ann.user.id).await.unwrap();
        let entry = trashed(&app, "ann").await;
        let other = users.create(&UserCreate::new("ann", PASSWORD).id(ann.user.id)).await.unwrap();
        assert_eq!((other.id, other.username.as_str()), (ann.user.id, "ann"));
        assert_ne!(other.api_key, ann.user.api_key);
        assert_eq!(me_by_key(&app, &ann.user.api_key).await, 401);
        assert_eq!(restore(&app, entry.id).await, name_taken("ann"));
        users.update(other.id, &UserUpdate::default().username("bob")).await.unwrap();
        assert_eq!(restore(&app, entry.id).await, id_taken());
        assert_eq!(users.get(other.id).await.unwrap().api_key, other.api_key, "nothing has changed");
        assert_eq!(trashed(&app, "ann").await, entry, "it is still there");
        users.delete(other.id).await.unwrap();
        assert_eq!(restore(&app, entry.id).await.0, 200);
        assert_eq!(ann.client.me().await.unwrap(), ann.user);
        assert_eq!(trashed(&app, "bob").await.subject_id, other.id);
    }

    async fn what_went_meanwhile_does_not_hinder_a_restored_user(engine: Engine) {
        let app = TestApp::start(engine).await;
        let (papers, beta) = (app.workspace("papers").await, app.workspace("beta").await);
        let ann = app.member("ann", Role::Annotator, &papers).await;
        app.owner.client.workspaces().add_user(beta.id, ann.user.id).await.unwrap();
        // Also who has deleted it may be gone.
        let boss = app.person("boss", Role::Owner).await;
        boss.client.users().delete(ann.user.id).await.unwrap();
        app.owner.client.users().delete(boss.user.id).await.unwrap();
        app.owner.client.workspaces().delete(papers.id).await.unwrap();
        let entry = trashed(&app, "ann").await;
        assert_eq!((entry.deleted_by.as_deref(), entry.memberships), (None, 2));
        let list = app.owner.client.trash().list().await.unwrap();
        let names: Vec<_> = list.into_iter().map(|entry| entry.name).collect();
        assert_eq!(names, ["papers", "boss", "ann"], "the latest comes first");
        assert_eq!(restore(&app, entry.id).await.0, 200);
        assert_eq!(team_names(&ann.client).await, ["beta"]);
        // The workspace comes back with those whom it had when it was deleted.
        assert_eq!(restore(&app, trashed(&app, "papers").await.id).await.0, 200);
        assert_eq!(team_names(&ann.client).await, ["beta"]);
    }

    async fn what_is_purged_does_not_come_back(engine: Engine) {
        let app = TestApp::start(engine).await;
        let ann = app.person("ann", Role::Annotator).await;
        app.owner.client.users().delete(ann.user.id).await.unwrap();
        let entry = trashed(&app, "ann").await;
        let path = format!("/api/v1/trash/{}", entry.id);
        let bob = app.person("bob", Role::Admin).await;
        assert_eq!(answer(bob.request(Method::DELETE, &path)).await, forbidden());
        assert_eq!(answer(bob.request(Method::POST, &format!("{path}/restore"))).await, forbidden());
        assert_eq!(answer(bob.get("/api/v1/trash")).await, forbidden());
        assert_eq!(answer(app.owner.request(Method::DELETE, &path)).await.0, 204);
        assert_eq!(answer(app.owner.request(Method::DELETE, &path)).await, not_in_the_trash(entry.id));
        assert_eq!(restore(&app, entry.id).await, not_in_the_trash(entry.id));
        assert_eq!(answer(app.owner.get("/api/v1/trash")).await, (200, json!({"items": [], "next_cursor": null})));
        assert_eq!(me_by_key(&app, &ann.user.api_key).await, 401);
    }

    async fn a_deleted_workspace_comes_back_with_those_who_are_still_there(engine: Engine) {
        let app = TestApp::start(engine).await;
        let workspaces = app.owner.client.workspaces();
        let papers = app.workspace("papers").await;
        let ann = app.member("ann", Role::Annotator, &papers).await;
        let bob = app.member("bob", Role::Admin, &papers).await;
        assert_eq!(ann.client.workspaces().get(papers.id).await.unwrap(), papers);
        assert_eq!(workspaces.delete(papers.id).await.unwrap(), papers);
        assert_eq!(ann.client.workspaces().get(papers.id).await.unwrap_err().status(), Some(403));
        assert_eq!(team_names(&ann.client).await, [] as [&str; 0]);
        let entry = trashed(&app, "papers").await;
        assert_eq!((entry.kind, entry.subject_id, entry.memberships), (TrashKind::Workspace, papers.id, 2));
        // Name and id are free.
        let other = WorkspaceCreate { id: Some(papers.id), name: "papers".to_owned() };
        workspaces.create_with(&other).await.unwrap();
        assert_eq!(members(&app, papers.id).await, [] as [&str; 0], "the new one is another one");
        assert_eq!(restore(&app, entry.id).await, name_taken("papers"));
        workspaces.rename(papers.id, "other").await.unwrap();
        assert_eq!(restore(&app, entry.id).await, id_taken());
        workspaces.delete(papers.id).await.unwrap();
        app.owner.client.users().delete(bob.user.id).await.unwrap();
        assert_eq!(restore(&app, entry.id).await.0, 200);
        assert_eq!(workspaces.get(papers.id).await.unwrap(), papers);
        assert_eq!(members(&app, papers.id).await, ["ann"]);
        assert_eq!(ann.client.workspaces().get(papers.id).await.unwrap(), papers, "at the next request");
        assert_eq!(team_names(&ann.client).await, ["papers"]);
    }

    async fn who_is_pruned_goes_into_the_trash(engine: Engine) {
        let app = TestApp::start(engine).await;
        let papers = app.workspace("papers").await;
        let ann = app.member("ann", Role::Annotator, &papers).await;
        let bob = app.person("bob", Role::Admin).await;
        let team = json!({"version": 1, "users": [{"username": "argilla"}], "prune": "users"});
        assert_eq!(answer(app.owner.request(Method::POST, "/api/v1/team/apply").json(&team)).await.0, 200);
        assert_eq!((me_by_key(&app, &ann.user.api_key).await, me_by_key(&app, &bob.user.api_key).await), (401, 401));
        for person in [&ann, &bob] {
            let entry = trashed(&app, &person.user.username).await;
            assert_eq!(restore(&app, entry.id).await.0, 200);
            assert_eq!(person.client.me().await.unwrap(), person.user);
        }
        assert_eq!(team_names(&ann.client).await, ["papers"]);
        // As does who is deleted in the words of Argilla 1.x.
        let old = format!("/api/users/{}", ann.user.id);
        assert_eq!(answer(app.owner.request(Method::DELETE, &old)).await.0, 200);
        assert_eq!(trashed(&app, "ann").await.memberships, 1);
    }

    async fn a_preview_counts_what_would_go(engine: Engine) {
        let app = TestApp::start(engine).await;
        let (papers, beta) = (app.workspace("papers").await, app.workspace("beta").await);
        let ann = app.member("ann", Role::Annotator, &papers).await;
        app.owner.client.workspaces().add_user(beta.id, ann.user.id).await.unwrap();
        bearer(&app, "ann", PASSWORD).await;
        named_key(&ann).await;
        let users = app.owner.client.users();
        // Of links, those that are open.
        for _ in 0..2 {
            users.create_reset_link(ann.user.id, &ResetLinkCreate::default()).await.unwrap();
        }
        let user = format!("/api/v1/users/{}/deletion", ann.user.id);
        let counts = json!({"memberships": 2, "sessions": 1, "keys": 1, "links": 1});
        assert_eq!(answer(app.owner.get(&user)).await, (200, counts));
        let workspace = format!("/api/v1/workspaces/{}/deletion", papers.id);
        let counts = json!({"memberships": 1, "sessions": 0, "keys": 0, "links": 0});
        assert_eq!(answer(app.owner.get(&workspace)).await, (200, counts));
        assert!(ann.client.me().await.is_ok() && app.owner.client.trash().list().await.unwrap().is_empty());

        let bob = app.member("bob", Role::Admin, &papers).await;
        for path in [&user, &workspace] {
            assert_eq!(answer(bob.get(path)).await, forbidden(), "{path}");
        }
        let nobody = Uuid::from_u128(1);
        let absent = sentence(404, &format!("User with id `{nobody}` not found"));
        assert_eq!(answer(app.owner.get(&format!("/api/v1/users/{nobody}/deletion"))).await, absent);
        let absent = sentence(404, &format!("Workspace with id `{nobody}` not found"));
        assert_eq!(answer(app.owner.get(&format!("/api/v1/workspaces/{nobody}/deletion"))).await, absent);
    }

    async fn a_workspace_gets_another_name(engine: Engine) {
        let app = TestApp::start(engine).await;
        let papers = app.workspace("papers").await;
        let other = app.workspace("other").await;
        let admin = app.member("admin", Role::Admin, &papers).await;
        let rename = |person: &Person, id: Uuid, name: &str| {
            answer(person.request(Method::PATCH, &format!("/api/v1/workspaces/{id}")).json(&json!({"name": name})))
        };
        let (status, same) = rename(&app.owner, papers.id, "papers").await;
        assert_eq!((status, &same), (200, &json!(papers)), "no change, no new moment");
        let (status, renamed) = rename(&app.owner, papers.id, "preprints").await;
        assert_eq!((status, &renamed["id"], &renamed["name"]), (200, &json!(papers.id), &json!("preprints")));
        assert_eq!(renamed["inserted_at"], same["inserted_at"]);
        assert_ne!(renamed["updated_at"], same["updated_at"]);
        assert_eq!(team_names(&admin.client).await, ["preprints"]);
        assert_eq!(account(&app, admin.user.id).await.workspaces, ["preprints"]);
        assert_eq!(rename(&app.owner, papers.id, "other").await, sentence(409, "Workspace name `other` is not unique"));
        assert_eq!(rename(&admin, papers.id, "mine").await, forbidden());
        let nobody = Uuid::from_u128(1);
        assert_eq!(rename(&admin, nobody, "mine").await, forbidden());
        let absent = sentence(404, &format!("Workspace with id `{nobody}` not found"));
        assert_eq!(rename(&app.owner, nobody, "mine").await, absent);
        let message = "String should have at least 1 character";
        let short = invalid(&[("string_too_short", json!(["body", "name"]), message)]);
        assert_eq!(rename(&app.owner, papers.id, "").await, short);
        assert_eq!(answer(admin.get(&format!("/api/v1/workspaces/{}", papers.id))).await, (200, renamed));
        // The name of before is free.
        assert_eq!(rename(&app.owner, other.id, "papers").await.0, 200);
    }
}
