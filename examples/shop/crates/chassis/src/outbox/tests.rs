//! Tests of the outbox and its relay: a recording stands in for the subscribers.

mod table;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

use sea_orm::{DatabaseBackend, DatabaseConnection, TransactionTrait};
use tokio::sync::{mpsc, watch};
use uuid::Uuid;

use super::{Outbox, relay_once, run_relay};
use crate::event::CloudEvent;
use crate::event::tests::OrderCreated;
use crate::testing::database::{Place, fresh};
use crate::{Decimal, migrations};

async fn outbox(subscribers: &[&'static str]) -> (Place, DatabaseConnection, Outbox) {
    let (folder, database) = fresh().await.unwrap();
    migrations::migrate(&database, &[]).await.unwrap();
    let subscribers = BTreeMap::from([("order.created", subscribers.to_vec())]);
    let outbox = Outbox::new(database.clone(), "order-service", subscribers, false);
    (folder, database, outbox)
}

fn event(order_id: Uuid, total: i64) -> OrderCreated {
    OrderCreated {
        order_id,
        total: Decimal::from(total),
    }
}

async fn publish(outbox: &Outbox, database: &DatabaseConnection, event: &OrderCreated) {
    let transaction = database.begin().await.unwrap();
    outbox.publish(&transaction, event).await.unwrap();
    outbox.commit(transaction).await.unwrap();
}

fn total(event: &CloudEvent) -> i64 {
    event.data["total"].as_i64().unwrap()
}

#[tokio::test]
async fn an_event_leaves_only_if_its_transaction_is_committed() {
    let (_folder, database, outbox) = outbox(&["a", "b"]).await;
    let transaction = database.begin().await.unwrap();
    outbox
        .publish(&transaction, &event(Uuid::now_v7(), 1))
        .await
        .unwrap();
    transaction.rollback().await.unwrap();
    assert_eq!(outbox.pending_count().await.unwrap(), 0);

    publish(&outbox, &database, &event(Uuid::now_v7(), 2)).await;
    let pending = outbox.pending().await.unwrap();
    assert_eq!(pending.iter().map(total).collect::<Vec<_>>(), [2, 2]);
    assert_eq!(pending[0].id, pending[1].id);
    assert_eq!(pending[0].source, "/order-service");
}

#[tokio::test]
async fn an_event_that_was_not_declared_is_refused() {
    let (_folder, database) = fresh().await.unwrap();
    let outbox = Outbox::new(database.clone(), "order-service", BTreeMap::new(), false);
    let transaction = database.begin().await.unwrap();
    let error = outbox
        .publish(&transaction, &event(Uuid::now_v7(), 1))
        .await
        .unwrap_err();
    assert!(error.to_string().contains("order.created"), "{error}");
}

#[tokio::test]
async fn one_failing_subject_holds_up_no_other_and_keeps_its_order() {
    let (_folder, database, outbox) = outbox(&["a"]).await;
    let (stuck, free) = (Uuid::now_v7(), Uuid::now_v7());
    for (order, total) in [(stuck, 1), (stuck, 2), (free, 3), (free, 4)] {
        publish(&outbox, &database, &event(order, total)).await;
    }
    let seen = Arc::new(Mutex::new(Vec::new()));
    let deliver = |broken: bool| {
        let seen = Arc::clone(&seen);
        move |_: &'static str, event: CloudEvent| {
            let fails = broken && event.subject == Some(stuck.to_string());
            if !fails {
                seen.lock().unwrap().push(total(&event));
            }
            async move { if fails { Err("down") } else { Ok(()) } }
        }
    };
    relay_once(&outbox, &deliver(true)).await.unwrap();
    assert_eq!(*seen.lock().unwrap(), [3, 4]);
    assert_eq!(outbox.pending_count().await.unwrap(), 2);

    relay_once(&outbox, &deliver(false)).await.unwrap();
    assert_eq!(*seen.lock().unwrap(), [3, 4, 1, 2]);
    assert_eq!(outbox.pending_count().await.unwrap(), 0);
}

#[tokio::test]
async fn a_subscriber_that_hangs_holds_up_no_other() {
    let (_folder, database, outbox) = outbox(&["hangs", "works"]).await;
    publish(&outbox, &database, &event(Uuid::now_v7(), 1)).await;
    let (sender, mut received) = mpsc::unbounded_channel();
    let deliver = move |subscriber: &'static str, _: CloudEvent| {
        let sender = sender.clone();
        async move {
            if subscriber == "hangs" {
                std::future::pending::<()>().await;
            }
            sender.send(subscriber).map_err(|error| error.to_string())
        }
    };
    let (_keep, stop) = watch::channel(false);
    let relay = tokio::spawn(run_relay(outbox, deliver, stop));
    assert_eq!(received.recv().await, Some("works"));
    relay.abort();
}

#[tokio::test]
async fn a_commit_wakes_the_relay_and_a_failed_delivery_is_repeated_until_it_works() {
    let (_folder, database, outbox) = outbox(&["a"]).await;
    let (sender, mut received) = mpsc::unbounded_channel();
    let attempts = Arc::new(AtomicU32::new(0));
    let deliver = move |_: &'static str, event: CloudEvent| {
        let attempt = attempts.fetch_add(1, Ordering::SeqCst) + 1;
        let noted = sender.send(event.id).is_ok();
        async move {
            if noted && attempt == 3 {
                Ok(())
            } else {
                Err("not yet")
            }
        }
    };
    let (stop, stopped) = watch::channel(false);
    let relay = tokio::spawn(run_relay(outbox.clone(), deliver, stopped));
    publish(&outbox, &database, &event(Uuid::now_v7(), 1)).await;
    let first = received.recv().await.unwrap();
    for _ in 0..2 {
        assert_eq!(received.recv().await.unwrap(), first);
    }
    // The relay finishes the delivery that is under way before it ends.
    stop.send(true).unwrap();
    relay.await.unwrap();
    assert_eq!(outbox.pending_count().await.unwrap(), 0);
}

#[tokio::test]
async fn two_instances_share_the_work_and_keep_the_order_of_each_subject() {
    let (place, database, outbox) = outbox(&["a"]).await;
    if database.get_database_backend() == DatabaseBackend::Sqlite {
        // A file has one process that relays.
        return;
    }
    let other = Outbox {
        database: place.connect().await.unwrap(),
        ..outbox.clone()
    };
    let orders: Vec<Uuid> = (0..40).map(|_| Uuid::now_v7()).collect();
    for total in 0..5 {
        for order in &orders {
            publish(&outbox, &database, &event(*order, total)).await;
        }
    }
    let seen = Arc::new(Mutex::new(Vec::new()));
    let noted = Arc::clone(&seen);
    let deliver = move |_: &'static str, event: CloudEvent| {
        let seen = Arc::clone(&noted);
        async move {
            tokio::task::yield_now().await;
            seen.lock()
                .unwrap()
                .push((event.subject.clone(), total(&event)));
            Ok::<_, String>(())
        }
    };
    let empty = async |outbox: &Outbox| {
        while outbox.pending_count().await.unwrap() > 0 {
            relay_once(outbox, &deliver).await.unwrap();
        }
    };
    tokio::join!(empty(&outbox), empty(&other));
    let seen = seen.lock().unwrap();
    assert_eq!(seen.len(), 200, "each once");
    for order in orders {
        let of_it = seen
            .iter()
            .filter(|(subject, _)| *subject == Some(order.to_string()));
        let totals: Vec<_> = of_it.map(|(_, total)| *total).collect();
        assert_eq!(totals, [0, 1, 2, 3, 4]);
    }
}
