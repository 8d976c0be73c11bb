//! The OpenID provider that tests sign in at (`tests/oidc`).

use std::path::PathBuf;

use xshell::Shell;

use crate::npm::{self, Missing};

/// Where it is installed, or what is missing.
pub(crate) fn install(sh: &Shell) -> anyhow::Result<Result<PathBuf, Missing>> {
    npm::install(sh, "oidc", &["provider.mjs", "accounts.json"])
}
