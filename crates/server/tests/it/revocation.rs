//! What is taken away is gone at the next request of the same process, and within a second in every other one: each way
//! to take something away, against each kind of credential.

use std::time::{Duration, Instant, UNIX_EPOCH};

use ochre_client::{
    Client, KeyCreate, KeyScope, LinkRedeem, Moment, ResetLinkCreate, Role, SessionKind, UserUpdate, Uuid, Workspace,
};
use ochre_testkit::{Engine, PASSWORD, Person, TestApp, TestServer, on_both};
use reqwest::{RequestBuilder, header, redirect::Policy};
use serde_json::Value;

use crate::answer;

/// The longest that another process goes on with what it knows.
const SECOND: Duration = Duration::from_secs(1);
/// What a clock that ticks and a timer that waits may differ by.
const TICK: Duration = Duration::from_millis(50);
/// A name that stands on no page for everybody.
const USERNAME: &str = "wilhelmina";
/// Another one.
const WORKSPACE: &str = "kestrel";
const COOKIE: &str = "ochre_session";

/// A kind of credential.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    ApiKey,
    NamedKey,
    Token,
    Cookie,
}

const KINDS: [Kind; 4] = [Kind::ApiKey, Kind::NamedKey, Kind::Token, Kind::Cookie];

/// What a credential is good for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Worth {
    Nothing,
    Acts { role: Role, member: bool },
}

const BEFORE: Worth = Worth::Acts { role: Role::Annotator, member: true };

/// A way to take something away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Revocation {
    Disabled,
    Deleted,
    OwnPasswordByKey,
    OwnPasswordByToken,
    OwnPasswordOnThePage,
    PasswordByOwner,
    ResetLinkUsed,
    RoleChanged,
    KeyRotatedAtOnce,
    KeyRotatedWithOverlap,
    NamedKeyDeleted,
    TokenSessionEnded,
    WebSessionEnded,
    MembershipLimited,
}

impl Revocation {
    /// What is left of a credential.
    fn leaves(self, kind: Kind) -> Worth {
        // By a password somebody has signed in for a token or in a browser; keys stay when it changes.
        let is_login = matches!(kind, Kind::Token | Kind::Cookie);
        let ended = match self {
            Self::RoleChanged => return Worth::Acts { role: Role::Admin, member: true },
            Self::MembershipLimited => return Worth::Acts { role: Role::Annotator, member: false },
            Self::Disabled | Self::Deleted => true,
            Self::OwnPasswordByKey | Self::PasswordByOwner | Self::ResetLinkUsed => is_login,
            // The login that changes it goes on.
            Self::OwnPasswordByToken | Self::WebSessionEnded => kind == Kind::Cookie,
            Self::OwnPasswordOnThePage | Self::TokenSessionEnded => kind == Kind::Token,
            Self::KeyRotatedAtOnce | Self::KeyRotatedWithOverlap => kind == Kind::ApiKey,
            Self::NamedKeyDeleted => kind == Kind::NamedKey,
        };
        if ended { Worth::Nothing } else { BEFORE }
    }
}

/// Somebody with a credential of each kind, a member of a workspace.
struct Subject {
    person: Person,
    team: Workspace,
    named_key: Uuid,
    /// In the order of [`KINDS`].
    secrets: [String; 4],
}

impl Subject {
    async fn new(app: &TestApp) -> Self {
        let team = app.workspace(WORKSPACE).await;
        let person = app.member(USERNAME, Role::Annotator, &team).await;
        let key = KeyCreate::new("nightly", [KeyScope::Read]);
        let key = person.client.account().create_key(&key).await.unwrap();
        let token = app.anonymous().sign_in(USERNAME, PASSWORD).await.unwrap().access_token;
        let cookie = web_session(app, USERNAME, PASSWORD).await;
        let secrets = [person.user.api_key.clone(), key.secret.unwrap(), token, cookie];
        Self { person, team, named_key: key.id, secrets }
    }

    fn id(&self) -> Uuid {
        self.person.user.id
    }

    fn secret(&self, kind: Kind) -> &str {
        let place = KINDS.iter().position(|known| *known == kind).unwrap();
        &self.secrets[place]
    }

