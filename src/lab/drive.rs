//! What is sent to a system that nobody knows: its requests by the manifest, and what has to be there before. Each lab
//! chooses among them; `commands/lab/prepare.rs` creates what they need.

use std::collections::BTreeMap;

use crate::plan;
use crate::system::{FieldType, Resource, ResourceRef, Service, ServiceName, System};

/// The ids of what was created, by the resource.
pub type Ids = BTreeMap<ResourceRef, String>;

/// A request that can be sent again and again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Drive<'a> {
    /// Who answers it.
    pub service: &'a Service,
    pub kind: Kind<'a>,
}

/// What it does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind<'a> {
    /// Creates one more.
    Create(&'a Resource),
    /// Reads one.
    Read(&'a Resource),
    /// Reads a page of as many as there can be on one.
    List(&'a Resource),
    /// Reads the greeting of a service that has no resource.
    Greet,
}

/// A request as it is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    pub method: &'static str,
    /// With its query.
    pub path: String,
    /// JSON.
    pub body: Option<String>,
}

/// Entries on the largest page that a list has.
pub const PAGE: u64 = 100;

/// A load sends fewer than these.
const ENOUGH: u64 = 100_000;

impl Drive<'_> {
    /// What is sent, as it is written: `GET /api/orders/{id}`.
    pub fn name(&self) -> String {
        let prefix = format!("{} /api", self.method());
        match self.kind {
            Kind::Create(resource) => format!("{prefix}/{}", resource.path),
            Kind::Read(resource) => format!("{prefix}/{}/{{id}}", resource.path),
            Kind::List(resource) => format!("{prefix}/{}?limit={PAGE}", resource.path),
            Kind::Greet => format!("{prefix}/{}", self.service.name),
        }
    }

    /// The services that are asked before it is answered, once for each time they are: each reference to a resource of
    /// another service is looked up there.
    pub fn asks(&self) -> Vec<&ServiceName> {
        let Kind::Create(resource) = self.kind else {
            return Vec::new();
        };
        let references = plan::referred(resource).into_iter();
        let services = references.map(|reference| &reference.service);
        services
            .filter(|service| **service != self.service.name)
            .collect()
    }

    /// How often it goes from one process to another once each service is one: from the gateway to the service, and on.
    pub fn hops(&self) -> usize {
        1 + self.asks().len()
    }

    /// The resource that one entry must be there of.
    pub fn needs(&self) -> Option<ResourceRef> {
        match self.kind {
            Kind::Read(resource) | Kind::List(resource) => Some(self.reference(resource)),
            Kind::Create(_) | Kind::Greet => None,
        }
    }

    /// The `n`-th of its requests, to a system with these ids.
    pub fn request(&self, n: u64, ids: &Ids) -> Request {
        let path = match self.kind {
            Kind::Create(resource) => format!("/api/{}", resource.path),
            Kind::Read(resource) => {
                let id = ids.get(&self.reference(resource));
                let id = id.map(String::as_str).unwrap_or_default();
                format!("/api/{}/{id}", resource.path)
            }
            Kind::List(resource) => format!("/api/{}?limit={PAGE}", resource.path),
            Kind::Greet => format!("/api/{}", self.service.name),
        };
        let body = match self.kind {
            Kind::Create(resource) => Some(plan::body(resource, n, |to| ids.get(to).cloned())),
            Kind::Read(_) | Kind::List(_) | Kind::Greet => None,
        };
        Request {
            method: self.method(),
            path,
            body,
        }
    }

    fn method(&self) -> &'static str {
        match self.kind {
            Kind::Create(_) => "POST",
            Kind::Read(_) | Kind::List(_) | Kind::Greet => "GET",
        }
    }

    fn reference(&self, resource: &Resource) -> ResourceRef {
        ResourceRef {
            service: self.service.name.clone(),
            resource: resource.name.clone(),
        }
    }
}

/// The requests of a system that can be sent many times, those that need the most hops first, writing ones before
/// reading ones.
pub fn farthest(system: &System) -> Vec<Drive<'_>> {
    let mut drives: Vec<Drive> = system.services.iter().flat_map(creating).collect();
    drives.extend(system.services.iter().flat_map(reading));
    // The sort keeps the order of those that are alike.
    drives.sort_by_key(|drive| std::cmp::Reverse(drive.hops()));
    drives.retain(|drive| match drive.kind {
        Kind::Create(resource) => drive.hops() > 1 && plan::bodies(resource) >= ENOUGH,
        _ => true,
    });
    drives
}

/// Reading a page of each resource of a service, or its greeting.
pub fn listing(service: &Service) -> Vec<Drive<'_>> {
    let drive = |kind| Drive { service, kind };
    match service.resources.is_empty() {
        true => vec![drive(Kind::Greet)],
        false => service
            .resources
            .iter()
            .map(Kind::List)
            .map(drive)
            .collect(),
    }
}

