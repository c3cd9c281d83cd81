//! Runs the lab `latency`: both shapes at once, loaded in turn. What the figures say is in `lab/latency.rs`.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use anyhow::Context;

use crate::lab::drive::{self, Drive, Ids};
use crate::lab::latency::{CLIENTS, Latency, Measured};
use crate::lab::question::Question;
use crate::lab::report::Found;
use crate::lab::round::Round;
use crate::lang::Lang;
use crate::system::{Shape, System};

use super::super::Failure;
use super::bench::{Bench, ROUNDS, in_turn};
use super::load::{Load, load};
use super::prepare::{TRIES, prepare};
use super::rig::Rig;
use super::{Experiment, Progress};

const LONG: Duration = Duration::from_millis(1_500);
const QUICK: Duration = Duration::from_millis(400);
/// How long events of a round may take to be delivered before the next.
const SETTLED: Duration = Duration::from_secs(10);

/// The lab on one system.
pub(super) struct Lab<'a> {
    drives: Vec<Drive<'a>>,
    about: Latency<'a>,
}

/// A system in one of the shapes, and what it is asked.
struct Arm {
    rig: Rig,
    ids: Ids,
    next: AtomicU64,
}

/// What there is to measure on a system.
///
/// # Errors
/// When it has no service.
pub(super) fn lab(system: &System) -> Result<Lab<'_>, Failure> {
    let drives = drive::farthest(system);
    let first = drives.first().context("the system has no service to ask")?;
    Ok(Lab {
        about: Latency {
            drive: *first,
            processes: system.services.len() + 1,
        },
        drives,
    })
}

impl Experiment for Lab<'_> {
    fn intro(&self, lang: Lang) -> String {
        self.about.intro(lang)
    }

    fn time(&self, quick: bool) -> Duration {
        let round = if quick { QUICK } else { LONG };
        let rounds = (ROUNDS * CLIENTS.len() * 2) as u32;
        round * rounds + Duration::from_secs(3)
    }

    fn question(&self, lang: Lang) -> Question {
        self.about.question(lang)
    }

    fn run(&self, bench: &Bench, progress: &Progress, lang: Lang) -> Result<Found, Failure> {
        let system = bench.system;
        let shapes = [
            ("one-process", Shape::monolith()),
            ("processes", Shape::microservices(system)),
        ];
        let [one, many] = shapes.map(|(name, shape)| bench.start(name, bench.layout(&shape)?));
        let (one, many) = (one?, many?);
        let (drive, ids) = bench.choose(one.gateway(), &self.drives)?;
        let other = prepare(many.gateway(), system, &drive);
        let other = other.map_err(|refused| {
            anyhow::anyhow!("what one process takes is refused across processes: {refused}")
        })?;
        let arms = [(one, ids), (many, other)].map(|(rig, ids)| Arm {
            rig,
            ids,
            next: AtomicU64::new(TRIES),
        });
        let mut measured = Measured::default();
        for clients in CLIENTS {
            for arm in &arms {
                let time = bench.warm_up();
                arm.round(&drive, Load { clients, time });
                measured.unsettled += u64::from(!arm.rig.settle(SETTLED));
            }
        }
        let time = bench.round(LONG, QUICK);
        for round in 1..=ROUNDS {
            progress.round(round, ROUNDS);
            for (clients, rounds) in CLIENTS.into_iter().zip(&mut measured.rounds) {
                for arm in in_turn(round, arms.len()) {
                    let with = Load { clients, time };
                    rounds[arm].push(arms[arm].round(&drive, with));
                    let settled = arms[arm].rig.settle(SETTLED);
                    measured.unsettled += u64::from(!settled);
                }
            }
        }
        for arm in arms {
            arm.rig.stop();
        }
        let about = Latency {
            drive,
            ..self.about.clone()
        };
        Ok(about.found(&measured, &bench.machine, lang))
    }
}

impl Arm {
    /// A round of load.
    fn round(&self, drive: &Drive, with: Load) -> Round {
        let request = || drive.request(self.next.fetch_add(1, Ordering::Relaxed), &self.ids);
        load(self.rig.gateway(), with, &request)
    }
}
