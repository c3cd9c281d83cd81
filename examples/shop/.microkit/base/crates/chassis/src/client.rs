//! Calls to other services. A `Callee` is one of them: it waits no longer than the caller does, tries again only what
//! is safe to try again, and stops asking a service that is down.
//! Clients of the services hold one each. Read next: `client/callee.rs`.

mod breaker;
mod call;
mod callee;
mod error;
mod reply;
mod send;
mod transport;
mod upload;

pub use callee::Callee;
pub use error::CallError;
pub use reply::Reply;
pub(crate) use transport::{Slot, Transport};

#[cfg(test)]
mod tests;
