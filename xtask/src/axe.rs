//! What looks for obstacles on pages (`tests/axe`).

use std::path::PathBuf;

use xshell::Shell;

use crate::npm::{self, Missing};

/// Its program, or what is missing.
pub(crate) fn install(sh: &Shell) -> anyhow::Result<Result<PathBuf, Missing>> {
    Ok(npm::install(sh, "axe", &[])?.map(|place| place.join("node_modules/axe-core/axe.min.js")))
}
