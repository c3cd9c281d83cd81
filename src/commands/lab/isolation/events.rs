//! Events for a service that is dead: some are published, they wait, and it is started again.

use std::thread;
use std::time::{Duration, Instant};

use crate::lab::drive::Kind;
use crate::lab::isolation::Waited;
use crate::system::{Service, System};

use super::super::client::Client;
use super::super::rig::{Rig, pending, total};
use super::probe::{Probe, Probes};

/// Requests that are sent to the publisher.
const SENT: u64 = 10;
/// How long the events may take to be delivered afterwards.
const LIMIT: Duration = Duration::from_secs(8);
const PAUSE: Duration = Duration::from_millis(10);
/// More pairs of services are not tried.
const PAIRS: usize = 2;

/// Kills a consumer, and lets its publisher publish. `None` if there are no such two, or nothing that can be created
/// publishes anything for it.
///
/// # Errors
/// When the consumer does not start again, or one of the two does not say what it has counted.
pub(super) fn waited(
    rig: &mut Rig,
    system: &System,
    probes: &Probes,
) -> anyhow::Result<Option<Waited>> {
    for (publisher, consumer) in pairs(system).into_iter().take(PAIRS) {
        let process = rig.process(&consumer.name)?;
        let outbox = Client::new(rig.process(&publisher.name)?.port);
        probes.refill()?;
        rig.settle(LIMIT);
        let before = pending(&outbox)?;
        rig.fleet.kill(&process.name);
        let gateway = Client::new(rig.gateway());
        let creating = probes.all.iter().filter(|probe| {
            let of_it = probe.drive.service.name == publisher.name;
            of_it && matches!(probe.drive.kind, Kind::Create(_))
        });
        let mut found = None;
        for probe in creating {
            let good = send(&gateway, probe);
            let waiting = pending(&outbox)?.saturating_sub(before);
            if waiting > 0 {
                found = Some((probe, good, waiting));
                break;
            }
        }
        let started = Instant::now();
        rig.fleet.start(&process)?;
        rig.await_ready(&process)?;
        let Some((probe, good, waiting)) = found else {
            continue;
        };
        while pending(&outbox)? > 0 && started.elapsed() < LIMIT {
            thread::sleep(PAUSE);
        }
        let emptied = started.elapsed();
        return Ok(Some(Waited {
            consumer: consumer.name.to_string(),
            publisher: publisher.name.to_string(),
            request: probe.drive.name(),
            sent: SENT,
            good,
            before,
            waiting,
            taken: taken(&Client::new(process.port))?,
            emptied: (emptied < LIMIT).then_some(emptied.as_secs_f64() * 1e3),
        }));
    }
    Ok(None)
}

/// The services of which the second takes an event of the first.
fn pairs(system: &System) -> Vec<(&Service, &Service)> {
    let mut pairs: Vec<(&Service, &Service)> = Vec::new();
    for event in &system.events {
        let consumers = system.consumers(&event.name).into_iter();
        let both = consumers.filter_map(|one| Some((system.publisher(&event.name)?, one)));
        for pair in both.filter(|(publisher, consumer)| publisher.name != consumer.name) {
            if !pairs.contains(&pair) {
                pairs.push(pair);
            }
        }
    }
    pairs
}

/// Sends some requests; how many of them were answered 2xx.
fn send(gateway: &Client, probe: &Probe) -> u64 {
    let requests = (0..SENT).filter_map(|_| probe.next());
    let answers = requests.map(|request| {
        let answer = gateway.send(&request).ok();
        probe.told(answer.as_ref().map(|answer| answer.status));
        answer.is_some_and(|answer| answer.is_good())
    });
    answers.filter(|good| *good).count() as u64
}

/// How many events a process has taken since its start.
fn taken(client: &Client) -> anyhow::Result<u64> {
    let text = client.get("/metrics")?.text;
    let lines = text.lines().filter(|line| line.contains("status=\"204\""));
    let taken = lines.map(|line| total(line, "http_requests_total", "route=\"/cloudevents\""));
    Ok(taken.sum())
}