/// The requests that create something again and again at a service which publishes an event, each with a service that
/// consumes it and is not asked for that. Those that surely publish, as the manifest has it, come first.
pub fn telling(system: &System) -> Vec<(Drive<'_>, &ServiceName)> {
    let mut telling = Vec::new();
    for drive in system.services.iter().flat_map(creating) {
        let Kind::Create(resource) = drive.kind else {
            continue;
        };
        if plan::bodies(resource) < ENOUGH {
            continue;
        }
        for event in &drive.service.publishes {
            let is_sure = plan::published(system, drive.service, resource) == Some(event);
            let consumers = system.consumers(event).into_iter().map(|one| &one.name);
            let apart = consumers
                .filter(|name| **name != drive.service.name && !drive.asks().contains(name));
            telling.extend(apart.map(|consumer| (is_sure, drive, consumer)));
        }
    }
    telling.sort_by_key(|(is_sure, ..)| !is_sure);
    let telling = telling.into_iter();
    telling
        .map(|(_, drive, consumer)| (drive, consumer))
        .collect()
}

/// All requests that the labs know of a service: for each resource a page of it, one of it, and one more; or its greeting.
pub fn every(service: &Service) -> Vec<Drive<'_>> {
    if service.resources.is_empty() {
        return reading(service);
    }
    let kinds = |resource| {
        [
            Kind::List(resource),
            Kind::Read(resource),
            Kind::Create(resource),
        ]
    };
    let kinds = service.resources.iter().flat_map(kinds);
    kinds.map(|kind| Drive { service, kind }).collect()
}

/// The references of a resource that no two of it may share, so that each one more needs a target of its own.
pub fn own_targets(resource: &Resource) -> Vec<&ResourceRef> {
    let fields = resource.fields.iter();
    let own = fields.filter(|field| field.required && field.unique && !field.readonly);
    let targets = own.filter_map(|field| match &field.kind {
        FieldType::Reference { to } => Some(to),
        _ => None,
    });
    targets.collect()
}

/// Creating each resource of a service.
pub fn creating(service: &Service) -> impl Iterator<Item = Drive<'_>> {
    let resources = service.resources.iter();
    resources.map(move |resource| Drive {
        service,
        kind: Kind::Create(resource),
    })
}

fn reading(service: &Service) -> Vec<Drive<'_>> {
    let drive = |kind| Drive { service, kind };
    match service.resources.is_empty() {
        true => vec![drive(Kind::Greet)],
        false => service
            .resources
            .iter()
            .map(Kind::Read)
            .map(drive)
            .collect(),
    }
}

/// What has to be created before a request can be sent, each behind what it refers to itself. `None` where that goes in a
/// circle.
pub fn needed(system: &System, drive: &Drive) -> Option<Vec<ResourceRef>> {
    let mut order = Vec::new();
    match (drive.needs(), drive.kind) {
        (Some(reference), _) => visit(system, &reference, &mut order, &mut Vec::new())?,
        (None, Kind::Create(resource)) => {
            let mut way = vec![drive.reference(resource)];
            visit_referred(system, resource, &mut order, &mut way)?;
        }
        (None, _) => {}
    }
    Some(order)
}

/// Puts the resource behind all that it refers to. `way` leads to it.
fn visit(
    system: &System,
    reference: &ResourceRef,
    order: &mut Vec<ResourceRef>,
    way: &mut Vec<ResourceRef>,
) -> Option<()> {
    if order.contains(reference) {
        return Some(());
    }
    way.push(reference.clone());
    visit_referred(system, system.resource(reference), order, way)?;
    way.pop();
    order.push(reference.clone());
    Some(())
}

fn visit_referred(
    system: &System,
    resource: &Resource,
    order: &mut Vec<ResourceRef>,
    way: &mut Vec<ResourceRef>,
) -> Option<()> {
    for target in plan::referred(resource) {
        match way.contains(target) {
            true if is_required(resource, target) => return None,
            // What may be left out is, where it leads back.
            true => {}
            false => visit(system, target, order, way)?,
        }
    }
    Some(())
}

fn is_required(resource: &Resource, target: &ResourceRef) -> bool {
    let leads_there =
        |kind: &FieldType| matches!(kind, FieldType::Reference { to } if to == target);
    let mut fields = resource.fields.iter();
    fields.any(|field| field.required && !field.readonly && leads_there(&field.kind))
}

/// The service that most others call; of those that are called as often, the one with a resource, then the first.
pub fn busiest(system: &System) -> Option<&Service> {
    let callers = |service: &Service| {
        let all = system.services.iter();
        all.filter(|other| other.calls.contains(&service.name))
            .count()
    };
    // Of two that rank alike, `max_by_key` takes the last: the first of the names, this way round.
    let services = system.services.iter().rev();
    services.max_by_key(|service| (callers(service), !service.resources.is_empty()))
}
