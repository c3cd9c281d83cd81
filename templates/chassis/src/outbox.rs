//! The transactional outbox: an event is written to a table in the same transaction as the
//! change that it tells about, so neither can happen without the other. A relay then delivers it,
//! as often as it takes. Repositories call `publish` and `commit`. Read next: `outbox/relay.rs`.

mod pass;
mod relay;
mod row;

use std::collections::BTreeMap;
use std::sync::Arc;

use sea_orm::{
    ActiveModelTrait, DatabaseConnection, DatabaseTransaction, DbErr, EntityTrait, PaginatorTrait,
    QueryOrder, Set,
};
use tokio::sync::watch;
use uuid::Uuid;

pub(crate) use relay::{relay_once, run_relay};
pub(crate) use row::CREATE;

use crate::event::{CloudEvent, Event};

/// Publishes the events of one service. Cheap to clone; the clones share one relay.
#[derive(Clone, Debug)]
pub struct Outbox {
    database: DatabaseConnection,
    source: &'static str,
    subscribers: Arc<BTreeMap<&'static str, Vec<&'static str>>>,
    // Counts the commits, so that none is missed by a relay that is busy at that moment.
    commits: watch::Sender<u64>,
}

impl Outbox {
    /// The outbox of the service `source`, with the names of the subscribers by event type.
    pub(crate) fn new(
        database: DatabaseConnection,
        source: &'static str,
        subscribers: BTreeMap<&'static str, Vec<&'static str>>,
    ) -> Self {
        Self {
            database,
            source,
            subscribers: Arc::new(subscribers),
            commits: watch::Sender::new(0),
        }
    }

    /// Writes one row for each subscriber of the event. They are delivered once `transaction`
    /// is committed, and never if it is rolled back.
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
        let cloud = CloudEvent::new(Uuid::now_v7(), self.source, event).map_err(json)?;
        let cloud = serde_json::to_value(cloud).map_err(json)?;
        for subscriber in subscribers {
            let row = row::ActiveModel {
                id: Set(Uuid::now_v7()),
                subscriber: Set((*subscriber).to_owned()),
                subject: Set(event.subject()),
                event: Set(cloud.clone()),
                attempts: Set(0),
                next_attempt_at: Set(0),
            };
            row.insert(transaction).await?;
        }
        Ok(())
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
        let rows = row::Entity::find().order_by_asc(row::Column::Id);
        let rows = rows.all(&self.database).await?;
        rows.into_iter().map(row::Model::into_event).collect()
    }

    /// The service whose events these are.
    pub(crate) fn source(&self) -> &'static str {
        self.source
    }

    /// How many deliveries are outstanding.
    pub(crate) async fn pending_count(&self) -> Result<u64, DbErr> {
        row::Entity::find().count(&self.database).await
    }

    /// Every subscriber of any event, once.
    fn all_subscribers(&self) -> Vec<&'static str> {
        let mut all: Vec<_> = self.subscribers.values().flatten().copied().collect();
        all.sort_unstable();
        all.dedup();
        all
    }
}

#[cfg(test)]
mod tests;
