//! What may be sent to `/orders`. Every field is checked and every wrong one named, in one answer (422).
//!
//! `routes.rs` takes these types; the rules are `chassis::rules`.

use chassis::{Decimal, Fields, FromFields, List, PageRequest, rules};
use sea_orm::ActiveValue::Set;
use utoipa::ToSchema;
use uuid::Uuid;

use super::entity;
use super::types::{OrderItem, OrderStatus};

/// The body of `POST /orders`.
#[derive(Clone, Debug, ToSchema)]
pub struct NewOrder {
    /// The id of one user of user-service.
    pub user_id: Uuid,
    /// 1 to 1000 entries.
    pub items: Vec<OrderItem>,
    /// One of 2 values; `"PENDING"` if left out.
    #[schema(required = false)]
    pub status: OrderStatus,
}

impl FromFields for NewOrder {
    fn from_fields(fields: &mut Fields) -> Option<Self> {
        let user_id = fields.required("user_id", rules::uuid());
        let items = fields.required("items", rules::list::<OrderItem>().min(1));
        fields.readonly("total");
        let status = fields.optional_or("status", rules::one_of::<OrderStatus>(), "PENDING");
        Some(Self {
            user_id: user_id?,
            items: items?,
            status: status?,
        })
    }
}

impl NewOrder {
    /// The row to insert: what was sent, a new id, and a first value for what no request can set.
    ///
    /// What that should be is for your rules to say: here, or where `routes.rs` saves the row.
    pub fn into_model(self) -> entity::Model {
        entity::Model {
            id: Uuid::now_v7(),
            user_id: self.user_id,
            items: List(self.items),
            total: Decimal::ZERO,
            status: self.status,
        }
    }
}

/// The body of `PATCH /orders/{id}`: what is left out stays as it is.
#[derive(Clone, Debug, ToSchema)]
pub struct OrderChanges {
    #[schema(nullable = false)]
    pub user_id: Option<Uuid>,
    #[schema(nullable = false)]
    pub items: Option<Vec<OrderItem>>,
    #[schema(nullable = false)]
    pub status: Option<OrderStatus>,
}

impl FromFields for OrderChanges {
    fn from_fields(fields: &mut Fields) -> Option<Self> {
        let user_id = fields.change("user_id", rules::uuid());
        let items = fields.change("items", rules::list::<OrderItem>().min(1));
        fields.readonly("total");
        let status = fields.change("status", rules::one_of::<OrderStatus>());
        Some(Self {
            user_id: user_id?,
            items: items?,
            status: status?,
        })
    }
}

impl OrderChanges {
    /// Marks what is to be written.
    pub fn apply(self, row: &mut entity::ActiveModel) {
        if let Some(value) = self.user_id {
            row.user_id = Set(value);
        }
        if let Some(value) = self.items {
            row.items = Set(List(value));
        }
        if let Some(value) = self.status {
            row.status = Set(value);
        }
    }
}

/// The query of `GET /orders`.
#[derive(Clone, Debug)]
pub struct OrderList {
    /// Only those with this `user_id`.
    pub user_id: Option<Uuid>,
    /// Which part of the list.
    pub page: PageRequest,
}

impl FromFields for OrderList {
    fn from_fields(fields: &mut Fields) -> Option<Self> {
        let user_id = fields.optional("user_id", rules::uuid());
        let page = PageRequest::from_fields(fields);
        Some(Self {
            user_id: user_id?,
            page: page?,
        })
    }
}
