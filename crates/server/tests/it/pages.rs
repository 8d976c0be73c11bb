//! The server's own pages: signing in and out, the own password, links that let somebody in.

use ochre_client::{Client, InvitationCreate, ResetLinkCreate, Role, UserUpdate};
use ochre_testkit::{Engine, PASSWORD, TestApp, TestDatabase, TestServer, on_both};
use reqwest::Method;

use crate::{
    answer,
    browser::{Browser, Page},
    unauthenticated,
};

const SESSION: &str = "ochre_session";

async fn sign_in(browser: &mut Browser, url: &str, username: &str, password: &str) -> Page {
    let page = browser.get(&format!("{url}/sign-in")).await;
    browser.submit(&page, "sign-in", &[("username", username), ("password", password)]).await
}

fn path_of(page: &Page) -> &str {
    page.location.as_ref().map(reqwest::Url::path).unwrap_or_default()
}

on_both! {
    async fn a_person_signs_in_and_out_in_a_browser(engine: Engine) {
        let app = TestApp::start(engine).await;
        let papers = app.workspace("papers").await;
        let ann = app.member("ann", Role::Annotator, &papers).await;
        let mut browser = Browser::new();
        let home = browser.get(app.url()).await;
        assert!(home.text.contains("Forgotten password?"), "the way in is the first page");
        let page = sign_in(&mut browser, app.url(), "ann", "wrong password").await;
        assert_eq!(page.status.as_u16(), 403);
        assert!(page.text.contains("ann") && !page.text.contains("wrong password"), "what was typed stays, but no password");
        let page = sign_in(&mut browser, app.url(), "ann", PASSWORD).await;
        assert_eq!((page.status.as_u16(), path_of(&page)), (303, "/"));
        let home = browser.get(app.url()).await;
        assert!(home.text.contains("ann") && home.text.contains("papers") && home.text.contains("Sign out"));
        // It is a login like any other, told with the others.
        let sessions = ann.client.account().sessions().await.unwrap();
        assert_eq!(sessions.len(), 1);
        assert_eq!(format!("{:?}", sessions[0].kind), "Web");

        // A copied cookie is worth nothing once the person has signed out.
        let cookie = browser.cookie(SESSION).unwrap().to_owned();
        let out = browser.submit(&home, "/sign-out", &[]).await;
        assert_eq!(out.status.as_u16(), 303);
        assert_eq!(browser.cookie(SESSION), None);
        browser.set_cookie(app.url(), SESSION, &cookie);
        assert!(!browser.get(app.url()).await.text.contains("Sign out"));
        assert_eq!(ann.client.account().sessions().await.unwrap(), []);
    }

    async fn a_person_changes_the_own_password(engine: Engine) {
        let app = TestApp::start(engine).await;
        let ann = app.person("ann", Role::Annotator).await;
        let elsewhere = app.anonymous().sign_in("ann", PASSWORD).await.unwrap();
        let must = UserUpdate::default().must_change_password(true);
        app.owner.client.users().update(ann.user.id, &must).await.unwrap();
        let mut browser = Browser::new();
        sign_in(&mut browser, app.url(), "ann", PASSWORD).await;
        // Every page leads to the one thing that must be done.
        assert_eq!(path_of(&browser.get(app.url()).await), "/password");
        let page = browser.get(&format!("{}/password", app.url())).await;
        for (current, new, status) in [
            ("wrong password", "a new password", 403),
            (PASSWORD, "12345678", 422),
            (PASSWORD, "short", 422),
            (PASSWORD, PASSWORD, 422),
            (PASSWORD, "a new password", 303),
        ] {
            let fields = [("current", current), ("password", new), ("again", new)];
            let answer = browser.submit(&page, "password", &fields).await;
            assert_eq!(answer.status.as_u16(), status, "{current} {new}: {}", answer.text);
        }
        assert!(browser.get(app.url()).await.text.contains("Sign out"), "this session goes on");
        let elsewhere = Client::builder(app.url()).token(&elsewhere).build().unwrap();
        assert_eq!(elsewhere.me().await.unwrap_err().status(), Some(401));
        assert!(app.anonymous().sign_in("ann", "a new password").await.is_ok());
    }

    async fn links_are_used_in_a_browser(engine: Engine) {
        let app = TestApp::start(engine).await;
        app.workspace("papers").await;
        let ann = app.person("ann", Role::Annotator).await;
        let owner = &app.owner.client;
        let url = owner.invitations().create(&InvitationCreate::new(Role::Admin).workspaces(["papers"])).await.unwrap().url;
        let mut browser = Browser::new();
        let page = browser.get(&url).await;
        assert!(page.text.contains("admin") && page.text.contains("papers"), "{}", page.text);
        let form = |name: &'static str, password: &'static str| {
            [("username", name), ("first_name", "Bob"), ("last_name", ""), ("password", password), ("again", password)]
        };
        let taken = browser.submit(&page, "", &form("ann", "a new password")).await;
        assert_eq!(taken.status.as_u16(), 422, "{}", taken.text);
        assert!(taken.text.contains("Somebody has this user name already."));
        let common = browser.submit(&page, "", &form("bob", "password1")).await;
        assert!(common.text.contains("one of the most common passwords"), "{}", common.text);
        let done = browser.submit(&page, "", &form("bob", "a new password")).await;
        assert_eq!((done.status.as_u16(), path_of(&done)), (303, "/sign-in"), "{}", done.text);
        let bob = owner.users().find("bob").await.unwrap().unwrap();
        assert_eq!((bob.first_name.as_str(), bob.role), ("Bob", Role::Admin));
        assert_eq!(bob.workspaces().await.unwrap()[0].name, "papers");
        let dead = browser.get(&url).await;
        assert_eq!(dead.status.as_u16(), 404);

        let url = owner.users().create_reset_link(ann.user.id, &ResetLinkCreate::default()).await.unwrap().url;
        let page = browser.get(&url).await;
        assert!(page.text.contains("ann"));
        let fields = [("password", "another password"), ("again", "another password")];
        assert_eq!(path_of(&browser.submit(&page, "", &fields).await), "/sign-in");
        assert_eq!(browser.get(&url).await.status.as_u16(), 404);
        assert_eq!(path_of(&sign_in(&mut browser, app.url(), "ann", "another password").await), "/");
    }
}

