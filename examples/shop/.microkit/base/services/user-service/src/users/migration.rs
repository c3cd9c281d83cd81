//! Creates the table `users`. Once released, it is never edited: add another step to `migrations.rs`.

use chassis::Migration;
use chassis::schema::Table;
use sea_orm::{DatabaseBackend, Statement};

/// Recorded in the database under this name once it has run.
pub const CREATE: Migration = Migration {
    name: "create_users",
    up: create,
};

fn create(backend: DatabaseBackend) -> Vec<Statement> {
    let mut table = Table::new(backend, "users");
    table.string("email").unique();
    table.string("name");
    table.statements()
}
