//! The servers that the environment names: a registry where services find each other, a broker that carries their events,
//! and a collector of their traces. Unset, there are none, and nothing else changes.

use crate::broker::Broker;
use crate::config::Environment;
use crate::consul::{Advertised, Agent, Discovery};
use crate::spans::Spans;

/// What there is beside the services. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub(crate) struct Servers {
    /// Finds the instances of a service.
    pub(crate) discovery: Option<Discovery>,
    pub(crate) broker: Option<Broker>,
    pub(crate) spans: Spans,
    /// Where this process registers, and what it says of itself.
    pub(super) registry: Option<(Agent, Advertised)>,
}

impl Servers {
    pub(super) fn read(environment: &mut Environment) -> Self {
        let agent = Agent::read(environment);
        let advertised = Advertised::read(environment);
        Self {
            discovery: agent.clone().map(Discovery::new),
            broker: Broker::read(environment),
            spans: Spans::read(environment),
            registry: agent.map(|agent| (agent, advertised)),
        }
    }

    /// No servers but a collector.
    #[cfg(test)]
    pub(crate) fn with(spans: Spans) -> Self {
        Self {
            spans,
            ..Self::default()
        }
    }
}
