//! The health check API: whether the process lives, and whether it can do its work now. Whoever routes requests to it
//! or restarts it asks here.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::Json;
use axum::Router;
use axum::http::StatusCode;
use axum::routing::{any, get};
use sea_orm::DatabaseConnection;
use serde_json::{Value, json};
use tokio::time::timeout;

use crate::Problem;
use crate::run::Servers;

/// A database that does not answer in this time is not ready.
const PATIENCE: Duration = Duration::from_secs(2);

/// What readiness depends on.
#[derive(Debug, Default)]
pub(crate) struct Health {
    /// By the name that the answer shows.
    pub(crate) databases: Vec<(String, DatabaseConnection)>,
    pub(crate) servers: Servers,
    pub(crate) stopping: Arc<AtomicBool>,
}

/// `/health` of a process that is not ready yet: it waits for its database, most likely.
pub(crate) fn starting() -> Router {
    let unavailable = || {
        let body = json!({"status": "unavailable", "checks": {"process": "starting"}});
        (StatusCode::SERVICE_UNAVAILABLE, Json(body))
    };
    Router::new()
        .route("/health/live", get(alive))
        .route("/health/ready", get(async move || unavailable()))
        .route("/health", get(async move || unavailable()))
        .route("/", any(async || Problem::unavailable("Starting")))
        .route("/{*path}", any(async || Problem::unavailable("Starting")))
}

async fn alive() -> Json<Value> {
    Json(json!({"status": "ok"}))
}

/// `/health/live`, `/health/ready`, and `/health`, which is the same as ready.
pub(crate) fn routes(health: Arc<Health>) -> Router {
    let ready = move || {
        let health = health.clone();
        async move { health.ready().await }
    };
    Router::new()
        .route("/health/live", get(alive))
        .route("/health/ready", get(ready.clone()))
        .route("/health", get(ready))
}

impl Health {
    /// 200 or 503, with the outcome of each check.
    async fn ready(&self) -> (StatusCode, Json<Value>) {
        let mut checks = serde_json::Map::new();
        let mut good = true;
        if self.stopping.load(Ordering::Relaxed) {
            good = false;
            checks.insert("process".into(), json!("stopping"));
        }
        for (name, database) in &self.databases {
            let answers = matches!(timeout(PATIENCE, database.ping()).await, Ok(Ok(())));
            good &= answers;
            let word = if answers { "ok" } else { "unavailable" };
            checks.insert(name.clone(), json!(word));
        }
        if let Some(discovery) = &self.servers.discovery {
            // Once it has told where the services are, they are found without it.
            let knows = discovery.knows();
            good &= knows;
            let word = if knows { "ok" } else { "unavailable" };
            checks.insert("discovery".into(), json!(word));
        }
        if let Some(broker) = &self.servers.broker {
            // Events wait in the outbox or in the broker, so nobody has to be sent away.
            if let Some(answers) = broker.answers() {
                let word = if answers { "ok" } else { "unavailable" };
                checks.insert("broker".into(), json!(word));
            }
        }
        let (status, word) = match good {
            true => (StatusCode::OK, "ok"),
            false => (StatusCode::SERVICE_UNAVAILABLE, "unavailable"),
        };
        (status, Json(json!({"status": word, "checks": checks})))
    }
}
