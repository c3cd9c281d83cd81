//! What may be sent to `/payments`. Every field is checked and every wrong one named, in one answer (422).
//!
//! `routes.rs` takes these types; the rules are `chassis::rules`.

use chassis::{Decimal, Fields, FromFields, PageRequest, rules};
use sea_orm::ActiveValue::Set;
use utoipa::ToSchema;
use uuid::Uuid;

use super::entity;
use super::types::PaymentStatus;

/// The body of `POST /payments`.
#[derive(Clone, Debug, ToSchema)]
pub struct NewPayment {
    /// The id of one order of order-service, given only once.
    pub order_id: Uuid,
}

impl FromFields for NewPayment {
    fn from_fields(fields: &mut Fields) -> Option<Self> {
        let order_id = fields.required("order_id", rules::uuid());
        fields.readonly("amount");
        fields.readonly("status");
        Some(Self {
            order_id: order_id?,
        })
    }
}

impl NewPayment {
    /// The row to insert: what was sent, a new id, and a first value for what no request can set.
    ///
    /// What that should be is for your rules to say: here, or where `routes.rs` saves the row.
    pub fn into_model(self) -> entity::Model {
        entity::Model {
            id: Uuid::now_v7(),
            order_id: self.order_id,
            amount: Decimal::ZERO,
            status: PaymentStatus::Pending,
        }
    }
}

/// The body of `PATCH /payments/{id}`: what is left out stays as it is.
#[derive(Clone, Debug, ToSchema)]
pub struct PaymentChanges {
    #[schema(nullable = false)]
    pub order_id: Option<Uuid>,
}

impl FromFields for PaymentChanges {
    fn from_fields(fields: &mut Fields) -> Option<Self> {
        let order_id = fields.change("order_id", rules::uuid());
        fields.readonly("amount");
        fields.readonly("status");
        Some(Self {
            order_id: order_id?,
        })
    }
}

impl PaymentChanges {
    /// Marks what is to be written.
    pub fn apply(self, row: &mut entity::ActiveModel) {
        if let Some(value) = self.order_id {
            row.order_id = Set(value);
        }
    }
}

/// The query of `GET /payments`.
#[derive(Clone, Debug)]
pub struct PaymentList {
    /// Only those with this `order_id`.
    pub order_id: Option<Uuid>,
    /// Which part of the list.
    pub page: PageRequest,
}

impl FromFields for PaymentList {
    fn from_fields(fields: &mut Fields) -> Option<Self> {
        let order_id = fields.optional("order_id", rules::uuid());
        let page = PageRequest::from_fields(fields);
        Some(Self {
            order_id: order_id?,
            page: page?,
        })
    }
}
