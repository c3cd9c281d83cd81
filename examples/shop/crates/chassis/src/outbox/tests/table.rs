//! Tests of what becomes of rows that were written under other circumstances.

use std::collections::BTreeMap;

use sea_orm::{ConnectionTrait, DatabaseBackend, EntityTrait};
use uuid::Uuid;

use super::super::{CREATE, Outbox, POSITIONS, row};
use super::{event, outbox, publish, total};
use crate::event::CloudEvent;
use crate::testing::database::fresh;

#[tokio::test]
async fn what_waits_is_delivered_after_a_start_with_a_broker_or_without() {
    let (_place, database, outbox) = outbox(&["a", "b"]).await;
    let over_broker = Outbox {
        over_exchange: true,
        ..outbox.clone()
    };
    let recipients = async || {
        let rows = row::Entity::find().all(&database).await.unwrap();
        rows.into_iter()
            .map(|row| row.subscriber)
            .collect::<Vec<_>>()
    };
    let order = Uuid::now_v7();
    publish(&over_broker, &database, &event(order, 1)).await;
    publish(&over_broker, &database, &event(order, 2)).await;
    assert_eq!(recipients().await, ["*", "*"]);
    row::redirect(&database, &outbox.subscribers, false, 0)
        .await
        .unwrap();
    assert_eq!(recipients().await, ["a", "b", "a", "b"]);
    let pending = outbox.pending().await.unwrap();
    assert_eq!(pending.iter().map(total).collect::<Vec<_>>(), [1, 1, 2, 2]);
    row::redirect(&database, &outbox.subscribers, true, 0)
        .await
        .unwrap();
    // One for each event, not for each of its subscribers.
    assert_eq!(recipients().await, ["*"; 2]);

    // An event that nobody in the system takes waits for the broker that it was meant for.
    let nobody = BTreeMap::from([("order.created", vec![])]);
    row::redirect(&database, &nobody, false, 0).await.unwrap();
    assert_eq!(recipients().await, ["*"; 2]);
    // A subscriber that was renamed gets what waits under its old name.
    let renamed = BTreeMap::from([("order.created", vec!["c"])]);
    row::redirect(&database, &renamed, false, 0).await.unwrap();
    assert_eq!(recipients().await, ["c"; 2]);
}

#[tokio::test]
async fn what_waits_in_an_older_table_keeps_its_order() {
    let (_place, database) = fresh().await.unwrap();
    let backend = database.get_database_backend();
    for statement in (CREATE.up)(backend) {
        database.execute_raw(statement).await.unwrap();
    }
    for total in [3, 1, 2] {
        let cloud = CloudEvent::new(Uuid::now_v7(), "order-service", &event(Uuid::nil(), total));
        let cloud = serde_json::to_string(&cloud.unwrap()).unwrap();
        // The ids of such rows were dealt by clocks, here in another order than the rows came in.
        let id = Uuid::from_u128(total as u128);
        let id = match backend {
            DatabaseBackend::Sqlite => format!("X'{}'", id.simple()),
            _ => format!("'{id}'"),
        };
        let sql = format!("INSERT INTO outbox VALUES ({id}, 'a', 's', '{cloud}', 0, 0)");
        database.execute_unprepared(&sql).await.unwrap();
    }
    for statement in (POSITIONS.up)(backend) {
        database.execute_raw(statement).await.unwrap();
    }
    let subscribers = BTreeMap::from([("order.created", vec!["a"])]);
    let outbox = Outbox::new(database.clone(), "order-service", subscribers, false);
    let pending = outbox.pending().await.unwrap();
    assert_eq!(pending.iter().map(total).collect::<Vec<_>>(), [1, 2, 3]);
}
