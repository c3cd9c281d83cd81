//! The table `migrations`: which steps this database has seen, and what they did. `migrations.rs` reads it at start
//! and adds a row for each step that it applies.

use std::collections::BTreeMap;

use chrono::Utc;
use sea_orm::sea_query::{Alias, ColumnDef, Expr, Query, Table};
use sea_orm::{ConnectionTrait, DatabaseBackend, DatabaseTransaction, Statement};

use super::Migration;

/// The steps that a database has seen, by name, each with its statements where they are known.
pub(super) type Recorded = BTreeMap<String, Option<String>>;

/// What a migration does, as it is recorded.
pub(super) fn text(backend: DatabaseBackend, migration: Migration) -> String {
    let statements = (migration.up)(backend);
    let statements: Vec<String> = statements.into_iter().map(|step| step.sql).collect();
    statements.join(";\n")
}

/// Makes the table, or brings an older one to today's form.
pub(super) async fn create_table(transaction: &DatabaseTransaction) -> anyhow::Result<()> {
    let table = Table::create()
        .table(Alias::new("migrations"))
        .if_not_exists()
        .col(
            ColumnDef::new(Alias::new("name"))
                .text()
                .not_null()
                .primary_key(),
        )
        .col(
            ColumnDef::new(Alias::new("applied_at"))
                .timestamp_with_time_zone()
                .not_null(),
        )
        .to_owned();
    transaction.execute(&table).await?;
    // A table that is older than this column gets it now.
    let add = "ALTER TABLE migrations ADD COLUMN";
    if transaction.get_database_backend() == DatabaseBackend::Postgres {
        let statement = format!("{add} IF NOT EXISTS statements text");
        transaction.execute_unprepared(&statement).await?;
        return Ok(());
    }
    let there = "SELECT name FROM pragma_table_info('migrations') WHERE name = 'statements'";
    let there = Statement::from_string(DatabaseBackend::Sqlite, there);
    if transaction.query_one_raw(there).await?.is_none() {
        let statement = format!("{add} statements text");
        transaction.execute_unprepared(&statement).await?;
    }
    Ok(())
}

/// Reads it.
pub(super) async fn recorded(transaction: &DatabaseTransaction) -> anyhow::Result<Recorded> {
    let select = Query::select()
        .columns(["name", "statements"].map(Alias::new))
        .from(Alias::new("migrations"))
        .to_owned();
    let rows = transaction.query_all(&select).await?;
    rows.iter()
        .map(|row| Ok((row.try_get_by_index(0)?, row.try_get_by_index(1)?)))
        .collect()
}

/// Adds a step that has just been applied.
pub(super) async fn record(
    transaction: &DatabaseTransaction,
    migration: Migration,
) -> anyhow::Result<()> {
    let insert = Query::insert()
        .into_table(Alias::new("migrations"))
        .columns(["name", "applied_at", "statements"].map(Alias::new))
        .values([
            Expr::val(migration.name),
            Expr::val(Utc::now()),
            Expr::val(text(transaction.get_database_backend(), migration)),
        ])?
        .to_owned();
    transaction.execute(&insert).await?;
    Ok(())
}
