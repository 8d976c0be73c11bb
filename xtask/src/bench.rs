//! `cargo xtask bench`

use xshell::{Shell, cmd};

pub(crate) fn run(sh: &Shell) -> anyhow::Result<()> {
    cmd!(sh, "cargo build --release --bin ochre-server --bin ochre --package ochre-bench --bin ochre-bench --package ochre-server --package ochre-cli").run()?;
    let server = sh.current_dir().join("target/release/ochre-server");
    let bench = sh.current_dir().join("target/release/ochre-bench");
    Ok(cmd!(sh, "{bench} {server}").run()?)
}
