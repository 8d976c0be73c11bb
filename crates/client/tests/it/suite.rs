//! What the SDK does with any server of Argilla's API 2.x. It runs against a started Ochre server, and where the variable
//! `OCHRE_TEST_ARGILLA` holds the address of a real Argilla server (`cargo xtask compat`), against that.

use ochre_client::{
    Client, Error, Role, Sort, User, UserCreate, UserQuery, UserUpdate, Uuid, Workspace, WorkspaceCreate,
};
use ochre_testkit::{Engine, TestApp};

const PASSWORD: &str = "12345678";

/// A server, and names that no other test uses there.
struct Stage {
    client: Client,
    name: String,
    /// The started server, where it is not Argilla's own.
    app: Option<TestApp>,
}

impl Stage {
    async fn new(name: &str) -> Self {
        #[expect(clippy::disallowed_methods, reason = "the tests' own setting")]
        let argilla = std::env::var("OCHRE_TEST_ARGILLA").ok();
        let app = if argilla.is_none() { Some(TestApp::start(Engine::Sqlite).await) } else { None };
        let url = app.as_ref().map(|app| app.url().to_owned()).or(argilla).unwrap();
        let client = Client::builder(url).api_key("argilla.apikey").build().unwrap();
        Self { client, name: name.to_owned(), app }
    }

    fn named(&self, what: &str) -> String {
        format!("{}-{what}", self.name)
    }

    async fn user(&self, what: &str, role: Role) -> User {
        let new = UserCreate::new(self.named(what), PASSWORD).role(role);
        self.client.users().create(&new).await.unwrap()
    }

    async fn workspace(&self, what: &str) -> Workspace {
        self.client.workspaces().create(&self.named(what)).await.unwrap()
    }

    fn as_user(&self, user: &User) -> Client {
        Client::builder(self.client.url()).api_key(&user.api_key).build().unwrap()
    }
}

fn names(users: &[User]) -> Vec<&str> {
    users.iter().map(|user| user.username.as_str()).collect()
}

#[tokio::test]
async fn a_user_is_created_found_changed_and_deleted() {
    let stage = Stage::new("life").await;
    let users = stage.client.users();
    let id = Uuid::from_u128(0x4000_8000_0000_0000_0001);
    let new = UserCreate::new(stage.named("ada"), PASSWORD).first_name("Ada").last_name("L").role(Role::Admin).id(id);
    let ada = users.create(&new).await.unwrap();
    assert_eq!(
        (ada.id, ada.first_name.as_str(), ada.last_name.as_deref(), ada.role),
        (id, "Ada", Some("L"), Role::Admin)
    );
    assert!(users.create(&new).await.unwrap_err().is_conflict());
    assert_eq!(users.get(id).await.unwrap(), ada);
    assert_eq!(users.find(&stage.named("ada")).await.unwrap(), Some(ada.clone()));
    assert_eq!(users.find(&stage.named("nobody")).await.unwrap(), None);
    assert_eq!(users.find("").await.unwrap(), None, "nobody has no name");
    assert!(users.exists(id).await.unwrap() && !users.exists(Uuid::from_u128(7)).await.unwrap());
    assert!(users.list().await.unwrap().contains(&ada));

    let bob = stage.user("bob", Role::Annotator).await;
    let taken = UserUpdate::default().username(&ada.username);
    assert!(bob.update(&taken).await.unwrap_err().is_conflict());
    let changes =
        UserUpdate::default().username(stage.named("bobby")).role(Role::Admin).last_name("B").first_name("Bob");
    let bob = bob.update(&changes).await.unwrap();
    assert_eq!(
        (bob.username.as_str(), bob.role, bob.last_name.as_deref()),
        (stage.named("bobby").as_str(), Role::Admin, Some("B"))
    );
    assert_eq!(bob.update(&UserUpdate::default().without_last_name()).await.unwrap().last_name, None);
    bob.update(&UserUpdate::default().password("another password")).await.unwrap();
    assert!(stage.client.sign_in(&bob.username, "another password").await.is_ok());
    assert!(stage.client.sign_in(&bob.username, PASSWORD).await.unwrap_err().is_denied());

    assert_eq!(ada.delete().await.unwrap().id, id);
    assert!(users.get(id).await.unwrap_err().is_not_found());
    assert!(ada.delete().await.unwrap_err().is_not_found());
}

