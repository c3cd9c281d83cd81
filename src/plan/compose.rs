//! The files that run the system on Docker: `compose.yaml`, the `Dockerfile`, what `.env` can hold, and what Prometheus
//! and Grafana are told.
//!
//! Called by `plan`; `commands/compose.rs` and `commands/doctor.rs` read the `Deployment`, which is what a machine needs
//! to have for it. Read `templates/compose/compose.yaml.askama` next.

use std::fmt;

use askama::Template;

use super::service::has_events;
use super::{Files, render};
use crate::system::{Database, PostgresServers, Service, System};

mod dashboard;
mod deployment;

pub use deployment::{Container, Deployment, deployment};

/// The file that Compose reads.
pub const COMPOSE: &str = "compose.yaml";

/// What `microkit compose` writes: the files of the plan that have to do with Docker. `.gitignore` is one, because of the
/// passwords in `.env`.
pub fn is_compose(path: &str) -> bool {
    let files = [
        COMPOSE,
        "Dockerfile",
        ".dockerignore",
        ".env.example",
        ".gitignore",
    ];
    files.contains(&path) || path.starts_with("compose/")
}

/// An image, and the variable that puts another one in its place. It is shown as Compose reads it.
struct Image {
    variable: &'static str,
    name: &'static str,
}

impl fmt::Display for Image {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "${{{}:-{}}}", self.variable, self.name)
    }
}

const RUST: Image = Image {
    variable: "RUST_IMAGE",
    name: "rust:1.95-slim-bookworm",
};
const RUNTIME: Image = Image {
    variable: "RUNTIME_IMAGE",
    name: "gcr.io/distroless/cc-debian12:nonroot",
};
const POSTGRES: Image = Image {
    variable: "POSTGRES_IMAGE",
    name: "postgres:17-alpine",
};
const RABBITMQ: Image = Image {
    variable: "RABBITMQ_IMAGE",
    name: "rabbitmq:4.1-alpine",
};
const CONSUL: Image = Image {
    variable: "CONSUL_IMAGE",
    name: "hashicorp/consul:1.21",
};
const PROMETHEUS: Image = Image {
    variable: "PROMETHEUS_IMAGE",
    name: "prom/prometheus:v3.5.0",
};
const JAEGER: Image = Image {
    variable: "JAEGER_IMAGE",
    name: "jaegertracing/jaeger:2.13.0",
};
const GRAFANA: Image = Image {
    variable: "GRAFANA_IMAGE",
    name: "grafana/grafana:11.6.0",
};

pub(super) fn add(files: &mut Files, system: &System) {
    let name = system.name.as_str();
    files.add(COMPOSE, render(&compose_yaml(system)));
    let folders = deployment::folders(system).into_iter();
    let folders: Vec<String> = folders.map(|folder| format!("/out/{folder}")).collect();
    let dockerfile = Dockerfile {
        name,
        rust_image: RUST.name,
        runtime_image: RUNTIME.name,
        folders: folders.join(" "),
    };
    files.add("Dockerfile", render(&dockerfile));
    files.add(
        ".dockerignore",
        include_str!("../../templates/compose/dockerignore"),
    );
    let deployment = deployment(system);
    let example = EnvExample {
        name,
        port: system.gateway.port,
        secrets: deployment.secrets,
        images: images(system),
    };
    files.add(".env.example", render(&example));
    if shares_server(system) {
        files.add(
            "compose/databases.sh",
            include_str!("../../templates/compose/databases.sh"),
        );
    }
    let gateway = (deployment::entry(system), system.gateway.port);
    let services = deployment::alone(system).into_iter();
    let services = services.map(|service| (service.name.as_str(), service.port));
    let prometheus = PrometheusYaml {
        targets: std::iter::once(gateway).chain(services).collect(),
    };
    files.add("compose/prometheus.yaml", render(&prometheus));
    files.add(
        "compose/grafana/datasources.yaml",
        include_str!("../../templates/compose/grafana/datasources.yaml"),
    );
    files.add(
        "compose/grafana/dashboards/dashboards.yaml",
        include_str!("../../templates/compose/grafana/dashboards.yaml"),
    );
    files.add(
        "compose/grafana/dashboards/services.json",
        dashboard::dashboard(system),
    );
}

