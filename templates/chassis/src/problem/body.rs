//! The JSON of a `Problem` (`application/problem+json`), and the one place where the error
//! behind it is logged. axum calls it when a handler returns a problem. Read next:
//! `problem/convert.rs`.

use std::borrow::Cow;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use super::{FieldError, Problem};
use crate::scope;

/// What is wrong, as RFC 9457 problem details with some members beside them.
#[derive(Serialize, ToSchema)]
struct Body<'a> {
    /// `about:blank`: the status says all there is to say about the type.
    r#type: &'a str,
    /// The standard text of the HTTP status.
    title: &'a str,
    /// The HTTP status.
    status: u16,
    /// What is wrong, in full.
    detail: Cow<'a, str>,
    /// What is wrong, in short.
    error: &'a str,
    /// Every wrong field, if the problem is about fields.
    #[serde(skip_serializing_if = "<[FieldError]>::is_empty")]
    #[schema(required = false)]
    errors: &'a [FieldError],
    /// The id under which the request stands in the logs.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    request_id: Option<String>,
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let request_id = scope::request_id();
        if self.source.is_some() {
            if self.status == StatusCode::INTERNAL_SERVER_ERROR {
                tracing::error!(request_id, "{}", self.told());
            } else {
                tracing::warn!(request_id, "{}", self.told());
            }
        }
        let body = Body {
            r#type: "about:blank",
            title: self.status.canonical_reason().unwrap_or("Error"),
            status: self.status.as_u16(),
            detail: self.detail(),
            error: &self.error,
            errors: &self.errors,
            request_id,
        };
        let mut response = (self.status, axum::Json(body)).into_response();
        let content_type = HeaderValue::from_static("application/problem+json");
        response
            .headers_mut()
            .insert(header::CONTENT_TYPE, content_type);
        response
    }
}

impl Problem {
    fn detail(&self) -> Cow<'_, str> {
        if self.errors.len() < 2 {
            return Cow::Borrowed(&self.error);
        }
        let all: Vec<String> = self
            .errors
            .iter()
            .map(|error| format!("{} {}", error.field, error.detail))
            .collect();
        Cow::Owned(all.join("; "))
    }
}

/// In the OpenAPI document a problem looks as its JSON does.
impl PartialSchema for Problem {
    fn schema() -> RefOr<Schema> {
        Body::schema()
    }
}

impl ToSchema for Problem {
    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        Body::schemas(schemas);
    }
}
