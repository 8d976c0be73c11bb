//! `cargo xtask test`

use std::fs;

use anyhow::{bail, ensure};
use xshell::{Shell, cmd};

use crate::{build, oidc, postgres::Cluster};

pub(crate) fn run(sh: &Shell, strict: bool, arguments: &[String]) -> anyhow::Result<()> {
    let cluster = Cluster::start()?;
    match &cluster {
        Some(cluster) => {
            sh.set_var("OCHRE_TEST_POSTGRES", cluster.url());
            println!("xtask: testing on SQLite and on PostgreSQL (a private cluster)");
        }
        None if strict => bail!("PostgreSQL is not installed; on Debian, apt-get install postgresql brings it"),
        None => println!("xtask: SKIPPED: PostgreSQL is not installed, so only SQLite is tested"),
    }
    let provider = oidc::install(sh)?;
    match &provider {
        Ok(directory) => sh.set_var("OCHRE_TEST_OIDC", directory),
        Err(missing) if strict => bail!("{missing}"),
        Err(missing) => println!("xtask: SKIPPED: nobody signs in by a provider: {missing}"),
    }
    let logs = tempfile::tempdir()?;
    let log = logs.path().join("suite.log");
    sh.set_var("OCHRE_TEST_LOG", &log);
    // The programs first: tests start them.
    build::everything(sh)?;
    cmd!(sh, "cargo test --workspace {arguments...}").run()?;
    if arguments.is_empty() {
        no_secrets(&fs::read_to_string(log)?)?;
    }
    if cluster.is_none() {
        println!("xtask: SKIPPED: all tests on PostgreSQL");
    }
    if provider.is_err() {
        println!("xtask: SKIPPED: all tests with an OpenID provider");
    }
    Ok(())
}

/// Passwords and keys that tests choose.
const CHOSEN: &[&str] = &[
    "correct horse battery",
    "12345678",
    "argilla.apikey",
    "another password",
    "a new password",
    "a later password",
    "wrong password",
    "from a file",
    "ochre-secret",
    "a-key-of-mine",
    "key-of-",
    "a14427ea-9197",
    "$2y$",
    "$2b$",
    "$2a$",
];
/// Length of a generated API key.
const KEY_CHARS: usize = 107;

/// Looks for secrets in the log of the whole suite: chosen ones, generated keys, tokens and hashes.
fn no_secrets(log: &str) -> anyhow::Result<()> {
    ensure!(log.contains("user created") && log.contains("signed in"), "the log of the suite is not complete");
    for (number, line) in log.lines().enumerate() {
        // API keys, tokens, named keys and links.
        let word = |word: &str| {
            word.len() == KEY_CHARS || ["eyJ", "och_", "ochl_"].iter().any(|prefix| word.starts_with(prefix))
        };
        let plain = |c: char| c.is_ascii_alphanumeric() || "-_".contains(c);
        let generated = line.split(|c| !plain(c)).any(word);
        let chosen = CHOSEN.iter().any(|secret| line.contains(secret));
        ensure!(
            !generated && !chosen && !line.contains("$argon2"),
            "a secret in line {} of the log: {line}",
            number + 1
        );
    }
    println!("xtask: no secret in the {} lines that the suite logged", log.lines().count());
    Ok(())
}
