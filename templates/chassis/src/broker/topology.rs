//! What there is in the broker: one durable topic exchange for the system, and for every service that subscribes to
//! something a durable queue of its name, bound to the types of event that it takes. Beside it are the queues where what
//! failed waits, and the one for what nobody could handle (`.dead-letters`).
//!
//! Publishers and consumers both see to it, so that an event is kept whoever starts first.

use std::time::Duration;

use lapin::options::{ExchangeDeclareOptions, QueueBindOptions, QueueDeclareOptions};
use lapin::protocol::{AMQPErrorKind, AMQPSoftError};
use lapin::types::{AMQPValue, FieldTable};
use lapin::{Channel, Connection, ExchangeKind};

use super::Broker;

/// How long what failed waits before it is tried again: after the first failure, the second, and all further ones.
pub(super) const WAITS: [Duration; 3] = [
    Duration::from_secs(1),
    Duration::from_secs(5),
    Duration::from_secs(30),
];
/// A message that was delivered so often and never answered for has brought down its consumer each time.
const DELIVERIES: i64 = 20;

/// The queue of what failed and waits.
pub(super) fn waiting(service: &str, wait: Duration) -> String {
    format!("{service}.retry.{}s", wait.as_secs())
}

/// The queue of what nobody could handle.
pub(super) fn dead(service: &str) -> String {
    format!("{service}.dead-letters")
}

/// Declares the exchange.
pub(super) async fn exchange(broker: &Broker, channel: &Channel) -> lapin::Result<()> {
    let options = ExchangeDeclareOptions {
        durable: true,
        ..Default::default()
    };
    let arguments = FieldTable::default();
    let name = broker.exchange.as_str().into();
    channel
        .exchange_declare(name, ExchangeKind::Topic, options, arguments)
        .await
}

/// Declares the queues of a service, and binds the first to the types of event that it takes.
pub(super) async fn queues(
    broker: &Broker,
    connection: &Connection,
    service: &str,
    types: &[&str],
) -> lapin::Result<()> {
    let dead = dead(service);
    // Who looks at a dead letter takes it out and gives it back, which must not count against it.
    let kept = [("x-delivery-limit", int(i64::from(i32::MAX)))];
    declare(connection, &dead, &kept, &[]).await?;
    let last_stop = [
        ("x-dead-letter-exchange", text("")),
        ("x-dead-letter-routing-key", text(&dead)),
        ("x-delivery-limit", int(DELIVERIES)),
    ];
    declare(connection, service, &last_stop, &last_stop[..2]).await?;
    for wait in WAITS {
        let and_back = [
            ("x-dead-letter-exchange", text("")),
            ("x-dead-letter-routing-key", text(service)),
            ("x-message-ttl", int(wait.as_millis() as i64)),
        ];
        // So that nothing is lost on its way back when a node of the broker fails just then.
        let safely = [
            ("x-dead-letter-strategy", text("at-least-once")),
            ("x-overflow", text("reject-publish")),
        ];
        let safely = [&and_back[..], &safely[..]].concat();
        declare(connection, &waiting(service, wait), &safely, &and_back).await?;
    }
    let channel = connection.create_channel().await?;
    for event in types {
        let (queue, exchange) = (service.into(), broker.exchange.as_str().into());
        let options = QueueBindOptions::default();
        let arguments = FieldTable::default();
        channel
            .queue_bind(queue, exchange, (*event).into(), options, arguments)
            .await?;
    }
    Ok(())
}

type Argument = (&'static str, AMQPValue);

/// Declares a durable queue, unless there is one of that name: it is left as it is. It is a quorum queue, which is kept
/// on several nodes, where the broker has such queues and takes these arguments; a classic one with `simple` otherwise.
async fn declare(
    connection: &Connection,
    name: &str,
    arguments: &[Argument],
    simple: &[Argument],
) -> lapin::Result<()> {
    // The broker closes a channel on which something was refused, so each try has one of its own.
    let existing = QueueDeclareOptions {
        passive: true,
        ..Default::default()
    };
    let channel = connection.create_channel().await?;
    let found = channel.queue_declare(name.into(), existing, FieldTable::default());
    if found.await.is_ok() {
        return Ok(());
    }
    let quorum = ("x-queue-type", text("quorum"));
    let tries = [
        table(arguments.iter().chain([&quorum])),
        table(simple.iter().chain([&quorum])),
        table(simple.iter()),
    ];
    let mut outcome = Ok(());
    for arguments in tries {
        let options = QueueDeclareOptions {
            durable: true,
            ..Default::default()
        };
        let channel = connection.create_channel().await?;
        let declared = channel.queue_declare(name.into(), options, arguments).await;
        outcome = declared.map(|_| ());
        if !outcome.as_ref().is_err_and(is_unknown) {
            break;
        }
    }
    outcome
}

/// The broker does not know such a queue, or such an argument.
fn is_unknown(error: &lapin::Error) -> bool {
    let unknown = AMQPErrorKind::Soft(AMQPSoftError::PRECONDITIONFAILED);
    matches!(error.kind(), lapin::ErrorKind::ProtocolError(error) if *error.kind() == unknown)
}

fn table<'a>(arguments: impl Iterator<Item = &'a Argument>) -> FieldTable {
    let mut table = FieldTable::default();
    for (name, value) in arguments {
        table.insert((*name).into(), value.clone());
    }
    table
}

fn text(text: &str) -> AMQPValue {
    AMQPValue::LongString(text.into())
}

fn int(number: i64) -> AMQPValue {
    AMQPValue::LongLongInt(number)
}
