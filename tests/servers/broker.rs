//! Events over RabbitMQ: none is lost and none is handled twice, whatever happens to the broker or to an event.

use std::time::Instant;

use super::contract::{get, new_order, new_user};
use super::deployment::Deployment;
use super::http::{request, try_request};
use super::load::Load;
use super::servers::{MINUTE, eventually, or_skip, program};

/// One order through the gateway after the other.
fn orders(gateway: u16, user: String) -> Load {
    Load::start(4, move |_| {
        let body = format!(r#"{{"user_id":"{user}","items":[{{"price":1,"quantity":1}}]}}"#);
        try_request(gateway, "POST", "/api/orders", Some(&body))
    })
}

/// Waits until each order has its payment, and holds the shop to one event, handled once, for each.
fn settled(shop: &Deployment) -> u64 {
    let orders = shop.count("order-service", "SELECT COUNT(*) FROM orders");
    eventually("a payment for each order", MINUTE, || {
        shop.count("payment-service", "SELECT COUNT(*) FROM payments") >= orders
            && shop.count("order-service", "SELECT COUNT(*) FROM outbox") == 0
    });
    let payments = "SELECT COUNT(*) FROM payments";
    let events = "SELECT COUNT(*) FROM inbox";
    assert_eq!(shop.count("payment-service", payments), orders, "payments");
    assert_eq!(shop.count("payment-service", events), orders, "events");
    let letters = request(
        shop.ports("payment-service")[0],
        "GET",
        "/dead-letters",
        None,
    );
    assert!(letters.text.contains(r#""count":0"#), "{}", letters.text);
    orders
}

/// How often the payment service noticed that it had handled an event before.
fn again(shop: &Deployment) -> String {
    let figures = request(shop.ports("payment-service")[0], "GET", "/metrics", None).text;
    let of_it = |line: &&str| line.starts_with("events_received_total") && line.contains("again");
    let line = figures.lines().find(of_it).unwrap_or("0");
    line.rsplit(' ').next().unwrap_or_default().to_owned()
}

#[test]
fn a_broker_that_is_killed_during_a_thousand_orders_loses_and_repeats_nothing() {
    let Some(shop) = Deployment::start(true, false) else {
        return;
    };
    let rabbitmq = shop.rabbitmq.as_ref().unwrap();
    let user = new_user(shop.gateway, "ada");
    let load = orders(shop.gateway, user);
    load.await_more(300);
    rabbitmq.kill();
    load.await_more(300);
    let waiting = shop.count("order-service", "SELECT COUNT(*) FROM outbox");
    rabbitmq.start_again();
    let back = Instant::now();
    load.await_more(400);
    let tally = load.end();
    tally.without_failure("orders while the broker is killed and comes back");
    assert!(tally.done >= 1_000);
    assert!(waiting > 0, "events wait while the broker is away");
    let orders = settled(&shop);
    println!(
        "{orders} orders, {waiting} events waited at the most, all handled {:?} after the broker was back, \
         {} deliveries were repeated and noticed",
        back.elapsed(),
        again(&shop)
    );
}

#[test]
fn a_consumer_that_is_killed_loses_and_repeats_nothing() {
    let Some(shop) = Deployment::start(true, true) else {
        return;
    };
    let load = orders(shop.gateway, new_user(shop.gateway, "ada"));
    load.await_more(100);
    for _ in 0..3 {
        shop.kill(shop.ports("payment-service")[0]);
        load.await_more(50);
        shop.run("payment-service");
        load.await_more(50);
    }
    load.end()
        .without_failure("orders while their consumer is killed three times");
    let orders = settled(&shop);
    println!(
        "{orders} orders, {} deliveries were repeated and noticed",
        again(&shop)
    );
}

/// Publishes with `pika`, as somebody else's program would.
fn publish(shop: &Deployment, python: &std::path::Path, body: &str) {
    let script = "import pika, sys\n\
        channel = pika.BlockingConnection(pika.URLParameters(sys.argv[1])).channel()\n\
        channel.basic_publish('events', 'order.created', sys.argv[2].encode())\n";
    let url = shop.rabbitmq.as_ref().unwrap().url();
    let mut command = std::process::Command::new(python);
    let ran = command.args(["-c", script, &url, body]).status();
    assert!(ran.unwrap().success());
}

#[test]
fn what_nobody_can_handle_is_put_aside_and_can_be_sent_again() {
    let (Some(python), Some(shop)) = (super::servers::python(), Deployment::start(true, false))
    else {
        return;
    };
    let payments = shop.ports("payment-service")[0];
    let letters = || request(payments, "GET", "/dead-letters", None).text;
    let user = new_user(shop.gateway, "ada");

    // A message that is no event is put aside at once, and the next one goes on.
    publish(&shop, &python, "no event at all");
    let order = new_order(shop.gateway, &user).text_of("id");
    eventually("the payment", MINUTE, || {
        get(shop.gateway, &format!("/payments?order_id={order}"))
            .text
            .contains("pending")
    });
    eventually("the dead letter", MINUTE, || {
        letters().contains("malformed JSON")
    });

    // An event that its handler can't handle is tried again for a while; others of the same queue don't wait for it.
    shop.postgres.sql(
        "payment-service",
        "ALTER TABLE payments RENAME TO elsewhere",
    );
    let failing = new_order(shop.gateway, &user).text_of("id");
    let begun = Instant::now();
    eventually("its dead letter", MINUTE, || letters().contains(&failing));
    println!(
        "an event that always fails was put aside after {:?}",
        begun.elapsed()
    );
    let text = letters();
    assert!(
        text.contains(r#""attempts":4"#) && text.contains("elsewhere") | text.contains("payments"),
        "{text}"
    );
    assert!(text.contains(r#""count":2"#), "{text}");

    shop.postgres.sql(
        "payment-service",
        "ALTER TABLE elsewhere RENAME TO payments",
    );
    let replayed = request(payments, "POST", "/dead-letters/replay", Some("{}"));
    assert!(
        replayed.text.contains(r#""replayed":2"#),
        "{}",
        replayed.text
    );
    eventually(
        "the payment of the event that was sent again",
        MINUTE,
        || {
            get(shop.gateway, &format!("/payments?order_id={failing}"))
                .text
                .contains("pending")
        },
    );
    eventually("that what is no event comes back", MINUTE, || {
        letters().contains(r#""count":1"#)
    });
}

/// The variables that move the clock of a process by so many hours. `faketime` sets them for a program that it starts; it
/// stays beside that program, which a test could not end then.
fn shifted(faketime: &std::path::Path, hours: i32) -> Vec<(String, String)> {
    let shift = format!("{hours:+}h");
    let mut command = std::process::Command::new(faketime);
    let output = command.args(["-f", &shift, "env"]).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let pairs = text.lines().filter_map(|line| line.split_once('='));
    let its = pairs.filter(|(name, _)| ["LD_PRELOAD", "FAKETIME"].contains(name));
    let mut variables: Vec<_> = its
        .map(|(name, value)| (name.into(), value.into()))
        .collect();
    // What is measured, and not told, goes on as it does.
    for name in ["FAKETIME_DONT_FAKE_MONOTONIC", "DONT_FAKE_MONOTONIC"] {
        variables.push((name.into(), "1".into()));
    }
    variables
}

#[test]
fn a_clock_that_is_off_changes_nothing() {
    let faketime = or_skip("faketime", program("faketime"));
    let (Some(faketime), Some(shop)) = (faketime, Deployment::on(true, true)) else {
        return;
    };
    let skewed = |name: &str, hours: i32| {
        let variables = shifted(&faketime, hours);
        let variables: Vec<_> = variables
            .iter()
            .map(|(name, value)| (&**name, &**value))
            .collect();
        shop.await_ready(shop.spawn(name, &variables));
    };
    shop.run("user-service");
    shop.run("order-service");
    skewed("order-service", 2);
    skewed("payment-service", -3);
    shop.run("gateway");
    let load = orders(shop.gateway, new_user(shop.gateway, "ada"));
    load.await_more(50);
    shop.rabbitmq.as_ref().unwrap().kill();
    load.await_more(50);
    shop.rabbitmq.as_ref().unwrap().start_again();
    load.await_more(50);
    load.end()
        .without_failure("orders with one clock two hours ahead and one three hours behind");
    let begun = Instant::now();
    let orders = settled(&shop);
    let off = "SELECT string_agg(DISTINCT round(extract(epoch FROM received_at - now()) / 3600)::text, ',') FROM inbox";
    assert_eq!(shop.postgres.sql("payment-service", off), "-3");
    println!(
        "{orders} orders settled {:?} after the last one",
        begun.elapsed()
    );
}
