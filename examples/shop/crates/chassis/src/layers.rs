//! What surrounds every handler, in every service and in the gateway: request id, trace, log line, figures, deadline,
//! size limit, and an answer in one form for whatever went wrong.
//! `service.rs` and `gateway.rs` apply it. Read next: `layers/panic.rs`, `problem.rs`.

mod panic;

pub(crate) use panic::caught;

use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Body;
use axum::extract::{DefaultBodyLimit, MatchedPath, Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use http_body_util::Limited;
use tokio::time::timeout_at;

use crate::scope::{self, RequestScope};
use crate::spans::{self, Recorder, Spans};
use crate::trace::TraceContext;
use crate::{Problem, metrics};

/// Names the request in every process that it passes through.
pub(crate) const REQUEST_ID: &str = "x-request-id";
/// How many milliseconds the caller goes on waiting.
pub(crate) const REQUEST_TIMEOUT: &str = "x-request-timeout-ms";

/// What a request may take.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    pub(crate) timeout: Duration,
    /// In bytes.
    pub(crate) body: usize,
}

#[derive(Clone)]
struct Settings {
    service: &'static str,
    limits: Limits,
    recorder: Recorder,
}

/// Puts the layers around the routes and gives unknown ones an answer.
pub(crate) fn apply(
    router: Router,
    service: &'static str,
    limits: Limits,
    spans: &Spans,
) -> Router {
    let settings = Settings {
        service,
        limits,
        recorder: spans.recorder(service),
    };
    router
        .fallback(async || Problem::new(StatusCode::NOT_FOUND, "Not found"))
        .layer(DefaultBodyLimit::disable())
        .layer(from_fn_with_state(settings, surround))
}

async fn surround(State(settings): State<Settings>, request: Request, next: Next) -> Response {
    let begun = Instant::now();
    let mut scope = scope_of(request.headers(), settings.limits.timeout);
    let method = request.method().clone();
    let path = request.uri().path().to_owned();
    let route = request.extensions().get::<MatchedPath>().cloned();
    let route = route.as_ref().map(MatchedPath::as_str);
    let is_work = spans::http::is_work(&path);
    if is_work {
        scope.recorder = settings.recorder.clone();
    }
    let mut span = spans::http::server(&scope.recorder, &scope.trace, &method, &path, route);
    let handled = handle(settings.limits, request, next);
    let mut response = scope::enter(scope.clone(), handled).await;
    spans::http::answered(&mut span, response.status());
    drop(span);
    if let Ok(id) = HeaderValue::try_from(&scope.request_id) {
        response.headers_mut().insert(REQUEST_ID, id);
    }
    let (status, took) = (response.status().as_u16(), begun.elapsed());
    let (method_label, route) = (
        known(&method).unwrap_or("other"),
        route.unwrap_or("unmatched"),
    );
    metrics::record(settings.service, method_label, route, status, took);
    macro_rules! log {
        ($level:ident) => {
            tracing::$level!(
                target: "access",
                service = settings.service,
                %method,
                path,
                status,
                took_ms = took.as_micros() as f64 / 1_000.0,
                request_id = scope.request_id,
                trace_id = scope.trace.trace_id(),
            )
        };
    }
    // Who only looks whether all is well asks every few seconds.
    match is_work || !response.status().is_success() {
        true => log!(info),
        false => log!(debug),
    }
    response
}

/// Runs the handler, and makes an answer where it gives none.
async fn handle(limits: Limits, request: Request, next: Next) -> Response {
    let most = limits.body;
    let declared = request.headers().get(header::CONTENT_LENGTH);
    let declared = declared.and_then(|length| length.to_str().ok()?.parse::<usize>().ok());
    if declared.is_some_and(|length| length > most) {
        let error = format!("the body is larger than {most} bytes");
        return Problem::new(StatusCode::PAYLOAD_TOO_LARGE, error).into_response();
    }
    // A body of unknown length is cut off where it gets too large.
    let request = request.map(|body| Body::new(Limited::new(body, most)));
    let deadline = scope::current().and_then(|scope| scope.deadline);
    let deadline = deadline.unwrap_or_else(|| tokio::time::Instant::now() + limits.timeout);
    let response = match timeout_at(deadline, caught(next.run(request))).await {
        Ok(Ok(response)) => response,
        Ok(Err(message)) => Problem::internal(anyhow::anyhow!("panic: {message}")).into_response(),
        Err(_) => Problem::gateway_timeout("Request timed out").into_response(),
    };
    if response.status() == StatusCode::METHOD_NOT_ALLOWED {
        return method_not_allowed(response);
    }
    response
}

/// axum's own answer has no body; what it allows is kept.
fn method_not_allowed(response: Response) -> Response {
    let problem = Problem::new(StatusCode::METHOD_NOT_ALLOWED, "Method not allowed");
    let mut answer = problem.into_response();
    if let Some(allowed) = response.headers().get(header::ALLOW) {
        answer.headers_mut().insert(header::ALLOW, allowed.clone());
    }
    answer
}

/// The scope of a request: what its headers say, within what is reasonable.
fn scope_of(headers: &HeaderMap, most: Duration) -> RequestScope {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let visible =
        |id: &&str| (1..=128).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_graphic());
    let request_id = text(REQUEST_ID).filter(visible).map(str::to_owned);
    let asked = text(REQUEST_TIMEOUT).and_then(|millis| millis.parse().ok());
    let wait = asked.map_or(most, |millis| most.min(Duration::from_millis(millis)));
    RequestScope {
        request_id: request_id.unwrap_or_else(scope::new_request_id),
        trace: TraceContext::from_headers(headers),
        recorder: Recorder::default(),
        deadline: Some(tokio::time::Instant::now() + wait),
    }
}

/// The name of a method that HTTP defines. A client may invent others; what is counted by them doesn't grow then.
pub(crate) fn known(method: &Method) -> Option<&'static str> {
    Some(match method.as_str() {
        "GET" => "GET",
        "HEAD" => "HEAD",
        "POST" => "POST",
        "PUT" => "PUT",
        "PATCH" => "PATCH",
        "DELETE" => "DELETE",
        "OPTIONS" => "OPTIONS",
        _ => return None,
    })
}

#[cfg(test)]
mod tests;
