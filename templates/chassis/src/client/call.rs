//! How a `Callee` calls: the breaker, the deadline, the retries, and the headers that carry the current request on.
//!
//! Read next: `breaker.rs` (when not to ask), `transport.rs` (how a call travels).

use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::{HeaderValue, Method, Request, Response, StatusCode, header};
use tokio::time::{Instant, sleep, timeout_at};
use tower::retry::budget::Budget;
use uuid::Uuid;

use super::transport::Failure;
use super::{CallError, Callee, Reply};
use crate::layers::{REQUEST_ID, REQUEST_TIMEOUT};
use crate::scope;
use crate::trace::{TRACEPARENT, TRACESTATE};

/// After the first try.
const RETRIES: u32 = 2;
/// The wait before the first retry is at most this; before each further one, twice that.
const BACKOFF: Duration = Duration::from_millis(50);
/// The largest answer that is read into memory.
const BODY: usize = 1024 * 1024;

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
        let mut retries = 0;
        loop {
            let mut request = Request::builder().method(&method).uri(path);
            if body.is_some() {
                request = request.header(header::CONTENT_TYPE, "application/json");
            }
            let request = request
                .body(Body::from(body.clone().unwrap_or_default()))
                .map_err(|error| self.unreadable(&error))?;
            let outcome = match self.send(request, deadline).await {
                Ok(response) => self.read(response, deadline).await,
                Err(error) => Err(error),
            };
            let again = method.is_idempotent() && retries < RETRIES && passes(&outcome);
            if !again || !self.0.budget.withdraw() {
                return outcome;
            }
            let wait = jitter(BACKOFF * 2_u32.pow(retries));
            if Instant::now() + wait >= deadline {
                return outcome;
            }
            sleep(wait).await;
            retries += 1;
        }
    }

    /// One request, through the breaker, with the headers that carry the current request on.
    pub(super) async fn send(
        &self,
        mut request: Request<Body>,
        deadline: Instant,
    ) -> Result<Response<Body>, CallError> {
        if !self.0.breaker.admits() {
            return Err(self.unavailable("its circuit breaker is open"));
        }
        let left = deadline.saturating_duration_since(Instant::now());
        self.carry_on(&mut request, left);
        let outcome = match timeout_at(deadline, self.0.transport.send(request)).await {
            Ok(sent) => sent.map_err(|failure| match failure {
                Failure::Down(reason) => self.unavailable(&reason),
                Failure::Request(reason) => self.unreadable(&reason),
            }),
            Err(_) => Err(self.timed_out()),
        };
        let success = match &outcome {
            Ok(response) => !broken(response.status()),
            Err(CallError::Unavailable { .. }) => false,
            // A caller in a hurry says nothing about the service, nor does a request whose body was cut off.
            Err(CallError::Timeout { .. }) if left >= self.0.timeout / 2 => false,
            Err(_) => return outcome,
        };
        let open = self.0.breaker.record(success);
        let labels = [
            ("service", self.0.caller.to_owned()),
            ("callee", self.0.name.clone()),
        ];
        metrics::gauge!("circuit_breaker_open", &labels).set(if open { 1.0 } else { 0.0 });
        outcome
    }

    fn carry_on(&self, request: &mut Request<Body>, left: Duration) {
        let mut set = |name: &'static str, value: String| {
            if let Ok(value) = HeaderValue::try_from(value) {
                request.headers_mut().insert(name, value);
            }
        };
        set(REQUEST_TIMEOUT, left.as_millis().max(1).to_string());
        let Some(scope) = scope::current() else {
            return;
        };
        let trace = scope.trace.child();
        set(REQUEST_ID, scope.request_id);
        set(TRACEPARENT, trace.traceparent());
        if let Some(state) = trace.tracestate {
            set(TRACESTATE, state);
        }
    }

    pub(super) async fn read(
        &self,
        response: Response<Body>,
        deadline: Instant,
    ) -> Result<Reply, CallError> {
        let (parts, body) = response.into_parts();
        let reading = timeout_at(deadline, axum::body::to_bytes(body, BODY)).await;
        let body = reading.map_err(|_| self.timed_out())?;
        Ok(Reply {
            callee: self.0.name.clone(),
            status: parts.status,
            body: body.map_err(|error| self.unreadable(&error))?,
        })
    }

    /// When this call has to be over: never after the caller's caller has stopped waiting.
    pub(super) fn deadline(&self) -> Instant {
        let own = Instant::now() + self.0.timeout;
        match scope::current().and_then(|scope| scope.deadline) {
            Some(deadline) => own.min(deadline),
            None => own,
        }
    }
}

/// A failure that may be over at the next try.
fn passes(outcome: &Result<Reply, CallError>) -> bool {
    match outcome {
        Ok(reply) => matches!(reply.status.as_u16(), 502..=504),
        Err(error) => matches!(error, CallError::Unavailable { .. }),
    }
}

/// A status that says that the service itself is in trouble.
fn broken(status: StatusCode) -> bool {
    status.is_server_error() && status != StatusCode::NOT_IMPLEMENTED
}

/// Full jitter: anything up to `most`, so that callers which failed together don't come back together.
fn jitter(most: Duration) -> Duration {
    let random = Uuid::now_v7().as_u128() as u32;
    most.mul_f64(f64::from(random) / f64::from(u32::MAX))
}
