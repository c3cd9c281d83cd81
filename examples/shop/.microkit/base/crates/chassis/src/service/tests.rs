//! Tests of `service.rs`: what a declaration leads to, and what is served beside the routes.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::body::Body;
use axum::http::{Request, StatusCode};
use sea_orm::{DatabaseTransaction, TransactionTrait};
use serde::{Deserialize, Serialize};
use tokio::sync::Notify;
use tower::ServiceExt;
use utoipa_axum::router::OpenApiRouter;

use super::*;
use crate::client::{Slot, Transport};
use crate::migrations;
use crate::testing::database::fresh;

#[derive(Clone)]
struct App;

#[derive(Serialize, Deserialize)]
struct Ordered;

impl Event for Ordered {
    const TYPE: &'static str = "order.created";
    const SUBSCRIBERS: &'static [Peer] = &[Peer::new("payment-service", 1)];

    fn subject(&self) -> String {
        "one".to_owned()
    }
}

impl Handle<Ordered> for App {
    async fn handle(&self, _: Ordered, _: &DatabaseTransaction) -> anyhow::Result<()> {
        Ok(())
    }
}

fn orders(app: fn(&Context) -> anyhow::Result<App>) -> ServiceBuilder<App> {
    Service::builder("order-service", 1, app)
}

/// As the runner makes them: every peer of the service is a callee.
fn resources(service: &Service, database: Option<DatabaseConnection>) -> Resources {
    let callee = |peer: Peer| {
        let transport = Transport::InProcess(Slot::default());
        let callee = Callee::new(peer.name, service.name(), transport, Duration::ZERO);
        (peer.name, callee)
    };
    Resources {
        database,
        callees: service.peers(false).into_iter().map(callee).collect(),
        limits: Limits {
            timeout: Duration::from_secs(5),
            body: 1_000,
        },
        health: Arc::default(),
        broker: None,
    }
}

async fn get(router: &Router, path: &str) -> (StatusCode, String) {
    let request = Request::get(path).body(Body::empty()).unwrap();
    let response = router.clone().oneshot(request).await.unwrap();
    let status = response.status();
    let body = axum::body::to_bytes(response.into_body(), usize::MAX).await;
    (status, String::from_utf8(body.unwrap().to_vec()).unwrap())
}

#[test]
fn who_subscribes_needs_a_database() {
    let service = orders(|_| Ok(App)).subscribes::<Ordered>().build();
    let resources = resources(&service, None);
    let error = service.start(resources).err().unwrap();
    assert!(format!("{error:#}").contains("no .database"), "{error:#}");
}

#[test]
fn a_subscriber_is_no_callee() {
    let app = |context: &Context| {
        assert!(context.callee("payment-service").is_err());
        context.callee("user-service").map(|_| App)
    };
    let service = orders(app).calls(Peer::new("user-service", 2));
    let service = service.publishes::<Ordered>().build();
    assert_eq!(service.peers(false).len(), 2);
    let resources = resources(&service, None);
    assert!(service.start(resources).is_ok());
}

#[tokio::test]
async fn what_operation_needs_is_served_beside_the_routes() {
    metrics::install();
    let (_folder, database) = fresh().await.unwrap();
    migrations::migrate(&database, &[]).await.unwrap();
    let service = orders(|_| Ok(App)).publishes::<Ordered>().build();
    let stopping = Arc::new(AtomicBool::new(false));
    let resources = Resources {
        health: Arc::new(Health {
            databases: vec![("database".to_owned(), database.clone())],
            stopping: stopping.clone(),
            ..Health::default()
        }),
        ..resources(&service, Some(database.clone()))
    };
    let started = service.start(resources).unwrap();
    let outbox = started.outbox.unwrap();
    let transaction = database.begin().await.unwrap();
    outbox.publish(&transaction, &Ordered).await.unwrap();
    outbox.commit(transaction).await.unwrap();

    let (_, figures) = get(&started.router, "/metrics").await;
    let pending = r#"outbox_pending{service="order-service"} 1"#;
    assert!(figures.contains(pending), "{figures}");
    let (_, document) = get(&started.router, "/openapi.json").await;
    assert!(
        document.contains(r#""title":"order-service""#),
        "{document}"
    );
    let (_, page) = get(&started.router, "/docs").await;
    assert!(page.contains("<html"), "{page}");

    let (status, health) = get(&started.router, "/health").await;
    assert_eq!(status, 200, "{health}");
    stopping.store(true, Ordering::Relaxed);
    let (status, health) = get(&started.router, "/health/ready").await;
    assert_eq!(status, 503);
    assert!(health.contains(r#""process":"stopping""#), "{health}");
    assert_eq!(get(&started.router, "/health/live").await.0, 200);
    database.close().await.unwrap();
    let (_, health) = get(&started.router, "/health").await;
    assert!(health.contains(r#""database":"unavailable""#), "{health}");
    let (_, figures) = get(&started.router, "/metrics").await;
    let unknown = r#"outbox_pending{service="order-service"} NaN"#;
    assert!(figures.contains(unknown), "{figures}");
}

#[tokio::test]
async fn a_handler_runs_to_its_end_though_its_client_hangs_up() {
    metrics::install();
    let [reached, go, done] = [(); 3].map(|()| Arc::new(Notify::new()));
    let steps = [reached.clone(), go.clone(), done.clone()];
    let slow = axum::routing::get(async move || {
        let [reached, go, done] = steps;
        reached.notify_one();
        go.notified().await;
        done.notify_one();
    });
    let routes = OpenApiRouter::new().route("/slow", slow);
    let service = orders(|_| Ok(App)).routes(routes).build();
    let resources = resources(&service, None);
    let router = service.start(resources).unwrap().router;
    let client = tokio::spawn(async move { get(&router, "/slow").await });
    reached.notified().await;
    client.abort();
    assert!(client.await.unwrap_err().is_cancelled());
    go.notify_one();
    let ended = tokio::time::timeout(Duration::from_secs(10), done.notified());
    ended.await.unwrap();
}
