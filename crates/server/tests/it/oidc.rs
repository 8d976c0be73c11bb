//! Signing in by a real provider: by the API, as Argilla's page does it, and by the server's own pages.
//!
//! The provider is `tests/oidc`, where it is installed (`OCHRE_TEST_OIDC`); `cargo xtask test` installs it, and says aloud when it
//! cannot.

use std::{fs, process::Stdio};

use ochre_client::{Client, IdentityCreate, Role, UserUpdate};
use ochre_testkit::{Engine, OidcProvider, PASSWORD, TestApp, on_both};
use reqwest::Method;
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};

use crate::{
    answer,
    browser::{Browser, Page},
    sentence,
};

const RULES: &str = "[{claim: groups, is: leads, role: owner, workspaces: [papers, reviews]}, \
                     {claim: groups, is: annotators, role: annotator, workspaces: [papers]}]";

/// A server with a provider; its file is in the home directory.
struct Scene {
    provider: OidcProvider,
    app: TestApp,
    config: tempfile::NamedTempFile,
}

impl Scene {
    async fn new(engine: Engine, sync: &str) -> Option<Self> {
        let provider = OidcProvider::start()?;
        let config = tempfile::NamedTempFile::new().unwrap();
        let text = format!(
            "providers:\n  - name: company\n    label: The company\n    issuer: {}\n    client_id: ochre\n    client_secret: \
             ochre-secret\n    scopes: [openid, profile, email, groups]\n    sync: {sync}\n    rules: {RULES}\n",
            provider.issuer
        );
        fs::write(config.path(), text).unwrap();
        let path = config.path().display().to_string();
        let app = TestApp::start_with(engine, &[("oidc-config", &path), ("login-throttle", "off")]).await;
        provider.register(&format!("{}/oauth/company/callback", app.url())).await;
        Some(Self { provider, app, config })
    }

    fn path(&self, path: &str) -> String {
        format!("{}{path}", self.app.url())
    }

    /// Signs in at the provider as one of its accounts, and brings back what the browser is sent to.
    async fn visit(&self, browser: &mut Browser, begin: &str, account: &str) -> Page {
        let begin = self.path(&format!("{begin}?login_hint={account}"));
        browser.follow(&begin, &self.path("/oauth/company/callback")).await
    }

    /// A sign-in by the API: status and body.
    async fn sign_in(&self, account: &str) -> (u16, Value) {
        let mut browser = Browser::new();
        let page = self.visit(&mut browser, "/api/v1/oauth2/providers/company/authentication", account).await;
        let query = page.location.expect("a way back").query().unwrap_or_default().to_owned();
        self.finish(&mut browser, &query).await
    }

    async fn finish(&self, browser: &mut Browser, query: &str) -> (u16, Value) {
        let url = self.path(&format!("/api/v1/oauth2/providers/company/access-token?{query}"));
        let page = browser.get(&url).await;
        (page.status.as_u16(), serde_json::from_str(&page.text).unwrap_or(Value::String(page.text)))
    }

    /// A client that is signed in as one of the provider's accounts.
    async fn client(&self, account: &str) -> Client {
        let (status, token) = self.sign_in(account).await;
        assert_eq!(status, 200, "{token}");
        let token = serde_json::from_value(token).unwrap();
        Client::builder(self.app.url()).token(&token).build().unwrap()
    }

    async fn workspaces_of(&self, client: &Client) -> Vec<String> {
        let mut names: Vec<_> =
            client.my_workspaces().await.unwrap().iter().map(|workspace| workspace.name.clone()).collect();
        names.sort();
        names
    }
}

fn not_linked(name: &str) -> (u16, Value) {
    let detail = format!(
        "An account named `{name}` exists here and is not linked to this account at the provider. Its own password, or an owner, \
         links the two"
    );
    sentence(403, &detail)
}

