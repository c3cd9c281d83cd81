//! `microkit run` where the environment names servers: they take the place of what is embedded.

use super::contract::contract;
use super::deployment::{Deployment, SERVICES};
use super::supervised::Run;

#[test]
fn run_uses_the_servers_that_the_environment_names() {
    let Some(servers) = Deployment::on(true, true) else {
        return;
    };
    let consul = servers.consul.as_ref().unwrap();
    let mut variables = vec![
        (
            "AMQP_URL".to_owned(),
            servers.rabbitmq.as_ref().unwrap().url(),
        ),
        ("CONSUL_HTTP_ADDR".to_owned(), consul.address()),
    ];
    for service in SERVICES {
        let name = service.to_uppercase().replace('-', "_");
        variables.push((
            format!("{name}_DATABASE_URL"),
            servers.postgres.url(service),
        ));
    }
    let variables: Vec<(&str, &str)> = variables
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    let mut run = Run::begin(&["--shape", "microservices"], &variables);
    run.await_line("shop is ready");
    contract(run.gateway());
    assert!(servers.count("order-service", "SELECT COUNT(*) FROM orders") > 0);
    for service in SERVICES {
        let found = consul.get(&format!("/v1/health/service/{service}"));
        assert_eq!(found.as_array().unwrap().len(), 1, "{service}");
    }
    let said = run.said();
    assert!(said.contains("owns /orders, in PostgreSQL"), "{said}");
    let (code, said) = run.interrupt();
    assert_eq!(code, Some(0), "{said}");
    for service in SERVICES {
        let found = consul.get(&format!("/v1/health/service/{service}"));
        assert_eq!(found.as_array().unwrap().len(), 0, "{service} has left");
    }
}
