//! `cargo xtask test`

use anyhow::bail;
use xshell::{Shell, cmd};

use crate::postgres::Cluster;

pub(crate) fn run(sh: &Shell, strict: bool, arguments: &[String]) -> anyhow::Result<()> {
    let cluster = Cluster::start()?;
    match &cluster {
        Some(cluster) => {
            sh.set_var("OCHRE_TEST_POSTGRES", cluster.url());
            println!("xtask: testing on SQLite and on PostgreSQL (a private cluster)");
        }
        None if strict => bail!("PostgreSQL is not installed; on Debian, apt-get install postgresql brings it"),
        None => println!("xtask: SKIPPED: PostgreSQL is not installed, so only SQLite is tested"),
    }
    // The binaries first: tests start them.
    cmd!(sh, "cargo build --workspace --bins").run()?;
    cmd!(sh, "cargo test --workspace {arguments...}").run()?;
    if cluster.is_none() {
        println!("xtask: SKIPPED: all tests on PostgreSQL");
    }
    Ok(())
}