#[tokio::test]
async fn a_session_cookie_opens_pages_alone_and_is_kept_from_scripts_and_strangers() {
    let app = TestApp::start(Engine::Sqlite).await;
    app.person("ann", Role::Owner).await;
    let mut browser = Browser::new();
    sign_in(&mut browser, app.url(), "ann", PASSWORD).await;
    let cookie = format!("{SESSION}={}", browser.cookie(SESSION).unwrap());
    let by_cookie = app.request(Method::GET, "/api/v1/me").header("cookie", &cookie);
    assert_eq!(answer(by_cookie).await, unauthenticated(), "the API knows no cookies");

    let form = [("username", "ann"), ("password", PASSWORD)];
    let post = || app.request(Method::POST, "/sign-in").form(&form);
    // A form of another site, and one without a token.
    for site in ["cross-site", "same-site"] {
        assert_eq!(answer(post().header("sec-fetch-site", site)).await.0, 403, "{site}");
    }
    assert_eq!(answer(post().header("origin", "https://evil.example")).await.0, 403);
    assert_eq!(answer(post().header("sec-fetch-site", "same-origin")).await.0, 403, "no token");
}

#[tokio::test]
async fn cookies_are_secure_where_the_public_address_is() {
    for (settings, start) in [
        (vec![], format!("{SESSION}=")),
        (vec![("public-url", "https://ochre.example.org")], format!("__Host-{SESSION}=")),
        (vec![("public-url", "https://example.org/team"), ("base-url", "/team")], format!("{SESSION}=")),
    ] {
        let database = TestDatabase::new(Engine::Sqlite).await;
        let server = TestServer::start(&database, &settings).await;
        let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        let url = server.url.trim_end_matches('/');
        let page = client.get(format!("{url}/sign-in")).send().await.unwrap().text().await.unwrap();
        let csrf = page.split("name=\"csrf\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
        let form = [("username", "argilla"), ("password", "12345678"), ("csrf", &csrf)];
        let post = client.post(format!("{url}/sign-in")).header("sec-fetch-site", "same-origin").form(&form);
        let answer = post.send().await.unwrap();
        assert_eq!(answer.status().as_u16(), 303);
        let cookie = answer.headers()["set-cookie"].to_str().unwrap();
        assert!(cookie.starts_with(&start), "{cookie}");
        assert!(cookie.contains("; HttpOnly; SameSite=Lax"));
        assert_eq!(cookie.ends_with("; Secure"), !settings.is_empty(), "{cookie}");
        let path = if settings.len() == 2 { "; Path=/team/;" } else { "; Path=/;" };
        assert!(cookie.contains(path), "{cookie}");
    }
}

#[tokio::test]
async fn argillas_addresses_lead_to_ours() {
    let app = TestApp::start(Engine::Sqlite).await;
    let mut browser = Browser::new();
    // `argilla:12345678` in base64, with which Argilla's page would sign in.
    let page = browser.get(&format!("{}/sign-in?auth=YXJnaWxsYToxMjM0NTY3OA==", app.url())).await;
    assert_eq!(page.status.as_u16(), 200);
    assert_eq!(browser.cookie(SESSION), None);
    let settings = browser.get(&format!("{}/user-settings", app.url())).await;
    assert_eq!(settings.status.as_u16(), 303);
    // Its web page answers at every address.
    let deep = browser.get(&format!("{}/dataset/5/annotation-mode", app.url())).await;
    assert_eq!(deep.status.as_u16(), 200);
    assert!(deep.text.contains("Forgotten password?"));
    for next in ["https://evil.example", "//evil.example", "/\\evil.example"] {
        let mut browser = Browser::new();
        let page = browser.get(&format!("{}/sign-in?next={next}", app.url())).await;
        let fields = [("username", "argilla"), ("password", "12345678"), ("next", next)];
        let done = browser.submit(&page, "sign-in", &fields).await;
        assert_eq!(done.location.unwrap().host_str(), Some("127.0.0.1"), "{next}");
    }
}
