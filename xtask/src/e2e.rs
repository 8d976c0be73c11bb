//! `cargo xtask e2e`: the pages in a real browser.

use std::path::PathBuf;

use anyhow::{bail, ensure};
use xshell::{Shell, cmd};

use crate::{
    compat::binary,
    process::{OchreServer, find, variable},
};

pub(crate) fn run(sh: &Shell) -> anyhow::Result<()> {
    let names = ["chromium", "chromium-browser", "google-chrome"];
    let Some(chromium) = names.iter().find_map(|name| find(name, &[])) else {
        if variable("CI").is_some() {
            bail!("Chromium is not installed");
        }
        println!("xtask: SKIPPED: Chromium is not installed, so no page is loaded");
        return Ok(());
    };
    cmd!(sh, "cargo build --quiet --bin ochre-server --bin ochre").run()?;
    let server = OchreServer::start(&binary(sh), None)?;

    let docs = dom(sh, &chromium, &format!("{}/api/v1/docs", server.url))?;
    for operation in ["create_user", "list_users", "add_workspace_user", "create_token"] {
        ensure!(docs.contains(operation), "the API's documentation does not show {operation}");
    }
    let welcome = dom(sh, &chromium, &format!("{}/", server.url))?;
    ensure!(welcome.contains("name=\"password\""), "the first page is not the way in");
    let sign_in = dom(sh, &chromium, &format!("{}/sign-in", server.url))?;
    ensure!(sign_in.contains("name=\"password\""), "the page to sign in has no field for a password");
    let ochre = binary(sh).with_file_name("ochre");
    let url = &server.url;
    let invitation = cmd!(sh, "{ochre} --url {url} invite --role annotator")
        .env("OCHRE_API_KEY", "argilla.apikey")
        .quiet()
        .read()?;
    let invited = dom(sh, &chromium, invitation.trim())?;
    ensure!(invited.contains("name=\"first_name\""), "an invitation asks for no name");
    println!("xtask: the pages load in {}", chromium.display());
    Ok(())
}

/// The page as it is after its scripts have run. Every host but this machine is unreachable for it.
fn dom(sh: &Shell, chromium: &PathBuf, url: &str) -> anyhow::Result<String> {
    let profile = tempfile::tempdir()?;
    let profile = format!("--user-data-dir={}", profile.path().display());
    let flags = [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
        "--virtual-time-budget=10000",
        "--dump-dom",
    ];
    Ok(cmd!(sh, "{chromium} {flags...} {profile} {url}").ignore_stderr().quiet().read()?)
}
