//! A row of the table `orders`.
//!
//! `repository.rs` reads and writes it, `migration.rs` creates the table.

use chassis::{Decimal, List};
use sea_orm::entity::prelude::*;

use super::types::{OrderItem, OrderStatus};

/// One order as the database keeps it.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "orders")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub user_id: Uuid,
    pub items: List<OrderItem>,
    pub total: Decimal,
    pub status: OrderStatus,
}

/// SeaORM's joins. None: other services' rows can't be joined, and a lookup by id does for the rest.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
