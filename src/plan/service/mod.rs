//! The files of one service. Its resources, clients, events and tests have a module each.
//!
//! Called by `plan`. Read `resource.rs` next.

use std::collections::BTreeSet;

use askama::Template;

use super::layout::{self, version_order};
use super::{Files, render};
use crate::case::capitalised;
use crate::system::{Database, Field, FieldType, Resource, ScalarType, Service, System};

mod client;
mod event;
pub mod field;
mod repository;
mod requests;
mod resource;
mod routes;
mod tests;
mod types;

pub use event::published;

/// Adds every file of the service.
pub fn add(files: &mut Files, system: &System, service: &Service) {
    let folder = format!("services/{}", service.name);
    add_crate(files, &folder, system, service);
    for item in &service.resources {
        resource::add(files, &folder, system, service, item);
    }
    if !service.calls.is_empty() {
        client::add(files, &folder, system, service);
    }
    if has_events(service) {
        event::add(files, &folder, system, service);
    }
    tests::add(files, &folder, system, service);
}

#[derive(Template)]
#[template(path = "service/Cargo.toml.askama", escape = "none")]
struct CargoToml<'a> {
    name: &'a str,
    dependencies: String,
    dev_dependencies: String,
}

#[derive(Template)]
#[template(path = "service/src/main.rs.askama", escape = "none")]
struct MainRs<'a> {
    name: &'a str,
    krate: String,
}

#[derive(Template)]
#[template(path = "service/src/lib.rs.askama", escape = "none")]
struct LibRs<'a> {
    name: &'a str,
    port: u16,
    purpose: String,
    reading: String,
    uses: String,
    modules: String,
    parts: String,
}

#[derive(Template)]
#[template(path = "service/src/app.rs.askama", escape = "none")]
struct AppRs {
    about: String,
    uses: String,
    fields: String,
    new: String,
}

#[derive(Template)]
#[template(path = "service/src/app_empty.rs.askama", escape = "none")]
struct EmptyAppRs<'a> {
    name: &'a str,
}

#[derive(Template)]
#[template(path = "service/src/hello.rs.askama", escape = "none")]
struct HelloRs<'a> {
    name: &'a str,
    krate: String,
}

#[derive(Template)]
#[template(path = "service/src/migrations.rs.askama", escape = "none")]
struct MigrationsRs {
    uses: String,
    list: String,
}

/// The files that every service has.
fn add_crate(files: &mut Files, folder: &str, system: &System, service: &Service) {
    let name = service.name.as_str();
    let krate = service.name.krate();
    let (dependencies, dev_dependencies) = dependencies(system, service);
    let cargo = CargoToml {
        name,
        dependencies: inherited(&dependencies),
        dev_dependencies: inherited(&dev_dependencies),
    };
    files.add(format!("{folder}/Cargo.toml"), render(&cargo));
    let main = MainRs {
        name,
        krate: krate.clone(),
    };
    files.add(format!("{folder}/src/main.rs"), render(&main));
    files.add(
        format!("{folder}/src/lib.rs"),
        render(&lib_rs(system, service)),
    );
    files.add(format!("{folder}/src/app.rs"), app_rs(service));
    if service.resources.is_empty() {
        let hello = HelloRs { name, krate };
        files.add(format!("{folder}/src/hello.rs"), render(&hello));
    }
    if service.database != Database::None {
        let migrations = migrations_rs(service);
        files.add(format!("{folder}/src/migrations.rs"), render(&migrations));
    }
}

/// The crates that the code of a service uses, then those that only its tests use.
pub fn dependencies(
    system: &System,
    service: &Service,
) -> (BTreeSet<&'static str>, BTreeSet<&'static str>) {
    let mut uses = BTreeSet::from([
        "anyhow",
        "axum",
        "chassis",
        "serde",
        "utoipa",
        "utoipa-axum",
    ]);
    let stores = !service.resources.is_empty();
    let consumes = !service.consumes.is_empty();
    if stores || consumes {
        uses.extend(["sea-orm", "uuid"]);
    }
    if consumes {
        uses.insert("tracing");
    }
    if service
        .calls
        .iter()
        .any(|called| !system.service(called).resources.is_empty())
    {
        uses.insert("uuid");
    }
    let events = service.publishes.iter().chain(&service.consumes);
    let kinds = || {
        events
            .clone()
            .flat_map(|name| &system.event(name).fields)
            .map(|field| field.kind)
    };
    if kinds().any(|kind| kind == ScalarType::Uuid) {
        uses.insert("uuid");
    }
    let dated = |kind: ScalarType| matches!(kind, ScalarType::Date | ScalarType::Timestamp);
    if kinds().any(dated) || service.resources.iter().any(has_dates) {
        uses.insert("chrono");
    }
    let tests = if stores || consumes {
        ["serde_json", "tokio"].as_slice()
    } else {
        &["tokio"]
    };
    (uses, tests.iter().copied().collect())
}

/// Whether a resource has a date or a timestamp, in a list too.
fn has_dates(resource: &Resource) -> bool {
    fn dated(field: &Field) -> bool {
        match &field.kind {
            FieldType::Date | FieldType::Timestamp => true,
            FieldType::List { of, .. } => of.iter().any(dated),
            _ => false,
        }
    }
    resource.fields.iter().any(dated)
}

fn inherited(names: &BTreeSet<&str>) -> String {
    names
        .iter()
        .map(|name| format!("{name}.workspace = true\n"))
        .collect()
}

