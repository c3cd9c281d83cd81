//! The `microkit` program. Everything it does is in the library beside it; read `cli.rs` next.

use std::process::ExitCode;

fn main() -> ExitCode {
    microkit::cli::main()
}
