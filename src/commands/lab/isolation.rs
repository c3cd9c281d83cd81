//! Runs the lab `isolation`: both shapes at once, of which in turn one gets requests at a steady pace while a process of it
//! is killed and started again. What that says is in `lab/isolation.rs`; what becomes of events, in `isolation/events.rs`.

mod events;
mod probe;

use std::sync::Mutex;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::Context;

use crate::lab::drive;
use crate::lab::isolation::{Fault, Isolation, Measured, Phase, Probed};
use crate::lab::question::Question;
use crate::lab::report::Found;
use crate::lab::spread::Spread;
use crate::lang::Lang;
use crate::supervise::Process;
use crate::system::{Shape, System};

use super::super::Failure;
use super::bench::{Bench, ROUNDS, in_turn};
use super::client::{Answer, Client};
use super::rig::{Rig, total};
use super::steady::{Heard, locked, meanwhile, steady, task};
use super::{Experiment, Progress};
use probe::{Probes, probes};

/// How long requests run before a process is killed, and again once all is as before.
const QUIET: Duration = Duration::from_millis(600);
/// How long it stays dead.
const DOWN: Duration = Duration::from_millis(1_500);
/// How long all may take to be as before.
const LIMIT: Duration = Duration::from_secs(20);
/// How often to look whether it is.
const PAUSE: Duration = Duration::from_millis(10);

/// The lab on one system.
pub(super) struct Lab<'a> {
    about: Isolation<'a>,
}

/// A shape as it runs, and what came of killing a process of it.
struct Side<'a> {
    rig: Rig,
    probes: Probes<'a>,
    fault: Fault<'a>,
}

/// When what happened.
struct Moments {
    /// Just before the process was killed, and just after.
    killed: [Instant; 2],
    /// When the gateway was first seen to have an open circuit breaker to it.
    opened: Option<Instant>,
    started: Instant,
    ready: Duration,
    /// When all was as before, if it was.
    back: Option<Instant>,
}

/// What is there to kill on a system.
///
/// # Errors
/// When it has no service.
pub(super) fn lab(system: &System) -> Result<Lab<'_>, Failure> {
    let victim = drive::busiest(system).context("the system has no service to kill")?;
    Ok(Lab {
        about: Isolation { system, victim },
    })
}

impl Experiment for Lab<'_> {
    fn intro(&self, lang: Lang) -> String {
        self.about.intro(lang)
    }

    fn time(&self, quick: bool) -> Duration {
        // An open circuit breaker asks again every five seconds.
        let kill = QUIET * 2 + DOWN + Duration::from_millis(4_500);
        let one = QUIET * 2 + DOWN + Duration::from_millis(500);
        (kill + one) * kills(quick) + Duration::from_secs(4)
    }

    fn question(&self, lang: Lang) -> Question {
        self.about.question(lang)
    }

    fn run(&self, bench: &Bench, progress: &Progress, lang: Lang) -> Result<Found, Failure> {
        let system = bench.system;
        let kills = kills(bench.quick) as usize;
        let mut one = self.side(bench, "one-process", &Shape::monolith())?;
        let mut many = self.side(bench, "processes", &Shape::microservices(system))?;
        let mut done = 0;
        for round in 1..=kills {
            for arm in in_turn(round, 2) {
                done += 1;
                progress.round(done, kills * 2);
                self.killed([&mut one, &mut many][arm])?;
            }
        }
        one.rig.stop();
        let events = events::waited(&mut many.rig, system, &many.probes)?;
        many.rig.stop();
        let measured = Measured {
            shapes: [one.fault, many.fault],
            events,
            down: many.probes.at_least(DOWN).as_secs_f64(),
            left_out: many.probes.left_out,
        };
        Ok(self.about.found(&measured, &bench.machine, lang))
    }
}

/// How often a process is killed in each shape.
fn kills(quick: bool) -> u32 {
    match quick {
        true => 1,
        false => ROUNDS as u32,
    }
}

