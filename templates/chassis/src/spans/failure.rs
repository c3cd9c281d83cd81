//! What can go wrong between a process and its collector, in words that name what to look at.

use std::fmt;

use axum::http::StatusCode;

use super::collector::HEADERS;
use crate::attempts::Reason;

/// Why spans could not be sent.
#[derive(Debug)]
pub(super) struct Failure {
    /// The host and the port.
    pub(super) place: String,
    /// What names it.
    pub(super) variable: &'static str,
    pub(super) kind: Kind,
}

#[derive(Debug)]
pub(super) enum Kind {
    /// Nobody answers there.
    Unreachable(String),
    /// Another answer than a success.
    Status(StatusCode),
}

impl Failure {
    /// Whether the same message may be taken later.
    pub(super) fn passes(&self) -> bool {
        match self.kind {
            Kind::Unreachable(_) => true,
            Kind::Status(status) => matches!(status.as_u16(), 429 | 502..=504),
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (place, variable) = (&self.place, self.variable);
        match &self.kind {
            Kind::Unreachable(reason) => write!(
                formatter,
                "traces can't be sent to {place} ({reason}): is a collector running there? {variable} names it"
            ),
            Kind::Status(status) if matches!(status.as_u16(), 401 | 403) => write!(
                formatter,
                "the collector at {place} does not take traces ({status}): {HEADERS} has to hold what lets in"
            ),
            Kind::Status(status) => write!(
                formatter,
                "the collector at {place} does not take traces ({status}): {variable} has to name one for OTLP over HTTP"
            ),
        }
    }
}

impl Reason for Failure {
    fn topic(&self) -> String {
        match &self.kind {
            // How exactly nobody answers changes from try to try.
            Kind::Unreachable(_) => "unreachable".to_owned(),
            Kind::Status(status) => status.to_string(),
        }
    }

    fn matters(&self) -> bool {
        false
    }
}
