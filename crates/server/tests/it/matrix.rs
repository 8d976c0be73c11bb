//! The authorization matrix: every operation of the OpenAPI document, for everybody who could call it.
//!
//! `matrix.txt` is the reviewed outcome. An operation without an entry in [`Operation::of`] fails the test, and so does
//! one whose outcome is not what the policy's row says.

use std::fmt::Write as _;

use ochre_client::{Client, Existing, KeyCreate, KeyScope, Role, TeamUser, User, UserUpdate, Uuid};
use ochre_domain::policy::{
    Action, Cell, InvitationAction, Need, Row, TeamAction, TrashAction, UserAction, WorkspaceAction,
};
use ochre_testkit::{Engine, PASSWORD, Person, TestApp};
use reqwest::{Method, RequestBuilder, header::AUTHORIZATION};
use serde_json::{Value, json};

const KEY: &str = "X-Argilla-Api-Key";

const CALLERS: &[&str] = &[
    "owner",
    "admin/member",
    "admin/stranger",
    "annotator/member",
    "annotator/stranger",
    "self",
    "anonymous",
    "bad key",
    "ended session",
    "disabled",
    "expired",
    "due",
    "read key",
    "manage key",
    "limited key",
];

/// What an operation is about.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Subject {
    Server,
    User,
    Workspace,
    /// Whoever calls.
    Caller,
}

/// The policy's row for an operation, as a function of nothing but the table.
#[derive(Clone, Copy)]
enum Policy {
    /// Everybody, signed in or not.
    Public,
    Row {
        row: Row,
        need: Need,
        before: bool,
        subject: Subject,
    },
}

impl Policy {
    fn of(action: impl Action, subject: Subject) -> Self {
        let (row, need, before) = (action.row(), action.need(), action.comes_before_password_change());
        Self::Row { row, need, before, subject }
    }
}

struct Operation {
    method: Method,
    path: String,
    body: Option<Value>,
    policy: Policy,
    /// The status where the policy allows it.
    success: u16,
}

/// What a single cell of the matrix works with: everything in it may be destroyed.
struct Scene {
    workspace: Uuid,
    target: User,
    spare: Uuid,
    number: usize,
}

impl Operation {
    /// As [`Operation::of`], for what Argilla's API has not.
    fn addition(id: &str, scene: &Scene) -> Option<Self> {
        let whole = |action: TeamAction| Policy::of(action, Subject::Server);
        let desired = json!({"version": 1, "users": [{"username": format!("new-{}", scene.number)}]});
        let own = |action: UserAction| Policy::of(action, Subject::Server);
        let name = format!("new-{}", scene.number);
        let (get, post) = (Method::GET, Method::POST);
        let (method, path, body, policy, success) = match id {
            "create_users" => {
                (post, "users/bulk", Some(json!({"users": [{"username": name}]})), own(UserAction::Create), 201)
            }
            "list_workspaces" => {
                let policy = Policy::of(WorkspaceAction::ListOwn, Subject::Server);
                (get, "workspaces?limit=1", None, policy, 200)
            }
            "export_team" => (get, "team", None, whole(TeamAction::Export), 200),
            "plan_team" => (post, "team/plan", Some(desired), whole(TeamAction::Plan), 200),
            "apply_team" => (post, "team/apply", Some(desired), whole(TeamAction::Apply), 200),
            "list_roles" => (get, "roles", None, Policy::Public, 200),
            _ => return None,
        };
        Some(Self { method, path: format!("/api/v1/{path}"), body, policy, success })
    }

    /// The call for an operation; `None` for one that has no entry yet.
    fn of(id: &str, scene: &Scene) -> Option<Self> {
        Self::argilla(id, scene).or_else(|| Self::addition(id, scene)).or_else(|| Self::account(id, scene))
    }

