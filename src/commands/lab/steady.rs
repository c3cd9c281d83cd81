//! A request that is sent again and again at a steady pace, however it is answered, while something happens to the system.
//! Called by the labs that make something fail; `load.rs` is for those that ask how much a system answers.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use crate::lab::drive::Request;

use super::client::{Answer, Client};

/// A request that was sent, and what came of it.
#[derive(Debug)]
pub(in crate::commands) struct Heard {
    pub begun: Instant,
    pub ended: Instant,
    /// `None` if none came.
    pub answer: Option<Answer>,
}

impl Heard {
    /// Whether it did what was asked.
    pub fn is_good(&self) -> bool {
        self.answer.as_ref().is_some_and(Answer::is_good)
    }

    /// The status, if there is an answer.
    pub fn status(&self) -> Option<u16> {
        self.answer.as_ref().map(|answer| answer.status)
    }

    /// How long it took, in milliseconds.
    pub fn took(&self) -> f64 {
        (self.ended - self.begun).as_secs_f64() * 1e3
    }
}

/// How soon it is seen that there is to be an end.
const GLANCE: Duration = Duration::from_millis(10);

/// Sends one request in each `pace`, or the next once the one before has ended, until there is to be an end. `next` makes
/// each, or `None` where there is nothing to send; `heard` is told of each.
pub(in crate::commands) fn steady(
    port: u16,
    pace: Duration,
    end: &(dyn Fn() -> bool + Sync),
    next: &(dyn Fn() -> Option<Request> + Sync),
    heard: &(dyn Fn(Heard) + Sync),
) {
    let client = Client::new(port);
    while !end() {
        let begun = Instant::now();
        if let Some(request) = next() {
            let answer = client.send(&request).ok();
            heard(Heard {
                begun,
                ended: Instant::now(),
                answer,
            });
        }
        while !end() {
            let left = pace.saturating_sub(begun.elapsed());
            if left.is_zero() {
                break;
            }
            thread::sleep(left.min(GLANCE));
        }
    }
}

/// What runs beside something else until there is to be an end.
pub(in crate::commands) type Task<'a> = Box<dyn FnOnce(&(dyn Fn() -> bool + Sync)) + Send + 'a>;

/// It as one of several.
pub(in crate::commands) fn task<'a>(
    run: impl FnOnce(&(dyn Fn() -> bool + Sync)) + Send + 'a,
) -> Task<'a> {
    Box::new(run)
}

/// Runs `act` while these run, each in a thread of its own. There is to be an end once `act` has ended.
pub(in crate::commands) fn meanwhile<T>(tasks: Vec<Task>, act: impl FnOnce() -> T) -> T {
    let end = AtomicBool::new(false);
    thread::scope(|scope| {
        for task in tasks {
            let end = &end;
            scope.spawn(move || task(&|| end.load(Ordering::Relaxed)));
        }
        let _ending = Ending(&end);
        act()
    })
}

/// Says that there is to be an end, also when what it waits for breaks off.
struct Ending<'a>(&'a AtomicBool);

impl Drop for Ending<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// What is in it. A panic elsewhere leaves what was there until then.
pub(in crate::commands) fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
