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
use super::super::process::{self, moved, tell};
use super::super::proxy::Proxy;
use super::super::rig::{Rig, pending};
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
    let between = |stages: &mut [Vec<Process>], from: &ServiceName, to: &ServiceName| {
        let proxy = Proxy::start(process::of(stages, to)?.port)?;
        let url = format!("{}_URL", to.env());
        tell(process::of_mut(stages, from)?, &url, proxy.url());
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
    let publisher = publisher.map(|told| process::of(&stages, &told.drive.service.name));
    let publisher = publisher.transpose()?.map(|process| process.port);
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
    let mut guarded = moved(process::of(stages, caller)?, "guarded", ports[0]);
    let deadline = format!("{}ms", DEADLINE.as_millis());
    tell(&mut guarded, "CALL_TIMEOUT", deadline);
    tell(&mut guarded, "CIRCUIT_BREAKER", "on");
    let database = format!("sqlite://data/{}.db", guarded.name);
    tell(&mut guarded, "DATABASE_URL", database);
    let gateway = stages.iter().flatten().last();
    let gateway = gateway.context("a system has a gateway")?;
    let mut gateway = moved(gateway, "guarded", ports[1]);
    let url = format!("http://127.0.0.1:{}", guarded.port);
    tell(&mut gateway, &format!("{}_URL", caller.env()), url);
    // Before the gateway that is the entry, which stays the last.
    let at = stages.len() - 1;
    stages.insert(at, vec![guarded]);
    stages.insert(at + 1, vec![gateway]);
    Ok(ports[1])
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
    ///
    /// # Errors
    /// When it does not say it.
    pub fn waiting(&self) -> anyhow::Result<u64> {
        self.publisher
            .map_or(Ok(0), |port| pending(&Client::new(port)))
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
