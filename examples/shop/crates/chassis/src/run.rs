//! The three ways to run: one service alone, the gateway alone, the gateway and services in one process. `main.rs` of a
//! crate calls one of them. Read next: `run/launch.rs` (a service at its start), `run/process.rs` (from the first signal to the end),
//! `run/servers.rs` (what is beside the services), `run/ways.rs` (how they are reached).

mod doors;
mod launch;
mod probe;
mod process;
mod servers;
mod signal;
mod ways;
mod work;

use std::collections::BTreeMap;
use std::process::ExitCode;

use doors::Door;
use launch::Launch;
use process::Process;
pub(crate) use servers::Servers;
use ways::Ways;
pub(crate) use work::deliver;

use crate::client::Slot;
use crate::{Gateway, Service, config};

/// Runs one service as its own process, until it is told to stop.
///
/// Exit code 0 after a stop, 1 if it can't start, 2 if the configuration is wrong. With the argument `health` it only
/// asks the process that runs already whether it is ready: exit code 0 if it is, 1 if not.
pub fn run(service: Service) -> ExitCode {
    let (name, port) = (service.name(), service.port());
    Process::run(name, port, |environment, servers| {
        let ways = Ways::read(environment, servers, BTreeMap::new());
        let launch = Launch::new(environment, &ways, service, true);
        let build = async move |process: &mut Process| process.start(launch).await;
        (Vec::new(), build)
    })
}

/// Runs the gateway as its own process, until it is told to stop. Exit codes as `run`.
pub fn run_gateway(gateway: Gateway) -> ExitCode {
    Process::run(gateway.name, gateway.port, |environment, servers| {
        let ways = Ways::read(environment, servers, BTreeMap::new());
        let callees = ways.upstreams(environment, &gateway);
        let build = async move |process: &mut Process| {
            gateway.start(
                callees,
                process.limits(),
                process.health(),
                process.outboxes(),
            )
        };
        (Vec::new(), build)
    })
}

/// The modular monolith: the gateway and the services in one process, where they call each other without a network, unless
/// a URL is set. Those that are `extracted` run as processes of their own instead; `EXTRACTED_SERVICES` may name others.
/// Exit codes as `run`.
///
/// Only the gateway listens. Once some services are extracted and others are not, each of the others listens too, at its own
/// port, for those outside.
pub fn run_together(gateway: Gateway, services: Vec<Service>) -> ExitCode {
    Process::run(gateway.name, gateway.port, |environment, servers| {
        let names: Vec<&str> = services.iter().map(Service::name).collect();
        let named = config::extracted(environment, &names);
        let is_apart = |service: &Service| match &named {
            Some(named) => named.contains(service.name()),
            None => service.is_extracted(),
        };
        let (apart, together): (Vec<_>, Vec<_>) = services.into_iter().partition(is_apart);
        let slots = together.iter();
        let slots = slots.map(|service| (service.name(), Slot::default()));
        let ways = Ways::read(environment, servers, slots.collect());
        let listening = together.iter().filter(|_| !apart.is_empty());
        let doors = listening
            .map(|service| Door::of(environment, service, ways.slot(service.name())))
            .collect();
        let callees = ways.upstreams(environment, &gateway);
        let launches: Vec<Launch> = together
            .into_iter()
            .map(|service| Launch::new(environment, &ways, service, false))
            .collect();
        let build = async move |process: &mut Process| {
            for launch in launches {
                let slot = ways.slot(launch.name());
                slot.set(process.start(launch).await?);
            }
            // Its health is that of everything started so far: it is ready once everything is.
            gateway.start(
                callees,
                process.limits(),
                process.health(),
                process.outboxes(),
            )
        };
        (doors, build)
    })
}
