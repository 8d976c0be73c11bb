//! The console, as somebody uses it in a browser without a script.

use ochre_client::{AccountState, Role};
use ochre_testkit::{Engine, PASSWORD, TestApp, TestDatabase, TestServer, on_both};
use reqwest::StatusCode;

use crate::browser::{Browser, Page};

/// Signs somebody in.
pub(crate) async fn enter(url: &str, username: &str, password: &str) -> Browser {
    let mut browser = Browser::new();
    let page = browser.get(&format!("{url}/sign-in")).await;
    let fields = [("username", username), ("password", password)];
    let answer = browser.submit(&page, "sign-in", &fields).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
    browser
}

pub(crate) async fn owner(app: &TestApp) -> Browser {
    enter(app.url(), "argilla", "12345678").await
}

/// Sends a form of a page, and shows the page that it leads to.
pub(crate) async fn send(browser: &mut Browser, page: &Page, action: &str, fields: &[(&str, &str)]) -> Page {
    let answer = browser.submit(page, action, fields).await;
    let next = answer.location.unwrap_or_else(|| panic!("{action} leads nowhere: {}", answer.text));
    browser.get(next.as_str()).await
}

pub(crate) fn says(page: &Page, text: &str) {
    assert!(page.text.contains(text), "{text:?} is not in {}", page.text);
}

pub(crate) fn lacks(page: &Page, text: &str) {
    assert!(!page.text.contains(text), "{text:?} is in {}", page.text);
}

/// What a page shows once, to be copied.
fn secret(page: &Page) -> String {
    let (_, rest) =
        page.text.split_once("id=\"said\" aria-labelledby=\"said-label\">").expect("something to be copied");
    rest.split('<').next().unwrap_or_default().replace("&#38;", "&")
}

