//! `cargo xtask bench`

use xshell::{Shell, cmd};

pub(crate) fn run(sh: &Shell) -> anyhow::Result<()> {
    cmd!(sh, "cargo build --release --package ochre-server --bin ochre-server --package ochre-bench --bin ochre-bench")
        .run()?;
    let server = sh.current_dir().join("target/release/ochre-server");
    let bench = sh.current_dir().join("target/release/ochre-bench");
    Ok(cmd!(sh, "{bench} {server}").run()?)
}
