//! Services that find each other with Consul, while instances come and go and Consul itself does.

use std::time::{Duration, Instant};

use super::contract::{get, new_order, new_user};
use super::deployment::Deployment;
use super::http::{request, try_request};
use super::load::Load;
use super::servers::{MINUTE, eventually};

/// Reads of one user through the gateway.
fn reads(gateway: u16, user: &str) -> Load {
    let path = format!("/api/users/{user}");
    Load::start(4, move |_| try_request(gateway, "GET", &path, None))
}

/// How many instances of a service Consul knows to be healthy.
pub fn healthy(shop: &Deployment, service: &str) -> usize {
    let path = format!("/v1/health/service/{service}?passing");
    let found = shop.consul.as_ref().unwrap().get(&path);
    found.as_array().unwrap().len()
}

#[test]
fn an_instance_that_is_killed_under_load_costs_no_read() {
    let Some(shop) = Deployment::start(false, true) else {
        return;
    };
    let user = new_user(shop.gateway, "ada");
    for _ in 0..2 {
        shop.run("user-service");
    }
    eventually("three instances", MINUTE, || {
        healthy(&shop, "user-service") == 3
    });
    let load = reads(shop.gateway, &user);
    load.await_more(500);
    shop.kill(shop.ports("user-service")[0]);
    load.await_more(500);
    shop.kill(shop.ports("user-service")[0]);
    load.await_more(1_000);
    load.end()
        .without_failure("reads while two of three instances are killed");
    let left = shop.ports("user-service");
    let figures = request(left[0], "GET", "/metrics", None).text;
    assert!(figures.contains(r#"route="/users/{id}""#), "{figures}");
}

#[test]
fn a_rolling_restart_under_load_costs_no_request() {
    let Some(shop) = Deployment::start(true, true) else {
        return;
    };
    let user = new_user(shop.gateway, "ada");
    let order = new_order(shop.gateway, &user).text_of("id");
    shop.run("order-service");
    eventually("two instances", MINUTE, || {
        healthy(&shop, "order-service") == 2
    });
    let gateway = shop.gateway;
    let load = Load::start(4, move |number| match number % 2 {
        0 => try_request(gateway, "GET", &format!("/api/orders/{order}"), None),
        _ => {
            let body = format!(r#"{{"user_id":"{user}","items":[{{"price":1,"quantity":1}}]}}"#);
            try_request(gateway, "POST", "/api/orders", Some(&body))
        }
    });
    let begun = Instant::now();
    for _ in 0..2 {
        for old in shop.ports("order-service") {
            load.await_more(100);
            shop.run("order-service");
            eventually("three instances", MINUTE, || {
                healthy(&shop, "order-service") == 3
            });
            shop.stop(old);
        }
    }
    load.await_more(100);
    let took = begun.elapsed();
    load.end()
        .without_failure("reads and new orders while both instances are replaced, twice");
    println!("the restarts took {took:?}");
}

#[test]
fn consul_may_be_away_for_a_minute_and_come_back_without_memory() {
    let Some(shop) = Deployment::start(false, true) else {
        return;
    };
    let user = new_user(shop.gateway, "ada");
    shop.run("user-service");
    let consul = shop.consul.as_ref().unwrap();
    let load = reads(shop.gateway, &user);
    load.await_more(100);
    consul.kill();
    std::thread::sleep(Duration::from_secs(60));
    load.await_more(100);
    // An agent in memory has forgotten everything.
    consul.start_again();
    let back = Instant::now();
    eventually("that both instances are registered again", MINUTE, || {
        healthy(&shop, "user-service") == 2 && healthy(&shop, "gateway") == 1
    });
    println!(
        "registered again {:?} after Consul was back",
        back.elapsed()
    );
    load.await_more(500);
    load.end()
        .without_failure("reads while Consul is away for a minute");
    let log = shop.log(shop.gateway);
    let told = format!("Consul can't be reached at {}", consul.address());
    assert_eq!(log.matches(&told).count(), 1, "told once: {log}");

    // What comes and goes afterwards is noticed.
    let new = shop.run("user-service");
    for old in shop.ports("user-service") {
        if old != new {
            shop.stop(old);
        }
    }
    for _ in 0..20 {
        assert_eq!(get(shop.gateway, &format!("/users/{user}")).status, 200);
    }
}

#[test]
fn a_process_that_starts_without_consul_is_not_ready_until_it_is_there() {
    let Some(shop) = Deployment::on(false, true) else {
        return;
    };
    shop.run("user-service");
    let consul = shop.consul.as_ref().unwrap();
    consul.kill();
    let gateway = shop.spawn("gateway", &[]);
    eventually("that the gateway says why", MINUTE, || {
        let health = try_request(gateway, "GET", "/health", None);
        health.is_ok_and(|health| health.text.contains(r#""discovery":"unavailable""#))
    });
    let refused = get(gateway, "/users");
    assert_eq!(
        (refused.status, refused.error()),
        (503, "User service unavailable".into())
    );
    consul.start_again();
    shop.run("order-service");
    shop.run("payment-service");
    shop.await_ready(gateway);
    eventually("an answer", MINUTE, || get(gateway, "/users").status == 200);
}
