//! A stop of everything under load, and a new start with the data of before.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};
use std::time::Instant;

use super::super::contract::{get, new_user};
use super::super::http::request;
use super::super::load::Load;
use super::super::project::Project;
use super::super::servers::{MINUTE, eventually};
use super::{SERVICES, faults};

/// Every order that was answered before and during a stop is there after it, and every process ends in order.
pub fn stop_and_start(shop: &Project) {
    let taken = Arc::new(Mutex::new(Vec::new()));
    let (gateway, user) = (shop.gateway, new_user(shop.gateway, "stop"));
    let ids = taken.clone();
    let load = Load::start(4, move |_| {
        let reply = faults::order(gateway, &user);
        if let Ok(reply) = &reply
            && reply.status == 201
        {
            ids.lock().unwrap().push(reply.text_of("id"));
        }
        reply
    });
    load.await_more(100);
    let begun = Instant::now();
    shop.compose(&["stop"]);
    let stopped = begun.elapsed();
    let tally = load.end();
    for name in ["gateway"].into_iter().chain(SERVICES) {
        for container in shop.containers(name) {
            let format = "{{.State.Status}} {{.State.ExitCode}} {{.State.OOMKilled}}";
            let state = shop
                .engine
                .docker(&["inspect", "--format", format, &container]);
            assert_eq!(state, "exited 0 false", "how {name} ended");
        }
    }
    println!(
        "a stop of the whole system under load took {stopped:.1?}; gateway and services ended with code 0"
    );
    let mut others: BTreeMap<&str, usize> = BTreeMap::new();
    for failure in &tally.failures {
        *others.entry(failure).or_default() += 1;
    }
    println!("what clients were told instead of 201, and how often: {others:#?}");

    let begun = Instant::now();
    shop.compose(&["start"]);
    let taken = taken.lock().unwrap();
    assert!(taken.len() >= 50, "orders were taken: {}", taken.len());
    let last = format!("/orders/{}", taken.last().unwrap());
    eventually("an order is read after the start", MINUTE, || {
        get(shop.gateway, &last).status == 200
    });
    println!(
        "after `start` the first read was answered in {:.1?}",
        begun.elapsed()
    );
    let stored = shop.sql("order-service", "SELECT id FROM orders");
    let stored: BTreeSet<&str> = stored.lines().collect();
    let lost: Vec<&String> = taken
        .iter()
        .filter(|id| !stored.contains(id.as_str()))
        .collect();
    assert!(
        lost.is_empty(),
        "orders that were answered 201 and lost: {lost:?}"
    );
    let orders = faults::settled(shop);
    println!(
        "all {} orders that were answered 201 are stored, and all {orders} are paid for",
        taken.len()
    );
}

/// Without its containers the system still has its data.
pub fn down_and_up(shop: &Project) {
    let count = || shop.count("order-service", "SELECT COUNT(*) FROM orders");
    let before = count();
    let begun = Instant::now();
    shop.compose(&["down"]);
    let down = begun.elapsed();
    assert_eq!(shop.containers("").len(), 0, "`down` leaves no container");
    let up = shop.up(&[]);
    assert_eq!(count(), before, "the orders of before are there");
    let listed = |path: &str| get(shop.gateway, path).text.contains("\"id\":");
    for path in ["/users?limit=1", "/orders?limit=1", "/payments?limit=1"] {
        eventually(&format!("{path} has data"), MINUTE, || listed(path));
    }
    let ready = request(shop.gateway, "GET", "/health/ready", None);
    assert_eq!(ready.status, 200, "{}", ready.text);
    println!("`down` took {down:.1?}, `up` again {up:.1?}, and all {before} orders were there");
}
