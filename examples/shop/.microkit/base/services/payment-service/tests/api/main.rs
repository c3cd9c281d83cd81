//! The interface of payment-service, tried without a socket or a server: the router is called in process, each test with a
//! fresh database. `cargo test -p payment-service` runs them.

mod order_created_event;
mod payments;
