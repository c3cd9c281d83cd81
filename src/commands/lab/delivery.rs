//! Runs the lab `delivery`: events on their way from the outbox to a consumer, and somebody killed in mid-flight again and
//! again. The consumer is in turn the workspace's own and a naive one. What the counts say is in `lab/delivery.rs`.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

use anyhow::{Context, bail};

use crate::lab::delivery::{
    Arm, BLOWS, Blow, Counted, Delivery, LeftOut, Measured, Seam, Through, seams,
};
use crate::lab::drive::{Drive, Ids};
use crate::lab::question::Question;
use crate::lab::report::Found;
use crate::lang::Lang;
use crate::supervise::free_ports;
use crate::system::{Service, Shape, System};

use super::super::{Failure, Trouble, warn};
use super::bench::{Bench, in_turn};
use super::client::Client;
use super::naive::Naive;
use super::prepare::{TRIES, prepare};
use super::process::{self, tell};
use super::rig::Rig;
use super::steady::locked;
use super::tap::{Hit, Seen, Tap};
use super::volley::{Volley, volley};
use super::{Experiment, Progress, broker, queue};

/// Rounds of each of the two consumers.
const ROUNDS: usize = 5;
const ROUNDS_QUICK: usize = 3;
/// Rounds through the broker.
const QUEUED: usize = 2;
const QUEUED_QUICK: usize = 1;
/// About how long such a round takes, with two times that somebody is killed.
const QUEUED_ROUND: Duration = Duration::from_secs(15);
/// About how long a broker takes to start, and the system on it.
const QUEUED_START: Duration = Duration::from_secs(6);
/// About how long both consumers take for a round.
const ROUND: Duration = Duration::from_secs(4);
/// Requests for each time that somebody is killed.
const REQUESTS: u64 = 8;
/// The first event of a request comes within this, if it publishes one.
const FIRST: Duration = Duration::from_secs(3);
/// How long a delivery may take to come to the point at which somebody is killed.
const LIMIT: Duration = Duration::from_secs(10);
/// How long all of a round's events may take to be delivered at last: the relay waits longer after each failure.
const SETTLED: Duration = Duration::from_secs(30);

/// The lab on one system.
pub(super) struct Lab<'a> {
    seams: Vec<Seam<'a>>,
    about: Delivery<'a>,
}

/// The system as it runs, with the tap between publisher and consumer.
struct Stand<'a> {
    seam: Seam<'a>,
    drive: Drive<'a>,
    ids: Ids,
    rig: Rig,
    tap: Tap,
    naive: Naive,
    next: AtomicU64,
}

/// What there is to measure on a system.
///
/// # Errors
/// When no event of it has both a publisher whose requests can be sent and a consumer.
pub(super) fn lab(system: &System) -> Result<Lab<'_>, Failure> {
    let seams = seams(system);
    let Some(first) = seams.first() else {
        return Err(missing(system));
    };
    let about = Delivery {
        seam: first.clone(),
    };
    Ok(Lab { seams, about })
}

/// What to add, so that there is an event on its way.
fn missing(system: &System) -> Failure {
    let published = system.services.iter().flat_map(|one| &one.publishes).next();
    let help = match published {
        Some(event) => format!(
            "let a service consume one that is published by a service with a resource: `microkit add-service NAME --consumes {event}`"
        ),
        None => "let one service publish an event, `publishes = [\"NAME.created\"]` beside a resource NAME and \
                 `[events.\"NAME.created\"]` in microkit.toml, and another consume it: `microkit add-service OTHER --consumes \
                 NAME.created`"
            .to_owned(),
    };
    Failure::Usage(Trouble {
        message: "nothing is delivered in this system: it has no event with both a publisher that is sent requests and a \
                  consumer"
            .to_owned(),
        help,
    })
}

