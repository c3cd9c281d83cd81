//! Checks a manifest as a whole and builds the `System`; whatever is wrong is collected, nothing ends the check early.
//!
//! Called by `commands`. Each part has a file: `names.rs`, `service.rs` and `links.rs`, `resource.rs`, `types.rs` and
//! `order.rs`, `field.rs` with `reference.rs`, `bounds.rs` and `default.rs`, `event.rs`, `shape.rs`,
//! `allow.rs`. Read `service.rs` next.

mod allow;
mod bounds;
mod default;
mod event;
mod field;
mod links;
mod names;
mod order;
mod ports;
mod reference;
mod resource;
mod service;
mod shape;
mod types;

use std::collections::BTreeMap;
use std::ops::Range;

use super::{PostgresServers, System, SystemName};
use crate::diagnostic::{Code, Diagnostic};
use crate::manifest::{self, Document, Manifest};

/// The most services, and the most events, of a system.
pub(crate) const MOST_SERVICES: usize = 1_000;
/// The most resources of a service.
pub(crate) const MOST_RESOURCES: usize = 50;
/// The most fields of a resource, a record or an event.
pub(crate) const MOST_FIELDS: usize = 50;
/// The most values of an enum, and the most entries of `calls`, `publishes` and `consumes`.
pub(crate) const MOST_VALUES: usize = 100;

/// Checks a manifest.
///
/// # Errors
/// When anything is wrong, with everything that is: errors, and what is only suspicious.
pub fn validate(document: &Document) -> Result<System, Vec<Diagnostic>> {
    let mut checker = Checker {
        document,
        manifest: document.manifest(),
        found: document.mistakes().to_vec(),
        publishers: BTreeMap::new(),
    };
    let system = match checker.has_right_size() {
        true => checker.system(),
        false => None,
    };
    let found = checker.found;
    if found.iter().any(Diagnostic::is_error) {
        return Err(found);
    }
    let system = system.expect("what is left out of a system was reported");
    Ok(System {
        warnings: found,
        ..system
    })
}

/// The manifest under check, and what was found so far.
struct Checker<'a> {
    document: &'a Document,
    manifest: &'a Manifest,
    found: Vec<Diagnostic>,
    /// The services that publish an event, each with its index in `publishes`.
    publishers: BTreeMap<&'a str, Vec<(&'a str, usize)>>,
}

impl<'a> Checker<'a> {
    fn system(&mut self) -> Option<System> {
        let manifest = self.manifest;
        for (name, service) in &manifest.services {
            for (index, event) in service.publishes.iter().enumerate() {
                self.publishers
                    .entry(event)
                    .or_default()
                    .push((name, index));
            }
        }
        let name = self.system_name();
        let gateway = self.gateway_timeout();
        let ports = self.ports();
        let services: Vec<_> = manifest
            .services
            .iter()
            .map(|(name, table)| self.service(name, table))
            .collect();
        let events: Vec<_> = manifest
            .events
            .iter()
            .map(|(name, fields)| self.event(name, fields))
            .collect();
        let shape = self.shape();
        self.service_names();
        self.event_names();
        self.paths();
        self.publishers();
        self.allowances();
        if !self.found.iter().any(Diagnostic::is_error) {
            // After an error an event may only seem to be unused.
            self.unused_events();
        }
        let mut services = services.into_iter().collect::<Option<Vec<_>>>()?;
        let mut events = events.into_iter().collect::<Option<Vec<_>>>()?;
        services.sort_by(|one, other| one.name.cmp(&other.name));
        events.sort_by(|one, other| one.name.cmp(&other.name));
        for service in &mut services {
            service.port = ports.of_service(service.name.as_str());
        }
        Some(System {
            name: name?,
            gateway: super::Gateway {
                port: ports.gateway,
                timeout: gateway?,
            },
            postgres: self.postgres(),
            shape,
            services,
            events,
            dealt_ports: ports.dealt,
            warnings: Vec::new(),
        })
    }

    fn system_name(&mut self) -> Option<SystemName> {
        let path = ["system", "name"];
        if !self.document.contains(&path) || self.document.is_spoiled(&path) {
            return None;
        }
        let named = names::Named {
            what: "system",
            text: &self.manifest.system.name,
            place: self.document.value_span(&path),
        };
        self.name(&named, SystemName::parse, |_| None)
    }

    fn postgres(&self) -> PostgresServers {
        let table = self.manifest.compose.as_ref();
        match table.and_then(|compose| compose.postgres) {
            Some(manifest::PostgresServers::Shared) => PostgresServers::Shared,
            Some(manifest::PostgresServers::PerService) | None => PostgresServers::PerService,
        }
    }

    /// Whether the manifest is small enough to look at it more closely.
    fn has_right_size(&mut self) -> bool {
        let before = self.found.len();
        let counts = [
            ("services", "service", self.manifest.services.len()),
            ("events", "event", self.manifest.events.len()),
        ];
        for (key, what, count) in counts {
            if count > MOST_SERVICES {
                let place = self.document.key_span(&[key]);
                self.too_many(
                    Code::ManyServices,
                    place,
                    &format!("a system has {count} {what}s"),
                    MOST_SERVICES,
                );
            }
        }
        let sized = self.found.len() == before;
        if self.manifest.services.is_empty() && !self.document.is_spoiled(&["services"]) {
            let place = match self.document.key_span(&["services"]) {
                place if place.is_empty() => self.document.key_span(&["system"]),
                place => place,
            };
            self.found.push(
                Diagnostic::error(Code::NoServices, "the system has no services")
                    .at(place, "")
                    .help("add one: `[services.hello-service]` is enough"),
            );
        }
        sized
    }

    /// Reports a count above its limit.
    fn too_many(&mut self, code: Code, place: Range<usize>, what: &str, most: usize) {
        self.found.push(
            Diagnostic::error(code, format!("{what}, at most {most} are allowed"))
                .at(place, "too many"),
        );
    }
}
