//! What the workspace's README says of processes: how to start the shape that is settled, and the other one.
//!
//! Called by `readme.rs`.

use crate::system::{Service, Shape, System};

/// The commands that start the system, each in a terminal.
pub(super) fn run(system: &System) -> String {
    let extracted = system.extracted().into_iter();
    let alone = extracted.map(|service| format!("cargo run -p {}\n", service.name));
    alone.collect::<String>() + "cargo run"
}

/// What they start.
pub(super) fn started(system: &System) -> String {
    if system.extracted().is_empty() {
        return "starts everything in one process, with nothing to install but Rust.".into();
    }
    format!(
        "each in a terminal, start the system as it is settled, with nothing to install but Rust: the last one is {}.",
        monolith(system)
    )
}

/// What the monolith is.
pub(super) fn monolith(system: &System) -> String {
    match (system.extracted().is_empty(), system.together().as_slice()) {
        (true, _) => "all of the above in one process".into(),
        (false, []) => "the gateway, since every service is extracted".into(),
        (false, together) => format!("the gateway and {} in one process", names(together)),
    }
}

/// What is said of one process and many.
pub(super) fn shape(system: &System) -> String {
    let extracted = system.extracted();
    let start =
        "one process, one thing to deploy, and the borders between the services are there already.";
    if extracted.is_empty() {
        return format!(
            "The monolith is where to start: {start}\n\
             To see the same system as processes of their own, give each a terminal:"
        );
    }
    let are = match extracted.len() {
        1 => "is extracted: a process of its own",
        _ => "are extracted: processes of their own",
    };
    let listens = match system.is_hybrid() {
        true => {
            " The monolith listens at the ports of the services in it too, where the others find them."
        }
        false => "",
    };
    format!(
        "Of this system {} {are}.{listens}\n\
         To see everything in one process again ({}):",
        names(&extracted),
        start.trim_end_matches('.')
    )
}

/// The commands that start the shape which is not settled.
pub(super) fn processes(system: &System) -> String {
    match system.extracted().is_empty() {
        true => {
            let services = system.services.iter();
            let alone = services.map(|service| format!("cargo run -p {}\n", service.name));
            alone.collect::<String>() + "cargo run -p gateway"
        }
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
        (Shape::Open, ..) | (_, _, 0) => "each service in one of its own",
        (_, 0, _) => "the gateway and all services in another one",
        _ => "the monolith in one and each extracted service in one of its own",
    }
}

fn names(services: &[&Service]) -> String {
    let names: Vec<String> = services
        .iter()
        .map(|service| service.name.to_string())
        .collect();
    match names.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        _ => names.concat(),
    }
}