    fn sign(&self, kind: Kind, request: RequestBuilder) -> RequestBuilder {
        let secret = self.secret(kind);
        match kind {
            Kind::ApiKey | Kind::NamedKey => request.header("X-Argilla-Api-Key", secret),
            Kind::Token => request.bearer_auth(secret),
            Kind::Cookie => request.header(header::COOKIE, format!("{COOKIE}={secret}")),
        }
    }

    /// What a credential is good for on a server.
    async fn worth(&self, http: &reqwest::Client, url: &str, kind: Kind) -> Worth {
        let get = |path: &str| answer(self.sign(kind, http.get(format!("{url}{path}"))));
        if kind == Kind::Cookie {
            let (status, page) = get("/").await;
            assert_eq!(status, 200, "{page}");
            return worth_on_page(page.as_str().unwrap());
        }
        let (status, me) = get("/api/v1/me").await;
        if status == 401 {
            return Worth::Nothing;
        }
        assert_eq!((status, &me["username"]), (200, &Value::from(USERNAME)), "{me}");
        let (status, workspaces) = get("/api/v1/me/workspaces").await;
        if status == 401 {
            return Worth::Nothing;
        }
        assert_eq!(status, 200, "{workspaces}");
        let member = workspaces["items"].as_array().unwrap().iter().any(|found| found["name"] == WORKSPACE);
        Worth::Acts { role: serde_json::from_value(me["role"].clone()).unwrap(), member }
    }

    async fn all_worth(&self, http: &reqwest::Client, url: &str) -> [Worth; 4] {
        let mut all = [Worth::Nothing; 4];
        for (place, kind) in KINDS.into_iter().enumerate() {
            all[place] = self.worth(http, url, kind).await;
        }
        all
    }

    /// The own login of a kind.
    async fn session(&self, kind: SessionKind) -> Uuid {
        let sessions = self.person.client.account().sessions().await.unwrap();
        sessions.into_iter().find(|session| session.kind == kind).unwrap().id
    }

    /// Sets another password on the page for that.
    async fn change_password_on_the_page(&self, http: &reqwest::Client, url: &str) {
        let page = format!("{url}/password");
        let (_, form) = answer(self.sign(Kind::Cookie, http.get(&page))).await;
        let csrf = hidden(form.as_str().unwrap(), "csrf");
        let form = [
            ("csrf", csrf.as_str()),
            ("current", PASSWORD),
            ("password", "a new password"),
            ("again", "a new password"),
        ];
        let request = http.post(&page).header("Sec-Fetch-Site", "same-origin").form(&form);
        let (status, page) = answer(self.sign(Kind::Cookie, request)).await;
        assert_eq!(status, 303, "{page}");
    }
}

/// What the first page tells of whoever sees it.
fn worth_on_page(page: &str) -> Worth {
    if !page.contains(USERNAME) {
        return Worth::Nothing;
    }
    let (_, rest) = page.split_once("<dt>Role</dt><dd>").unwrap();
    let (role, _) = rest.split_once("</dd>").unwrap();
    Worth::Acts { role: serde_json::from_value(role.into()).unwrap(), member: page.contains(WORKSPACE) }
}

/// The value of a hidden field of a form.
fn hidden(page: &str, name: &str) -> String {
    let begin = format!("<input type=\"hidden\" name=\"{name}\" value=\"");
    let (_, rest) = page.split_once(&begin).unwrap_or_else(|| panic!("no field {name}: {page}"));
    rest.split_once('"').unwrap().0.to_owned()
}

/// A client for raw requests, which shows redirects as they are.
fn http() -> reqwest::Client {
    reqwest::Client::builder().redirect(Policy::none()).build().unwrap()
}

/// Signs in as a browser does; the value of the session's cookie.
pub(crate) async fn web_session(app: &TestApp, username: &str, password: &str) -> String {
    let (http, page) = (http(), format!("{}/sign-in", app.url()));
    let (_, form) = answer(http.get(&page)).await;
    let csrf = hidden(form.as_str().unwrap(), "csrf");
    let form = [("username", username), ("password", password), ("csrf", csrf.as_str())];
    let request = http.post(&page).header("Sec-Fetch-Site", "same-origin").form(&form);
    let answer = request.send().await.unwrap();
    assert_eq!(answer.status().as_u16(), 303);
    let cookies = answer.headers().get_all(header::SET_COOKIE).iter().map(|cookie| cookie.to_str().unwrap());
    let mut pairs = cookies.filter_map(|cookie| cookie.split(';').next()?.split_once('='));
    pairs.find(|(name, _)| *name == COOKIE).unwrap().1.to_owned()
}

