//! payment-service: owns the payments, and nobody else touches them.
//!
//! Read next: `app.rs`, then `payments/routes.rs`.

use chassis::{Peer, Service};

use crate::app::App;

pub mod app;
pub mod clients;
pub mod events;
mod migrations;
pub mod payments;

/// What this service is to the chassis, which does the rest: it migrates the database, listens, measures and stops.
///
/// `main.rs` runs it alone and the monolith beside the other services. Nothing here knows which.
pub fn service() -> Service {
    Service::builder("payment-service", 8003, App::new)
        .database(migrations::all)
        .calls(Peer::new("order-service", 8002))
        .subscribes::<events::OrderCreated>()
        .routes(payments::router())
        .build()
}
