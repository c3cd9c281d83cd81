//! Tests of the inbox: a consumer that writes one row per event it handles.

mod message;

use axum::http::{HeaderMap, HeaderName, HeaderValue};
use chrono::{TimeDelta, Utc};
use sea_orm::{ConnectionTrait, DatabaseConnection, DatabaseTransaction, Statement};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{Inbox, Subscriptions};
use crate::event::tests::OrderCreated;
use crate::testing::database::{Place, fresh};
use crate::{Handle, migrations};

/// Fails, after it has written, for orders with a negative total.
struct App;

impl Handle<OrderCreated> for App {
    async fn handle(
        &self,
        event: OrderCreated,
        transaction: &DatabaseTransaction,
    ) -> anyhow::Result<()> {
        transaction
            .execute_unprepared("INSERT INTO handled VALUES (1)")
            .await?;
        anyhow::ensure!(event.total >= 0.into(), "negative");
        Ok(())
    }
}

async fn consumer() -> (Place, DatabaseConnection, Inbox) {
    let (folder, database) = fresh().await.unwrap();
    migrations::migrate(&database, &[]).await.unwrap();
    database
        .execute_unprepared("CREATE TABLE handled (n integer)")
        .await
        .unwrap();
    let mut subscriptions = Subscriptions::default();
    subscriptions.add::<App, OrderCreated>(App);
    let inbox = Inbox::new(database.clone(), subscriptions);
    (folder, database, inbox)
}

async fn handled(database: &DatabaseConnection) -> i64 {
    let sql = "SELECT COUNT(*) FROM handled";
    let statement = Statement::from_string(database.get_database_backend(), sql);
    let row = database.query_one_raw(statement).await.unwrap().unwrap();
    row.try_get_by_index(0).unwrap()
}

fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
    let pairs = pairs.iter().map(|(name, value)| {
        (
            HeaderName::from_static(name),
            HeaderValue::from_static(value),
        )
    });
    pairs.collect()
}

fn structured() -> HeaderMap {
    headers(&[(
        "content-type",
        "application/cloudevents+json; charset=utf-8",
    )])
}

fn event(id: &str, total: i64) -> Value {
    json!({
        "specversion": "1.0",
        "id": id,
        "source": "/order-service",
        "type": "order.created",
        "data": {"order_id": Uuid::nil(), "total": total},
    })
}

async fn send(
    consumer: &(Place, DatabaseConnection, Inbox),
    headers: &HeaderMap,
    body: &Value,
) -> u16 {
    let body = body.to_string();
    match consumer.2.post(headers, body.as_bytes()).await {
        Ok(status) => status.as_u16(),
        Err(problem) => problem.status().as_u16(),
    }
}

#[tokio::test]
async fn an_event_is_handled_once_however_often_it_arrives() {
    let consumer = consumer().await;
    assert_eq!(send(&consumer, &structured(), &event("1", 5)).await, 204);
    assert_eq!(send(&consumer, &structured(), &event("1", 5)).await, 200);
    let (headers, body) = (structured(), event("2", 5));
    let (one, two) = tokio::join!(
        send(&consumer, &headers, &body),
        send(&consumer, &headers, &body)
    );
    assert_eq!(one + two, 404, "one 204 and one 200");
    assert_eq!(handled(&consumer.1).await, 2);
}

#[tokio::test]
async fn ids_of_different_sources_are_different_events() {
    let consumer = consumer().await;
    let mut other = event("1", 5);
    other["source"] = json!("/elsewhere");
    assert_eq!(send(&consumer, &structured(), &event("1", 5)).await, 204);
    assert_eq!(send(&consumer, &structured(), &other).await, 204);
}

#[tokio::test]
async fn a_handler_that_fails_leaves_no_trace_and_gets_the_event_again() {
    let consumer = consumer().await;
    assert_eq!(send(&consumer, &structured(), &event("1", -1)).await, 500);
    assert_eq!(handled(&consumer.1).await, 0);
    assert_eq!(send(&consumer, &structured(), &event("1", 1)).await, 204);
    assert_eq!(handled(&consumer.1).await, 1);
}

#[tokio::test]
async fn what_was_handled_long_ago_is_forgotten() {
    let consumer = consumer().await;
    let database = &consumer.1;
    for (id, days) in [("old", 31), ("new", 29)] {
        send(&consumer, &structured(), &event(id, 5)).await;
        let received = (Utc::now() - TimeDelta::days(days)).to_rfc3339();
        let sql = format!("UPDATE inbox SET received_at = '{received}' WHERE event_id = '{id}'");
        database.execute_unprepared(&sql).await.unwrap();
    }
    super::seen::forget(database).await.unwrap();
    assert_eq!(send(&consumer, &structured(), &event("new", 5)).await, 200);
    assert_eq!(send(&consumer, &structured(), &event("old", 5)).await, 204);
}
