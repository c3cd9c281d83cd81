//! What `microkit compose` writes, on a Docker engine: it comes up the first time, keeps apart what it says is kept apart,
//! and survives what happens to containers. Each test says what it saw:
//! `cargo test --test docker -- --show-output --test-threads=1`, after `.ci/docker` started the engine.

#![allow(clippy::disallowed_methods, clippy::unwrap_used, reason = "a test")]
#![cfg(unix)]

#[path = "../support/contract.rs"]
mod contract;
#[path = "../support/http.rs"]
mod http;
#[path = "../support/load.rs"]
mod load;
#[path = "../support/servers/mod.rs"]
mod servers;
#[path = "../support/touch.rs"]
mod touch;

mod engine;
mod project;

mod doctor;
mod large;
mod monolith;
mod observability;
mod schema;
mod shop;
mod small;
mod walk;
