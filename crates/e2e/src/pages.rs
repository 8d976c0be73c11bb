//! Every page, looked at in both themes and at every width.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, bail, ensure};
use fantoccini::key::Key;
use ochre_client::Client;
use serde_json::{Value, json};

use crate::{
    browser::{Browser, Driver, Look},
    calls::Calls,
    guide::sign_in,
    team::{self, KEY, PASSWORD, Team},
};

/// All that a page loads, in bytes before compression.
const MOST: u64 = 50 * 1024;
/// Higher pages are cut, in CSS pixels.
const HIGHEST: u32 = 2400;
const WIDE: u32 = 1280;
const NARROW: u32 = 360;
const WIDEST: u32 = 2560;

/// A page: how it is called, and where it is.
struct Page {
    name: &'static str,
    path: String,
}

fn page(name: &'static str, path: impl Into<String>) -> Page {
    Page { name, path: path.into() }
}

/// What looks at pages.
struct Inspector {
    axe: String,
    base: String,
    calls: Calls,
    pictures: PathBuf,
    seen: BTreeSet<String>,
    problems: Vec<String>,
}

/// Looks at every page of a server that nobody has used yet.
pub(crate) async fn run(driver: &Driver, base: &str, axe: &Path, pictures: &Path) -> anyhow::Result<()> {
    fs::create_dir_all(pictures)?;
    let team = team::make(base).await.context("cannot make the team")?;
    let openapi = Client::builder(base).api_key(KEY).build()?.server().openapi().await?;
    let mut inspector = Inspector {
        axe: fs::read_to_string(axe).with_context(|| format!("cannot read {}", axe.display()))?,
        base: base.to_owned(),
        calls: Calls::new(openapi),
        pictures: pictures.to_owned(),
        seen: BTreeSet::new(),
        problems: Vec::new(),
    };
    inspector.stranger(driver, &team).await.context("as a stranger")?;
    inspector.owner(driver, &team).await.context("as owner")?;
    for (name, prefix) in [("ada", "admin"), ("ann", "annotator")] {
        inspector.member(driver, &team, name, prefix).await.with_context(|| format!("as {prefix}"))?;
    }
    println!("e2e: {} pages looked at, pictures in {}", inspector.seen.len(), pictures.display());
    if inspector.problems.is_empty() { Ok(()) } else { bail!("{}", inspector.problems.join("\n")) }
}

impl Inspector {
    async fn stranger(&mut self, driver: &Driver, team: &Team) -> anyhow::Result<()> {
        let browser = Browser::open(driver, &self.base, Look::WIDE).await?;
        let pages = [
            page("sign-in", "sign-in"),
            page("invitation", &team.invitation),
            page("reset", &team.reset),
            page("dead-link", "links/ochl_nothing"),
            page("missing", "nowhere"),
        ];
        for page in &pages {
            browser.go(&page.path).await?;
            self.inspect(&browser, page.name).await?;
        }
        browser.go("sign-in").await?;
        sign_in(&browser, "ada", "wrong, on purpose").await?;
        browser.expect("is wrong").await?;
        self.inspect(&browser, "sign-in-refused").await?;
        browser.close().await
    }

    async fn owner(&mut self, driver: &Driver, team: &Team) -> anyhow::Result<()> {
        let browser = Browser::open(driver, &self.base, Look::WIDE).await?;
        browser.go("sign-in").await?;
        sign_in(&browser, "argilla", "12345678").await?;
        browser.expect("First of all").await?;
        let (ada, long, other) = (&team.ada, &team.long_user, &team.right_to_left);
        let chosen = format!("user={ada}&user={long}&user={other}");
        let pages = [
            page("home", ""),
            page("settings", "settings"),
            page("settings-key", "settings?show=key"),
            page("password", "password"),
            page("users", "users"),
            page("users-sorted", "users?sort=-inserted_at&role=annotator&state=active"),
            page("users-none", "users?q=nobody+is+called+like+this"),
            page("users-unknown-workspace", "users?workspace=nowhere"),
            page("user-new", "users/new"),
            page("user-import", "users/import"),
            page("user", format!("users/{ada}")),
            page("user-key", format!("users/{ada}?show=key")),
            page("user-long", format!("users/{long}")),
            page("user-right-to-left", format!("users/{other}")),
            page("user-delete", format!("users/{ada}/delete")),
            page("users-disable", format!("users/bulk?{chosen}&do=disable&in-q=a")),
            page("users-add", format!("users/bulk?{chosen}&do=add")),
            page("users-links", format!("users/bulk?{chosen}&do=links")),
            page("users-delete", format!("users/bulk?{chosen}&do=delete")),
            page("workspaces", "workspaces"),
            page("workspaces-none", "workspaces?q=nothing+like+this"),
            page("workspace", format!("workspaces/{}", team.papers)),
            page("workspace-long", format!("workspaces/{}", team.long_workspace)),
            page("workspace-empty", format!("workspaces/{}", team.empty_workspace)),
            page("workspace-delete", format!("workspaces/{}/delete", team.papers)),
            page("invitations", "invitations?workspace=papers"),
            page("already", &team.invitation),
            page("trash", "trash"),
            page("purge", format!("trash/{}/purge", team.trashed)),
            page("permissions", "permissions"),
            page("server", "server"),
            page("missing-signed-in", format!("users/{}", team.papers)),
        ];
        for page in &pages {
            browser.go(&page.path).await?;
            self.inspect(&browser, page.name).await?;
            self.keyboard(&browser, page.name).await?;
        }
        self.refused(&browser, team).await?;
        self.said(&browser).await?;
        browser.close().await
    }

