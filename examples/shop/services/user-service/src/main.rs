//! Runs user-service alone, as its own process: `cargo run -p user-service`.
//!
//! The monolith runs the same service in one process with the others. `lib.rs` says what the service is.

use std::process::ExitCode;

fn main() -> ExitCode {
    chassis::run(user_service::service())
}
