//! The processes that run now: starting one, seeing whether it is ready or has ended, stopping several in order.
//! Called by `supervisor.rs` and the labs.

use std::fs::File;
use std::io::{BufRead, BufReader, PipeReader, pipe};
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use anyhow::{Context, bail};

use super::build::Programs;
use super::guard::Guard;
use super::layout::Process;
use super::log::Log;
use super::ready::is_ready;

/// How often to look whether something has come to pass.
const PAUSE: Duration = Duration::from_millis(10);
/// How long to wait for the last words of a process that has ended. If it has started others, they may hold its output open.
const LAST_WORDS: Duration = Duration::from_millis(500);

/// Where the output of the processes goes.
#[derive(Clone)]
pub enum Output {
    /// Line by line into a log.
    Log(Arc<Log>),
    /// Into a file for each in this folder, `NAME.log`; one that is started again goes on in it.
    Files(PathBuf),
}

/// Processes, and what they need. Those that are left when it is dropped are ended at once.
pub struct Fleet {
    /// The folder that they are started in: that of their data.
    pub folder: PathBuf,
    pub programs: Programs,
    /// The address that they listen on.
    pub host: IpAddr,
    pub output: Output,
    running: Vec<Running>,
    guard: Guard,
}

struct Running {
    process: Process,
    child: Child,
    reader: Option<JoinHandle<()>>,
}

impl Fleet {
    /// None so far.
    pub fn new(
        folder: PathBuf,
        programs: Programs,
        host: IpAddr,
        output: Output,
        guard: Guard,
    ) -> Self {
        Self {
            folder,
            programs,
            host,
            output,
            running: Vec::new(),
            guard,
        }
    }

    /// What else is to end with them is started in the group of this.
    pub fn guard(&self) -> &Guard {
        &self.guard
    }

    /// Starts a process.
    ///
    /// # Errors
    /// When that can't be done; the message names it.
    pub fn start(&mut self, process: &Process) -> anyhow::Result<()> {
        let name = &process.name;
        let program = self.programs.get(&process.program);
        let program = program.with_context(|| format!("{name} was not built"))?;
        let mut command = Command::new(program);
        for variable in &process.unset {
            command.env_remove(variable);
        }
        let set = process.set.iter().map(|(name, value)| (name, value));
        command
            .envs(set)
            .current_dir(&self.folder)
            .stdin(Stdio::null());
        self.guard.admit(&mut command)?;
        let lines = match &self.output {
            Output::Log(log) => {
                let (reader, writer) = pipe().context("can't open a pipe")?;
                let twin = writer.try_clone().context("can't open a pipe")?;
                command.stdout(writer).stderr(twin);
                Some((log.clone(), reader))
            }
            Output::Files(folder) => {
                let path = folder.join(format!("{name}.log"));
                let open = File::options().create(true).append(true).open(&path);
                let file = open.with_context(|| format!("can't write `{}`", path.display()))?;
                let twin = file.try_clone().context("can't write a log")?;
                command.stdout(file).stderr(twin);
                None
            }
        };
        let child = command.spawn();
        let child = child.with_context(|| format!("can't start {name}"))?;
        // Else the pipe would stay open by this end of it.
        drop(command);
        let reader = lines.map(|(log, lines)| read(name.clone(), log, lines));
        self.running.push(Running {
            process: process.clone(),
            child,
            reader,
        });
        Ok(())
    }

    /// The id of a process that runs.
    pub fn id(&self, name: &str) -> Option<u32> {
        let running = self.running.iter();
        let mut running = running.filter(|one| one.process.name == name);
        running.next().map(|one| one.child.id())
    }

    /// Whether a process says that it is ready.
    pub fn is_ready(&self, process: &Process) -> bool {
        is_ready(SocketAddr::new(self.reachable(), process.port)).unwrap_or(false)
    }

    /// Where processes that listen on any address are reached.
    fn reachable(&self) -> IpAddr {
        match self.host {
            host if host.is_unspecified() => IpAddr::from([127, 0, 0, 1]),
            host => host,
        }
    }

    /// How a process ended, if it has; it is not one of them any more then.
    pub fn ended(&mut self, name: &str) -> Option<ExitStatus> {
        let place = self
            .running
            .iter()
            .position(|one| one.process.name == name)?;
        let status = self.running[place].child.try_wait().ok()??;
        self.forget(place);
        Some(status)
    }

    fn forget(&mut self, place: usize) {
        let Some(reader) = self.running.remove(place).reader else {
            return;
        };
        // What it said last is out before anything is said of it.
        let begun = Instant::now();
        while !reader.is_finished() && begun.elapsed() < LAST_WORDS {
            thread::sleep(PAUSE);
        }
    }

    /// Waits until a process is ready; how long that took.
    ///
    /// # Errors
    /// When it ends before, or is not within `limit`.
    pub fn await_ready(&mut self, process: &Process, limit: Duration) -> anyhow::Result<Duration> {
        let begun = Instant::now();
        while !self.is_ready(process) {
            if let Some(status) = self.ended(&process.name) {
                bail!("{} ended before it was ready: {status}", process.name);
            }
            if begun.elapsed() > limit {
                bail!("{} was not ready within {limit:?}", process.name);
            }
            thread::sleep(PAUSE);
        }
        Ok(begun.elapsed())
    }

    /// Ends a process at once, as a crash would.
    pub fn kill(&mut self, name: &str) {
        if let Some(place) = self.running.iter().position(|one| one.process.name == name) {
            self.running[place].child.kill().ok();
            self.running[place].child.wait().ok();
            self.forget(place);
        }
    }

    /// Asks processes to stop and waits until they have. Those that take longer than `patience`, and all of them once
    /// somebody is in a `hurry`, are ended: their names come back.
    pub fn stop(
        &mut self,
        names: &[&str],
        patience: Duration,
        hurry: impl Fn() -> bool,
    ) -> Vec<String> {
        for running in &self.running {
            if names.contains(&running.process.name.as_str()) {
                ask_to_stop(&running.child);
            }
        }
        let begun = Instant::now();
        let mut left: Vec<&str> = names.to_vec();
        loop {
            left.retain(|name| self.id(name).is_some() && self.ended(name).is_none());
            if left.is_empty() {
                return Vec::new();
            }
            if begun.elapsed() > patience || hurry() {
                break;
            }
            thread::sleep(PAUSE);
        }
        for name in &left {
            self.kill(name);
        }
        left.into_iter().map(str::to_owned).collect()
    }
}

impl Drop for Fleet {
    fn drop(&mut self) {
        for running in &mut self.running {
            running.child.kill().ok();
            running.child.wait().ok();
        }
    }
}

/// Takes over what a process says, until nobody can say anything there any more.
fn read(name: String, log: Arc<Log>, lines: PipeReader) -> JoinHandle<()> {
    thread::spawn(move || {
        let mut lines = BufReader::new(lines);
        let mut line = Vec::new();
        while lines
            .read_until(b'\n', &mut line)
            .is_ok_and(|read| read > 0)
        {
            log.line(&name, String::from_utf8_lossy(&line).trim_end());
            line.clear();
        }
    })
}

#[cfg(unix)]
fn ask_to_stop(child: &Child) {
    use rustix::process::{Pid, Signal, kill_process};

    // It was not waited for, so its id is still its own.
    let id = i32::try_from(child.id()).ok().and_then(Pid::from_raw);
    if let Some(id) = id {
        kill_process(id, Signal::TERM).ok();
    }
}

/// Where there is no such signal, it is ended.
#[cfg(not(unix))]
fn ask_to_stop(child: &Child) {
    let _ = child;
}
