//! Attempts at something outside that has to work in the end: a database, a broker, a registry. The reason of a failure
//! is told once for as long as it stays the same, and the wait grows from try to try.

use std::fmt::Display;
use std::time::Duration;

/// The wait after the first failure; it doubles with each further one.
const FIRST: Duration = Duration::from_millis(100);
const LONGEST: Duration = Duration::from_secs(5);

/// What was tried, and how it went so far.
#[derive(Debug)]
pub(crate) struct Attempts {
    who: &'static str,
    failures: u32,
    told: Option<String>,
}

impl Attempts {
    /// Those of the service `who`.
    pub(crate) fn of(who: &'static str) -> Self {
        Self {
            who,
            failures: 0,
            told: None,
        }
    }

    /// Tells the reason if it is a new one, and waits for the next try.
    pub(crate) async fn failed(&mut self, reason: &(dyn Display + Sync)) {
        self.tell(reason);
        tokio::time::sleep(self.wait()).await;
        self.failures = self.failures.saturating_add(1);
    }

    /// As `failed`, without a wait.
    pub(crate) fn tell(&mut self, reason: &(dyn Display + Sync)) {
        let reason = format!("{reason:#}");
        if self.told.as_ref() != Some(&reason) {
            tracing::warn!("{}: {reason}; it is tried again", self.who);
            self.told = Some(reason);
        }
    }

    /// It worked; `what` is told if something else was told before.
    pub(crate) fn succeeded(&mut self, what: &(dyn Display + Sync)) {
        self.failures = 0;
        if self.told.take().is_some() {
            tracing::info!("{}: {what}", self.who);
        }
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

    #[tokio::test(start_paused = true)]
    async fn the_wait_grows_and_begins_anew_after_a_success() {
        let mut attempts = Attempts::of("test");
        let mut waits = Vec::new();
        for _ in 0..10 {
            let begun = tokio::time::Instant::now();
            attempts.failed(&"no").await;
            waits.push(begun.elapsed());
        }
        assert!(waits[0] <= Duration::from_millis(101), "{waits:?}");
        assert!(waits[3] >= Duration::from_millis(400), "{waits:?}");
        assert!(waits[9] <= LONGEST + Duration::from_millis(1), "{waits:?}");
        attempts.succeeded(&"yes");
        assert!(attempts.wait() <= FIRST);
    }
}
