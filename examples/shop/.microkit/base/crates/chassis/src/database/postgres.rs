//! PostgreSQL: a pool of a fixed size, and patience with a server that is not there yet. What can't pass by itself, such as
//! a wrong password, ends the start instead.

use std::str::FromStr;
use std::time::Duration;

use anyhow::Context as _;
use sea_orm::sqlx::postgres::{PgConnectOptions, PgConnection, PgPool, PgPoolOptions};
use sea_orm::sqlx::{ConnectOptions, Connection, Executor};
use sea_orm::{DatabaseConnection, SqlxPostgresConnector};
use tokio::time::{sleep, timeout};

use super::failure::Failure;
use super::{ACQUIRE_TIMEOUT, Url};
use crate::attempts::{Attempts, Told};

/// A server that does not answer in this time is not there.
const CONNECT: Duration = Duration::from_secs(5);
/// A connection that was idle for longer is tried before it is used: the server may have been started anew.
const TRY_AFTER: Duration = Duration::from_secs(1);
/// How often the server is looked after while the service runs.
const LOOK: Duration = Duration::from_secs(5);
/// No statement of a request runs for longer than its caller waits, and none keeps a transaction open without working.
const SETTINGS: &str =
    "SET statement_timeout = '30s'; SET idle_in_transaction_session_timeout = '60s'";

/// Waits for the server and opens a pool on it.
///
/// # Errors
/// If the URL is wrong, or the server says that there is no way in for this user.
pub(super) async fn connect(who: &'static str, url: &Url) -> anyhow::Result<DatabaseConnection> {
    let options = options(url)?;
    let mut attempts = Attempts::of(who, Told::default());
    while let Err(failure) = knock(url, &options).await {
        if !failure.passes() {
            return Err(failure.into());
        }
        attempts.failed(&failure).await;
    }
    attempts.succeeded("PostgreSQL answers");
    let pool = PgPoolOptions::new()
        .max_connections(url.connections)
        .min_connections(url.connections)
        .idle_timeout(None)
        .acquire_timeout(ACQUIRE_TIMEOUT)
        .test_before_acquire(false)
        .before_acquire(|connection, meta| {
            Box::pin(async move {
                if meta.idle_for > TRY_AFTER {
                    connection.ping().await?;
                }
                Ok(true)
            })
        })
        .after_connect(|connection, _| {
            Box::pin(async move {
                connection.execute(SETTINGS).await?;
                Ok(())
            })
        })
        .connect_lazy_with(options.clone());
    tokio::spawn(fill(pool.clone()));
    let database = SqlxPostgresConnector::from_sqlx_postgres_pool(pool);
    tokio::spawn(look_after(who, url.clone(), options));
    Ok(database)
}

/// Checked here, since the error of the pool would repeat the URL.
fn options(url: &Url) -> anyhow::Result<PgConnectOptions> {
    let options = PgConnectOptions::from_str(&url.text);
    let options = options.with_context(|| format!("{} is no database URL", url.variable))?;
    Ok(options.disable_statement_logging())
}

/// Whether the server lets this service in.
async fn knock(url: &Url, options: &PgConnectOptions) -> Result<(), Failure> {
    match timeout(CONNECT, PgConnection::connect_with(options)).await {
        Ok(Ok(connection)) => {
            let _ = connection.close().await;
            Ok(())
        }
        Ok(Err(error)) => Err(Failure::new(url, options, Some(error))),
        Err(_) => Err(Failure::new(url, options, None)),
    }
}

/// Opens all connections while there is little to do. To log in takes a while, and longer the busier the process is: a
/// request that had to wait for that in the middle of a burst could be answered 503. It never waits for one that is in use.
async fn fill(pool: PgPool) {
    let mut open = Vec::new();
    while pool.size() < pool.options().get_max_connections() {
        match pool.acquire().await {
            Ok(connection) => open.push(connection),
            Err(error) => {
                tracing::debug!(%error, "not all connections are open from the start");
                return;
            }
        }
    }
}

/// Tells when the server goes away and when it is back. Requests notice by themselves; this is for who reads the log.
async fn look_after(who: &'static str, url: Url, options: PgConnectOptions) {
    let mut attempts = Attempts::of(who, Told::default());
    loop {
        sleep(LOOK).await;
        match knock(&url, &options).await {
            Ok(()) => {
                attempts.succeeded("PostgreSQL answers again");
            }
            Err(failure) => attempts.failed(&failure).await,
        }
    }
}
