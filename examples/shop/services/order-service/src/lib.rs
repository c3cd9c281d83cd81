//! order-service: owns the orders, and nobody else touches them.
//!
//! Read next: `app.rs`, then `orders/routes.rs`.

use chassis::{Peer, Service};

use crate::app::App;

pub mod app;
pub mod clients;
pub mod events;
mod migrations;
pub mod orders;

/// What this service is to the chassis, which does the rest: it migrates the database, listens, measures and stops.
///
/// `main.rs` runs it alone and the monolith beside the other services. Nothing here knows which.
pub fn service() -> Service {
    Service::builder("order-service", 8002, App::new)
        .database(migrations::all)
        .calls(Peer::new("user-service", 8001))
        .publishes::<events::OrderCreated>()
        .routes(orders::router())
        .build()
}
