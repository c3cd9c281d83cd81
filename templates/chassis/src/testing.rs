//! For the tests of services: a service without a socket or a server, with a fresh database, beside stand-ins for the
//! services it calls. The database is a SQLite file, or on the PostgreSQL server that `TEST_DATABASE_URL` names. What comes back is a `TestReply`. Read next: `testing/builder.rs`, `testing/database.rs`,
//! `testing/reply.rs`.

mod builder;
pub(crate) mod database;
mod reply;

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context as _, ensure};
use axum::Router;
use axum::body::Body;
use axum::http::{Method, Request, StatusCode, header};
use sea_orm::DatabaseConnection;
use serde_json::Value;
use tower::ServiceExt;
use uuid::Uuid;

pub use builder::{TestServiceBuilder, gateway};
pub use reply::TestReply;

use crate::event::{CloudEvent, STRUCTURED};
use crate::outbox::relay_once;
use crate::{Callee, Event, Outbox, Service};

/// A service that is called in process.
pub struct TestService {
    router: Router,
    database: Option<DatabaseConnection>,
    outbox: Option<Outbox>,
    callees: BTreeMap<&'static str, Callee>,
    // It goes when the test ends.
    _place: Option<database::Place>,
}

impl TestService {
    /// The service to test. A peer that is not named is down.
    #[allow(clippy::new_ret_no_self, reason = "it reads as what it leads to")]
    pub fn new(service: Service) -> TestServiceBuilder {
        TestServiceBuilder::new(service)
    }

    /// `GET {path}`.
    pub async fn get(&self, path: &str) -> TestReply {
        self.call(Method::GET, path, None).await
    }

    /// `DELETE {path}`.
    pub async fn delete(&self, path: &str) -> TestReply {
        self.call(Method::DELETE, path, None).await
    }

    /// `POST {path}`.
    pub async fn post(&self, path: &str, body: Value) -> TestReply {
        self.call(Method::POST, path, Some(body)).await
    }

    /// `PATCH {path}`.
    pub async fn patch(&self, path: &str, body: Value) -> TestReply {
        self.call(Method::PATCH, path, Some(body)).await
    }

    /// `PUT {path}`.
    pub async fn put(&self, path: &str, body: Value) -> TestReply {
        self.call(Method::PUT, path, Some(body)).await
    }

    /// Any request.
    pub async fn send(&self, request: Request<Body>) -> TestReply {
        let response = self.router.clone().oneshot(request).await;
        TestReply::read(response.unwrap_or_else(|never| match never {})).await
    }

    /// Creates one by `POST {path}` and gives its id.
    ///
    /// # Errors
    /// If the answer is not 201.
    pub async fn create(&self, path: &str, body: Value) -> anyhow::Result<Value> {
        let mut reply = self.post(path, body).await;
        ensure!(
            reply.status == StatusCode::CREATED,
            "POST {path} gave {}: {}",
            reply.status,
            reply.text
        );
        Ok(reply.body["id"].take())
    }

    /// Delivers an event, under this id.
    pub async fn deliver<E: Event>(&self, id: Uuid, event: &E) -> TestReply {
        let body = CloudEvent::new(id, "test", event).and_then(|event| serde_json::to_vec(&event));
        let request = Request::post("/cloudevents").header(header::CONTENT_TYPE, STRUCTURED);
        self.send(build(request, body.unwrap_or_default())).await
    }

    /// The events that are not delivered yet, oldest first.
    pub async fn outbox(&self) -> Vec<CloudEvent> {
        match &self.outbox {
            Some(outbox) => outbox.pending().await.unwrap_or_default(),
            None => Vec::new(),
        }
    }

    /// Delivers them once; by itself the relay does not run in a test.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn relay(&self) -> anyhow::Result<()> {
        let outbox = self.outbox.as_ref().context("the service has no outbox")?;
        Ok(relay_once(outbox, &crate::run::deliver(self.callees.clone())).await?)
    }

    /// The service's database.
    ///
    /// # Errors
    /// If it has none.
    pub fn database(&self) -> anyhow::Result<DatabaseConnection> {
        self.database.clone().context("the service has no database")
    }

    async fn call(&self, method: Method, path: &str, body: Option<Value>) -> TestReply {
        let mut request = Request::builder().method(method).uri(path);
        if body.is_some() {
            request = request.header(header::CONTENT_TYPE, "application/json");
        }
        let body = body.map(|body| body.to_string().into_bytes());
        self.send(build(request, body.unwrap_or_default())).await
    }
}

/// A request that can't be built is one without a path, which no service knows.
fn build(request: axum::http::request::Builder, body: Vec<u8>) -> Request<Body> {
    request.body(Body::from(body)).unwrap_or_default()
}

/// The keys of an object.
pub fn keys(object: &Value) -> BTreeSet<String> {
    let keys = object
        .as_object()
        .into_iter()
        .flat_map(|object| object.keys());
    keys.cloned().collect()
}