on_both! {
    async fn an_owner_does_the_guide_by_hand(engine: Engine) {
        let app = TestApp::start(engine).await;
        let (mut browser, url) = (owner(&app).await, app.url());
        let page = browser.get(&format!("{url}/workspaces")).await;
        let papers = send(&mut browser, &page, "/workspaces", &[("name", "papers")]).await;
        says(&papers, "Add the people who work in it.");
        let taken = browser.submit(&page, "/workspaces", &[("name", "papers")]).await;
        assert_eq!(taken.status, StatusCode::UNPROCESSABLE_ENTITY);
        says(&taken, "There is a workspace of this name already.");

        // Without a password, so that the person sets it.
        let page = browser.get(&format!("{url}/users/new")).await;
        let fields = [("username", "ada"), ("first_name", "Ada"), ("role", "annotator"), ("workspaces", "papers")];
        let ada = send(&mut browser, &page, "/users/new", &fields).await;
        says(&ada, "Hand over this link");
        let link = secret(&ada);
        says(&ada, "It is shown this once.");
        says(&ada, "It opens on this machine only.");
        let made = app.owner.client.users().find("ada").await.unwrap().unwrap();
        let open = app.owner.client.users().reset_links(made.id).await.unwrap().remove(0);
        assert_eq!((open.expires_at - open.inserted_at).num_days(), 7, "for somebody who has no password yet");
        let nowhere = browser.get(&format!("{url}/datasets/1")).await;
        assert_eq!(nowhere.status, StatusCode::NOT_FOUND);
        says(&nowhere, "There is no such page");
        lacks(&browser.get(ada.url.as_str()).await, &link);
        let mut stranger = Browser::new();
        let reset = stranger.get(&link).await;
        let done = stranger.submit(&reset, reset.url.as_str(), &[("password", PASSWORD), ("again", PASSWORD)]).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text);
        let mut person = enter(url, "ada", PASSWORD).await;
        let home = person.get(url).await;
        says(&home, "papers");
        lacks(&home, "type=\"password\"");

        // Made an admin, and taken out of the workspace.
        let path = ada.url.path().to_owned();
        let ada = browser.get(ada.url.as_str()).await;
        let version = ada.text.split("name=\"version\" value=\"").nth(1).unwrap().split('"').next().unwrap();
        let fields = [("username", "ada"), ("first_name", "Ada"), ("last_name", "Byron"), ("role", "admin"), ("version", version)];
        let edited = send(&mut browser, &ada, &path, &fields).await;
        says(&edited, "Saved.");
        let stale = browser.submit(&ada, &path, &fields).await;
        assert_eq!(stale.status, StatusCode::UNPROCESSABLE_ENTITY);
        says(&stale, "This user was changed meanwhile.");
        let version = edited.text.split("name=\"version\" value=\"").nth(1).unwrap().split('"').next().unwrap();
        let fields = [("username", "ada "), ("first_name", "Ada"), ("role", "boss"), ("version", version)];
        let spaced = browser.submit(&edited, &path, &fields).await;
        assert_eq!(spaced.status, StatusCode::UNPROCESSABLE_ENTITY);
        says(&spaced, "The username has space around it");
        says(&spaced, "Choose a role.");
        let user = app.owner.client.users().find("ada").await.unwrap().unwrap();
        assert_eq!((user.role, user.last_name.as_deref()), (Role::Admin, Some("Byron")));
        let team = app.owner.client.workspaces().find("papers").await.unwrap().unwrap();
        let out = format!("{path}/workspaces/{}/leave", team.id);
        says(&send(&mut browser, &edited, &out, &[]).await, "Taken out of the workspace.");
        assert_eq!(team.users().await.unwrap().len(), 0);

        // Added by typing the name, with an end.
        let page = browser.get(&format!("{url}/workspaces/{}", team.id)).await;
        let add = format!("/workspaces/{}/members", team.id);
        let unknown = browser.submit(&page, &add, &[("username", "nobody")]).await;
        says(&unknown, "There is no user “nobody”.");
        let added = send(&mut browser, &page, &add, &[("username", "ada"), ("until", "2099-12-31")]).await;
        says(&added, "“ada” is a member now.");
        says(&added, "2099-12-31");
        let renamed = send(&mut browser, &added, &format!("/workspaces/{}/rename", team.id), &[("name", "articles")]).await;
        says(&renamed, "It is called “articles” now.");

        // Kept out for a while, then deleted and brought back.
        let off = send(&mut browser, &edited, &format!("{path}/disable"), &[]).await;
        says(&off, "Disabled");
        assert_eq!(person.get(url).await.text.matches("Sign out").count(), 0, "at once");
        says(&send(&mut browser, &off, &format!("{path}/enable"), &[]).await, "Enabled.");
        let ask = browser.get(&format!("{url}{path}/delete")).await;
        says(&ask, "1 membership");
        says(&ask, "ochre users delete --yes ada<");
        let gone = send(&mut browser, &ask, &format!("{path}/delete"), &[]).await;
        says(&gone, "“ada” is deleted.");
        assert_eq!(browser.get(&format!("{url}{path}")).await.status, StatusCode::NOT_FOUND);
        let trash = browser.get(&format!("{url}/trash")).await;
        let restore = trash.address("action", "/restore");
        says(&send(&mut browser, &trash, &restore, &[]).await, "“ada” is back.");
        assert!(app.owner.client.users().find("ada").await.unwrap().is_some());
    }

    async fn people_are_invited_and_whoever_has_the_link_comes(engine: Engine) {
        let app = TestApp::start(engine).await;
        app.workspace("papers").await;
        let (mut browser, url) = (owner(&app).await, app.url());
        let page = browser.get(&format!("{url}/invitations?workspace=papers")).await;
        says(&page, "value=\"papers\"");
        let fields = [("role", "annotator"), ("workspaces", "papers"), ("max_uses", "2"), ("days", "3")];
        let made = send(&mut browser, &page, "/invitations", &fields).await;
        says(&made, "0 of 2");
        let link = secret(&made);
        let mut stranger = Browser::new();
        let invited = stranger.get(&link).await;
        for hard in ["eve ", "  ", "e\nve"] {
            let new = [("username", hard), ("first_name", "Eve"), ("password", PASSWORD), ("again", PASSWORD)];
            let refused = stranger.submit(&invited, invited.url.as_str(), &new).await;
            assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{hard:?}");
            says(&refused, "nobody would sign in with that");
        }
        let new = [("username", "eve"), ("first_name", "Eve"), ("password", PASSWORD), ("again", PASSWORD)];
        assert_eq!(stranger.submit(&invited, invited.url.as_str(), &new).await.status, StatusCode::SEE_OTHER);
        let listed = browser.get(&format!("{url}/invitations")).await;
        says(&listed, "1 of 2");
        says(&listed, "<bdi class=\"badge\">eve</bdi>");
        let withdraw = listed.address("action", "/withdraw");
        says(&send(&mut browser, &listed, &withdraw, &[]).await, "The invitation is withdrawn.");
        assert_eq!(Browser::new().get(&link).await.status, StatusCode::NOT_FOUND);
        let bad = browser.submit(&page, "/invitations", &[("role", "owner"), ("max_uses", "0"), ("days", "x"), ("workspaces", "nowhere")]).await;
        assert_eq!(bad.status, StatusCode::UNPROCESSABLE_ENTITY);
        says(&bad, "Give a number from 1 to 10000.");
        says(&bad, "Give a number of days from 1 to 365.");
    }

    async fn many_are_brought_in_from_a_file_after_a_look(engine: Engine) {
        let app = TestApp::start(engine).await;
        app.workspace("papers").await;
        let (mut browser, url) = (owner(&app).await, app.url());
        let page = browser.get(&format!("{url}/users/import")).await;
        let file = "username,role,workspaces\nada,admin,papers\nbob,,papers\n";
        let plan = browser.submit(&page, "/users/import", &[("text", file)]).await;
        assert_eq!(plan.status, StatusCode::OK, "{}", plan.text);
        says(&plan, "+ ada, admin, in papers");
        says(&plan, "2 changes");
        assert_eq!(app.owner.client.users().list().await.unwrap().len(), 1, "nothing is written yet");
        let expect = plan.text.split("name=\"expect\" value=\"").nth(1).unwrap().split('"').next().unwrap();
        let changed = browser.submit(&plan, "/users/import", &[("text", file), ("sure", "yes"), ("expect", "other")]).await;
        says(&changed, "What the file changes");
        says(&changed, "Somebody else has changed the team meanwhile. Look at the plan once more.");
        lacks(&plan, "meanwhile");
        assert_eq!(app.owner.client.users().list().await.unwrap().len(), 1, "the plan is shown once more");
        let done = send(&mut browser, &plan, "/users/import", &[("text", file), ("sure", "yes"), ("expect", expect)]).await;
        says(&done, "of which 2 users new");
        assert_eq!(app.owner.client.users().find("ada").await.unwrap().unwrap().role, Role::Admin);
        let again = browser.submit(&page, "/users/import", &[("text", file)]).await;
        says(&again, "everything is as the file says");
        let wrong = browser.submit(&page, "/users/import", &[("text", "username,role\nx,boss\n,admin\n")]).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        says(&wrong, "Line 2: x: role: &#34;boss&#34; should be owner, admin or annotator");
        says(&wrong, "Line 3: : username: is empty");
        let unknown = browser.submit(&page, "/users/import", &[("text", "username,workspaces\nx,nowhere\n")]).await;
        says(&unknown, "There is no workspace “nowhere”");
        let exported = browser.submit(&page, "/users/export", &[]).await;
        says(&exported, "username: ada");
        lacks(&exported, "password");
    }

    async fn several_are_changed_together(engine: Engine) {
        let app = TestApp::start(engine).await;
        app.workspace("papers").await;
        let mut ids = Vec::new();
        for name in ["ada", "bob"] {
            ids.push(app.person(name, Role::Annotator).await.user.id.to_string());
        }
        let (mut browser, url) = (owner(&app).await, app.url());
        let list = browser.get(&format!("{url}/users")).await;
        let chosen = [("user", ids[0].as_str()), ("user", ids[1].as_str())];
        let with = |deed: &'static str, more: &[(&'static str, &'static str)]| {
            let mut fields: Vec<(&str, &str)> = chosen.to_vec();
            fields.push(("do", deed));
            fields.extend(more);
            fields.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect::<Vec<_>>()
        };
        let question = |deed: &str| format!("{url}/users/bulk?user={}&user={}&do={deed}", ids[0], ids[1]);
        let post = async |browser: &mut Browser, fields: Vec<(String, String)>| {
            let fields: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            browser.submit(&list, "/users/bulk", &fields).await
        };
        let ask = browser.get(&question("disable")).await;
        says(&ask, "Disable these users?");
        says(&ask, "ochre users disable ada bob");
        let off = AccountState::Disabled;
        let state = async |name: &str| {
            let users = app.owner.client.users();
            let id = users.find(name).await.unwrap().unwrap().id;
            users.get_with_account(id).await.unwrap().account.as_ref().unwrap().state
        };
        assert_ne!(state("ada").await, off, "nothing is done before it is confirmed");
        let back = post(&mut browser, with("disable", &[("in-q", "a&b"), ("in-role", "annotator")])).await;
        assert_eq!(back.status, StatusCode::SEE_OTHER);
        let back = back.location.unwrap();
        assert_eq!((back.path(), back.query()), ("/users", Some("q=a%26b&role=annotator")), "the list that they were chosen from");
        assert_eq!((state("ada").await, state("bob").await), (off, off));
        post(&mut browser, with("enable", &[])).await;
        let nowhere = post(&mut browser, with("add", &[("workspace", "nowhere")])).await;
        assert_eq!(nowhere.status, StatusCode::UNPROCESSABLE_ENTITY);
        says(&nowhere, "There is no workspace “nowhere”.");
        says(&nowhere, "aria-invalid");
        says(&nowhere, "<title>Error: ");
        for _ in 0..2 {
            post(&mut browser, with("add", &[("workspace", "papers")])).await;
        }
        let papers = app.owner.client.workspaces().find("papers").await.unwrap().unwrap();
        assert_eq!(papers.users().await.unwrap().len(), 2);
        let links = post(&mut browser, with("links", &[])).await;
        assert_eq!(links.text.lines().count(), 3, "{}", links.text);
        assert_eq!(Browser::new().get(links.text.lines().nth(1).unwrap().split(',').nth(1).unwrap()).await.status, StatusCode::OK);
        let ask = browser.get(&question("delete")).await;
        says(&ask, "2 memberships");
        post(&mut browser, with("delete", &[])).await;
        assert_eq!(app.owner.client.users().list().await.unwrap().len(), 1);
        let list = browser.get(&format!("{url}/users")).await;
        let own = app.owner.user.id.to_string();
        let refused = send(&mut browser, &list, "/users/bulk", &[("user", &own), ("do", "delete")]).await;
        says(&refused, "This is the last owner");
        says(&send(&mut browser, &list, "/users/bulk", &[("do", "delete")]).await, "Nobody was chosen");
    }

    async fn each_role_sees_what_it_may_and_nothing_else(engine: Engine) {
        let app = TestApp::start(engine).await;
        let papers = app.workspace("papers").await;
        let reviews = app.workspace("reviews").await;
        app.member("adm", Role::Admin, &papers).await;
        let ann = app.member("ann", Role::Annotator, &papers).await;
        for (name, members) in [("adm", true), ("ann", false)] {
            let mut browser = enter(app.url(), name, PASSWORD).await;
            let home = browser.get(app.url()).await;
            for way in ["users", "invitations", "trash", "server"] {
                lacks(&home, &format!("href=\"/{way}\""));
                let page = browser.get(&format!("{}/{way}", app.url())).await;
                assert_eq!(page.status, StatusCode::FORBIDDEN, "{name} {way}");
                says(&page, "Your role does not allow this.");
            }
            for path in [format!("users/{}", ann.user.id), "users/new".into(), "users/import".into(), "users/names".into(), format!("workspaces/{}", reviews.id)] {
                assert_eq!(browser.get(&format!("{}/{path}", app.url())).await.status, StatusCode::FORBIDDEN, "{name} {path}");
            }
            let own = browser.get(&format!("{}/workspaces/{}", app.url(), papers.id)).await;
            assert_eq!(own.text.contains(">Members<"), members, "{name}");
            lacks(&own, "Delete…");
            lacks(&own, "Add somebody");
            // What the page does not offer is refused all the same.
            let settings = browser.get(&format!("{}/settings", app.url())).await;
            for (action, fields) in [
                ("/workspaces".to_owned(), vec![("name", "mine")]),
                (format!("/workspaces/{}/members", papers.id), vec![("username", "argilla")]),
                (format!("/workspaces/{}/rename", papers.id), vec![("name", "mine")]),
                (format!("/workspaces/{}/delete", papers.id), vec![]),
                (format!("/users/{}", app.owner.user.id), vec![("username", "argilla"), ("role", "annotator")]),
                (format!("/users/{}/delete", app.owner.user.id), vec![]),
                (format!("/users/{}/reset-link", app.owner.user.id), vec![]),
                (format!("/users/{}/key", app.owner.user.id), vec![]),
                ("/users/new".to_owned(), vec![("username", "x")]),
                ("/users/export".to_owned(), vec![]),
                ("/invitations".to_owned(), vec![("role", "owner"), ("max_uses", "1"), ("days", "1")]),
            ] {
                let answer = browser.submit(&settings, &action, &fields).await;
                let refused = match &answer.location {
                    Some(next) => browser.get(next.as_str()).await.text.contains("not allow"),
                    None => answer.status.is_client_error(),
                };
                assert!(refused, "{name} {action}: {}", answer.text);
            }
        }
        assert_eq!(app.owner.client.workspaces().list().await.unwrap().len(), 3);
        assert_eq!(app.owner.client.users().list().await.unwrap().len(), 3);
        assert!(app.owner.client.me().await.is_ok());
    }
}

