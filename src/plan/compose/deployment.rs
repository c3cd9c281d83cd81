//! What a machine needs for the system on Docker: which containers run and with how much memory, which passwords they
//! want, which networks join them. `compose.rs` writes it down, `commands/` compares it with what there is.

use crate::system::{Database, Service, Shape, System};

use super::super::service::has_events;
use super::{shares_server, with};

pub(super) const POSTGRES_PASSWORD: &str = "POSTGRES_PASSWORD";
pub(super) const RABBITMQ_PASSWORD: &str = "RABBITMQ_PASSWORD";
pub(super) const GRAFANA_PASSWORD: &str = "GRAFANA_PASSWORD";

/// What `compose.yaml` asks of a machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deployment {
    /// Those that are built from the workspace, each with an image of its own: the first one is published.
    pub images: Vec<String>,
    /// The folders that each image has for SQLite files, below `/`.
    pub folders: Vec<String>,
    /// Those that always run, in the order of `compose.yaml`.
    pub containers: Vec<Container>,
    /// Those of the profile `observability`.
    pub observers: Vec<Container>,
    /// The variables of `.env` that hold a password.
    pub secrets: Vec<String>,
    /// How many networks Docker has to make.
    pub networks: usize,
}

/// A container, and the most memory that it may take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Container {
    pub name: String,
    pub mebibytes: usize,
}

/// The memory of each kind of container, in MiB.
#[derive(Debug, Clone, Copy)]
pub(super) struct Memory {
    pub service: usize,
    pub monolith: usize,
    pub postgres: usize,
    pub rabbitmq: usize,
    pub consul: usize,
    pub prometheus: usize,
    pub jaeger: usize,
    pub grafana: usize,
}

impl Memory {
    pub fn of(system: &System) -> Self {
        let postgres = match shares_server(system) {
            // Each connection is a process of its own, with some MiB.
            true => 256 + 2 * connections(with(system, Database::Postgres).count()),
            false => 256,
        };
        Self {
            service: 128,
            monolith: 128 + 16 * together(system).len(),
            postgres,
            rabbitmq: 512,
            consul: 256,
            prometheus: 512,
            jaeger: 512,
            grafana: 512,
        }
    }
}

impl Deployment {
    /// The most memory that everything takes together, without the observers, in MiB.
    pub fn mebibytes(&self) -> usize {
        self.containers.iter().map(|one| one.mebibytes).sum()
    }
}

/// What the system asks of a machine.
pub fn deployment(system: &System) -> Deployment {
    let memory = Memory::of(system);
    let container = |name: &str, mebibytes: usize| Container {
        name: name.to_owned(),
        mebibytes,
    };
    let entry = match together(system).is_empty() {
        true => container(entry(system), memory.service),
        false => container(entry(system), memory.monolith),
    };
    let alone = alone(system).into_iter();
    let alone = alone.map(|service| container(service.name.as_str(), memory.service));
    let mut containers: Vec<Container> = std::iter::once(entry).chain(alone).collect();
    let images = containers.iter().map(|one| one.name.clone()).collect();
    let mut secrets = Vec::new();
    let mut networks = 1;
    for service in with(system, Database::Postgres) {
        secrets.push(password(service));
        if !shares_server(system) {
            containers.push(container(&database(service), memory.postgres));
            networks += 1;
        }
    }
    if shares_server(system) {
        containers.push(container("postgres", memory.postgres));
        secrets.push(POSTGRES_PASSWORD.into());
        networks += 1;
    }
    if has_broker(system) {
        containers.push(container("rabbitmq", memory.rabbitmq));
        secrets.push(RABBITMQ_PASSWORD.into());
        networks += 1;
    }
    if has_consul(system) {
        containers.push(container("consul", memory.consul));
    }
    secrets.push(GRAFANA_PASSWORD.into());
    Deployment {
        images,
        folders: folders(system),
        containers,
        observers: vec![
            container("prometheus", memory.prometheus),
            container("jaeger", memory.jaeger),
            container("grafana", memory.grafana),
        ],
        secrets,
        networks,
    }
}

/// The server of the service's database, its network and its volume.
pub(super) fn database(service: &Service) -> String {
    format!("{}-database", service.name)
}

/// The variable with the password of the service's database.
pub(super) fn password(service: &Service) -> String {
    format!("{}_DATABASE_PASSWORD", service.name.env())
}

/// The services that share a container with the gateway. Unless a shape is settled each runs alone.
pub(super) fn together(system: &System) -> Vec<&Service> {
    match system.shape {
        Shape::Open => Vec::new(),
        Shape::Settled(_) => system.together(),
    }
}

/// The services that have a container of their own.
pub(super) fn alone(system: &System) -> Vec<&Service> {
    match system.shape {
        Shape::Open => system.services.iter().collect(),
        Shape::Settled(_) => system.extracted(),
    }
}

/// The folders of SQLite files. An image has them all, so that a new volume there belongs to the user of the services.
pub(super) fn folders(system: &System) -> Vec<String> {
    let with_file = together(system).into_iter();
    let with_file = with_file.filter(|service| service.database == Database::Sqlite);
    let folders = with_file.map(folder);
    std::iter::once(String::from("data"))
        .chain(folders)
        .collect()
}

/// Where a service keeps its SQLite file within the monolith, below `/`.
pub(super) fn folder(service: &Service) -> String {
    format!("data/{}", service.name)
}

/// Who is published: the gateway, or the process that holds it and more.
pub(super) fn entry(system: &System) -> &'static str {
    match together(system).is_empty() {
        true => "gateway",
        false => "monolith",
    }
}

/// Whether there is anybody to be found.
pub(super) fn has_consul(system: &System) -> bool {
    !alone(system).is_empty()
}

/// Whether events go from one process to another.
pub(super) fn has_broker(system: &System) -> bool {
    alone(system).into_iter().any(has_events)
}

/// How many connections the shared server takes: of two instances of each service, each with as many as it may have
/// (`DATABASE_MAX_CONNECTIONS`), and of somebody who looks. In large steps, since the server starts anew with another number.
pub(super) fn connections(services: usize) -> usize {
    100 * (20 * services + 20).div_ceil(100).next_power_of_two()
}
