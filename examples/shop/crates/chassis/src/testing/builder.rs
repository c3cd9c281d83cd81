//! What surrounds a service under test: stand-ins for other services, each in the place of its peer.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::Path;
use axum::http::StatusCode;
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::json;

use super::TestService;
use super::database::fresh;
use crate::client::{Callee, Slot, Transport};
use crate::health::Health;
use crate::layers::Limits;
use crate::service::Resources;
use crate::{Gateway, Service, metrics, migrations};

/// Far more than a call in process needs.
const PATIENCE: Duration = Duration::from_secs(10);

/// A service under test that has not started.
#[must_use]
pub struct TestServiceBuilder {
    service: Service,
    peers: BTreeMap<String, Peer>,
}

enum Peer {
    Router(Router),
    /// The paths under which it knows every id.
    Knows(Vec<String>),
}

impl TestServiceBuilder {
    pub(super) fn new(service: Service) -> Self {
        Self {
            service,
            peers: BTreeMap::new(),
        }
    }

    /// This router stands in for the peer `name`.
    pub fn callee(mut self, name: &str, router: Router) -> Self {
        self.peers.insert(name.to_owned(), Peer::Router(router));
        self
    }

    /// The peer `name` has something under each id of `path`, and takes every event.
    pub fn knows(mut self, name: &str, path: &str) -> Self {
        let known = self.peers.entry(name.to_owned());
        if let Peer::Knows(paths) = known.or_insert_with(|| Peer::Knows(Vec::new())) {
            paths.push(path.to_owned());
        }
        self
    }

    /// The peer `name` can't be reached.
    pub fn down(mut self, name: &str) -> Self {
        self.peers.remove(name);
        self
    }

    /// Starts the service with a fresh database.
    ///
    /// # Errors
    /// If it can't start.
    pub async fn start(mut self) -> anyhow::Result<TestService> {
        metrics::install();
        let (mut place, mut database) = (None, None);
        if let Some(steps) = self.service.migrations() {
            let (fresh, opened) = fresh().await?;
            migrations::migrate(&opened, &steps).await?;
            place = Some(fresh);
            database = Some(opened);
        }
        let mut callees = BTreeMap::new();
        for peer in self.service.peers(false) {
            let slot = Slot::default();
            match self.peers.remove(peer.name) {
                Some(Peer::Router(router)) => slot.set(router),
                Some(Peer::Knows(paths)) => slot.set(stand_in(&paths)),
                None => {}
            }
            let transport = Transport::InProcess(slot);
            let callee = Callee::new(peer.name, self.service.name(), transport, PATIENCE);
            callees.insert(peer.name, callee);
        }
        let started = self.service.start(Resources {
            database: database.clone(),
            callees: callees.clone(),
            limits: Limits {
                timeout: PATIENCE,
                body: 1024 * 1024,
            },
            health: Arc::new(Health::default()),
            broker: None,
        })?;
        Ok(TestService {
            router: started.router,
            database,
            outbox: started.outbox,
            callees,
            _place: place,
        })
    }
}

/// Answers `GET {path}/{id}` with the id, for every id, and takes every event.
fn stand_in(paths: &[String]) -> Router {
    let known = async |Path(id): Path<String>| Json(json!({"id": id}));
    let mut router = Router::new().route("/cloudevents", post(async || StatusCode::NO_CONTENT));
    let mut paths = paths.to_vec();
    paths.dedup();
    for path in paths {
        router = router.route(&format!("{path}/{{id}}"), get(known));
    }
    router
}

/// A gateway in process, with these routers in the place of its services; one that is not named is down.
///
/// # Errors
/// If its routes can't be made.
pub fn gateway(
    gateway: Gateway,
    mut services: BTreeMap<&'static str, Router>,
) -> anyhow::Result<Router> {
    metrics::install();
    let mut callees = BTreeMap::new();
    for peer in &gateway.upstreams {
        let slot = Slot::default();
        if let Some(router) = services.remove(peer.name) {
            slot.set(router);
        }
        let transport = Transport::InProcess(slot);
        let callee = Callee::new(peer.name, gateway.name, transport, PATIENCE);
        callees.insert(peer.name, callee);
    }
    let limits = Limits {
        timeout: PATIENCE,
        body: 1024 * 1024,
    };
    gateway.start(callees, limits, Arc::default(), Vec::new())
}
