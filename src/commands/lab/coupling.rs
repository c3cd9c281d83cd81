//! Runs the lab `coupling`: one system in which a proxy can make a callee slow, and another a consumer. The caller runs
//! twice, once patient and once with a short deadline and a circuit breaker, each behind a gateway of its own. What the
//! figures say is in `lab/coupling.rs`.

mod setup;

use std::sync::Mutex;
use std::thread;
use std::time::{Duration, Instant};

use crate::lab::coupling::{CLIENTS, Coupling, Measured, Sent, Told, Turn, Way, coupled};
use crate::lab::question::Question;
use crate::lab::report::Found;
use crate::lang::Lang;
use crate::system::System;

use super::super::Failure;
use super::bench::{Bench, ROUNDS, in_turn};
use super::steady::{Heard, locked, meanwhile, steady, task};
use super::{Experiment, Progress};
use setup::{Side, Slowed};

/// How much longer the slow one takes.
const DELAY: Duration = Duration::from_millis(800);
/// How long the guarded caller waits for it.
pub(super) const DEADLINE: Duration = Duration::from_millis(200);
const LONG: Duration = Duration::from_millis(1_500);
const QUICK: Duration = Duration::from_millis(300);
/// Each client sends one request in this time, or less.
const PACE: Duration = Duration::from_millis(100);
/// Clients that send what calls nobody.
const OWN: usize = 2;
/// How long events may take to be delivered once nothing is slow.
const SETTLED: Duration = Duration::from_secs(5);

/// The lab on one system.
pub(super) struct Lab<'a> {
    about: Coupling<'a>,
}

/// What there is to slow down on a system.
///
/// # Errors
/// When no service calls or tells another.
pub(super) fn lab(system: &System) -> Result<Lab<'_>, Failure> {
    let Some((call, event)) = coupled(system) else {
        return Err(anyhow::anyhow!(
            "no service of this system calls another or tells it something by an event, so none is coupled to another. Give \
             a resource a field of type `reference` to one of another service that is listed in `calls`, or let a service \
             publish an event that another consumes, and run `microkit generate`"
        )
        .into());
    };
    Ok(Lab {
        about: Coupling {
            system,
            call,
            event,
            delay: DELAY.as_secs_f64(),
            deadline: DEADLINE.as_millis() as u64,
        },
    })
}

impl Experiment for Lab<'_> {
    fn intro(&self, lang: Lang) -> String {
        self.about.intro(lang)
    }

    fn time(&self, quick: bool) -> Duration {
        let round = if quick { QUICK } else { LONG };
        let ways = self.about.ways().len() as u32;
        (round * ways + DELAY) * ROUNDS as u32 + Duration::from_secs(3)
    }

    fn question(&self, lang: Lang) -> Question {
        self.about.question(lang)
    }

    fn run(&self, bench: &Bench, progress: &Progress, lang: Lang) -> Result<Found, Failure> {
        let slowed = setup::start(bench, &self.about)?;
        let mut about = self.about.clone();
        let sides = slowed.sides(&self.about)?;
        if let Some(told) = about.event
            && !publishes(&slowed, &sides[0], &told)?
        {
            about.event = None;
        }
        if about.ways().is_empty() {
            return Err(anyhow::anyhow!(
                "no event waits for its consumer: the service publishes none when something is created"
            )
            .into());
        }
        let ways = about.ways();
        let mut measured = Measured {
            arrived: true,
            ..Measured::default()
        };
        for way in &ways {
            self.turn(&slowed, &sides, (*way, Duration::ZERO), bench.warm_up())?;
            measured.unsettled += u64::from(!slowed.rig.settle(SETTLED));
        }
        let time = bench.round(LONG, QUICK);
        for round in 1..=ROUNDS {
            progress.round(round, ROUNDS);
            for index in in_turn(round, ways.len()) {
                let way = ways[index];
                let slow = match way {
                    Way::Fast | Way::Prompt => Duration::ZERO,
                    Way::Slow | Way::Guarded | Way::Lagging => DELAY,
                };
                let (turn, refusal) = self.turn(&slowed, &sides, (way, slow), time)?;
                measured.of_mut(way).push(turn);
                if way == Way::Guarded {
                    measured.refusal = measured.refusal.or(refusal);
                }
                measured.settled(way, slowed.rig.settle(SETTLED));
            }
        }
        slowed.stop();
        Ok(about.found(&measured, &bench.machine, lang))
    }
}

