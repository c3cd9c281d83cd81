//! Which service owns which path under `/api`. The only file of the gateway that names a service.
//!
//! What is not named here can't be reached from outside. `lib.rs` hands it to the chassis, `proxy.rs` follows it.

use std::time::Duration;

use chassis::Peer;

/// Where the gateway listens unless `PORT` says otherwise.
pub const PORT: u16 = 8000;

/// How long a service may take to answer.
pub const TIMEOUT: Duration = Duration::from_millis(5000);

/// The services behind the gateway, with the port of each when it runs alone.
pub fn services() -> Vec<Peer> {
    vec![
        Peer::new("order-service", 8002),
        Peer::new("payment-service", 8003),
        Peer::new("user-service", 8001),
    ]
}

/// The first part of a path under `/api`, and the service that owns it.
pub fn routes() -> Vec<(&'static str, &'static str)> {
    vec![
        ("orders", "order-service"),
        ("payments", "payment-service"),
        ("users", "user-service"),
    ]
}
