//! `cargo xtask outside`: a crate of somebody else's, which depends on the SDK by its path alone.

use anyhow::bail;
use xshell::{Shell, cmd};

/// What such a crate must not compile.
const NEVER: &[&str] = &["axum", "sea-orm", "sqlx", "clap", "ochre-server", "ochre-storage", "ochre-domain"];

const MAIN: &str = r#"//! Lists users, as the SDK's guide shows it.
use ochre_client::Client;

#[tokio::main]
async fn main() -> Result<(), ochre_client::Error> {
    let client = Client::from_env()?;
    for user in client.users().list().await? {
        println!("{}", user.username);
    }
    Ok(())
}
"#;

pub(crate) fn run(sh: &Shell) -> anyhow::Result<()> {
    let place = tempfile::tempdir()?;
    let root = sh.current_dir();
    let sdk = root.join("crates/client");
    let manifest = format!(
        "[package]\nname = \"outside\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[workspace]\n\n[dependencies]\n\
         ochre-client = {{ path = {:?} }}\ntokio = {{ version = \"1\", features = [\"macros\", \"rt-multi-thread\"] }}\n",
        sdk.display().to_string()
    );
    sh.write_file(place.path().join("Cargo.toml"), manifest)?;
    sh.write_file(place.path().join("src/main.rs"), MAIN)?;
    // The versions that are tested here, and nothing that must be fetched.
    sh.copy_file(root.join("Cargo.lock"), place.path().join("Cargo.lock"))?;
    let target = root.join("target/outside");
    let _there = sh.push_dir(place.path());
    cmd!(sh, "cargo build --quiet --target-dir {target}").run()?;
    let tree = cmd!(sh, "cargo tree --edges normal --prefix none").quiet().read()?;
    let found: Vec<_> =
        tree.lines().filter_map(|line| line.split(' ').next()).filter(|name| NEVER.contains(name)).collect();
    if found.is_empty() { Ok(()) } else { bail!("a crate that depends on the SDK brings {}", found.join(", ")) }
}