impl Experiment for Lab<'_> {
    fn intro(&self, lang: Lang) -> String {
        self.about.intro(lang)
    }

    fn time(&self, quick: bool) -> Duration {
        let through = match broker::installed() {
            Some(_) => QUEUED_START + QUEUED_ROUND * queued(quick) as u32,
            None => Duration::ZERO,
        };
        ROUND * rounds(quick) as u32 + Duration::from_secs(2) + through
    }

    fn question(&self, lang: Lang) -> Question {
        self.about.question(lang)
    }

    fn run(&self, bench: &Bench, progress: &Progress, lang: Lang) -> Result<Found, Failure> {
        // Before anything is measured, as it may take a while the first time.
        let broker = self.broker(bench)?;
        let mut stand = self.stand(bench)?;
        let mut measured = Measured::default();
        stand.settle()?;
        let rounds = rounds(bench.quick);
        let through = broker.as_ref().map_or(0, |_| queued(bench.quick));
        for round in 1..=rounds {
            progress.round(round, rounds + through);
            for arm in in_turn(round, Arm::ALL.len()) {
                let before = stand.made();
                let counted = stand.round(Arm::ALL[arm], round)?;
                measured.rounds[arm].push(counted);
                if Arm::ALL[arm] == Arm::Own {
                    measured.made(&before, &stand.made());
                }
            }
        }
        let Stand {
            seam, drive, rig, ..
        } = stand;
        rig.stop();
        let through: Through = match broker {
            Ok(parts) => {
                let progress = |round| progress.round(rounds + round, rounds + through);
                Ok(queue::rounds(
                    bench, &seam, &drive, parts, through, progress,
                )?)
            }
            Err(left_out) => Err(left_out),
        };
        Ok(Delivery { seam }.found(&measured, &through, &bench.machine, lang))
    }
}

fn queued(quick: bool) -> usize {
    if quick { QUEUED_QUICK } else { QUEUED }
}

fn rounds(quick: bool) -> usize {
    if quick { ROUNDS_QUICK } else { ROUNDS }
}

/// A broker that can be started, and the consumer that acknowledges automatically.
type Parts = (broker::Installed, PathBuf);

impl<'a> Lab<'a> {
    /// What the part through the broker takes, or why it is left out.
    fn broker(&self, bench: &Bench) -> anyhow::Result<Result<Parts, LeftOut>> {
        let Some(installed) = broker::installed() else {
            return Ok(Err(LeftOut::Server));
        };
        let naive = bench.example(queue::EXAMPLE)?;
        Ok(naive
            .map(|naive| (installed, naive))
            .ok_or(LeftOut::Example))
    }

    /// The system with the first of its events that a request really publishes.
    fn stand(&self, bench: &Bench) -> Result<Stand<'a>, Failure> {
        let mut tried = Vec::new();
        for (number, seam) in self.seams.iter().enumerate() {
            let (rig, tap) = start(bench, seam, &format!("delivery-{number}"))?;
            for drive in &seam.drives {
                let ids = match prepare(rig.gateway(), bench.system, drive) {
                    Ok(ids) => ids,
                    Err(refused) => {
                        warn(&format!(
                            "{} can't be sent again and again: {refused}",
                            drive.name()
                        ));
                        continue;
                    }
                };
                if tap.await_seen(TRIES as usize, FIRST) as u64 == TRIES {
                    let port = free_ports(1).context("no port is free")?[0];
                    let naive = Naive::start(port, rig.folder(), rig.fleet.guard())?;
                    return Ok(Stand {
                        seam: seam.clone(),
                        drive: *drive,
                        ids,
                        rig,
                        tap,
                        naive,
                        next: AtomicU64::new(TRIES),
                    });
                }
                tried.push(format!(
                    "{} does not publish {}",
                    drive.name(),
                    seam.event.name
                ));
                tap.begin(rig.process(&seam.consumer.name)?.port);
            }
            rig.stop();
        }
        Err(anyhow::anyhow!(
            "no request that this lab can make from the manifest leads to an event: {}. An event `NAME.created` beside a \
             resource NAME is published by what is generated; any other only once your code calls `Outbox::publish`, as \
             services/{}/src/events/ says",
            if tried.is_empty() { "all were refused".to_owned() } else { tried.join(", ") },
            self.about.seam.publisher.name
        )
        .into())
    }
}

/// A process for each service, and the tap where the publisher looks for the consumer.
fn start(bench: &Bench, seam: &Seam, name: &str) -> anyhow::Result<(Rig, Tap)> {
    let mut stages = bench.layout(&Shape::microservices(bench.system))?;
    let consumer = process::of(&stages, &seam.consumer.name)?.port;
    let tap = Tap::start(seam.event.name.as_str(), consumer)?;
    let variable = format!("{}_URL", seam.consumer.name.env());
    let publisher = process::of_mut(&mut stages, &seam.publisher.name)?;
    let url = format!("http://127.0.0.1:{}", tap.port);
    tell(publisher, &variable, url);
    Ok((bench.start(name, stages)?, tap))
}