#[tokio::test]
async fn everybody_keeps_the_own_account_in_order() {
    let app = TestApp::start(Engine::Sqlite).await;
    let ann = app.person("ann", Role::Annotator).await;
    let url = app.url();
    let mut browser = enter(url, "ann", PASSWORD).await;
    let mut elsewhere = enter(url, "ann", PASSWORD).await;
    assert!(browser.get(&format!("{url}/user-settings")).await.location.unwrap().path().ends_with("/settings"));
    let page = browser.get(&format!("{url}/settings")).await;
    lacks(&page, &ann.user.api_key);
    says(&browser.get(&format!("{url}/settings?show=key")).await, &ann.user.api_key);
    assert_eq!(browser.get(&format!("{url}/settings/key")).await.text, ann.user.api_key);
    let named = send(&mut browser, &page, "/settings/profile", &[("first_name", "Anna"), ("last_name", "")]).await;
    says(&named, "Your name is saved.");
    assert_eq!(ann.client.me().await.unwrap().first_name, "Anna");
    let empty = browser.submit(&page, "/settings/profile", &[("first_name", "")]).await;
    assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
    says(&empty, "Type your first name.");

    let made = send(&mut browser, &page, "/settings/keys", &[("key_name", "nightly"), ("scopes", "read")]).await;
    let key = secret(&made);
    assert!(key.starts_with("och_"), "{key}");
    let no_scope =
        browser.submit(&page, "/settings/keys", &[("key_name", "other"), ("expires_at", "2000-01-01")]).await;
    says(&no_scope, "Choose what the key is for.");
    let past = browser
        .submit(&page, "/settings/keys", &[("key_name", "other"), ("scopes", "read"), ("expires_at", "2000-01-01")])
        .await;
    says(&past, "Choose a moment to come.");
    let id = ann.client.account().keys().await.unwrap()[0].id;
    says(&send(&mut browser, &page, &format!("/settings/keys/{id}/end"), &[]).await, "The key has ended.");

    let rotated = send(&mut browser, &page, "/settings/key", &[("overlap", "0")]).await;
    let key = secret(&rotated);
    assert!(ann.client.me().await.is_err(), "the old key has ended");
    let client = ochre_client::Client::builder(url).api_key(&key).build().unwrap();
    let other = client.account().sessions().await.unwrap();
    assert_eq!(other.len(), 2);
    let page = browser.get(&format!("{url}/settings")).await;
    let end = page.address("action", "/settings/logins/");
    says(&send(&mut browser, &page, &end, &[]).await, "That login has ended.");
    lacks(&elsewhere.get(url).await, "Sign out");
    let dark = send(&mut browser, &page, "/settings/theme", &[("theme", "dark")]).await;
    says(&dark, "data-theme=\"dark\"");
    lacks(&send(&mut browser, &page, "/settings/theme", &[("theme", "system")]).await, "data-theme");
}

