//! What `/payments` answers with. A type of its own, so that the table can change without the interface.
//!
//! `routes.rs` makes it from the row of `entity.rs`.

use chassis::Decimal;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::entity;
use super::types::PaymentStatus;

/// One payment as clients see it.
#[derive(Debug, Serialize, ToSchema)]
pub struct PaymentResponse {
    pub id: Uuid,
    pub order_id: Uuid,
    pub amount: Decimal,
    pub status: PaymentStatus,
}

impl From<entity::Model> for PaymentResponse {
    fn from(model: entity::Model) -> Self {
        Self {
            id: model.id,
            order_id: model.order_id,
            amount: model.amount,
            status: model.status,
        }
    }
}