    /// As [`Operation::of`], for accounts, keys, links and the trash. What does not exist is 404 for whoever may ask.
    fn account(id: &str, scene: &Scene) -> Option<Self> {
        let (w, u, n) = (scene.workspace, scene.target.id, scene.number);
        let nothing = Uuid::from_u128(u128::MAX);
        let me = |action: UserAction| Policy::of(action, Subject::Caller);
        let user = |action: UserAction| Policy::of(action, Subject::User);
        let team = |action: WorkspaceAction| Policy::of(action, Subject::Workspace);
        let invitations = |action: InvitationAction| Policy::of(action, Subject::Server);
        let trash = |action: TrashAction| Policy::of(action, Subject::Server);
        let (get, post, change, delete) = (Method::GET, Method::POST, Method::PATCH, Method::DELETE);
        let passwords = json!({"current_password": "wrong password", "new_password": "a later password"});
        let key = json!({"name": format!("key-{n}"), "scopes": ["read"]});
        let identity = json!({"issuer": "https://id.example.org", "subject": n.to_string()});
        let (method, path, body, policy, success) = match id {
            "update_me" => (change, "me".to_owned(), Some(json!({})), me(UserAction::UpdateSelf), 200),
            "change_my_password" => {
                (post, "me/password".to_owned(), Some(passwords), me(UserAction::ChangeOwnPassword), 422)
            }
            "list_my_sessions" => (get, "me/sessions".to_owned(), None, me(UserAction::OwnSessions), 200),
            "end_my_session" => (delete, format!("me/sessions/{nothing}"), None, me(UserAction::OwnSessions), 404),
            "logout" => (post, "logout".to_owned(), None, me(UserAction::SignOut), 204),
            "rotate_my_key" => (post, "me/api-key/rotate".to_owned(), None, me(UserAction::RotateApiKey), 201),
            "list_my_keys" => (get, "me/keys".to_owned(), None, me(UserAction::ManageKeys), 200),
            "create_my_key" => (post, "me/keys".to_owned(), Some(key), me(UserAction::MintKey), 201),
            "delete_my_key" => (delete, format!("me/keys/{nothing}"), None, me(UserAction::ManageKeys), 404),
            "list_my_identities" => (get, "me/identities".to_owned(), None, me(UserAction::ListIdentities), 200),
            "rotate_user_key" => (post, format!("users/{u}/api-key/rotate"), None, user(UserAction::RotateApiKey), 201),
            "list_user_keys" => (get, format!("users/{u}/keys"), None, user(UserAction::ManageKeys), 200),
            "delete_user_key" => (delete, format!("users/{u}/keys/{nothing}"), None, user(UserAction::ManageKeys), 404),
            "list_user_identities" => {
                (get, format!("users/{u}/identities"), None, user(UserAction::ListIdentities), 200)
            }
            "create_user_identity" => {
                (post, format!("users/{u}/identities"), Some(identity), user(UserAction::LinkIdentities), 201)
            }
            "delete_user_identity" => {
                (delete, format!("users/{u}/identities/{nothing}"), None, user(UserAction::LinkIdentities), 404)
            }
            "disable_user" => (post, format!("users/{u}/disable"), None, user(UserAction::Disable), 200),
            "enable_user" => (post, format!("users/{u}/enable"), None, user(UserAction::Disable), 200),
            "list_reset_links" => (get, format!("users/{u}/reset-link"), None, user(UserAction::SetPassword), 200),
            "create_reset_link" => (post, format!("users/{u}/reset-link"), None, user(UserAction::SetPassword), 201),
            "delete_reset_links" => (delete, format!("users/{u}/reset-link"), None, user(UserAction::SetPassword), 204),
            "list_invitations" => (get, "invitations".to_owned(), None, invitations(InvitationAction::List), 200),
            "create_invitation" => {
                let body = Some(json!({"role": "annotator"}));
                (post, "invitations".to_owned(), body, invitations(InvitationAction::Create), 201)
            }
            "delete_invitation" => {
                (delete, format!("invitations/{nothing}"), None, invitations(InvitationAction::Withdraw), 404)
            }
            "get_link" => (get, "links/nothing".to_owned(), None, Policy::Public, 404),
            "redeem_link" => {
                (post, "links/nothing".to_owned(), Some(json!({"password": PASSWORD})), Policy::Public, 404)
            }
            "preview_user_deletion" => (get, format!("users/{u}/deletion"), None, user(UserAction::Delete), 200),
            "preview_workspace_deletion" => {
                (get, format!("workspaces/{w}/deletion"), None, team(WorkspaceAction::Delete), 200)
            }
            "list_trash" => (get, "trash".to_owned(), None, trash(TrashAction::List), 200),
            "restore_trash" => (post, format!("trash/{nothing}/restore"), None, trash(TrashAction::Restore), 404),
            "delete_trash" => (delete, format!("trash/{nothing}"), None, trash(TrashAction::Purge), 404),
            "update_workspace" => {
                let body = Some(json!({"name": format!("renamed-{n}")}));
                (change, format!("workspaces/{w}"), body, team(WorkspaceAction::Rename), 200)
            }
            "update_workspace_user" => {
                let body = Some(json!({"active_until": null}));
                (change, format!("workspaces/{w}/users/{u}"), body, team(WorkspaceAction::LimitMember), 200)
            }
            _ => return None,
        };
        Some(Self { method, path: format!("/api/v1/{path}"), body, policy, success })
    }

