//! A service and the gateway as the manifest declares them.
//!
//! Made by `validate/service.rs`, read by `plan`. Read `resource.rs` next.

use std::time::Duration;

use super::{EventName, Resource, ServiceName};

/// The one entry point of the system.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gateway {
    pub port: u16,
    /// How long it waits for a service.
    pub timeout: Duration,
}

/// How the databases of PostgreSQL are spread over servers when the system runs on Docker.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PostgresServers {
    PerService,
    Shared,
}

/// One service: a crate, a process, a database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Service {
    pub name: ServiceName,
    pub port: u16,
    pub database: Database,
    /// The services that it calls over HTTP, sorted by name.
    pub calls: Vec<ServiceName>,
    /// Sorted by name.
    pub publishes: Vec<EventName>,
    /// Sorted by name.
    pub consumes: Vec<EventName>,
    /// Each behind those of this service that it refers to; otherwise sorted by name.
    pub resources: Vec<Resource>,
}

/// Where a service keeps its data. Run in one process, the first two are both SQLite files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Database {
    Postgres,
    Sqlite,
    None,
}
