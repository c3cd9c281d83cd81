//! What is said of a request: the semantic conventions for HTTP spans. Queries are left out: they may hold what is nobody
//! else's business. Source: <https://opentelemetry.io/docs/specs/semconv/http/http-spans/>.

use axum::http::{Method, StatusCode};

use super::{Kind, Recorder, Span};
use crate::CallError;
use crate::layers::known;
use crate::trace::TraceContext;

/// Questions of whoever runs the system: they come every few seconds and tell nothing.
const LOOKS: [&str; 4] = ["/health", "/health/live", "/health/ready", "/metrics"];

/// Whether requests for this path ask for work, and so are worth a span and a line in the log.
pub(crate) fn is_work(path: &str) -> bool {
    !LOOKS.contains(&path)
}

/// A request that is handled here, by the template of its route if one fits.
pub(crate) fn server(
    recorder: &Recorder,
    trace: &TraceContext,
    method: &Method,
    path: &str,
    route: Option<&str>,
) -> Span {
    let name = || match route {
        Some(route) => format!("{} {route}", named(method)).into(),
        None => named(method).into(),
    };
    let mut span = recorder.begin(trace.clone(), Kind::Server, name);
    asked(&mut span, method);
    span.set("url.scheme", || "http");
    span.set("url.path", || path.to_owned());
    if let Some(route) = route {
        span.set("http.route", || route.to_owned());
    }
    span
}

/// The answer to a request that was handled here. Only what the server is to blame for counts as an error.
pub(crate) fn answered(span: &mut Span, status: StatusCode) {
    outcome(span, status, status.is_server_error());
}

/// One try of a call to the service `callee`, after so many others.
pub(crate) fn client(
    recorder: &Recorder,
    trace: TraceContext,
    callee: &str,
    (method, path): (&Method, &str),
    (host, port): (&str, u16),
    before: usize,
) -> Span {
    let mut span = recorder.begin(trace, Kind::Client, || named(method).into());
    asked(&mut span, method);
    span.set("service.peer.name", || callee.to_owned());
    span.set("server.address", || host.to_owned());
    span.set("server.port", || i64::from(port));
    span.set("url.full", || format!("http://{host}:{port}{path}"));
    if before > 0 {
        let before = i64::try_from(before).unwrap_or(i64::MAX);
        span.set("http.request.resend_count", || before);
    }
    span
}

/// What came of a try. For the one who asked, any status from 400 on is an error.
pub(crate) fn replied(span: &mut Span, reply: Result<StatusCode, &CallError>) {
    let error = match reply {
        Ok(status) => {
            let error = status.is_client_error() || status.is_server_error();
            return outcome(span, status, error);
        }
        Err(error) => error,
    };
    let kind = match error {
        CallError::Timeout { .. } => "timeout",
        CallError::Unavailable { .. } => "unavailable",
        _ => "_OTHER",
    };
    span.fail(|| kind, || error.to_string());
}

fn outcome(span: &mut Span, status: StatusCode, error: bool) {
    span.set("http.response.status_code", || i64::from(status.as_u16()));
    if error {
        span.fail(|| status.as_str().to_owned(), String::new);
    }
}

fn asked(span: &mut Span, method: &Method) {
    span.set("http.request.method", || known(method).unwrap_or("_OTHER"));
    if known(method).is_none() {
        span.set("http.request.method_original", || method.to_string());
    }
}

/// A client may invent methods; the names don't grow with them.
fn named(method: &Method) -> &'static str {
    known(method).unwrap_or("HTTP")
}