on_both! {
    async fn whoever_comes_for_the_first_time_gets_what_the_first_rule_says(engine: Engine) {
        let Some(scene) = Scene::new(engine, "first").await else { return };
        let providers = answer(scene.app.request(Method::GET, "/api/v1/oauth2/providers")).await;
        assert_eq!(providers, (200, json!({"items": [{"name": "company"}]})));
        let ada = scene.client("ada").await;
        let me = ada.me().await.unwrap();
        assert_eq!((me.username.as_str(), me.role), ("ada", Role::Annotator));
        assert_eq!(scene.workspaces_of(&ada).await, ["papers"]);
        let account = scene.app.owner.client.users().get_with_account(me.id).await.unwrap().account.clone().unwrap();
        assert!(!account.has_password, "nobody signs in by a password that nobody knows");
        let again = scene.client("ada").await.me().await.unwrap();
        assert_eq!(again.id, me.id);
        assert_eq!(scene.sign_in("nobody").await, sentence(403, "This account at the provider gives no access here"));
        assert_eq!(scene.app.owner.client.users().find("nobody").await.unwrap(), None);
    }

    async fn who_begins_twice_at_the_same_first_moment_is_let_in_both_times(engine: Engine) {
        let Some(scene) = Scene::new(engine, "login").await else { return };
        let (one, two) = tokio::join!(scene.client("ada"), scene.client("ada"));
        assert_eq!(one.me().await.unwrap().id, two.me().await.unwrap().id);
        assert_eq!(scene.workspaces_of(&one).await, ["papers"]);
        assert_eq!(scene.app.owner.client.users().list().await.unwrap().len(), 2);
    }

    async fn a_strangers_account_of_the_same_name_or_mail_gets_nowhere_near_a_user(engine: Engine) {
        let Some(scene) = Scene::new(engine, "login").await else { return };
        let ada = scene.app.person("ada", Role::Admin).await;
        scene.app.person("Eve-1", Role::Admin).await;
        // The name and the mail address of a local user, and a name that differs in letter case alone.
        for account in ["mallory", "ada"] {
            assert_eq!(scene.sign_in(account).await, not_linked("ada"), "{account}");
        }
        assert_eq!(scene.sign_in("eve").await, not_linked("EVE-1"));
        assert_eq!(scene.app.owner.client.users().list().await.unwrap().len(), 3, "nobody came");
        let now = scene.app.owner.client.users().get(ada.user.id).await.unwrap();
        assert_eq!((now.role, now.updated_at), (Role::Admin, ada.user.updated_at));
        assert_eq!(scene.app.owner.client.users().identities(ada.user.id).await.unwrap(), []);
        assert_eq!(ada.client.account().sessions().await.unwrap(), []);

        // A mail address alone is nothing at all: another name is another user.
        scene.provider.set_account("double", &json!({
            "sub": "double-1", "preferred_username": "double", "email": "ada@example.org", "email_verified": true,
            "groups": ["annotators"]
        })).await;
        let double = scene.client("double").await.me().await.unwrap();
        assert_ne!(double.id, ada.user.id);

        // Once the true account is linked, the impostor still is nobody.
        let linked = IdentityCreate { issuer: scene.provider.issuer.clone(), subject: "ada-1".into() };
        scene.app.owner.client.users().link_identity(ada.user.id, &linked).await.unwrap();
        assert_eq!(scene.client("ada").await.me().await.unwrap().id, ada.user.id);
        assert_eq!(scene.sign_in("mallory").await, not_linked("ada"));
    }

    async fn rules_count_at_every_login_or_at_the_first_alone(engine: Engine) {
        for (sync, role, workspaces) in
            [("login", Role::Annotator, vec!["papers"]), ("first", Role::Owner, vec!["argilla", "papers", "reviews"])]
        {
            let Some(scene) = Scene::new(engine, sync).await else { return };
            let grace = scene.client("grace").await;
            assert_eq!(grace.me().await.unwrap().role, Role::Owner);
            let claims = json!({"sub": "grace-2", "preferred_username": "grace", "groups": ["annotators"]});
            scene.provider.set_account("grace", &claims).await;
            let grace = scene.client("grace").await;
            assert_eq!(grace.me().await.unwrap().role, role, "{sync}");
            assert_eq!(scene.workspaces_of(&grace).await, workspaces, "{sync}");
        }
    }

    async fn the_last_owner_stays_one_whatever_the_rules_say(engine: Engine) {
        let Some(scene) = Scene::new(engine, "login").await else { return };
        let grace = scene.client("grace").await;
        let demoted = UserUpdate::default().role(Role::Annotator);
        grace.users().update(scene.app.owner.user.id, &demoted).await.unwrap();
        let claims = json!({"sub": "grace-2", "preferred_username": "grace", "groups": ["annotators"]});
        scene.provider.set_account("grace", &claims).await;
        assert_eq!(scene.client("grace").await.me().await.unwrap().role, Role::Owner);
    }

    async fn who_cannot_sign_in_here_cannot_by_a_provider_either(engine: Engine) {
        let Some(scene) = Scene::new(engine, "first").await else { return };
        let ada = scene.client("ada").await;
        let id = ada.me().await.unwrap().id;
        let users = scene.app.owner.client.users();
        users.disable(id).await.unwrap();
        assert_eq!(scene.sign_in("ada").await.0, 401);
        assert_eq!(ada.me().await.unwrap_err().status(), Some(401));
        users.enable(id).await.unwrap();
        let ada = scene.client("ada").await;
        // Unlinked, the account is a stranger's again, and what it has signed in ends.
        let identity = users.identities(id).await.unwrap().pop().unwrap();
        users.unlink_identity(id, identity.id).await.unwrap();
        assert_eq!(ada.me().await.unwrap_err().status(), Some(401));
        assert_eq!(scene.sign_in("ada").await, not_linked("ada"));
        // A restored user has its accounts at providers again.
        let linked = IdentityCreate { issuer: scene.provider.issuer.clone(), subject: "ada-1".into() };
        users.link_identity(id, &linked).await.unwrap();
        users.delete(id).await.unwrap();
        let trash = scene.app.owner.client.trash();
        trash.restore(trash.list().await.unwrap()[0].id).await.unwrap();
        assert_eq!(scene.client("ada").await.me().await.unwrap().id, id);
    }
}

