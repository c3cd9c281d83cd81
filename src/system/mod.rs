//! Stage two: a `Document` becomes a `System`, names parsed, ports dealt, links resolved: always generatable.
//!
//! `commands` calls `validate`, `plan` reads the types. Nothing but `validate` makes a `System`, so whoever holds one
//! need not check it again. Read `name.rs` for what names may be, then `resource.rs`, then `validate/`.

mod calendar;
mod event;
mod name;
mod plural;
mod reserved;
mod resource;
mod service;
mod shape;
mod validate;

pub use event::{Event, EventField, ScalarType};
pub use name::{EventName, FieldName, NameError, ResourceName, ServiceName, SystemName};
pub use resource::{DecimalText, EnumValue, Field, FieldType, Literal, Resource, ResourceRef};
pub use service::{Database, Gateway, PostgresServers, Service};
pub use shape::{Crossing, Shape};
pub use validate::validate;

use crate::diagnostic::Diagnostic;

/// A whole system, without mistakes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct System {
    pub name: SystemName,
    pub gateway: Gateway,
    pub postgres: PostgresServers,
    pub shape: Shape,
    /// Sorted by name.
    pub services: Vec<Service>,
    /// Sorted by name.
    pub events: Vec<Event>,
    dealt_ports: Vec<(Vec<String>, u16)>,
    warnings: Vec<Diagnostic>,
}

impl System {
    /// The service of that name, which some part of this system mentions.
    pub fn service(&self, name: &ServiceName) -> &Service {
        let index = self
            .services
            .binary_search_by(|service| service.name.cmp(name))
            .expect("a validated system holds every service that it mentions");
        &self.services[index]
    }

    /// The event of that name, which some part of this system mentions.
    pub fn event(&self, name: &EventName) -> &Event {
        let index = self
            .events
            .binary_search_by(|event| event.name.cmp(name))
            .expect("a validated system holds every event that it mentions");
        &self.events[index]
    }

    /// The resource that a reference leads to.
    pub fn resource(&self, reference: &ResourceRef) -> &Resource {
        self.service(&reference.service)
            .resources
            .iter()
            .find(|resource| resource.name == reference.resource)
            .expect("a validated system holds every resource that it refers to")
    }

    /// The one service that publishes the event.
    pub fn publisher(&self, event: &EventName) -> Option<&Service> {
        self.services
            .iter()
            .find(|service| service.publishes.contains(event))
    }

    /// The services that consume the event, sorted by name.
    pub fn consumers(&self, event: &EventName) -> Vec<&Service> {
        self.services
            .iter()
            .filter(|service| service.consumes.contains(event))
            .collect()
    }

    /// The ports that the manifest left out, each with the path of the key to write it to.
    pub fn dealt_ports(&self) -> Vec<(Vec<String>, u16)> {
        self.dealt_ports.clone()
    }

    /// What is suspicious in the manifest but stops nothing.
    pub fn warnings(&self) -> &[Diagnostic] {
        &self.warnings
    }
}
