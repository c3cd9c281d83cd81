//! A row of the table `users`.
//!
//! `repository.rs` reads and writes it, `migration.rs` creates the table.

use sea_orm::entity::prelude::*;

/// One user as the database keeps it.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "users")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub email: String,
    pub name: String,
}

/// SeaORM's joins. None: other services' rows can't be joined, and a lookup by id does for the rest.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
