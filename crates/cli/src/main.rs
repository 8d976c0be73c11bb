//! `ochre`: administers users and workspaces from a terminal.
//!
//! It talks HTTP through `ochre-client` and never opens a database. Data goes to the standard output, talk to the
//! standard error.

mod args;
mod command;
mod output;

use std::process::ExitCode;

use clap::Parser as _;
use ochre_client::Error;

use crate::args::Arguments;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match command::run(arguments).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            output::complain(&error);
            ExitCode::from(exit_code(&error))
        }
    }
}

/// 1 failure, 3 authentication or permission, 4 not found, 5 conflict, 69 unreachable; usage errors end with 2 earlier.
fn exit_code(error: &anyhow::Error) -> u8 {
    if error.is::<command::NotFound>() {
        return 4;
    }
    match error.downcast_ref::<Error>() {
        Some(Error::Unreachable(_)) => 69,
        Some(error) => match error.status() {
            Some(401 | 403) => 3,
            Some(404) => 4,
            Some(409) => 5,
            _ => 1,
        },
        None => 1,
    }
}
