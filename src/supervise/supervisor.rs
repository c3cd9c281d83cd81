//! From the first process to the last: started in order, started again when they crash or when their source has changed,
//! and stopped in the opposite order. Called by `commands/run.rs`.

mod state;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::Context;

use super::build::{self, Build, Built};
use super::fleet::Fleet;
use super::layout::Process;
use super::log::Log;
use super::watch::Changed;
use state::State;

/// How long a process may take to stop: longer than it waits for requests under way.
const PATIENCE: Duration = Duration::from_secs(40);
/// How often to ask one that starts whether it is ready: often, and then, since it waits for something, less often.
const SOON: Duration = Duration::from_millis(20);
const LATER: Duration = Duration::from_millis(500);
const BECOMES_LATER: Duration = Duration::from_secs(2);
/// After this long it is said what is waited for, and again each time it passes.
const REMINDER: Duration = Duration::from_secs(15);
/// Editors write several files at once; a build waits until they are quiet for so long.
const QUIET: Duration = Duration::from_millis(150);
/// How often to look whether a process has ended.
const LOOK: Duration = Duration::from_millis(100);

/// What is said where the manifest changes meanwhile.
const OUTDATED: &str = "the manifest has changed, and what runs is as it said before: end this with ctrl-c, and \
                        `microkit run` runs what it says now";

/// What can come to pass.
#[derive(Debug)]
pub enum Event {
    /// Somebody wants everything to stop.
    Signal,
    /// A file of the workspace has changed.
    Changed(Changed),
    /// A build that was begun for that has ended.
    Built(anyhow::Result<Built>),
}

/// How it all ended.
#[derive(Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Everything has stopped as it was asked to.
    Stopped,
    /// Everything was ended at once, by the second signal.
    Hurried,
    /// It did not come to be ready, and the log says why.
    Failed,
}

/// A process that is ready.
#[derive(Debug, Clone)]
pub struct Ready {
    pub name: String,
    pub id: u32,
    /// From its start on.
    pub after: Duration,
}

/// Looks after the processes of a system.
pub struct Supervisor {
    pub stages: Vec<Vec<Process>>,
    pub fleet: Fleet,
    pub log: Arc<Log>,
    pub sender: Sender<Event>,
    pub events: Receiver<Event>,
    /// How often a signal came.
    pub signals: Arc<AtomicUsize>,
    /// What is built again when a source changes.
    pub watched: Option<Build>,
}

impl Supervisor {
    /// Runs everything until a signal comes. `told` puts into words what runs once all of it is ready.
    ///
    /// # Errors
    /// When a process can't be started at all.
    pub fn run(mut self, told: impl FnOnce(&[Ready]) -> String) -> anyhow::Result<Verdict> {
        let Some(ready) = self.start()? else {
            return Ok(self.stop());
        };
        if ready.len() < self.processes().count() {
            self.stop();
            return Ok(Verdict::Failed);
        }
        self.log.print(&told(&ready));
        self.look_after()?;
        Ok(self.stop())
    }

    fn processes(&self) -> impl Iterator<Item = &Process> {
        self.stages.iter().flatten()
    }

    fn is_over(&self) -> bool {
        self.signals.load(Ordering::Relaxed) > 0 || self.log.is_unread()
    }

    /// Starts a stage once the one before is ready. None if a signal came meanwhile; fewer than there are if one ended.
    fn start(&mut self) -> anyhow::Result<Option<Vec<Ready>>> {
        let mut ready = Vec::new();
        for stage in self.stages.clone() {
            let begun = Instant::now();
            for process in &stage {
                self.fleet.start(process)?;
            }
            let mut waiting = stage;
            let mut reminded = begun;
            while !waiting.is_empty() {
                if self.is_over() {
                    return Ok(None);
                }
                for process in &waiting {
                    if let Some(status) = self.fleet.ended(&process.name) {
                        let name = &process.name;
                        self.log
                            .say(&format!("{name} ended before it was ready: {status}"));
                        return Ok(Some(ready));
                    }
                }
                waiting.retain(|process| {
                    let is_ready = self.fleet.is_ready(process);
                    if is_ready {
                        ready.push(Ready {
                            name: process.name.clone(),
                            id: self.fleet.id(&process.name).unwrap_or_default(),
                            after: begun.elapsed(),
                        });
                    }
                    !is_ready
                });
                if reminded.elapsed() > REMINDER && !waiting.is_empty() {
                    let names: Vec<&str> = waiting.iter().map(|one| one.name.as_str()).collect();
                    self.log
                        .say(&format!("still waiting for {}", names.join(", ")));
                    reminded = Instant::now();
                }
                thread::sleep(pause(begun));
            }
        }
        Ok(Some(ready))
    }

