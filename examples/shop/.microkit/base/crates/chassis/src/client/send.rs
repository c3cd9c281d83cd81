//! One try: the headers that carry the current request on, the time limit, and what the outcome says about the callee.
//!
//! Read next: `breaker.rs` (when not to ask), `transport.rs` (how a request travels).

use std::time::Duration;

use axum::body::Body;
use axum::http::{HeaderValue, Request, Response};
use tokio::time::{Instant, timeout_at};

use super::transport::Failure;
use super::upload::Upload;
use super::{CallError, Callee, Reply};
use crate::layers::{REQUEST_ID, REQUEST_TIMEOUT};
use crate::scope;
use crate::trace::{TRACEPARENT, TRACESTATE};

/// The largest answer that is read into memory.
const BODY: usize = 1024 * 1024;

impl Callee {
    /// Asks the circuit breaker whether the service may be called now.
    pub(super) fn admit(&self) -> Result<(), CallError> {
        match self.0.breaker.admits() {
            true => Ok(()),
            false => Err(self.unavailable("its circuit breaker is open")),
        }
    }

    /// Sends one request and tells the circuit breaker how it went.
    ///
    /// Only silence counts as a failure: no connection, or no answer in time. Whoever answers is there, also when the
    /// answer is 503 because a third service is down; otherwise one service that is down would open breaker after
    /// breaker all the way up to the gateway.
    pub(super) async fn send(
        &self,
        request: Request<Body>,
        deadline: Instant,
    ) -> Result<Response<Body>, CallError> {
        let left = deadline.saturating_duration_since(Instant::now());
        let (request, upload) = Upload::watch(request);
        let outcome = self.transmit(request, deadline).await;
        let answered = match &outcome {
            Ok(_) => true,
            Err(CallError::Unavailable { .. }) => false,
            // A caller in a hurry says nothing about the service, nor does one that is still sending.
            Err(CallError::Timeout { .. }) if left >= self.0.timeout / 2 && upload.ended() => false,
            Err(_) => return outcome,
        };
        let open = self.0.breaker.record(answered);
        let labels = [
            ("service", self.0.caller.to_owned()),
            ("callee", self.0.name.clone()),
        ];
        metrics::gauge!("circuit_breaker_open", &labels).set(if open { 1.0 } else { 0.0 });
        outcome
    }

    /// Sends one request within its time, with the headers that carry the current request on.
    pub(super) async fn transmit(
        &self,
        mut request: Request<Body>,
        deadline: Instant,
    ) -> Result<Response<Body>, CallError> {
        let left = deadline.saturating_duration_since(Instant::now());
        carry_on(&mut request, left);
        match timeout_at(deadline, self.0.transport.send(request)).await {
            Ok(sent) => sent.map_err(|failure| match failure {
                Failure::Down(reason) => self.unavailable(&reason),
                Failure::Request(reason) => self.unreadable(&reason),
            }),
            Err(_) => Err(self.timed_out()),
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
}

/// The callee learns who asked, in which trace, and how long the answer is of use.
fn carry_on(request: &mut Request<Body>, left: Duration) {
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
