//! Versioned migrations: the steps that build the tables of a service. The runner calls
//! `migrate` at start; each step runs once, in a transaction of its own, and is recorded.
//! Read next: `migrations/record.rs`, and `schema.rs`, with which a migration describes its table.

mod record;

use anyhow::{Context as _, bail};
use sea_orm::{
    ConnectionTrait, DatabaseBackend, DatabaseConnection, DatabaseTransaction,
    SqliteTransactionMode, Statement, TransactionOptions, TransactionTrait,
};

use record::{Recorded, create_table, record, recorded, text};

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
/// If a statement fails (that step is undone as a whole), if a name stands twice in the list, if
/// the database records a step that this binary does not know (a newer version made it, and an
/// older one could damage it), or if one of `migrations` was changed after it ran: then the tables
/// are not what the code expects.
pub async fn migrate(
    database: &DatabaseConnection,
    migrations: &[Migration],
) -> anyhow::Result<()> {
    let own = [
        crate::outbox::CREATE,
        crate::inbox::CREATE,
        crate::outbox::POSITIONS,
    ];
    let all: Vec<Migration> = own.iter().chain(migrations).copied().collect();
    let transaction = begin(database).await?;
    create_table(&transaction).await?;
    let recorded = recorded(&transaction).await?;
    transaction.commit().await?;

    check_names(&all, &recorded)?;
    for migration in migrations {
        check_unchanged(database.get_database_backend(), *migration, &recorded)?;
    }
    for migration in all {
        if !recorded.contains_key(migration.name) {
            apply(database, migration)
                .await
                .with_context(|| format!("migration `{}` failed", migration.name))?;
        }
    }
    Ok(())
}

fn check_unchanged(
    backend: DatabaseBackend,
    migration: Migration,
    recorded: &Recorded,
) -> anyhow::Result<()> {
    let name = migration.name;
    match recorded.get(name) {
        Some(Some(ran)) if *ran != text(backend, migration) => bail!(
            "migration `{name}` was changed after it ran on this database, whose tables are now not \
             what the code expects. Undo the change and append a step that makes it; or, as long \
             as the data is worth nothing, delete the database (it is made anew). If the change \
             makes no difference: UPDATE migrations SET statements = NULL WHERE name = '{name}'"
        ),
        _ => Ok(()),
    }
}

fn check_names(all: &[Migration], recorded: &Recorded) -> anyhow::Result<()> {
    for (index, migration) in all.iter().enumerate() {
        if all[..index]
            .iter()
            .any(|other| other.name == migration.name)
        {
            bail!("two migrations are called `{}`", migration.name);
        }
    }
    let is_known = |name: &String| all.iter().any(|migration| migration.name == name);
    if let Some(unknown) = recorded.keys().find(|name| !is_known(name)) {
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
    if recorded(&transaction).await?.contains_key(migration.name) {
        return Ok(());
    }
    for statement in (migration.up)(transaction.get_database_backend()) {
        transaction.execute_raw(statement).await?;
    }
    record(&transaction, migration).await?;
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
    // A step over many rows takes its time, and so do the steps of others that this one waits for.
    transaction
        .execute_unprepared("SET LOCAL statement_timeout = 0")
        .await?;
    transaction.execute_unprepared(ADVISORY_LOCK).await?;
    Ok(transaction)
}

#[cfg(test)]
mod tests;
