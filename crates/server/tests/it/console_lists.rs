//! The console's lists when they are long: page by page, each of them small.

use ochre_client::{InvitationCreate, Role};
use ochre_testkit::{Engine, PASSWORD, TestApp, on_both};
use reqwest::StatusCode;

use crate::{
    browser::{Browser, Page},
    console::{enter, lacks, owner, says, send},
};

/// The page that a page leads on to.
async fn next(browser: &mut Browser, url: &str, page: &Page) -> Page {
    let next = page.address("rel=\"next\" href", "");
    browser.get(&format!("{url}{next}")).await
}

/// Twice this is more than two pages.
const SOME: usize = 45;

on_both! {
    async fn the_list_is_searched_filtered_and_paged(engine: Engine) {
        let app = TestApp::start(engine).await;
        let papers = app.workspace("papers").await;
        let users: Vec<_> = (0..60)
            .map(|n| ochre_client::TeamUser { username: format!("user-{n:02}"), ..ochre_client::TeamUser::default() })
            .collect();
        app.owner.client.users().create_many(users, ochre_client::Existing::Refuse).await.unwrap();
        app.member("ada", Role::Admin, &papers).await;
        let (mut browser, url) = (owner(&app).await, app.url());
        let first = browser.get(&format!("{url}/users")).await;
        says(&first, "62 users");
        says(&first, ">user-37<");
        lacks(&first, ">user-38<");
        let second = next(&mut browser, url, &first).await;
        says(&second, ">user-59<");
        lacks(&second, ">user-37<");
        for (query, there, count) in [
            ("q=USER-1", ">user-19<", "10 users"),
            ("role=admin", ">ada<", "1 user<"),
            ("workspace=papers", ">ada<", "1 user<"),
            ("state=disabled", "No user matches.", "0 users"),
            ("workspace=nowhere", "There is no workspace “nowhere”.", "0 users"),
            ("sort=-username", ">user-59<", "62 users"),
            ("q=a%00b&after=nonsense&sort=password", ">ada<", "62 users"),
        ] {
            let page = browser.get(&format!("{url}/users?{query}")).await;
            assert_eq!(page.status, StatusCode::OK);
            says(&page, there);
            says(&page, count.trim_end_matches('<'));
        }
    }

    async fn what_was_deleted_comes_in_pages(engine: Engine) {
        let app = TestApp::start(engine).await;
        for n in 0..SOME {
            let workspace = app.workspace(&format!("team-{n:02}")).await;
            app.owner.client.workspaces().delete(workspace.id).await.unwrap();
        }
        let (mut browser, url) = (owner(&app).await, app.url());
        let first = browser.get(&format!("{url}/trash")).await;
        // The latest come first.
        says(&first, ">team-44<");
        says(&first, ">team-05<");
        lacks(&first, ">team-04<");
        lacks(&first, "First page");
        let second = next(&mut browser, url, &first).await;
        lacks(&second, ">team-05<");
        says(&second, ">team-04<");
        says(&second, ">team-00<");
        lacks(&second, "Next page");
        says(&second, "First page");
        says(&browser.get(&format!("{url}/server")).await, "/trash\">45</a>");

        // What is brought back from the second page leads back to it, and when nothing is left there to the first.
        let restore = |page: &Page| page.address("action", "/restore?after=");
        let mut page = second;
        for left in (0..4).rev() {
            page = send(&mut browser, &page, &restore(&page), &[]).await;
            says(&page, "is back.");
            says(&page, "First page");
            assert_eq!(page.text.matches("/restore?after=").count(), left + 1);
        }
        let last = browser.submit(&page, &restore(&page), &[]).await.location.unwrap();
        let gone = browser.get(last.as_str()).await;
        assert_eq!(gone.status, StatusCode::SEE_OTHER);
        says(&browser.get(gone.location.unwrap().as_str()).await, ">team-05<");

        let purge = first.address("href", "/purge");
        says(&browser.get(&format!("{url}{purge}")).await, "team-44");
        let gone = browser.get(&format!("{url}/trash/00000000-0000-0000-0000-000000000009/purge")).await;
        assert_eq!(gone.status, StatusCode::NOT_FOUND);
    }

    async fn invitations_come_in_pages(engine: Engine) {
        let app = TestApp::start(engine).await;
        for n in 0..SOME {
            app.workspace(&format!("team-{n:02}")).await;
        }
        let links = app.owner.client.invitations();
        for n in 0..SOME {
            links.create(&InvitationCreate::new(Role::Annotator).workspaces([format!("team-{n:02}")])).await.unwrap();
        }
        let all = (0..SOME).map(|n| format!("team-{n:02}"));
        links.create(&InvitationCreate::new(Role::Annotator).workspaces(all)).await.unwrap();
        let (mut browser, url) = (owner(&app).await, app.url());
        let first = browser.get(&format!("{url}/invitations")).await;
        says(&first, "and 42 more");
        says(&first, ">team-02<");
        lacks(&first, ">team-03<");
        says(&first, ">team-44<");
        says(&first, ">team-06<");
        lacks(&first, ">team-05<");
        let second = next(&mut browser, url, &first).await;
        says(&second, ">team-05<");
        lacks(&second, ">team-06<");
        lacks(&second, "Next page");
        says(&browser.get(&format!("{url}/server")).await, "/invitations\">46</a>");
    }
}