impl Stand<'_> {
    /// Sends requests, and lets each blow fall once.
    fn round(&mut self, arm: Arm, round: usize) -> anyhow::Result<Counted> {
        let consumer = match arm {
            Arm::Own => self.rig.process(&self.seam.consumer.name)?.port,
            Arm::Naive => self.naive.port,
        };
        self.tap.begin(consumer);
        let known = self.naive.handled()?.len();
        let mut counted = Counted::default();
        for blow in BLOWS {
            let all = self.blow(arm, blow, round)?;
            counted.sent += all.sent;
            counted.refused += all.refused;
            counted.odd += all.odd;
        }
        self.settle()?;
        self.naive.settle(SETTLED)?;
        let seen = self.tap.seen();
        counted.attempts = seen.values().map(|one| one.attempts).sum();
        let again = |one: &&Seen| one.handled + one.again > 1;
        counted.twice_acknowledged = seen.values().filter(again).count() as u64;
        let mut times: BTreeMap<String, u64> = BTreeMap::new();
        match arm {
            Arm::Own => times.extend(seen.iter().filter_map(|(id, one)| {
                // That it was handled before says that it was, even where the answer then was lost.
                let known = u64::from(one.handled + one.again > 0);
                Some((id.clone(), one.handled.max(known))).filter(|(_, times)| *times > 0)
            })),
            Arm::Naive => {
                let handled = self.naive.handled()?.split_off(known).into_iter();
                for id in handled.filter(|id| seen.contains_key(id)) {
                    *times.entry(id).or_default() += 1;
                }
            }
        }
        counted.handled = times.len() as u64;
        counted.twice_handled = times.values().filter(|times| **times > 1).count() as u64;
        Ok(counted)
    }

    /// Waits until every event was delivered, so that none is left for the next round.
    fn settle(&self) -> anyhow::Result<()> {
        if !self.rig.settle(SETTLED) {
            bail!("after {SETTLED:?} there are still events that were not delivered");
        }
        Ok(())
    }

    /// Sends some requests, kills who is to be killed while their events are under way, and starts it again.
    fn blow(&mut self, arm: Arm, blow: Blow, round: usize) -> anyhow::Result<Volley> {
        let Self {
            seam,
            drive,
            ids,
            rig,
            tap,
            naive,
            next,
        } = self;
        tap.arm(blow);
        let client = Client::new(rig.gateway());
        // Held while a request is under way, and while the publisher is down: so every request has its answer.
        let turn = Mutex::new(());
        let send = || {
            let _turn = locked(&turn);
            let request = drive.request(next.fetch_add(1, Ordering::Relaxed), ids);
            Some(client.send(&request).ok()?.status)
        };
        volley(REQUESTS, send, || {
            let hit = tap
                .hit(LIMIT)
                .context("no event came to where it was to be stopped")?;
            match (hit.blow, arm) {
                (Blow::Publisher, _) => {
                    let _turn = locked(&turn);
                    crash(rig, seam.publisher, hit)
                }
                (_, Arm::Own) => {
                    if hit.blow == Blow::AtWork {
                        // Another moment of its work in each round.
                        thread::sleep(Duration::from_millis(round as u64 % 4));
                    }
                    crash(rig, seam.consumer, hit)
                }
                (_, Arm::Naive) => {
                    naive.crash(rig.fleet.guard())?;
                    drop(hit);
                    Ok(())
                }
            }
        })
    }

    /// How many entries each resource of the consumer has, where that can be listed.
    fn made(&self) -> BTreeMap<String, u64> {
        let client = Client::new(self.rig.gateway());
        let resources = self.seam.consumer.resources.iter();
        let counted = resources.filter_map(|resource| {
            let count = entries(&client, &resource.path)?;
            Some((resource.path.clone(), count))
        });
        counted.collect()
    }
}

/// Kills the process of a service as it stands, lets the delivery go on that was held for it, and starts it again.
fn crash(rig: &mut Rig, service: &Service, hit: Hit) -> anyhow::Result<()> {
    let process = rig.process(&service.name)?;
    rig.fleet.kill(&process.name);
    drop(hit);
    rig.fleet.start(&process)?;
    rig.await_ready(&process)?;
    Ok(())
}

/// How many there are on all pages of a list.
fn entries(client: &Client, path: &str) -> Option<u64> {
    let mut after = String::new();
    let mut count = 0;
    loop {
        let answer = client.get(&format!("/api/{path}?limit=100{after}")).ok()?;
        let page: serde_json::Value = serde_json::from_str(&answer.text).ok()?;
        count += page["items"].as_array()?.len() as u64;
        match page["next"].as_str() {
            Some(next) => after = format!("&after={next}"),
            None => return Some(count),
        }
    }
}
