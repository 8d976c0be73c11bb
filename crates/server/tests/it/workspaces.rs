//! Workspaces and their members over HTTP.

use ochre_client::{Role, WorkspaceCreate};
use ochre_testkit::{TestApp, on_both};
use reqwest::Method;
use serde_json::json;

use crate::{answer, forbidden, invalid, sentence};

const UNKNOWN: &str = "ffffffff-ffff-4fff-8fff-ffffffffffff";

on_both! {
    async fn a_workspace_is_created_read_and_deleted(engine: Engine) {
        let app = TestApp::start(engine).await;
        let workspaces = app.owner.client.workspaces();
        let id = ochre_client::Uuid::from_u128(7);
        let alpha = workspaces.create_with(&WorkspaceCreate { id: Some(id), name: "alpha".into() }).await.unwrap();
        assert_eq!((alpha.id, alpha.name.as_str()), (id, "alpha"));
        assert_eq!(alpha.inserted_at, alpha.updated_at);
        assert_eq!(workspaces.get(id).await.unwrap(), alpha);
        assert_eq!(workspaces.users(id).await.unwrap(), [], "creating one adds nobody");
        assert_eq!(workspaces.delete(id).await.unwrap(), alpha);
        let absent = sentence(404, &format!("Workspace with id `{id}` not found"));
        assert_eq!(answer(app.owner.get(&format!("/api/v1/workspaces/{id}"))).await, absent);
        assert_eq!(answer(app.owner.request(Method::DELETE, &format!("/api/v1/workspaces/{id}"))).await, absent);
    }

    async fn any_name_is_accepted_once(engine: Engine) {
        let app = TestApp::start(engine).await;
        let id = app.workspace("alpha").await.id;
        let create = |body| answer(app.owner.request(Method::POST, "/api/v1/workspaces").json(&body));
        for name in [" ", "Alpha", "a/b c?é", "..", "🚀"] {
            assert_eq!(create(json!({"name": name})).await.0, 201, "{name}");
        }
        assert_eq!(create(json!({"name": "alpha"})).await, sentence(409, "Workspace name `alpha` is not unique"));
        let taken = format!("Workspace with id `{id}` is not unique");
        assert_eq!(create(json!({"name": "beta", "id": id})).await, sentence(409, &taken));
        assert_eq!(create(json!({"name": "alpha", "id": id})).await.1["detail"], json!("Workspace name `alpha` is not unique"));
        let short = invalid(&[("string_too_short", json!(["body", "name"]), "String should have at least 1 character")]);
        assert_eq!(create(json!({"name": ""})).await, short);
    }

    async fn members_come_and_go(engine: Engine) {
        let app = TestApp::start(engine).await;
        let alpha = app.workspace("alpha").await;
        let (ann, bob) = (app.person("ann", Role::Annotator).await, app.person("bob", Role::Admin).await);
        let workspaces = app.owner.client.workspaces();
        assert_eq!(workspaces.add_user(alpha.id, bob.user.id).await.unwrap(), bob.user);
        assert_eq!(workspaces.add_user(alpha.id, ann.user.id).await.unwrap(), ann.user);
        assert_eq!(workspaces.users(alpha.id).await.unwrap(), [bob.user.clone(), ann.user.clone()], "by their addition");

        let add = |workspace: &str, user: &str| {
            answer(app.owner.request(Method::POST, &format!("/api/v1/workspaces/{workspace}/users")).json(&json!({"user_id": user})))
        };
        let (w, a) = (alpha.id.to_string(), ann.user.id.to_string());
        let again = format!("Workspace user with workspace_id `{w}` and user_id `{a}` is not unique");
        assert_eq!(add(&w, &a).await, sentence(409, &again));
        assert_eq!(add(&w, UNKNOWN).await, sentence(422, &format!("User with id `{UNKNOWN}` not found")));
        assert_eq!(add(UNKNOWN, &a).await, sentence(404, &format!("Workspace with id `{UNKNOWN}` not found")));

        assert_eq!(workspaces.remove_user(alpha.id, ann.user.id).await.unwrap(), ann.user);
        let absent = format!("WorkspaceUser not found filtering by workspace_id={w}, user_id={a}");
        let remove = app.owner.request(Method::DELETE, &format!("/api/v1/workspaces/{w}/users/{a}"));
        assert_eq!(answer(remove).await, sentence(404, &absent));
        assert_eq!(app.owner.client.users().get(ann.user.id).await.unwrap(), ann.user, "the user stays");
    }

    async fn a_deleted_workspace_takes_its_memberships_along(engine: Engine) {
        let app = TestApp::start(engine).await;
        let alpha = app.workspace("alpha").await;
        let ann = app.member("ann", Role::Annotator, &alpha).await;
        assert_eq!(ann.client.workspaces().get(alpha.id).await.unwrap(), alpha);
        app.owner.client.workspaces().delete(alpha.id).await.unwrap();
        assert_eq!(ann.client.my_workspaces().await.unwrap(), []);
        assert_eq!(answer(ann.get(&format!("/api/v1/workspaces/{}", alpha.id))).await, forbidden());
    }
}

#[tokio::test]
async fn a_stranger_learns_nothing_about_what_exists() {
    let app = TestApp::start(ochre_testkit::Engine::Sqlite).await;
    let alpha = app.workspace("alpha").await;
    let outsider = app.person("outsider", Role::Admin).await;
    for id in [alpha.id.to_string(), UNKNOWN.to_owned()] {
        let path = format!("/api/v1/workspaces/{id}");
        assert_eq!(answer(outsider.get(&path)).await, forbidden());
        assert_eq!(answer(outsider.get(&format!("{path}/users"))).await, forbidden());
        assert_eq!(answer(outsider.request(Method::DELETE, &path)).await, forbidden());
    }
}

#[tokio::test]
async fn datasets_of_a_workspace_are_for_its_members() {
    let app = TestApp::start(ochre_testkit::Engine::Sqlite).await;
    let alpha = app.workspace("alpha").await;
    let ann = app.member("ann", Role::Annotator, &alpha).await;
    let stranger = app.person("stranger", Role::Admin).await;
    let path = |id: &str| format!("/api/v1/me/datasets?workspace_id={id}");
    let of_alpha = path(&alpha.id.to_string());
    let none = (200, json!({"items": []}));
    for person in [&app.owner, &ann] {
        assert_eq!(answer(person.get(&of_alpha)).await, none);
    }
    assert_eq!(answer(stranger.get(&of_alpha)).await, forbidden());
    assert_eq!(answer(ann.get(&path(UNKNOWN))).await, forbidden());
    assert_eq!(answer(stranger.get("/api/v1/me/datasets")).await, none);
    let problem = "Input should be a valid UUID, invalid length: expected length 32 for simple format, found 3";
    let expected = invalid(&[("uuid_parsing", json!(["query", "workspace_id"]), problem)]);
    assert_eq!(answer(ann.get(&path("abc"))).await, expected);
}
