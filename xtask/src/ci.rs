//! `cargo xtask ci`

use xshell::{Shell, cmd};

use crate::{compat, docs, e2e, outside, tidy, torture};

type Check = fn(&Shell) -> anyhow::Result<()>;

pub(crate) fn run(sh: &Shell) -> anyhow::Result<()> {
    let checks: [(&str, Check); 9] = [
        ("fmt", fmt),
        ("clippy", clippy),
        ("tidy", tidy::run),
        ("outside", outside::run),
        ("docs", |sh| docs::run(sh, docs::Mode::Check)),
        ("rustdoc", rustdoc),
        ("compat", compat::run),
        ("e2e", |sh| e2e::run(sh, false)),
        ("torture", |sh| torture::run(sh, true)),
    ];
    for (name, check) in checks {
        println!("xtask: {name}");
        check(sh)?;
    }
    println!("xtask: all checks passed");
    Ok(())
}

pub(crate) fn fmt(sh: &Shell) -> anyhow::Result<()> {
    Ok(cmd!(sh, "cargo fmt --all --check").run()?)
}

pub(crate) fn clippy(sh: &Shell) -> anyhow::Result<()> {
    Ok(cmd!(sh, "cargo clippy --quiet --workspace --all-targets -- -D warnings").run()?)
}

fn rustdoc(sh: &Shell) -> anyhow::Result<()> {
    let _flags = sh.push_env("RUSTDOCFLAGS", "-D warnings");
    // With the examples come the features that clippy has checked the dependencies with.
    Ok(cmd!(sh, "cargo doc --quiet --workspace --no-deps --lib --bins --examples").run()?)
}
