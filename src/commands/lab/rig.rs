//! A system that runs for a lab: on free ports, with data of its own, told nothing of what the user has set. It ends when
//! the value goes. Made by each lab; `supervise/` starts the processes.

use std::env;
use std::fs;
use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::Context;

use crate::supervise::{Fleet, Guard, Output, Process, Programs};
use crate::system::{ServiceName, System};

use super::client::Client;
use super::process;

/// How long a process may take until it is ready.
const LIMIT: Duration = Duration::from_secs(60);
/// How long it may take to stop.
const PATIENCE: Duration = Duration::from_secs(5);
/// How often to look whether events are still under way.
const PAUSE: Duration = Duration::from_millis(20);
/// Lines of a log that are shown of what did not start.
const LAST_LINES: usize = 12;
/// How often a process is asked how many events wait in its outbox, before that is unknown.
const ASKED: usize = 3;

/// Its processes.
pub(in crate::commands) struct Rig {
    pub fleet: Fleet,
    stages: Vec<Vec<Process>>,
    folder: PathBuf,
}

impl Rig {
    /// Starts the processes, each stage once the one before is ready, with their data and their logs in `folder`.
    ///
    /// # Errors
    /// When one does not come to be ready; with what it said last.
    pub fn start(
        system: &System,
        programs: &Programs,
        folder: PathBuf,
        stages: Vec<Vec<Process>>,
    ) -> anyhow::Result<Self> {
        fs::create_dir_all(&folder)
            .with_context(|| format!("can't create `{}`", folder.display()))?;
        let fleet = Fleet::new(
            folder.clone(),
            programs.clone(),
            Ipv4Addr::LOCALHOST.into(),
            Output::Files(folder.clone()),
            Guard::start()?,
        );
        let unset = unset(system);
        let mut rig = Self {
            fleet,
            stages: Vec::new(),
            folder,
        };
        for mut stage in stages {
            for process in &mut stage {
                process.unset.extend(unset.iter().cloned());
                rig.fleet.start(process)?;
            }
            for process in &stage {
                rig.await_ready(process)?;
            }
            rig.stages.push(stage);
        }
        Ok(rig)
    }

    /// Waits until a process that was started is ready.
    ///
    /// # Errors
    /// When it ends before, or takes too long; with what it said last.
    pub fn await_ready(&mut self, process: &Process) -> anyhow::Result<Duration> {
        let ready = self.fleet.await_ready(process, LIMIT);
        ready.with_context(|| {
            let name = &process.name;
            let log = last_lines(&self.folder.join(format!("{name}.log")));
            let log: Vec<String> = log.iter().map(|line| format!("  {name}: {line}")).collect();
            format!("the system does not start:\n{}", log.join("\n"))
        })
    }

    pub fn processes(&self) -> impl Iterator<Item = &Process> {
        self.stages.iter().flatten()
    }

    /// The process with a service.
    ///
    /// # Errors
    /// When none has it.
    pub fn process(&self, service: &ServiceName) -> anyhow::Result<Process> {
        process::of(&self.stages, service).cloned()
    }

    /// Where its processes keep their data and their logs.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Where clients reach the system: the port of what starts last.
    pub fn gateway(&self) -> u16 {
        self.processes().last().map_or(0, |process| process.port)
    }

    /// Waits until no event waits to be delivered, so that the load of one round does not fall into the next; false if some
    /// still do after `limit`.
    pub fn settle(&self, limit: Duration) -> bool {
        let begun = Instant::now();
        let clients: Vec<Client> = self.processes().map(|one| Client::new(one.port)).collect();
        // Of a process that does not say it, it is not known: it is asked again.
        let is_empty = |client: &Client| asked(client) == Some(0);
        while !clients.iter().all(is_empty) {
            if begun.elapsed() > limit {
                return false;
            }
            thread::sleep(PAUSE);
        }
        true
    }

    /// Asks everything to stop, whoever calls before whom it calls.
    pub fn stop(mut self) {
        for stage in self.stages.iter().rev() {
            let names: Vec<&str> = stage.iter().map(|process| process.name.as_str()).collect();
            self.fleet.stop(&names, PATIENCE, || false);
        }
    }
}

/// How many events wait in the outbox of a process.
///
/// # Errors
/// When it does not say it, though asked again.
pub(in crate::commands) fn pending(client: &Client) -> anyhow::Result<u64> {
    let pending = (0..ASKED).find_map(|_| asked(client));
    pending.context("a process does not say how many events wait in its outbox")
}

