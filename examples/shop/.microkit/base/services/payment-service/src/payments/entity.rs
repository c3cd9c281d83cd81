//! A row of the table `payments`.
//!
//! `repository.rs` reads and writes it, `migration.rs` creates the table.

use chassis::Decimal;
use sea_orm::entity::prelude::*;

use super::types::PaymentStatus;

/// One payment as the database keeps it.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "payments")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub order_id: Uuid,
    pub amount: Decimal,
    pub status: PaymentStatus,
}

/// SeaORM's joins. None: other services' rows can't be joined, and a lookup by id does for the rest.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