#[tokio::test]
async fn a_refused_form_is_a_page_that_can_be_loaded_again() {
    let app = TestApp::start(Engine::Sqlite).await;
    let url = app.url();
    let comma = app.workspace("papers, 2026").await;
    let ann = app.person("ann", Role::Annotator).await;
    let mut browser = owner(&app).await;
    let (user, workspace) = (format!("/users/{}", ann.user.id), format!("/workspaces/{}", comma.id));
    for (page, form, fields) in [
        (&user, format!("{user}/workspaces"), [("workspaces", "papers, 2026")]),
        (&workspace, format!("{workspace}/members"), [("username", "nobody")]),
        (&workspace, format!("{workspace}/rename"), [("name", "")]),
        (&"/settings".to_owned(), "/settings/profile".to_owned(), [("first_name", "")]),
        (&"/settings".to_owned(), "/settings/keys".to_owned(), [("key_name", "")]),
    ] {
        let shown = browser.get(&format!("{url}{page}")).await;
        let refused = browser.submit(&shown, &form, &fields).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{form}");
        says(&refused, "<title>Error: ");
        let again = browser.get(&format!("{url}{form}")).await;
        assert_eq!(again.location.unwrap_or_else(|| panic!("{form} leads nowhere")).path(), page);
    }
    // A name that has a comma is typed in quotes, as the way from the workspace's page does.
    let shown = browser.get(&format!("{url}{user}")).await;
    send(&mut browser, &shown, &format!("{user}/workspaces"), &[("workspaces", "\"papers, 2026\"")]).await;
    assert_eq!(comma.users().await.unwrap().len(), 1);
    let invite = browser.get(&format!("{url}/invitations?workspace=papers,%202026")).await;
    says(&invite, "value=\"&#34;papers, 2026&#34;\"");
}

