//! The modular monolith: the services and the gateway in one process, started by `cargo run`.
//!
//! The services are the same crates that run as processes of their own. Here a call between them is a function call
//! and only the gateway listens. Start like this, and take a service out when there is a reason to: `microkit extract`.

use std::process::ExitCode;

use chassis::Service;

fn main() -> ExitCode {
    chassis::run_together(gateway::gateway(), services())
}

/// Those that are `extracted()` run as processes of their own, unless `EXTRACTED_SERVICES` says which do.
fn services() -> Vec<Service> {
    vec![
        order_service::service(),
        payment_service::service(),
        user_service::service(),
    ]
}
