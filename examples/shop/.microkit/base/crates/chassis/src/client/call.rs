//! How a `Callee` calls: what is tried again, how often, and for how long in all.
//!
//! Read next: `send.rs` (one try), `instances.rs` (who is asked).

use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::{Method, Request, header};
use tokio::time::{Instant, sleep};
use tower::retry::budget::Budget;

use super::instances::Instance;
use super::{CallError, Callee, Reply};
use crate::scope;

/// After the first try.
const RETRIES: u32 = 2;
/// The wait before the first retry is at most this; before each further one, twice that.
const BACKOFF: Duration = Duration::from_millis(50);
/// What a handler keeps of its time to answer in after a call that took too long: a twentieth, but no more than this.
const RESERVE: Duration = Duration::from_millis(250);

/// The tries of one call.
#[derive(Debug, Default)]
pub(super) struct Tries {
    pub(super) tried: Vec<Arc<Instance>>,
    /// There was no instance to ask.
    pub(super) refused: bool,
    retries: u32,
}

impl Callee {
    /// Sends a request and reads the answer; again after a failure that may pass, if doing it twice does no harm.
    pub(super) async fn call(
        &self,
        method: Method,
        path: &str,
        body: Option<Bytes>,
    ) -> Result<Reply, CallError> {
        let deadline = self.deadline();
        self.0.budget.deposit();
        let mut tries = Tries::default();
        loop {
            let mut request = Request::builder().method(&method).uri(path);
            if body.is_some() {
                request = request.header(header::CONTENT_TYPE, "application/json");
            }
            let request = request
                .body(Body::from(body.clone().unwrap_or_default()))
                .map_err(|error| self.unreadable(&error))?;
            let (outcome, unsent) = match self.send(request, deadline, &mut tries).await {
                Ok(response) => (self.read(response, deadline).await, false),
                Err(failed) => (Err(failed.error), failed.unsent.is_some()),
            };
            let harmless = unsent || method.is_idempotent() && passes(&outcome);
            if !harmless || !self.again(&mut tries, deadline).await {
                return outcome;
            }
        }
    }

    /// Whether there is a further try, after a wait if the same instance would be asked again.
    pub(super) async fn again(&self, tries: &mut Tries, deadline: Instant) -> bool {
        // An open breaker is no failure that passes within this call.
        let none_left = tries.refused || tries.retries >= RETRIES;
        if none_left || !self.0.budget.withdraw() {
            return false;
        }
        if !self.0.instances.has_other(&tries.tried) {
            let wait = jitter(BACKOFF * 2_u32.pow(tries.retries));
            if Instant::now() + wait >= deadline {
                return false;
            }
            sleep(wait).await;
        }
        tries.retries += 1;
        true
    }

    /// When this call has to be over: a little before the caller's caller stops waiting, so that the caller can still
    /// say which service did not answer.
    pub(super) fn deadline(&self) -> Instant {
        let now = Instant::now();
        let own = now + self.0.timeout;
        let Some(deadline) = scope::current().and_then(|scope| scope.deadline) else {
            return own;
        };
        let left = deadline.saturating_duration_since(now);
        own.min(deadline - RESERVE.min(left / 20))
    }
}

/// A failure that may be over at the next try.
fn passes(outcome: &Result<Reply, CallError>) -> bool {
    match outcome {
        Ok(reply) => matches!(reply.status.as_u16(), 502..=504),
        Err(error) => matches!(error, CallError::Unavailable { .. }),
    }
}

/// Full jitter: anything up to `most`, so that callers which failed together don't come back together.
fn jitter(most: Duration) -> Duration {
    most.mul_f64(fastrand::f64())
}
