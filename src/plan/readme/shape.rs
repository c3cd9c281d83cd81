//! What the workspace's README says of processes: how to start the shape that is settled, and the other one.
//!
//! Called by `readme.rs`.

use crate::system::{Service, Shape, System};

/// The commands that start the system, each in a terminal.
pub(super) fn run(system: &System) -> String {
    alone(&system.extracted()) + "cargo run"
}

/// What they start.
pub(super) fn started(system: &System) -> String {
    if system.extracted().is_empty() {
        return "starts everything in one process, with nothing to install but Rust.".into();
    }
    format!(
        "starts the system in the shape that is settled, with nothing to install but Rust. Each command has a terminal of its own;\n\
         the last one runs {}.",
        monolith(system)
    )
}

/// What the monolith is.
pub(super) fn monolith(system: &System) -> String {
    match (system.extracted().is_empty(), system.together().as_slice()) {
        (true, _) => "all of the above in one process".into(),
        (false, []) => "the gateway, since every service is extracted".into(),
        (false, together) => {
            let services = together.iter().map(|service| service.name.as_str());
            let all: Vec<&str> = std::iter::once("the gateway").chain(services).collect();
            format!("{} in one process", joined(&all))
        }
    }
}

/// What is said of one process and many.
pub(super) fn shape(system: &System) -> String {
    let extracted = system.extracted();
    if extracted.is_empty() {
        return "\
            The monolith is where to start: one process, one thing to deploy, and the borders between the services are there already.\n\
            To see the same system as processes of their own, give each a terminal:"
            .into();
    }
    let are = match extracted.len() {
        1 => "is extracted: a process of its own",
        _ => "are extracted: processes of their own",
    };
    let listens = match system.is_hybrid() {
        true => {
            " The monolith listens at the ports of the services in it too,\nwhere the others find them."
        }
        false => "",
    };
    let names: Vec<&str> = extracted
        .iter()
        .map(|service| service.name.as_str())
        .collect();
    format!(
        "Of this system {} {are}.{listens}\nTo see everything in one process again:",
        joined(&names)
    )
}

/// The commands that start the shape which is not settled.
pub(super) fn processes(system: &System) -> String {
    match system.extracted().is_empty() {
        true => alone(&system.services.iter().collect::<Vec<_>>()) + "cargo run -p gateway",
        false => "EXTRACTED_SERVICES= cargo run".into(),
    }
}

/// What Docker starts.
pub(super) fn containers(system: &System) -> &'static str {
    match (
        &system.shape,
        system.extracted().len(),
        system.together().len(),
    ) {
        (Shape::Open, ..) | (_, _, 0) => "each service in one of its own, on real servers",
        (_, 0, _) => "the gateway and all services in another one, beside their databases",
        _ => "the monolith and each extracted service in one of its own, on real servers",
    }
}

/// The commands that start services, a line for each.
fn alone(services: &[&Service]) -> String {
    let lines = services
        .iter()
        .map(|service| format!("cargo run -p {}\n", service.name));
    lines.collect()
}

fn joined(names: &[&str]) -> String {
    match names.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        _ => names.concat(),
    }
}
