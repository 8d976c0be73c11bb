//! What looks for obstacles on pages (`tests/axe`), installed once below `target/`.

use std::path::PathBuf;

use xshell::{Shell, cmd};

use crate::{oidc::Missing, process::find};

const FILES: &[&str] = &["package.json", "package-lock.json", ".npmrc"];

/// Its program, or what is missing.
pub(crate) fn install(sh: &Shell) -> anyhow::Result<Result<PathBuf, Missing>> {
    if find("npm", &[]).is_none() {
        return Ok(Err("npm is not installed; on Debian, apt-get install npm brings it"));
    }
    let (source, place) = (sh.current_dir().join("tests/axe"), sh.current_dir().join("target/axe"));
    let program = place.join("node_modules/axe-core/axe.min.js");
    let is_same = |file: &&str| sh.read_file(source.join(file)).ok() == sh.read_file(place.join(file)).ok();
    if program.exists() && FILES.iter().all(is_same) {
        return Ok(Ok(program));
    }
    sh.create_dir(&place)?;
    for file in FILES {
        sh.copy_file(source.join(file), place.join(file))?;
    }
    let _here = sh.push_dir(&place);
    if let Err(error) = cmd!(sh, "npm ci --silent --no-audit --no-fund").run() {
        println!("xtask: {error}");
        return Ok(Err("npm cannot install axe-core; it needs the network, once"));
    }
    Ok(Ok(program))
}
