//! Versioned migrations: the steps that build the tables of a service. The runner calls
//! `migrate` at start; each step runs once, in a transaction of its own, and is recorded.
//! Read next: `schema.rs`, with which a migration describes its table.

use anyhow::{Context as _, bail};
use chrono::Utc;
use sea_orm::sea_query::{Alias, ColumnDef, Expr, Query, Table};
use sea_orm::{
    ConnectionTrait, DatabaseBackend, DatabaseConnection, DatabaseTransaction,
    SqliteTransactionMode, Statement, TransactionOptions, TransactionTrait,
};

/// One step: its name, under which it is recorded, and the statements that it runs.
#[derive(Clone, Copy, Debug)]
pub struct Migration {
    /// Unique in the service and never changed afterwards, such as `create_orders`.
    pub name: &'static str,
    /// The statements, for the database at hand.
    pub up: fn(DatabaseBackend) -> Vec<Statement>,
}

/// Instances of one service that start together take turns under this PostgreSQL advisory lock.
const ADVISORY_LOCK: &str = "SELECT pg_advisory_xact_lock(7305808869231650925)";

/// Applies what is not recorded yet: first the chassis' own tables (outbox and inbox), then
/// `migrations` in the order of the list.
///
/// # Errors
/// If a statement fails (that step is undone as a whole), if a name stands twice in the list, or
/// if the database records a step that this binary does not know: then the database was made by
/// a newer version, and an older one could damage it.
pub async fn migrate(
    database: &DatabaseConnection,
    migrations: &[Migration],
) -> anyhow::Result<()> {
    let all: Vec<Migration> = [crate::outbox::CREATE, crate::inbox::CREATE]
        .iter()
        .chain(migrations)
        .copied()
        .collect();
    let transaction = begin(database).await?;
    create_table(&transaction).await?;
    let recorded = recorded(&transaction).await?;
    transaction.commit().await?;

    check_names(&all, &recorded)?;
    for migration in all {
        if !recorded.iter().any(|name| name == migration.name) {
            apply(database, migration)
                .await
                .with_context(|| format!("migration `{}` failed", migration.name))?;
        }
    }
    Ok(())
}

fn check_names(all: &[Migration], recorded: &[String]) -> anyhow::Result<()> {
    for (index, migration) in all.iter().enumerate() {
        if all[..index]
            .iter()
            .any(|other| other.name == migration.name)
        {
            bail!("two migrations are called `{}`", migration.name);
        }
    }
    let is_known = |name: &String| all.iter().any(|migration| migration.name == name);
    if let Some(unknown) = recorded.iter().find(|name| !is_known(name)) {
        bail!(
            "the database was changed by migration `{unknown}`, which this version of the \
             service does not know: start a newer version"
        );
    }
    Ok(())
}

async fn apply(database: &DatabaseConnection, migration: Migration) -> anyhow::Result<()> {
    let transaction = begin(database).await?;
    // Another instance may have applied it while this one waited for the lock.
    if recorded(&transaction)
        .await?
        .iter()
        .any(|name| name == migration.name)
    {
        return Ok(());
    }
    for statement in (migration.up)(transaction.get_database_backend()) {
        transaction.execute_raw(statement).await?;
    }
    let record = Query::insert()
        .into_table(Alias::new("migrations"))
        .columns([Alias::new("name"), Alias::new("applied_at")])
        .values([Expr::val(migration.name), Expr::val(Utc::now())])?
        .to_owned();
    transaction.execute(&record).await?;
    transaction.commit().await?;
    tracing::info!(migration = migration.name, "migration applied");
    Ok(())
}

/// A transaction that excludes every other instance that migrates the same database.
async fn begin(database: &DatabaseConnection) -> anyhow::Result<DatabaseTransaction> {
    let options = TransactionOptions {
        sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
        ..TransactionOptions::default()
    };
    if database.get_database_backend() == DatabaseBackend::Sqlite {
        return Ok(database.begin_with_options(options).await?);
    }
    let transaction = database.begin().await?;
    transaction.execute_unprepared(ADVISORY_LOCK).await?;
    Ok(transaction)
}

async fn create_table(transaction: &DatabaseTransaction) -> anyhow::Result<()> {
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
    Ok(())
}

async fn recorded(transaction: &DatabaseTransaction) -> anyhow::Result<Vec<String>> {
    let select = Query::select()
        .column(Alias::new("name"))
        .from(Alias::new("migrations"))
        .to_owned();
    let rows = transaction.query_all(&select).await?;
    rows.iter()
        .map(|row| Ok(row.try_get_by_index(0)?))
        .collect()
}

#[cfg(test)]
mod tests;
