//! The console's pages, as a browser that is signed in asks for them.

use std::{path::Path, time::Duration};

use anyhow::{Context as _, ensure};
use ochre_client::{Client, Existing, TeamUser};
use reqwest::{header, redirect::Policy};

use crate::{
    KEY,
    load::{Report, Request, run},
    server::Running,
};

/// Users of the list.
const LISTED: usize = 100_000;
const AT_ONCE: usize = 2_500;
/// How long each page is asked for.
const DURATION: Duration = Duration::from_secs(2);

/// Asks for each page by one connection, on an SQLite database with 100,000 users who are all in one workspace. The times are those
/// of whole answers, so that the first byte came earlier.
pub(crate) async fn pages(program: &Path) -> anyhow::Result<Vec<(String, Report)>> {
    let server = Running::server(program).await?;
    let owner = Client::builder(&server.url).api_key(KEY).build()?;
    let workspace = owner.workspaces().create("papers").await?;
    for part in 0..LISTED / AT_ONCE {
        let users = (part * AT_ONCE..(part + 1) * AT_ONCE).map(|number| TeamUser {
            username: format!("person-{number:06}"),
            workspaces: Some(vec!["papers".to_owned()]),
            ..TeamUser::default()
        });
        owner.users().create_many(users.collect(), Existing::Refuse).await?;
    }
    let user = owner.users().find("person-050000").await?.context("a user is missing")?.id;
    let cookie = sign_in(&server.url).await?;
    let paths = [
        "/".to_owned(),
        "/settings".to_owned(),
        "/users".to_owned(),
        format!("/users?after={user}.person-050000"),
        "/users?q=person-05".to_owned(),
        "/users?q=nobody".to_owned(),
        "/users?q=nobody&sort=-inserted_at".to_owned(),
        "/users?role=annotator&state=active&sort=-inserted_at".to_owned(),
        "/users?workspace=papers".to_owned(),
        "/users/new".to_owned(),
        "/users/import".to_owned(),
        format!("/users/{user}"),
        format!("/users/{user}/delete"),
        "/workspaces".to_owned(),
        format!("/workspaces/{}", workspace.id),
        "/invitations".to_owned(),
        "/trash".to_owned(),
        "/permissions".to_owned(),
        "/server".to_owned(),
    ];
    let mut reports = Vec::new();
    for path in paths {
        let request = Request::get(&server.url, &path, &[("Cookie", &cookie)]);
        let report = run(&request, 1, DURATION).await?;
        ensure!(report.failures == 0, "{path} was refused: {:?}", report.statuses);
        let shown = path.replace(&user.to_string(), "ID").replace(&workspace.id.to_string(), "ID");
        reports.push((shown, report));
    }
    Ok(reports)
}

/// Signs in as the page does; the session's cookie.
async fn sign_in(url: &str) -> anyhow::Result<String> {
    let http = reqwest::Client::builder().redirect(Policy::none()).build()?;
    let page = http.get(format!("{url}/sign-in")).send().await?;
    let cookies = |answer: &reqwest::Response| {
        let lines = answer.headers().get_all(header::SET_COOKIE).iter().filter_map(|line| line.to_str().ok());
        lines.filter_map(|line| line.split(';').next()).map(str::to_owned).collect::<Vec<_>>().join("; ")
    };
    let before = cookies(&page);
    let page = page.text().await?;
    let (_, token) = page.split_once("name=\"csrf\" value=\"").context("the page has no token")?;
    let token = token.split('"').next().unwrap_or_default();
    let form = [("csrf", token), ("username", "argilla"), ("password", "12345678")];
    let answer = http.post(format!("{url}/sign-in")).header(header::COOKIE, before).header(header::ORIGIN, url);
    let answer = answer.form(&form).send().await?;
    let cookie = cookies(&answer);
    ensure!(cookie.contains("session"), "signing in was refused: {}", answer.status());
    Ok(cookie)
}
