//! A monolith beside a service that was extracted from it, on PostgreSQL, RabbitMQ and Consul.

use super::contract::contract;
use super::deployment::{Deployment, SERVICES};
use super::discovery::healthy;
use super::servers::{MINUTE, eventually};

#[test]
fn both_sides_find_each_other_and_their_events_cross() {
    // Called from the monolith and calling into it; an event comes out of one and goes into the other.
    for extracted in ["order-service", "payment-service"] {
        let Some(shop) = Deployment::on(true, true) else {
            return;
        };
        shop.run(extracted);
        let mut variables = vec![("EXTRACTED_SERVICES".to_owned(), extracted.to_owned())];
        let inside = SERVICES.iter().filter(|service| **service != extracted);
        for service in inside.clone() {
            let name = service.to_uppercase().replace('-', "_");
            let url = shop.postgres.url(service);
            variables.push((format!("{name}_DATABASE_URL"), url));
            // The others learn from Consul where that is.
            variables.push((format!("{name}_PORT"), "0".to_owned()));
        }
        let variables: Vec<(&str, &str)> = variables
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        let monolith = shop.spawn("monolith", &variables);
        shop.await_ready(monolith);
        for service in SERVICES.into_iter().chain(["gateway"]) {
            let found = || healthy(&shop, service) == 1;
            eventually(&format!("{service} is found"), MINUTE, found);
        }
        contract(monolith);
        shop.stop(monolith);
        for service in inside {
            assert_eq!(healthy(&shop, service), 0, "{service} is deregistered");
        }
        assert_eq!(healthy(&shop, extracted), 1);
    }
}
