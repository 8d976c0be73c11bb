//! The OpenID provider that tests sign in at (`tests/oidc`), installed once below `target/`.

use std::{fs, path::PathBuf, time::SystemTime};

use xshell::{Shell, cmd};

use crate::process::find;

/// Where it is installed; `None` where there is no Node.js to run it.
pub(crate) fn install(sh: &Shell) -> anyhow::Result<Option<PathBuf>> {
    if find("node", &[]).is_none() || find("npm", &[]).is_none() {
        return Ok(None);
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
        cmd!(sh, "npm ci --silent --no-audit --no-fund").run()?;
        sh.write_file(&ready, "")?;
    }
    Ok(Some(place))
}
