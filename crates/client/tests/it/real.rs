//! Against the real server: pages, teams, and the same plan as where they are made call by call.

use std::collections::HashMap;

use ochre_client::{Client, Prune, Role, Sort, Team, TeamUser, TeamWorkspace, UserQuery, WorkspaceQuery};
use ochre_testkit::{Engine, TestApp};
use serde_json::json;
use wiremock::{
    Mock, MockServer, Request, ResponseTemplate,
    matchers::{method, path, path_regex},
};

/// A server with Argilla's API alone: what Ochre adds answers as it does there, the rest is the real server's.
struct PlainArgilla {
    server: MockServer,
}

impl PlainArgilla {
    async fn before(app: &TestApp) -> Self {
        let server = MockServer::start().await;
        let not_there = json!({"detail": "Not Found"});
        let additions = Mock::given(path_regex("^/api/v1/(team|roles|users/bulk)"));
        additions.respond_with(ResponseTemplate::new(404).set_body_json(&not_there)).mount(&server).await;
        let wrong_verb = ResponseTemplate::new(405).set_body_json(json!({"detail": "Method Not Allowed"}));
        Mock::given(method("GET")).and(path("/api/v1/workspaces")).respond_with(wrong_verb).mount(&server).await;
        let status = ResponseTemplate::new(422).set_body_json(json!({"detail": "no search engine"}));
        Mock::given(path("/api/v1/status")).respond_with(status).mount(&server).await;
        let target = app.url().to_owned();
        let forward = move |request: &Request| forwarded(&target, request);
        Mock::given(wiremock::matchers::any()).respond_with(forward).mount(&server).await;
        Self { server }
    }

    fn client(&self) -> Client {
        Client::builder(self.server.uri()).api_key("argilla.apikey").build().unwrap()
    }
}

/// The real server's answer to a request without its query, which Argilla would ignore.
fn forwarded(target: &str, request: &Request) -> ResponseTemplate {
    let url = format!("{target}{}", request.url.path());
    let (verb, body) = (request.method.clone(), request.body.clone());
    let headers = request.headers.clone();
    let answer = std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let key = headers.get("x-argilla-api-key").cloned().unwrap();
            let verb = reqwest::Method::from_bytes(verb.as_str().as_bytes()).unwrap();
            let http = reqwest::Client::builder().build().unwrap();
            let call = http.request(verb, url).header("x-argilla-api-key", key.as_bytes());
            let answer = call.header("content-type", "application/json").body(body).send().await.unwrap();
            (answer.status().as_u16(), answer.bytes().await.unwrap())
        })
    });
    let (status, body) = answer.join().unwrap();
    ResponseTemplate::new(status).set_body_raw(body.to_vec(), "application/json")
}

fn user(name: &str, role: Option<Role>, workspaces: Option<&[&str]>) -> TeamUser {
    let workspaces = workspaces.map(|names| names.iter().map(|name| (*name).to_owned()).collect());
    TeamUser { username: name.into(), role, workspaces, ..TeamUser::default() }
}

