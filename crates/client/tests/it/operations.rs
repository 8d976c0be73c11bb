//! Every operation of the OpenAPI document has a method, which sends what the document says.

use std::collections::BTreeSet;

use ochre_client::{
    Client, Existing, IdentityCreate, InvitationCreate, KeyCreate, KeyScope, LinkRedeem, MeUpdate, Moment, Prune,
    ResetLinkCreate, Role, Team, TeamPlan, UserCreate, UserQuery, UserUpdate, Uuid, WorkspaceCreate, WorkspaceQuery,
};
use serde_json::{Value, json};
use wiremock::{Mock, MockServer, Request, ResponseTemplate, matchers::any};

fn me() -> Value {
    json!({"id": Uuid::from_u128(1), "first_name": "A", "last_name": null, "username": "ann", "role": "owner", "api_key": "",
        "inserted_at": "2026-11-22T11:15:09", "updated_at": "2026-11-22T11:15:09"})
}

/// Answers as an Ochre server that knows nothing but itself.
fn answer(request: &Request) -> ResponseTemplate {
    let body = match request.url.path() {
        "/api/v1/status" => json!({"version": "2.8.0", "search_engine": {"name": "ochre", "version": {"number": "1"}},
            "memory": {"rss": "", "vms": "", "shared": "", "text": "", "lib": "", "data": "", "dirty": ""}}),
        "/api/v1/me" => me(),
        _ => return ResponseTemplate::new(418),
    };
    ResponseTemplate::new(200).set_body_json(body)
}

/// Calls every method that sends something. That most answers are refusals does not matter here.
async fn call_everything(client: &Client) {
    let id = Uuid::from_u128(7);
    let (users, workspaces, server) = (client.users(), client.workspaces(), client.server());
    client.sign_in("ann", "12345678").await.unwrap_err();
    client.refresh("token").await.unwrap_err();
    client.me().await.unwrap();
    client.my_workspaces().await.unwrap_err();
    client.my_datasets().await.unwrap_err();
    users.list().await.unwrap_err();
    users.pages(UserQuery::new()).next().await.unwrap_err();
    users.create(&UserCreate::new("ann", "12345678")).await.unwrap_err();
    users.create_many(Vec::new(), Existing::Skip).await.unwrap_err();
    users.get(id).await.unwrap_err();
    users.get_with_account(id).await.unwrap_err();
    users.find("ann").await.unwrap_err();
    users.exists(id).await.unwrap_err();
    users.update(id, &UserUpdate::default()).await.unwrap_err();
    users.delete(id).await.unwrap_err();
    users.workspaces(id).await.unwrap_err();
    workspaces.list().await.unwrap_err();
    workspaces.pages(WorkspaceQuery::new()).next().await.unwrap_err();
    workspaces.create_with(&WorkspaceCreate { id: Some(id), name: "papers".into() }).await.unwrap_err();
    workspaces.get(id).await.unwrap_err();
    workspaces.delete(id).await.unwrap_err();
    workspaces.users(id).await.unwrap_err();
    workspaces.add_user(id, id).await.unwrap_err();
    workspaces.remove_user(id, id).await.unwrap_err();
    call_what_is_ochres_own(client).await;
    client.team().export().await.unwrap_err();
    client.team().plan(&Team::default(), Prune::None).await.unwrap_err();
    client.team().apply(&Team::default(), Prune::None).await.unwrap_err();
    client.team().apply_planned(&Team::default(), Prune::None, &TeamPlan::default()).await.unwrap_err();
    server.roles().await.unwrap_err();
    server.version().await.unwrap_err();
    server.status().await.unwrap();
    server.settings().await.unwrap_err();
    server.providers().await.unwrap_err();
    server.begin_sign_in("some-provider").await.unwrap_err();
    server.finish_sign_in("some-provider", "code", "state").await.unwrap_err();
    server.openapi().await.unwrap_err();
    server.docs().await.unwrap_err();
    server.docs_file("some-file.css").await.unwrap_err();
    server.livez().await.unwrap_err();
    server.readyz().await.unwrap_err();
}

