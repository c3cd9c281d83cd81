//! The event `order.created`. Published by `orders/repository.rs`.

use chassis::{Decimal, Event, Peer};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::orders::entity;

/// What the event carries. A field may be added later; one that is there is never removed or given another meaning.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OrderCreated {
    pub order_id: Uuid,
    pub user_id: Uuid,
    pub total: Decimal,
}

impl Event for OrderCreated {
    const TYPE: &'static str = "order.created";
    const SUBSCRIBERS: &'static [Peer] = &[Peer::new("payment-service", 8003)];

    /// Events of one subject arrive in the order in which they were published.
    fn subject(&self) -> String {
        self.order_id.to_string()
    }
}

impl From<&entity::Model> for OrderCreated {
    fn from(model: &entity::Model) -> Self {
        Self {
            order_id: model.id,
            user_id: model.user_id,
            total: model.total,
        }
    }
}
