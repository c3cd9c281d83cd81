//! What can go wrong between a process and its Consul agent, in words that name what to look at.

use std::fmt;

use crate::attempts::Reason;

/// Why the agent did not do what it was asked.
#[derive(Debug)]
pub(crate) struct Failure {
    /// Where the agent is.
    pub(super) agent: String,
    pub(super) kind: Kind,
}

#[derive(Debug)]
pub(super) enum Kind {
    /// Nobody answers there.
    Unreachable(String),
    /// The token does not allow it.
    Denied(String),
    /// Another answer than a success.
    Status(u16, String),
    /// An answer that is none of Consul's.
    Unreadable(String),
}

impl fmt::Display for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let agent = &self.agent;
        match &self.kind {
            Kind::Unreachable(reason) if reason.contains("certificate") => write!(
                formatter,
                "Consul at {agent} is not trusted ({reason}): CONSUL_CACERT has to name the file of its authority"
            ),
            Kind::Unreachable(reason) => write!(
                formatter,
                "Consul can't be reached at {agent} ({reason}): is an agent running there? CONSUL_HTTP_ADDR names it"
            ),
            Kind::Denied(reason) => write!(
                formatter,
                "Consul at {agent} denies it ({reason}): CONSUL_HTTP_TOKEN has to hold a token that may do this"
            ),
            Kind::Status(status, reason) => {
                write!(formatter, "Consul at {agent} answered {status} ({reason})")
            }
            Kind::Unreadable(reason) => write!(
                formatter,
                "what answers at {agent} is no Consul agent ({reason}): CONSUL_HTTP_ADDR names it"
            ),
        }
    }
}

impl std::error::Error for Failure {}

impl Reason for Failure {
    fn topic(&self) -> String {
        match &self.kind {
            // How exactly nobody answers changes from try to try.
            Kind::Unreachable(reason) if !reason.contains("certificate") => {
                "unreachable".to_owned()
            }
            _ => self.to_string(),
        }
    }
}
