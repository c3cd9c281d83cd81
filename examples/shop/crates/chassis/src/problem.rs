//! `Problem`: what a client is told when a request fails, as RFC 9457 problem details with the
//! short member `error` beside them. Handlers return it; `?` turns errors into it.
//! Read next: `problem/body.rs` (its JSON), `problem/convert.rs` (errors of other kinds).

mod body;
mod convert;
pub(crate) mod database;

use std::fmt;

use axum::http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;

/// One wrong field of a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct FieldError {
    /// Where it is: a name, or a path such as `items/0/price`.
    pub field: String,
    /// What is wrong with it: `is required`.
    pub detail: String,
}

/// A failed request: an HTTP status, a short text for the client and, for our own log only, the
/// error behind it.
#[derive(Debug)]
pub struct Problem {
    status: StatusCode,
    error: String,
    errors: Vec<FieldError>,
    source: Option<anyhow::Error>,
}

impl Problem {
    /// A problem of any status; `error` is shown to the client.
    pub fn new(status: StatusCode, error: impl Into<String>) -> Self {
        Self {
            status,
            error: error.into(),
            errors: Vec::new(),
            source: None,
        }
    }

    /// 404: `Problem::not_found("User")` says "User not found".
    pub fn not_found(what: &str) -> Self {
        Self::new(StatusCode::NOT_FOUND, format!("{what} not found"))
    }

    /// 400: the request makes no sense as it stands.
    pub fn bad_request(error: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, error)
    }

    /// 409: the request contradicts what is stored.
    pub fn conflict(error: impl Into<String>) -> Self {
        Self::new(StatusCode::CONFLICT, error)
    }

    /// 422: the request was understood, but these fields are wrong.
    pub fn unprocessable(errors: Vec<FieldError>) -> Self {
        let error = match errors.as_slice() {
            [] => "the request is wrong".to_owned(),
            [only] => format!("{} {}", only.field, only.detail),
            several => {
                let names: Vec<&str> = several.iter().map(|error| error.field.as_str()).collect();
                format!("{} fields are wrong: {}", several.len(), names.join(", "))
            }
        };
        Self {
            errors,
            ..Self::new(StatusCode::UNPROCESSABLE_ENTITY, error)
        }
    }

    /// 500: a mistake on our side. The error is logged once, with its causes, and never shown.
    pub fn internal(error: impl Into<anyhow::Error>) -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "Internal server error").caused_by(error)
    }

    /// 503: something that this service needs cannot be reached at the moment.
    pub fn unavailable(error: impl Into<String>) -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, error)
    }

    /// 504: something that this service needs took too long.
    pub fn gateway_timeout(error: impl Into<String>) -> Self {
        Self::new(StatusCode::GATEWAY_TIMEOUT, error)
    }

    /// Adds the error behind the problem, for the log.
    #[must_use]
    pub fn caused_by(self, error: impl Into<anyhow::Error>) -> Self {
        Self {
            source: Some(error.into()),
            ..self
        }
    }

    /// The HTTP status of the answer.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// The short text that the client is shown.
    pub fn error(&self) -> &str {
        &self.error
    }

    /// All that is known, for our own log: what the client is told, and the error behind it.
    pub(crate) fn told(&self) -> String {
        let mut text = self.error.clone();
        for cause in self.source.iter().flat_map(|source| source.chain()) {
            // Some errors repeat the one behind them.
            let cause = cause.to_string();
            if !text.contains(&cause) {
                text = format!("{text}: {cause}");
            }
        }
        text
    }

    /// The wrong fields, if the problem is about fields.
    pub fn errors(&self) -> &[FieldError] {
        &self.errors
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {}", self.status.as_u16(), self.error)
    }
}

/// It is an error itself, so it can travel inside an `anyhow::Error` and come out unchanged.
impl std::error::Error for Problem {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.source.as_ref().map(|source| source.as_ref())
    }
}

#[cfg(test)]
mod tests;
