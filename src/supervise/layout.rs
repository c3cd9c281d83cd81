//! Which processes a system is run as, in which order they start, and what each is told by its environment. Pure.
//! Called by `commands/run.rs` and the labs; `fleet.rs` starts what comes out.

use std::collections::BTreeSet;

use crate::system::{Service, ServiceName, Shape, System};

use super::ports::Ports;

/// One process: a binary of the workspace, and what it is told.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Process {
    /// What it is called; no two are called the same.
    pub name: String,
    /// The binary that it runs, which has the name of its crate.
    pub program: String,
    /// Where it listens and answers for its health.
    pub port: u16,
    /// The services that run in it.
    pub services: Vec<ServiceName>,
    /// Those of them that it listens for as well, since others call them from outside, each with its port.
    pub inside: Vec<(ServiceName, u16)>,
    /// Variables that it gets beside those of microkit itself.
    pub set: Vec<(String, String)>,
    /// Variables that it does not get, though microkit has them.
    pub unset: Vec<String>,
}

/// The binary that runs everything that has no process of its own.
const MONOLITH: &str = "monolith";
/// The binary of the gateway alone.
const GATEWAY: &str = "gateway";

/// The processes of a system in the order in which they start: those of one stage together, once all before are ready.
/// `given` is what the user has in the environment.
pub fn layout(
    system: &System,
    shape: &Shape,
    ports: &Ports,
    given: impl Fn(&str) -> Option<String>,
) -> Vec<Vec<Process>> {
    let (alone, together): (Vec<&Service>, Vec<&Service>) = system
        .services
        .iter()
        .partition(|service| shape.is_extracted(&service.name));
    let urls = urls(system, ports, &given);
    let mut waiting: Vec<Process> = alone
        .iter()
        .map(|service| lone(service, ports, &urls, &given))
        .collect();
    waiting.push(entry(&alone, &together, ports, &urls));
    stages(system, waiting)
}

/// Where each service is called, unless the user says so or a registry knows.
fn urls(
    system: &System,
    ports: &Ports,
    given: impl Fn(&str) -> Option<String>,
) -> Vec<(ServiceName, String, String)> {
    if given("CONSUL_HTTP_ADDR").is_some_and(|address| !address.is_empty()) {
        return Vec::new();
    }
    let services = system.services.iter().filter_map(|service| {
        let variable = format!("{}_URL", service.name.env());
        let is_given = given(&variable).is_some_and(|url| !url.is_empty());
        let url = format!("http://{}:{}", host(&given), ports.services[&service.name]);
        (!is_given).then(|| (service.name.clone(), variable, url))
    });
    services.collect()
}

/// Where the processes reach each other: `HOST`, if they listen on one address alone.
fn host(given: impl Fn(&str) -> Option<String>) -> String {
    let address = given("HOST").and_then(|host| host.parse::<std::net::IpAddr>().ok());
    match address {
        Some(std::net::IpAddr::V6(address)) if !address.is_unspecified() => format!("[{address}]"),
        Some(address) if !address.is_unspecified() => address.to_string(),
        _ => "127.0.0.1".to_owned(),
    }
}

/// A service that is a process of its own.
fn lone(
    service: &Service,
    ports: &Ports,
    urls: &[(ServiceName, String, String)],
    given: impl Fn(&str) -> Option<String>,
) -> Process {
    let port = ports.services[&service.name];
    let mut set = vec![("PORT".to_owned(), port.to_string())];
    let others = urls.iter().filter(|(name, ..)| *name != service.name);
    set.extend(others.map(|(_, variable, url)| (variable.clone(), url.clone())));
    // A database belongs to one service, so what names one for all of them is not passed on.
    let database = given(&format!("{}_DATABASE_URL", service.name.env()));
    let database = database.map(|url| ("DATABASE_URL".to_owned(), url));
    let unset = match database {
        Some(_) => Vec::new(),
        None => vec!["DATABASE_URL".to_owned()],
    };
    set.extend(database);
    Process {
        name: service.name.to_string(),
        program: service.name.to_string(),
        port,
        services: vec![service.name.clone()],
        inside: Vec::new(),
        set,
        unset,
    }
}

/// The process that clients reach: the gateway, and what stays with it.
fn entry(
    alone: &[&Service],
    together: &[&Service],
    ports: &Ports,
    urls: &[(ServiceName, String, String)],
) -> Process {
    let names = |services: &[&Service]| -> Vec<ServiceName> {
        services
            .iter()
            .map(|service| service.name.clone())
            .collect()
    };
    let outside = |name: &ServiceName| alone.iter().any(|service| service.name == *name);
    let mut set = vec![("PORT".to_owned(), ports.gateway.to_string())];
    let urls = urls.iter().filter(|(name, ..)| outside(name));
    set.extend(urls.map(|(_, variable, url)| (variable.clone(), url.clone())));
    let mut inside = Vec::new();
    if !together.is_empty() {
        let extracted: Vec<String> = names(alone).iter().map(ToString::to_string).collect();
        set.push(("EXTRACTED_SERVICES".to_owned(), extracted.join(",")));
    }
    if !alone.is_empty() {
        for name in names(together) {
            let port = ports.services[&name];
            set.push((format!("{}_PORT", name.env()), port.to_string()));
            inside.push((name, port));
        }
    }
    let name = match together.is_empty() {
        true => GATEWAY,
        false => MONOLITH,
    };
    Process {
        name: name.to_owned(),
        program: name.to_owned(),
        port: ports.gateway,
        services: names(together),
        inside,
        set,
        unset: vec!["DATABASE_URL".to_owned()],
    }
}

