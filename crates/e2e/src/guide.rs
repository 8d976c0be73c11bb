//! The guide of user management, done by hand: first as the owner of a new server, then as the people who were brought in.

use anyhow::{Context as _, ensure};
use ochre_client::Client;

use crate::browser::{Browser, Driver, Look};

const OWNER: &str = "an owner's own, 42";
const ADMIN: &str = "an admin's own, 42";
const ANNOTATOR: &str = "an annotator's own, 42";

/// A team as the guide's users file describes it.
const TEAM: &str = "\
version: 1
workspaces: [{name: argilla}, {name: team}, {name: latam}]
users:
  - {username: john, first_name: John, last_name: Doe, role: admin}
  - {username: tanya, first_name: Tanya, last_name: Franklin, workspaces: [argilla, team]}
  - {username: daisy, first_name: Daisy, last_name: Gonzalez, workspaces: [argilla, team, latam]}
";

/// Does the guide on a server that nobody has used yet.
pub(crate) async fn run(driver: &Driver, base: &str, look: Look) -> anyhow::Result<()> {
    let owner = Browser::open(driver, base, look).await?;
    let links = as_owner(&owner, base).await.context("as owner")?;
    let annotator = Browser::open(driver, base, look).await?;
    as_annotator(&annotator, &links.reset).await.context("as annotator")?;
    let admin = Browser::open(driver, base, look).await?;
    as_admin(&admin, base).await.context("as admin")?;
    let newcomer = Browser::open(driver, base, look).await?;
    as_newcomer(&newcomer, &links.invitation).await.context("as somebody who is invited")?;
    afterwards(&owner, &annotator).await.context("as owner, afterwards")?;
    for browser in [owner, annotator, admin, newcomer] {
        browser.close().await?;
    }
    Ok(())
}

/// What the owner hands over.
struct Links {
    reset: String,
    invitation: String,
}

pub(crate) async fn sign_in(browser: &Browser, username: &str, password: &str) -> anyhow::Result<()> {
    browser.fill("Username", username).await?;
    browser.fill("Password", password).await?;
    browser.click("Sign in").await
}

async fn as_owner(browser: &Browser, base: &str) -> anyhow::Result<Links> {
    let client = first_of_all(browser, base).await.context("first of all")?;
    let reset = people(browser, &client).await.context("bringing people in")?;
    memberships(browser).await.context("who belongs where")?;
    // Somebody who makes the own account.
    browser.click("Invite").await?;
    ensure!(browser.value("Workspaces").await? == "ws", "the way from a workspace names it");
    browser.click("Make the link").await?;
    browser.expect("The invitation is made.").await?;
    let invitation = browser.text_of("#said").await?;
    file(browser, &client).await.context("from a file")?;
    several(browser).await.context("several at once")?;
    browser.click("Permissions").await?;
    browser.expect("Yours is owner").await?;
    browser.click("Server").await?;
    browser.expect("takes writes").await?;
    Ok(Links { reset, invitation })
}

/// The default user's password and key, which everybody knows, are replaced.
async fn first_of_all(browser: &Browser, base: &str) -> anyhow::Result<Client> {
    browser.go("").await?;
    sign_in(browser, "argilla", "wrong, on purpose").await?;
    browser.expect("The username or the password is wrong").await?;
    ensure!(browser.value("Username").await? == "argilla", "what was typed stays");
    sign_in(browser, "argilla", "12345678").await?;
    browser.expect("First of all").await?;
    ensure!(browser.count("input[type=password]").await? == 0, "a page after signing in has a field for a password");
    browser.click("Choose your own password: everybody knows the one you have").await?;
    browser.fill("Current password", "12345678").await?;
    browser.fill("New password", OWNER).await?;
    browser.fill("Repeat the new password", OWNER).await?;
    browser.click("Change password").await?;
    browser.expect("Your password is changed.").await?;
    browser.click("Replace your API key, which is as well known").await?;
    browser.click_in("API key", "Show").await?;
    browser.expect("argilla.apikey").await?;
    // It ends at once, unless something else is chosen.
    browser.click("Replace the key").await?;
    browser.expect("Your API key is replaced.").await?;
    let client = Client::builder(base).api_key(browser.text_of("#said").await?).build()?;
    ensure!(client.me().await?.username == "argilla", "the new key works");
    browser.reload().await?;
    browser.expect_no("Your API key is replaced.").await?;
    browser.click("Home").await?;
    browser.expect_no("First of all").await?;
    Ok(client)
}

