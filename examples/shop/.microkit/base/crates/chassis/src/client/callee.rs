//! `Callee`: one service that this one calls, with everything that makes calling it safe.
//!
//! Read next: `breaker.rs` (when not to ask), `transport.rs` (how a call travels), `reply.rs` (what comes back).

use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::{HeaderValue, Method, Request, Response, StatusCode, header};
use serde::Serialize;
use tokio::time::{Instant, sleep, timeout_at};
use tower::retry::budget::{Budget, TpsBudget};
use uuid::Uuid;

use super::breaker::Breaker;
use super::transport::Failure;
use super::{CallError, Reply, Transport};
use crate::event::{CloudEvent, STRUCTURED};
use crate::layers::{REQUEST_ID, REQUEST_TIMEOUT};
use crate::scope;
use crate::trace::{TRACEPARENT, TRACESTATE, TraceContext};

/// After the first try.
const RETRIES: u32 = 2;
/// The wait before the first retry is at most this; before each further one, twice that.
const BACKOFF: Duration = Duration::from_millis(50);
/// The largest answer that is read into memory.
const BODY: usize = 1024 * 1024;

/// Another service. Cheap to clone; the clones share its circuit breaker and its budget of retries.
#[derive(Clone, Debug)]
pub struct Callee(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    name: String,
    caller: &'static str,
    transport: Transport,
    timeout: Duration,
    breaker: Breaker,
    // Retries add at most a fifth to the calls (and ten a second), so that they can't bury a service that is slow.
    budget: TpsBudget,
}

impl Callee {
    /// The service `name`, called by `caller`; no call takes longer than `timeout`.
    pub(crate) fn new(
        name: &str,
        caller: &'static str,
        transport: Transport,
        timeout: Duration,
    ) -> Self {
        Self(Arc::new(Inner {
            name: name.to_owned(),
            caller,
            transport,
            timeout,
            breaker: Breaker::default(),
            budget: TpsBudget::new(Duration::from_secs(10), 10, 0.2),
        }))
    }

    /// Its name in the manifest.
    pub fn name(&self) -> &str {
        &self.0.name
    }

    /// `GET {path}`.
    ///
    /// # Errors
    /// `Unavailable` or `Timeout`, here and below; a status is no error until the reply is asked for its body.
    pub async fn get(&self, path: &str) -> Result<Reply, CallError> {
        self.call(Method::GET, path, None).await
    }

    /// `POST {path}` with a JSON body. Sent once: it may have been done even when no answer came.
    pub async fn post<B: Serialize>(&self, path: &str, body: &B) -> Result<Reply, CallError> {
        self.call(Method::POST, path, Some(self.encode(body)?))
            .await
    }

    /// `PUT {path}` with a JSON body.
    pub async fn put<B: Serialize>(&self, path: &str, body: &B) -> Result<Reply, CallError> {
        self.call(Method::PUT, path, Some(self.encode(body)?)).await
    }

    /// `PATCH {path}` with a JSON body. Sent once, as `post`.
    pub async fn patch<B: Serialize>(&self, path: &str, body: &B) -> Result<Reply, CallError> {
        self.call(Method::PATCH, path, Some(self.encode(body)?))
            .await
    }

    /// `DELETE {path}`.
    pub async fn delete(&self, path: &str) -> Result<Reply, CallError> {
        self.call(Method::DELETE, path, None).await
    }

    /// Passes a request on as it is, bodies streaming both ways. It is sent once.
    pub async fn forward(&self, request: Request<Body>) -> Result<Response<Body>, CallError> {
        self.send(request, self.deadline()).await
    }

    /// Delivers an event, within the trace in which it was published.
    pub(crate) async fn post_event(&self, event: &CloudEvent) -> Result<(), CallError> {
        let body = self.encode(event)?;
        let request = Request::post("/cloudevents").header(header::CONTENT_TYPE, STRUCTURED);
        let request = request
            .body(Body::from(body))
            .map_err(|error| self.body(&error))?;
        let parent = event
            .traceparent
            .as_deref()
            .and_then(TraceContext::from_traceparent);
        let scope = scope::RequestScope {
            request_id: event.id.clone(),
            trace: parent.unwrap_or_else(TraceContext::begin),
            deadline: None,
        };
        let deadline = Instant::now() + self.0.timeout;
        let response = scope::enter(scope, self.send(request, deadline)).await?;
        self.read(response, deadline).await?.ok()
    }

    /// Sends a request and reads the answer; again after a failure that may pass, if doing it twice does no harm.
    async fn call(
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
                .map_err(|error| self.body(&error))?;
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
    async fn send(
        &self,
        mut request: Request<Body>,
        deadline: Instant,
    ) -> Result<Response<Body>, CallError> {
        if !self.0.breaker.admits() {
            return Err(self.unavailable("its circuit breaker is open"));
        }
        self.carry_on(&mut request, deadline);
        let outcome = match timeout_at(deadline, self.0.transport.send(request)).await {
            Ok(sent) => sent.map_err(|failure| match failure {
                Failure::Down(reason) => self.unavailable(&reason),
                Failure::Request(reason) => self.body(&reason),
            }),
            Err(_) => Err(self.timeout()),
        };
        let success = match &outcome {
            Ok(response) => !broken(response.status()),
            Err(error) => matches!(error, CallError::Body { .. }),
        };
        let open = self.0.breaker.record(success);
        let labels = [
            ("service", self.0.caller.to_owned()),
            ("callee", self.0.name.clone()),
        ];
        metrics::gauge!("circuit_breaker_open", &labels).set(if open { 1.0 } else { 0.0 });
        outcome
    }

    fn carry_on(&self, request: &mut Request<Body>, deadline: Instant) {
        let left = deadline.saturating_duration_since(Instant::now());
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

    async fn read(&self, response: Response<Body>, deadline: Instant) -> Result<Reply, CallError> {
        let (parts, body) = response.into_parts();
        let reading = timeout_at(deadline, axum::body::to_bytes(body, BODY)).await;
        let body = reading.map_err(|_| self.timeout())?;
        Ok(Reply {
            callee: self.0.name.clone(),
            status: parts.status,
            body: body.map_err(|error| self.body(&error))?,
        })
    }

    /// When this call has to be over: never after the caller's caller has stopped waiting.
    fn deadline(&self) -> Instant {
        let own = Instant::now() + self.0.timeout;
        match scope::current().and_then(|scope| scope.deadline) {
            Some(deadline) => own.min(deadline),
            None => own,
        }
    }

    fn encode<B: Serialize>(&self, body: &B) -> Result<Bytes, CallError> {
        let encoded = serde_json::to_vec(body).map_err(|error| self.body(&error))?;
        Ok(Bytes::from(encoded))
    }

    fn unavailable(&self, reason: &str) -> CallError {
        CallError::Unavailable {
            callee: self.0.name.clone(),
            reason: reason.to_owned(),
        }
    }

    fn timeout(&self) -> CallError {
        CallError::Timeout {
            callee: self.0.name.clone(),
            after: self.0.timeout,
        }
    }

    fn body(&self, error: &dyn std::fmt::Display) -> CallError {
        CallError::Body {
            callee: self.0.name.clone(),
            reason: error.to_string(),
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