#[derive(Template)]
#[template(path = "compose/Dockerfile.askama", escape = "none")]
struct Dockerfile<'a> {
    name: &'a str,
    rust_image: &'static str,
    runtime_image: &'static str,
    folders: String,
}

#[derive(Template)]
#[template(path = "compose/env.example.askama", escape = "none")]
struct EnvExample<'a> {
    name: &'a str,
    port: u16,
    secrets: Vec<String>,
    images: Vec<(&'static str, &'static str)>,
}

#[derive(Template)]
#[template(path = "compose/prometheus.yaml.askama", escape = "none")]
struct PrometheusYaml<'a> {
    targets: Vec<(&'a str, u16)>,
}

#[derive(Template)]
#[template(path = "compose/compose.yaml.askama", escape = "none")]
struct ComposeYaml<'a> {
    name: &'a str,
    port: u16,
    rust: Image,
    runtime: Image,
    postgres: Image,
    rabbitmq: Image,
    consul: Image,
    prometheus: Image,
    jaeger: Image,
    grafana: Image,
    memory: deployment::Memory,
    has_postgres: bool,
    has_consul: bool,
    /// Whether the first of the services is the monolith, and not the gateway alone.
    has_monolith: bool,
    services: Vec<ServiceBlock<'a>>,
    databases: Vec<DatabaseBlock>,
    shared: Option<SharedBlock>,
    broker_password: Option<String>,
    grafana_password: String,
    database_networks: Vec<String>,
    volumes: Vec<String>,
}

struct ServiceBlock<'a> {
    name: &'a str,
    /// Beside what all services have.
    environment: Vec<(String, String)>,
    /// Where SQLite files are kept.
    volumes: String,
    networks: String,
    /// What has to be there first, and in which condition.
    needs: Vec<(String, &'static str)>,
}

/// A server for the database of one service.
struct DatabaseBlock {
    name: String,
    role: String,
    password: String,
}

/// The one server for all.
struct SharedBlock {
    password: String,
    /// By role.
    passwords: Vec<(String, String)>,
    connections: usize,
}

const HEALTHY: &str = "service_healthy";

fn compose_yaml(system: &System) -> ComposeYaml<'_> {
    let name = system.name.as_str();
    let with_postgres: Vec<&Service> = with(system, Database::Postgres).collect();
    let shared = shares_server(system);
    let databases = with_postgres.iter().filter(|_| !shared);
    let databases: Vec<DatabaseBlock> = databases
        .map(|service| DatabaseBlock {
            name: deployment::database(service),
            role: role(service),
            password: required(&deployment::password(service)),
        })
        .collect();
    let mut database_networks: Vec<String> = databases
        .iter()
        .map(|database| database.name.clone())
        .collect();
    let mut volumes = database_networks.clone();
    if shared {
        database_networks.push("postgres".into());
        volumes.push("postgres".into());
    }
    volumes.extend(with(system, Database::Sqlite).map(data));
    let has_broker = deployment::has_broker(system);
    volumes.extend(has_broker.then(|| "rabbitmq".into()));
    volumes.extend(["prometheus", "grafana"].map(String::from));
    ComposeYaml {
        name,
        port: system.gateway.port,
        rust: RUST,
        runtime: RUNTIME,
        postgres: POSTGRES,
        rabbitmq: RABBITMQ,
        consul: CONSUL,
        prometheus: PROMETHEUS,
        jaeger: JAEGER,
        grafana: GRAFANA,
        memory: deployment::Memory::of(system),
        has_postgres: !with_postgres.is_empty(),
        has_consul: deployment::has_consul(system),
        has_monolith: !deployment::together(system).is_empty(),
        services: blocks(system),
        databases,
        shared: shared.then(|| SharedBlock {
            password: required(deployment::POSTGRES_PASSWORD),
            passwords: with_postgres
                .iter()
                .map(|service| (role(service), required(&deployment::password(service))))
                .collect(),
            connections: deployment::connections(with_postgres.len()),
        }),
        broker_password: has_broker.then(|| required(deployment::RABBITMQ_PASSWORD)),
        grafana_password: required(deployment::GRAFANA_PASSWORD),
        database_networks,
        volumes,
    }
}