    /// As [`Operation::of`], for what Argilla's API has.
    fn argilla(id: &str, scene: &Scene) -> Option<Self> {
        let (w, u) = (scene.workspace, scene.target.id);
        let user = |action: UserAction, subject| Policy::of(action, subject);
        let team = |action: WorkspaceAction, subject| Policy::of(action, subject);
        let new_user = json!({"first_name": "N", "username": format!("new-{}", scene.number), "password": PASSWORD});
        let new_workspace = json!({"name": format!("new-{}", scene.number)});
        let (get, post, delete) = (Method::GET, Method::POST, Method::DELETE);
        let (method, path, body, policy, success) = match id {
            "create_token" => (post, "/token".to_owned(), None, Policy::Public, 422),
            "refresh_token" => (post, "/token/refresh".to_owned(), None, Policy::Public, 422),
            "get_me" => (get, "/me".to_owned(), None, user(UserAction::ReadSelf, Subject::Server), 200),
            "list_my_workspaces" => {
                (get, "/me/workspaces".to_owned(), None, team(WorkspaceAction::ListOwn, Subject::Server), 200)
            }
            "list_my_datasets" => {
                (get, "/me/datasets".to_owned(), None, team(WorkspaceAction::ListOwn, Subject::Server), 200)
            }
            "list_users" => (get, "/users".to_owned(), None, user(UserAction::List, Subject::Server), 200),
            "create_user" => {
                (post, "/users".to_owned(), Some(new_user), user(UserAction::Create, Subject::Server), 201)
            }
            "get_user" => (get, format!("/users/{u}"), None, user(UserAction::Read, Subject::User), 200),
            "update_user" => {
                let body = Some(json!({"first_name": "Changed"}));
                (Method::PATCH, format!("/users/{u}"), body, user(UserAction::Update, Subject::User), 200)
            }
            "delete_user" => (delete, format!("/users/{u}"), None, user(UserAction::Delete, Subject::User), 200),
            "list_user_workspaces" => {
                (get, format!("/users/{u}/workspaces"), None, user(UserAction::ListWorkspaces, Subject::User), 200)
            }
            "create_workspace" => {
                let policy = team(WorkspaceAction::Create, Subject::Server);
                (post, "/workspaces".to_owned(), Some(new_workspace), policy, 201)
            }
            "get_workspace" => {
                (get, format!("/workspaces/{w}"), None, team(WorkspaceAction::Read, Subject::Workspace), 200)
            }
            "delete_workspace" => {
                (delete, format!("/workspaces/{w}"), None, team(WorkspaceAction::Delete, Subject::Workspace), 200)
            }
            "list_workspace_users" => {
                let policy = team(WorkspaceAction::ListMembers, Subject::Workspace);
                (get, format!("/workspaces/{w}/users"), None, policy, 200)
            }
            "add_workspace_user" => {
                let policy = team(WorkspaceAction::AddMember, Subject::Workspace);
                (post, format!("/workspaces/{w}/users"), Some(json!({"user_id": scene.spare})), policy, 201)
            }
            "remove_workspace_user" => {
                let policy = team(WorkspaceAction::RemoveMember, Subject::Workspace);
                (delete, format!("/workspaces/{w}/users/{u}"), None, policy, 200)
            }
            "get_version" => (get, "/version".to_owned(), None, Policy::Public, 200),
            "get_status" => (get, "/status".to_owned(), None, Policy::Public, 200),
            "get_settings" => (get, "/settings".to_owned(), None, Policy::Public, 200),
            "list_oauth2_providers" => (get, "/oauth2/providers".to_owned(), None, Policy::Public, 200),
            "begin_oauth2" => (get, "/oauth2/providers/nope/authentication".to_owned(), None, Policy::Public, 404),
            "finish_oauth2" => (get, "/oauth2/providers/nope/access-token".to_owned(), None, Policy::Public, 404),
            "openapi" => (get, "/openapi.json".to_owned(), None, Policy::Public, 200),
            "docs" => (get, "/docs".to_owned(), None, Policy::Public, 200),
            "docs_file" => (get, "/docs/start.js".to_owned(), None, Policy::Public, 200),
            "legacy_me" => (get, "//api/me".to_owned(), None, user(UserAction::ReadSelf, Subject::Server), 200),
            "legacy_info" => (get, "//api/_info".to_owned(), None, Policy::Public, 200),
            "legacy_status" => (get, "//api/_status".to_owned(), None, Policy::Public, 200),
            "legacy_token" => (post, "//api/security/token".to_owned(), None, Policy::Public, 422),
            "legacy_list_users" => (get, "//api/users".to_owned(), None, user(UserAction::List, Subject::Server), 200),
            "legacy_create_user" => {
                (post, "//api/users".to_owned(), Some(new_user), user(UserAction::Create, Subject::Server), 200)
            }
            "legacy_delete_user" => {
                (delete, format!("//api/users/{u}"), None, user(UserAction::Delete, Subject::User), 200)
            }
            "legacy_list_workspaces" => {
                (get, "//api/workspaces".to_owned(), None, team(WorkspaceAction::ListOwn, Subject::Server), 200)
            }
            "legacy_create_workspace" => {
                let policy = team(WorkspaceAction::Create, Subject::Server);
                (post, "//api/workspaces".to_owned(), Some(new_workspace), policy, 200)
            }
            "legacy_list_members" => {
                let policy = team(WorkspaceAction::ListMembers, Subject::Workspace);
                (get, format!("//api/workspaces/{w}/users"), None, policy, 200)
            }
            "legacy_add_member" => {
                let policy = team(WorkspaceAction::AddMember, Subject::Workspace);
                (post, format!("//api/workspaces/{w}/users/{}", scene.spare), None, policy, 200)
            }
            "legacy_remove_member" => {
                let policy = team(WorkspaceAction::RemoveMember, Subject::Workspace);
                (delete, format!("//api/workspaces/{w}/users/{u}"), None, policy, 200)
            }
            "livez" | "readyz" => (get, format!("//{id}"), None, Policy::Public, 200),
            _ => return None,
        };
        let path = path
            .strip_prefix('/')
            .filter(|path| path.starts_with('/'))
            .map_or_else(|| format!("/api/v1{path}"), str::to_owned);
        Some(Self { method, path, body, policy, success })
    }

