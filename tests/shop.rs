//! The lesson's contract, held against the shop of `examples/` as it runs: in one process, and with each service as
//! a process of its own. Real sockets, real processes, free ports.

#![allow(clippy::disallowed_methods, clippy::unwrap_used, reason = "a test")]

#[path = "support/http.rs"]
mod http;
#[path = "support/processes.rs"]
mod processes;

use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use http::{Reply, request};
use processes::{Shape, Shop, end_of};
use serde_json::Value;

fn post(shop: &Shop, path: &str, body: &str) -> Reply {
    request(shop.gateway, "POST", &format!("/api{path}"), Some(body))
}

fn get(shop: &Shop, path: &str) -> Reply {
    request(shop.gateway, "GET", &format!("/api{path}"), None)
}

fn patch(shop: &Shop, path: &str, body: &str) -> Reply {
    request(shop.gateway, "PATCH", &format!("/api{path}"), Some(body))
}

/// What microkit writes into the workspace.
const README: &str = include_str!("../examples/shop/README.md");

const NOBODY: &str = "00000000-0000-7000-8000-000000000000";
const ITEMS: &str = r#"[{"price":19.99,"quantity":2},{"price":0.10,"quantity":3}]"#;

fn new_user(shop: &Shop, name: &str) -> String {
    let body = format!(r#"{{"email":"{name}@example.org","name":"{name}"}}"#);
    let created = post(shop, "/users", &body);
    assert_eq!(created.status, 201, "{}", created.text);
    created.text_of("id")
}

fn new_order(shop: &Shop, user: &str) -> Reply {
    post(
        shop,
        "/orders",
        &format!(r#"{{"user_id":"{user}","items":{ITEMS}}}"#),
    )
}

/// Waits for what happens a moment later.
fn eventually(what: &str, mut holds: impl FnMut() -> bool) {
    let end = Instant::now() + Duration::from_secs(20);
    while !holds() {
        assert!(Instant::now() < end, "{what} did not come true");
        thread::sleep(Duration::from_millis(20));
    }
}

fn users(shop: &Shop) {
    let id = new_user(shop, "lovelace");
    let read = get(shop, &format!("/users/{id}"));
    assert_eq!(read.status, 200);
    assert_eq!(read.text_of("email"), "lovelace@example.org");
    let unknown = get(shop, &format!("/users/{NOBODY}"));
    assert_eq!(
        (unknown.status, unknown.error()),
        (404, "User not found".into())
    );
    assert_eq!(unknown.header("content-type"), "application/problem+json");
    let twice = post(
        shop,
        "/users",
        r#"{"email":"lovelace@example.org","name":"Ada"}"#,
    );
    assert_eq!(twice.status, 409, "{}", twice.text);
    let wrong = post(shop, "/users", r#"{"email":7,"nonsense":1}"#);
    assert_eq!(wrong.status, 422);
    for field in ["email", "name", "nonsense"] {
        assert!(
            wrong.text.contains(&format!(r#""field":"{field}""#)),
            "{}",
            wrong.text
        );
    }
    assert_eq!(post(shop, "/users", "{").status, 400);
    let large = format!(r#"{{"name":"{}"}}"#, "a".repeat(1_100_000));
    assert_eq!(post(shop, "/users", &large).status, 413);
    assert_eq!(patch(shop, "/users", "{}").status, 405);
    let nobody = get(shop, "/unheard-of");
    assert_eq!(
        (nobody.status, nobody.error()),
        (404, "Service not found".into())
    );
    let inner = request(shop.gateway, "GET", "/api/users/../metrics", None);
    assert_eq!(inner.status, 404, "{}", inner.text);
}

fn orders(shop: &Shop) {
    let user = new_user(shop, "grace");
    let created = new_order(shop, &user);
    assert_eq!(created.status, 201, "{}", created.text);
    assert!(
        created.text.contains(r#""total":40.28"#),
        "{}",
        created.text
    );
    assert_eq!(created.text_of("status"), "PENDING");
    assert_eq!(created.text_of("user_id"), user);
    let unknown = new_order(shop, NOBODY);
    assert_eq!(
        (unknown.status, unknown.error()),
        (400, "User not found".into())
    );
    let path = format!("/orders/{}", created.text_of("id"));
    assert_eq!(get(shop, &path).text_of("id"), created.text_of("id"));
    assert_eq!(patch(shop, &path, r#"{"status":"LOST"}"#).status, 422);
    assert_eq!(patch(shop, &path, r#"{"status":"PAID"}"#).status, 200);
    assert_eq!(patch(shop, &path, r#"{"status":"PENDING"}"#).status, 409);
    let page = get(shop, &format!("/orders?user_id={user}&limit=1"));
    assert!(page.text.contains(&created.text_of("id")), "{}", page.text);
}

fn payments(shop: &Shop) {
    let user = new_user(shop, "edsger");
    let order = new_order(shop, &user).text_of("id");
    let listed = format!("/payments?order_id={order}");
    eventually("the payment that the event announces", || {
        get(shop, &listed).text.contains(r#""status":"pending""#)
    });
    let body = format!(r#"{{"order_id":"{order}"}}"#);
    let answers: Vec<Reply> = thread::scope(|scope| {
        let pay = || scope.spawn(|| post(shop, "/payments", &body));
        let payers = [pay(), pay(), pay()];
        payers
            .into_iter()
            .map(|payer| payer.join().unwrap())
            .collect()
    });
    for paid in &answers {
        assert_eq!(paid.status, 200, "{}", paid.text);
        assert_eq!(paid.text_of("status"), "success");
        assert_eq!(paid.text_of("order_id"), order);
        assert!(paid.text.contains(r#""amount":40.28"#), "{}", paid.text);
        assert_eq!(paid.text_of("id"), answers[0].text_of("id"));
    }
    assert_eq!(
        get(shop, &format!("/orders/{order}")).text_of("status"),
        "PAID"
    );
    assert_eq!(get(shop, &listed).text.matches(r#""id":"#).count(), 1);
    let unknown = post(shop, "/payments", &format!(r#"{{"order_id":"{NOBODY}"}}"#));
    assert_eq!(
        (unknown.status, unknown.error()),
        (400, "Order not found".into())
    );
}

fn operation(shop: &Shop) {
    assert_eq!(
        request(shop.gateway, "GET", "/health/live", None).status,
        200
    );
    let ready = request(shop.gateway, "GET", "/health/ready", None);
    assert_eq!(ready.status, 200, "{}", ready.text);
    let metrics = request(shop.gateway, "GET", "/metrics", None).text;
    assert!(metrics.contains("http_requests_total"), "{metrics}");
    let document = request(shop.gateway, "GET", "/openapi.json", None);
    for path in ["/api/users/{id}", "/api/orders", "/api/payments"] {
        assert!(document.text.contains(&format!(r#""{path}""#)), "{path}");
    }
    let document: Value = serde_json::from_str(&document.text).unwrap();
    let changes = &document["components"]["schemas"]["UserChanges"];
    assert_eq!(
        changes["properties"]["name"]["type"], "string",
        "null is refused"
    );
    assert_eq!(request(shop.gateway, "GET", "/docs", None).status, 200);
}

/// The `curl` lines of the workspace's own README, as they are pasted.
fn readme(shop: &Shop) {
    let mut count = 0;
    for line in README.lines().filter(|line| line.starts_with("curl ")) {
        let here = format!("127.0.0.1:{}", shop.gateway);
        let line = line.replace("127.0.0.1:8000", &here) + " --fail";
        let status = Command::new("sh").args(["-c", &line]).output();
        let status = status.unwrap().status;
        if status.code() == Some(127) && std::env::var_os("CI").is_none() {
            eprintln!("skipped: no curl to run the README's lines with");
            return;
        }
        assert!(status.success(), "{line}: {status}");
        count += 1;
    }
    assert_eq!(count, 3);
}

fn contract(shop: &Shop) {
    readme(shop);
    users(shop);
    orders(shop);
    payments(shop);
    operation(shop);
}

#[test]
fn the_contract_holds_in_one_process() {
    let shop = Shop::start(Shape::OneProcess);
    contract(&shop);
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
    contract(&shop);
    let user = new_user(&shop, "alan");
    let order = new_order(&shop, &user).text_of("id");
    shop.kill("user-service");
    // More often than it takes to open a circuit breaker: that of order-service, which answers, stays closed.
    for _ in 0..8 {
        let refused = new_order(&shop, &user);
        assert_eq!(
            (refused.status, refused.error()),
            (503, "User service unavailable".into())
        );
    }
    assert_eq!(get(&shop, &format!("/orders/{order}")).status, 200);
    assert_eq!(get(&shop, &format!("/users/{user}")).status, 503);
    shop.kill("order-service");
    let refused = post(&shop, "/payments", &format!(r#"{{"order_id":"{order}"}}"#));
    assert_eq!(
        (refused.status, refused.error()),
        (503, "Order service unavailable".into())
    );
    shop.stop();
}

#[test]
fn events_that_wait_are_delivered_after_a_start_in_the_other_shape() {
    let mut shop = Shop::start(Shape::Processes);
    shop.kill("payment-service");
    let user = new_user(&shop, "barbara");
    let order = new_order(&shop, &user).text_of("id");
    let shop = Shop::start_in(Shape::OneProcess, shop.stop());
    let listed = format!("/payments?order_id={order}");
    eventually("the payment that the event announces", || {
        get(&shop, &listed).text.contains(r#""status":"pending""#)
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
    let (code, words) = end_of(
        "monolith",
        &[
            ("PORT", "http"),
            ("REQUEST_TIMEOUT", "9999999999m"),
            ("USER_SERVICE_URL", "https://users"),
        ],
    );
    assert_eq!(code, Some(2), "{words}");
    for name in ["PORT", "REQUEST_TIMEOUT", "USER_SERVICE_URL"] {
        assert_eq!(words.matches(&format!("{name}:")).count(), 1, "{words}");
    }
}