#[tokio::test]
async fn what_the_browser_brings_back_must_be_of_its_own_sign_in() {
    let Some(scene) = Scene::new(Engine::Sqlite, "first").await else { return };
    let begin = "/api/v1/oauth2/providers/company/authentication";
    let mut browser = Browser::new();
    let page = scene.visit(&mut browser, begin, "ada").await;
    let back = page.location.unwrap();
    let query = back.query().unwrap().to_owned();
    let value = |name: &str| back.query_pairs().find(|(key, _)| key == name).unwrap().1.into_owned();
    let (code, state) = (value("code"), value("state"));
    let missing = |name: &str| sentence(422, &format!("'{name}' parameter was not found in callback request"));
    let foreign = || sentence(422, "'state' parameter does not match");
    assert_eq!(scene.finish(&mut browser, &format!("state={state}")).await, missing("code"));
    assert_eq!(scene.finish(&mut browser, &format!("code={code}")).await, missing("state"));
    assert_eq!(scene.finish(&mut browser, &format!("code={code}&state=x")).await, foreign());
    assert_eq!(scene.finish(&mut browser, &format!("{query}&iss=https://evil.example")).await, foreign());
    // Another browser, with no sign-in, or one of its own.
    assert_eq!(scene.finish(&mut Browser::new(), &query).await, foreign());
    let mut other = Browser::new();
    scene.visit(&mut other, begin, "grace").await;
    assert_eq!(scene.finish(&mut other, &query).await, foreign());
    // A cookie that was made up.
    let mut forged = Browser::new();
    forged.set_cookie(scene.app.url(), "company_oauth2_state", "AAAA");
    assert_eq!(scene.finish(&mut forged, &query).await, foreign());
    // The provider declined.
    let declined = scene.finish(&mut browser, &format!("error=access_denied&state={state}")).await;
    assert_eq!(declined, sentence(401, "the provider refused: access_denied"));
    // The true one, once.
    let cookie = browser.cookie("company_oauth2_state").unwrap().to_owned();
    assert_eq!(scene.finish(&mut browser, &query).await.0, 200);
    assert_eq!(browser.cookie("company_oauth2_state"), None, "it is forgotten");
    browser.set_cookie(scene.app.url(), "company_oauth2_state", &cookie);
    assert_eq!(scene.finish(&mut browser, &query).await.0, 401, "a code counts once");

    for path in ["authentication", "access-token"] {
        let unknown = answer(scene.app.request(Method::GET, &format!("/api/v1/oauth2/providers/nope/{path}"))).await;
        assert_eq!(unknown, sentence(404, "OAuth Provider 'nope' not found"));
    }
}

