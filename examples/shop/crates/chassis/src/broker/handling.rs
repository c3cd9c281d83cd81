//! One message: it is handed to the inbox of its service, and answered for. `consumer.rs` brings them.
//!
//! Read next: `retry.rs` (what becomes of one that could not be handled).

use std::sync::Arc;
use std::time::{Duration, Instant};

use lapin::Channel;
use lapin::message::Delivery;
use lapin::options::BasicAckOptions;
use tokio::sync::{mpsc, watch};
use tokio::time::timeout;

use super::retry::{Fate, fate, send};
use super::{ANSWER, broken, message};
use crate::Problem;
use crate::event::CloudEvent;
use crate::inbox::{Inbox, Received};
use crate::layers::caught;
use crate::scope::{RequestScope, to_the_end};
use crate::spans::messaging::Carrier;

/// What is done with the messages of one service.
pub(super) struct Handling {
    pub(super) who: &'static str,
    pub(super) inbox: Inbox,
    pub(super) patience: Duration,
}

impl Handling {
    /// Works off one lane, until there is to be an end: the rest then goes back to the queue.
    pub(super) async fn work(
        self: Arc<Self>,
        outgoing: Channel,
        mut lane: mpsc::UnboundedReceiver<(Delivery, Result<CloudEvent, Problem>)>,
        stop: watch::Receiver<bool>,
    ) -> lapin::Result<()> {
        while let Some((delivery, read)) = lane.recv().await {
            if *stop.borrow() {
                break;
            }
            self.take(&outgoing, delivery, read).await?;
        }
        Ok(())
    }

    /// Handles one message and answers for it. What could not be handled leaves over another connection than it came
    /// by: a broker that is short of memory stops reading from those who publish, but has to go on reading what they
    /// answer for.
    async fn take(
        &self,
        outgoing: &Channel,
        delivery: Delivery,
        read: Result<CloudEvent, Problem>,
    ) -> lapin::Result<()> {
        let begun = Instant::now();
        let (properties, body) = (&delivery.properties, &delivery.data);
        let handled = match read {
            Ok(event) => self.handle(event).await.map_err(|problem| {
                let before = message::attempts(properties);
                (fate(before, problem.status().as_u16()), problem)
            }),
            // It will never be an event.
            Err(problem) => Err((Fate::DeadLetter, problem)),
        };
        let (outcome, error) = match handled {
            Ok(Received::Handled) => ("handled", None),
            Ok(Received::Again) => ("again", None),
            Err((fate, problem)) => {
                send(outgoing, self.who, fate, properties, body, &problem).await?;
                let outcome = match fate {
                    Fate::Later(_) => "later",
                    Fate::DeadLetter => "dead letter",
                };
                (outcome, Some(problem.told()))
            }
        };
        let labels = [("service", self.who), ("outcome", outcome)];
        metrics::counter!("events_received_total", &labels).increment(1);
        // What comes back after a wait has the name of the queue in the place of its key.
        let event_type = properties.kind().as_ref();
        let event_type = event_type.map_or(delivery.routing_key.as_str(), |kind| kind.as_str());
        let id = properties.message_id().clone().unwrap_or_default();
        let took_ms = begun.elapsed().as_micros() as f64 / 1_000.0;
        let service = self.who;
        match error {
            None => tracing::info!(target: "events", service, event_type, %id, outcome, took_ms),
            Some(error) => {
                tracing::warn!(target: "events", service, event_type, %id, outcome, error, took_ms);
            }
        }
        // Last, so that whatever the broker does not send again has a line in the log.
        let acknowledged = timeout(ANSWER, delivery.ack(BasicAckOptions::default()));
        let late = |_| broken("no answer in time");
        acknowledged.await.map_err(late)??;
        Ok(())
    }

    /// Hands one event to the inbox, within the trace in which it was published.
    async fn handle(&self, event: CloudEvent) -> Result<Received, Problem> {
        let scope = RequestScope {
            request_id: event.id.clone(),
            trace: event.trace(),
            recorder: self.inbox.recorder().clone(),
            deadline: Some(tokio::time::Instant::now() + self.patience),
        };
        let inbox = self.inbox.clone();
        let handled = to_the_end(scope, async move {
            inbox.receive(Carrier::RabbitMq, event).await
        });
        match timeout(self.patience, caught(handled)).await {
            Ok(Ok(received)) => received,
            Ok(Err(message)) => Err(Problem::internal(anyhow::anyhow!("panic: {message}"))),
            Err(_) => Err(Problem::gateway_timeout("the event took too long")),
        }
    }
}