/// The gateway, alone or with the services that share its process, and then each service that has one of its own.
fn blocks(system: &System) -> Vec<ServiceBlock<'_>> {
    let together = deployment::together(system);
    let entry = block(system, deployment::entry(system), &together, false);
    let alone = deployment::alone(system).into_iter();
    let alone = alone.map(|service| block(system, service.name.as_str(), &[service], true));
    std::iter::once(entry).chain(alone).collect()
}

fn block<'a>(
    system: &System,
    name: &'a str,
    services: &[&Service],
    is_alone: bool,
) -> ServiceBlock<'a> {
    let mut environment = Vec::new();
    let mut networks = vec![String::from("services")];
    let mut needs = Vec::new();
    let mut volumes = Vec::new();
    if deployment::has_consul(system) {
        needs.push((String::from("consul"), HEALTHY));
    }
    if deployment::has_broker(system) && services.iter().any(|service| has_events(service)) {
        let password = required(deployment::RABBITMQ_PASSWORD);
        let url = format!("amqp://{}:{password}@rabbitmq:5672/%2f", system.name);
        environment.push((String::from("AMQP_URL"), url));
        networks.push("events".into());
        needs.push(("rabbitmq".into(), HEALTHY));
    }
    for service in services {
        let variable = match is_alone {
            true => String::from("DATABASE_URL"),
            false => format!("{}_DATABASE_URL", service.name.env()),
        };
        match service.database {
            Database::Postgres => {
                let (server, need) = server(system, service);
                let (role, password) = (role(service), required(&deployment::password(service)));
                let url = format!("postgres://{role}:{password}@{server}:5432/{role}");
                environment.push((variable, url));
                networks.push(server);
                needs.push(need);
            }
            Database::Sqlite => {
                // The same volume in either shape, with the file at the same place in it.
                let folder = match is_alone {
                    true => String::from("/data"),
                    false => format!("/{}", deployment::folder(service)),
                };
                environment.push((variable, format!("sqlite://{folder}/{}.db", service.name)));
                volumes.push(format!("\"{}:{folder}\"", data(service)));
            }
            Database::None => {}
        }
    }
    environment.sort();
    networks.dedup();
    needs.dedup();
    ServiceBlock {
        name,
        environment,
        volumes: volumes.join(", "),
        networks: networks.join(", "),
        needs,
    }
}

/// The server of a service's database, and what has to be there before the service is.
fn server(system: &System, service: &Service) -> (String, (String, &'static str)) {
    if shares_server(system) {
        let made = "service_completed_successfully";
        return ("postgres".into(), ("postgres-databases".into(), made));
    }
    let server = deployment::database(service);
    (server.clone(), (server, HEALTHY))
}

fn images(system: &System) -> Vec<(&'static str, &'static str)> {
    let has_postgres = with(system, Database::Postgres).next().is_some();
    let mut images = vec![RUST, RUNTIME];
    images.extend(has_postgres.then_some(POSTGRES));
    images.extend(deployment::has_broker(system).then_some(RABBITMQ));
    images.extend(deployment::has_consul(system).then_some(CONSUL));
    images.extend([PROMETHEUS, JAEGER, GRAFANA]);
    images
        .iter()
        .map(|image| (image.variable, image.name))
        .collect()
}

fn with(system: &System, database: Database) -> impl Iterator<Item = &Service> {
    let services = system.services.iter();
    services.filter(move |service| service.database == database)
}

/// Whether there is one server of PostgreSQL for several services.
fn shares_server(system: &System) -> bool {
    system.postgres == PostgresServers::Shared && with(system, Database::Postgres).next().is_some()
}

/// The role of a service in its database, and the name of the database: that of its crate, unless PostgreSQL has another
/// use for it.
fn role(service: &Service) -> String {
    let name = service.name.krate();
    let taken = ["none", "public", "template0", "template1"];
    match name.starts_with("pg_") || taken.contains(&name.as_str()) {
        // No crate's name begins like that.
        true => format!("_{name}"),
        false => name,
    }
}

/// The volume of a service that keeps its data in a file.
fn data(service: &Service) -> String {
    format!("{}-data", service.name)
}

/// The variable, or a message by Compose if it is not set.
fn required(variable: &str) -> String {
    format!("${{{variable}:?microkit compose writes it to .env}}")
}
