//! The profile `observability`, as far as its images can be had without a registry: Prometheus finds every container, and
//! the dashboard of Grafana asks it nothing that it can't answer.

use std::thread;
use std::time::Duration;

use serde_json::Value;

use super::contract::{get, new_order, new_user};
use super::engine::engine;
use super::http::request;
use super::servers::{MINUTE, eventually, free_port};
use super::shop;

/// What Prometheus says to a query.
fn query(port: u16, expression: &str) -> Value {
    let escaped: String = expression
        .bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => (byte as char).to_string(),
            _ => format!("%{byte:02X}"),
        })
        .collect();
    let reply = request(port, "GET", &format!("/api/v1/query?query={escaped}"), None);
    let answer: Value = serde_json::from_str(&reply.text).unwrap_or_default();
    assert_eq!(answer["status"], "success", "{expression}: {}", reply.text);
    answer["data"]["result"].clone()
}

fn count(port: u16, expression: &str) -> u64 {
    let result = query(port, expression);
    let text = result[0]["value"][1].as_str().unwrap_or("0");
    text.parse().unwrap_or(0)
}

#[test]
fn prometheus_finds_every_container_and_the_dashboard_has_something_to_show() {
    let Some(engine) = engine() else { return };
    shop::built(engine);
    let shop = shop::copy(engine, shop::NAME);
    let port = free_port();
    shop.set("PROMETHEUS_PORT", &port.to_string());
    shop.up(&["--scale", "order-service=2"]);
    shop.up(&["--no-deps", "prometheus"]);
    // The gateway, three services, and one of them twice.
    eventually("every container is asked", MINUTE, || {
        count(port, "count(up == 1)") == 5
    });
    assert_eq!(count(port, "count(up{job=\"order-service\"} == 1)"), 2);

    let user = new_user(shop.gateway, "observed");
    let dashboard = shop.read("compose/grafana/dashboards/services.json");
    let dashboard: Value = serde_json::from_str(&dashboard).unwrap();
    let mut waiting: Vec<(String, String)> = Vec::new();
    for panel in dashboard["panels"].as_array().unwrap() {
        for target in panel["targets"].as_array().into_iter().flatten() {
            let title = panel["title"].as_str().unwrap().to_owned();
            waiting.push((title, target["expr"].as_str().unwrap().to_owned()));
        }
    }
    let all = waiting.len();
    // Nothing fails in this system, and a service that takes no events has received none.
    let silent = |title: &str, expression: &str| {
        title.contains("failed")
            || expression.contains("events_received_total") && expression.contains("order-service")
    };
    waiting.retain(|(title, expression)| {
        query(port, expression);
        !silent(title, expression)
    });
    // Rates need work that goes on between two looks of Prometheus.
    eventually("every panel has something to show", MINUTE, || {
        assert_eq!(new_order(shop.gateway, &user).status, 201);
        for path in ["/users", "/orders", "/payments"] {
            assert_eq!(get(shop.gateway, path).status, 200);
        }
        waiting.retain(|(_, expression)| query(port, expression)[0].is_null());
        thread::sleep(Duration::from_millis(200));
        waiting.is_empty()
    });
    println!("Prometheus asks 5 containers, and answers all {all} queries of the dashboard");
}
