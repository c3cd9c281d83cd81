//! Runs the gateway alone, as its own process: `cargo run -p gateway`.
//!
//! It then calls each service at its URL. The monolith runs the same gateway beside the services.

use std::process::ExitCode;

fn main() -> ExitCode {
    chassis::run_gateway(gateway::gateway())
}