#[tokio::test]
async fn cookies_of_other_programs_keep_nobody_out() {
    let app = TestApp::start(Engine::Sqlite).await;
    let mut browser = owner(&app).await;
    browser.set_cookie(app.url(), "a_preference", "\u{e9}t\u{e9}");
    let page = browser.get(&format!("{}/settings", app.url())).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text);
    says(&page, "My settings");
}

#[tokio::test]
async fn a_form_that_comes_too_late_or_twice_leads_on() {
    let app = TestApp::start(Engine::Sqlite).await;
    let (mut browser, url) = (owner(&app).await, app.url());
    let ann = app.person("ann", Role::Annotator).await;
    let papers = app.workspace("papers").await;
    for (part, id) in [("users", ann.user.id), ("workspaces", papers.id)] {
        let form = format!("/{part}/{id}/delete");
        let page = browser.get(&format!("{url}{form}")).await;
        let stranger = Browser::new().submit(&page, &form, &[]).await;
        let to_sign_in = stranger.location.unwrap_or_else(|| panic!("{form} leads nowhere: {}", stranger.text));
        assert_eq!((to_sign_in.path(), to_sign_in.query()), ("/sign-in", Some(format!("next=%2F{part}").as_str())));
        says(&send(&mut browser, &page, &form, &[]).await, "is deleted. The trash keeps a copy for 7 days.");
        says(&send(&mut browser, &page, &form, &[]).await, "is gone already.");
    }
    for bad in ["users/%ff", "links/%ff", "oauth/%ff", "workspaces/%c3%28/delete"] {
        let page = browser.get(&format!("{url}/{bad}")).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{bad}");
        says(&page, "<html");
    }
}