fn team(workspaces: &[&str], users: Vec<TeamUser>) -> Team {
    let workspaces = workspaces.iter().map(|name| TeamWorkspace { name: (*name).into() }).collect();
    Team { workspaces, users, ..Team::default() }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lists_are_the_same_where_the_server_does_not_choose() {
    let app = TestApp::start(Engine::Sqlite).await;
    let papers = app.workspace("Papers").await;
    app.workspace("alpha").await;
    for name in ["Zoe", "adam", "eve"] {
        app.member(name, Role::Annotator, &papers).await;
    }
    app.person("Bert", Role::Admin).await;
    let argilla = PlainArgilla::before(&app).await;
    assert!(app.owner.client.is_ochre().await.unwrap() && !argilla.client().is_ochre().await.unwrap());
    let queries = [
        UserQuery::new(),
        UserQuery::new().sort(Sort::Name).page_size(2),
        UserQuery::new().sort(Sort::UpdatedAt).descending(),
        UserQuery::new().search("E").sort(Sort::Name),
        UserQuery::new().role(Role::Admin),
        UserQuery::new().workspace("Papers").role(Role::Annotator).sort(Sort::Name),
        UserQuery::new().workspace(papers.id.to_string()),
        UserQuery::new().username("Zoe"),
    ];
    for query in queries {
        let mut lists = Vec::new();
        for client in [app.owner.client.clone(), argilla.client()] {
            let (mut pages, mut names) = (client.users().pages(query.clone()), Vec::new());
            while let Some(user) = pages.next().await.unwrap() {
                names.push(user.username.clone());
            }
            lists.push(names);
        }
        assert!(!lists[0].is_empty());
        assert_eq!(lists[0], lists[1], "{query:?}");
    }
    for query in [WorkspaceQuery::new().sort(Sort::Name).page_size(1), WorkspaceQuery::new().search("P").descending()] {
        let mut lists = Vec::new();
        for client in [app.owner.client.clone(), argilla.client()] {
            let (mut pages, mut names) = (client.workspaces().pages(query.clone()), Vec::new());
            while let Some(workspace) = pages.next().await.unwrap() {
                names.push(workspace.name.clone());
            }
            lists.push(names);
        }
        assert_eq!(lists[0], lists[1], "{query:?}");
    }
    let nowhere = UserQuery::new().workspace("nowhere");
    assert!(app.owner.client.users().pages(nowhere.clone()).next().await.is_err());
    assert!(argilla.client().users().pages(nowhere).next().await.unwrap_err().is_not_found());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_may_not_list_all_users_lists_those_of_a_workspace() {
    let app = TestApp::start(Engine::Sqlite).await;
    let papers = app.workspace("papers").await;
    let admin = app.member("admin", Role::Admin, &papers).await;
    app.member("ann", Role::Annotator, &papers).await;
    let query = UserQuery::new().workspace("papers").role(Role::Annotator);
    let mut pages = admin.client.users().pages(query);
    assert_eq!(pages.next().await.unwrap().unwrap().username, "ann");
    assert_eq!(pages.next().await.unwrap(), None);
    let mut all = admin.client.users().pages(UserQuery::new());
    assert!(all.next().await.unwrap_err().is_denied());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_plan_call_by_call_is_the_servers_plan() {
    let app = TestApp::start(Engine::Sqlite).await;
    let papers = app.workspace("papers").await;
    app.workspace("images").await;
    app.member("ada", Role::Annotator, &papers).await;
    app.member("eve", Role::Admin, &papers).await;
    let argilla = PlainArgilla::before(&app).await;
    let own = || user("argilla", None, None);
    let named = TeamUser {
        first_name: Some(" Ada ".into()),
        last_name: Some("L".into()),
        ..user("ada", Some(Role::Owner), Some(&[]))
    };
    for (team, prune) in [
        (team(&[], vec![]), Prune::None),
        (team(&["new"], vec![own(), user("ada", None, Some(&["images", "new", "images"]))]), Prune::None),
        (team(&["papers"], vec![own(), named]), Prune::Memberships),
        (team(&[], vec![own(), user("bob", Some(Role::Admin), Some(&["papers"]))]), Prune::Users),
        (team(&[], vec![user("argilla", Some(Role::Admin), None), user("bob", Some(Role::Owner), None)]), Prune::None),
    ] {
        let servers = app.owner.client.team().plan(&team, prune).await.unwrap();
        let ours = argilla.client().team().plan(&team, prune).await.unwrap();
        assert_eq!((ours.changes, &ours.entries), (servers.changes, &servers.entries), "{team:?}");
    }
    for (team, prune) in [
        (team(&["a", "a"], vec![]), Prune::None),
        (team(&[], vec![own(), own()]), Prune::None),
        (team(&[], vec![user("ada", None, Some(&["nowhere"]))]), Prune::None),
        (team(&[], vec![user("argilla", Some(Role::Admin), None)]), Prune::None),
        (team(&[], vec![user("bob", Some(Role::Owner), None)]), Prune::Users),
        (Team { version: 2, ..Team::default() }, Prune::None),
    ] {
        for client in [app.owner.client.clone(), argilla.client()] {
            assert!(client.team().plan(&team, prune).await.is_err(), "{team:?}");
            assert!(client.team().apply(&team, prune).await.is_err(), "{team:?}");
        }
    }
    let export = app.owner.client.team().export().await.unwrap();
    assert_eq!(argilla.client().team().export().await.unwrap(), export);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_team_is_applied_call_by_call_and_again_after_a_failure() {
    let app = TestApp::start(Engine::Sqlite).await;
    let papers = app.workspace("papers").await;
    app.member("ada", Role::Annotator, &papers).await;
    app.person("gone", Role::Annotator).await;
    let argilla = PlainArgilla::before(&app).await;
    let client = argilla.client();
    let desired = team(
        &["papers", "images"],
        vec![
            user("argilla", None, None),
            user("ada", Some(Role::Owner), Some(&["images"])),
            user("eve", None, Some(&["papers"])),
        ],
    );
    let passwords = HashMap::from([("eve".to_owned(), "the password of eve".to_owned())]);
    // The name is longer than the server takes: the call fails in the middle.
    let mut bad = desired.clone();
    bad.users[2].first_name = Some("x".repeat(501));
    let error = client.team().apply_in_steps(&bad, Prune::Users, &passwords, |_, _| {}).await.unwrap_err();
    assert!(
        error.to_string().starts_with("stopped after 1 of 6 changes, and can be run again: first_name: "),
        "{error}"
    );

    let mut heard = Vec::new();
    let done =
        client.team().apply_in_steps(&desired, Prune::Users, &passwords, |n, of| heard.push((n, of))).await.unwrap();
    assert_eq!((done.changes, heard), (5, (1..=5).map(|n| (n, 5)).collect::<Vec<_>>()));
    assert_eq!(client.team().plan(&desired, Prune::Users).await.unwrap().changes, 0);
    assert!(app.anonymous().sign_in("eve", "the password of eve").await.is_ok());
    let mut names: Vec<_> =
        app.owner.client.users().list().await.unwrap().iter().map(|user| user.username.clone()).collect();
    names.sort();
    assert_eq!(names, ["ada", "argilla", "eve"]);

    // Whoever steps down does so last, when everything else is done.
    let ada = client.users().find("ada").await.unwrap().unwrap();
    let handover = team(&[], vec![user("argilla", Some(Role::Annotator), None), user("ada", Some(Role::Owner), None)]);
    let done = client.team().apply_in_steps(&handover, Prune::Users, &passwords, |_, _| {}).await.unwrap();
    assert_eq!(done.changes, 2);
    let ada = Client::builder(app.url()).api_key(&ada.api_key).build().unwrap();
    assert_eq!(ada.team().plan(&handover, Prune::Users).await.unwrap().changes, 0);
    assert!(client.users().list().await.unwrap_err().is_denied());
}
