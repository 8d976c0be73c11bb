//! Scripts typed into every field that people can fill: none of them runs, and none becomes a part of a page.

use anyhow::{Context as _, ensure};
use ochre_client::{Client, Role, UserCreate};
use serde_json::{Value, json};

use crate::{
    browser::{Browser, Driver, Look},
    guide::sign_in,
    team::{KEY, PASSWORD},
};

/// Each would leave a mark, in a text, in an attribute, in a script, or as an address.
const SCRIPTS: &[&str] = &[
    "<script>top.ran=1</script>",
    "\"><img src=x data-mark onerror=top.ran=1>",
    "' autofocus onfocus=top.ran=1 x='",
    "</title></textarea></style><svg data-mark onload=top.ran=1>",
    "javascript:top.ran=1",
    "{{constructor.constructor('top.ran=1')()}}",
    "%3Cscript%3Etop.ran=1%3C/script%3E\u{202e}<b data-mark>",
];

/// Tries them on a server that nobody has used yet.
pub(crate) async fn run(driver: &Driver, base: &str) -> anyhow::Result<()> {
    let client = Client::builder(base).api_key(KEY).build()?;
    let owner = Browser::open(driver, base, Look::WIDE).await?;
    owner.go("sign-in").await?;
    sign_in(&owner, "argilla", "12345678").await?;
    owner.expect("First of all").await?;
    owner.run("document.body.insertAdjacentHTML('beforeend', '<b data-mark>')", Vec::new()).await?;
    ensure!(clean(&owner, "a page with a mark").await.is_err(), "a mark would not be seen");
    let mut pages = 0;
    for (number, script) in SCRIPTS.iter().enumerate() {
        pages += stored(driver, base, &owner, &client, number, script).await.with_context(|| (*script).to_owned())?;
        pages += reflected(&owner, script).await.with_context(|| (*script).to_owned())?;
    }
    // What a program calls itself is on the page of those who are signed in.
    let agent = "<script>top.ran=1</script><img src=x data-mark onerror=top.ran=1>";
    let other = Client::builder(base).header("User-Agent", agent).build()?;
    other.sign_in("argilla", "12345678").await?;
    owner.go("settings").await?;
    owner.expect("<img src=x data-mark").await?;
    clean(&owner, "settings").await?;
    owner.close().await?;
    println!("e2e: {} scripts on {pages} pages: none of them runs", SCRIPTS.len());
    Ok(())
}

/// Typed by hand where a page has a field for it, and looked at on every page that shows it, by whoever may see it.
async fn stored(
    driver: &Driver,
    base: &str,
    owner: &Browser,
    client: &Client,
    number: usize,
    script: &str,
) -> anyhow::Result<usize> {
    let name = format!("{number} {script}");
    owner.go("workspaces").await?;
    owner.fill_in("Make a workspace", "Name", &name).await?;
    owner.click("Make it").await?;
    owner.expect("Add the people who work in it.").await?;
    let workspace = owner.path().await?;
    clean(owner, &workspace).await?;
    owner.go("users/new").await?;
    for (label, value) in [("Username", name.as_str()), ("First name", &name), ("Last name", &name)] {
        owner.fill(label, value).await?;
    }
    owner.fill("Workspaces", &format!("\"{}\"", name.replace('"', "\"\""))).await?;
    owner.fill("Password", PASSWORD).await?;
    owner.fill("Must be replaced at the first sign-in", "no").await?;
    owner.click("Add the user").await?;
    owner.expect("and can sign in with the password").await?;
    let user = owner.path().await?;
    clean(owner, &user).await?;
    owner.go(&format!("invitations?workspace={}", query(&name)?)).await?;
    owner.click("Make the link").await?;
    owner.expect("It is shown this once.").await?;
    let invitation = owner.text_of("#said").await?;
    let gone = client.users().create(&UserCreate::new(format!("gone {name}"), PASSWORD).role(Role::Admin)).await?;
    gone.delete().await?;
    let trash = client.trash().list().await?;
    let trashed = trash.iter().find(|entry| entry.name.starts_with(&format!("gone {number}"))).context("no trash")?.id;

    let person = Browser::open(driver, base, Look::WIDE).await?;
    person.go(&invitation).await?;
    person.expect("You are invited").await?;
    clean(&person, "invitation").await?;
    person.go("sign-in").await?;
    sign_in(&person, &name, PASSWORD).await?;
    person.expect("My settings").await?;
    clean(&person, "home").await?;
    person.go("settings").await?;
    person.click("Make a named key").await?;
    person.fill_in("Named keys", "Name", &name.chars().take(50).collect::<String>()).await?;
    person.fill("Read", "yes").await?;
    person.click("Make the key").await?;
    person.expect("It is shown this once.").await?;
    for path in ["settings", "workspaces", &workspace[1..]] {
        person.go(path).await?;
        clean(&person, path).await?;
    }
    person.close().await?;
    let reset = client.users().find(&name).await?.context("the user is gone")?;
    let reset = reset.create_reset_link(&ochre_client::ResetLinkCreate::default()).await?;
    let stranger = Browser::open(driver, base, Look::WIDE).await?;
    stranger.go(&reset.url).await?;
    stranger.expect("Set a new password").await?;
    clean(&stranger, "reset").await?;
    stranger.close().await?;

    let (user, workspace) = (&user[1..], &workspace[1..]);
    let id = user.trim_start_matches("users/");
    let seen = [
        String::new(),
        "users".to_owned(),
        user.to_owned(),
        format!("{user}/delete"),
        format!("users/bulk?user={id}&do=delete&in-q={}", query(&name)?),
        "workspaces".to_owned(),
        workspace.to_owned(),
        format!("{workspace}/delete"),
        "invitations".to_owned(),
        "trash".to_owned(),
        format!("trash/{trashed}/purge"),
        "server".to_owned(),
    ];
    for path in &seen {
        owner.go(path).await?;
        clean(owner, path).await?;
    }
    Ok(seen.len() + 9)
}

