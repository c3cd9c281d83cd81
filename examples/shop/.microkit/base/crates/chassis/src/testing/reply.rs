//! An answer as a test looks at it.

use std::collections::BTreeSet;

use axum::body::Body;
use axum::http::{HeaderMap, Response, StatusCode};
use serde_json::Value;

/// An answer that was read to its end.
#[derive(Debug, Clone)]
pub struct TestReply {
    pub status: StatusCode,
    pub headers: HeaderMap,
    /// `Null` where the body is empty or no JSON.
    pub body: Value,
    pub text: String,
}

impl TestReply {
    pub(super) async fn read(response: Response<Body>) -> Self {
        let (parts, body) = response.into_parts();
        let bytes = axum::body::to_bytes(body, usize::MAX)
            .await
            .unwrap_or_default();
        Self {
            status: parts.status,
            headers: parts.headers,
            body: serde_json::from_slice(&bytes).unwrap_or_default(),
            text: String::from_utf8_lossy(&bytes).into_owned(),
        }
    }

    /// The `id` in the body, empty if there is none.
    pub fn id(&self) -> &str {
        self.body["id"].as_str().unwrap_or_default()
    }

    /// The `error` of a problem, empty if there is none.
    pub fn error(&self) -> &str {
        self.body["error"].as_str().unwrap_or_default()
    }

    /// The fields that a problem names.
    pub fn wrong_fields(&self) -> BTreeSet<String> {
        let errors = self.body["errors"].as_array().into_iter().flatten();
        let names = errors.filter_map(|error| error["field"].as_str());
        names.map(str::to_owned).collect()
    }
}
