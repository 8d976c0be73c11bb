//! `cargo xtask torture`

use anyhow::bail;
use xshell::{Shell, cmd};

use crate::{build, postgres::Cluster, process::variable};

pub(crate) fn run(sh: &Shell, tenth: bool) -> anyhow::Result<()> {
    build::everything(sh)?;
    let (server, torture) = (build::program(sh, "ochre-server"), build::program(sh, "ochre-torture"));
    let rounds: &[&str] = if tenth { &["--tenth"] } else { &[] };
    cmd!(sh, "{torture} {server} {rounds...}").run()?;
    match Cluster::start()? {
        Some(cluster) => {
            let url = cluster.url();
            cmd!(sh, "{torture} {server} {rounds...} --postgres {url}").run()?;
        }
        None if variable("CI").is_some() => bail!("PostgreSQL is not installed"),
        None => println!("xtask: SKIPPED: PostgreSQL is not installed, so only SQLite is tortured"),
    }
    Ok(())
}