    /// What the policy's row says for a caller.
    fn expected(&self, caller: &str) -> u16 {
        let Policy::Row { row, need, before, subject } = self.policy else { return self.success };
        let covered = match caller {
            "due" => before,
            "read key" => matches!(need, Need::Own | Need::Read),
            "manage key" => need != Need::Person,
            "limited key" => need == Need::Own || (need != Need::Person && subject == Subject::Workspace),
            _ => true,
        };
        if !covered {
            return 403;
        }
        let cell = match caller {
            "anonymous" | "bad key" | "ended session" | "disabled" | "expired" => return 401,
            "owner" | "due" | "read key" | "manage key" | "limited key" => row.owner,
            "admin/member" | "admin/stranger" => row.admin,
            _ => row.annotator,
        };
        // The target of the scene is an annotator and a member.
        let member = caller.ends_with("/member") || caller == "self";
        let allowed = match cell {
            Cell::Yes => true,
            Cell::IfMember => subject == Subject::Workspace && member,
            Cell::OnlySelf => subject == Subject::Caller || (subject == Subject::User && caller == "self"),
            Cell::No => false,
        };
        if allowed { self.success } else { 403 }
    }
}

struct Cast {
    people: Vec<(&'static str, Person)>,
    ended: String,
    disabled: Person,
    expired: Person,
    /// Whoever must set another password first.
    due: Person,
    read_key: String,
    manage_key: String,
}

impl Cast {
    async fn new(app: &TestApp) -> Self {
        let mut people = Vec::new();
        for (name, role) in [
            ("admin/member", Role::Admin),
            ("admin/stranger", Role::Admin),
            ("annotator/member", Role::Annotator),
            ("annotator/stranger", Role::Annotator),
        ] {
            people.push((name, app.person(name, role).await));
        }
        let gone = app.person("gone", Role::Owner).await;
        let token = app.anonymous().sign_in("gone", PASSWORD).await.unwrap();
        app.owner.client.users().delete(gone.user.id).await.unwrap();
        let disabled = app.person("disabled", Role::Owner).await;
        app.database.disable(disabled.user.id).await;
        let expired = app.person("expired", Role::Owner).await;
        app.database.expire(expired.user.id).await;
        let due = app.person("due", Role::Owner).await;
        let must = UserUpdate::default().must_change_password(true);
        app.owner.client.users().update(due.user.id, &must).await.unwrap();
        let account = app.owner.client.account();
        let key = async |name: &str, scope| {
            account.create_key(&KeyCreate::new(name, [scope])).await.unwrap().secret.expect("a new key")
        };
        let (read_key, manage_key) = (key("read", KeyScope::Read).await, key("manage", KeyScope::Manage).await);
        let ended = format!("Bearer {}", token.access_token);
        Self { people, ended, disabled, expired, due, read_key, manage_key }
    }