/// A workspace, an admin with a password, an annotator with a link; the link.
async fn people(browser: &Browser, client: &Client) -> anyhow::Result<String> {
    browser.click("Workspaces").await?;
    browser.fill_in("Make a workspace", "Name", "ws").await?;
    browser.click("Make it").await?;
    browser.expect("Add the people who work in it.").await?;
    browser.click("Users").await?;
    browser.click("Add a user").await?;
    for (label, value) in [
        ("Username", "hurra"),
        ("First name", "Hulio"),
        ("Last name", "Ramos"),
        ("Role", "Admin"),
        ("Password", "short"),
        ("Must be replaced at the first sign-in", "no"),
    ] {
        browser.fill(label, value).await?;
    }
    browser.click("Add the user").await?;
    browser.expect("8 to 100 characters").await?;
    ensure!(browser.title().await?.starts_with("Error: "), "the title tells that something is wrong");
    ensure!(browser.value("Last name").await? == "Ramos", "what was typed stays");
    browser.fill("Password", ADMIN).await?;
    browser.click("Add the user").await?;
    browser.expect("“hurra” is there, and can sign in").await?;
    goes_back(browser, "/users/new", "Add a user").await?;
    ensure!(client.users().find("hurra").await?.is_some(), "and is there once");
    browser.go("users/new").await?;
    for (label, value) in [("Username", "nick"), ("First name", "Nick"), ("Last name", "Name"), ("Workspaces", "ws")] {
        browser.fill(label, value).await?;
    }
    browser.click("Add the user").await?;
    browser.expect("“nick” is there. Hand over this link").await?;
    let reset = browser.text_of("#said").await?;

    // Everybody, and who is like what is typed.
    browser.click("Users").await?;
    browser.expect("3 users").await?;
    browser.fill("Search", "hul").await?;
    if !browser.runs_scripts() {
        browser.click("Search").await?;
    }
    browser.expect("1 user").await?;
    browser.expect("hurra").await?;
    browser.expect_no("nick").await?;
    browser.reload().await?;
    ensure!(browser.value("Search").await? == "hul", "the address holds the search");
    browser.click("hurra").await?;
    browser.expect("Hulio Ramos").await?;
    Ok(reset)
}

/// The admin gets a workspace, from both sides.
async fn memberships(browser: &Browser) -> anyhow::Result<()> {
    browser.fill("Add to workspaces", "ws, nowhere").await?;
    browser.click_in("Workspaces", "Add").await?;
    browser.expect("There is no workspace “nowhere”.").await?;
    browser.reload().await?;
    browser.fill("Add to workspaces", "ws").await?;
    browser.click_in("Workspaces", "Add").await?;
    browser.expect("Added.").await?;
    browser.click("Take out of ws").await?;
    browser.expect("Taken out of the workspace.").await?;
    browser.click("Workspaces").await?;
    browser.click("ws").await?;
    browser.fill_in("Add somebody", "Username", "hur").await?;
    if browser.runs_scripts() {
        let suggested =
            "return Array.from(document.querySelectorAll('#username-known option')).map((o) => o.value).join()";
        browser.expect_run(suggested, &"hurra".into()).await.context("the name is not suggested")?;
    }
    browser.fill_in("Add somebody", "Username", "hurra").await?;
    browser.fill_in("Add somebody", "Last day there", "2099-12-31").await?;
    browser.click_in("Add somebody", "Add").await?;
    browser.expect("“hurra” is a member now.").await?;
    browser.expect("2099-12-31").await
}

