//! The interface of user-service, tried without a socket or a server: the router is called in process, each test with a
//! fresh database. `cargo test -p user-service` runs them.

mod users;
