//! `Service`: what a service declares about itself, in its `lib.rs`, and the router that is made of it.
//! `run.rs` and `testing.rs` start it. Read next: `context.rs`, `layers.rs`.

mod builder;

use std::collections::BTreeMap;
use std::sync::Arc;

use anyhow::Context as _;
use axum::Router;
use axum::body::Bytes;
use axum::extract::Request;
use axum::http::HeaderMap;
use axum::middleware::{Next, from_fn};
use axum::response::Response;
use axum::routing::post;
use sea_orm::DatabaseConnection;
use utoipa::openapi::OpenApi;

pub use builder::ServiceBuilder;

use crate::broker::{self, Broker};
use crate::health::{Health, routes as health_routes};
use crate::inbox::{Inbox, Subscriptions};
use crate::layers::{self, Limits};
use crate::{Callee, Context, Event, Migration, Outbox, metrics, openapi, scope};

/// Another service of the system: its name, and where it listens if nothing else is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Peer {
    pub name: &'static str,
    pub port: u16,
}

impl Peer {
    pub const fn new(name: &'static str, port: u16) -> Self {
        Self { name, port }
    }
}

/// The consumer of an event, implemented by a service's `App`.
pub trait Handle<E: Event>: Send + Sync {
    /// Does what the event asks for. What is written through `transaction` is written once, however often the event
    /// is delivered.
    ///
    /// # Errors
    /// Undo everything; the event is delivered again later.
    fn handle(
        &self,
        event: E,
        transaction: &sea_orm::DatabaseTransaction,
    ) -> impl Future<Output = anyhow::Result<()>> + Send;
}

/// Makes the routes of a service, and its consumers, from its context.
type Open = Box<dyn FnOnce(&Context) -> anyhow::Result<(Router, Subscriptions)> + Send>;

/// A service that is declared and not yet started.
pub struct Service {
    name: &'static str,
    port: u16,
    calls: Vec<Peer>,
    migrations: Option<fn() -> Vec<Migration>>,
    published: BTreeMap<&'static str, &'static [Peer]>,
    openapi: OpenApi,
    open: Open,
    is_extracted: bool,
}

/// What the outside gives a service at its start.
pub(crate) struct Resources {
    pub(crate) database: Option<DatabaseConnection>,
    /// Those that it calls and those that subscribe to its events.
    pub(crate) callees: BTreeMap<&'static str, Callee>,
    pub(crate) limits: Limits,
    pub(crate) health: Arc<Health>,
    /// What carries its events, if there is such a thing.
    pub(crate) broker: Option<Broker>,
}

/// A service that runs.
pub(crate) struct Started {
    pub(crate) router: Router,
    pub(crate) outbox: Option<Outbox>,
    pub(crate) inbox: Option<Inbox>,
}

impl Service {
    /// Begins the declaration of a service. `app` makes what its handlers share.
    pub fn builder<A>(
        name: &'static str,
        port: u16,
        app: fn(&Context) -> anyhow::Result<A>,
    ) -> ServiceBuilder<A>
    where
        A: Clone + Send + Sync + 'static,
    {
        ServiceBuilder::new(name, port, app)
    }

    /// Its name in the manifest.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// Where it listens when it runs alone and nothing else is said.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The same, which runs as a process of its own and not together with others.
    #[must_use]
    pub fn extracted(self) -> Self {
        Self {
            is_extracted: true,
            ..self
        }
    }

    pub(crate) fn is_extracted(&self) -> bool {
        self.is_extracted
    }

    /// Every other service that it sends something to, once each. Over a broker, events are sent to no service.
    pub(crate) fn peers(&self, over_broker: bool) -> Vec<Peer> {
        let published = self.published.values().filter(|_| !over_broker);
        let subscribers = published.flat_map(|peers| peers.iter().copied());
        let mut peers: Vec<Peer> = self.calls.iter().copied().chain(subscribers).collect();
        peers.sort_by_key(|peer| peer.name);
        peers.dedup_by_key(|peer| peer.name);
        peers
    }

    /// Its migrations, if it has a database.
    pub(crate) fn migrations(&self) -> Option<Vec<Migration>> {
        self.migrations.map(|migrations| migrations())
    }

    /// Makes the router of the service, with everything around its routes.
    ///
    /// # Errors
    /// If its `App` can't be made.
    pub(crate) fn start(self, resources: Resources) -> anyhow::Result<Started> {
        let names = |peers: &&'static [Peer]| peers.iter().map(|peer| peer.name).collect();
        let subscribers = self
            .published
            .iter()
            .map(|(event, peers)| (*event, names(peers)));
        let subscribers: BTreeMap<_, Vec<_>> = subscribers.collect();
        let over_broker = resources.broker.is_some();
        let spans = resources.health.servers.spans.clone();
        let recorder = spans.recorder(self.name);
        let outbox = |database| {
            let outbox = Outbox::new(database, self.name, subscribers, over_broker);
            outbox.recorded_by(recorder.clone())
        };
        let outbox = resources.database.clone().map(outbox);
        // Subscribers are delivered to by the relay, and are none of the service's business.
        let called = |name: &&'static str| self.calls.iter().any(|peer| peer.name == *name);
        let callees = resources.callees.into_iter();
        let context = Context {
            service: self.name,
            database: resources.database,
            outbox: outbox.clone(),
            callees: callees.filter(|(name, _)| called(name)).collect(),
        };
        let (mut router, subscriptions) = (self.open)(&context)?;
        let mut inbox = None;
        if !subscriptions.is_empty() {
            let database = context.database().context("it subscribes to events")?;
            let receives = Inbox::new(database, subscriptions).recorded_by(recorder);
            router = router.merge(events(receives.clone()));
            if let Some(broker) = resources.broker {
                router = router.merge(broker::dead_letters(broker, self.name));
            }
            inbox = Some(receives);
        }
        let router = router
            .merge(health_routes(resources.health))
            .merge(metrics::routes(outbox.iter().cloned().collect()))
            .merge(openapi::routes(self.name, self.openapi));
        let router = router.layer(from_fn(uninterrupted));
        Ok(Started {
            router: layers::apply(router, self.name, resources.limits, &spans),
            outbox,
            inbox,
        })
    }
}

/// A handler of a service changes data, so it runs to its end.
async fn uninterrupted(request: Request, next: Next) -> Response {
    match scope::current() {
        Some(scope) => scope::to_the_end(scope, next.run(request)).await,
        None => next.run(request).await,
    }
}

/// `POST /cloudevents`: where other services deliver.
fn events(inbox: Inbox) -> Router {
    let receive = move |headers: HeaderMap, body: Bytes| {
        let inbox = inbox.clone();
        async move { inbox.post(&headers, &body).await }
    };
    Router::new().route("/cloudevents", post(receive))
}

#[cfg(test)]
mod tests;