fn lib_rs<'a>(system: &System, service: &'a Service) -> LibRs<'a> {
    let mut modules = vec![String::from("pub mod app;")];
    let mut parts = Vec::new();
    if service.database != Database::None {
        modules.push("mod migrations;".into());
        parts.push(".database(migrations::all)".to_owned());
    }
    if !service.calls.is_empty() {
        modules.push("pub mod clients;".into());
    }
    for called in &service.calls {
        let port = system.service(called).port;
        parts.push(format!(".calls(Peer::new(\"{called}\", {port}))"));
    }
    if has_events(service) {
        modules.push("pub mod events;".into());
    }
    for event in &service.publishes {
        parts.push(format!(".publishes::<events::{}>()", event.type_name()));
    }
    for event in &service.consumes {
        parts.push(format!(".subscribes::<events::{}>()", event.type_name()));
    }
    for resource in &service.resources {
        modules.push(format!("pub mod {};", resource.module()));
        parts.push(format!(".routes({}::router())", resource.module()));
    }
    if service.resources.is_empty() {
        modules.push("mod hello;".into());
        parts.push(".routes(hello::router())".to_owned());
    }
    let peer = if service.calls.is_empty() { "" } else { "Peer" };
    LibRs {
        name: service.name.as_str(),
        port: service.port,
        purpose: purpose(service),
        reading: reading(service),
        uses: layout::import("chassis", &named(&["Service", peer])) + "\nuse crate::app::App;\n",
        modules: sorted_modules(modules),
        parts: layout::indented(8, &parts.join("\n")),
    }
}

/// What the service is there for, as far as the manifest tells.
fn purpose(service: &Service) -> String {
    let owned: Vec<String> = service.resources.iter().map(plural).collect();
    match owned.as_slice() {
        [] => String::from("a service without data of its own."),
        [only] => format!("owns the {only}, and nobody else touches them."),
        _ => format!("owns {}, and nobody else touches them.", enumerated(&owned)),
    }
}

/// Where a learner goes from `lib.rs`.
fn reading(service: &Service) -> String {
    match service.resources.first() {
        Some(resource) => format!("`app.rs`, then `{}/routes.rs`", resource.module()),
        None => String::from("`app.rs`, then `hello.rs`"),
    }
}

fn app_rs(service: &Service) -> String {
    let calls = !service.calls.is_empty();
    if service.resources.is_empty() && !calls {
        return render(&EmptyAppRs {
            name: service.name.as_str(),
        });
    }
    let mut uses = Vec::new();
    let mut fields = Vec::new();
    let mut made = Vec::new();
    let mut about = Vec::new();
    if calls {
        uses.push(String::from("use crate::clients::Clients;"));
        fields.push(String::from("pub clients: Clients"));
        made.push(String::from("clients: Clients::new(context)?"));
        about.push("the clients of the services that are called");
    }
    for resource in &service.resources {
        let (module, name) = (resource.module(), resource.name.type_name());
        uses.push(format!("use crate::{module}::{name}Repository;"));
        fields.push(format!("pub {module}: {name}Repository"));
        made.push(format!("{module}: {name}Repository::new(context)?"));
    }
    match service.resources.len() {
        0 => {}
        1 => about.insert(0, "the repository"),
        _ => about.insert(0, "a repository for each resource"),
    }
    layout::sort_uses(&mut uses);
    let about = about.join(" and ");
    render(&AppRs {
        about: format!("{}.", capitalised(&about)),
        uses: uses.join("\n") + "\n",
        fields: layout::lines(4, &fields),
        new: layout::literal(8, "Ok(Self", &made, ")"),
    })
}

fn migrations_rs(service: &Service) -> MigrationsRs {
    let modules: Vec<String> = service.resources.iter().map(Resource::module).collect();
    let steps: Vec<String> = modules
        .iter()
        .map(|module| format!("{module}::migration::CREATE"))
        .collect();
    let mut uses: Vec<String> = modules
        .iter()
        .map(|module| format!("use crate::{module};\n"))
        .collect();
    layout::sort_uses(&mut uses);
    let gap = if uses.is_empty() { "" } else { "\n" };
    MigrationsRs {
        uses: format!("{}{gap}", uses.concat()),
        list: layout::array(4, "vec!", &steps, ""),
    }
}

pub fn has_events(service: &Service) -> bool {
    !service.publishes.is_empty() || !service.consumes.is_empty()
}

/// `mod` lines in the order that rustfmt gives them: by name, whether public or not.
fn sorted_modules(mut lines: Vec<String>) -> String {
    let name = |line: &str| {
        line.trim_start_matches("pub ")
            .trim_end_matches(';')
            .to_owned()
    };
    lines.sort_by(|one, other| version_order(&name(one), &name(other)));
    lines.join("\n") + "\n"
}

/// The names that are not empty.
fn named<'a>(names: &[&'a str]) -> Vec<&'a str> {
    let names = names.iter().copied();
    names.filter(|name| !name.is_empty()).collect()
}

/// `order items`, as prose says it.
fn plural(resource: &Resource) -> String {
    resource.path.replace('-', " ")
}

/// `order item`, as prose says it.
fn label(resource: &Resource) -> String {
    resource.name.as_str().replace('-', " ")
}

/// `a, b and c`.
fn enumerated(items: &[String]) -> String {
    match items {
        [] => String::new(),
        [only] => only.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}
