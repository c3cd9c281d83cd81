//! Opening the database of a service: a SQLite file by default, PostgreSQL where
//! `DATABASE_URL` names one. The runner calls it at start, before anything is served.
//! Read next: `migrations.rs`, which brings the tables up to date.

use std::path::Path;
use std::str::FromStr;
use std::time::Duration;

use anyhow::{Context as _, bail};
use sea_orm::sqlx::postgres::PgConnectOptions;
use sea_orm::sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sea_orm::{ConnectOptions, Database, DatabaseConnection};

/// How long a request waits for a free connection before it is answered 503.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(5);
/// How long SQLite waits for another process that writes to the same file.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);
/// Connections that one instance of a service keeps to PostgreSQL at most.
const POSTGRES_CONNECTIONS: u32 = 10;

/// Connects to `url`: `sqlite://data/order-service.db` (file and folder are created) or
/// `postgres://user:password@host/name`.
///
/// # Errors
/// If the URL is of another kind, the folder cannot be made or the database does not answer
/// within 5 seconds. The message does not repeat the URL, which can hold a password.
pub async fn connect(url: &str) -> anyhow::Result<DatabaseConnection> {
    let mut options = ConnectOptions::new(url);
    options.acquire_timeout(ACQUIRE_TIMEOUT).sqlx_logging(false);
    if url.starts_with("sqlite:") {
        create_folder(url)?;
        // SQLite has one writer at a time anyway. With a single connection two transactions
        // queue up, where with several the second one could fail with "database is locked".
        options.max_connections(1).map_sqlx_sqlite_opts(tuned);
    } else if url.starts_with("postgres://") || url.starts_with("postgresql://") {
        // Checked here, since the pool's own error would repeat the URL.
        PgConnectOptions::from_str(url).context("the database URL is wrong")?;
        options
            .max_connections(POSTGRES_CONNECTIONS)
            .connect_timeout(ACQUIRE_TIMEOUT);
    } else {
        bail!("the database URL begins with neither `sqlite:` nor `postgres:`");
    }
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

/// A new SQLite database for one test. It goes away with the folder.
#[cfg(test)]
pub(crate) async fn temporary() -> (tempfile::TempDir, DatabaseConnection) {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}", folder.path().join("test.db").display());
    let database = connect(&url).await.unwrap();
    (folder, database)
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
    async fn a_sqlite_file_and_its_folder_are_created() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("data/nested/order service.db");
        let url = format!("sqlite://{}", file.display()).replace(' ', "%20");
        connect(&url).await.unwrap();
        assert!(file.exists());
    }

    #[tokio::test]
    async fn sqlite_checks_foreign_keys_and_writes_ahead() {
        let (_folder, database) = temporary().await;
        assert_eq!(pragma(&database, "foreign_keys").await, "1");
        assert_eq!(pragma(&database, "journal_mode").await, "wal");
    }

    #[tokio::test]
    async fn an_error_never_shows_the_password() {
        for url in [
            "mysql://root:secret@db/shop",
            "postgres://root:secret@127.0.0.1:port/shop",
        ] {
            let error = connect(url).await.unwrap_err();
            assert!(!format!("{error:?}").contains("secret"), "{error:?}");
        }
    }
}