#[tokio::test]
async fn who_signs_in_where_cookies_are_lost_is_told_where_they_are_kept() {
    let app = TestApp::start_with(Engine::Sqlite, &[("public-url", "https://team.example")]).await;
    let url = app.url();
    let mut browser = Browser::new();
    let page = browser.get(&format!("{url}/sign-in?next=/users")).await;
    let fields = [("username", "argilla"), ("password", "12345678"), ("next", "/users")];
    let answer = browser.submit(&page, "sign-in", &fields).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
    let onward = answer.location.expect("somewhere").to_string();
    // Behind a proxy that says its own name the cookie is kept.
    let kept = browser.get(&onward).await;
    assert_eq!(kept.location.expect("somewhere").path(), "/users");
    // A browser that has come by plain http keeps none.
    let lost = Browser::new().get(&onward).await;
    assert_eq!(lost.status, StatusCode::OK);
    says(&lost, "Open https://team.example");
    // Nobody is told so where cookies are kept.
    let plain = TestApp::start(Engine::Sqlite).await;
    lacks(&Browser::new().get(&format!("{}/sign-in?notice=kept", plain.url())).await, "has not kept it");
}

#[tokio::test]
async fn an_owner_with_the_well_known_password_is_told_until_it_is_another() {
    let app = TestApp::start(Engine::Sqlite).await;
    let url = app.url();
    let ann = app.person("ann", Role::Annotator).await;
    let mut browser = owner(&app).await;
    says(&browser.get(url).await, "everybody knows the one you have");
    let page = browser.get(&format!("{url}/password")).await;
    let fields = [("current", "12345678"), ("password", "a better one, 42"), ("again", "a better one, 42")];
    let home = send(&mut browser, &page, "/password", &fields).await;
    says(&home, "Your password is changed.");
    // The list stays for the key, which everybody knows as well and which ends at once.
    says(&home, "<span class=\"done\">Choose your own password");
    says(&home, "Replace your API key");
    let settings = browser.get(&format!("{url}/settings")).await;
    says(&settings, "<option value=\"0\" selected>Ends at once");
    let replaced = send(&mut browser, &settings, "/settings/key", &[("overlap", "0")]).await;
    says(&replaced, "Your new API key");
    lacks(&replaced, "It is shown this once.");
    let home = browser.get(url).await;
    lacks(&home, "Choose your own password");
    lacks(&home, "Replace your API key");
    assert!(app.owner.client.me().await.is_err(), "the known key has ended");
    says(&browser.get(&format!("{url}/settings")).await, "<option value=\"86400\" selected>");
    lacks(&enter(url, &ann.user.username, PASSWORD).await.get(url).await, "everybody knows");
}