impl<'a> Lab<'a> {
    /// Starts a shape.
    fn side(&self, bench: &Bench<'a>, name: &str, shape: &Shape) -> Result<Side<'a>, Failure> {
        let rig = bench.start(name, bench.layout(shape)?)?;
        let probes = probes(bench.system, rig.gateway())?;
        let noted = probes.all.iter().map(|probe| Probed::new(probe.drive));
        let fault = Fault {
            probes: noted.collect(),
            ..Fault::default()
        };
        Ok(Side { rig, probes, fault })
    }

    /// Kills the process with the service, and notes what was heard meanwhile.
    fn killed(&self, side: &mut Side<'a>) -> anyhow::Result<()> {
        let Side { rig, probes, fault } = side;
        let process = rig.process(&self.about.victim.name)?;
        let (gateway, pace) = (rig.gateway(), probes.pace());
        probes.refill()?;
        let heard: Vec<Mutex<Vec<Heard>>> = probes.all.iter().map(|_| Mutex::default()).collect();
        let tasks = probes.all.iter().zip(&heard).map(|(probe, heard)| {
            let told = move |one: Heard| {
                probe.told(one.status());
                locked(heard).push(one);
            };
            task(move |end| {
                steady(gateway, probe.pace(pace), end, &|| probe.next(), &told);
            })
        });
        let moments = meanwhile(tasks.collect(), || self.kill(rig, &process, probes, &heard))?;
        let heard = heard
            .into_iter()
            .map(|heard| heard.into_inner().unwrap_or_default());
        self.note(fault, heard.collect(), &moments);
        Ok(())
    }

    /// One kill, while the requests run.
    fn kill(
        &self,
        rig: &mut Rig,
        process: &Process,
        probes: &Probes,
        heard: &[Mutex<Vec<Heard>>],
    ) -> anyhow::Result<Moments> {
        let (quiet, down) = (probes.at_least(QUIET), probes.at_least(DOWN));
        thread::sleep(quiet);
        let before = Instant::now();
        rig.fleet.kill(&process.name);
        let killed = Instant::now();
        let gateway = Client::new(rig.gateway());
        let mut opened = None;
        while killed.elapsed() < down {
            if opened.is_none() && self.is_open(&gateway) {
                opened = Some(Instant::now());
            }
            thread::sleep(PAUSE);
        }
        let started = Instant::now();
        rig.fleet.start(process)?;
        rig.await_ready(process)?;
        let ready = started.elapsed();
        let mut back = None;
        while back.is_none() && started.elapsed() < ready + LIMIT {
            thread::sleep(PAUSE);
            let good = heard.iter().map(|heard| good_since(heard, started));
            back = good
                .collect::<Option<Vec<_>>>()
                .and_then(|all| all.into_iter().max());
        }
        thread::sleep(quiet);
        Ok(Moments {
            killed: [before, killed],
            opened,
            started,
            ready,
            back,
        })
    }

    /// Whether the gateway leaves the service alone now.
    fn is_open(&self, gateway: &Client) -> bool {
        let callee = format!("callee=\"{}\"", self.about.victim.name);
        let answer = gateway.get("/metrics").ok();
        let open = |text: &str| {
            let mut lines = text
                .lines()
                .filter(|line| line.contains("service=\"gateway\""));
            lines.any(|line| total(line, "circuit_breakers_open", &callee) > 0)
        };
        answer.is_some_and(|answer| open(&answer.text))
    }

    /// Adds what was heard in the course of one kill.
    fn note(&self, fault: &mut Fault<'a>, heard: Vec<Vec<Heard>>, moments: &Moments) {
        let millis = |time: Duration| time.as_secs_f64() * 1e3;
        fault.ready.push(millis(moments.ready));
        match moments.back {
            Some(back) => fault.back.push(millis(back - moments.started)),
            None => fault.never += 1,
        }
        let mut failing = [Vec::new(), Vec::new()];
        for (probed, heard) in fault.probes.iter_mut().zip(heard) {
            let own = probed.drive.service.name == self.about.victim.name;
            for one in heard {
                if moments.tears(&one) {
                    fault.torn[0] += u64::from(!one.is_good());
                    fault.torn[1] += 1;
                }
                if own && let Some((open, took)) = moments.failing(&one) {
                    failing[usize::from(open)].push(took);
                }
                let Some(phase) = moments.phase(&one) else {
                    continue;
                };
                let said = one.answer.as_ref().map(Answer::said).unwrap_or_default();
                probed.at_mut(phase).add(one.status(), said, one.took());
            }
        }
        for (all, failing) in fault.failing.iter_mut().zip(failing) {
            all.extend(Spread::of(&failing).map(|spread| spread.median));
        }
    }
}

impl Moments {
    /// The phase that a request lies in, if it lies in one.
    fn phase(&self, heard: &Heard) -> Option<Phase> {
        if heard.ended < self.killed[0] {
            Some(Phase::Before)
        } else if heard.begun > self.killed[1] && heard.ended < self.started {
            Some(Phase::Down)
        } else if self.back.is_some_and(|back| heard.begun >= back) {
            Some(Phase::After)
        } else {
            None
        }
    }

    /// Whether a request that failed while the process was dead was sent with the circuit breaker open, and how many
    /// milliseconds it took to fail from the kill on.
    fn failing(&self, heard: &Heard) -> Option<(bool, f64)> {
        let dead = self.killed[1];
        let failed = !heard.is_good() && heard.status().is_some();
        let within = heard.ended > dead && heard.ended < self.started;
        (failed && within).then(|| {
            let open = self.opened.is_some_and(|opened| heard.begun >= opened);
            let took = heard.ended - heard.begun.max(dead);
            (open, took.as_secs_f64() * 1e3)
        })
    }

    /// Whether a request was under way when the process was killed.
    fn tears(&self, heard: &Heard) -> bool {
        heard.begun < self.killed[0] && heard.ended > self.killed[0]
    }
}

/// When the first of the good answers ended that nothing but good ones came after, if the last one is good and was asked for
/// after `start`.
fn good_since(heard: &Mutex<Vec<Heard>>, start: Instant) -> Option<Instant> {
    let heard = locked(heard);
    let good = heard
        .iter()
        .rev()
        .take_while(|one| one.is_good() && one.begun > start);
    good.last().map(|one| one.ended)
}