/// The own account, keys, links, accounts that end, and the trash.
async fn call_what_is_ochres_own(client: &Client) {
    let (id, until) = (Uuid::from_u128(7), Moment::default());
    let (account, users, workspaces) = (client.account(), client.users(), client.workspaces());
    account.update(&MeUpdate::default()).await.unwrap();
    account.change_password("12345678", "a long password").await.unwrap_err();
    account.sessions().await.unwrap_err();
    account.end_session(id).await.unwrap_err();
    account.logout().await.unwrap_err();
    account.rotate_key(None).await.unwrap_err();
    account.keys().await.unwrap_err();
    account.create_key(&KeyCreate::new("nightly export", [KeyScope::Read])).await.unwrap_err();
    account.delete_key(id).await.unwrap_err();
    account.identities().await.unwrap_err();
    users.rotate_key(id, None).await.unwrap_err();
    users.keys(id).await.unwrap_err();
    users.delete_key(id, id).await.unwrap_err();
    users.identities(id).await.unwrap_err();
    let identity = IdentityCreate { issuer: "https://id.example".into(), subject: "1".into() };
    users.link_identity(id, &identity).await.unwrap_err();
    users.unlink_identity(id, id).await.unwrap_err();
    users.disable(id).await.unwrap_err();
    users.enable(id).await.unwrap_err();
    users.reset_links(id).await.unwrap_err();
    users.create_reset_link(id, &ResetLinkCreate::default()).await.unwrap_err();
    users.withdraw_reset_links(id).await.unwrap_err();
    users.preview_deletion(id).await.unwrap_err();
    client.invitations().list().await.unwrap_err();
    client.invitations().create(&InvitationCreate::new(Role::Annotator)).await.unwrap_err();
    client.invitations().withdraw(id).await.unwrap_err();
    client.links().get("some-token").await.unwrap_err();
    client.links().redeem("https://ochre.example/some-token", &LinkRedeem::default()).await.unwrap_err();
    client.trash().list().await.unwrap_err();
    client.trash().restore(id).await.unwrap_err();
    client.trash().delete(id).await.unwrap_err();
    workspaces.rename(id, "papers").await.unwrap_err();
    workspaces.preview_deletion(id).await.unwrap_err();
    workspaces.add_user_until(id, id, until).await.unwrap_err();
    workspaces.update_user(id, id, Some(until)).await.unwrap_err();
}

/// What was asked for, as the document writes it: ids are `{…}`.
fn shape(method: &str, path: &str) -> String {
    let id = Uuid::from_u128(7).to_string();
    let named = [id.as_str(), "some-provider", "some-file.css", "some-token"];
    let segment = |segment: &str| if named.contains(&segment) { "{}".to_owned() } else { segment.to_owned() };
    format!("{method} {}", path.split('/').map(segment).collect::<Vec<_>>().join("/"))
}

#[tokio::test]
async fn every_operation_of_the_document_has_a_method() {
    let server = MockServer::start().await;
    Mock::given(any()).respond_with(answer).mount(&server).await;
    let client = Client::builder(server.uri()).api_key("key").build().unwrap();
    call_everything(&client).await;
    let sent = server.received_requests().await.unwrap();
    let sent: BTreeSet<_> = sent.iter().map(|request| shape(request.method.as_str(), request.url.path())).collect();

    let document: Value = serde_json::from_str(include_str!("../../../../docs/reference/openapi.json")).unwrap();
    let mut described = BTreeSet::new();
    for (path, verbs) in document["paths"].as_object().unwrap() {
        let nameless = |segment: &str| if segment.starts_with('{') { "{}".to_owned() } else { segment.to_owned() };
        let path = path.split('/').map(nameless).collect::<Vec<_>>().join("/");
        described.extend(verbs.as_object().unwrap().keys().map(|verb| format!("{} {path}", verb.to_uppercase())));
    }
    let without: Vec<_> = described.difference(&sent).collect();
    assert!(without.is_empty(), "operations without a method: {without:?}");
    let unknown: Vec<_> = sent.difference(&described).collect();
    assert!(unknown.is_empty(), "methods that call what the document does not describe: {unknown:?}");
}
