//! The OpenID provider that tests sign in at (`tests/oidc`), installed once below `target/`.

use std::{fs, path::PathBuf, time::SystemTime};

use xshell::{Shell, cmd};

use crate::process::find;

/// Why it is not there, and what brings it, for whoever tests.
pub(crate) type Missing = &'static str;

/// Where it is installed, or what is missing: it is no reason to test nothing else.
pub(crate) fn install(sh: &Shell) -> anyhow::Result<Result<PathBuf, Missing>> {
    if find("node", &[]).is_none() || find("npm", &[]).is_none() {
        return Ok(Err("Node.js is not installed; on Debian, apt-get install nodejs npm brings it"));
    }
    let (source, place) = (sh.current_dir().join("tests/oidc"), sh.current_dir().join("target/oidc"));
    let ready = place.join("ready");
    let changed =
        |path: &PathBuf| fs::metadata(path).and_then(|meta| meta.modified()).unwrap_or(SystemTime::UNIX_EPOCH);
    let lock = source.join("package-lock.json");
    sh.create_dir(&place)?;
    for file in ["provider.mjs", "accounts.json", "package.json", "package-lock.json", ".npmrc"] {
        sh.copy_file(source.join(file), place.join(file))?;
    }
    if !ready.exists() || changed(&lock) > changed(&ready) {
        let _here = sh.push_dir(&place);
        if let Err(error) = cmd!(sh, "npm ci --silent --no-audit --no-fund").run() {
            println!("xtask: {error}");
            return Ok(Err("npm cannot install the OpenID provider; it needs the network, once"));
        }
        sh.write_file(&ready, "")?;
    }
    Ok(Ok(place))
}
