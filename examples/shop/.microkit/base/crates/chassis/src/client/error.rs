//! Why a call failed. `Problem` turns it into 503, so `?` is enough in a handler.

use std::time::Duration;

use axum::http::StatusCode;

/// A call that brought no usable answer. Each kind names the service that was called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CallError {
    /// Nobody took the call: the service is down, or its circuit breaker is open.
    Unavailable { callee: String, reason: String },
    /// There was no answer in time.
    Timeout { callee: String, after: Duration },
    /// The answer was neither a success nor one that the caller expects.
    Status { callee: String, status: StatusCode },
    /// The answer can't be read as what the caller expects.
    Body { callee: String, reason: String },
}

impl CallError {
    /// The name of the service that was called.
    pub fn callee(&self) -> &str {
        match self {
            Self::Unavailable { callee, .. }
            | Self::Timeout { callee, .. }
            | Self::Status { callee, .. }
            | Self::Body { callee, .. } => callee,
        }
    }
}

impl std::fmt::Display for CallError {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Unavailable { callee, reason } => {
                write!(formatter, "{callee} is unavailable: {reason}")
            }
            Self::Timeout { callee, after } => {
                write!(formatter, "{callee} did not answer within {after:?}")
            }
            Self::Status { callee, status } => write!(formatter, "{callee} answered {status}"),
            Self::Body { callee, reason } => {
                write!(formatter, "the answer of {callee} can't be read: {reason}")
            }
        }
    }
}

impl std::error::Error for CallError {}
