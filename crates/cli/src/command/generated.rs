//! What is generated from the command line itself.

use std::{fs, io, path::Path};

use anyhow::Context as _;
use clap_complete::Shell;

use crate::{command as command_line, console::Talk};

pub(crate) fn completions(shell: Shell) -> anyhow::Result<()> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut command_line(), "ochre", &mut script);
    io::Write::write_all(&mut io::stdout().lock(), &script)?;
    Ok(())
}

/// Writes a page for each command: `ochre.1`, `ochre-users.1`, `ochre-users-list.1`, …
pub(crate) fn man(talk: Talk, directory: &Path) -> anyhow::Result<()> {
    let failed = || format!("cannot write to {}", directory.display());
    fs::create_dir_all(directory).with_context(failed)?;
    clap_mangen::generate_to(command_line(), directory).with_context(failed)?;
    talk.say(&format!("The pages are in {0}: man -l {0}/ochre.1 shows the first.", directory.display()));
    Ok(())
}
