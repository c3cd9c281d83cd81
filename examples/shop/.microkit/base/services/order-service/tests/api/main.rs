//! The interface of order-service, tried without a socket or a server: the router is called in process, each test with a
//! fresh database. `cargo test -p order-service` runs them.

mod orders;
