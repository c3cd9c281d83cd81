//! Takes events from the queue of a service to its inbox. A message is taken out of the queue only once it is handled,
//! or put elsewhere, so one that is in hand when anything fails is delivered again.
//!
//! Read next: `handling.rs` (what is done with one message).

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt;
use lapin::message::Delivery;
use lapin::options::{BasicConsumeOptions, BasicQosOptions};
use lapin::types::FieldTable;
use lapin::{Channel, Connection, Consumer};
use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;
use tokio::time::timeout;

use super::failure::Failure;
use super::handling::Handling;
use super::{ANSWER, Broker, broken, message, topology};
use crate::Problem;
use crate::attempts::Attempts;
use crate::event::CloudEvent;
use crate::inbox::Inbox;

/// Events that are handled at the same time; those of one subject never are.
const LANES: u64 = 8;
/// Messages that the broker hands over before the first of them is answered for.
const PREFETCH: u16 = 64;

/// Handles what arrives for the service `who` until `stop` says true, and then finishes what is in hand. `patience` is
/// how long one event may take.
pub(crate) async fn run_consumer(
    broker: Broker,
    who: &'static str,
    inbox: Inbox,
    patience: Duration,
    mut stop: watch::Receiver<bool>,
) {
    let consumer = Arc::new(Handling {
        who,
        inbox,
        patience,
    });
    let mut attempts = Attempts::of(who, broker.told.clone());
    while !*stop.borrow() {
        let session = tokio::select! {
            biased;
            _ = stop.wait_for(|stop| *stop) => return,
            session = Session::open(&broker, &consumer) => session,
        };
        broker.note(session.is_ok());
        let failure = match session {
            Ok(session) => {
                attempts.succeeded("RabbitMQ is back: events arrive again");
                match consumer.clone().consume(session, &mut stop).await {
                    Ok(()) => return,
                    Err(error) => broker.failure(error),
                }
            }
            Err(failure) => failure,
        };
        tokio::select! {
            biased;
            _ = stop.wait_for(|stop| *stop) => return,
            () = attempts.failed(&failure) => {}
        }
    }
}

/// Two connections, one to consume on and one to publish on what could not be handled.
struct Session {
    incoming: (Connection, Channel),
    outgoing: (Connection, Channel),
    deliveries: Consumer,
}

impl Session {
    async fn open(broker: &Broker, handling: &Handling) -> Result<Self, Failure> {
        let incoming = broker.connect(handling.who).await?;
        let outgoing = broker.connect(handling.who).await?;
        let (connection, channel) = &incoming;
        let subscribing = async {
            topology::exchange(broker, channel).await?;
            let types = handling.inbox.types();
            topology::queues(broker, connection, handling.who, &types).await?;
            channel
                .basic_qos(PREFETCH, BasicQosOptions::default())
                .await?;
            let (queue, tag) = (handling.who.into(), "".into());
            let options = BasicConsumeOptions::default();
            channel
                .basic_consume(queue, tag, options, FieldTable::default())
                .await
        };
        let deliveries = match timeout(ANSWER, subscribing).await {
            Ok(subscribed) => subscribed.map_err(|error| broker.failure(error))?,
            Err(_) => return Err(broker.silence()),
        };
        Ok(Self {
            incoming,
            outgoing,
            deliveries,
        })
    }

    /// What was in hand and not answered for goes back to its queue.
    async fn close(self) {
        for (connection, _) in [self.incoming, self.outgoing] {
            let _ = timeout(ANSWER, connection.close(200, "".into())).await;
        }
    }
}

impl Handling {
    /// Until the connection breaks, or there is to be an end.
    async fn consume(
        self: Arc<Self>,
        mut session: Session,
        stop: &mut watch::Receiver<bool>,
    ) -> lapin::Result<()> {
        let mut working = JoinSet::new();
        let lanes: Vec<_> = (0..LANES)
            .map(|_| {
                let (sender, receiver) = mpsc::unbounded_channel();
                let outgoing = session.outgoing.1.clone();
                working.spawn(self.clone().work(outgoing, receiver, stop.clone()));
                sender
            })
            .collect();
        let outcome = loop {
            let delivery = tokio::select! {
                biased;
                _ = stop.wait_for(|stop| *stop) => break Ok(()),
                // A lane ends before its time only if it can't answer any more.
                Some(ended) = working.join_next() => match ended {
                    Ok(Err(error)) => break Err(error),
                    _ => break Err(broken("a lane ended")),
                },
                delivery = session.deliveries.next() => delivery,
            };
            match delivery {
                Some(Ok(delivery)) => {
                    let read = message::read(&delivery.properties, &delivery.data);
                    let lane = lane(&read, &delivery);
                    // It fails only if the lane has ended, which the next round tells.
                    let _ = lanes[lane].send((delivery, read));
                }
                Some(Err(error)) => break Err(error),
                None => break Err(broken("the queue was removed, or the broker stops")),
            }
        };
        drop(lanes);
        if outcome.is_err() {
            // Nobody can be answered any more: what is in hand is undone, and comes again.
            working.abort_all();
        }
        while working.join_next().await.is_some() {}
        session.close().await;
        outcome
    }
}

/// Events of one subject go one after the other; what is no event goes anywhere.
fn lane(read: &Result<CloudEvent, Problem>, delivery: &Delivery) -> usize {
    let mut hasher = DefaultHasher::new();
    match read {
        Ok(event) => (&event.source, &event.subject).hash(&mut hasher),
        Err(_) => delivery.delivery_tag.hash(&mut hasher),
    }
    usize::try_from(hasher.finish() % LANES).unwrap_or_default()
}
