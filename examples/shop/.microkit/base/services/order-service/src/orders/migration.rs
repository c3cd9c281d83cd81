//! Creates the table `orders`. Once released, it is never edited: add another step to `migrations.rs`.

use chassis::Migration;
use chassis::schema::Table;
use sea_orm::{DatabaseBackend, Statement};

/// Recorded in the database under this name once it has run.
pub const CREATE: Migration = Migration {
    name: "create_orders",
    up: create,
};

fn create(backend: DatabaseBackend) -> Vec<Statement> {
    let mut table = Table::new(backend, "orders");
    table.uuid("user_id").indexed();
    table.json("items");
    table.decimal("total");
    table.string("status");
    table.statements()
}