/// Whoever is called starts before who calls. Those that call each other in a circle start together, the entry last.
fn stages(system: &System, mut waiting: Vec<Process>) -> Vec<Vec<Process>> {
    let mut stages = Vec::new();
    let mut started: BTreeSet<ServiceName> = BTreeSet::new();
    while !waiting.is_empty() {
        let needs = |process: &Process| {
            let within = process.services.iter().map(|name| system.service(name));
            let mut calls = within.flat_map(|service| &service.calls);
            calls.any(|callee| !started.contains(callee) && !process.services.contains(callee))
        };
        let is_gateway = |process: &Process| process.name == GATEWAY;
        let fits = |process: &Process| !needs(process) && !is_gateway(process);
        let (mut stage, mut rest): (Vec<_>, Vec<_>) = waiting.into_iter().partition(fits);
        if stage.is_empty() {
            (stage, rest) = rest.into_iter().partition(|process| !is_gateway(process));
        }
        if stage.is_empty() {
            (stage, rest) = (rest, Vec::new());
        }
        started.extend(stage.iter().flat_map(|process| process.services.clone()));
        stages.push(stage);
        waiting = rest;
    }
    stages
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manifest::parse;
    use crate::system::validate;

    const SHOP: &str = include_str!("../../examples/shop/microkit.toml");

    fn shop() -> System {
        validate(&parse("microkit.toml", SHOP).expect("it is TOML")).expect("it is valid")
    }

    fn names(stages: &[Vec<Process>]) -> Vec<Vec<&str>> {
        let mut names = Vec::new();
        for stage in stages {
            names.push(stage.iter().map(|one| one.name.as_str()).collect());
        }
        names
    }

    fn told<'a>(process: &'a Process, variable: &str) -> Option<&'a str> {
        let mut set = process.set.iter();
        set.find(|(name, _)| name == variable)
            .map(|(_, value)| value.as_str())
    }

    #[test]
    fn who_is_called_starts_before_who_calls_and_the_gateway_last() {
        let system = shop();
        let ports = Ports::of(&system);
        let stages = layout(&system, &Shape::microservices(&system), &ports, |_| None);
        let expected = [
            ["user-service"],
            ["order-service"],
            ["payment-service"],
            ["gateway"],
        ];
        assert_eq!(names(&stages), expected);
        assert_eq!(
            told(&stages[1][0], "USER_SERVICE_URL"),
            Some("http://127.0.0.1:8001")
        );
        assert_eq!(told(&stages[3][0], "EXTRACTED_SERVICES"), None);
    }

    #[test]
    fn one_process_listens_once_and_calls_nobody() {
        let system = shop();
        let stages = layout(&system, &Shape::monolith(), &Ports::of(&system), |_| None);
        assert_eq!(names(&stages), [["monolith"]]);
        let monolith = &stages[0][0];
        assert!(monolith.inside.is_empty());
        let set: Vec<&str> = monolith.set.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(set, ["PORT", "EXTRACTED_SERVICES"]);
        assert_eq!(told(monolith, "EXTRACTED_SERVICES"), Some(""));
    }

    #[test]
    fn what_is_called_from_outside_listens_though_it_is_inside() {
        let system = shop();
        let order = system.services[0].name.clone();
        let ports = Ports::of(&system).moved_by(100).expect("they stay ports");
        let stages = layout(&system, &Shape::Settled(vec![order]), &ports, |_| None);
        // They call each other.
        assert_eq!(names(&stages), [["order-service", "monolith"]]);
        let (order, monolith) = (&stages[0][0], &stages[0][1]);
        assert_eq!(
            told(order, "USER_SERVICE_URL"),
            Some("http://127.0.0.1:8101")
        );
        assert_eq!(
            told(monolith, "ORDER_SERVICE_URL"),
            Some("http://127.0.0.1:8102")
        );
        assert_eq!(told(monolith, "USER_SERVICE_URL"), None);
        assert_eq!(told(monolith, "USER_SERVICE_PORT"), Some("8101"));
        assert_eq!(told(monolith, "EXTRACTED_SERVICES"), Some("order-service"));
    }

    #[test]
    fn what_the_user_says_of_a_service_counts_and_a_database_is_of_one_service() {
        let system = shop();
        let given = |name: &str| match name {
            "USER_SERVICE_URL" => Some("http://users.example".to_owned()),
            "ORDER_SERVICE_DATABASE_URL" => Some("postgres://orders".to_owned()),
            "DATABASE_URL" => Some("postgres://one-for-all".to_owned()),
            _ => None,
        };
        let shape = Shape::microservices(&system);
        let stages = layout(&system, &shape, &Ports::of(&system), given);
        let (user, order) = (&stages[0][0], &stages[1][0]);
        assert_eq!(told(order, "USER_SERVICE_URL"), None);
        assert_eq!(told(order, "DATABASE_URL"), Some("postgres://orders"));
        assert_eq!(user.unset, ["DATABASE_URL"]);
        let consul = |name: &str| (name == "CONSUL_HTTP_ADDR").then(|| "127.0.0.1:8500".to_owned());
        let stages = layout(&system, &shape, &Ports::of(&system), consul);
        assert_eq!(told(&stages[1][0], "USER_SERVICE_URL"), None);
    }

    #[test]
    fn an_offset_beyond_the_last_port_is_none() {
        assert!(Ports::of(&shop()).moved_by(60_000).is_none());
    }
}
