//! The transactional outbox: an event is written to a table in the same transaction as the
//! change that it tells about, so neither can happen without the other. A relay then delivers it,
//! as often as it takes. Repositories call `publish` and `commit`. Read next: `outbox/relay.rs`.

mod courier;
mod pass;
mod relay;
mod row;
mod table;

use std::collections::BTreeMap;
use std::sync::Arc;

use sea_orm::{
    DatabaseConnection, DatabaseTransaction, DbErr, EntityTrait, PaginatorTrait, QueryOrder,
};
use tokio::sync::watch;
use uuid::Uuid;

pub(crate) use courier::Courier;
pub(crate) use relay::{relay_once, run_relay};
pub(crate) use table::{CREATE, POSITIONS};

use crate::event::{CloudEvent, Event};
use crate::scope;
use crate::spans::messaging::{self, Carrier};
use crate::spans::{Recorder, Span};

/// The recipient of an event that leaves over a broker, which knows itself who is bound to it.
pub(crate) const EXCHANGE: &str = "*";

/// Publishes the events of one service. Cheap to clone; the clones share one relay.
#[derive(Clone, Debug)]
pub struct Outbox {
    database: DatabaseConnection,
    source: &'static str,
    subscribers: Arc<BTreeMap<&'static str, Vec<&'static str>>>,
    over_exchange: bool,
    recorder: Recorder,
    // Counts the commits, so that none is missed by a relay that is busy at that moment.
    commits: watch::Sender<u64>,
}

impl Outbox {
    /// The outbox of the service `source`, with the names of the subscribers by event type. `over_exchange` leaves it to
    /// a broker to find them.
    pub(crate) fn new(
        database: DatabaseConnection,
        source: &'static str,
        subscribers: BTreeMap<&'static str, Vec<&'static str>>,
        over_exchange: bool,
    ) -> Self {
        Self {
            database,
            source,
            subscribers: Arc::new(subscribers),
            over_exchange,
            recorder: Recorder::default(),
            commits: watch::Sender::new(0),
        }
    }

    /// What is sent is recorded.
    pub(crate) fn recorded_by(self, recorder: Recorder) -> Self {
        Self { recorder, ..self }
    }

    /// Writes the event down for its recipients. It is delivered once `transaction` is committed, and never if it is
    /// rolled back.
    ///
    /// # Errors
    /// If the database refuses the row, or the service did not declare that it publishes `E`:
    /// the event would silently reach nobody.
    pub async fn publish<E: Event>(
        &self,
        transaction: &DatabaseTransaction,
        event: &E,
    ) -> Result<(), DbErr> {
        let Some(subscribers) = self.subscribers.get(E::TYPE) else {
            let message = format!(
                "{} does not declare that it publishes {}",
                self.source,
                E::TYPE
            );
            return Err(DbErr::Custom(message));
        };
        // Each subscriber gets the same event under the same id.
        let json = |error: serde_json::Error| DbErr::Json(error.to_string());
        let mut cloud = CloudEvent::new(Uuid::now_v7(), self.source, event).map_err(json)?;
        // Whatever comes of it is a part of this.
        let mut span = self.begin(&cloud.id, E::TYPE);
        if let Some(span) = span.as_ref().filter(|span| span.is_recorded()) {
            cloud.traceparent = Some(span.trace().traceparent());
        }
        let cloud = serde_json::to_value(cloud).map_err(json)?;
        let recipients = match self.over_exchange {
            true => &[EXCHANGE][..],
            false => subscribers,
        };
        for recipient in recipients {
            let added = row::add(transaction, recipient, &event.subject(), cloud.clone()).await;
            if let (Some(span), Err(error)) = (&mut span, &added) {
                messaging::failed(span, "database", error);
            }
            added?;
        }
        Ok(())
    }

    /// The span of a publishing.
    fn begin(&self, id: &str, event_type: &str) -> Option<Span> {
        let scope = scope::current()?;
        let carrier = match self.over_exchange {
            true => Carrier::RabbitMq,
            false => Carrier::Http,
        };
        let trace = scope.trace.child();
        let named = (id, event_type);
        Some(messaging::publish(&scope.recorder, trace, carrier, named))
    }

    /// Commits `transaction` and wakes the relay, so that its events leave at once.
    ///
    /// # Errors
    /// If the database cannot commit; then nothing happened.
    pub async fn commit(&self, transaction: DatabaseTransaction) -> Result<(), DbErr> {
        transaction.commit().await?;
        self.commits
            .send_modify(|count| *count = count.wrapping_add(1));
        Ok(())
    }

    /// The events that are not delivered yet, in the order in which they were published.
    pub(crate) async fn pending(&self) -> Result<Vec<CloudEvent>, DbErr> {
        let rows = row::Entity::find().order_by_asc(row::Column::Position);
        let rows = rows.all(&self.database).await?;
        rows.into_iter().map(row::Model::into_event).collect()
    }

    /// The service whose events these are.
    pub(crate) fn source(&self) -> &'static str {
        self.source
    }

    /// The services that take each type of its events.
    pub(crate) fn subscribers(&self) -> &BTreeMap<&'static str, Vec<&'static str>> {
        &self.subscribers
    }

    /// How many deliveries are outstanding.
    pub(crate) async fn pending_count(&self) -> Result<u64, DbErr> {
        row::Entity::find().count(&self.database).await
    }

    /// Everyone that is delivered to, once.
    fn recipients(&self) -> Vec<&'static str> {
        if self.over_exchange && !self.subscribers.is_empty() {
            return vec![EXCHANGE];
        }
        let mut all: Vec<_> = self.subscribers.values().flatten().copied().collect();
        all.sort_unstable();
        all.dedup();
        all
    }
}

#[cfg(test)]
mod tests;
