//! What `/orders` answers with. A type of its own, so that the table can change without the interface.
//!
//! `routes.rs` makes it from the row of `entity.rs`.

use chassis::Decimal;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::entity;
use super::types::{OrderItem, OrderStatus};

/// One order as clients see it.
#[derive(Debug, Serialize, ToSchema)]
pub struct OrderResponse {
    pub id: Uuid,
    pub user_id: Uuid,
    pub items: Vec<OrderItem>,
    pub total: Decimal,
    pub status: OrderStatus,
}

impl From<entity::Model> for OrderResponse {
    fn from(model: entity::Model) -> Self {
        Self {
            id: model.id,
            user_id: model.user_id,
            items: model.items.0,
            total: model.total,
            status: model.status,
        }
    }
}
