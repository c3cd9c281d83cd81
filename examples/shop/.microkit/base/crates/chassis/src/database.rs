//! Opening the database of a service: a SQLite file by default, PostgreSQL where `DATABASE_URL` names one. The runner
//! calls it at start, before anything is served.
//! Read next: `database/postgres.rs`, and `migrations.rs`, which brings the tables up to date.

mod failure;
mod postgres;

use std::path::Path;
use std::str::FromStr;
use std::time::Duration;

use anyhow::{Context as _, bail};
use sea_orm::sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sea_orm::{ConnectOptions, Database, DatabaseConnection};

/// How long a request waits for a free connection before it is answered 503. That is well before its caller gives up, so
/// that a database that is away is not taken for a service that is.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(2);
/// How long SQLite waits for another process that writes to the same file.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);
/// Connections that one instance of a service keeps to PostgreSQL, unless `DATABASE_MAX_CONNECTIONS` says so.
const CONNECTIONS: u32 = 10;

/// Where a database is: `sqlite://data/order-service.db` (file and folder are created) or
/// `postgres://user:password@host/name`.
#[derive(Clone)]
pub(crate) struct Url {
    /// The variable that it is from, for messages.
    pub(crate) variable: String,
    pub(crate) text: String,
    /// How many connections are kept open, to PostgreSQL.
    pub(crate) connections: u32,
}

impl Url {
    pub(crate) fn new(variable: impl Into<String>, text: impl Into<String>) -> Self {
        Self {
            variable: variable.into(),
            text: text.into(),
            connections: CONNECTIONS,
        }
    }

    pub(crate) fn is_sqlite(&self) -> bool {
        self.text.starts_with("sqlite:")
    }

    pub(crate) fn is_postgres(&self) -> bool {
        ["postgres://", "postgresql://"]
            .iter()
            .any(|scheme| self.text.starts_with(scheme))
    }
}

/// Connects the service `who` to its database. A PostgreSQL server that is not there yet is waited for.
///
/// # Errors
/// If the URL is of another kind, the folder cannot be made, or PostgreSQL lets nobody in with this URL. The message does
/// not repeat the URL, which can hold a password.
pub(crate) async fn connect(who: &'static str, url: &Url) -> anyhow::Result<DatabaseConnection> {
    if url.is_postgres() {
        return postgres::connect(who, url).await;
    }
    if !url.is_sqlite() {
        bail!("{} must begin with sqlite:// or postgres://", url.variable);
    }
    create_folder(&url.text)?;
    let mut options = ConnectOptions::new(&url.text);
    // SQLite has one writer at a time anyway. With a single connection two transactions queue up, where with several the
    // second one could fail with "database is locked".
    options
        .acquire_timeout(ACQUIRE_TIMEOUT)
        .sqlx_logging(false)
        .max_connections(1)
        .map_sqlx_sqlite_opts(tuned);
    Database::connect(options)
        .await
        .context("the database cannot be opened")
}

/// Write-ahead logging lets a reader go on while another process writes; `NORMAL` is the
/// synchronisation that SQLite's manual recommends with it.
fn tuned(options: SqliteConnectOptions) -> SqliteConnectOptions {
    options
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Normal)
        .foreign_keys(true)
        .busy_timeout(BUSY_TIMEOUT)
}

fn create_folder(url: &str) -> anyhow::Result<()> {
    let options = SqliteConnectOptions::from_str(url).context("the database URL is wrong")?;
    let file = options.get_filename();
    match file.parent() {
        Some(folder) if !url.contains(":memory:") && folder != Path::new("") => {
            std::fs::create_dir_all(folder)
                .with_context(|| format!("cannot create the folder `{}`", folder.display()))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use sea_orm::{ConnectionTrait, Statement};

    use super::*;

    async fn pragma(database: &DatabaseConnection, name: &str) -> String {
        let sql = format!("SELECT CAST({name} AS TEXT) FROM pragma_{name}");
        let statement = Statement::from_string(database.get_database_backend(), sql);
        let row = database.query_one_raw(statement).await.unwrap().unwrap();
        row.try_get_by_index(0).unwrap()
    }

    #[tokio::test]
    async fn a_sqlite_file_and_its_folder_are_created_and_tuned() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("data/nested/order service.db");
        let url = format!("sqlite://{}", file.display()).replace(' ', "%20");
        let database = connect("test", &Url::new("DATABASE_URL", url))
            .await
            .unwrap();
        assert!(file.exists());
        assert_eq!(pragma(&database, "foreign_keys").await, "1");
        assert_eq!(pragma(&database, "journal_mode").await, "wal");
    }
}
