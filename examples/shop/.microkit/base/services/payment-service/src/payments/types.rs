//! The types of the fields of `payment` that no library has.
//!
//! Used by `entity.rs`, `requests.rs` and `responses.rs`.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The values of `status`, kept in the database by the names that the interface shows.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum, Serialize, Deserialize, ToSchema,
)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum PaymentStatus {
    #[sea_orm(string_value = "pending")]
    #[serde(rename = "pending")]
    Pending,
    #[sea_orm(string_value = "success")]
    #[serde(rename = "success")]
    Success,
}