    /// Forms that came back, and the plan of an import.
    async fn refused(&mut self, browser: &Browser, team: &Team) -> anyhow::Result<()> {
        browser.go("users/new").await?;
        for (label, value) in [("Username", "ada"), ("First name", "Ada"), ("Password", "12345678")] {
            browser.fill(label, value).await?;
        }
        browser.click("Add the user").await?;
        browser.expect("8 to 100").await?;
        self.inspect(browser, "user-new-refused").await?;
        browser.go(&format!("workspaces/{}", team.papers)).await?;
        browser.fill_in("Add somebody", "Username", "nobody").await?;
        browser.click_in("Add somebody", "Add").await?;
        browser.expect("There is no user “nobody”.").await?;
        self.inspect(browser, "workspace-refused").await?;
        browser.go("users/import").await?;
        browser.fill("Or its text", "username,role\nx,boss\n,admin\n").await?;
        browser.click("Show what it changes").await?;
        browser.expect("Line 2").await?;
        self.inspect(browser, "user-import-refused").await?;
        browser.fill("Or its text", "username,role,workspaces\nada,owner,papers\nzoe,annotator,papers\n").await?;
        browser.click("Show what it changes").await?;
        browser.expect("+ zoe").await?;
        self.inspect(browser, "user-import-plan").await
    }

    /// What is said once.
    async fn said(&mut self, browser: &Browser) -> anyhow::Result<()> {
        browser.go("invitations").await?;
        browser.click("Make the link").await?;
        browser.expect("It is shown this once.").await?;
        // Each look loads the page anew, so that what is said is gone: it is looked at as it is.
        self.obstacles(browser, "invitations-made").await?;
        browser.picture(&self.pictures.join("invitations-made-light-1280.webp"), HIGHEST).await
    }

    async fn member(&mut self, driver: &Driver, team: &Team, name: &str, prefix: &str) -> anyhow::Result<()> {
        let browser = Browser::open(driver, &self.base, Look::WIDE).await?;
        browser.go("sign-in").await?;
        sign_in(&browser, name, PASSWORD).await?;
        browser.expect("My settings").await?;
        let pages = [
            ("home", String::new()),
            ("settings", "settings".to_owned()),
            ("workspaces", "workspaces".to_owned()),
            ("workspace", format!("workspaces/{}", team.papers)),
            ("permissions", "permissions".to_owned()),
            ("forbidden", "users".to_owned()),
        ];
        for (page, path) in pages {
            browser.go(&path).await?;
            self.inspect(&browser, &format!("{prefix}-{page}")).await?;
        }
        browser.close().await
    }

