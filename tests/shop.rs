//! The lesson's contract, held against the shop of `examples/` as it runs: in one process, and with each service as
//! a process of its own. Real sockets, real processes, free ports.

#![allow(clippy::disallowed_methods, clippy::unwrap_used, reason = "a test")]

#[path = "support/cargo.rs"]
mod cargo;
#[path = "support/contract.rs"]
mod contract;
#[path = "support/http.rs"]
mod http;
#[path = "support/processes.rs"]
mod processes;
#[path = "support/touch.rs"]
mod touch;

use contract::{README, contract, eventually, get, new_order, new_user, post};
use http::request;
use processes::{SERVICES, Shape, Shop, end_of};

#[test]
fn the_contract_holds_in_one_process() {
    let shop = Shop::start(Shape::OneProcess);
    contract(shop.gateway);
    shop.stop();
}

#[test]
fn the_contract_holds_with_a_process_for_each_service() {
    let mut shop = Shop::start(Shape::Processes);
    for line in README.lines() {
        if let Some(name) = line.strip_prefix("cargo run -p ") {
            assert!(shop.runs(name), "{name}");
        }
    }
    contract(shop.gateway);
    let user = new_user(shop.gateway, "alan");
    let order = new_order(shop.gateway, &user).text_of("id");
    shop.kill("user-service");
    // More often than it takes to open a circuit breaker: that of order-service, which answers, stays closed.
    for _ in 0..8 {
        let refused = new_order(shop.gateway, &user);
        assert_eq!(
            (refused.status, refused.error()),
            (503, "User service unavailable".into())
        );
    }
    assert_eq!(get(shop.gateway, &format!("/orders/{order}")).status, 200);
    assert_eq!(get(shop.gateway, &format!("/users/{user}")).status, 503);
    shop.kill("order-service");
    let refused = post(
        shop.gateway,
        "/payments",
        &format!(r#"{{"order_id":"{order}"}}"#),
    );
    assert_eq!(
        (refused.status, refused.error()),
        (503, "Order service unavailable".into())
    );
    shop.stop();
}

#[test]
fn the_contract_holds_whichever_services_are_extracted() {
    for subset in 0..8 {
        let is_in = |index: &usize| subset >> index & 1 == 1;
        let extracted: Vec<&str> = (0..3).filter(is_in).map(|index| SERVICES[index]).collect();
        let shop = Shop::start(Shape::Extracted(&extracted));
        contract(shop.gateway);
        // What the monolith holds is found where a process of its own would be, but only if there is somebody to find it.
        let log = shop.log("monolith");
        let inside = SERVICES.iter().filter(|name| !extracted.contains(name));
        let listening: Vec<&&str> = inside.filter(|_| !extracted.is_empty()).collect();
        let count = log.matches("listens on http").count();
        assert_eq!(count, 1 + listening.len(), "{extracted:?}: {log}");
        for name in listening {
            let health = request(shop.ports[*name], "GET", "/health", None);
            assert_eq!(health.text, r#"{"checks":{"database":"ok"},"status":"ok"}"#);
        }
        for name in &extracted {
            assert!(!log.contains(name), "{name} does not live there: {log}");
        }
        shop.stop();
    }
}

#[test]
fn a_port_that_is_taken_stops_the_start_before_any_database_is_touched() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let (code, words, files) = end_of(
        "monolith",
        &[
            ("PORT", "0"),
            ("EXTRACTED_SERVICES", "user-service"),
            ("ORDER_SERVICE_PORT", "0"),
            ("PAYMENT_SERVICE_PORT", &port),
        ],
    );
    assert_eq!(code, Some(1), "{words}");
    assert!(
        words.contains("PAYMENT_SERVICE_PORT=… chooses another"),
        "{words}"
    );
    assert_eq!(files, 0, "{words}");
}

#[test]
fn events_that_wait_are_delivered_after_a_start_in_the_other_shape() {
    let mut shop = Shop::start(Shape::Processes);
    shop.kill("payment-service");
    let user = new_user(shop.gateway, "barbara");
    let order = new_order(shop.gateway, &user).text_of("id");
    let shop = Shop::start_in(Shape::OneProcess, shop.stop());
    let listed = format!("/payments?order_id={order}");
    eventually("the payment that the event announces", || {
        get(shop.gateway, &listed)
            .text
            .contains(r#""status":"pending""#)
    });
    eventually("that nothing waits any more", || {
        let figures = request(shop.gateway, "GET", "/metrics", None).text;
        figures.contains("outbox_pending{service=\"order-service\"} 0\n")
    });
    let log = shop.log("monolith");
    assert!(!log.contains("not delivered"), "{log}");
    shop.stop();
}

#[test]
fn a_wrong_configuration_is_refused_with_every_problem_named_once() {
    let (code, words, _) = end_of(
        "monolith",
        &[
            ("PORT", "http"),
            ("REQUEST_TIMEOUT", "9999999999m"),
            ("USER_SERVICE_URL", "https://users"),
            ("EXTRACTED_SERVICES", "order-service, users"),
            ("PAYMENT_SERVICE_PORT", "none"),
        ],
    );
    assert_eq!(code, Some(2), "{words}");
    for name in [
        "PORT",
        "REQUEST_TIMEOUT",
        "USER_SERVICE_URL",
        "EXTRACTED_SERVICES",
        "PAYMENT_SERVICE_PORT",
    ] {
        let line = format!("gateway: {name}:");
        assert_eq!(words.matches(&line).count(), 1, "{words}");
    }
}
