//! A browser, used by what people see: the names of buttons, links and fields.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::{Context as _, bail};
use base64::{Engine as _, prelude::BASE64_STANDARD};
use fantoccini::{
    Client, ClientBuilder, Locator,
    actions::{InputSource as _, KeyAction, KeyActions},
    elements::Element,
    key::Key,
    wd::{Capabilities, WebDriverCompatibleCommand},
};
use http::Method;
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use url::{ParseError, Url};

/// How long a page may take to show what is expected of it.
const PATIENCE: Duration = Duration::from_secs(10);
const PAUSE: Duration = Duration::from_millis(50);

/// What drives the browsers, and which browser it is.
#[derive(Debug, Clone)]
pub(crate) struct Driver {
    /// Where chromedriver listens.
    pub(crate) url: String,
    /// Chromium's program.
    pub(crate) chromium: PathBuf,
}

/// How somebody looks at the pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Look {
    /// The window's width, in CSS pixels.
    pub(crate) width: u32,
    pub(crate) is_dark: bool,
    pub(crate) runs_scripts: bool,
}

impl Look {
    pub(crate) const WIDE: Self = Self { width: 1280, is_dark: false, runs_scripts: true };
}

/// A browser of one person, with a profile of its own.
#[derive(Debug)]
pub(crate) struct Browser {
    client: Client,
    /// Of the server; ends without a slash.
    base: String,
    look: Look,
    downloads: tempfile::TempDir,
}

impl Browser {
    pub(crate) async fn open(driver: &Driver, base: &str, look: Look) -> anyhow::Result<Self> {
        let downloads = tempfile::tempdir()?;
        let size = format!("--window-size={},900", look.width);
        let arguments = [
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--hide-scrollbars",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            // The browser reaches nobody but this machine.
            "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
            &size,
        ];
        let mut options = json!({
            "binary": driver.chromium,
            "args": arguments,
            "prefs": {"download.default_directory": downloads.path(), "profile.password_manager_leak_detection": false},
        });
        if !look.runs_scripts {
            options["prefs"]["profile.managed_default_content_settings.javascript"] = json!(2);
        }
        let mut capabilities = Capabilities::new();
        capabilities.insert("browserName".to_owned(), json!("chrome"));
        capabilities.insert("goog:chromeOptions".to_owned(), options);
        capabilities.insert("goog:loggingPrefs".to_owned(), json!({"browser": "ALL"}));
        let mut builder = ClientBuilder::new(HttpConnector::new());
        let client = builder.capabilities(capabilities).connect(&driver.url).await.context("cannot open a browser")?;
        let browser = Self { client, base: base.trim_end_matches('/').to_owned(), look, downloads };
        browser.see(look).await?;
        browser
            .devtools(
                "Browser.setDownloadBehavior",
                json!({"behavior": "allow", "downloadPath": browser.downloads.path()}),
            )
            .await?;
        Ok(browser)
    }

    /// Looks in another way; whether scripts run stays as it is.
    pub(crate) async fn see(&self, look: Look) -> anyhow::Result<()> {
        let metrics = json!({"width": look.width, "height": 900, "deviceScaleFactor": 1, "mobile": false});
        self.devtools("Emulation.setDeviceMetricsOverride", metrics).await?;
        let scheme = if look.is_dark { "dark" } else { "light" };
        let media = json!({"features": [{"name": "prefers-color-scheme", "value": scheme}]});
        self.devtools("Emulation.setEmulatedMedia", media).await?;
        Ok(())
    }

    pub(crate) const fn runs_scripts(&self) -> bool {
        self.look.runs_scripts
    }

    pub(crate) async fn close(self) -> anyhow::Result<()> {
        Ok(self.client.close().await?)
    }

    /// Opens an address of the server, or any other one.
    pub(crate) async fn go(&self, address: &str) -> anyhow::Result<()> {
        let address = if address.contains("://") { address.to_owned() } else { format!("{}/{address}", self.base) };
        self.client.goto(&address).await.with_context(|| format!("cannot open {address}"))
    }

    pub(crate) async fn back(&self) -> anyhow::Result<()> {
        Ok(self.client.back().await?)
    }

    pub(crate) async fn reload(&self) -> anyhow::Result<()> {
        Ok(self.client.refresh().await?)
    }

    /// The address below the server's, with its first slash.
    pub(crate) async fn path(&self) -> anyhow::Result<String> {
        let url = self.client.current_url().await?.to_string();
        Ok(url.strip_prefix(&self.base).unwrap_or(&url).to_owned())
    }

    pub(crate) async fn title(&self) -> anyhow::Result<String> {
        Ok(self.client.title().await?)
    }

    /// What can be read on the page.
    pub(crate) async fn text(&self) -> anyhow::Result<String> {
        Ok(self.client.find(Locator::Css("body")).await?.text().await?)
    }

    /// Waits until a text can be read.
    pub(crate) async fn expect(&self, text: &str) -> anyhow::Result<()> {
        self.until(text, true).await
    }

