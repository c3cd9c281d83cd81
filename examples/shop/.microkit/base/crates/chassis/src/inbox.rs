//! The idempotent consumer: an event may arrive more than once, but is handled once. It comes over HTTP, to `POST
//! /cloudevents` of every service that subscribes to something, or from a broker (`broker/consumer.rs`).
//! Read next: `inbox/message.rs` (how an event is read from a request), `inbox/seen.rs`.

pub(crate) mod message;
mod seen;

use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::http::{HeaderMap, StatusCode};
use sea_orm::{DatabaseConnection, DatabaseTransaction, TransactionTrait};
use serde_json::Value;

pub(crate) use seen::CREATE;

use crate::event::{CloudEvent, Event};
use crate::scope::{self, RequestScope};
use crate::spans::Recorder;
use crate::spans::messaging::{self, Carrier};
use crate::{Handle, Problem};

/// After so many events those that were handled long ago are forgotten.
const FORGET_EVERY: u64 = 1_000;

/// What a service does about each type of event that it subscribes to.
#[derive(Clone, Default)]
pub(crate) struct Subscriptions {
    consumers: BTreeMap<&'static str, Arc<dyn Consumer>>,
    /// Events since the start of the service.
    handled: Arc<AtomicU64>,
}

impl Subscriptions {
    /// `app` handles the event `E` from now on.
    pub(crate) fn add<A, E>(&mut self, app: A)
    where
        A: Handle<E> + 'static,
        E: Event,
    {
        let consumer = Typed {
            app,
            event: PhantomData,
        };
        self.consumers.insert(E::TYPE, Arc::new(consumer));
    }

    /// Whether the service subscribes to nothing.
    pub(crate) fn is_empty(&self) -> bool {
        self.consumers.is_empty()
    }
}

impl fmt::Debug for Subscriptions {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_set()
            .entries(self.consumers.keys())
            .finish()
    }
}

/// Where the events for one service arrive. Cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct Inbox {
    database: DatabaseConnection,
    subscriptions: Subscriptions,
    recorder: Recorder,
}

/// What became of an event that arrived.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Received {
    Handled,
    /// It was handled before.
    Again,
}

impl Inbox {
    pub(crate) fn new(database: DatabaseConnection, subscriptions: Subscriptions) -> Self {
        Self {
            database,
            subscriptions,
            recorder: Recorder::default(),
        }
    }

    /// What is received is recorded.
    pub(crate) fn recorded_by(self, recorder: Recorder) -> Self {
        Self { recorder, ..self }
    }

    /// What records what is received.
    pub(crate) fn recorder(&self) -> &Recorder {
        &self.recorder
    }

    /// The types of event that are handled here.
    pub(crate) fn types(&self) -> Vec<&'static str> {
        self.subscriptions.consumers.keys().copied().collect()
    }

    /// Receives the event in an HTTP request: 204 once it is handled, 200 if it was handled before.
    ///
    /// # Errors
    /// 400 or 422 if the request holds no event; otherwise as `receive`.
    pub(crate) async fn post(
        &self,
        headers: &HeaderMap,
        body: &[u8],
    ) -> Result<StatusCode, Problem> {
        let event = message::read(headers, body)?;
        match self.receive(Carrier::Http, event).await? {
            Received::Handled => Ok(StatusCode::NO_CONTENT),
            Received::Again => Ok(StatusCode::OK),
        }
    }

    /// Receives one event, as a step of the current trace.
    ///
    /// # Errors
    /// 400 if nobody here handles its type; otherwise what the handler failed with, 500 unless that is a problem of its
    /// own.
    pub(crate) async fn receive(
        &self,
        carrier: Carrier,
        event: CloudEvent,
    ) -> Result<Received, Problem> {
        let Some(scope) = scope::current() else {
            return self.handle(event).await;
        };
        let trace = scope.trace.child();
        let mut span = messaging::process(&scope.recorder, trace, carrier, &event);
        let trace = match span.is_recorded() {
            true => span.trace().clone(),
            false => scope.trace,
        };
        let scope = RequestScope { trace, ..scope };
        let received = scope::enter(scope, self.handle(event)).await;
        if let Err(problem) = &received {
            messaging::failed(&mut span, problem.status().as_str(), problem);
        }
        received
    }

    /// Handles one event.
    ///
    /// That it was seen is written in the transaction that the handler works in: either both are
    /// kept or neither, and then the sender tries again.
    async fn handle(&self, event: CloudEvent) -> Result<Received, Problem> {
        let consumers = &self.subscriptions.consumers;
        let Some(consumer) = consumers.get(event.event_type.as_str()) else {
            let error = format!("no handler for events of type `{}`", event.event_type);
            return Err(Problem::bad_request(error));
        };
        let transaction = self.database.begin().await?;
        if !seen::record(&transaction, &event).await? {
            transaction.rollback().await?;
            return Ok(Received::Again);
        }
        if let Err(error) = consumer.consume(event.data, &transaction).await {
            transaction.rollback().await?;
            return Err(error.into());
        }
        transaction.commit().await?;
        let before = self.subscriptions.handled.fetch_add(1, Ordering::Relaxed);
        if before.is_multiple_of(FORGET_EVERY)
            && let Err(error) = seen::forget(&self.database).await
        {
            tracing::warn!(%error, "old events are not forgotten");
        }
        Ok(Received::Handled)
    }
}

type Consumed<'a> = Pin<Box<dyn Future<Output = anyhow::Result<()>> + Send + 'a>>;

/// A handler whose event type is not part of its Rust type, so that all kinds fit in one map.
trait Consumer: Send + Sync {
    fn consume<'a>(&'a self, data: Value, transaction: &'a DatabaseTransaction) -> Consumed<'a>;
}

struct Typed<A, E> {
    app: A,
    event: PhantomData<fn(E)>,
}

impl<A: Handle<E>, E: Event> Consumer for Typed<A, E> {
    fn consume<'a>(&'a self, data: Value, transaction: &'a DatabaseTransaction) -> Consumed<'a> {
        Box::pin(async move {
            let event = serde_json::from_value(data).map_err(|error| {
                let status = StatusCode::UNPROCESSABLE_ENTITY;
                Problem::new(status, format!("the data of the event is wrong: {error}"))
            })?;
            self.app.handle(event, transaction).await
        })
    }
}

#[cfg(test)]
mod tests;
