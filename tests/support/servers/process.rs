//! One server as a process: started, asked to stop, killed with all that it started, and never left behind.

use std::fs::File;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::within;

/// How long a server may take to end after it was asked to.
const GRACE: Duration = Duration::from_secs(15);

/// Waits for the test's process to go, then kills a server's process group and removes its folder.
const GUARD: &str = r#"read -r line
kill -s KILL -- "-$0"
for attempt in 1 2 3 4 5; do rm -rf -- "$1" && exit; sleep 1; done"#;

/// A server that can be started again.
pub struct Process {
    folder: PathBuf,
    log: PathBuf,
    /// The signal that asks it to stop.
    stop_signal: &'static str,
    running: Mutex<Option<Running>>,
}

/// The processes while it runs.
struct Running {
    child: Child,
    /// Ends the server where this value is not dropped: it is in a `static`, or the test was killed.
    guard: Child,
}

impl Process {
    /// Nothing runs yet. What the server prints will be in `folder`, in a file of that name.
    pub fn new(folder: &Path, name: &str, stop_signal: &'static str) -> Self {
        Self {
            folder: folder.to_owned(),
            log: folder.join(format!("{name}.log")),
            stop_signal,
            running: Mutex::new(None),
        }
    }

    /// Starts it in a process group of its own and waits until it is ready. If it never is, the panic shows its log.
    pub fn start(&self, command: &mut Command, limit: Duration, mut ready: impl FnMut() -> bool) {
        let mut running = self.lock();
        assert!(running.is_none(), "it runs already");
        let log = File::options().create(true).append(true).open(&self.log);
        let log = log.expect("a file for the log");
        let child = command
            .stdin(Stdio::null())
            .stdout(log.try_clone().expect("a second handle"))
            .stderr(log)
            .process_group(0)
            .spawn()
            .expect("the server starts");
        let guard = Command::new("sh")
            .args(["-c", GUARD, &child.id().to_string()])
            .arg(&self.folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .process_group(0)
            .spawn()
            .expect("sh starts");
        let running = running.insert(Running { child, guard });
        let up = within(limit, || running.ended() || ready());
        assert!(
            up && !running.ended(),
            "{}: {}",
            self.log.display(),
            self.log()
        );
    }

    /// Asks it to stop and waits until it has ended. It is killed if it takes too long.
    pub fn stop(&self) {
        let Some(mut running) = self.lock().take() else {
            return;
        };
        if !running.ended() {
            send(self.stop_signal, &[running.child.id().to_string()]);
        }
        if !within(GRACE, || running.ended()) {
            running.kill();
        }
    }

    /// Kills it, and all that it started, and waits until they are gone.
    pub fn kill(&self) {
        if let Some(mut running) = self.lock().take() {
            running.kill();
        }
    }

    /// Its process id. It has to run.
    pub fn pid(&self) -> u32 {
        let running = self.lock();
        running.as_ref().expect("it runs").child.id()
    }

    /// What it has printed so far.
    pub fn log(&self) -> String {
        let bytes = std::fs::read(&self.log).unwrap_or_default();
        String::from_utf8_lossy(&bytes).into_owned()
    }

    fn lock(&self) -> MutexGuard<'_, Option<Running>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.stop();
    }
}

impl Running {
    /// Whether it has ended. Until it was seen to, its id belongs to it alone.
    fn ended(&mut self) -> bool {
        !matches!(self.child.try_wait(), Ok(None))
    }

    fn kill(&mut self) {
        if self.ended() {
            return;
        }
        let pid = self.child.id();
        // Some servers give each of their processes a group of its own. While it is halted, it starts no more of them.
        send("STOP", &[pid.to_string()]);
        let started = descendants(pid);
        let mut targets = vec![format!("-{pid}")];
        targets.extend(started.iter().map(u32::to_string));
        send("KILL", &targets);
        let _ = self.child.wait();
        within(GRACE, || started.iter().all(|pid| !is_alive(*pid)));
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.guard.kill();
        let _ = self.guard.wait();
    }
}

/// Sends a signal to processes, and to process groups, whose number has a minus in front.
fn send(signal: &str, targets: &[String]) {
    let mut command = Command::new("sh");
    command
        .args(["-c", r#"kill -s "$0" -- "$@""#, signal])
        .args(targets);
    // A process that is gone is no failure.
    let _ = command.output().expect("sh runs");
}

/// The processes that a process has started, and those that they have.
fn descendants(pid: u32) -> Vec<u32> {
    let entries = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    let pids = entries.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
    let parents: Vec<(u32, u32)> = pids.filter_map(|pid| Some((pid, state(pid)?.1))).collect();
    let mut family = vec![pid];
    let mut next = 0;
    while let Some(parent) = family.get(next).copied() {
        family.extend(
            parents
                .iter()
                .filter(|(_, of)| *of == parent)
                .map(|(child, _)| child),
        );
        next += 1;
    }
    family.split_off(1)
}

/// Whether a process is there and not merely waiting to be forgotten.
fn is_alive(pid: u32) -> bool {
    state(pid).is_some_and(|(letter, _)| letter != "Z" && letter != "X")
}

/// The letter of a process's state, and its parent.
fn state(pid: u32) -> Option<(String, u32)> {
    let text = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let mut words = text.rsplit_once(')')?.1.split_whitespace();
    Some((words.next()?.to_owned(), words.next()?.parse().ok()?))
}
