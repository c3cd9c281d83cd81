//! The three ways to run: one service alone, the gateway alone, everything in one process. `main.rs` of a crate calls
//! one of them. Read next: `run/launch.rs` (a service at its start), `run/process.rs` (from the first signal to the end),
//! `run/servers.rs` (what is beside the services), `run/ways.rs` (how they are reached).

mod launch;
mod probe;
mod process;
mod servers;
mod signal;
mod ways;
mod work;

use std::collections::BTreeMap;
use std::process::ExitCode;

use launch::Launch;
use process::Process;
pub(crate) use servers::Servers;
use ways::Ways;
pub(crate) use work::deliver;

use crate::client::Slot;
use crate::{Gateway, Service};

/// Runs one service as its own process, until it is told to stop.
///
/// Exit code 0 after a stop, 1 if it can't start, 2 if the configuration is wrong. With the argument `health` it only
/// asks the process that runs already whether it is ready: exit code 0 if it is, 1 if not.
pub fn run(service: Service) -> ExitCode {
    let (name, port) = (service.name(), service.port());
    Process::run(name, port, |environment, servers| {
        let ways = Ways::read(environment, servers, BTreeMap::new());
        let launch = Launch::new(environment, &ways, service, true);
        async move |process: &mut Process| process.start(launch).await
    })
}

/// Runs the gateway as its own process, until it is told to stop. Exit codes as `run`.
pub fn run_gateway(gateway: Gateway) -> ExitCode {
    Process::run(gateway.name, gateway.port, |environment, servers| {
        let ways = Ways::read(environment, servers, BTreeMap::new());
        let callees = ways.upstreams(environment, &gateway);
        async move |process: &mut Process| {
            gateway.start(
                callees,
                process.limits(),
                process.health(),
                process.outboxes(),
            )
        }
    })
}

/// The modular monolith: the gateway and every service in one process. Only the gateway listens; the services are
/// called in this process, unless their URL is set. Exit codes as `run`.
pub fn run_together(gateway: Gateway, services: Vec<Service>) -> ExitCode {
    Process::run(gateway.name, gateway.port, |environment, servers| {
        let slots: BTreeMap<_, _> = services
            .iter()
            .map(|service| (service.name(), Slot::default()))
            .collect();
        let ways = Ways::read(environment, servers, slots);
        let callees = ways.upstreams(environment, &gateway);
        let launches: Vec<Launch> = services
            .into_iter()
            .map(|service| Launch::new(environment, &ways, service, false))
            .collect();
        async move |process: &mut Process| {
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
        }
    })
}