    /// Waits until a text can be read no longer.
    pub(crate) async fn expect_no(&self, text: &str) -> anyhow::Result<()> {
        self.until(text, false).await
    }

    async fn until(&self, text: &str, is_there: bool) -> anyhow::Result<()> {
        let mut shown = String::new();
        let found = wait(async || {
            // A page that is just being replaced has no body.
            shown = self.text().await.ok()?;
            (shown.contains(text) == is_there).then_some(())
        });
        if found.await.is_some() {
            return Ok(());
        }
        let path = self.path().await.unwrap_or_default();
        let verb = if is_there { "does not say" } else { "still says" };
        bail!("{path} {verb} {text:?}:\n{shown}")
    }

    /// Presses a button, follows a link or opens what is folded away.
    pub(crate) async fn click(&self, name: &str) -> anyhow::Result<()> {
        self.click_in("", name).await
    }

    /// The same within the section of this heading.
    pub(crate) async fn click_in(&self, section: &str, name: &str) -> anyhow::Result<()> {
        let name = literal(name);
        let path = format!(
            "{}//*[self::button or self::a or self::summary][normalize-space(.)={name} or @aria-label={name}]",
            inside(section)
        );
        let element = self.shown(&path).await?;
        element.click().await.with_context(|| format!("cannot press {name}"))
    }

