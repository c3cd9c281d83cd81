//! `ValidJson`: the extractor of a handler that takes a JSON body. axum calls it before the
//! handler runs. Read next: `fields/query.rs`, the same for the query string.

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, StatusCode, header};
use serde_json::Value;

use super::read::read_all;
use super::{FromFields, Place};
use crate::problem::Problem;

/// A JSON body that was read and found right.
///
/// Otherwise the answer is 415 (no JSON by its `Content-Type`), 413 (too large), 400 (malformed,
/// or no object) or 422 (wrong fields, all of them named).
#[derive(Clone, Copy, Debug)]
pub struct ValidJson<T>(pub T);

impl<T, S> FromRequest<S> for ValidJson<T>
where
    T: FromFields,
    S: Send + Sync,
{
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        if !is_json(request.headers()) {
            let error = "the Content-Type must be application/json";
            return Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, error));
        }
        let body = Bytes::from_request(request, state).await;
        let body = body.map_err(|rejection| match rejection.status() {
            StatusCode::PAYLOAD_TOO_LARGE => {
                Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "the body is too large")
            }
            _ => Problem::bad_request("the body could not be read"),
        })?;
        Self::read(&body)
    }
}

impl<T: FromFields> ValidJson<T> {
    fn read(body: &[u8]) -> Result<Self, Problem> {
        let value: Value = serde_json::from_slice(body)
            .map_err(|error| Problem::bad_request(format!("malformed JSON: {error}")))?;
        let Value::Object(sent) = value else {
            return Err(Problem::bad_request("the body must be a JSON object"));
        };
        read_all(&sent, Place::default()).map(Self)
    }
}

/// `application/json`, or a type built on it such as `application/merge-patch+json`.
pub(crate) fn is_json(headers: &HeaderMap) -> bool {
    let content_type = headers.get(header::CONTENT_TYPE);
    let Some(text) = content_type.and_then(|value| value.to_str().ok()) else {
        return false;
    };
    let essence = text.split(';').next().unwrap_or_default().trim();
    let essence = essence.to_ascii_lowercase();
    essence == "application/json"
        || (essence.starts_with("application/") && essence.ends_with("+json"))
}
