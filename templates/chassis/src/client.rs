//! Calls to other services. A `Callee` is one of them: it chooses one of its instances, waits no longer than the caller
//! does, tries again only what is safe to try again, and stops asking an instance that is down.
//! Clients of the services hold one each. Read next: `client/callee.rs`.

mod breaker;
mod call;
mod callee;
mod error;
mod instances;
mod reply;
mod send;
mod transport;
mod upload;

pub use callee::Callee;
pub use error::CallError;
pub(crate) use instances::Instances;
pub use reply::Reply;
pub(crate) use transport::{HttpClient, Slot, Transport, cause, client};

#[cfg(test)]
mod tests;