    /// Looks at the page that is shown, and notes what is wrong with it.
    async fn inspect(&mut self, browser: &Browser, name: &str) -> anyhow::Result<()> {
        self.seen.insert(name.to_owned());
        self.weight(browser, name).await?;
        for block in browser.texts_of(".call pre code").await? {
            if let Err(error) = self.calls.check(&block) {
                self.problems.push(format!("{name}: {error:#}"));
            }
        }
        for (width, is_dark) in [(WIDE, true), (NARROW, true), (NARROW, false), (WIDEST, false), (WIDE, false)] {
            let look = Look { width, is_dark, ..Look::WIDE };
            browser.see(look).await?;
            let inner = "return [document.documentElement.scrollWidth, innerWidth]";
            let widths = browser.run(inner, Vec::new()).await?;
            if widths[0].as_u64() > widths[1].as_u64() {
                self.problems.push(format!("{name}: at {width} px the page is {} px wide", widths[0]));
            }
            if width != WIDEST {
                self.obstacles(browser, &format!("{name} at {width} px, {}", theme(is_dark))).await?;
            }
            let file = format!("{name}-{}-{width}.webp", theme(is_dark));
            browser.picture(&self.pictures.join(file), HIGHEST).await?;
        }
        for complaint in browser.complaints().await? {
            // That a page is not there, or refuses, is what some of these are for.
            if !complaint.contains("Failed to load resource: the server responded with a status of 4") {
                self.problems.push(format!("{name}: {complaint}"));
            }
        }
        Ok(())
    }

    /// What keeps people from using the page.
    async fn obstacles(&mut self, browser: &Browser, name: &str) -> anyhow::Result<()> {
        let loaded = browser.run("return typeof axe === 'object'", Vec::new()).await?;
        if loaded != Value::Bool(true) {
            browser.run(&self.axe, Vec::new()).await?;
        }
        let script = "const done = arguments[0];\
            axe.run(document, { resultTypes: ['violations'] }).then((found) => done(found.violations.flatMap((rule) =>\
            rule.nodes.slice(0, 3).map((node) => rule.id + ': ' + node.failureSummary + ' ' + node.html.slice(0, 200)))),\
            (error) => done([String(error)]));";
        let found = browser.run_async(script, Vec::new()).await?;
        for violation in found.as_array().context("axe gave no list")? {
            self.problems.push(format!("{name}: {}", violation.as_str().unwrap_or_default()));
        }
        Ok(())
    }

    /// All that the page loads comes from here, and is little.
    async fn weight(&mut self, browser: &Browser, name: &str) -> anyhow::Result<()> {
        let script = "return performance.getEntries().filter((entry) => entry.decodedBodySize !== undefined)\
            .map((entry) => [entry.name, entry.decodedBodySize, entry.initiatorType])";
        let loaded = browser.run(script, Vec::new()).await?;
        let loaded = loaded.as_array().context("nothing was loaded")?;
        let sum: u64 = loaded.iter().filter_map(|entry| entry[1].as_u64()).sum();
        ensure!(sum > 0, "{name}: the browser tells no sizes");
        if sum >= MOST {
            self.problems.push(format!("{name}: the page has {sum} bytes in all"));
        }
        for entry in loaded {
            let address = entry[0].as_str().unwrap_or_default();
            if !address.starts_with(&self.base) {
                self.problems.push(format!("{name}: {address} is elsewhere"));
            }
        }
        Ok(())
    }

    /// The keyboard alone reaches everything that a pointer reaches, in the page's order, and one sees where one is.
    async fn keyboard(&mut self, browser: &Browser, name: &str) -> anyhow::Result<()> {
        let prepare = "window.stops = Array.from(document.querySelectorAll(\
            'a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex=\"0\"]'))\
            .filter((one) => !one.disabled && one.checkVisibility()); \
            const radios = stops.filter((one) => one.type === 'radio' && !one.checked).length; \
            stops[0].focus(); return stops.length - radios";
        let stops = browser.run(prepare, Vec::new()).await?.as_u64().context("no number")?;
        // Long lists are of one kind.
        let presses = stops.saturating_sub(1).min(40);
        let mut last = 0;
        for _ in 0..presses {
            browser.press(Key::Tab).await?;
            let here = "const one = document.activeElement; const style = getComputedStyle(one);\
                return [stops.indexOf(one), style.outlineStyle !== 'none' && style.outlineWidth !== '0px', one.outerHTML.slice(0, 120)]";
            let here = browser.run(here, Vec::new()).await?;
            let position = here[0].as_i64().unwrap_or(-1);
            if position <= last {
                // A day has stops within it.
                if position == last && here[2].as_str().is_some_and(|html| html.contains("type=\"date\"")) {
                    continue;
                }
                self.problems.push(format!("{name}: Tab leads from stop {last} to {position}: {}", here[2]));
                return Ok(());
            }
            if here[1] != json!(true) {
                self.problems.push(format!("{name}: nothing shows that the cursor is at {}", here[2]));
            }
            last = position;
        }
        Ok(())
    }
}

const fn theme(is_dark: bool) -> &'static str {
    if is_dark { "dark" } else { "light" }
}