    fn call(&self, app: &TestApp, scene: &Scene, caller: &str, operation: &Operation, limited: &str) -> RequestBuilder {
        let (method, path) = (operation.method.clone(), operation.path.as_str());
        let request = match caller {
            "owner" => app.owner.request(method, path),
            "self" => app.request(method, path).header(KEY, &scene.target.api_key),
            "anonymous" => app.request(method, path),
            "bad key" => app.request(method, path).header(KEY, "not-a-key"),
            "disabled" => self.disabled.request(method, path),
            "expired" => self.expired.request(method, path),
            "due" => self.due.request(method, path),
            "read key" => app.request(method, path).header(KEY, &self.read_key),
            "manage key" => app.request(method, path).header(KEY, &self.manage_key),
            "limited key" => app.request(method, path).header(KEY, limited),
            "ended session" => app.request(method, path).header(AUTHORIZATION, &self.ended),
            name => self.people.iter().find(|(n, _)| *n == name).expect("a caller").1.request(method, path),
        };
        match &operation.body {
            Some(body) => request.json(body),
            None => request,
        }
    }
}

async fn scene(app: &TestApp, cast: &Cast, number: usize) -> Scene {
    let workspace = app.workspace(&format!("w-{number}")).await;
    let owner: &Client = &app.owner.client;
    // Without a password, which would cost more time than all the rest.
    let target = TeamUser {
        username: format!("target-{number}"),
        role: Some(Role::Annotator),
        workspaces: Some(vec![workspace.name.clone()]),
        ..TeamUser::default()
    };
    let mut created = owner.users().create_many(vec![target], Existing::Refuse).await.unwrap();
    let target = created.pop().expect("a new user");
    for (name, person) in &cast.people {
        if name.ends_with("/member") {
            owner.workspaces().add_user(workspace.id, person.user.id).await.unwrap();
        }
    }
    Scene { workspace: workspace.id, target, spare: app.owner.user.id, number }
}

/// A key of the owner that is limited to the scene's workspace, for the caller who has one. The one before it ends.
async fn limited_key(app: &TestApp, scene: &Scene, caller: &str) -> String {
    if caller != "limited key" {
        return String::new();
    }
    let account = app.owner.client.account();
    for key in account.keys().await.unwrap() {
        if key.name == "limited" {
            account.delete_key(key.id).await.unwrap();
        }
    }
    let new = KeyCreate::new("limited", [KeyScope::Manage]).workspaces([scene.workspace.to_string()]);
    account.create_key(&new).await.unwrap().secret.expect("a new key")
}

fn operations() -> Vec<String> {
    let document = serde_json::to_value(ochre_server::openapi()).unwrap();
    let paths = document["paths"].as_object().unwrap();
    let mut ids: Vec<_> = paths
        .values()
        .flat_map(|path| path.as_object().unwrap().values())
        .map(|operation| operation["operationId"].as_str().expect("an id for every operation").to_owned())
        .collect();
    // Those of Argilla 1.x are in no document.
    ids.extend(ochre_server::legacy_operations().into_iter().map(str::to_owned));
    ids.sort();
    ids
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_operation_answers_everybody_as_the_policy_says() {
    // Somebody gets the own password wrong again and again here.
    let app = TestApp::start_with(Engine::Sqlite, &[("login-throttle", "off")]).await;
    let cast = Cast::new(&app).await;
    let mut table = format!("{:<27}", "operation");
    for caller in CALLERS {
        write!(table, " | {caller}").unwrap();
    }
    table.push('\n');
    let mut number = 0;
    for id in operations() {
        write!(table, "{id:<27}").unwrap();
        for caller in CALLERS {
            number += 1;
            let scene = scene(&app, &cast, number).await;
            let operation = Operation::of(&id, &scene)
                .unwrap_or_else(|| panic!("the operation {id} has no entry in the authorization matrix"));
            let limited = limited_key(&app, &scene, caller).await;
            let status = cast.call(&app, &scene, caller, &operation, &limited).send().await.unwrap().status().as_u16();
            assert_eq!(status, operation.expected(caller), "{id} by {caller}");
            write!(table, " | {status:<width$}", width = caller.len()).unwrap();
        }
        table = table.trim_end().to_owned() + "\n";
    }
    let reviewed = include_str!("matrix.txt");
    assert!(table == reviewed, "the matrix has changed; review it and put it into matrix.txt:\n{table}");
}