fn asked(client: &Client) -> Option<u64> {
    let answer = client.get("/metrics").ok()?;
    // `NaN` is what a process says whose database does not answer.
    let pending = sum(&answer.text, "outbox_pending", "");
    (answer.is_good() && pending.is_finite()).then_some(pending as u64)
}

/// How many requests of these routes a process has answered: the sum of a counter of Prometheus, over all its lines that
/// hold `label`.
pub(in crate::commands) fn total(metrics: &str, counter: &str, label: &str) -> u64 {
    sum(metrics, counter, label) as u64
}

fn sum(metrics: &str, name: &str, label: &str) -> f64 {
    let values = metrics.lines().filter_map(|line| {
        let rest = line.strip_prefix(name)?;
        let (labels, value) = rest.rsplit_once(' ')?;
        let is_meant = (labels.is_empty() || labels.starts_with('{')) && labels.contains(label);
        is_meant.then(|| value.parse::<f64>().ok())?
    });
    values.sum()
}

/// What the user has set that would change what is measured, or lead to servers with the user's data.
fn unset(system: &System) -> Vec<String> {
    const NAMES: [&str; 14] = [
        "HOST",
        "PORT",
        "DATABASE_URL",
        "DATABASE_MAX_CONNECTIONS",
        "MAX_BODY_BYTES",
        "CALL_TIMEOUT",
        "GATEWAY_TIMEOUT",
        "CIRCUIT_BREAKER",
        "RUST_LOG",
        "LOG_FORMAT",
        "REQUEST_TIMEOUT",
        "SHUTDOWN_DELAY",
        "SHUTDOWN_TIMEOUT",
        "TOKIO_WORKER_THREADS",
    ];
    const PREFIXES: [&str; 4] = ["ADVERTISE_", "AMQP_", "CONSUL_", "OTEL_"];
    let services: Vec<String> = system
        .services
        .iter()
        .map(|service| format!("{}_", service.name.env()))
        .collect();
    let is_meant = |name: &String| {
        NAMES.contains(&name.as_str())
            || PREFIXES.iter().any(|prefix| name.starts_with(prefix))
            || services.iter().any(|service| {
                let rest = name.strip_prefix(service);
                rest.is_some_and(|rest| ["URL", "DATABASE_URL", "PORT"].contains(&rest))
            })
    };
    let given = env::vars_os().filter_map(|(name, _)| name.into_string().ok());
    given.filter(is_meant).collect()
}

/// The end of a log.
pub(super) fn last_lines(log: &Path) -> Vec<String> {
    let log = fs::read_to_string(log).unwrap_or_default();
    let lines: Vec<&str> = log.lines().collect();
    let last = &lines[lines.len().saturating_sub(LAST_LINES)..];
    last.iter().map(|line| (*line).to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use std::io::{BufRead, BufReader, Write};
    use std::net::TcpListener;

    use super::*;

    const METRICS: &str = "# TYPE http_requests_total counter
http_requests_total{service=\"a\",route=\"/orders\",status=\"200\"} 40
http_requests_total{service=\"a\",route=\"/orders\",status=\"404\"} 2
http_requests_total{service=\"a\",route=\"/users\",status=\"200\"} 7
http_requests_total_more 100
plain 3
";

    #[test]
    fn a_counter_is_added_up_over_the_lines_that_are_meant() {
        let total = |counter, label| total(METRICS, counter, label);
        assert_eq!(total("http_requests_total", ""), 49);
        assert_eq!(total("http_requests_total", "route=\"/orders\""), 42);
        assert_eq!(total("plain", ""), 3);
        assert_eq!(total("none", ""), 0);
    }

    /// How many events wait at one that answers the first requests with these statuses and figures.
    fn told(answers: &'static [(u16, &str)]) -> anyhow::Result<u64> {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        thread::spawn(move || {
            let (stream, _) = listener.accept().unwrap();
            let lines = BufReader::new(&stream).lines().map_while(Result::ok);
            for (_, (status, figure)) in lines.filter(String::is_empty).zip(answers) {
                let body = format!("outbox_pending {figure}\n");
                let head = format!("HTTP/1.1 {status} X\r\ncontent-length: {}", body.len());
                let answer = format!("{head}\r\n\r\n{body}");
                (&stream).write_all(answer.as_bytes()).unwrap();
            }
        });
        pending(&Client::new(port))
    }

    #[test]
    fn how_many_events_wait_is_unknown_until_it_is_told() {
        assert_eq!(told(&[(200, "3")]).unwrap(), 3);
        assert_eq!(told(&[(503, "0"), (200, "NaN"), (200, "3")]).unwrap(), 3);
        assert!(told(&[(503, "0"), (503, "0"), (200, "NaN")]).is_err());
    }
}