    /// Until a signal comes.
    fn look_after(&mut self) -> anyhow::Result<()> {
        let mut states: Vec<State> = self.processes().cloned().map(State::ready).collect();
        let mut changed: Option<Instant> = None;
        let (mut building, mut is_outdated) = (false, false);
        while !self.is_over() {
            match self.next(&states, changed.is_some() && !building)? {
                None | Some(Event::Signal) => {}
                Some(Event::Changed(Changed::Source)) => changed = Some(Instant::now()),
                Some(Event::Changed(Changed::Manifest)) if is_outdated => {}
                Some(Event::Changed(Changed::Manifest)) => {
                    is_outdated = true;
                    self.log.say(OUTDATED);
                }
                Some(Event::Built(built)) => {
                    building = false;
                    self.replace(built, &mut states);
                }
            }
            for state in &mut states {
                self.crashed(state);
                self.go_on(state);
            }
            let is_quiet = changed.is_some_and(|at| at.elapsed() >= QUIET);
            if let (Some(build), true, false) = (&self.watched, is_quiet, building) {
                changed = None;
                building = true;
                self.log.say("a source has changed: building");
                build::begin_aside(build, self.fleet.guard(), self.sender.clone())?;
            }
        }
        Ok(())
    }

    /// The next thing that comes to pass; none if it is time to look at the states again.
    fn next(&self, states: &[State], is_pending: bool) -> anyhow::Result<Option<Event>> {
        let pending = is_pending.then_some(QUIET);
        let wait = states.iter().filter_map(State::look_again).chain(pending);
        match self.events.recv_timeout(wait.fold(LOOK, Duration::min)) {
            Err(RecvTimeoutError::Timeout) => Ok(None),
            other => other.map(Some).context("nobody is left"),
        }
    }

    /// A process that has ended although nobody asked it to is started again, later each time.
    fn crashed(&mut self, state: &mut State) {
        let name = &state.process.name;
        if let Some(status) = self.fleet.ended(name) {
            let name = name.clone();
            let pause = state.crash().as_secs();
            self.log.say(&format!(
                "{name} has ended ({status}); it is started again in {pause} s"
            ));
        }
    }

    /// Starts a process whose time has come, and sees whether one that starts is ready.
    fn go_on(&mut self, state: &mut State) {
        if state.is_due() {
            match self.fleet.start(&state.process) {
                Ok(()) => state.started(),
                Err(error) => {
                    self.log.say(&format!("{error:#}"));
                    state.crash();
                }
            }
        } else if state.is_starting() && self.fleet.is_ready(&state.process) {
            state.is_ready();
            let name = &state.process.name;
            let id = self.fleet.id(name).unwrap_or_default();
            self.log
                .say(&format!("{name} is ready again (process {id})"));
        }
    }

    /// What was built takes the place of what runs: those programs alone that are new.
    fn replace(&mut self, built: anyhow::Result<Built>, states: &mut [State]) {
        let new = match built {
            Ok(Built::Programs { programs, new }) => {
                self.fleet.programs = programs;
                new
            }
            Ok(Built::Failed(_)) => {
                self.log.say("it does not build; what runs goes on");
                return;
            }
            Err(error) => {
                self.log.say(&format!("{error:#}; what runs goes on"));
                return;
            }
        };
        if new.is_empty() {
            self.log.say("no program is different; what runs goes on");
        }
        for state in states {
            if !new.contains(&state.process.program) {
                continue;
            }
            if self.is_over() {
                return;
            }
            let name = state.process.name.clone();
            self.log.say(&format!("{name} is new: it is replaced"));
            let signals = self.signals.clone();
            let hurry = move || signals.load(Ordering::Relaxed) > 1;
            self.fleet.stop(&[&name], PATIENCE, hurry);
            state.start_now();
        }
    }

    /// Stops everything: the gateway first, and each before those that it calls.
    fn stop(&mut self) -> Verdict {
        let begun = Instant::now();
        let mut hurried = false;
        for stage in self.stages.clone().iter().rev() {
            let names: Vec<&str> = stage.iter().map(|process| process.name.as_str()).collect();
            let runs: Vec<&str> = names
                .into_iter()
                .filter(|name| self.fleet.id(name).is_some())
                .collect();
            if runs.is_empty() {
                continue;
            }
            self.log.say(&format!("stopping {}", runs.join(", ")));
            let signals = self.signals.clone();
            let ended = self
                .fleet
                .stop(&runs, PATIENCE, move || signals.load(Ordering::Relaxed) > 1);
            if !ended.is_empty() {
                hurried = true;
                self.log.say(&format!(
                    "{} did not stop in time: ended at once",
                    ended.join(", ")
                ));
            }
        }
        self.log.say(&format!(
            "everything has stopped, in {:.1} s",
            begun.elapsed().as_secs_f64()
        ));
        match hurried {
            true => Verdict::Hurried,
            false => Verdict::Stopped,
        }
    }
}

/// Until a process that has been starting since then is asked again.
fn pause(begun: Instant) -> Duration {
    match begun.elapsed() < BECOMES_LATER {
        true => SOON,
        false => LATER,
    }
}