/// The moment so much later than now, for the server.
fn moment_in(wait: Duration) -> Moment {
    #[expect(clippy::disallowed_methods, reason = "a moment that comes while the test waits")]
    let now = std::time::SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    ochre_dto::time::from_micros(i64::try_from((now + wait).as_micros()).unwrap())
}

/// Two servers over one database, and somebody to take something away from.
struct Scene {
    app: TestApp,
    other: TestServer,
    subject: Subject,
    http: reqwest::Client,
}

impl Scene {
    async fn new(engine: Engine) -> Self {
        let app = TestApp::start_with(engine, &[("login-throttle", "off")]).await;
        let other = TestServer::start(&app.database, &[]).await;
        let subject = Subject::new(&app).await;
        Self { app, other, subject, http: http() }
    }

    /// What the credentials are good for on both servers: on the one that hears of changes, and on the other one.
    async fn both(&self) -> [[Worth; 4]; 2] {
        let here = self.subject.all_worth(&self.http, self.app.url()).await;
        [here, self.subject.all_worth(&self.http, &self.other.url).await]
    }

    /// Takes it away, over the first server. What ends by itself has ended when this returns.
    async fn apply(&self, revocation: Revocation) {
        let subject = &self.subject;
        let (id, own) = (subject.id(), subject.person.client.account());
        let owner = &self.app.owner.client;
        match revocation {
            Revocation::Disabled => {
                owner.users().disable(id).await.unwrap();
            }
            Revocation::Deleted => {
                owner.users().delete(id).await.unwrap();
            }
            Revocation::OwnPasswordByKey => own.change_password(PASSWORD, "a new password").await.unwrap(),
            Revocation::OwnPasswordByToken => {
                // As it goes over the wire: the SDK makes a client from a whole login, not from its token alone.
                let body = serde_json::json!({"current_password": PASSWORD, "new_password": "a new password"});
                let request = self.http.post(format!("{}/api/v1/me/password", self.app.url())).json(&body);
                assert_eq!(answer(subject.sign(Kind::Token, request)).await.0, 204);
            }
            Revocation::OwnPasswordOnThePage => {
                subject.change_password_on_the_page(&self.http, self.app.url()).await;
            }
            Revocation::PasswordByOwner => {
                let change = UserUpdate::default().password("another password");
                owner.users().update(id, &change).await.unwrap();
            }
            Revocation::ResetLinkUsed => {
                let link = owner.users().create_reset_link(id, &ResetLinkCreate::default()).await.unwrap();
                let with = LinkRedeem { password: "a later password".into(), ..LinkRedeem::default() };
                assert!(self.app.anonymous().links().redeem(&link.url, &with).await.unwrap().is_none());
            }
            Revocation::RoleChanged => {
                owner.users().update(id, &UserUpdate::default().role(Role::Admin)).await.unwrap();
            }
            Revocation::KeyRotatedAtOnce => {
                let rotated = owner.users().rotate_key(id, Some(Duration::ZERO)).await.unwrap();
                self.accepts(&rotated.api_key).await;
            }
            Revocation::KeyRotatedWithOverlap => {
                let rotated = own.rotate_key(Some(SECOND)).await.unwrap();
                self.accepts(&rotated.api_key).await;
                self.wait_for_the_end().await;
            }
            Revocation::NamedKeyDeleted => own.delete_key(subject.named_key).await.unwrap(),
            Revocation::TokenSessionEnded => {
                own.end_session(subject.session(SessionKind::Token).await).await.unwrap();
            }
            Revocation::WebSessionEnded => {
                own.end_session(subject.session(SessionKind::Web).await).await.unwrap();
            }
            Revocation::MembershipLimited => {
                let end = Some(moment_in(SECOND));
                owner.workspaces().update_user(subject.team.id, id, end).await.unwrap();
                self.wait_for_the_end().await;
            }
        }
    }

