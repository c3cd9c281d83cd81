//! Takes events from the outbox of a service to the exchange. An event counts as delivered once the broker has confirmed
//! that it is kept; until then it stays in the outbox.

use std::collections::BTreeMap;
use std::sync::Arc;

use anyhow::Context as _;
use lapin::options::BasicPublishOptions;
use lapin::{Channel, Confirmation, Connection};
use tokio::sync::Mutex;
use tokio::time::timeout;

use super::failure::Failure;
use super::{ANSWER, Broker, CONFIRMATION, message, topology};
use crate::attempts::Attempts;
use crate::event::CloudEvent;
use crate::outbox::Courier;
use crate::scope;
use crate::spans::messaging;

/// The publisher of one service. Cheap to clone; the clones share a connection.
#[derive(Clone, Debug)]
pub(crate) struct Publisher(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    broker: Broker,
    who: &'static str,
    /// The services that are known to take each type of event.
    subscribers: BTreeMap<&'static str, Vec<&'static str>>,
    session: Mutex<Option<Arc<Session>>>,
    attempts: Mutex<Attempts>,
}

#[derive(Debug)]
struct Session {
    // The channel ends with it.
    _connection: Connection,
    channel: Channel,
}

impl Publisher {
    /// The publisher of the service `who`, with the names of the subscribers by event type.
    pub(crate) fn new(
        broker: Broker,
        who: &'static str,
        subscribers: BTreeMap<&'static str, Vec<&'static str>>,
    ) -> Self {
        Self(Arc::new(Inner {
            attempts: Mutex::new(Attempts::of(who, broker.told.clone())),
            broker,
            who,
            subscribers,
            session: Mutex::default(),
        }))
    }

    /// What to publish on, unless it broke.
    async fn session(&self) -> Option<Arc<Session>> {
        let session = self.0.session.lock().await.clone();
        session.filter(|session| session.channel.status().connected())
    }

    /// Gives a session up, unless there is a newer one.
    async fn break_off(&self, broken: &Arc<Session>) {
        let mut session = self.0.session.lock().await;
        if session
            .as_ref()
            .is_some_and(|current| Arc::ptr_eq(current, broken))
        {
            *session = None;
        }
    }

    /// Connects anew.
    async fn connect(&self) -> Result<(), Failure> {
        let broker = &self.0.broker;
        let (connection, channel) = broker.connect(self.0.who).await?;
        match timeout(ANSWER, self.prepare(&connection, &channel)).await {
            Ok(prepared) => prepared.map_err(|error| broker.failure(error))?,
            Err(_) => return Err(broker.silence()),
        }
        let session = Session {
            _connection: connection,
            channel,
        };
        *self.0.session.lock().await = Some(Arc::new(session));
        Ok(())
    }

    /// Sees to it that the exchange is there, and a queue for each known subscriber: it may never have run so far.
    async fn prepare(&self, connection: &Connection, channel: &Channel) -> lapin::Result<()> {
        let broker = &self.0.broker;
        topology::exchange(broker, channel).await?;
        let mut types: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for (event, subscribers) in &self.0.subscribers {
            for subscriber in subscribers {
                types.entry(subscriber).or_default().push(event);
            }
        }
        for (subscriber, types) in types {
            topology::queues(broker, connection, subscriber, &types).await?;
        }
        Ok(())
    }

    /// Publishes an event, as a step of the current trace.
    async fn publish(&self, event: &CloudEvent) -> anyhow::Result<()> {
        let mut span = scope::current().map(|scope| {
            let trace = scope.trace.child();
            messaging::send(&scope.recorder, trace, event)
        });
        let sent = self.send(event).await;
        if let (Some(span), Err(error)) = (&mut span, &sent) {
            messaging::failed(span, "_OTHER", error);
        }
        sent
    }

    async fn send(&self, event: &CloudEvent) -> anyhow::Result<()> {
        let broker = &self.0.broker;
        let (properties, body) = message::write(event)?;
        let session = self.session().await.context("RabbitMQ is away")?;
        let known = self.0.subscribers.get(event.event_type.as_str());
        let options = BasicPublishOptions {
            // What should reach somebody and reaches nobody comes back. Without known subscribers that is as it may be.
            mandatory: known.is_some_and(|known| !known.is_empty()),
            ..Default::default()
        };
        let exchange = broker.exchange.as_str().into();
        let key = event.event_type.as_str().into();
        let publishing = async {
            session
                .channel
                .basic_publish(exchange, key, options, &body, properties)
                .await?
                .await
        };
        let confirmed = match timeout(CONFIRMATION, publishing).await {
            Ok(confirmed) => confirmed.map_err(|error| broker.failure(error))?,
            Err(_) => {
                self.break_off(&session).await;
                return Err(broker.silence().into());
            }
        };
        match confirmed {
            Confirmation::Ack(None) | Confirmation::NotRequested => Ok(()),
            Confirmation::Ack(Some(_)) => {
                // The queues were removed; they are made anew with the next connection.
                self.break_off(&session).await;
                anyhow::bail!("no queue is bound to `{}`", event.event_type)
            }
            Confirmation::Nack(_) => anyhow::bail!("RabbitMQ did not keep the event"),
        }
    }
}

impl Courier for Publisher {
    async fn ready(&self) {
        if self.session().await.is_some() {
            return;
        }
        let mut attempts = self.0.attempts.lock().await;
        while let Err(failure) = self.connect().await {
            self.0.broker.note(false);
            attempts.failed(&failure).await;
        }
        self.0.broker.note(true);
        attempts.succeeded("RabbitMQ is back: events leave again");
    }

    fn deliver(
        &self,
        _: &'static str,
        event: CloudEvent,
    ) -> impl Future<Output = Result<(), String>> + Send + 'static {
        let publisher = self.clone();
        async move {
            let published = publisher.publish(&event).await;
            published.map_err(|error| format!("{error:#}"))
        }
    }
}
