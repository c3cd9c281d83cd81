//! Configuration from the environment, read once at start. Every problem is collected, so that one look is enough to
//! mend them all. The README of the workspace lists the variables.
//! `run.rs` reads it. Read next: `config/environment.rs`.

mod environment;

use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;

pub(crate) use environment::Environment;

use crate::client::{Instances, Transport};
use crate::database::Url;
use crate::layers::Limits;
use crate::{Peer, Service};

/// What is the same for every service of a process.
#[derive(Clone, Debug)]
pub(crate) struct Config {
    pub(crate) address: SocketAddr,
    pub(crate) limits: Limits,
    /// How long a stop waits for the requests under way.
    pub(crate) shutdown: Duration,
    /// How long a process that was found by name goes on serving after it took its name off the list.
    pub(crate) delay: Duration,
}

impl Config {
    /// Reads what a process needs that listens on `port` if nothing else is said.
    pub(crate) fn read(environment: &mut Environment, port: u16) -> Self {
        let host = environment.parsed("HOST", "an IP address such as 127.0.0.1 or 0.0.0.0");
        let port = environment
            .parsed("PORT", "a port (1 to 65535, or 0 for any that is free)")
            .unwrap_or(port);
        let host = host.unwrap_or(IpAddr::V4(Ipv4Addr::LOCALHOST));
        Self {
            address: SocketAddr::new(host, port),
            limits: Limits {
                timeout: environment.duration("REQUEST_TIMEOUT", Duration::from_secs(30)),
                body: environment
                    .parsed("MAX_BODY_BYTES", "a number of bytes")
                    .unwrap_or(1024 * 1024),
            },
            shutdown: environment.duration("SHUTDOWN_TIMEOUT", Duration::from_secs(30)),
            delay: environment.duration("SHUTDOWN_DELAY", Duration::from_secs(2)),
        }
    }
}

/// The services of this system that run as processes of their own, if `EXTRACTED_SERVICES` says which.
pub(crate) fn extracted(
    environment: &mut Environment,
    services: &[&str],
) -> Option<BTreeSet<String>> {
    let name = "EXTRACTED_SERVICES";
    let extracted = environment.list(name)?;
    for service in &extracted {
        if !services.contains(&service.as_str()) {
            let all = services.join(", ");
            environment.problem(name, &format!("`{service}` is none of {all}"));
        }
    }
    Some(extracted.into_iter().collect())
}

/// The variable that says at which port a service beside others is reached from outside of the process, and that port.
pub(crate) fn port(environment: &mut Environment, service: &Service) -> (String, u16) {
    let name = format!("{}_PORT", variable(service.name()));
    let port = environment.parsed(&name, "a port (1 to 65535, or 0 for any that is free)");
    (name, port.unwrap_or(service.port()))
}

/// How one service calls another.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Calls {
    /// How long it waits.
    pub(crate) timeout: Duration,
    /// How long the gateway waits, if it is not what the manifest says.
    pub(crate) gateway: Option<Duration>,
    /// Whether it stops calling one that does not answer.
    pub(crate) breaks: bool,
}

impl Calls {
    /// Reads `CALL_TIMEOUT`, `GATEWAY_TIMEOUT` and `CIRCUIT_BREAKER`.
    pub(crate) fn read(environment: &mut Environment) -> Self {
        let timeout = environment.duration("CALL_TIMEOUT", Duration::from_secs(5));
        let breaker = environment.text("CIRCUIT_BREAKER");
        let breaks = match breaker.as_deref() {
            Some("on") | None => true,
            Some("off") => false,
            Some(other) => {
                let problem = format!("`{other}` is not on or off");
                environment.problem("CIRCUIT_BREAKER", &problem);
                true
            }
        };
        let gateway = environment.text("GATEWAY_TIMEOUT");
        Self {
            timeout,
            gateway: gateway.map(|_| environment.duration("GATEWAY_TIMEOUT", timeout)),
            breaks,
        }
    }
}

/// `order-service` as the beginning of its variables: `ORDER_SERVICE`.
fn variable(service: &str) -> String {
    service.to_uppercase().replace('-', "_")
}

/// The URL of a service's database, from `DATABASE_URL` or `{SERVICE}_DATABASE_URL`, or in a file of its own under
/// `data/`.
pub(crate) fn database_url(environment: &mut Environment, service: &str, alone: bool) -> Url {
    let name = match alone {
        true => String::from("DATABASE_URL"),
        false => format!("{}_DATABASE_URL", variable(service)),
    };
    let text = environment.text(&name);
    let text = text.unwrap_or_else(|| format!("sqlite://data/{service}.db"));
    let mut url = Url::new(name.clone(), text);
    if !url.is_sqlite() && !url.is_postgres() {
        // The URL itself may hold a password and is not shown.
        environment.problem(&name, "must begin with sqlite:// or postgres://");
    }
    let most = environment.parsed("DATABASE_MAX_CONNECTIONS", "a number of connections");
    url.connections = most.filter(|most| *most > 0).unwrap_or(url.connections);
    url
}

