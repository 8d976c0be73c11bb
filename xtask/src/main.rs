//! Development commands, run as `cargo xtask COMMAND`.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a command line talks to its user")]

mod axe;
mod bench;
mod build;
mod ci;
mod compat;
mod docs;
mod e2e;
mod npm;
mod oidc;
mod outside;
mod postgres;
mod process;
mod statements;
mod test;
mod tidy;
mod torture;

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use xshell::Shell;

#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run all tests: on SQLite always, on PostgreSQL where its binaries are found
    Test {
        /// Fail where PostgreSQL is missing
        #[arg(long)]
        strict: bool,
        /// Passed on to cargo test
        #[arg(last = true)]
        arguments: Vec<String>,
    },
    /// Check everything that must hold before a change lands, besides the tests
    Ci,
    /// Check formatting
    Fmt,
    /// Run clippy; warnings are errors
    Clippy,
    /// Check the rules of the workspace: who depends on whom, what may stand where
    Tidy,
    /// Build a crate outside the workspace that depends on the SDK, and look at what it brings
    Outside,
    /// Write what is generated from the code (documentation, OpenAPI), or check it
    Docs {
        /// Change nothing; fail when something is out of date
        #[arg(long)]
        check: bool,
    },
    /// Write the OpenAPI document, or check it
    Openapi {
        /// Change nothing; fail when it is out of date
        #[arg(long)]
        check: bool,
    },
    /// Run the official Python SDK and the recorded answers against a started server
    Compat,
    /// Use the console in headless Chromium: the guide by hand, every page, scripts in every field
    E2e {
        /// Replace the pictures of the documentation
        #[arg(long)]
        save: bool,
    },
    /// Try to break promises: concurrent writers, kill -9, owners who remove each other
    Torture {
        /// A tenth of the rounds
        #[arg(long)]
        tenth: bool,
    },
    /// Measure speed and memory
    Bench,
}

fn main() -> ExitCode {
    match run(Arguments::parse().command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> anyhow::Result<()> {
    let sh = Shell::new()?;
    sh.change_dir(process::root()?);
    match command {
        Command::Test { strict, arguments } => test::run(&sh, strict, &arguments),
        Command::Ci => ci::run(&sh),
        Command::Fmt => ci::fmt(&sh),
        Command::Clippy => ci::clippy(&sh),
        Command::Tidy => tidy::run(&sh),
        Command::Outside => outside::run(&sh),
        Command::Docs { check } => docs::run(&sh, docs::Mode::new(check)),
        Command::Openapi { check } => docs::openapi(&sh, docs::Mode::new(check)),
        Command::Compat => compat::run(&sh),
        Command::E2e { save } => e2e::run(&sh, save),
        Command::Torture { tenth } => torture::run(&sh, tenth),
        Command::Bench => bench::run(&sh),
    }
}
