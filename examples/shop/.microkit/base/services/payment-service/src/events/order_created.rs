//! The event `order.created`. Published by order-service; this service's view of it, and what it does about it.

use chassis::{Decimal, Event, Handle};
use sea_orm::DatabaseTransaction;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::app::App;

/// What the event carries. A field may be added later; one that is there is never removed or given another meaning.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OrderCreated {
    pub order_id: Uuid,
    pub user_id: Uuid,
    pub total: Decimal,
}

impl Event for OrderCreated {
    const TYPE: &'static str = "order.created";

    /// Events of one subject arrive in the order in which they were published.
    fn subject(&self) -> String {
        self.order_id.to_string()
    }
}

impl Handle<OrderCreated> for App {
    /// Runs in the transaction that also marks the event as taken: what is written through `transaction` is written
    /// once. An error undoes it, and the event is delivered again later.
    async fn handle(
        &self,
        event: OrderCreated,
        _transaction: &DatabaseTransaction,
    ) -> anyhow::Result<()> {
        // What follows from it is yours to write.
        tracing::info!(subject = event.subject(), "event taken");
        Ok(())
    }
}
