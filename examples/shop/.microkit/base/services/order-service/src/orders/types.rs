//! The types of the fields of `order` that no library has.
//!
//! Used by `entity.rs`, `requests.rs` and `responses.rs`.

use chassis::{Decimal, Fields, FromFields, rules};
use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// One entry of `items`. The entries are kept as JSON in the row they belong to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct OrderItem {
    /// A decimal number, kept exactly.
    pub price: Decimal,
    /// A whole number, at least 1.
    pub quantity: i64,
}

impl FromFields for OrderItem {
    fn from_fields(fields: &mut Fields) -> Option<Self> {
        let price = fields.required("price", rules::decimal());
        let quantity = fields.required("quantity", rules::integer().min(1));
        Some(Self {
            price: price?,
            quantity: quantity?,
        })
    }
}

/// The values of `status`, kept in the database by the names that the interface shows.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum, Serialize, Deserialize, ToSchema,
)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum OrderStatus {
    #[sea_orm(string_value = "PENDING")]
    #[serde(rename = "PENDING")]
    Pending,
    #[sea_orm(string_value = "PAID")]
    #[serde(rename = "PAID")]
    Paid,
}
