//! The system of the lab `coupling`: a process for each service, with proxies in between, and a second caller.

use anyhow::Context;

use crate::lab::coupling::Coupling;
use crate::lab::drive::Drive;
use crate::supervise::{Process, free_ports};
use crate::system::{ServiceName, Shape, System};

use super::super::super::Failure;
use super::super::bench::Bench;
use super::super::client::Client;
use super::super::prepare::{Refused, TRIES};
use super::super::proxy::Proxy;
use super::super::rig::{Rig, total};
use super::super::stock::Stock;
use super::DEADLINE;

/// Whoever waits, waits for ever, as far as this lab goes.
const PATIENT: [(&str, &str); 3] = [
    ("CALL_TIMEOUT", "60s"),
    ("GATEWAY_TIMEOUT", "60s"),
    ("CIRCUIT_BREAKER", "off"),
];
/// The requests of the second side begin with this one, so that it shares nothing with those of the first.
const APART: u64 = 50_000;

/// It, running.
pub(super) struct Slowed {
    pub rig: Rig,
    /// Between the caller and whom it calls.
    pub callee: Option<Proxy>,
    /// Between the publisher and who consumes.
    pub consumer: Option<Proxy>,
    /// The gateways to the patient caller and to the guarded one.
    gateways: [u16; 2],
    /// The port of the publisher.
    publisher: Option<u16>,
}

/// One of the gateways, and what is sent to it.
pub(super) struct Side<'a> {
    pub gateway: u16,
    pub stock: Stock<'a>,
}

/// Starts it.
///
/// # Errors
/// When a process does not come to be ready.
pub(super) fn start(bench: &Bench, about: &Coupling) -> Result<Slowed, Failure> {
    let mut stages = bench.layout(&Shape::microservices(bench.system))?;
    for process in stages.iter_mut().flatten() {
        for (name, value) in PATIENT {
            tell(process, name, value);
        }
    }
    let port = |stages: &[Vec<Process>], service: &ServiceName| {
        let process = stages
            .iter()
            .flatten()
            .find(|one| one.services.contains(service));
        process
            .map(|process| process.port)
            .context("a service runs in a process")
    };
    let between = |stages: &mut [Vec<Process>], from: &ServiceName, to: &ServiceName| {
        let proxy = Proxy::start(port(stages, to)?)?;
        let processes = stages.iter_mut().flatten();
        for process in processes.filter(|one| one.services.contains(from)) {
            tell(process, &format!("{}_URL", to.env()), &proxy.url());
        }
        anyhow::Ok(proxy)
    };
    let consumer = match &about.event {
        Some(told) => Some(between(
            &mut stages,
            &told.drive.service.name,
            told.consumer,
        )?),
        None => None,
    };
    let publisher = about.event.as_ref();
    let publisher = publisher
        .map(|told| port(&stages, &told.drive.service.name))
        .transpose()?;
    let mut callee = None;
    let patient = stages.last().and_then(|stage| stage.last());
    let patient = patient
        .map(|gateway| gateway.port)
        .context("a system has a gateway")?;
    let mut guarded = patient;
    if let Some(call) = &about.call {
        let caller = &call.drive.service.name;
        callee = Some(between(&mut stages, caller, call.callee)?);
        guarded = guard(&mut stages, caller)?;
    }
    Ok(Slowed {
        rig: bench.start("coupled", stages)?,
        callee,
        consumer,
        gateways: [patient, guarded],
        publisher,
    })
}

/// Adds a caller that waits only so long and has a circuit breaker, with a database of its own, and a gateway that leads to
/// it; its port.
fn guard(stages: &mut Vec<Vec<Process>>, caller: &ServiceName) -> anyhow::Result<u16> {
    let ports = free_ports(2)?;
    let find = |service: Option<&ServiceName>| {
        let all = stages.iter().flatten();
        let process = match service {
            Some(service) => all.clone().find(|one| one.services.contains(service)),
            None => all.last(),
        };
        process.cloned().context("a service runs in a process")
    };
    let mut guarded = moved(find(Some(caller))?, ports[0]);
    tell(
        &mut guarded,
        "CALL_TIMEOUT",
        &format!("{}ms", DEADLINE.as_millis()),
    );
    tell(&mut guarded, "CIRCUIT_BREAKER", "on");
    let database = format!("sqlite://data/{}.db", guarded.name);
    tell(&mut guarded, "DATABASE_URL", &database);
    let mut gateway = moved(find(None)?, ports[1]);
    let url = format!("http://127.0.0.1:{}", guarded.port);
    tell(&mut gateway, &format!("{}_URL", caller.env()), &url);
    // Before the gateway that is the entry, which stays the last.
    let at = stages.len() - 1;
    stages.insert(at, vec![guarded]);
    stages.insert(at + 1, vec![gateway]);
    Ok(ports[1])
}

/// The same process on another port, under another name.
fn moved(mut process: Process, port: u16) -> Process {
    process.name = format!("{}-guarded", process.name);
    process.port = port;
    tell(&mut process, "PORT", &port.to_string());
    process
}

/// Sets a variable, whatever it was.
fn tell(process: &mut Process, name: &str, value: &str) {
    process.set.retain(|(known, _)| known != name);
    process.set.push((name.to_owned(), value.to_owned()));
}

impl Slowed {
    /// Both gateways with what the requests need, all of which were tried.
    ///
    /// # Errors
    /// When one is refused.
    pub fn sides<'a>(&self, about: &Coupling<'a>) -> Result<[Side<'a>; 2], Failure> {
        let call = about.call.iter().flat_map(|call| [call.drive, call.own]);
        let call: Vec<Drive> = call.collect();
        let told = about.event.iter().map(|told| told.drive);
        let all: Vec<Drive> = call.iter().copied().chain(told).collect();
        let [patient, guarded] = self.gateways;
        let first = side(about.system, patient, 0, &all)?;
        let second = side(about.system, guarded, APART, &call)?;
        Ok([first, second])
    }

    /// How many events wait at the publisher.
    pub fn waiting(&self) -> u64 {
        let pending = |port: u16| {
            let answer = Client::new(port).get("/metrics").ok()?;
            Some(total(&answer.text, "outbox_pending", ""))
        };
        self.publisher.and_then(pending).unwrap_or(0)
    }

    /// Stops it, the processes before what is between them.
    pub fn stop(self) {
        self.rig.stop();
    }
}

fn side<'a>(
    system: &'a System,
    gateway: u16,
    from: u64,
    drives: &[Drive],
) -> Result<Side<'a>, Failure> {
    let mut stock = Stock::new(system, gateway).from(from);
    for drive in drives {
        let mut attempt = || -> Result<(), Refused> {
            stock.provide(drive)?;
            (0..TRIES).try_for_each(|_| stock.attempt(drive))
        };
        attempt().map_err(|refused| {
            anyhow::anyhow!(
                "{} can't be sent again and again: {refused}. The service's own code asks for more than the manifest says",
                drive.name()
            )
        })?;
    }
    Ok(Side { gateway, stock })
}
