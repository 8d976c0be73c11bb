//! `ochre`: see the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    ochre_cli::main()
}