#[tokio::test]
async fn what_people_type_is_a_text_and_nothing_else() {
    const SCRIPT: &str = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>";
    let app = TestApp::start(Engine::Sqlite).await;
    let url = app.url();
    let team = app.workspace(SCRIPT).await;
    let mut browser = owner(&app).await;
    let page = browser.get(&format!("{url}/users/new")).await;
    let fields = [
        ("username", SCRIPT),
        ("first_name", SCRIPT),
        ("last_name", SCRIPT),
        ("role", "annotator"),
        ("workspaces", SCRIPT),
        ("password", PASSWORD),
    ];
    let made = send(&mut browser, &page, "/users/new", &fields).await;
    says(&made, "is there");
    let mut person = enter(url, SCRIPT, PASSWORD).await;
    let settings = person.get(&format!("{url}/settings")).await;
    send(&mut person, &settings, "/settings/keys", &[("key_name", SCRIPT), ("scopes", "read")]).await;
    let trashed = app.workspace(&format!("{SCRIPT}2")).await;
    app.owner.client.workspaces().delete(trashed.id).await.unwrap();
    let query = "q=%3Cscript%3Ealert(1)%3C/script%3E%22%27%3E%3Cimg%20src=x%20onerror=alert(1)%3E";
    let user = made.url.path().to_owned();
    let paths = [
        String::new(),
        format!("users?{query}"),
        format!("users?workspace={}", &query[2..]),
        "users".into(),
        user[1..].to_owned(),
        format!("{}/delete", &user[1..]),
        "workspaces".into(),
        format!("workspaces?{query}"),
        format!("workspaces/{}", team.id),
        format!("workspaces/{}/delete", team.id),
        format!("invitations?workspace={}", &query[2..]),
        "trash".into(),
        "permissions".into(),
        "server".into(),
        "settings".into(),
    ];
    for (name, visitor) in [("owner", &mut browser), ("person", &mut person)] {
        for path in &paths {
            let page = visitor.get(&format!("{url}/{path}")).await;
            for raw in ["<script>", "<img src=x", "onerror=alert(1)>"] {
                assert!(!page.text.contains(raw), "{name} {path}: {raw} in {}", page.text);
            }
        }
    }
}

