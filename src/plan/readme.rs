//! The workspace's own README: how to run it, the map, what is left to write, where to start reading.
//! Called by `workspace.rs`.

use askama::Template;

use crate::graph::{self, Graph};
use crate::lang::Lang;
use crate::system::{Database, PostgresServers, Service, Shape, System};

use super::render;
use super::tryout::tryout;
use super::workspace::each;

mod shape;

#[derive(Template)]
#[template(path = "workspace/README.md.askama", escape = "none")]
struct Readme<'a> {
    name: &'a str,
    about: String,
    tryout: String,
    port: u16,
    map: String,
    picture: String,
    reading: String,
    run: String,
    started: String,
    shape: String,
    processes: String,
    containers: &'static str,
    together: &'static str,
    isolation: &'static str,
    scale: String,
    database_example: String,
    url_example: String,
    left: String,
}

/// The text of the workspace's `README.md`.
pub(super) fn readme(system: &System) -> String {
    let count = system.services.len();
    let services = if count == 1 { "service" } else { "services" };
    let first = system
        .services
        .iter()
        .find(|service| !service.resources.is_empty());
    let reading = match first.or(system.services.first()) {
        Some(service) => format!("`services/{}/src/lib.rs`", service.name),
        None => String::from("`monolith/src/main.rs`"),
    };
    let with_database = system
        .services
        .iter()
        .find(|service| service.database != Database::None);
    let env = |service: Option<&Service>, suffix: &str| {
        let service = service.or(system.services.first());
        service
            .map(|service| format!("`{}_{suffix}`", service.name.env()))
            .unwrap_or_default()
    };
    render(&Readme {
        name: system.name.as_str(),
        about: format!(
            "{count} {services} behind one API gateway, made by microkit from `microkit.toml`."
        ),
        tryout: tryout(system).join("\n"),
        port: system.gateway.port,
        map: map(system),
        picture: picture(system),
        reading,
        run: shape::run(system),
        started: shape::started(system),
        shape: shape::shape(system),
        processes: shape::processes(system),
        containers: shape::containers(system),
        together: match system.extracted().is_empty() {
            true => "",
            false => "--env EXTRACTED_SERVICES= ",
        },
        isolation: isolation(system),
        scale: scale(system),
        database_example: env(with_database, "DATABASE_URL"),
        url_example: env(None, "URL"),
        left: left(system),
    })
}

/// What keeps the databases apart on Docker.
fn isolation(system: &System) -> &'static str {
    let mut services = system.services.iter();
    let any = services.any(|service| service.database == Database::Postgres);
    match (any, system.postgres) {
        (false, _) => "",
        (true, PostgresServers::PerService) => {
            "- **A database per service** is enforced by the network: nobody but the process of its service reaches a database.\n"
        }
        (true, PostgresServers::Shared) => {
            "- **A database per service** is enforced by PostgreSQL: each service has a role that may connect to its own alone.\n"
        }
    }
}

/// More services than this make a picture that nobody reads on a page.
const DRAWN: usize = 40;

/// The system in Mermaid, which is drawn where the README is shown as a page.
fn picture(system: &System) -> String {
    if system.services.len() > DRAWN {
        return String::from(
            "`microkit graph --format svg > system.svg` draws it: a picture of this many services is too large for a page.",
        );
    }
    let graph = graph::mermaid(&Graph::of(system), Lang::En);
    format!(
        "```mermaid\n{graph}```\n\n\
         Solid arrows are calls, dashed ones lead through an event from who publishes it to who consumes it. `microkit graph\n\
         --format svg` draws the same as a picture of its own, and `--diff main` marks what a change of the manifest does to it."
    )
}

/// How to run more of one service. A SQLite file has one writer, so one with such a database stays alone.
fn scale(system: &System) -> String {
    let alone: Vec<&Service> = match system.shape {
        Shape::Open => system.services.iter().collect(),
        Shape::Settled(_) => system.extracted(),
    };
    let mut services = alone.into_iter();
    let Some(service) = services.find(|service| service.database != Database::Sqlite) else {
        return String::new();
    };
    format!(
        "- **More of one**: `docker compose up --detach --wait --no-recreate --scale {}=3`. Consul tells the others where they are.\n",
        service.name
    )
}

/// Where the system does less than its owner wants: what no manifest can say.
fn left(system: &System) -> String {
    let mut text = String::new();
    for service in &system.services {
        let folder = format!("services/{}/src", service.name);
        for resource in &service.resources {
            let readonly = resource.fields.iter().filter(|field| field.readonly);
            let names: Vec<String> = readonly.map(|field| format!("`{}`", field.name)).collect();
            if !names.is_empty() {
                text += &format!(
                    "- `{folder}/{}/requests.rs`: {} can be set by no request. Each has a first value and waits for \
                     the rule that works it out.\n",
                    resource.module(),
                    names.join(", ")
                );
            }
        }
        for event in &service.consumes {
            text += &format!(
                "- `{folder}/events/{}.rs`: `{event}` is taken, once, and logged. What follows from it is missing.\n",
                event.snake()
            );
        }
    }
    if text.is_empty() {
        return text;
    }
    format!(
        "\n## What is left to you\n\nThe rules of your business, which no manifest can say:\n\n{text}"
    )
}

fn map(system: &System) -> String {
    let service = |service: &Service| {
        let paths = service
            .resources
            .iter()
            .map(|resource| format!("`/{}`", resource.path));
        let paths: Vec<String> = paths.collect();
        let owns = if paths.is_empty() {
            String::from("a service without data of its own")
        } else {
            format!("owns {}", paths.join(", "))
        };
        format!(
            "| `services/{}` | {owns} | {} |\n",
            service.name, service.port
        )
    };
    each(system, service)
        + &format!(
            "| `gateway` | the API gateway: one entry point, `/api/…` | {} |\n",
            system.gateway.port
        )
        + &format!(
            "| `monolith` | {} | {} |\n",
            shape::monolith(system),
            system.gateway.port
        )
        + "| `crates/chassis` | the microservice chassis: what every service needs and no service is about | |\n"
}
