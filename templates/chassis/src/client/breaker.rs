//! The circuit breaker: after some failures in a row a service is not asked for a while, which spares the caller the
//! wait and the service the load. Then one call is let through to see whether it is back.
//! Each instance of a service that is called has one.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// So many failures in a row open it.
const FAILURES: u32 = 5;
/// It stays open for so long, and then lets one call through.
const OPEN: Duration = Duration::from_secs(5);

/// Counts the failures of one instance.
#[derive(Debug, Default)]
pub(super) struct Breaker(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    failures: u32,
    /// Set while the breaker is open: when the next call may try.
    retry_at: Option<Instant>,
}

impl Breaker {
    /// Whether a call may be made now. While the breaker is open, one in each period may: the probe.
    pub(super) fn admits(&self) -> bool {
        let mut state = self.state();
        match state.retry_at {
            None => true,
            Some(at) if Instant::now() >= at => {
                // Whoever comes next waits for the outcome of this one.
                state.retry_at = Some(Instant::now() + OPEN);
                true
            }
            Some(_) => false,
        }
    }

    /// Records how a call ended.
    pub(super) fn record(&self, success: bool) {
        let mut state = self.state();
        if success {
            *state = State::default();
            return;
        }
        state.failures = state.failures.saturating_add(1);
        if state.failures >= FAILURES {
            state.retry_at = Some(Instant::now() + OPEN);
        }
    }

    /// Opens it at once: there is no doubt that nobody is there.
    pub(super) fn open(&self) {
        let mut state = self.state();
        state.failures = FAILURES;
        state.retry_at = Some(Instant::now() + OPEN);
    }

    /// Whether it is open, which says nothing of the probe.
    pub(super) fn is_open(&self) -> bool {
        self.state().retry_at.is_some()
    }

    /// A panic elsewhere leaves two numbers, which are right whatever happened.
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn five_failures_in_a_row_open_it_and_one_probe_closes_it() {
        let breaker = Breaker::default();
        for _ in 0..4 {
            breaker.record(false);
            assert!(!breaker.is_open());
        }
        assert!(breaker.admits());
        breaker.record(false);
        assert!(breaker.is_open());
        assert!(!breaker.admits());
        tokio::time::advance(OPEN).await;
        assert!(breaker.admits(), "the probe");
        assert!(!breaker.admits(), "only one");
        breaker.record(true);
        assert!(breaker.admits() && !breaker.is_open());
    }

    #[tokio::test(start_paused = true)]
    async fn a_success_in_between_starts_the_count_anew() {
        let breaker = Breaker::default();
        for _ in 0..4 {
            breaker.record(false);
        }
        breaker.record(true);
        for _ in 0..4 {
            breaker.record(false);
        }
        assert!(!breaker.is_open());
    }

    #[tokio::test(start_paused = true)]
    async fn a_failed_probe_keeps_it_open() {
        let breaker = Breaker::default();
        for _ in 0..5 {
            breaker.record(false);
        }
        tokio::time::advance(OPEN).await;
        assert!(breaker.admits());
        breaker.record(false);
        assert!(!breaker.admits());
    }
}
