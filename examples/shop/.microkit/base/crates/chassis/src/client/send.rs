//! One try: the headers that carry the current request on, the time limit, and what the outcome says about the callee.
//!
//! Read next: `instances.rs` (who is asked), `transport.rs` (how a request travels).

use std::time::Duration;

use axum::body::Body;
use axum::http::{HeaderValue, Request, Response};
use tokio::time::{Instant, timeout_at};

use super::call::Tries;
use super::instances::{Instance, NoInstance};
use super::transport::Failure;
use super::upload::Upload;
use super::{CallError, Callee, Reply, Transport};
use crate::layers::{REQUEST_ID, REQUEST_TIMEOUT};
use crate::scope;
use crate::spans::{self, Span};
use crate::trace::{TRACEPARENT, TRACESTATE};

/// The largest answer that is read into memory.
const BODY: usize = 1024 * 1024;

/// A try that failed.
pub(super) struct Failed {
    pub(super) error: CallError,
    /// The body, if nobody took the request, which can then be made again whatever it asks for.
    pub(super) unsent: Option<Body>,
}

/// A request without an answer.
pub(super) enum Lost {
    /// Nobody took it.
    NotTaken(CallError),
    Other(CallError),
}

impl Lost {
    fn error(&self) -> &CallError {
        match self {
            Self::NotTaken(error) | Self::Other(error) => error,
        }
    }

    pub(super) fn into_error(self) -> CallError {
        match self {
            Self::NotTaken(error) | Self::Other(error) => error,
        }
    }
}

impl Callee {
    /// Sends one request to an instance and tells its circuit breaker how it went.
    ///
    /// Only silence counts as a failure: no connection, or no answer in time. Whoever answers is there, also when the
    /// answer is 503 because a third service is down; otherwise one service that is down would open breaker after
    /// breaker all the way up to the gateway.
    pub(super) async fn send(
        &self,
        request: Request<Body>,
        deadline: Instant,
        tries: &mut Tries,
    ) -> Result<Response<Body>, Failed> {
        let asked = match self.0.instances.pick(&tries.tried) {
            Ok(asked) => asked,
            Err(none) => {
                tries.refused = true;
                let (error, unsent) = (self.nobody(none), None);
                return Err(Failed { error, unsent });
            }
        };
        let before = tries.tried.len();
        tries.tried.push(asked.0.clone());
        let left = deadline.saturating_duration_since(Instant::now());
        let (request, upload) = Upload::watch(request);
        let sent = self.transmit(&asked.0.transport, request, deadline, before);
        let lost = match sent.await {
            Ok(response) => {
                self.record(&asked.0, true);
                return Ok(response);
            }
            Err(lost) => lost,
        };
        // A caller in a hurry says nothing about the service, nor does one that is still sending.
        let patient = left >= self.0.timeout / 2 && upload.ended();
        let (error, unsent) = match lost {
            Lost::NotTaken(error) => (error, upload.untouched()),
            Lost::Other(error) => (error, None),
        };
        match &error {
            _ if !self.0.breaks => {}
            // Another instance can do the work, so this one need not prove that it is gone.
            CallError::Unavailable { .. } if unsent.is_some() && self.has_several() => {
                asked.0.breaker.open();
                self.measure();
            }
            CallError::Unavailable { .. } => self.record(&asked.0, false),
            CallError::Timeout { .. } if patient => self.record(&asked.0, false),
            _ => {}
        }
        Err(Failed { error, unsent })
    }

    /// Tells a circuit breaker how a call went.
    fn record(&self, instance: &Instance, answered: bool) {
        let before = instance.breaker.is_open();
        instance.breaker.record(answered);
        if instance.breaker.is_open() != before {
            self.measure();
        }
    }

    fn has_several(&self) -> bool {
        self.0.instances.all().len() > 1
    }

    /// How many circuit breakers are open.
    fn measure(&self) {
        let all = self.0.instances.all();
        let open = all.iter().filter(|one| one.breaker.is_open()).count();
        let labels = [
            ("service", self.0.caller.to_owned()),
            ("callee", self.0.name.clone()),
        ];
        metrics::gauge!("circuit_breakers_open", &labels).set(open as f64);
    }

    pub(super) fn nobody(&self, none: NoInstance) -> CallError {
        self.unavailable(match none {
            NoInstance::Known => "no instance of it is known",
            NoInstance::Admitting => "its circuit breaker is open",
        })
    }

    /// Sends one request within its time, with the headers that carry the current request on, after so many tries
    /// `before` it.
    pub(super) async fn transmit(
        &self,
        transport: &Transport,
        mut request: Request<Body>,
        deadline: Instant,
        before: usize,
    ) -> Result<Response<Body>, Lost> {
        let left = deadline.saturating_duration_since(Instant::now());
        let mut span = self.carry_on(transport, &mut request, left, before);
        let sent = match timeout_at(deadline, transport.send(request)).await {
            Ok(sent) => sent.map_err(|failure| match failure {
                Failure::NotTaken => Lost::NotTaken(self.unavailable("no connection")),
                Failure::Down(reason) => Lost::Other(self.unavailable(&reason)),
                Failure::Request(reason) => Lost::Other(self.unreadable(&reason)),
            }),
            Err(_) => Err(Lost::Other(self.timed_out())),
        };
        if let Some(span) = &mut span {
            let reply = sent.as_ref().map(Response::status);
            spans::http::replied(span, reply.map_err(Lost::error));
        }
        sent
    }

    /// The callee learns who asked, in which trace, and how long the answer is of use. What is begun here is the step of
    /// that trace which it is part of.
    fn carry_on(
        &self,
        transport: &Transport,
        request: &mut Request<Body>,
        left: Duration,
        before: usize,
    ) -> Option<Span> {
        set(
            request,
            REQUEST_TIMEOUT,
            left.as_millis().max(1).to_string(),
        );
        let scope = scope::current()?;
        let span = spans::http::client(
            &scope.recorder,
            scope.trace.child(),
            &self.0.name,
            (request.method(), request.uri().path()),
            transport.place(),
            before,
        );
        let trace = span.trace();
        set(request, REQUEST_ID, scope.request_id);
        set(request, TRACEPARENT, trace.traceparent());
        if let Some(state) = &trace.tracestate {
            set(request, TRACESTATE, state.clone());
        }
        Some(span)
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

fn set(request: &mut Request<Body>, name: &'static str, value: String) {
    if let Ok(value) = HeaderValue::try_from(value) {
        request.headers_mut().insert(name, value);
    }
}
