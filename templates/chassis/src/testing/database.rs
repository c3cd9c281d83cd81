//! A fresh database for one test: a SQLite file, or a schema of its own on the PostgreSQL server that
//! `TEST_DATABASE_URL` names. The tests are the same.

use sea_orm::DatabaseConnection;
use sea_orm::sqlx::postgres::PgConnection;
use sea_orm::sqlx::{AssertSqlSafe, Connection, Executor};
use tempfile::TempDir;
use uuid::Uuid;

use crate::database::{self, Url};

/// Names a server that tests may make schemas on.
const VARIABLE: &str = "TEST_DATABASE_URL";

/// Connections to PostgreSQL. Many tests run at the same time.
const CONNECTIONS: u32 = 2;

/// Where the database of a test is; it goes when this is dropped.
#[derive(Debug)]
pub(crate) struct Place {
    url: String,
    _folder: Option<TempDir>,
    _schema: Option<Schema>,
}

impl Place {
    /// A connection to it, as another instance of the service has one.
    ///
    /// # Errors
    /// If there is no way to it.
    pub(crate) async fn connect(&self) -> anyhow::Result<DatabaseConnection> {
        let url = Url {
            connections: CONNECTIONS,
            ..Url::new(VARIABLE, &*self.url)
        };
        database::connect("test", &url).await
    }
}

#[derive(Debug)]
struct Schema {
    url: String,
    name: String,
}

/// A database without tables.
///
/// # Errors
/// If it can't be made.
pub(crate) async fn fresh() -> anyhow::Result<(Place, DatabaseConnection)> {
    let place = match std::env::var(VARIABLE) {
        Ok(url) if !url.is_empty() => schema(url).await?,
        _ => file()?,
    };
    let database = place.connect().await?;
    Ok((place, database))
}

/// A file in a folder of its own.
fn file() -> anyhow::Result<Place> {
    let folder = tempfile::tempdir()?;
    Ok(Place {
        url: format!("sqlite://{}", folder.path().join("test.db").display()),
        _folder: Some(folder),
        _schema: None,
    })
}

/// A new schema, with a URL under which a connection sees nothing else.
async fn schema(url: String) -> anyhow::Result<Place> {
    let name = format!("test_{}", Uuid::now_v7().simple());
    execute(&url, format!("CREATE SCHEMA {name}")).await?;
    let separator = if url.contains('?') { '&' } else { '?' };
    Ok(Place {
        url: format!("{url}{separator}options[search_path]={name}"),
        _folder: None,
        _schema: Some(Schema { url, name }),
    })
}

async fn execute(url: &str, statement: String) -> anyhow::Result<()> {
    let mut connection = PgConnection::connect(url).await?;
    connection.execute(AssertSqlSafe(statement)).await?;
    connection.close().await?;
    Ok(())
}

impl Drop for Schema {
    /// On a thread of its own, since the test that ends here may be asynchronous itself.
    fn drop(&mut self) {
        let (url, name) = (self.url.clone(), self.name.clone());
        let drop = move || -> anyhow::Result<()> {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()?;
            // A test may end within a transaction, which would be waited for.
            let holders = format!(
                "SELECT pg_terminate_backend(pid) FROM pg_locks \
                 JOIN pg_class ON pg_class.oid = relation \
                 WHERE relnamespace = '{name}'::regnamespace AND pid <> pg_backend_pid()"
            );
            let drop = format!("{holders}; DROP SCHEMA {name} CASCADE");
            runtime.block_on(execute(&url, drop))
        };
        if let Ok(Err(error)) = std::thread::spawn(drop).join() {
            eprintln!("the schema {} stays: {error:#}", self.name);
        }
    }
}