#[tokio::test]
async fn somebody_of_many_teams_is_in_pages_too() {
    let app = TestApp::start(Engine::Sqlite).await;
    let ann = app.person("ann", Role::Annotator).await;
    for n in 0..SOME {
        let workspace = app.workspace(&format!("team-{n:02}")).await;
        app.owner.client.workspaces().add_user(workspace.id, ann.user.id).await.unwrap();
    }
    let (mut browser, url) = (owner(&app).await, app.url());
    let first = browser.get(&format!("{url}/users/{}", ann.user.id)).await;
    says(&first, ">team-39<");
    lacks(&first, ">team-40<");
    let second = next(&mut browser, url, &first).await;
    says(&second, ">team-40<");
    lacks(&second, ">team-39<");
    lacks(&second, "Next page");
    let leave = second.address("action", "/leave");
    let left = send(&mut browser, &second, &leave, &[]).await;
    says(&left, ">team-44<");
    lacks(&left, ">team-40<");
    says(&browser.get(&format!("{url}/users/{}?from=999", ann.user.id)).await, ">team-39<");
    // An owner reaches them all, and was added to none of them.
    let own = browser.get(&format!("{url}/users/{}", app.owner.user.id)).await;
    lacks(&own, ">team-00<");
}

#[tokio::test]
async fn whoever_signs_in_often_can_end_all_logins_but_this_one() {
    let app = TestApp::start(Engine::Sqlite).await;
    let ann = app.person("ann", Role::Annotator).await;
    let url = app.url();
    let mut elsewhere = enter(url, "ann", PASSWORD).await;
    let mut browser = enter(url, "ann", PASSWORD).await;
    let page = browser.get(&format!("{url}/settings")).await;
    lacks(&page, "before them");
    for _ in 0..22 {
        enter(url, "ann", PASSWORD).await;
    }
    let page = browser.get(&format!("{url}/settings")).await;
    says(&page, "And 4 before them.");
    says(&page, "this one");
    says(&page, "ochre sessions end --others");
    says(&send(&mut browser, &page, "/settings/logins/end-others", &[]).await, "You are signed out everywhere else.");
    lacks(&elsewhere.get(url).await, "Sign out");
    let page = browser.get(&format!("{url}/settings")).await;
    says(&page, "this one");
    lacks(&page, "Sign out everywhere else");
    assert_eq!(ann.client.account().sessions().await.unwrap().len(), 1);
}

#[tokio::test]
async fn behind_the_end_of_a_list_is_its_beginning() {
    let app = TestApp::start(Engine::Sqlite).await;
    let papers = app.workspace("papers").await;
    app.member("ada", Role::Admin, &papers).await;
    app.owner.client.invitations().create(&InvitationCreate::new(Role::Annotator)).await.unwrap();
    let (mut browser, url) = (owner(&app).await, app.url());
    let last = "ffffffff-ffff-ffff-ffff-ffffffffffff";
    for (path, at, there) in [
        ("users?sort=username", "\u{10ffff}", ">ada<"),
        ("workspaces?", "\u{10ffff}", ">papers<"),
        ("invitations?", "-9", ">open<"),
    ] {
        let page = browser.get(&format!("{url}/{path}&after={last}.{at}")).await;
        assert_eq!(page.status, StatusCode::SEE_OTHER, "{path}");
        says(&browser.get(page.location.unwrap().as_str()).await, there);
    }
    let members = browser.get(&format!("{url}/workspaces/{}?after={last}.\u{10ffff}", papers.id)).await;
    says(&members, ">ada<");
}

#[tokio::test]
async fn the_longest_names_make_no_large_pages() {
    let app = TestApp::start(Engine::Sqlite).await;
    let papers = app.workspace(&"z".repeat(200)).await;
    let users = (0..40).map(|n| {
        let name = |kind: char| format!("{n:02}{}", kind.to_string().repeat(498));
        ochre_client::TeamUser {
            username: name('"'),
            first_name: Some(name('名')),
            last_name: Some(name('字')),
            workspaces: Some(vec![papers.name.clone()]),
            ..ochre_client::TeamUser::default()
        }
    });
    app.owner.client.users().create_many(users.collect(), ochre_client::Existing::Refuse).await.unwrap();
    let (mut browser, url) = (owner(&app).await, app.url());
    for path in ["users".to_owned(), format!("workspaces/{}", papers.id), "workspaces".to_owned()] {
        let page = browser.get(&format!("{url}/{path}")).await;
        says(&page, "…");
        // Most of it are quotes, of which each is five characters in a page and nearly nothing on its way.
        assert!(page.text.len() < 80 * 1024, "{path} has {} bytes", page.text.len());
    }
}

#[tokio::test]
async fn what_means_nothing_narrows_nothing() {
    let app = TestApp::start(Engine::Sqlite).await;
    let (mut browser, url) = (owner(&app).await, app.url());
    let page = browser.get(&format!("{url}/users?role=boss&state=tired&sort=password")).await;
    says(&page, "1 user<");
    for word in ["boss", "tired", "Show all", "password"] {
        lacks(&page, word);
    }
    let dash = browser.get(&format!("{url}/users?q=-x")).await;
    says(&dash, "ochre users list --search=-x<");
}
