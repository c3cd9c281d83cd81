//! The services that this one calls, each behind a typed client.
//!
//! `app.rs` holds them. A client never waits for ever, tries again only what is safe to try again, and stops asking a
//! service that is down: `chassis::Callee` sees to it.

use chassis::Context;

pub mod user_service;

pub use user_service::UserServiceClient;

/// One client for each service named by `.calls` in `lib.rs`.
#[derive(Clone)]
pub struct Clients {
    pub user_service: UserServiceClient,
}

impl Clients {
    /// # Errors
    ///
    /// Where `lib.rs` does not declare the call.
    pub fn new(context: &Context) -> anyhow::Result<Self> {
        Ok(Self {
            user_service: UserServiceClient::new(context)?,
        })
    }
}
