//! What tests need from npm (directories below `tests`), installed once below `target/`.

use std::path::PathBuf;

use xshell::{Shell, cmd};

use crate::process::find;

/// Why it is not there, and what brings it, for whoever tests.
pub(crate) type Missing = &'static str;

/// Installs a directory's packages beside these files of it: where, or what is missing. It is no reason to test nothing else.
pub(crate) fn install(sh: &Shell, name: &str, files: &[&str]) -> anyhow::Result<Result<PathBuf, Missing>> {
    if find("node", &[]).is_none() || find("npm", &[]).is_none() {
        return Ok(Err("Node.js is not installed; on Debian, apt-get install nodejs npm brings it"));
    }
    let (source, place) = (sh.current_dir().join("tests").join(name), sh.current_dir().join("target").join(name));
    let (lock, ready) = ("package-lock.json", place.join("ready"));
    sh.create_dir(&place)?;
    let is_installed = ready.exists() && sh.read_file(&ready)? == sh.read_file(source.join(lock))?;
    for file in files.iter().chain(&["package.json", lock, ".npmrc"]) {
        sh.copy_file(source.join(file), place.join(file))?;
    }
    if !is_installed {
        let _here = sh.push_dir(&place);
        if let Err(error) = cmd!(sh, "npm ci --silent --no-audit --no-fund").run() {
            println!("xtask: {error}");
            return Ok(Err("npm cannot install what the tests need; it needs the network, once"));
        }
        // What was installed is known by its lock.
        sh.copy_file(place.join(lock), &ready)?;
    }
    Ok(Ok(place))
}
