//! What processes cost, as /proc tells it: memory and processor time.

use std::fs;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

use super::program::Program;

/// How often the memory is looked at under load.
const SAMPLE: Duration = Duration::from_millis(100);

/// Memory in MiB: resident, and the share of it where pages are shared with other processes.
#[derive(Clone, Copy, Default)]
pub struct Memory {
    pub resident: f64,
    pub share: f64,
}

impl Memory {
    fn of(program: &Program) -> Self {
        let pids = family(program.pid());
        let sum = |file, key| pids.iter().filter_map(|pid| kib(*pid, file, key)).sum();
        let resident: f64 = sum("status", "VmRSS:");
        let share: f64 = sum("smaps_rollup", "Pss:");
        Self {
            resident: resident / 1024.0,
            share: share / 1024.0,
        }
    }

    fn larger(self, other: Self) -> Self {
        Self {
            resident: self.resident.max(other.resident),
            share: self.share.max(other.share),
        }
    }
}

/// The memory of several programs, each and together.
#[derive(Clone, Default)]
pub struct Sizes {
    pub each: Vec<Memory>,
    pub sum: Memory,
}

impl Sizes {
    pub fn of(programs: &[Program]) -> Self {
        let each: Vec<Memory> = programs.iter().map(Memory::of).collect();
        let sum = each.iter().fold(Memory::default(), |sum, one| Memory {
            resident: sum.resident + one.resident,
            share: sum.share + one.share,
        });
        Self { each, sum }
    }

    /// The largest of both, figure by figure.
    pub fn larger(self, other: Self) -> Self {
        if self.each.is_empty() {
            return other;
        }
        let pairs = self.each.into_iter().zip(other.each);
        Self {
            each: pairs.map(|(one, two)| one.larger(two)).collect(),
            sum: self.sum.larger(other.sum),
        }
    }
}

/// Does something, and tells the most memory that the programs had meanwhile.
pub fn peak<T>(programs: &[Program], work: impl FnOnce() -> T) -> (T, Sizes) {
    thread::scope(|scope| {
        // Dropped when the work is done, also when it panics.
        let (working, done) = channel::<()>();
        let sampler = scope.spawn(move || {
            let mut peak = Sizes::of(programs);
            while done.recv_timeout(SAMPLE) == Err(RecvTimeoutError::Timeout) {
                peak = peak.larger(Sizes::of(programs));
            }
            peak
        });
        let worked = work();
        drop(working);
        (worked, sampler.join().expect("the memory is read"))
    })
}

/// The processor time that programs have taken so far, in seconds.
pub fn processor_seconds(programs: &[Program]) -> f64 {
    let pids = programs.iter().flat_map(|program| family(program.pid()));
    pids.filter_map(ticks).sum::<f64>() / 100.0
}

/// User and system time of a process, in hundredths of a second.
fn ticks(pid: u32) -> Option<f64> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // After the name in brackets comes field 3; 14 and 15 are the times.
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace().skip(11);
    let mut time = || fields.next()?.parse::<f64>().ok();
    Some(time()? + time()?)
}

/// A process and those that it started itself.
fn family(pid: u32) -> Vec<u32> {
    let children = fs::read_to_string(format!("/proc/{pid}/task/{pid}/children"));
    let children = children.unwrap_or_default();
    let children = children
        .split_whitespace()
        .filter_map(|child| child.parse().ok());
    [pid].into_iter().chain(children).collect()
}

/// A line of a file of /proc that is a number of KiB.
fn kib(pid: u32, file: &str, key: &str) -> Option<f64> {
    let text = fs::read_to_string(format!("/proc/{pid}/{file}")).ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix(key))?;
    line.trim().trim_end_matches(" kB").parse().ok()
}
