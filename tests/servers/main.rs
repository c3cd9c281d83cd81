//! The shop on PostgreSQL, RabbitMQ and Consul as they are, with the faults that they and its processes can have. Each test
//! starts servers of its own, and says what it saw: `cargo test --test servers -- --show-output`.

#![allow(clippy::disallowed_methods, clippy::unwrap_used, reason = "a test")]
#![cfg(unix)]

#[path = "../support/cargo.rs"]
mod cargo;
#[path = "../support/contract.rs"]
mod contract;
#[path = "../support/copy.rs"]
mod copy;
#[path = "../support/deployment.rs"]
mod deployment;
#[path = "../support/http.rs"]
mod http;
#[path = "../support/load.rs"]
mod load;
#[path = "../support/processes.rs"]
mod processes;
#[path = "../support/servers/mod.rs"]
mod servers;
#[path = "../support/supervised.rs"]
mod supervised;
#[path = "../support/touch.rs"]
mod touch;

mod broker;
mod database;
mod discovery;
mod hybrid;
mod lesson;
mod supervised_run;
mod tls;
mod traces;
mod words;

use deployment::Deployment;

#[test]
fn the_contract_holds_as_deployed() {
    let Some(shop) = Deployment::start(true, true) else {
        return;
    };
    contract::contract(shop.gateway);
    let consul = shop.consul.as_ref().unwrap();
    for service in deployment::SERVICES {
        let found = consul.get(&format!("/v1/health/service/{service}?passing"));
        let port = shop.ports(service)[0];
        assert_eq!(
            found[0]["Service"]["ID"],
            format!("{service}-127.0.0.1-{port}")
        );
    }
    for port in deployment::SERVICES.map(|service| shop.ports(service)[0]) {
        shop.stop(port);
    }
    for service in deployment::SERVICES {
        let found = consul.get(&format!("/v1/health/service/{service}"));
        assert_eq!(
            found.as_array().unwrap().len(),
            0,
            "{service} is deregistered"
        );
    }
}
