//! The lesson's contract, as it is seen at the gateway of a running shop, whatever it runs on.
#![allow(dead_code, reason = "each test uses some of it")]

use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;

use super::http::{Reply, request};

pub fn post(gateway: u16, path: &str, body: &str) -> Reply {
    request(gateway, "POST", &format!("/api{path}"), Some(body))
}

pub fn get(gateway: u16, path: &str) -> Reply {
    request(gateway, "GET", &format!("/api{path}"), None)
}

pub fn patch(gateway: u16, path: &str, body: &str) -> Reply {
    request(gateway, "PATCH", &format!("/api{path}"), Some(body))
}

/// What microkit writes into the workspace.
pub const README: &str = include_str!("../../examples/shop/README.md");

pub const NOBODY: &str = "00000000-0000-7000-8000-000000000000";
const ITEMS: &str = r#"[{"price":19.99,"quantity":2},{"price":0.10,"quantity":3}]"#;

pub fn new_user(gateway: u16, name: &str) -> String {
    let body = format!(r#"{{"email":"{name}@example.org","name":"{name}"}}"#);
    let created = post(gateway, "/users", &body);
    assert_eq!(created.status, 201, "{}", created.text);
    created.text_of("id")
}

pub fn new_order(gateway: u16, user: &str) -> Reply {
    post(
        gateway,
        "/orders",
        &format!(r#"{{"user_id":"{user}","items":{ITEMS}}}"#),
    )
}

/// Waits for what happens a moment later.
pub fn eventually(what: &str, mut holds: impl FnMut() -> bool) {
    let end = Instant::now() + Duration::from_secs(60);
    while !holds() {
        assert!(Instant::now() < end, "{what} did not come true");
        thread::sleep(Duration::from_millis(20));
    }
}

fn users(gateway: u16) {
    let id = new_user(gateway, "lovelace");
    let read = get(gateway, &format!("/users/{id}"));
    assert_eq!(read.status, 200);
    assert_eq!(read.text_of("email"), "lovelace@example.org");
    let unknown = get(gateway, &format!("/users/{NOBODY}"));
    assert_eq!(
        (unknown.status, unknown.error()),
        (404, "User not found".into())
    );
    assert_eq!(unknown.header("content-type"), "application/problem+json");
    let twice = post(
        gateway,
        "/users",
        r#"{"email":"lovelace@example.org","name":"Ada"}"#,
    );
    assert_eq!(twice.status, 409, "{}", twice.text);
    let wrong = post(gateway, "/users", r#"{"email":7,"nonsense":1}"#);
    assert_eq!(wrong.status, 422);
    for field in ["email", "name", "nonsense"] {
        assert!(
            wrong.text.contains(&format!(r#""field":"{field}""#)),
            "{}",
            wrong.text
        );
    }
    assert_eq!(post(gateway, "/users", "{").status, 400);
    let large = format!(r#"{{"name":"{}"}}"#, "a".repeat(1_100_000));
    assert_eq!(post(gateway, "/users", &large).status, 413);
    assert_eq!(patch(gateway, "/users", "{}").status, 405);
    let nobody = get(gateway, "/unheard-of");
    assert_eq!(
        (nobody.status, nobody.error()),
        (404, "Service not found".into())
    );
    let inner = request(gateway, "GET", "/api/users/../metrics", None);
    assert_eq!(inner.status, 404, "{}", inner.text);
}

fn orders(gateway: u16) {
    let user = new_user(gateway, "grace");
    let created = new_order(gateway, &user);
    assert_eq!(created.status, 201, "{}", created.text);
    assert!(
        created.text.contains(r#""total":40.28"#),
        "{}",
        created.text
    );
    assert_eq!(created.text_of("status"), "PENDING");
    assert_eq!(created.text_of("user_id"), user);
    let unknown = new_order(gateway, NOBODY);
    assert_eq!(
        (unknown.status, unknown.error()),
        (400, "User not found".into())
    );
    let path = format!("/orders/{}", created.text_of("id"));
    assert_eq!(get(gateway, &path).text_of("id"), created.text_of("id"));
    assert_eq!(patch(gateway, &path, r#"{"status":"LOST"}"#).status, 422);
    assert_eq!(patch(gateway, &path, r#"{"status":"PAID"}"#).status, 200);
    assert_eq!(patch(gateway, &path, r#"{"status":"PENDING"}"#).status, 409);
    let page = get(gateway, &format!("/orders?user_id={user}&limit=1"));
    assert!(page.text.contains(&created.text_of("id")), "{}", page.text);
}

fn payments(gateway: u16) {
    let user = new_user(gateway, "edsger");
    let order = new_order(gateway, &user).text_of("id");
    let listed = format!("/payments?order_id={order}");
    eventually("the payment that the event announces", || {
        get(gateway, &listed).text.contains(r#""status":"pending""#)
    });
    let body = format!(r#"{{"order_id":"{order}"}}"#);
    let answers: Vec<Reply> = thread::scope(|scope| {
        let pay = || scope.spawn(|| post(gateway, "/payments", &body));
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
        get(gateway, &format!("/orders/{order}")).text_of("status"),
        "PAID"
    );
    assert_eq!(get(gateway, &listed).text.matches(r#""id":"#).count(), 1);
    let unknown = post(
        gateway,
        "/payments",
        &format!(r#"{{"order_id":"{NOBODY}"}}"#),
    );
    assert_eq!(
        (unknown.status, unknown.error()),
        (400, "Order not found".into())
    );
}

fn operation(gateway: u16) {
    assert_eq!(request(gateway, "GET", "/health/live", None).status, 200);
    let ready = request(gateway, "GET", "/health/ready", None);
    assert_eq!(ready.status, 200, "{}", ready.text);
    let metrics = request(gateway, "GET", "/metrics", None).text;
    assert!(metrics.contains("http_requests_total"), "{metrics}");
    let document = request(gateway, "GET", "/openapi.json", None);
    for path in ["/api/users/{id}", "/api/orders", "/api/payments"] {
        assert!(document.text.contains(&format!(r#""{path}""#)), "{path}");
    }
    let document: Value = serde_json::from_str(&document.text).unwrap();
    let changes = &document["components"]["schemas"]["UserChanges"];
    assert_eq!(
        changes["properties"]["name"]["type"], "string",
        "null is refused"
    );
    assert_eq!(request(gateway, "GET", "/docs", None).status, 200);
}

/// The `curl` lines of the workspace's own README, as they are pasted.
fn readme(gateway: u16) {
    let mut count = 0;
    for line in README.lines().filter(|line| line.starts_with("curl ")) {
        let here = format!("127.0.0.1:{gateway}");
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

pub fn contract(gateway: u16) {
    readme(gateway);
    users(gateway);
    orders(gateway);
    payments(gateway);
    operation(gateway);
}
