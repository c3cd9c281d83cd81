//! `microkit run`: the whole system on this machine, in either shape, built once and looked after. Called by `cli.rs`.
//!
//! `supervise/` does the work; `run/table.rs` puts into words what runs where.

mod table;

use std::collections::BTreeSet;
use std::env;
use std::net::{IpAddr, Ipv4Addr};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};

use anyhow::Context;

use crate::supervise::{
    Build, Built, Event, Fleet, Guard, Log, Output, Ports, Process, Supervisor, Verdict,
    begin_aside, layout, taken, watch,
};
use crate::system::{Shape, System};

use super::manifest::{self, Loaded};
use super::{Failure, Trouble, show, warn};

/// The exit code of those that a signal ended before they were done.
const INTERRUPTED: u8 = 130;

#[derive(Debug, clap::Args)]
pub struct Args {
    /// As one process or as many; left out, as the manifest says
    #[arg(long, value_enum)]
    shape: Option<ShapeName>,
    /// Add N to every port
    #[arg(long, value_name = "N", default_value_t = 0)]
    port_offset: u16,
    /// Build again when a source changes, and replace the processes that are different then
    #[arg(long)]
    watch: bool,
    /// Build with optimizations
    #[arg(long)]
    release: bool,
}

/// How a system can run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum ShapeName {
    /// Everything in one process
    Monolith,
    /// A process for each service, and one for the gateway
    Microservices,
}

/// # Errors
/// When a port is taken, the workspace does not build, or a process ends before it is ready.
pub fn run(args: Args) -> Result<(), Failure> {
    let loaded = manifest::load(&manifest::locate()?)?;
    let system = &loaded.system;
    let ports = moved(system, args.port_offset)?;
    let shape = match args.shape {
        None => system.shape.clone(),
        Some(ShapeName::Monolith) => Shape::monolith(),
        Some(ShapeName::Microservices) => Shape::microservices(system),
    };
    let stages = layout(system, &shape, &ports, |name| env::var(name).ok());
    let host = host();
    ports_are_free(stages.iter().flatten(), host)?;
    let what = Build {
        example: None,
        root: loaded.root().to_path_buf(),
        names: programs(&stages),
        release: args.release,
    };
    are_there(&loaded, &what.names)?;

    let folder = absolute(loaded.root())?;
    let guard = Guard::start()?;
    let (sender, events) = channel();
    let signals = listen(sender.clone())?;
    // From before the build on, so that no change is missed.
    let _watcher = match args.watch {
        true => Some(watch(&folder, sender.clone(), Event::Changed)?),
        false => None,
    };
    warn(&format!("building {}", list(&what.names)));
    begin_aside(&what, &guard, sender.clone())?;
    let programs = match await_build(&sender, &events)? {
        None => return Err(Failure::Child(INTERRUPTED)),
        Some(Built::Programs { programs, .. }) => programs,
        Some(Built::Failed(code)) => return Err(Failure::Child(code)),
    };

    let log = Arc::new(log(&stages, sender.clone()));
    let output = Output::Log(log.clone());
    let supervisor = Supervisor {
        fleet: Fleet::new(folder, programs, host, output, guard),
        stages: stages.clone(),
        log,
        sender,
        events,
        signals,
        watched: args.watch.then_some(what),
    };
    let mut moved = system.clone();
    moved.gateway.port = ports.gateway;
    let told = |ready: &[_]| table::table(system, &stages, ready) + &show::ready(&moved);
    match supervisor.run(told)? {
        Verdict::Stopped => Ok(()),
        Verdict::Hurried => Err(Failure::Child(INTERRUPTED)),
        Verdict::Failed => Err(Failure::Child(1)),
    }
}

fn moved(system: &System, offset: u16) -> Result<Ports, Failure> {
    Ports::of(system).moved_by(offset).ok_or_else(|| {
        Failure::Usage(Trouble {
            message: format!("with {offset} added, a port would be above 65535"),
            help: "a smaller offset, such as `--port-offset 100`".to_owned(),
        })
    })
}

