//! Creates the table `payments`. Once released, it is never edited: add another step to `migrations.rs`.

use chassis::Migration;
use chassis::schema::Table;
use sea_orm::{DatabaseBackend, Statement};

/// Recorded in the database under this name once it has run.
pub const CREATE: Migration = Migration {
    name: "create_payments",
    up: create,
};

fn create(backend: DatabaseBackend) -> Vec<Statement> {
    let mut table = Table::new(backend, "payments");
    table.uuid("order_id").unique();
    table.decimal("amount");
    table.string("status");
    table.statements()
}