/// Many at once, after a look at what would change.
async fn file(browser: &Browser, client: &Client) -> anyhow::Result<()> {
    browser.click("Users").await?;
    browser.click("Import").await?;
    let place = tempfile::tempdir()?;
    let file = place.path().join("team.yaml");
    tokio::fs::write(&file, TEAM).await?;
    browser.fill("File", &file.display().to_string()).await?;
    browser.click("Show what it changes").await?;
    browser.expect("+ daisy, annotator, in argilla, team, latam").await?;
    browser.expect("5 changes").await?;
    ensure!(client.users().find("daisy").await?.is_none(), "nothing is written yet");
    browser.click("Do it").await?;
    browser.expect("3 users new").await?;
    let before = if browser.runs_scripts() { "Import people" } else { "What the file changes" };
    goes_back(browser, "/users/import", before).await?;
    browser.click("Users").await?;
    browser.expect("6 users").await?;
    browser.click("Export").await?;
    ensure!(browser.download("team.yaml").await?.contains("username: tanya"), "the export tells the team");
    Ok(())
}

/// Some of a list, with what is asked before.
async fn several(browser: &Browser) -> anyhow::Result<()> {
    browser.go("users?q=a&role=annotator").await?;
    for name in ["tanya", "daisy"] {
        browser.fill(&format!("Choose {name}"), "yes").await?;
    }
    browser.fill("What to do with those who are chosen", "Make reset links").await?;
    browser.click("Go on").await?;
    browser.expect("Make reset links for these users?").await?;
    browser.click("Make the links and download them").await?;
    let links = browser.download("reset-links.csv").await?;
    ensure!(links.lines().count() == 3 && links.contains("tanya,"), "{links}");
    browser.go("users?q=a&role=annotator").await?;
    browser.fill("Choose daisy", "yes").await?;
    browser.fill("What to do with those who are chosen", "Disable").await?;
    browser.click("Go on").await?;
    browser.expect("Disable these users?").await?;
    browser.click("Disable").await?;
    browser.expect("Done for 1 user.").await?;
    ensure!(browser.path().await?.contains("role=annotator"), "the list is the one that they were chosen from");
    browser.back().await?;
    browser.expect("Disable these users?").await
}

/// Going back shows the form anew: nothing is sent once more, and the browser has nothing to ask.
async fn goes_back(browser: &Browser, path: &str, text: &str) -> anyhow::Result<()> {
    let there = browser.path().await?;
    browser.back().await?;
    browser.expect(text).await?;
    ensure!(browser.path().await? == path, "going back from {there} leads to {}", browser.path().await?);
    Ok(())
}

async fn as_annotator(browser: &Browser, reset: &str) -> anyhow::Result<()> {
    browser.go(reset).await?;
    browser.expect("Set a new password").await?;
    browser.fill("New password", ANNOTATOR).await?;
    browser.fill("Repeat the new password", "something else, 42").await?;
    browser.click("Set the password").await?;
    browser.expect("The two passwords are not the same.").await?;
    browser.fill("New password", ANNOTATOR).await?;
    browser.fill("Repeat the new password", ANNOTATOR).await?;
    browser.click("Set the password").await?;
    if browser.offers("Sign in").await? {
        sign_in(browser, "nick", ANNOTATOR).await?;
    }
    browser.expect("Nick Name").await?;
    browser.expect("annotator").await?;
    for way in ["Users", "Invitations", "Trash", "Server"] {
        ensure!(!browser.offers(way).await?, "an annotator is offered {way}");
        browser.go(&way.to_lowercase()).await?;
        browser.expect("Your role does not allow this.").await?;
    }
    browser.click("Workspaces").await?;
    browser.click("ws").await?;
    browser.expect("2 members").await?;
    ensure!(!browser.text().await?.contains("hurra"), "an annotator sees the members");
    browser.click("Permissions").await?;
    browser.expect("for owners alone").await?;
    // The page that Argilla's guide sends people to for their key.
    browser.go("user-settings").await?;
    browser.fill("First name", "Nicholas").await?;
    browser.click("Save").await?;
    browser.expect("Your name is saved.").await?;
    browser.click_in("API key", "Show").await?;
    ensure!(browser.text_of("#api-key").await?.len() > 20, "the key is shown");
    browser.click("Make a named key").await?;
    browser.fill_in("Named keys", "Name", "nightly export").await?;
    browser.fill("Read", "yes").await?;
    browser.click("Make the key").await?;
    browser.expect("The key “nightly export” is made.").await?;
    browser.click("End the key nightly export").await?;
    browser.expect("The key has ended.").await?;
    browser.fill("Dark", "yes").await?;
    browser.click("Use it").await?;
    browser.expect("How it looks").await?;
    ensure!(browser.count("html[data-theme=dark]").await? == 1, "the theme is chosen");
    browser.click("Sign out").await?;
    browser.expect("Forgotten password?").await?;
    browser.back().await?;
    browser.expect("Forgotten password?").await?;
    sign_in(browser, "nick", ANNOTATOR).await?;
    browser.expect("My settings").await
}