/// The address that everything listens on, which the services read from the same variable.
fn host() -> IpAddr {
    let given = env::var("HOST").ok();
    given
        .and_then(|host| host.parse().ok())
        .unwrap_or(Ipv4Addr::LOCALHOST.into())
}

fn ports_are_free<'a>(
    processes: impl Iterator<Item = &'a Process>,
    host: IpAddr,
) -> Result<(), Failure> {
    let taken = taken(processes, host);
    if taken.is_empty() {
        return Ok(());
    }
    let lines = taken
        .iter()
        .map(|one| format!("\n  {} of {}: {}", one.port, one.process, one.why()));
    let help = match taken.iter().any(|one| one.is_in_use()) {
        true => "end what listens there (another `microkit run`?), or move all ports: `--port-offset 100`".to_owned(),
        false => format!("everything is to listen on {host}, by the variable HOST or without it: is that an address of this machine?"),
    };
    Err(Failure::Usage(Trouble {
        message: format!(
            "{} can't be had; nothing was built or started:{}",
            match taken.len() {
                1 => "a port",
                _ => "ports",
            },
            lines.collect::<String>()
        ),
        help,
    }))
}

fn programs(stages: &[Vec<Process>]) -> BTreeSet<String> {
    let processes = stages.iter().flatten();
    processes.map(|process| process.program.clone()).collect()
}

/// Cargo's own words for a crate that was never written are no help.
pub(super) fn are_there(loaded: &Loaded, names: &BTreeSet<String>) -> Result<(), Failure> {
    let is_there = |name: &&String| {
        let folders = [
            loaded.root().join(name),
            loaded.root().join("services").join(name),
        ];
        folders
            .iter()
            .any(|folder| folder.join("Cargo.toml").is_file())
    };
    match names.iter().find(|name| !is_there(name)) {
        None => Ok(()),
        Some(name) => Err(Failure::Usage(Trouble {
            message: format!("there is no crate `{name}` here: the code is behind the manifest"),
            help: "`microkit generate` brings it up to date".to_owned(),
        })),
    }
}

/// Signals that ask for the end, ctrl-c among them, become events.
fn listen(sender: Sender<Event>) -> anyhow::Result<Arc<AtomicUsize>> {
    let signals = Arc::new(AtomicUsize::new(0));
    let count = signals.clone();
    ctrlc::set_handler(move || {
        count.fetch_add(1, Ordering::Relaxed);
        sender.send(Event::Signal).ok();
    })
    .context("can't listen for ctrl-c")?;
    Ok(signals)
}

/// How the build ended; none if a signal came before.
fn await_build(sender: &Sender<Event>, events: &Receiver<Event>) -> anyhow::Result<Option<Built>> {
    let mut changes = BTreeSet::new();
    loop {
        match events.recv().context("nobody is left")? {
            Event::Built(built) => {
                for changed in changes {
                    // It is looked after once everything runs.
                    sender.send(Event::Changed(changed)).ok();
                }
                return built.map(Some);
            }
            Event::Signal => return Ok(None),
            Event::Changed(changed) => {
                changes.insert(changed);
            }
        }
    }
}

fn log(stages: &[Vec<Process>], sender: Sender<Event>) -> Log {
    let names: Vec<&str> = stages
        .iter()
        .flatten()
        .map(|process| process.name.as_str())
        .collect();
    Log::new(&names, move || {
        sender.send(Event::Signal).ok();
    })
}

fn list(names: &BTreeSet<String>) -> String {
    match names.len() {
        0..=4 => names.iter().cloned().collect::<Vec<_>>().join(", "),
        many => format!("{many} programs"),
    }
}

fn absolute(path: &Path) -> anyhow::Result<PathBuf> {
    std::path::absolute(path).with_context(|| format!("can't tell where `{}` is", path.display()))
}
