//! Tests of `consul.rs` against an agent that is played by a router: what is said to it, and what is made of its answers.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use axum::extract::{Path, Request, State};
use axum::http::StatusCode;
use axum::routing::{get, put};
use axum::{Json, Router};
use serde_json::{Value, json};
use tokio::sync::watch;

use super::*;

fn environment(variables: &[(&str, &str)]) -> Environment {
    let pairs = variables.iter().copied();
    Environment::of(pairs.map(|(name, value)| (name.to_owned(), value.to_owned())))
}

#[test]
fn every_wrong_variable_is_named_and_no_token_is_shown() {
    for (variables, named) in [
        (
            vec![("CONSUL_HTTP_ADDR", "ftp://consul")],
            "CONSUL_HTTP_ADDR: `ftp://`",
        ),
        (
            vec![("CONSUL_HTTP_ADDR", "a b")],
            "CONSUL_HTTP_ADDR: is not a host",
        ),
        (
            vec![("CONSUL_HTTP_SSL", "maybe")],
            "CONSUL_HTTP_SSL: `maybe`",
        ),
        (
            vec![("CONSUL_CACERT", "/nowhere/ca.pem")],
            "CONSUL_CACERT: `/nowhere/ca.pem`",
        ),
        (
            vec![("CONSUL_HTTP_TOKEN", "secret\n1")],
            "CONSUL_HTTP_TOKEN: holds",
        ),
    ] {
        let mut variables = variables;
        if variables[0].0 != "CONSUL_HTTP_ADDR" {
            variables.push(("CONSUL_HTTP_ADDR", "127.0.0.1:8500"));
        }
        let mut environment = environment(&variables);
        Agent::read(&mut environment);
        let problems = environment.problems().join("\n");
        assert!(problems.starts_with(named), "{problems}");
        assert!(!problems.contains("secret"), "{problems}");
    }
}

/// What an agent was told, by id.
type Told = Arc<Mutex<BTreeMap<String, Value>>>;

/// Plays an agent, on a port of its own.
async fn agent() -> (Agent, Told) {
    let told = Told::default();
    let register = async |State(told): State<Told>, Json(service): Json<Value>| {
        let id = service["ID"].as_str().unwrap_or_default().to_owned();
        told.lock().unwrap().insert(id, service);
    };
    let knows = async |State(told): State<Told>, Path(id): Path<String>| match told
        .lock()
        .unwrap()
        .get(&id)
    {
        Some(service) => Ok(Json(service.clone())),
        None => Err(StatusCode::NOT_FOUND),
    };
    let deregister = async |State(told): State<Told>, Path(id): Path<String>| {
        told.lock().unwrap().remove(&id);
    };
    let passing = async |Path(name): Path<String>, request: Request| {
        assert_eq!(request.headers()["x-consul-token"], "a-token");
        if name == "secret-service" {
            return Err((StatusCode::FORBIDDEN, "Permission denied"));
        }
        let entries = json!([
            {"Node": {"Address": "10.0.0.1"}, "Service": {"Address": "", "Port": 8001}},
            {"Node": {"Address": "10.0.0.1"}, "Service": {"Address": "10.0.0.2", "Port": 8002}},
            {"Node": {"Address": "10.0.0.1"}, "Service": {"Address": "fd00::2", "Port": 8003}},
        ]);
        Ok(([("x-consul-index", "42")], Json(entries)))
    };
    let router = Router::new()
        .route("/v1/agent/service/register", put(register))
        .route("/v1/agent/service/deregister/{id}", put(deregister))
        .route("/v1/agent/service/{id}", get(knows))
        .route("/v1/health/service/{name}", get(passing))
        .with_state(told.clone());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    tokio::spawn(async move {
        let (_stop, stopped) = watch::channel(false);
        let patience = std::time::Duration::ZERO;
        crate::server::serve(listener, router, stopped, patience).await;
    });
    let mut environment = environment(&[
        ("CONSUL_HTTP_ADDR", &address),
        ("CONSUL_HTTP_TOKEN", "a-token"),
    ]);
    (Agent::read(&mut environment).unwrap(), told)
}

#[tokio::test]
async fn the_healthy_instances_are_read_with_the_index_of_the_catalog() {
    let (agent, _) = agent().await;
    let passing = agent.passing("order-service", 0).await.unwrap();
    assert_eq!(passing.index, 42);
    let found: Vec<_> = passing.instances.iter().map(ToString::to_string).collect();
    assert_eq!(found, ["10.0.0.1:8001", "10.0.0.2:8002", "[fd00::2]:8003"]);
}

#[tokio::test]
async fn what_goes_wrong_names_the_agent_and_what_to_set() {
    let (agent, _) = agent().await;
    let denied = agent.passing("secret-service", 0).await.unwrap_err();
    let denied = denied.to_string();
    assert!(
        denied.contains("CONSUL_HTTP_TOKEN") && denied.contains("Permission denied"),
        "{denied}"
    );
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = nobody.local_addr().unwrap().to_string();
    drop(nobody);
    let mut environment = environment(&[("CONSUL_HTTP_ADDR", &format!("http://{address}/"))]);
    let away = Agent::read(&mut environment).unwrap();
    let away = away.knows("a").await.unwrap_err().to_string();
    assert!(
        away.contains(&address) && away.contains("CONSUL_HTTP_ADDR"),
        "{away}"
    );
}

#[tokio::test]
async fn a_process_is_registered_until_its_end_and_again_when_it_was_forgotten() {
    let (agent, told) = agent().await;
    let listening: SocketAddr = "127.0.0.1:8002".parse().unwrap();
    let mut environment = environment(&[("CONSUL_SERVICE_TAGS", "blue, http,")]);
    let advertised = Advertised::read(&mut environment);
    let registration = Registration::start(agent, "order-service", listening, &advertised).await;
    let id = "order-service-127.0.0.1-8002";
    let is_there = || told.lock().unwrap().contains_key(id);
    until(is_there).await;
    let service = told.lock().unwrap()[id].clone();
    assert_eq!(service["Check"]["HTTP"], "http://127.0.0.1:8002/health");
    assert_eq!(service["Check"]["Interval"], "10s");
    assert_eq!(service["Tags"], json!(["blue", "http"]));
    told.lock().unwrap().clear();
    tokio::time::pause();
    until(is_there).await;
    tokio::time::resume();
    registration.end().await;
    assert!(!is_there());
}

/// Waits for what happens a moment later.
async fn until(holds: impl Fn() -> bool) {
    while !holds() {
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
}

#[tokio::test]
async fn the_address_is_the_one_that_is_listened_on_or_the_one_that_is_set() {
    let (agent, _) = agent().await;
    let all: SocketAddr = "0.0.0.0:8002".parse().unwrap();
    let mut named = environment(&[("HOSTNAME", "shelf")]);
    let payload = Advertised::read(&mut named).payload("a", all, &agent).await;
    assert_eq!(
        (&payload["Address"], &payload["ID"]),
        (&json!(""), &json!("a-shelf-8002"))
    );
    let mut set = environment(&[
        ("ADVERTISE_ADDRESS", "orders.internal"),
        ("ADVERTISE_PORT", "80"),
    ]);
    let payload = Advertised::read(&mut set).payload("a", all, &agent).await;
    assert_eq!(payload["Address"], "orders.internal");
    assert_eq!(payload["ID"], "a-orders.internal-80");
    assert_eq!(payload["Check"]["HTTP"], "http://orders.internal:80/health");
}
