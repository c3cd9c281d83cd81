//! The events of a service that nobody could handle, to be looked at and sent again: `GET /dead-letters` and `POST
//! /dead-letters/replay`. Like `/metrics` they are for who runs the service; the gateway does not let them through.

use axum::extract::{Query, State};
use axum::routing::{get, post};
use axum::{Json, Router};
use lapin::message::Delivery;
use lapin::options::{BasicAckOptions, BasicGetOptions, BasicNackOptions};
use lapin::{Channel, Connection};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::failure::Failure;
use super::{Broker, message, retry, topology};
use crate::Problem;

/// More than these are not shown at once.
const SHOWN: usize = 100;
/// More than these are not sent again at once.
const AT_ONCE: usize = 1_000;

/// An event that was put aside.
#[derive(Debug, Serialize)]
struct DeadLetter {
    id: Option<String>,
    #[serde(rename = "type")]
    event_type: Option<String>,
    source: Option<String>,
    /// How often it was tried.
    attempts: u32,
    /// What the last try said; none if the service ended each time.
    error: Option<String>,
    /// The body: JSON, or a text if it is none.
    data: Value,
}

/// Which are sent again.
#[derive(Debug, Deserialize)]
struct Chosen {
    /// The one of this id; without it all of them.
    id: Option<String>,
}

/// `/dead-letters` of the service `who`.
pub(crate) fn routes(broker: Broker, who: &'static str) -> Router {
    Router::new()
        .route("/dead-letters", get(list))
        .route("/dead-letters/replay", post(replay))
        .with_state(Letters { broker, who })
}

#[derive(Clone)]
struct Letters {
    broker: Broker,
    who: &'static str,
}

async fn list(State(letters): State<Letters>) -> Result<Json<Value>, Problem> {
    let opened = letters.open(SHOWN).await.map_err(unavailable)?;
    let items: Vec<_> = opened.deliveries.iter().map(DeadLetter::of).collect();
    let count = opened.count;
    opened.close().await;
    Ok(Json(json!({"count": count, "items": items})))
}

async fn replay(
    State(letters): State<Letters>,
    Query(chosen): Query<Chosen>,
) -> Result<Json<Value>, Problem> {
    let opened = letters.open(AT_ONCE).await.map_err(unavailable)?;
    let mut replayed = 0_u32;
    for delivery in &opened.deliveries {
        let properties = &delivery.properties;
        let id = properties.message_id().as_ref().map(|id| id.as_str());
        if chosen.id.is_none() || chosen.id.as_deref() == id {
            let (channel, afresh) = (&opened.channel, message::afresh(properties));
            let put = retry::put(channel, letters.who, afresh, &delivery.data).await;
            put.map_err(|error| unavailable(letters.broker.failure(error)))?;
            let acknowledged = delivery.ack(BasicAckOptions::default()).await;
            acknowledged.map_err(|error| unavailable(letters.broker.failure(error)))?;
            replayed += 1;
        }
    }
    let left = opened.count.saturating_sub(replayed);
    opened.close().await;
    Ok(Json(json!({"replayed": replayed, "left": left})))
}

fn unavailable(failure: Failure) -> Problem {
    Problem::unavailable("RabbitMQ unavailable").caused_by(failure)
}

/// Letters that were taken out to be looked at. Those that are not answered for go back when the connection ends.
struct Opened {
    connection: Connection,
    channel: Channel,
    deliveries: Vec<Delivery>,
    /// How many there were, those that were not taken out included.
    count: u32,
}

impl Letters {
    /// Takes out the oldest, at most so many.
    async fn open(&self, most: usize) -> Result<Opened, Failure> {
        let (connection, channel) = self.broker.connect(self.who).await?;
        let queue = topology::dead(self.who);
        let (mut deliveries, mut count) = (Vec::new(), 0);
        while deliveries.len() < most {
            let options = BasicGetOptions::default();
            let got = channel.basic_get(queue.as_str().into(), options).await;
            let Some(got) = got.map_err(|error| self.broker.failure(error))? else {
                break;
            };
            deliveries.push(got.delivery);
            count = got.message_count;
        }
        let taken = u32::try_from(deliveries.len()).unwrap_or(u32::MAX);
        Ok(Opened {
            count: count.saturating_add(taken),
            connection,
            channel,
            deliveries,
        })
    }
}

impl Opened {
    async fn close(self) {
        // Back to where they were, at once: who looks again finds them.
        let options = BasicNackOptions {
            multiple: true,
            requeue: true,
        };
        if let Some(last) = self.deliveries.last() {
            let _ = self.channel.basic_nack(last.delivery_tag, options).await;
        }
        let _ = self.channel.close(200, "".into()).await;
        let _ = self.connection.close(200, "".into()).await;
    }
}

impl DeadLetter {
    fn of(delivery: &Delivery) -> Self {
        let properties = &delivery.properties;
        let text =
            |text: &Option<lapin::types::ShortString>| text.as_ref().map(ToString::to_string);
        let body = &delivery.data;
        let data = serde_json::from_slice(body);
        Self {
            id: text(properties.message_id()),
            event_type: text(properties.kind()),
            source: text(properties.app_id()),
            attempts: message::attempts(properties),
            error: message::error(properties),
            data: data.unwrap_or_else(|_| String::from_utf8_lossy(body).into()),
        }
    }
}
