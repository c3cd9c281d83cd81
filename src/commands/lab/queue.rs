//! The part of the lab `delivery` that goes through RabbitMQ: the same events to two consumers at once, of which one
//! acknowledges when it is done and the other automatically, while consumers and broker are killed. Called by
//! `delivery.rs`; `broker.rs` is the server, and what the counts say is in `lab/delivery/queue.rs`.

use std::collections::BTreeSet;
use std::fs::{self, OpenOptions};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use serde_json::Value;

use crate::lab::delivery::{Queued, Seam};
use crate::lab::drive::{Drive, Ids};
use crate::supervise::{Guard, Process};
use crate::system::Shape;

use super::bench::Bench;
use super::broker::{Broker, Installed};
use super::client::Client;
use super::delivery::process;
use super::prepare::{TRIES, prepare};
use super::rig::Rig;

/// The example of the chassis that acknowledges automatically.
pub(super) const EXAMPLE: &str = "automatic_acknowledgement";

/// Requests for each time that somebody is killed.
const REQUESTS: u64 = 60;
/// Somebody is killed once so many are answered.
const KILLED_AFTER: u64 = 40;
/// How long anything may take that is waited for. The relay and the consumer wait longer after each failure.
const LIMIT: Duration = Duration::from_secs(30);
/// Who works on an event has written it down long before.
const QUIET: Duration = Duration::from_millis(500);
const PAUSE: Duration = Duration::from_millis(10);

/// The system on a broker, with both consumers.
struct Stand<'a> {
    drive: Drive<'a>,
    ids: Ids,
    event: String,
    consumer: Process,
    next: AtomicU64,
    automatic: Automatic,
    rig: Rig,
    broker: Broker,
}

/// The consumer that acknowledges automatically. It is killed when the value goes.
struct Automatic {
    program: PathBuf,
    event: String,
    url: String,
    folder: PathBuf,
    child: Child,
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
            process.set.push(("AMQP_URL".to_owned(), broker.url()));
            // What its consumer has handled is read from there.
            process
                .set
                .push(("LOG_FORMAT".to_owned(), "json".to_owned()));
        }
        let rig = bench.start(name, stages)?;
        let consumer = process(&rig, seam.consumer)?;
        let event = seam.event.name.to_string();
        let automatic =
            Automatic::start(naive, &event, broker.url(), rig.folder(), broker.guard())?;
        let ids = prepare(rig.gateway(), bench.system, drive);
        let ids = ids.map_err(|refused| anyhow::anyhow!("{}: {refused}", drive.name()))?;
        let stand = Self {
            drive: *drive,
            ids,
            event,
            consumer,
            next: AtomicU64::new(TRIES),
            automatic,
            rig,
            broker,
        };
        // Those of the preparation are out of the way.
        await_that("the first events", || stand.handled() >= TRIES)?;
        stand.automatic.settle(TRIES as usize)?;
        Ok(stand)
    }

    fn round(&mut self) -> anyhow::Result<Queued> {
        let (own, naive) = (self.handled(), self.automatic.handled().len());
        let mut counted = Queued::default();
        for victim in [Victim::Consumers, Victim::Broker] {
            let (sent, refused) = self.blow(victim)?;
            counted.sent += sent;
            counted.refused += refused;
            if !self.rig.settle(LIMIT) {
                bail!("after {LIMIT:?} there are still events that RabbitMQ did not take");
            }
            // What does not come within the limit, is lost.
            await_that("", || self.handled() >= own + counted.sent).ok();
            self.automatic.settle(naive + counted.sent as usize)?;
        }
        let events = self.automatic.handled().split_off(naive);
        let once: BTreeSet<String> = events.into_iter().collect();
        counted.handled = [self.handled().saturating_sub(own), once.len() as u64];
        Ok(counted)
    }

    /// Sends requests, and kills in the middle of them: how many were answered 201, and how many were not.
    fn blow(&mut self, victim: Victim) -> anyhow::Result<(u64, u64)> {
        let Self {
            drive,
            ids,
            consumer,
            next,
            automatic,
            rig,
            broker,
            ..
        } = self;
        let (gateway, answered) = (rig.gateway(), AtomicU64::new(0));
        let before = automatic.handled().len();
        let send = || {
            let client = Client::new(gateway);
            let one = |_: &u64| {
                let answer = client.send(&drive.request(next.fetch_add(1, Ordering::Relaxed), ids));
                answered.fetch_add(1, Ordering::Relaxed);
                answer.is_ok_and(|answer| answer.status == 201)
            };
            (0..REQUESTS).filter(one).count() as u64
        };
        thread::scope(|scope| {
            let sending = scope.spawn(send);
            await_that("the events", || {
                answered.load(Ordering::Relaxed) >= KILLED_AFTER
                    && automatic.handled().len() > before
            })?;
            match victim {
                Victim::Consumers => {
                    automatic.kill();
                    rig.fleet.kill(&consumer.name);
                    automatic.start_again(broker.guard())?;
                    rig.fleet.start(consumer)?;
                    rig.await_ready(consumer)?;
                }
                Victim::Broker => {
                    let ready = automatic.times_ready();
                    broker.kill();
                    broker.start_again()?;
                    automatic.await_ready(ready)?;
                }
            }
            let sent = sending.join().unwrap_or(0);
            Ok((sent, REQUESTS - sent))
        })
    }

    /// How many of the events the consumer of the workspace has handled, by its log: before it acknowledges a message it
    /// says what became of it. One that it could not say it of comes again.
    fn handled(&self) -> u64 {
        let log = self
            .rig
            .folder()
            .join(format!("{}.log", self.consumer.name));
        let handled = lines(&log).into_iter().filter_map(|line| {
            let line: Value = serde_json::from_str(&line).ok()?;
            let is_handled = matches!(line["outcome"].as_str()?, "handled" | "again");
            let id = line["id"].as_str()?.to_owned();
            (is_handled && line["event_type"] == *self.event).then_some(id)
        });
        handled.collect::<BTreeSet<String>>().len() as u64
    }
}

