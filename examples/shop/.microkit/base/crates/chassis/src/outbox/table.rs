//! The migrations of the table `outbox`.

use sea_orm::sea_query::{Alias, ColumnDef, Index, Table as Statements, TableCreateStatement};
use sea_orm::{DatabaseBackend, Statement};

use crate::migrations::Migration;
use crate::schema::Table;

/// Creates the table.
pub(crate) const CREATE: Migration = Migration {
    name: "chassis_outbox",
    up: create,
};

/// Gives it positions in the place of ids that the instances made up themselves.
pub(crate) const POSITIONS: Migration = Migration {
    name: "chassis_outbox_positions",
    up: positions,
};

fn create(backend: DatabaseBackend) -> Vec<Statement> {
    let mut table = Table::new(backend, "outbox");
    table.string("subscriber");
    table.string("subject");
    table.json("event");
    table.integer("attempts");
    table.integer("next_attempt_at");
    let mut statements = table.statements();
    let index = Index::create()
        .name("outbox_order_idx")
        .table(Alias::new("outbox"))
        .col(Alias::new("subscriber"))
        .col(Alias::new("subject"))
        .col(Alias::new("id"))
        .to_owned();
    statements.push(backend.build(&index));
    statements
}

fn positions(backend: DatabaseBackend) -> Vec<Statement> {
    let text = |sql: &str| Statement::from_string(backend, sql);
    let index = Index::create()
        .name("outbox_order_idx")
        .table(Alias::new("outbox"))
        .col(Alias::new("subscriber"))
        .col(Alias::new("subject"))
        .col(Alias::new("position"))
        .to_owned();
    vec![
        text("ALTER TABLE outbox RENAME TO outbox_before"),
        backend.build(&with_positions()),
        text(
            "INSERT INTO outbox (subscriber, subject, event, attempts, next_attempt_at) \
             SELECT subscriber, subject, event, attempts, next_attempt_at FROM outbox_before ORDER BY id",
        ),
        text("DROP TABLE outbox_before"),
        backend.build(&index),
    ]
}

fn with_positions() -> TableCreateStatement {
    let column = |name: &str| ColumnDef::new(Alias::new(name)).not_null().to_owned();
    Statements::create()
        .table(Alias::new("outbox"))
        .col(
            column("position")
                .big_integer()
                .auto_increment()
                .primary_key(),
        )
        .col(column("subscriber").text())
        .col(column("subject").text())
        .col(column("event").json_binary())
        .col(column("attempts").big_integer())
        .col(column("next_attempt_at").big_integer())
        .to_owned()
}
