//! Passes a request on to the service that owns its path, and the answer back. Bodies stream both ways; nothing is
//! kept. The rest of the way is `chassis::Callee`: deadline, circuit breaker, trace.

use axum::body::Body;
use axum::extract::{Extension, Request, State};
use axum::http::{Response, StatusCode, Uri};
use chassis::{CallError, PeerAddress, Problem};

use crate::{Owners, headers};

/// `/api/{path}` and everything below it.
///
/// # Errors
/// 404 `Service not found` where nobody owns the path, 503 where its owner is down, 504 `Service timeout`.
pub(crate) async fn proxy(
    State(owners): State<Owners>,
    peer: Option<Extension<PeerAddress>>,
    request: Request,
) -> Result<Response<Body>, Problem> {
    let not_found = || Problem::not_found("Service");
    let target = target(request.uri()).ok_or_else(not_found)?;
    let first = target.path().split('/').nth(1).unwrap_or_default();
    let owner = owners.iter().find(|(path, _)| *path == first);
    let (_, callee) = owner.ok_or_else(not_found)?;

    // A new request: what this process noted about the old one stays here.
    let (parts, body) = request.into_parts();
    let mut forwarded = Request::new(body);
    *forwarded.method_mut() = parts.method;
    *forwarded.headers_mut() = parts.headers;
    *forwarded.uri_mut() = target;
    headers::remove_hop_by_hop(forwarded.headers_mut());
    let peer = peer.map(|Extension(PeerAddress(address))| address);
    headers::add_forwarded(forwarded.headers_mut(), peer);

    let mut response = callee.forward(forwarded).await.map_err(problem)?;
    headers::remove_hop_by_hop(response.headers_mut());
    headers::move_location(response.headers_mut());
    Ok(response)
}

/// The path that the service knows: without `/api`. None for one that could be read as another.
fn target(uri: &Uri) -> Option<Uri> {
    let path = uri.path().strip_prefix("/api")?;
    let lower = path.to_ascii_lowercase();
    // What one reader decodes and the next one doesn't could lead past the list of routes.
    let ambiguous = ["%2f", "%5c", "%2e", "%25", "\\", "//"];
    let dots = path.split('/').any(|part| part == "." || part == "..");
    if dots || ambiguous.iter().any(|part| lower.contains(part)) {
        return None;
    }
    let path = if path.is_empty() { "/" } else { path };
    match uri.query() {
        Some(query) => format!("{path}?{query}").parse().ok(),
        None => path.parse().ok(),
    }
}

fn problem(error: CallError) -> Problem {
    match error {
        CallError::Timeout { .. } => Problem::gateway_timeout("Service timeout").caused_by(error),
        CallError::Body { .. } => {
            let error_text = "the body could not be passed on";
            Problem::new(StatusCode::PAYLOAD_TOO_LARGE, error_text).caused_by(error)
        }
        other => Problem::from(other),
    }
}