#[tokio::test]
async fn a_workspace_has_members() {
    let stage = Stage::new("team").await;
    let workspaces = stage.client.workspaces();
    let papers = stage.workspace("papers").await;
    let with_id = WorkspaceCreate { id: Some(Uuid::from_u128(0x4000_8000_0000_0000_0002)), name: stage.named("other") };
    let other = workspaces.create_with(&with_id).await.unwrap();
    assert!(workspaces.create(&papers.name).await.unwrap_err().is_conflict());
    assert_eq!(workspaces.get(&papers).await.unwrap(), papers);
    assert_eq!(workspaces.find(&papers.name).await.unwrap(), Some(papers.clone()));
    assert_eq!(workspaces.find(&stage.named("nowhere")).await.unwrap(), None);
    assert_eq!(workspaces.find("").await.unwrap(), None);
    assert!(workspaces.list().await.unwrap().contains(&other));
    let (ada, bob) = (stage.user("ada", Role::Annotator).await, stage.user("bob", Role::Admin).await);
    assert_eq!(papers.users().await.unwrap(), []);
    assert_eq!(bob.add_to_workspace(&papers).await.unwrap().id, bob.id);
    assert_eq!(papers.add_user(&ada).await.unwrap().id, ada.id);
    assert!(papers.add_user(ada.id).await.unwrap_err().is_conflict());
    assert_eq!(papers.add_user(Uuid::from_u128(7)).await.unwrap_err().status(), Some(422));
    assert_eq!(names(&papers.users().await.unwrap()), [bob.username.as_str(), ada.username.as_str()]);
    assert_eq!(ada.workspaces().await.unwrap(), std::slice::from_ref(&papers));
    assert_eq!(stage.as_user(&ada).my_workspaces().await.unwrap(), std::slice::from_ref(&papers));
    assert_eq!(ada.remove_from_workspace(&papers).await.unwrap().id, ada.id);
    assert!(papers.remove_user(&ada).await.unwrap_err().is_not_found());
    assert_eq!(papers.delete().await.unwrap(), papers);
    assert!(!workspaces.exists(&papers).await.unwrap());
}

#[tokio::test]
async fn lists_are_searched_filtered_and_sorted() {
    let stage = Stage::new("list").await;
    let papers = stage.workspace("papers").await;
    for (name, role) in [("zoe", Role::Annotator), ("Adam", Role::Admin), ("bert", Role::Annotator)] {
        stage.user(name, role).await.add_to_workspace(&papers).await.unwrap();
    }
    let all = async |query: UserQuery| {
        let (mut pages, mut found) = (stage.client.users().pages(query), Vec::new());
        while let Some(user) = pages.next().await.unwrap() {
            found.push(user.username.trim_start_matches("list-").to_owned());
        }
        found
    };
    let ours = || UserQuery::new().search("LIST-").page_size(2);
    assert_eq!(all(ours()).await, ["zoe", "Adam", "bert"], "by creation");
    assert_eq!(all(ours().sort(Sort::Name)).await, ["Adam", "bert", "zoe"]);
    assert_eq!(all(ours().sort(Sort::Name).descending()).await, ["zoe", "bert", "Adam"]);
    assert_eq!(all(ours().role(Role::Admin)).await, ["Adam"]);
    assert_eq!(
        all(UserQuery::new().workspace(&papers.name).role(Role::Annotator).sort(Sort::Name)).await,
        ["bert", "zoe"]
    );
}

#[tokio::test]
async fn who_may_not_is_told_so() {
    let stage = Stage::new("rights").await;
    let ann = stage.user("ann", Role::Annotator).await;
    let client = stage.as_user(&ann);
    assert_eq!(client.me().await.unwrap().id, ann.id);
    let denied = client.users().list().await.unwrap_err();
    assert!(denied.is_denied() && !denied.is_retryable(), "{denied}");
    assert!(client.workspaces().create(&stage.named("mine")).await.unwrap_err().is_denied());
    let stranger = Client::builder(stage.client.url()).api_key("of-nobody").build().unwrap();
    assert_eq!(stranger.me().await.unwrap_err().status(), Some(401));
    let short = stage.client.users().create(&UserCreate::new(stage.named("short"), "1234567")).await.unwrap_err();
    match short {
        Error::Refused(refusal) => assert_eq!((refusal.status, refusal.problems.len()), (422, 1)),
        other => panic!("{other}"),
    }
}

#[tokio::test]
async fn a_password_signs_every_call() {
    let stage = Stage::new("login").await;
    let ann = stage.user("ann", Role::Annotator).await;
    let client = Client::builder(stage.client.url()).password(&ann.username, PASSWORD).build().unwrap();
    assert_eq!(client.me().await.unwrap(), ann);
    let token = stage.client.sign_in(&ann.username, PASSWORD).await.unwrap();
    let by_token = Client::builder(stage.client.url()).token(&token).build().unwrap();
    assert_eq!(by_token.me().await.unwrap(), ann);
    let wrong = Client::builder(stage.client.url()).password(&ann.username, "wrong password").build().unwrap();
    assert!(wrong.me().await.unwrap_err().is_denied());
}

#[tokio::test]
async fn the_server_tells_about_itself() {
    let stage = Stage::new("facts").await;
    let server = stage.client.server();
    assert!(server.version().await.unwrap().version.starts_with("2.8"));
    assert_eq!(server.providers().await.unwrap(), []);
    assert!(server.settings().await.is_ok());
    assert!(server.openapi().await.unwrap()["paths"].is_object());
    assert!(server.docs().await.unwrap().contains("<html"));
    assert!(server.begin_sign_in("nope").await.unwrap_err().is_not_found());
    assert_eq!(stage.client.my_datasets().await.unwrap(), [] as [serde_json::Value; 0]);
    assert_eq!(stage.client.is_ochre().await.unwrap(), stage.app.is_some());
}
