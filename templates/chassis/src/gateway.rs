//! `Gateway`: what the gateway crate hands over. The chassis gives its routes the same surroundings as a service's.
//! The proxy itself lives in the gateway crate.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;

use crate::health::{Health, routes as health_routes};
use crate::layers::{self, Limits};
use crate::{Callee, Context, Outbox, Peer, metrics};

/// The one entry point of the system.
pub struct Gateway {
    pub name: &'static str,
    /// Where it listens unless `PORT` says otherwise.
    pub port: u16,
    /// The services behind it.
    pub upstreams: Vec<Peer>,
    /// How long one of them may take to answer.
    pub timeout: Duration,
    /// Makes its routes; the context has each upstream as a callee.
    pub router: fn(&Context) -> anyhow::Result<Router>,
}

impl Gateway {
    /// Its router with everything around it. Its figures are those of the process, so it shows these outboxes too.
    ///
    /// # Errors
    /// If its routes can't be made.
    pub(crate) fn start(
        &self,
        callees: BTreeMap<&'static str, Callee>,
        limits: Limits,
        health: Arc<Health>,
        outboxes: Vec<Outbox>,
    ) -> anyhow::Result<Router> {
        let context = Context {
            service: self.name,
            database: None,
            outbox: None,
            callees,
        };
        let spans = health.servers.spans.clone();
        let router = (self.router)(&context)?
            .merge(health_routes(health))
            .merge(metrics::routes(outboxes));
        Ok(layers::apply(router, self.name, limits, &spans))
    }
}
