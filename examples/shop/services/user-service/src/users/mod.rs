//! The resource `user`, served under `/users`.
//!
//! In reading order: `routes.rs` (HTTP), `requests.rs` (what may be sent), `responses.rs` (what is answered),
//! `repository.rs` (the database), `entity.rs` (a row of it), `migration.rs` (its table).

pub mod entity;
pub mod migration;
mod repository;
pub mod requests;
pub mod responses;
mod routes;

pub use repository::UserRepository;
pub use routes::router;