#[tokio::test]
async fn a_sign_in_leaves_with_a_state_a_nonce_and_a_challenge_of_its_own() {
    let Some(scene) = Scene::new(Engine::Sqlite, "first").await else { return };
    let mut seen = Vec::new();
    for _ in 0..2 {
        let mut browser = Browser::new();
        let query = "login_hint=ada&scope=evil&redirect_uri=https://evil.example&state=mine&response_type=token";
        let url = scene.path(&format!("/api/v1/oauth2/providers/company/authentication?{query}"));
        let page = browser.get(&url).await;
        assert_eq!(page.status.as_u16(), 303);
        let pairs: Vec<_> = page.location.unwrap().query_pairs().into_owned().collect();
        let values =
            |name: &str| pairs.iter().filter(|(key, _)| key == name).map(|(_, v)| v.clone()).collect::<Vec<_>>();
        assert_eq!(values("redirect_uri"), [scene.path("/oauth/company/callback")]);
        assert_eq!(values("response_type"), ["code"]);
        assert_eq!(values("scope"), ["openid profile email groups"]);
        assert_eq!(values("code_challenge_method"), ["S256"]);
        assert_eq!(values("login_hint"), ["ada"]);
        for name in ["state", "nonce", "code_challenge"] {
            let value = values(name).pop().unwrap();
            assert!(value.len() >= 43 && !seen.contains(&value), "{name}");
            seen.push(value);
        }
    }
}

#[tokio::test]
async fn a_provider_may_sign_with_another_key_and_may_be_down() {
    let Some(scene) = Scene::new(Engine::Sqlite, "first").await else { return };
    scene.client("ada").await;
    scene.provider.rotate_keys().await;
    // What the provider says of its keys is looked at again, at most every 10 s.
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(20);
    while scene.sign_in("ada").await.0 != 200 {
        assert!(std::time::Instant::now() < deadline);
        tokio::time::sleep(std::time::Duration::from_millis(500)).await;
    }
    let Scene { provider, app, config } = scene;
    drop(provider);
    let path = config.path().display().to_string();
    let server = ochre_testkit::TestServer::start(&app.database, &[("oidc-config", &path)]).await;
    let client = Client::builder(&server.url).build().unwrap();
    let error = client.server().begin_sign_in("company").await.unwrap_err();
    assert_eq!(error.status(), Some(422));
    assert!(error.to_string().starts_with("the provider cannot be reached"), "{error}");
}

#[tokio::test]
async fn the_pages_sign_in_and_link_an_account_by_its_own_password() {
    let Some(scene) = Scene::new(Engine::Sqlite, "first").await else { return };
    let ada = scene.app.person("ada", Role::Admin).await;
    let mut browser = Browser::new();
    let sign_in = browser.get(&scene.path("/sign-in")).await;
    assert!(sign_in.text.contains("The company") && sign_in.text.contains("oauth/company"), "{}", sign_in.text);

    // A newcomer goes straight in.
    let back = scene.visit(&mut browser, "/oauth/company", "grace").await.location.unwrap();
    let arrived = browser.get(back.as_str()).await;
    assert_eq!(arrived.status.as_u16(), 303, "{}", arrived.text);
    assert!(browser.get(&scene.path("/")).await.text.contains("grace"));

    // The impostor sees a question, and no password of its own helps.
    let mut impostor = Browser::new();
    let back = scene.visit(&mut impostor, "/oauth/company", "mallory").await.location.unwrap();
    let question = impostor.get(back.as_str()).await;
    assert_eq!(question.status.as_u16(), 200, "{}", question.text);
    let refused = impostor.submit(&question, "link", &[("username", "ada"), ("password", "wrong password")]).await;
    assert_eq!(refused.status.as_u16(), 403);
    // Another name in the form changes nothing: who is meant stands in the sealed cookie.
    let other = [("username", "argilla"), ("password", "12345678")];
    assert_eq!(impostor.submit(&question, "link", &other).await.status.as_u16(), 403);
    assert!(!impostor.get(&scene.path("/")).await.text.contains("Sign out"));
    assert_eq!(scene.app.owner.client.users().identities(ada.user.id).await.unwrap(), []);

    // The true one has the password.
    let mut browser = Browser::new();
    let back = scene.visit(&mut browser, "/oauth/company", "ada").await.location.unwrap();
    let question = browser.get(back.as_str()).await;
    let linked = browser.submit(&question, "link", &[("username", "ada"), ("password", PASSWORD)]).await;
    assert_eq!(linked.status.as_u16(), 303, "{}", linked.text);
    assert_eq!(scene.app.owner.client.users().identities(ada.user.id).await.unwrap()[0].subject, "ada-1");
    let now = scene.app.owner.client.users().get(ada.user.id).await.unwrap();
    assert_eq!(now.role, Role::Admin, "the role is that of the account here");
    assert_eq!(scene.client("ada").await.me().await.unwrap().id, ada.user.id);
}

