//! `Callee`: one service that this one calls, with everything that makes calling it safe.
//!
//! Read next: `call.rs` (how it calls), `reply.rs` (what comes back).

use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody};
use axum::http::{Method, Request, Response, header};
use serde::Serialize;
use tokio::time::Instant;
use tower::retry::budget::{Budget, TpsBudget};

use super::call::Tries;
use super::send::Lost;
use super::{CallError, Instances, Reply};
use crate::event::{CloudEvent, STRUCTURED};

/// Another service. Cheap to clone; the clones share its circuit breakers and its budget of retries.
#[derive(Clone, Debug)]
pub struct Callee(pub(super) Arc<Inner>);

#[derive(Debug)]
pub(super) struct Inner {
    pub(super) name: String,
    pub(super) caller: &'static str,
    pub(super) instances: Instances,
    pub(super) timeout: Duration,
    /// Whether an instance that does not answer is left out for a while.
    pub(super) breaks: bool,
    // Retries add at most a fifth to the calls (and ten a second), so that they can't bury a service that is slow.
    pub(super) budget: TpsBudget,
}

impl Callee {
    /// The service `name`, called by `caller`; no call takes longer than `timeout`.
    pub(crate) fn new(
        name: &str,
        caller: &'static str,
        instances: impl Into<Instances>,
        timeout: Duration,
    ) -> Self {
        Self::with((name, caller), instances.into(), timeout, true)
    }

    /// The same, of which `breaks` says whether an instance that does not answer is left out for a while.
    pub(crate) fn with(
        (name, caller): (&str, &'static str),
        instances: Instances,
        timeout: Duration,
        breaks: bool,
    ) -> Self {
        Self(Arc::new(Inner {
            name: name.to_owned(),
            caller,
            instances,
            timeout,
            breaks,
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

    /// Passes a request on as it is, bodies streaming both ways. It is tried again only if nobody took it, or if it asks
    /// to read something and no answer came.
    pub async fn forward(&self, request: Request<Body>) -> Result<Response<Body>, CallError> {
        let deadline = self.deadline();
        self.0.budget.deposit();
        let mut tries = Tries::default();
        let (head, mut body) = request.into_parts();
        let reads = head.method.is_safe() && body.is_end_stream();
        loop {
            let request = Request::from_parts(head.clone(), body);
            let failed = match self.send(request, deadline, &mut tries).await {
                Ok(response) => return Ok(response),
                Err(failed) => failed,
            };
            let passes = matches!(failed.error, CallError::Unavailable { .. });
            body = match failed.unsent {
                Some(body) => body,
                None if reads && passes => Body::empty(),
                None => return Err(failed.error),
            };
            if !self.again(&mut tries, deadline).await {
                return Err(failed.error);
            }
        }
    }

    /// Delivers an event.
    ///
    /// The circuit breakers have no part in it: the outbox waits longer after each failure by itself, and an event that
    /// its subscriber refuses must hold up neither the calls to that service nor the other events.
    pub(crate) async fn post_event(&self, event: &CloudEvent) -> Result<(), CallError> {
        let body = self.encode(event)?;
        let request = Request::post("/cloudevents").header(header::CONTENT_TYPE, STRUCTURED);
        let request = request
            .body(Body::from(body))
            .map_err(|error| self.unreadable(&error))?;
        let deadline = Instant::now() + self.0.timeout;
        let asked = self.0.instances.pick_any();
        let asked = asked.map_err(|none| self.nobody(none))?;
        let sent = self.transmit(&asked.0.transport, request, deadline, 0);
        let response = sent.await.map_err(Lost::into_error)?;
        self.read(response, deadline).await?.ok()
    }

    /// The body as JSON.
    fn encode<B: Serialize>(&self, body: &B) -> Result<Bytes, CallError> {
        let encoded = serde_json::to_vec(body).map_err(|error| self.unreadable(&error))?;
        Ok(Bytes::from(encoded))
    }

    pub(super) fn unavailable(&self, reason: &str) -> CallError {
        CallError::Unavailable {
            callee: self.0.name.clone(),
            reason: reason.to_owned(),
        }
    }

    pub(super) fn timed_out(&self) -> CallError {
        CallError::Timeout {
            callee: self.0.name.clone(),
            after: self.0.timeout,
        }
    }

    pub(super) fn unreadable(&self, error: &dyn std::fmt::Display) -> CallError {
        CallError::Body {
            callee: self.0.name.clone(),
            reason: error.to_string(),
        }
    }
}
