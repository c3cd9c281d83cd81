//! The events that this service publishes or takes, one file each.
//!
//! An event leaves in the transaction that made it true (the transactional outbox) and is taken once however often it
//! is delivered (the idempotent consumer). The chassis does both.

mod order_created;

pub use order_created::OrderCreated;
