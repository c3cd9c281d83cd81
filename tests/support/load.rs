//! Requests without end from some threads, and how they went: for tests that break something meanwhile.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use super::http::Reply;
use super::servers::{MINUTE, eventually};

/// The shortest time from one request of a thread to its next. Without it a machine that has nothing left to give would be
/// tested, and not what goes on when something breaks.
const PACE: Duration = Duration::from_millis(40);

/// Requests that go on until they are ended.
pub struct Load {
    stop: Arc<AtomicBool>,
    done: Arc<AtomicU64>,
    threads: Vec<JoinHandle<Tally>>,
}

/// How they went.
#[derive(Debug, Default)]
pub struct Tally {
    pub done: u64,
    /// What was answered instead of a success.
    pub failures: Vec<String>,
    /// The longest that one took.
    pub longest: Duration,
}

impl Load {
    /// Starts so many threads, each with 25 requests a second at most, one after the other. A request is given its number.
    pub fn start<F>(threads: u64, request: F) -> Self
    where
        F: Fn(u64) -> std::io::Result<Reply> + Clone + Send + 'static,
    {
        let (stop, done) = (Arc::<AtomicBool>::default(), Arc::<AtomicU64>::default());
        let next = Arc::new(AtomicU64::new(0));
        let threads = (0..threads).map(|_| {
            let (stop, done, next) = (stop.clone(), done.clone(), next.clone());
            let request = request.clone();
            std::thread::spawn(move || {
                let mut tally = Tally::default();
                while !stop.load(Ordering::Relaxed) {
                    let begun = Instant::now();
                    match request(next.fetch_add(1, Ordering::Relaxed)) {
                        Ok(reply) if (200..300).contains(&reply.status) => {}
                        Ok(reply) => tally
                            .failures
                            .push(format!("{} {}", reply.status, reply.text)),
                        Err(error) => tally.failures.push(error.to_string()),
                    }
                    let took = begun.elapsed();
                    tally.longest = tally.longest.max(took);
                    tally.done += 1;
                    done.fetch_add(1, Ordering::Relaxed);
                    std::thread::sleep(PACE.saturating_sub(took));
                }
                tally
            })
        });
        Self {
            threads: threads.collect(),
            stop,
            done,
        }
    }

    /// Waits until so many more are done.
    pub fn await_more(&self, count: u64) {
        let until = self.done.load(Ordering::Relaxed) + count;
        eventually(&format!("{count} more requests"), MINUTE, || {
            self.done.load(Ordering::Relaxed) >= until
        });
    }

    /// Ends them.
    pub fn end(self) -> Tally {
        self.stop.store(true, Ordering::Relaxed);
        let mut all = Tally::default();
        for thread in self.threads {
            let tally = thread.join().expect("the load does not panic");
            all.done += tally.done;
            all.failures.extend(tally.failures);
            all.longest = all.longest.max(tally.longest);
        }
        all
    }
}

impl Tally {
    /// Says how many there were, and panics if one failed.
    pub fn without_failure(&self, what: &str) {
        println!(
            "{what}: {} requests, {} failed, the longest took {:?}",
            self.done,
            self.failures.len(),
            self.longest
        );
        let shown = &self.failures[..self.failures.len().min(5)];
        assert!(self.failures.is_empty(), "{what}: {shown:#?}");
    }
}
