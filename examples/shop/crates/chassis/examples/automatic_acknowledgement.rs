//! How not to consume events: with automatic acknowledgement (`no_ack`). The broker takes a message off its queue the
//! moment that it has sent it, so whatever this process holds and has not worked on dies with it, and nobody hears of it.
//! Compare `src/broker/consumer.rs`, which acknowledges a message once it is handled. `microkit lab delivery` counts both.
//!
//! ```console
//! $ AMQP_URL=amqp://guest:guest@127.0.0.1:5672/%2f cargo run -p chassis --example automatic_acknowledgement \
//!     -- order.created /tmp/handled
//! ```

use std::env;
use std::fs::{File, OpenOptions};
use std::io::Write;
use std::time::Duration;

use anyhow::Context;
use futures_util::StreamExt;
use lapin::options::{
    BasicConsumeOptions, ExchangeDeclareOptions, QueueBindOptions, QueueDeclareOptions,
};
use lapin::types::FieldTable;
use lapin::{Channel, Connection, ConnectionProperties, Consumer, ExchangeKind};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio::time::{sleep, timeout};

/// What an event takes to be handled: calling another service, writing to a database.
const WORK: Duration = Duration::from_millis(50);
/// How long to wait for a broker that is not there, before asking again.
const PAUSE: Duration = Duration::from_millis(100);
/// A broker that does not answer in this time is not there. One that dies while a connection is made never answers.
const ANSWER: Duration = Duration::from_secs(5);
/// A broker that is busy may need longer: each try has twice the time of the one before, up to this.
const LONGEST: Duration = Duration::from_secs(20);
const QUEUE: &str = "automatic-acknowledgement";

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let url = env::var("AMQP_URL").context("AMQP_URL says where RabbitMQ is")?;
    let mut arguments = env::args().skip(1);
    let event = arguments.next().context("the type of the events")?;
    let handled = arguments.next().context("where their ids are written")?;
    let handled = OpenOptions::new().create(true).append(true).open(handled)?;
    let (hand, in_hand) = unbounded_channel();
    tokio::spawn(work(in_hand, handled));
    let mut patience = ANSWER;
    loop {
        let (_connection, mut events) = match timeout(patience, consume(&url, &event)).await {
            Ok(Ok(consuming)) => consuming,
            Ok(Err(error)) => {
                eprintln!("{error}");
                sleep(PAUSE).await;
                continue;
            }
            Err(_) => {
                eprintln!("the broker does not answer within {patience:?}");
                patience = LONGEST.min(patience * 2);
                continue;
            }
        };
        patience = ANSWER;
        println!("{event} comes");
        while let Some(Ok(message)) = events.next().await {
            let id = message.properties.message_id().as_ref();
            let id = id.map_or("?", |id| id.as_str()).to_owned();
            println!("{id} received");
            hand.send(id).context("nobody works on the events")?;
        }
    }
}

/// Works on one event after the other. Those that wait for it are in the memory of this process, and nowhere else.
async fn work(mut in_hand: UnboundedReceiver<String>, mut handled: File) -> anyhow::Result<()> {
    while let Some(id) = in_hand.recv().await {
        sleep(WORK).await;
        writeln!(handled, "{id}")?;
    }
    Ok(())
}

/// The events of this type, as they come. The queue is as durable as that of a service: what is lost, is not lost by it.
async fn consume(url: &str, event: &str) -> lapin::Result<(Connection, Consumer)> {
    let properties = ConnectionProperties::default();
    let connection = Connection::connect(url, properties).await?;
    let channel = connection.create_channel().await?;
    bind(&channel, event).await?;
    let options = BasicConsumeOptions {
        // The mistake. Without it, each message is acknowledged by `message.ack(..)`, and that would come after the work.
        no_ack: true,
        ..BasicConsumeOptions::default()
    };
    let tag = QUEUE.into();
    let events = channel.basic_consume(QUEUE.into(), tag, options, FieldTable::default());
    Ok((connection, events.await?))
}

/// A queue of its own, so that nobody else misses an event.
async fn bind(channel: &Channel, event: &str) -> lapin::Result<()> {
    let none = FieldTable::default;
    let durable = QueueDeclareOptions {
        durable: true,
        ..QueueDeclareOptions::default()
    };
    channel.queue_declare(QUEUE.into(), durable, none()).await?;
    let durable = ExchangeDeclareOptions {
        durable: true,
        ..ExchangeDeclareOptions::default()
    };
    let (exchange, topic) = ("events", ExchangeKind::Topic);
    channel
        .exchange_declare(exchange.into(), topic, durable, none())
        .await?;
    let options = QueueBindOptions::default();
    channel
        .queue_bind(QUEUE.into(), exchange.into(), event.into(), options, none())
        .await
}
