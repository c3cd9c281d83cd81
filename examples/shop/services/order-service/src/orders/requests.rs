//! What may be sent to `/orders`. Every field is checked and every wrong one named, in one answer (422).
//!
//! `routes.rs` takes these types; the rules are `chassis::rules`.

use chassis::{Decimal, FieldError, Fields, FromFields, List, PageRequest, Problem, rules};
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
}

impl FromFields for NewOrder {
    fn from_fields(fields: &mut Fields) -> Option<Self> {
        let user_id = fields.required("user_id", rules::uuid());
        let items = fields.required("items", rules::list::<OrderItem>().min(1));
        fields.readonly("total");
        fields.readonly("status");
        Some(Self {
            user_id: user_id?,
            items: items?,
        })
    }
}

impl NewOrder {
    /// The row to insert. Every order begins unpaid, and its total is the exact sum of price × quantity.
    ///
    /// # Errors
    ///
    /// 422 if the sum has more digits than a decimal holds: it is never rounded.
    pub fn into_model(self) -> Result<entity::Model, Problem> {
        let total = total(&self.items).ok_or_else(|| {
            Problem::unprocessable(vec![FieldError {
                field: "items".to_owned(),
                detail: "add up to more than can be kept exactly".to_owned(),
            }])
        })?;
        Ok(entity::Model {
            id: Uuid::now_v7(),
            user_id: self.user_id,
            items: List(self.items),
            total,
            status: OrderStatus::Pending,
        })
    }
}

fn total(items: &[OrderItem]) -> Option<Decimal> {
    items.iter().try_fold(Decimal::ZERO, |sum, item| {
        let price = item.price.checked_mul(Decimal::from(item.quantity))?;
        sum.checked_add(price)
    })
}

/// The body of `PATCH /orders/{id}`. What was ordered, and by whom, stays as it is.
#[derive(Clone, Debug, ToSchema)]
pub struct OrderChanges {
    #[schema(nullable = false)]
    pub status: Option<OrderStatus>,
}

impl FromFields for OrderChanges {
    fn from_fields(fields: &mut Fields) -> Option<Self> {
        fields.readonly("user_id");
        fields.readonly("items");
        fields.readonly("total");
        let status = fields.change("status", rules::one_of::<OrderStatus>());
        Some(Self { status: status? })
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
