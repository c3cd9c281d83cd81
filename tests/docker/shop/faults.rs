//! Several instances of one service, one that is killed, one that crashes, and a broker that is restarted.

use std::time::Instant;

use serde_json::Value;

use super::super::contract::{new_order, new_user};
use super::super::engine::{beside, page};
use super::super::http::{Reply, try_request};
use super::super::load::Load;
use super::super::project::Project;
use super::super::servers::{MINUTE, eventually};

/// Three instances share the reads; a killed one and a crashed one take none with them.
pub fn instances(shop: &Project) {
    let took = shop.up(&["--scale", "order-service=3", "--no-recreate"]);
    eventually("Consul knows three instances", MINUTE, || {
        healthy(shop) == 3
    });
    println!("two more instances of order-service: healthy and known to Consul in {took:.1?}");

    let user = new_user(shop.gateway, "scale");
    let order = new_order(shop.gateway, &user).text_of("id");
    let path = format!("/api/orders/{order}");
    let gateway = shop.gateway;
    let load = Load::start(4, move |_| try_request(gateway, "GET", &path, None));
    let containers = shop.containers("order-service");
    let reads = || -> Vec<u64> { containers.iter().map(|one| answered(shop, one)).collect() };
    let before = reads();
    load.await_more(300);
    let shares: Vec<u64> = reads()
        .iter()
        .zip(&before)
        .map(|(now, then)| now - then)
        .collect();
    println!("the gateway spread reads over three instances as {shares:?}");
    let least = shares.iter().min().unwrap();
    assert!(*least >= 30, "each instance has a share of 300: {shares:?}");

    shop.engine.docker(&["kill", &containers[0]]);
    load.await_more(500);
    load.end()
        .without_failure("reads while one of three instances is killed");

    // What Docker kills stays down; what crashes is started again.
    let crashing = &containers[1];
    let processes = format!("container:{crashing}");
    let script = "kill -KILL $(grep -lx service /proc/[0-9]*/comm | cut -d / -f 3)";
    let begun = Instant::now();
    let (killed, words) = beside(shop.engine, &["--pid", &processes], script);
    assert!(killed, "the process is killed: {words}");
    eventually("the crashed one is healthy again", MINUTE, || {
        let format = "{{.RestartCount}} {{.State.Health.Status}}";
        let state = shop
            .engine
            .docker(&["inspect", "--format", format, crashing]);
        state == "1 healthy"
    });
    println!(
        "a crashed instance was healthy again after {:.1?}",
        begun.elapsed()
    );
    shop.engine.docker(&["start", &containers[0]]);
    eventually("Consul knows three instances again", MINUTE, || {
        healthy(shop) == 3
    });
}

/// How many instances of the order service Consul holds for healthy.
fn healthy(shop: &Project) -> usize {
    let url = "http://consul:8500/v1/health/service/order-service?passing";
    let text = page(shop.engine, &format!("{}_services", shop.name), url);
    let found: Value = serde_json::from_str(&text).unwrap();
    found.as_array().unwrap().len()
}

/// How many reads of an order an instance has answered.
fn answered(shop: &Project, container: &str) -> u64 {
    let network = format!("container:{container}");
    let text = page(shop.engine, &network, "http://127.0.0.1:8002/metrics");
    let counts = text.lines().filter(|line| {
        line.starts_with("http_requests_total") && line.contains(r#"route="/orders/{id}""#)
    });
    let counts = counts.filter_map(|line| line.rsplit(' ').next()?.parse::<u64>().ok());
    counts.sum()
}

/// One order through the gateway after the other.
pub fn order(gateway: u16, user: &str) -> std::io::Result<Reply> {
    let body = format!(r#"{{"user_id":"{user}","items":[{{"price":1,"quantity":1}}]}}"#);
    try_request(gateway, "POST", "/api/orders", Some(&body))
}

/// Each order has its payment, sooner or later, and one.
pub fn settled(shop: &Project) -> u64 {
    let orders = shop.count("order-service", "SELECT COUNT(*) FROM orders");
    let payments = || shop.count("payment-service", "SELECT COUNT(*) FROM payments");
    eventually("a payment for each order", MINUTE, || payments() >= orders);
    assert_eq!(payments(), orders, "one payment for each order");
    orders
}

/// Orders are taken while the broker is restarted, and paid for when it is back.
pub fn broker(shop: &Project) {
    let (gateway, user) = (shop.gateway, new_user(shop.gateway, "broker"));
    let load = Load::start(2, move |_| order(gateway, &user));
    load.await_more(50);
    let begun = Instant::now();
    shop.compose(&["restart", "rabbitmq"]);
    let container = shop.container("rabbitmq");
    eventually("the broker is healthy again", MINUTE, || {
        let format = "{{.State.Health.Status}}";
        shop.engine
            .docker(&["inspect", "--format", format, &container])
            == "healthy"
    });
    let restarted = begun.elapsed();
    load.await_more(50);
    load.end()
        .without_failure("orders while the broker is restarted");
    let begun = Instant::now();
    let orders = settled(shop);
    println!(
        "the broker was healthy {restarted:.1?} after `restart`; all {orders} orders had their payment {:.1?} after the last one",
        begun.elapsed()
    );
}