impl Lab<'_> {
    /// One round of a way; with what the first that failed was answered.
    ///
    /// # Errors
    /// When the publisher does not say how many events wait.
    fn turn(
        &self,
        slowed: &Slowed,
        sides: &[Side; 2],
        (way, delay): (Way, Duration),
        time: Duration,
    ) -> anyhow::Result<(Turn, Option<String>)> {
        let side = &sides[usize::from(way == Way::Guarded)];
        let (drive, own, proxy) = match way {
            Way::Fast | Way::Slow | Way::Guarded => {
                let call = self.about.call.as_ref();
                (
                    call.map(|call| call.drive),
                    call.map(|call| call.own),
                    &slowed.callee,
                )
            }
            Way::Prompt | Way::Lagging => {
                let told = self.about.event.as_ref();
                (told.map(|told| told.drive), None, &slowed.consumer)
            }
        };
        let slow = |delay: Duration| proxy.iter().for_each(|proxy| proxy.delay(delay));
        slow(delay);
        let begun = Instant::now();
        let heard = [Mutex::new(Vec::new()), Mutex::new(Vec::new())];
        let kinds = [(drive, CLIENTS), (own, OWN)];
        let kinds = kinds.iter().zip(&heard);
        let tasks = kinds.flat_map(|((drive, clients), heard)| {
            let clients = drive
                .iter()
                .flat_map(|drive| (0..*clients).map(move |_| *drive));
            clients.map(move |drive| {
                task(move |end| {
                    let next = || Some(side.stock.request(&drive));
                    let told = |one| locked(heard).push(one);
                    steady(side.gateway, PACE, end, &next, &told);
                })
            })
        });
        meanwhile(tasks.collect(), || thread::sleep(time));
        let seconds = begun.elapsed().as_secs_f64();
        let waiting = slowed.waiting()?;
        slow(Duration::ZERO);
        let [main, own] = heard.map(|heard| heard.into_inner().unwrap_or_default());
        let refusal = main.iter().filter(|one| !one.is_good()).find_map(refusal);
        let turn = Turn {
            main: sent(&main, seconds),
            own: sent(&own, seconds),
            waiting,
        };
        Ok((turn, refusal))
    }
}

/// Whether what is created makes an event that the consumer is sent.
///
/// # Errors
/// When the publisher does not say how many events wait.
fn publishes(slowed: &Slowed, side: &Side, told: &Told) -> anyhow::Result<bool> {
    let slow = |delay: Duration| slowed.consumer.iter().for_each(|proxy| proxy.delay(delay));
    slowed.rig.settle(SETTLED);
    slow(DELAY * 4);
    let before = slowed.waiting()?;
    let attempted = side.stock.attempt(&told.drive).is_ok();
    let waits = attempted && slowed.waiting()? > before;
    slow(Duration::ZERO);
    slowed.rig.settle(SETTLED);
    Ok(waits)
}

fn sent(heard: &[Heard], seconds: f64) -> Sent {
    let took = |good: bool| {
        let some = heard.iter().filter(|one| one.is_good() == good);
        let mut took: Vec<f64> = some.map(Heard::took).collect();
        took.sort_by(f64::total_cmp);
        took
    };
    Sent {
        good: took(true),
        bad: took(false),
        seconds,
    }
}

/// `503 User service unavailable`; `None` where there was no answer.
fn refusal(heard: &Heard) -> Option<String> {
    let answer = heard.answer.as_ref()?;
    let shown = format!("{} {}", answer.status, answer.said());
    Some(shown.trim_end().to_owned())
}
