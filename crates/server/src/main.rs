//! `ochre-server`: see [`ochre_server::cli`].

use std::process::ExitCode;

fn main() -> ExitCode {
    ochre_server::cli::main()
}
