//! The three ways to run: one service alone, the gateway alone, everything in one process. `main.rs` of a crate calls
//! one of them. Read next: `run/launch.rs` (a service at its start), `run/process.rs` (from the first signal to the end).

mod launch;
mod process;
mod relays;
mod signal;

use std::collections::BTreeMap;
use std::process::ExitCode;

use launch::Launch;
use process::Process;
pub(crate) use relays::deliver;

use crate::client::{Callee, Slot, Transport};
use crate::config::{self, Environment};
use crate::{Gateway, Service};

/// Runs one service as its own process, until it is told to stop.
///
/// Exit code 0 after a stop, 1 if it can't start, 2 if the configuration is wrong.
pub fn run(service: Service) -> ExitCode {
    let (name, port) = (service.name(), service.port());
    Process::run(name, port, |environment| {
        let launch = Launch::new(environment, service, &BTreeMap::new(), true);
        async move |process: &mut Process| process.start(launch).await
    })
}

/// Runs the gateway as its own process, until it is told to stop. Exit codes as `run`.
pub fn run_gateway(gateway: Gateway) -> ExitCode {
    Process::run(gateway.name, gateway.port, |environment| {
        let callees = upstreams(environment, &gateway, &BTreeMap::new());
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
    Process::run(gateway.name, gateway.port, |environment| {
        let slots: BTreeMap<_, _> = services
            .iter()
            .map(|service| (service.name(), Slot::default()))
            .collect();
        let callees = upstreams(environment, &gateway, &slots);
        let launches: Vec<Launch> = services
            .into_iter()
            .map(|service| Launch::new(environment, service, &slots, false))
            .collect();
        async move |process: &mut Process| {
            for launch in launches {
                let slot = slots.get(launch.name()).cloned().unwrap_or_default();
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

/// The services behind the gateway, each at its URL, in this process, or at its own port.
fn upstreams(
    environment: &mut Environment,
    gateway: &Gateway,
    slots: &BTreeMap<&'static str, Slot>,
) -> BTreeMap<&'static str, Callee> {
    let mut callees = BTreeMap::new();
    for upstream in &gateway.upstreams {
        let here = slots.get(upstream.name).cloned().map(Transport::InProcess);
        let transport = config::peer(environment, *upstream).or(here);
        if let Some(transport) = transport.or_else(|| config::local(*upstream)) {
            let callee = Callee::new(upstream.name, gateway.name, transport, gateway.timeout);
            callees.insert(upstream.name, callee);
        }
    }
    callees
}
