//! A process before it is started: found by its service, told what others are not, put elsewhere. Called by the labs whose
//! system is not just a shape; `rig.rs` starts it.

use anyhow::Context;

use crate::supervise::Process;
use crate::system::ServiceName;

const MISSING: &str = "no process has the service";

/// The process with a service.
///
/// # Errors
/// When none has it.
pub(super) fn of<'a>(
    stages: &'a [Vec<Process>],
    service: &ServiceName,
) -> anyhow::Result<&'a Process> {
    let mut all = stages.iter().flatten();
    all.find(|one| one.services.contains(service))
        .with_context(|| format!("{MISSING} {service}"))
}

/// The same, to be changed.
///
/// # Errors
/// When none has it.
pub(super) fn of_mut<'a>(
    stages: &'a mut [Vec<Process>],
    service: &ServiceName,
) -> anyhow::Result<&'a mut Process> {
    let mut all = stages.iter_mut().flatten();
    all.find(|one| one.services.contains(service))
        .with_context(|| format!("{MISSING} {service}"))
}

/// Sets a variable, whatever it was.
pub(super) fn tell(process: &mut Process, name: &str, value: impl Into<String>) {
    process.set.retain(|(known, _)| known != name);
    process.set.push((name.to_owned(), value.into()));
}

/// The same process on another port, with this behind its name.
pub(super) fn moved(process: &Process, mark: &str, port: u16) -> Process {
    let mut moved = process.clone();
    moved.name = format!("{}-{mark}", process.name);
    moved.port = port;
    tell(&mut moved, "PORT", port.to_string());
    moved
}