/// In addresses, and in forms that come back.
async fn reflected(owner: &Browser, script: &str) -> anyhow::Result<usize> {
    let text = query(script)?;
    let addresses = [
        format!("users?q={text}"),
        format!("users?workspace={text}&sort={text}&role={text}&state={text}&after={text}"),
        format!("users?{text}={text}"),
        format!("workspaces?q={text}&sort={text}"),
        format!("invitations?workspace={text}"),
        format!("settings?show={text}"),
        format!("?notice={text}"),
        format!("users/bulk?user={text}&do={text}&in-sort={text}"),
        format!("links/{text}"),
        format!("nowhere/{text}"),
        format!("oauth/{text}/callback?error={text}&error_description={text}&state={text}"),
    ];
    for address in &addresses {
        owner.go(address).await?;
        clean(owner, address).await?;
    }
    owner.go("users/new").await?;
    for (label, value) in [("Username", script), ("First name", script), ("Workspaces", script), ("Password", "short")]
    {
        owner.fill(label, value).await?;
    }
    owner.click("Add the user").await?;
    owner.expect("8 to 100").await?;
    clean(owner, "users/new").await?;
    ensure!(owner.value("Username").await? == script, "what was typed stays as it was");
    owner.go("users/import").await?;
    owner.fill("Or its text", &format!("username,{script}\n{script},{script}\n")).await?;
    owner.click("Show what it changes").await?;
    owner.expect("cannot be taken").await?;
    clean(owner, "users/import").await?;
    Ok(addresses.len() + 2)
}

/// Nothing ran, and the page has no part that was typed.
async fn clean(browser: &Browser, place: &str) -> anyhow::Result<()> {
    let script = "return [window.ran === 1, document.querySelectorAll('[data-mark], [onerror], [onload], [onfocus]').length, \
        Array.from(document.querySelectorAll('[href], [action], [formaction]')).filter((one) => \
        ['href', 'action', 'formaction'].some((name) => /^\\s*javascript:/i.test(one.getAttribute(name) || ''))).length]";
    let found = browser.run(script, Vec::<Value>::new()).await?;
    ensure!(found == json!([false, 0, 0]), "a script is a part of {place}: {found}");
    for complaint in browser.complaints().await? {
        ensure!(!complaint.contains("Content Security Policy"), "{place}: {complaint}");
    }
    Ok(())
}

/// A text in an address.
fn query(text: &str) -> anyhow::Result<String> {
    let mut url = url::Url::parse("http://x/")?;
    url.query_pairs_mut().append_pair("q", text);
    Ok(url.query().unwrap_or_default().trim_start_matches("q=").to_owned())
}
