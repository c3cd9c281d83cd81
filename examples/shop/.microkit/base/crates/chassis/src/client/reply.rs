//! An answer that was read to its end, and the three ways in which a client looks at it.

use axum::body::Bytes;
use axum::http::StatusCode;
use serde::de::DeserializeOwned;

use super::CallError;

/// The answer of another service.
#[derive(Debug, Clone)]
pub struct Reply {
    pub(super) callee: String,
    pub status: StatusCode,
    pub body: Bytes,
}

impl Reply {
    /// The body of a success.
    ///
    /// # Errors
    /// `Status` for any other answer, `Body` where it is no such JSON.
    pub fn json<T: DeserializeOwned>(self) -> Result<T, CallError> {
        if !self.status.is_success() {
            return Err(self.unexpected());
        }
        serde_json::from_slice(&self.body).map_err(|error| CallError::Body {
            callee: self.callee,
            reason: error.to_string(),
        })
    }

    /// The body of a success, `None` for 404.
    ///
    /// # Errors
    /// As `json`.
    pub fn found<T: DeserializeOwned>(self) -> Result<Option<T>, CallError> {
        match self.status {
            StatusCode::NOT_FOUND => Ok(None),
            _ => self.json().map(Some),
        }
    }

    /// That it was a success.
    ///
    /// # Errors
    /// `Status` for any other answer.
    pub fn ok(self) -> Result<(), CallError> {
        if self.status.is_success() {
            Ok(())
        } else {
            Err(self.unexpected())
        }
    }

    fn unexpected(self) -> CallError {
        CallError::Status {
            callee: self.callee,
            status: self.status,
        }
    }
}