async fn as_admin(browser: &Browser, base: &str) -> anyhow::Result<()> {
    // Whoever follows a link signs in first, and is there then.
    browser.go("workspaces").await?;
    sign_in(browser, "hurra", ADMIN).await?;
    browser.expect("ws").await?;
    ensure!(browser.path().await? == "/workspaces", "the way on is lost: {}", browser.path().await?);
    browser.click("ws").await?;
    browser.expect("Members").await?;
    browser.expect("nick").await?;
    for what in ["Delete…", "Rename", "Add", "Invite", "Users"] {
        ensure!(!browser.offers(what).await?, "an admin is offered {what}");
    }
    browser.go("users").await?;
    browser.expect("Your role does not allow this.").await?;
    browser.click("Permissions").await?;
    browser.expect("Yours is admin").await?;
    browser.click("My settings").await?;
    browser.click_in("API key", "Show").await?;
    let client = Client::builder(base).api_key(browser.text_of("#api-key").await?).build()?;
    ensure!(client.me().await?.username == "hurra", "the key is the admin's");
    Ok(())
}

async fn as_newcomer(browser: &Browser, invitation: &str) -> anyhow::Result<()> {
    browser.go(invitation).await?;
    browser.expect("You are invited").await?;
    for (label, value) in
        [("Username", "eve"), ("First name", "Eve"), ("Password", ANNOTATOR), ("Repeat the password", ANNOTATOR)]
    {
        browser.fill(label, value).await?;
    }
    browser.click("Make the account").await?;
    if browser.offers("Sign in").await? {
        sign_in(browser, "eve", ANNOTATOR).await?;
    }
    browser.expect("Eve").await?;
    browser.expect("ws").await
}

/// Somebody leaves, comes back, and leaves for good.
async fn afterwards(browser: &Browser, nick: &Browser) -> anyhow::Result<()> {
    browser.go("users?q=nick").await?;
    browser.click("nick").await?;
    browser.click("Disable").await?;
    browser.expect("Disabled:").await?;
    nick.go("settings").await?;
    nick.expect("Forgotten password?").await?;
    browser.click("Enable").await?;
    browser.expect("Enabled.").await?;
    browser.fill("Role", "Admin").await?;
    browser.click_in("Account", "Save").await?;
    browser.expect("Saved.").await?;
    browser.click("Delete…").await?;
    browser.expect("1 membership").await?;
    browser.click("Delete").await?;
    browser.expect("“nick” is deleted.").await?;
    browser.click("Trash").await?;
    browser.click("Restore nick").await?;
    browser.expect("“nick” is back.").await?;
    browser.go("users?q=nick").await?;
    browser.click("nick").await?;
    browser.expect("ws").await?;
    browser.click("Delete…").await?;
    browser.click("Delete").await?;
    browser.click("Trash").await?;
    browser.click("Remove nick for good").await?;
    browser.fill("Name", "nik").await?;
    browser.click("Remove for good").await?;
    browser.expect("This is not the name.").await?;
    browser.fill("Name", "nick").await?;
    browser.click("Remove for good").await?;
    browser.expect("“nick” is gone for good.").await?;
    browser.click("Workspaces").await?;
    browser.click("ws").await?;
    browser.fill_in("Rename it", "Name", "articles").await?;
    browser.click("Rename").await?;
    browser.expect("It is called “articles” now.").await?;
    browser.click("Delete…").await?;
    browser.expect("2 memberships").await?;
    browser.click("Delete").await?;
    browser.expect("“articles” is deleted.").await
}