#[tokio::test]
async fn the_command_tells_the_claims_and_the_rule_that_fires() {
    let Some(scene) = Scene::new(Engine::Sqlite, "first").await else { return };
    let command = |more: &[&str]| {
        let mut command = tokio::process::Command::new(env!("CARGO_BIN_EXE_ochre-server"));
        command.env_clear().args(["oidc", "test", "--home"]).arg(scene.app.database.home());
        command.arg("--oidc-config").arg(scene.config.path()).arg("--public-url").arg(scene.app.url()).args(more);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
        command.spawn().unwrap()
    };
    for (claims, code, line) in [
        (
            json!({"sub": "x", "preferred_username": "x", "groups": ["leads"]}),
            0,
            "Rule 1 fires: groups is leads: owner in papers, reviews",
        ),
        (json!({"sub": "x", "preferred_username": "x"}), 1, "No rule fires: this account gets no access."),
    ] {
        let mut child = command(&["--claims", "-"]);
        child.stdin.take().unwrap().write_all(claims.to_string().as_bytes()).await.unwrap();
        let output = child.wait_with_output().await.unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        assert_eq!((output.status.code(), text.lines().last()), (Some(code), Some(line)), "{text}");
    }

    // The whole way through the provider, with a browser beside it.
    let mut child = command(&["company"]);
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let address = lines.next_line().await.unwrap().expect("an address");
    let mut browser = Browser::new();
    let page = browser.follow(&format!("{address}&login_hint=ada"), &scene.path("/oauth/company/callback")).await;
    let pasted = format!("{}\n", page.location.unwrap());
    child.stdin.take().unwrap().write_all(pasted.as_bytes()).await.unwrap();
    let mut text = String::new();
    while let Some(line) = lines.next_line().await.unwrap() {
        text += &(line + "\n");
    }
    let mut errors = String::new();
    child.stderr.take().unwrap().read_to_string(&mut errors).await.unwrap();
    assert_eq!(child.wait().await.unwrap().code(), Some(0), "{text}{errors}");
    assert!(text.contains("\"preferred_username\": \"ada\"") && text.contains("User name: ada\n"), "{text}");
    assert!(text.ends_with("Rule 2 fires: groups is annotators: annotator in papers\n"), "{text}");
    assert_eq!(scene.app.owner.client.users().find("ada").await.unwrap(), None, "nothing is changed");
}

#[tokio::test]
async fn claims_are_texts_and_nothing_else_on_every_page() {
    const MARK: &str = "<img src=x onerror=alert(1)>";
    let Some(scene) = Scene::new(Engine::Sqlite, "first").await else { return };
    let claims = json!({
        "sub": format!("sub-{MARK}"), "name": MARK, "given_name": MARK, "family_name": MARK, "preferred_username": MARK,
        "email": format!("{MARK}@example.org"), "email_verified": true, "groups": ["leads", MARK],
    });
    scene.provider.set_account("grace", &claims).await;
    let mut browser = Browser::new();
    let back = scene.visit(&mut browser, "/oauth/company", "grace").await.location.unwrap();
    assert_eq!(browser.get(back.as_str()).await.status.as_u16(), 303);
    let user = scene.app.owner.client.users().list().await.unwrap();
    let user = user.iter().find(|user| user.username != "argilla").expect("the newcomer").id;
    let mut shown = 0;
    for path in ["", "settings", "users", &format!("users/{user}"), &format!("users/{user}/delete"), "server"] {
        let page = browser.get(&scene.path(&format!("/{path}"))).await;
        assert_eq!(page.status.as_u16(), 200, "{path}");
        assert!(!page.text.contains("<img src=x"), "{path}: {}", page.text);
        shown += page.text.matches("&#60;img src=x").count();
    }
    assert!(shown > 6, "the claims are shown {shown} times");
    // So do the pages that ask whose account it is, and that refuse.
    let mallory = json!({"sub": "x", "preferred_username": MARK, "name": MARK, "groups": ["annotators"]});
    scene.provider.set_account("mallory", &mallory).await;
    let mut impostor = Browser::new();
    let back = scene.visit(&mut impostor, "/oauth/company", "mallory").await.location.unwrap();
    let question = impostor.get(back.as_str()).await;
    assert!(!question.text.contains("<img src=x"), "{}", question.text);
}