    /// Whether there is such a button or link.
    pub(crate) async fn offers(&self, name: &str) -> anyhow::Result<bool> {
        let name = literal(name);
        let path = format!("//*[self::button or self::a][normalize-space(.)={name} or @aria-label={name}]");
        for element in self.client.find_all(Locator::XPath(&path)).await? {
            if element.is_displayed().await? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Types a value into the field of this label, chooses it, or ticks the box.
    pub(crate) async fn fill(&self, label: &str, value: &str) -> anyhow::Result<()> {
        self.fill_in("", label, value).await
    }

    /// The same within the section of this heading.
    pub(crate) async fn fill_in(&self, section: &str, label: &str, value: &str) -> anyhow::Result<()> {
        let field = self.field(section, label).await?;
        let kind = field.attr("type").await?.unwrap_or_default();
        match (field.tag_name().await?.as_str(), kind.as_str()) {
            ("select", _) => field.select_by_label(value).await?,
            (_, "checkbox" | "radio") => {
                if field.is_selected().await? != (value == "yes") {
                    field.click().await?;
                }
            }
            (_, "file") => field.send_keys(value).await?,
            // A day is typed as the browser's language has it.
            (_, "date") => {
                let mut parts = value.splitn(3, '-');
                let (year, month, day) = (parts.next(), parts.next(), parts.next());
                let typed = [month, day, year].map(Option::unwrap_or_default).concat();
                field.send_keys(&typed).await?;
            }
            _ => {
                field.clear().await?;
                field.send_keys(value).await?;
            }
        }
        Ok(())
    }

    /// What is in the field of this label.
    pub(crate) async fn value(&self, label: &str) -> anyhow::Result<String> {
        Ok(self.field("", label).await?.prop("value").await?.unwrap_or_default())
    }

    async fn field(&self, section: &str, label: &str) -> anyhow::Result<Element> {
        let inside = inside(section);
        let name = literal(label);
        // The label's own text, without the word that it may be left empty.
        let labelled = format!(
            "{inside}//*[@id={inside}//label[normalize-space(text()[1])={name}]/@for] | \
             {inside}//label[normalize-space(.)={name}]//input | {inside}//input[@aria-label={name}]"
        );
        self.shown(&labelled).await.with_context(|| format!("no field {label:?}"))
    }

    /// The first element of this path that can be seen.
    async fn shown(&self, path: &str) -> anyhow::Result<Element> {
        let found = wait(async || {
            let elements = match self.client.find_all(Locator::XPath(path)).await {
                Ok(elements) => elements,
                Err(error) => return Some(Err(error)),
            };
            for element in elements {
                if element.is_displayed().await.unwrap_or(false) {
                    return Some(Ok(element));
                }
            }
            None
        });
        match found.await {
            Some(element) => Ok(element?),
            None => bail!("nothing at {path} on {}:\n{}", self.path().await?, self.text().await?),
        }
    }

    /// The text of the first element of this selector.
    pub(crate) async fn text_of(&self, selector: &str) -> anyhow::Result<String> {
        let element =
            self.client.find(Locator::Css(selector)).await.with_context(|| format!("nothing is {selector}"))?;
        Ok(element.text().await?)
    }

    /// The texts of all elements of this selector, also of those that are folded away.
    pub(crate) async fn texts_of(&self, selector: &str) -> anyhow::Result<Vec<String>> {
        let mut texts = Vec::new();
        for element in self.client.find_all(Locator::Css(selector)).await? {
            texts.push(element.prop("textContent").await?.unwrap_or_default());
        }
        Ok(texts)
    }

    /// How many elements there are of this selector.
    pub(crate) async fn count(&self, selector: &str) -> anyhow::Result<usize> {
        Ok(self.client.find_all(Locator::Css(selector)).await?.len())
    }

    /// Presses a key, wherever the cursor is.
    pub(crate) async fn press(&self, key: Key) -> anyhow::Result<()> {
        let value = char::from(key);
        let keys = KeyActions::new("keyboard".to_owned()).then(KeyAction::Down { value }).then(KeyAction::Up { value });
        Ok(self.client.perform_actions(keys).await?)
    }

    /// Waits until a script of the test's own returns this.
    pub(crate) async fn expect_run(&self, script: &str, value: &Value) -> anyhow::Result<()> {
        let found = wait(async || self.run(script, Vec::new()).await.ok().filter(|found| found == value));
        found.await.map(drop).with_context(|| format!("{script} never gave {value}"))
    }

    /// Runs a script of the test's own; what it returns.
    pub(crate) async fn run(&self, script: &str, arguments: Vec<Value>) -> anyhow::Result<Value> {
        Ok(self.client.execute(script, arguments).await?)
    }

    /// The same for one that calls its last argument when it is done.
    pub(crate) async fn run_async(&self, script: &str, arguments: Vec<Value>) -> anyhow::Result<Value> {
        Ok(self.client.execute_async(script, arguments).await?)
    }

    /// What the browser complained about since it was asked: scripts and styles that were refused, files that are missing.
    pub(crate) async fn complaints(&self) -> anyhow::Result<Vec<String>> {
        let log = self.client.issue_cmd(Extension::new("se/log", json!({"type": "browser"}))).await?;
        let entries = log.as_array().context("the log is no list")?;
        Ok(entries.iter().map(|entry| entry["message"].as_str().unwrap_or_default().to_owned()).collect())
    }

    /// The whole page as a picture, at most so high.
    pub(crate) async fn picture(&self, file: &Path, most: u32) -> anyhow::Result<()> {
        let size = self.devtools("Page.getLayoutMetrics", json!({})).await?;
        let size = &size["cssContentSize"];
        let height = size["height"].as_f64().context("the page has no height")?.min(f64::from(most));
        let clip = json!({"x": 0, "y": 0, "width": size["width"], "height": height, "scale": 1});
        let shot = json!({"format": "webp", "quality": 80, "captureBeyondViewport": true, "clip": clip});
        let shot = self.devtools("Page.captureScreenshot", shot).await?;
        let picture = BASE64_STANDARD.decode(shot["data"].as_str().context("no picture")?)?;
        Ok(tokio::fs::write(file, picture).await?)
    }

    /// Waits for a file that the browser saves.
    pub(crate) async fn download(&self, name: &str) -> anyhow::Result<String> {
        let file = self.downloads.path().join(name);
        let read = wait(async || tokio::fs::read_to_string(&file).await.ok().filter(|text| !text.is_empty()));
        read.await.with_context(|| format!("{name} was not saved"))
    }

    async fn devtools(&self, command: &str, parameters: Value) -> anyhow::Result<Value> {
        let command = Extension::new("goog/cdp/execute", json!({"cmd": command, "params": parameters}));
        Ok(self.client.issue_cmd(command).await?)
    }
}

/// Tries again and again until there is something, as long as a page may take.
async fn wait<T>(mut attempt: impl AsyncFnMut() -> Option<T>) -> Option<T> {
    let found = async {
        loop {
            if let Some(found) = attempt().await {
                return found;
            }
            tokio::time::sleep(PAUSE).await;
        }
    };
    tokio::time::timeout(PATIENCE, found).await.ok()
}

/// The section of this heading; everywhere for none.
fn inside(section: &str) -> String {
    if section.is_empty() {
        return String::new();
    }
    format!("//section[h2[normalize-space(.)={}]]", literal(section))
}

/// A text in a path of `XPath`, which has no escapes.
fn literal(text: &str) -> String {
    if !text.contains('"') {
        return format!("\"{text}\"");
    }
    let parts: Vec<_> = text.split('"').map(|part| format!("\"{part}\"")).collect();
    format!("concat({})", parts.join(", '\"', "))
}

/// A command of chromedriver's own, beside the standard.
#[derive(Debug)]
struct Extension {
    path: &'static str,
    body: Value,
}

impl Extension {
    const fn new(path: &'static str, body: Value) -> Self {
        Self { path, body }
    }
}

impl WebDriverCompatibleCommand for Extension {
    fn endpoint(&self, base: &Url, session: Option<&str>) -> Result<Url, ParseError> {
        base.join(&format!("session/{}/{}", session.unwrap_or_default(), self.path))
    }

    fn method_and_body(&self, _: &Url) -> (Method, Option<String>) {
        (Method::POST, Some(self.body.to_string()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_text_is_a_literal() {
        assert_eq!(literal("it's"), "\"it's\"");
        assert_eq!(literal("a\"b'c"), "concat(\"a\", '\"', \"b'c\")");
    }
}
