//! The part of the lab `delivery` that goes through RabbitMQ: the same events to two consumers at once, of which one
//! acknowledges when it is done and the other automatically, while consumers and broker are killed. Called by
//! `delivery.rs`; `broker.rs` is the server, and what the counts say is in `lab/delivery/queue.rs`.

mod automatic;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::bail;
use serde_json::Value;

use crate::lab::delivery::{Queued, Seam};
use crate::lab::drive::{Drive, Ids};
use crate::supervise::Process;
use crate::system::Shape;

use super::bench::Bench;
use super::broker::{Broker, Installed};
use super::client::Client;
use super::prepare::{TRIES, prepare};
use super::process::tell;
use super::rig::Rig;
use super::volley::{Volley, volley};
pub(super) use automatic::EXAMPLE;
use automatic::{Automatic, lines};

/// Requests for each time that somebody is killed.
const REQUESTS: u64 = 60;
/// Somebody is killed once so many of their events are handled by the consumer of the workspace.
const IN_THE_MIDST: u64 = 20;
/// The other is killed once it has so many in hand, which is sure to be more than it can handle until it is dead.
const IN_HAND: usize = 10;
/// How long anything may take that is waited for, on a machine that has other things to do. The relay and the consumer wait
/// longer after each failure.
const LIMIT: Duration = Duration::from_secs(60);
const PAUSE: Duration = Duration::from_millis(10);

/// The system on a broker, with both consumers.
struct Stand<'a> {
    drive: Drive<'a>,
    ids: Ids,
    event: String,
    consumer: Process,
    /// What the consumer of the workspace says.
    log: PathBuf,
    next: AtomicU64,
    automatic: Automatic,
    rig: Rig,
    broker: Broker,
}

/// Who is killed.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Victim {
    Consumers,
    Broker,
}

/// Runs the rounds: events of the seam, published by the request. `naive` is where the example was built.
///
/// # Errors
/// When something does not start, or does not come to an end.
pub(super) fn rounds(
    bench: &Bench,
    seam: &Seam,
    drive: &Drive,
    (installed, naive): (Installed, PathBuf),
    rounds: usize,
    progress: impl Fn(usize),
) -> anyhow::Result<Vec<Queued>> {
    let mut stand = Stand::start(bench, seam, drive, installed, naive)?;
    let mut counted = Vec::new();
    for round in 1..=rounds {
        progress(round);
        counted.push(stand.round()?);
    }
    let Stand { rig, .. } = stand;
    rig.stop();
    Ok(counted)
}

impl<'a> Stand<'a> {
    fn start(
        bench: &Bench,
        seam: &Seam,
        drive: &Drive<'a>,
        installed: Installed,
        naive: PathBuf,
    ) -> anyhow::Result<Self> {
        let name = "delivery-broker";
        let broker = Broker::start(installed, &bench.folder_of("broker"))?;
        let mut stages = bench.layout(&Shape::microservices(bench.system))?;
        for process in stages.iter_mut().flatten() {
            tell(process, "AMQP_URL", broker.url());
            // What its consumer has handled is read from there.
            tell(process, "LOG_FORMAT", "json");
        }
        let rig = bench.start(name, stages)?;
        let consumer = rig.process(&seam.consumer.name)?;
        let event = seam.event.name.to_string();
        let automatic =
            Automatic::start(naive, &event, broker.url(), rig.folder(), broker.guard())?;
        let ids = prepare(rig.gateway(), bench.system, drive);
        let ids = ids.map_err(|refused| anyhow::anyhow!("{}: {refused}", drive.name()))?;
        let stand = Self {
            drive: *drive,
            ids,
            event,
            log: rig.folder().join(format!("{}.log", consumer.name)),
            consumer,
            next: AtomicU64::new(TRIES),
            automatic,
            rig,
            broker,
        };
        // Those of the preparation are out of the way.
        await_that("the first events", || {
            stand.handled().events.len() as u64 >= TRIES
        })?;
        stand.automatic.settle(TRIES as usize)?;
        Ok(stand)
    }

    fn round(&mut self) -> anyhow::Result<Queued> {
        let (own, naive) = (self.handled(), self.automatic.handled().len());
        let mut counted = Queued::default();
        for victim in [Victim::Consumers, Victim::Broker] {
            let all = self.blow(victim)?;
            counted.sent += all.sent;
            counted.refused += all.refused + all.odd;
            if !self.rig.settle(LIMIT) {
                bail!("after {LIMIT:?} there are still events that RabbitMQ did not take");
            }
            // What does not come within the limit, is lost.
            let expected = own.events.len() as u64 + counted.sent;
            await_that("", || self.handled().events.len() as u64 >= expected).ok();
            self.automatic.settle(naive + counted.sent as usize)?;
        }
        let all = self.handled();
        let times = all.events.difference(&own.events).count() as u64;
        let twice = all.twice.difference(&own.twice).count() as u64;
        let mut events: BTreeMap<String, u64> = BTreeMap::new();
        for id in self.automatic.handled().split_off(naive) {
            *events.entry(id).or_default() += 1;
        }
        let again = events.values().filter(|times| **times > 1).count() as u64;
        counted.handled = [times, events.len() as u64];
        counted.twice = [twice, again];
        Ok(counted)
    }

