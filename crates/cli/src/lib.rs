//! `ochre`: administers users and workspaces from a terminal.
//!
//! It talks HTTP through `ochre-client` and never opens a database. Data goes to the standard output, talk to the standard error.
//! It is a library for its own documentation alone, which is generated from [`command()`].

mod args;
mod command;
mod connection;
mod console;
mod failure;
mod file;
mod hash;
mod output;
mod passwords;
mod profile;

use std::{io, process::ExitCode};

use clap::{CommandFactory as _, Parser as _};

use crate::args::Arguments;

/// The exit code of whoever is interrupted: 128 and the number of the signal, as shells have it.
const INTERRUPTED: i32 = 130;

/// The command line, for whatever is generated from it.
#[must_use]
pub fn command() -> clap::Command {
    Arguments::command()
}

/// Runs the program.
#[must_use]
pub fn main() -> ExitCode {
    let arguments = Arguments::parse();
    // One thread beside this one hears of interruptions while this one waits for whoever types.
    let runtime = match tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            console::complain(&error.into(), None);
            return ExitCode::FAILURE;
        }
    };
    runtime.spawn(async {
        if tokio::signal::ctrl_c().await.is_ok() {
            console::restore_terminal();
            std::process::exit(INTERRUPTED);
        }
    });
    let mut source = None;
    match runtime.block_on(command::run(arguments, &mut source)) {
        Ok(()) => ExitCode::SUCCESS,
        // Whoever read the output has enough of it. Where that matters (`diff`) the command has said so itself.
        Err(error) if is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            if !matches!(error.downcast_ref(), Some(failure::Failure::Drift)) {
                console::complain(&error, failure::hint(&error, source.as_deref()).as_deref());
            }
            ExitCode::from(failure::exit_code(&error))
        }
    }
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    let kind = error.downcast_ref::<io::Error>().map(io::Error::kind);
    let json = error.downcast_ref::<serde_json::Error>().and_then(serde_json::Error::io_error_kind);
    kind.or(json) == Some(io::ErrorKind::BrokenPipe)
}
