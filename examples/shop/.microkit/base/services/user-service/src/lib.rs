//! user-service: owns the users, and nobody else touches them.
//!
//! Read next: `app.rs`, then `users/routes.rs`.

use chassis::Service;

use crate::app::App;

pub mod app;
mod migrations;
pub mod users;

/// What this service is to the chassis, which does the rest: it migrates the database, listens, measures and stops.
///
/// `main.rs` runs it alone and the monolith beside the other services. Nothing here knows which.
pub fn service() -> Service {
    Service::builder("user-service", 8001, App::new)
        .database(migrations::all)
        .routes(users::router())
        .build()
}