#[tokio::test]
async fn pages_are_small_and_stay_below_their_path() {
    let database = TestDatabase::new(Engine::Sqlite).await;
    let server = TestServer::start(&database, &[("base-url", "/ochre")]).await;
    let origin = server.url.trim_end_matches("/ochre").to_owned();
    let mut browser = enter(&server.url, "argilla", "12345678").await;
    for path in [
        "",
        "settings",
        "users",
        "users/new",
        "users/import",
        "workspaces",
        "invitations",
        "trash",
        "permissions",
        "server",
    ] {
        let page = browser.get(&format!("{origin}/ochre/{path}")).await;
        assert_eq!(page.status, StatusCode::OK, "{path}");
        assert!(page.text.len() < 30 * 1024, "{path} has {} bytes", page.text.len());
        for attribute in ["href=\"", "action=\"", "src=\"", "data-suggest=\"", "data-copy-from=\""] {
            for address in page.text.split(attribute).skip(1) {
                assert!(address.starts_with("/ochre/") || address.starts_with('#'), "{path}: {address}");
            }
        }
    }
    let style = browser.get(&format!("{origin}/ochre/static/ochre.css")).await.text.len();
    let script = browser.get(&format!("{origin}/ochre/static/ochre.js")).await.text.len();
    assert!(style + script < 20 * 1024, "{style} and {script} bytes");
}

#[tokio::test]
async fn a_secret_that_is_shown_once_is_for_one_person() {
    let app = TestApp::start(Engine::Sqlite).await;
    let url = app.url();
    app.person("ann", Role::Annotator).await;
    let mut browser = owner(&app).await;
    let page = browser.get(&format!("{url}/invitations")).await;
    let answer = browser.submit(&page, "/invitations", &[("role", "owner"), ("max_uses", "1"), ("days", "1")]).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    let sealed = browser.cookie("ochre_said").unwrap().to_owned();
    assert!(!sealed.contains("links"), "it is sealed");
    let mut other = enter(url, "ann", PASSWORD).await;
    other.set_cookie(url, "ochre_said", &sealed);
    lacks(&other.get(url).await, "/links/");
    says(&browser.get(&format!("{url}/invitations")).await, "/links/ochl_");
    assert_eq!(browser.cookie("ochre_said"), None, "and forgotten");
}
