//! What the handlers share. Made once at start by `lib.rs`, handed to every handler as axum's state.

use chassis::Context;

use crate::clients::Clients;
use crate::orders::OrderRepository;

/// The repository and the clients of the services that are called. A clone is cheap and shares what is behind it.
#[derive(Clone)]
pub struct App {
    pub clients: Clients,
    pub orders: OrderRepository,
}

impl App {
    /// # Errors
    ///
    /// Where `lib.rs` does not declare what is asked of the context here.
    pub fn new(context: &Context) -> anyhow::Result<Self> {
        Ok(Self {
            clients: Clients::new(context)?,
            orders: OrderRepository::new(context)?,
        })
    }
}
