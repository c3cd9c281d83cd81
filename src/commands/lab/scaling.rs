//! Runs the lab `scaling`: three instances of one service, and three gateways that know one, two and three of them; only one
//! gateway gets load at a time. What the figures say is in `lab/scaling.rs`.

use std::time::Duration;

use anyhow::Context;

use crate::lab::drive::{self, Drive, Ids, Kind, PAGE};
use crate::lab::question::Question;
use crate::lab::report::Found;
use crate::lab::scaling::{CLIENTS, INSTANCES, Measured, Scaling};
use crate::lang::Lang;
use crate::supervise::{Process, free_ports};
use crate::system::{Shape, System};

use super::super::Failure;
use super::bench::{Bench, ROUNDS, in_turn};
use super::client::Client;
use super::load::{Load, load};
use super::prepare::good;
use super::process::{self, moved, tell};
use super::rig::{Rig, total};
use super::{Experiment, Progress};

const LONG: Duration = Duration::from_millis(2_500);
const QUICK: Duration = Duration::from_millis(500);
/// How long the events of what is created beforehand may take to be delivered.
const SETTLED: Duration = Duration::from_secs(10);

/// The lab on one system.
pub(super) struct Lab<'a> {
    drives: Vec<Drive<'a>>,
    about: Scaling<'a>,
}

/// Several gateways, and the instances behind them.
struct Scaled {
    rig: Rig,
    /// The port of the gateway to each of `INSTANCES`.
    gateways: Vec<u16>,
    instances: Vec<u16>,
}

/// What there is to measure on a system.
///
/// # Errors
/// When it has no service.
pub(super) fn lab(system: &System) -> Result<Lab<'_>, Failure> {
    let service = drive::busiest(system).context("the system has no service to ask")?;
    let drives = drive::listing(service);
    let first = drives
        .first()
        .context("the service has nothing to ask for")?;
    Ok(Lab {
        about: Scaling { drive: *first },
        drives,
    })
}

impl Experiment for Lab<'_> {
    fn intro(&self, lang: Lang) -> String {
        self.about.intro(lang)
    }

    fn time(&self, quick: bool) -> Duration {
        let round = if quick { QUICK } else { LONG };
        round * (ROUNDS * INSTANCES.len()) as u32 + Duration::from_secs(4)
    }

    fn question(&self, lang: Lang) -> Question {
        self.about.question(lang)
    }

    fn run(&self, bench: &Bench, progress: &Progress, lang: Lang) -> Result<Found, Failure> {
        let scaled = start(bench, &self.about)?;
        let (drive, ids) = bench.choose(scaled.gateways[0], &self.drives)?;
        fill(scaled.gateways[0], &drive, &ids)?;
        let settled = scaled.rig.settle(SETTLED);
        let send = |gateway: u16, time: Duration| {
            let clients = CLIENTS;
            load(gateway, Load { clients, time }, &|| drive.request(0, &ids))
        };
        for gateway in &scaled.gateways {
            send(*gateway, bench.warm_up());
        }
        let mut measured = Measured {
            unsettled: u64::from(!settled),
            ..Measured::default()
        };
        let time = bench.round(LONG, QUICK);
        for round in 1..=ROUNDS {
            progress.round(round, ROUNDS);
            for arm in in_turn(round, scaled.gateways.len()) {
                let gateway = scaled.gateways[arm];
                let (before, ticks) = (scaled.counted(&drive)?, bench.ticks());
                measured.rounds[arm].push(send(gateway, time));
                let after = bench.ticks().zip(ticks);
                measured.busy[arm]
                    .extend(after.and_then(|(after, before)| after.busy_since(&before)));
                let counted = scaled.counted(&drive)?.into_iter().zip(before);
                for (sum, (after, before)) in measured.counted[arm].iter_mut().zip(counted) {
                    *sum += after.saturating_sub(before);
                }
            }
        }
        scaled.rig.stop();
        Ok(Scaling { drive }.found(&measured, &bench.machine, lang))
    }
}

impl Scaled {
    /// How many of these requests each instance has answered so far.
    fn counted(&self, drive: &Drive) -> anyhow::Result<Vec<u64>> {
        let path = match drive.kind {
            Kind::Create(resource) | Kind::Read(resource) | Kind::List(resource) => &resource.path,
            Kind::Greet => drive.service.name.as_str(),
        };
        let route = format!("route=\"/{path}\"");
        let count = |port: &u16| {
            let answer = Client::new(*port).get("/metrics")?;
            Ok(total(&answer.text, "http_requests_total", &route))
        };
        self.instances.iter().map(count).collect()
    }
}

/// A process for each service, with as many of the one as there are at most, and a gateway for each number of them.
fn start(bench: &Bench, about: &Scaling) -> anyhow::Result<Scaled> {
    let service = &about.drive.service.name;
    let mut stages = bench.layout(&Shape::microservices(bench.system))?;
    let gateway = stages.pop().and_then(|mut stage| stage.pop());
    let gateway = gateway.context("a system has a gateway")?;
    let first = process::of_mut(&mut stages, service)?;
    // One worker makes an instance what a small machine would be, so that more of them can bring more.
    tell(first, "TOKIO_WORKER_THREADS", "1");
    let first = first.clone();
    let most = INSTANCES.iter().copied().max().unwrap_or(1);
    let ports = free_ports(most - 1 + INSTANCES.len())?;
    let (others, gateways) = ports.split_at(most - 1);
    let others = others.iter().enumerate();
    let others = others.map(|(index, port)| moved(&first, &(index + 2).to_string(), *port));
    let others: Vec<Process> = others.collect();
    let instances: Vec<u16> = [first.port]
        .into_iter()
        .chain(others.iter().map(|one| one.port))
        .collect();
    // The first has made the tables by the time the others start.
    stages.push(others);
    let variable = format!("{}_URL", service.env());
    let urls: Vec<String> = instances
        .iter()
        .map(|port| format!("http://127.0.0.1:{port}"))
        .collect();
    let to = |(number, port): (&usize, &u16)| {
        let mut process = moved(&gateway, &number.to_string(), *port);
        tell(&mut process, &variable, urls[..*number].join(","));
        process
    };
    stages.push(INSTANCES.iter().zip(gateways).map(to).collect());
    Ok(Scaled {
        rig: bench.start("scaled", stages)?,
        gateways: gateways.to_vec(),
        instances,
    })
}

/// Creates as many entries as are on a page, or as can be.
fn fill(gateway: u16, drive: &Drive, ids: &Ids) -> anyhow::Result<()> {
    let Kind::List(resource) = drive.kind else {
        return Ok(());
    };
    let creating = Drive {
        kind: Kind::Create(resource),
        ..*drive
    };
    let client = Client::new(gateway);
    // The first is there already.
    for n in 1..PAGE.min(crate::plan::bodies(resource)) {
        let created = good(&client, creating.request(n, ids));
        created.map_err(|refused| anyhow::anyhow!("no more entries can be made: {refused}"))?;
    }
    Ok(())
}
