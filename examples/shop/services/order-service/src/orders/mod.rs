//! The resource `order`, served under `/orders`.
//!
//! In reading order: `routes.rs` (HTTP), `requests.rs` (what may be sent), `responses.rs` (what is answered),
//! `repository.rs` (the database), `entity.rs` (a row of it), `types.rs` (the types of its fields), `migration.rs` (its table).

pub mod entity;
pub mod migration;
mod repository;
pub mod requests;
pub mod responses;
mod routes;
pub mod types;

pub use repository::OrderRepository;
pub use routes::router;
