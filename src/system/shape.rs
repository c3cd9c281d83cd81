//! The shape in which a system runs: which of its services share a process.
//!
//! Made by `validate/shape.rs` from `extracted` in the manifest; the monolith, Docker and the pictures follow it.

use std::collections::BTreeSet;
use std::fmt;

use super::{EventName, Service, ServiceName, System};

/// Which services run as processes of their own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shape {
    /// Nothing is settled: `cargo run` has everything in one process, Docker each service alone.
    Open,
    /// These, sorted by name. All others run in one process, with the gateway.
    Settled(Vec<ServiceName>),
}

impl Shape {
    /// Everything in one process.
    pub fn monolith() -> Self {
        Self::Settled(Vec::new())
    }

    /// A process for each service, and one for the gateway.
    pub fn microservices(system: &System) -> Self {
        let services = system.services.iter();
        Self::Settled(services.map(|service| service.name.clone()).collect())
    }

    /// Whether the service was taken out of the one process.
    pub fn is_extracted(&self, name: &ServiceName) -> bool {
        match self {
            Self::Open => false,
            Self::Settled(extracted) => extracted.binary_search(name).is_ok(),
        }
    }
}

/// What goes from one process to another, over the network. Requests that the gateway passes on are not among them.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Crossing {
    Call {
        from: ServiceName,
        to: ServiceName,
    },
    Event {
        name: EventName,
        from: ServiceName,
        to: ServiceName,
    },
}

impl fmt::Display for Crossing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Call { from, to } => write!(f, "{from} calls {to}"),
            Self::Event { name, from, to } => write!(f, "{name} from {from} to {to}"),
        }
    }
}

impl System {
    /// What goes over the network when the system runs in its shape; nothing does if none is settled.
    pub fn crossings(&self) -> BTreeSet<Crossing> {
        let mut crossings = BTreeSet::new();
        let crosses = |one: &ServiceName, other: &ServiceName| {
            one != other && (self.shape.is_extracted(one) || self.shape.is_extracted(other))
        };
        for service in &self.services {
            let from = &service.name;
            for to in service.calls.iter().filter(|to| crosses(from, to)) {
                crossings.insert(Crossing::Call {
                    from: from.clone(),
                    to: to.clone(),
                });
            }
            for name in &service.publishes {
                let consumers = self.consumers(name).into_iter();
                let far = consumers.filter(|to| crosses(from, &to.name));
                crossings.extend(far.map(|to| Crossing::Event {
                    name: name.clone(),
                    from: from.clone(),
                    to: to.name.clone(),
                }));
            }
        }
        crossings
    }

    /// The services that were taken out of the one process, sorted by name.
    pub fn extracted(&self) -> Vec<&Service> {
        let services = self.services.iter();
        services
            .filter(|service| self.shape.is_extracted(&service.name))
            .collect()
    }

    /// The services that the one process holds beside the gateway, sorted by name.
    pub fn together(&self) -> Vec<&Service> {
        let services = self.services.iter();
        services
            .filter(|service| !self.shape.is_extracted(&service.name))
            .collect()
    }

    /// Whether some services run in one process and others apart from it.
    pub fn is_hybrid(&self) -> bool {
        let extracted = self.extracted().len();
        extracted > 0 && extracted < self.services.len()
    }
}