    /// Sends requests, and kills in the midst of their events.
    fn blow(&mut self, victim: Victim) -> anyhow::Result<Volley> {
        let before = self.handled().events.len() as u64;
        let Self {
            drive,
            ids,
            event,
            consumer,
            log,
            next,
            automatic,
            rig,
            broker,
        } = self;
        let client = Client::new(rig.gateway());
        let send = || {
            let request = drive.request(next.fetch_add(1, Ordering::Relaxed), ids);
            Some(client.send(&request).ok()?.status)
        };
        if victim == Victim::Consumers {
            // It has nothing in hand. While it is away its queue fills, and comes at once when it is back.
            automatic.kill();
        }
        volley(REQUESTS, send, || {
            await_that("the events", || {
                handled(log, event).events.len() as u64 >= before + IN_THE_MIDST
            })?;
            match victim {
                Victim::Consumers => {
                    rig.fleet.kill(&consumer.name);
                    automatic.start_again(broker.guard())?;
                    automatic.await_in_hand(IN_HAND)?;
                    automatic.kill();
                    automatic.start_again(broker.guard())?;
                    rig.fleet.start(consumer)?;
                    rig.await_ready(consumer)?;
                }
                Victim::Broker => {
                    let said = automatic.said();
                    broker.kill();
                    broker.start_again()?;
                    automatic.await_ready(said)?;
                }
            }
            Ok(())
        })
    }

    fn handled(&self) -> Handled {
        handled(&self.log, &self.event)
    }
}

/// What the consumer of the workspace has handled, by its log: before it acknowledges a message it says what became of it. One
/// that it could not say it of comes again.
#[derive(Debug, Default)]
struct Handled {
    /// The ids of all.
    events: BTreeSet<String>,
    /// The ids of those that it has handled more than once. That it knew one when it came again is not to handle it.
    twice: BTreeSet<String>,
}

fn handled(log: &Path, event: &str) -> Handled {
    let (mut all, mut once) = (Handled::default(), BTreeSet::new());
    for line in lines(log) {
        let Ok(line) = serde_json::from_str::<Value>(&line) else {
            continue;
        };
        let (Some(id), Some(outcome)) = (line["id"].as_str(), line["outcome"].as_str()) else {
            continue;
        };
        if line["event_type"] != *event || !["handled", "again"].contains(&outcome) {
            continue;
        }
        all.events.insert(id.to_owned());
        if outcome == "handled" && !once.insert(id.to_owned()) {
            all.twice.insert(id.to_owned());
        }
    }
    all
}

/// Waits until something is so.
///
/// # Errors
/// When it is not within the limit.
fn await_that(what: &str, mut is_so: impl FnMut() -> bool) -> anyhow::Result<()> {
    let begun = Instant::now();
    while !is_so() {
        if begun.elapsed() > LIMIT {
            bail!("{what}: not there within {LIMIT:?}");
        }
        thread::sleep(PAUSE);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn an_event_counts_twice_if_it_was_handled_twice_and_not_if_it_only_came_again() {
        let folder = tempfile::tempdir().unwrap();
        let log = folder.path().join("till.log");
        let line = |id: &str, event: &str, outcome: &str| {
            let line = serde_json::json!({ "id": id, "event_type": event, "outcome": outcome });
            format!("{line}\n")
        };
        let text = [
            line("1", "loaf.baked", "handled"),
            "no JSON\n".to_owned(),
            line("2", "loaf.baked", "handled"),
            line("1", "loaf.baked", "again"),
            // Its first line died with the process.
            line("3", "loaf.baked", "again"),
            line("4", "loaf.baked", "later"),
            line("5", "alarm.rung", "handled"),
            line("2", "loaf.baked", "handled"),
        ];
        fs::write(&log, text.concat()).unwrap();
        let all = handled(&log, "loaf.baked");
        assert_eq!(all.events.into_iter().collect::<Vec<_>>(), ["1", "2", "3"]);
        assert_eq!(all.twice.into_iter().collect::<Vec<_>>(), ["2"]);
    }
}