    /// A new key is good at once, on the server that made it.
    async fn accepts(&self, key: &str) {
        let client = Client::builder(self.app.url()).api_key(key).build().unwrap();
        assert_eq!(client.me().await.unwrap().username, USERNAME);
    }

    /// Waits until the second that was granted is over. Before, everything was as it had been.
    async fn wait_for_the_end(&self) {
        let granted = Instant::now();
        let meanwhile = self.both().await;
        // A machine that took too long to ask has nothing to say.
        if granted.elapsed() < SECOND / 2 {
            assert_eq!(meanwhile, [[BEFORE; 4]; 2], "it has not ended yet");
        }
        tokio::time::sleep((SECOND + TICK).saturating_sub(granted.elapsed())).await;
    }

    async fn stop(self) {
        self.other.stop().await;
        self.app.server.stop().await;
    }
}

/// Takes something away from somebody whose credentials both servers know, and looks at what is left of each.
async fn revoke(engine: Engine, revocation: Revocation) {
    let scene = Scene::new(engine).await;
    let expected = KINDS.map(|kind| revocation.leaves(kind));
    // Asked twice, so that what is known is known from the servers' memory.
    for _ in 0..2 {
        assert_eq!(scene.both().await, [[BEFORE; 4]; 2]);
    }

    scene.apply(revocation).await;
    let revoked = Instant::now();
    let at_once = scene.subject.all_worth(&scene.http, scene.app.url()).await;
    assert_eq!(at_once, expected, "{revocation:?}: {KINDS:?} at the next request");

    // The other server is asked all the time: what it remembers is in use, and must be renewed all the same.
    while revoked.elapsed() < SECOND {
        // What it answers meanwhile may be of before, of afterwards, or of the moment in between.
        scene.subject.all_worth(&scene.http, &scene.other.url).await;
        tokio::time::sleep(TICK).await;
    }
    assert_eq!(scene.both().await, [expected; 2], "{revocation:?}: {KINDS:?} after a second");
    scene.stop().await;
}

on_both! {
    async fn a_disabled_user_is_out_whatever_the_credential(engine: Engine) {
        revoke(engine, Revocation::Disabled).await;
    }

    async fn a_deleted_user_is_out_whatever_the_credential(engine: Engine) {
        revoke(engine, Revocation::Deleted).await;
    }

    async fn an_own_password_changed_by_a_key_ends_every_login(engine: Engine) {
        revoke(engine, Revocation::OwnPasswordByKey).await;
    }

    async fn an_own_password_changed_by_a_token_ends_every_other_login(engine: Engine) {
        revoke(engine, Revocation::OwnPasswordByToken).await;
    }

    async fn an_own_password_changed_on_the_page_ends_every_other_login(engine: Engine) {
        revoke(engine, Revocation::OwnPasswordOnThePage).await;
    }

    async fn a_password_that_an_owner_sets_ends_every_login(engine: Engine) {
        revoke(engine, Revocation::PasswordByOwner).await;
    }

    async fn a_password_set_by_a_link_ends_every_login(engine: Engine) {
        revoke(engine, Revocation::ResetLinkUsed).await;
    }

    async fn another_role_counts_for_every_credential(engine: Engine) {
        revoke(engine, Revocation::RoleChanged).await;
    }

    async fn a_key_that_is_rotated_without_overlap_ends_at_once(engine: Engine) {
        revoke(engine, Revocation::KeyRotatedAtOnce).await;
    }

    async fn a_key_that_is_rotated_ends_with_its_overlap(engine: Engine) {
        revoke(engine, Revocation::KeyRotatedWithOverlap).await;
    }

    async fn a_named_key_that_is_deleted_ends_alone(engine: Engine) {
        revoke(engine, Revocation::NamedKeyDeleted).await;
    }

    async fn a_tokens_login_ends_alone(engine: Engine) {
        revoke(engine, Revocation::TokenSessionEnded).await;
    }

    async fn a_browsers_login_ends_alone(engine: Engine) {
        revoke(engine, Revocation::WebSessionEnded).await;
    }

    async fn a_membership_that_has_ended_counts_for_no_credential(engine: Engine) {
        revoke(engine, Revocation::MembershipLimited).await;
    }
}
