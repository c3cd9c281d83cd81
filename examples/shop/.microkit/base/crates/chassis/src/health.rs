//! The health check API: whether the process lives, and whether it can do its work now. Whoever routes requests to it
//! or restarts it asks here.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::Json;
use axum::Router;
use axum::http::StatusCode;
use axum::routing::get;
use sea_orm::DatabaseConnection;
use serde_json::{Value, json};
use tokio::time::timeout;

/// A database that does not answer in this time is not ready.
const PATIENCE: Duration = Duration::from_secs(2);

/// What readiness depends on.
#[derive(Debug, Default)]
pub(crate) struct Health {
    /// By the name that the answer shows.
    pub(crate) databases: Vec<(String, DatabaseConnection)>,
    pub(crate) stopping: Arc<AtomicBool>,
}

/// `/health/live`, `/health/ready`, and `/health`, which is the same as ready.
pub(crate) fn routes(health: Arc<Health>) -> Router {
    let ready = move || {
        let health = health.clone();
        async move { health.ready().await }
    };
    Router::new()
        .route("/health/live", get(async || Json(json!({"status": "ok"}))))
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
        let (status, word) = match good {
            true => (StatusCode::OK, "ok"),
            false => (StatusCode::SERVICE_UNAVAILABLE, "unavailable"),
        };
        (status, Json(json!({"status": word, "checks": checks})))
    }
}