impl Automatic {
    /// Starts it, and waits until its queue is there.
    fn start(
        program: PathBuf,
        event: &str,
        url: String,
        folder: &Path,
        guard: &Guard,
    ) -> anyhow::Result<Self> {
        let child = spawn(&program, event, &url, folder, guard)?;
        let automatic = Self {
            program,
            event: event.to_owned(),
            url,
            folder: folder.to_path_buf(),
            child,
        };
        automatic.await_ready(0)?;
        Ok(automatic)
    }

    fn kill(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }

    fn start_again(&mut self, guard: &Guard) -> anyhow::Result<()> {
        let ready = self.times_ready();
        self.child = spawn(&self.program, &self.event, &self.url, &self.folder, guard)?;
        self.await_ready(ready)
    }

    /// Waits until it has said once more that events come to it.
    fn await_ready(&self, before: usize) -> anyhow::Result<()> {
        let ready = await_that("the consumer that acknowledges automatically", || {
            self.times_ready() > before
        });
        match (ready, lines(&errors(&self.folder)).pop()) {
            (Err(late), Some(why)) => bail!("{late}: {why}"),
            (ready, _) => ready,
        }
    }

    /// How often it has said so: each time that it has connected.
    fn times_ready(&self) -> usize {
        lines(&log(&self.folder)).len()
    }

    /// Waits until it has handled so many altogether, or nothing any more.
    fn settle(&self, all: usize) -> anyhow::Result<()> {
        let (begun, mut last) = (Instant::now(), (Instant::now(), 0));
        loop {
            let count = self.handled().len();
            if count != last.1 {
                last = (Instant::now(), count);
            }
            if count >= all || last.0.elapsed() > QUIET {
                return Ok(());
            }
            if begun.elapsed() > LIMIT {
                bail!("the consumer that acknowledges automatically does not come to an end");
            }
            thread::sleep(PAUSE);
        }
    }

    /// The ids of what it has handled.
    fn handled(&self) -> Vec<String> {
        lines(&handled(&self.folder))
    }
}

impl Drop for Automatic {
    fn drop(&mut self) {
        self.kill();
    }
}

fn handled(folder: &Path) -> PathBuf {
    folder.join("automatic-acknowledgement.handled")
}

fn log(folder: &Path) -> PathBuf {
    folder.join("automatic-acknowledgement.log")
}

/// Why it could not connect.
fn errors(folder: &Path) -> PathBuf {
    folder.join("automatic-acknowledgement.errors")
}

/// None where there is no such file yet. A line counts once it is whole.
fn lines(path: &Path) -> Vec<String> {
    let text = fs::read_to_string(path).unwrap_or_default();
    let whole = text
        .split_inclusive('\n')
        .filter(|line| line.ends_with('\n'));
    whole.map(|line| line.trim_end().to_owned()).collect()
}

fn spawn(
    program: &Path,
    event: &str,
    url: &str,
    folder: &Path,
    guard: &Guard,
) -> anyhow::Result<Child> {
    let open = |path: PathBuf| OpenOptions::new().create(true).append(true).open(path);
    let mut command = Command::new(program);
    command.arg(event).arg(handled(folder)).env("AMQP_URL", url);
    command.stdin(Stdio::null());
    command
        .stdout(open(log(folder)).context("can't write a log")?)
        .stderr(open(errors(folder)).context("can't write a log")?);
    guard.admit(&mut command)?;
    command
        .spawn()
        .with_context(|| format!("can't start {EXAMPLE}"))
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
