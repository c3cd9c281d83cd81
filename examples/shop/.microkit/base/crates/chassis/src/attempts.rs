//! Attempts at something outside that has to work in the end: a database, a broker, a registry. A reason of failure is
//! told once for as long as it stays, and the wait grows from try to try.

use std::collections::BTreeSet;
use std::fmt::Display;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// The wait after the first failure; it doubles with each further one.
const FIRST: Duration = Duration::from_millis(100);
const LONGEST: Duration = Duration::from_secs(5);

/// Why an attempt failed, in words for the log.
pub(crate) trait Reason: Display + Sync {
    /// What it is about. Reasons of one topic may differ in their words, and the first of them is told.
    fn topic(&self) -> String {
        self.to_string()
    }

    /// Whether something stops working because of it.
    fn matters(&self) -> bool {
        true
    }
}

/// What was told already. Those who try the same thing share it, so that one of them tells. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub(crate) struct Told(Arc<Mutex<BTreeSet<String>>>);

/// What was tried, and how it went so far.
#[derive(Debug)]
pub(crate) struct Attempts {
    who: &'static str,
    told: Told,
    failures: u32,
    topic: Option<String>,
}

impl Told {
    fn topics(&self) -> MutexGuard<'_, BTreeSet<String>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Attempts {
    /// Those of `who`, who tells nothing that is `told`.
    pub(crate) fn of(who: &'static str, told: Told) -> Self {
        Self {
            who,
            told,
            failures: 0,
            topic: None,
        }
    }

    /// Tells the reason if it is a new one, and waits for the next try.
    pub(crate) async fn failed(&mut self, reason: &impl Reason) {
        let topic = reason.topic();
        if self.topic.as_ref() != Some(&topic) {
            self.forget();
            if self.told.topics().insert(topic.clone()) {
                let who = self.who;
                match reason.matters() {
                    true => tracing::warn!("{who}: {reason}; it is tried again"),
                    false => tracing::info!("{who}: {reason}; it is tried again"),
                }
            }
            self.topic = Some(topic);
        }
        tokio::time::sleep(self.wait()).await;
        self.failures = self.failures.saturating_add(1);
    }

    /// It worked; `what` is told if something else was told before.
    pub(crate) fn succeeded(&mut self, what: &str) {
        self.failures = 0;
        if self.forget() {
            tracing::info!("{}: {what}", self.who);
        }
    }

    /// The last reason is over; false if nobody has to be told.
    fn forget(&mut self) -> bool {
        let topic = self.topic.take();
        topic.is_some_and(|topic| self.told.topics().remove(&topic))
    }

    /// Between half of the wait and all of it, so that those who failed together don't come back together.
    fn wait(&self) -> Duration {
        let most = FIRST.saturating_mul(2_u32.saturating_pow(self.failures));
        most.min(LONGEST).mul_f64(0.5 + fastrand::f64() / 2.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    impl Reason for &str {}

    #[tokio::test(start_paused = true)]
    async fn the_wait_grows_and_begins_anew_after_a_success() {
        let mut attempts = Attempts::of("test", Told::default());
        let mut waits = Vec::new();
        for _ in 0..10 {
            let begun = tokio::time::Instant::now();
            attempts.failed(&"no").await;
            waits.push(begun.elapsed());
        }
        assert!(waits[0] <= Duration::from_millis(101), "{waits:?}");
        assert!(waits[3] >= Duration::from_millis(400), "{waits:?}");
        assert!(waits[9] <= LONGEST + Duration::from_millis(1), "{waits:?}");
        attempts.succeeded("yes");
        assert!(attempts.wait() <= FIRST);
    }

    #[tokio::test(start_paused = true)]
    async fn of_several_that_fail_together_one_tells() {
        let told = Told::default();
        let mut one = Attempts::of("test", told.clone());
        let mut other = Attempts::of("test", told.clone());
        one.failed(&"away").await;
        other.failed(&"away").await;
        assert_eq!(told.topics().len(), 1);
        assert!(one.forget());
        assert!(!other.forget(), "it was said that it is over");
        one.failed(&"denied").await;
        other.succeeded("yes");
        assert_eq!(told.topics().len(), 1, "it still holds for the one");
    }
}