/// The way to another service over HTTP, if its URL is set. Several, separated by commas, are instances of it.
pub(crate) fn peer(environment: &mut Environment, peer: Peer) -> Option<Instances> {
    let name = format!("{}_URL", variable(peer.name));
    let text = environment.text(&name)?;
    let urls: Vec<&str> = text.split(',').map(str::trim).collect();
    let mut transports = Vec::new();
    for (place, url) in (1..).zip(&urls) {
        // The URL itself may hold a password and is not shown.
        match Transport::http(url) {
            Ok(transport) => transports.push(transport),
            Err(problem) if urls.len() == 1 => environment.problem(&name, &problem),
            Err(problem) => environment.problem(&name, &format!("URL {place} {problem}")),
        }
    }
    (transports.len() == urls.len()).then(|| Instances::of(transports))
}

/// The way to another service at its own port on this machine.
pub(crate) fn local(peer: Peer) -> Option<Transport> {
    Transport::http(&format!("http://127.0.0.1:{}", peer.port)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn environment(variables: &[(&str, &str)]) -> Environment {
        Environment::of(
            variables
                .iter()
                .map(|(name, value)| ((*name).into(), (*value).into())),
        )
    }

    #[test]
    fn every_problem_is_named_at_once() {
        let mut environment = environment(&[
            ("PORT", "abc"),
            ("HOST", "nowhere"),
            ("REQUEST_TIMEOUT", "5"),
            ("SHUTDOWN_TIMEOUT", "18446744073709551615m"),
            ("DATABASE_URL", "mysql://root:secret@db/shop"),
            ("USER_SERVICE_URL", "https://users"),
            (
                "ORDER_SERVICE_URL",
                "http://orders:8002, http://root:secret@orders",
            ),
            ("CALL_TIMEOUT", "0s"),
            ("GATEWAY_TIMEOUT", "never"),
            ("CIRCUIT_BREAKER", "no"),
        ]);
        Config::read(&mut environment, 8000);
        database_url(&mut environment, "order-service", true);
        for _ in 0..2 {
            peer(&mut environment, Peer::new("user-service", 8001));
            peer(&mut environment, Peer::new("order-service", 8002));
            Calls::read(&mut environment);
        }
        let problems = environment.problems();
        for name in [
            "PORT",
            "HOST",
            "REQUEST_TIMEOUT",
            "SHUTDOWN_TIMEOUT",
            "DATABASE_URL",
            "USER_SERVICE_URL",
            "ORDER_SERVICE_URL: URL 2",
            "CALL_TIMEOUT",
            "GATEWAY_TIMEOUT",
            "CIRCUIT_BREAKER",
        ] {
            let named = problems.iter().filter(|problem| problem.starts_with(name));
            assert_eq!(named.count(), 1, "{name} in {problems:?}");
        }
        assert!(!problems.concat().contains("secret"));
    }

    #[test]
    fn the_environment_may_extract_some_or_none() {
        let extracted = |text: &str| {
            let mut environment = environment(&[("EXTRACTED_SERVICES", text)]);
            let services = ["order-service", "payment-service", "user-service"];
            let extracted = extracted(&mut environment, &services).unwrap();
            let extracted: Vec<String> = extracted.into_iter().collect();
            (extracted.join(" "), environment.problems().concat())
        };
        assert_eq!(extracted(""), (String::new(), String::new()));
        let two = extracted("payment-service, order-service,");
        let names = "order-service payment-service";
        assert_eq!(two, (names.into(), String::new()));
        let problem = extracted("users").1;
        assert!(problem.starts_with("EXTRACTED_SERVICES: `users` is none of order-service, "));
        assert_eq!(super::extracted(&mut environment(&[]), &[]), None);
    }

    #[test]
    fn nothing_has_to_be_set() {
        let mut environment = environment(&[("PORT", "")]);
        let config = Config::read(&mut environment, 8000);
        assert_eq!(config.address.to_string(), "127.0.0.1:8000");
        let url = database_url(&mut environment, "order-service", false);
        assert_eq!(url.text, "sqlite://data/order-service.db");
        assert!(environment.problems().is_empty());
    }
}
