//! The declaration of a service, step by step, as its `lib.rs` writes it.

use std::collections::BTreeMap;

use utoipa_axum::router::OpenApiRouter;

use super::{Peer, Service};
use crate::inbox::Subscriptions;
use crate::{Context, Event, Handle, Migration};

/// Adds the consumer of one event.
type Subscribe<A> = fn(&A, &mut Subscriptions);

/// A service whose `App` is `A`.
#[must_use]
pub struct ServiceBuilder<A> {
    name: &'static str,
    port: u16,
    app: fn(&Context) -> anyhow::Result<A>,
    calls: Vec<Peer>,
    migrations: Option<fn() -> Vec<Migration>>,
    published: BTreeMap<&'static str, &'static [Peer]>,
    subscribe: Vec<Subscribe<A>>,
    router: OpenApiRouter<A>,
}

impl<A: Clone + Send + Sync + 'static> ServiceBuilder<A> {
    pub(super) fn new(
        name: &'static str,
        port: u16,
        app: fn(&Context) -> anyhow::Result<A>,
    ) -> Self {
        Self {
            name,
            port,
            app,
            calls: Vec::new(),
            migrations: None,
            published: BTreeMap::new(),
            subscribe: Vec::new(),
            router: OpenApiRouter::new(),
        }
    }

    /// It calls `peer`, at the URL in `{PEER}_URL`; unset, at its port on this machine.
    pub fn calls(mut self, peer: Peer) -> Self {
        self.calls.push(peer);
        self
    }

    /// It has a database of its own, brought to shape by these migrations.
    pub fn database(mut self, migrations: fn() -> Vec<Migration>) -> Self {
        self.migrations = Some(migrations);
        self
    }

    /// It publishes `E` to `E::SUBSCRIBERS`.
    pub fn publishes<E: Event>(mut self) -> Self {
        self.published.insert(E::TYPE, E::SUBSCRIBERS);
        self
    }

    /// Its `App` takes `E`, each once.
    pub fn subscribes<E: Event>(mut self) -> Self
    where
        A: Handle<E>,
    {
        self.subscribe
            .push(|app, subscriptions| subscriptions.add::<A, E>(app.clone()));
        self
    }

    /// It serves these routes too.
    pub fn routes(mut self, router: OpenApiRouter<A>) -> Self {
        self.router = self.router.merge(router);
        self
    }

    /// Ends the declaration.
    pub fn build(self) -> Service {
        let (router, openapi) = self.router.split_for_parts();
        let (app, subscribe) = (self.app, self.subscribe);
        Service {
            name: self.name,
            port: self.port,
            calls: self.calls,
            migrations: self.migrations,
            published: self.published,
            openapi,
            open: Box::new(move |context| {
                let app = app(context)?;
                let mut subscriptions = Subscriptions::default();
                for add in subscribe {
                    add(&app, &mut subscriptions);
                }
                Ok((router.with_state(app), subscriptions))
            }),
            is_extracted: false,
        }
    }
}
