//! Two systems in one picture: what came, what went and what stayed; and the same in words.
//!
//! Called by `graph.rs` for one system and by `commands/graph.rs` for two.

use std::collections::BTreeSet;

use crate::system::{Database, ServiceName, System};

use super::{Arrow, EventNode, Graph, Link, Mark, ServiceNode, Store, kind};

impl Graph {
    /// The picture of what leads from the one system to the other.
    pub fn between(before: &System, after: &System) -> Self {
        let services = merged(services(before), services(after));
        let events = merged(events(before), events(after));
        let arrows = merged(links(before), links(after));
        Self {
            system: after.name.clone(),
            renamed_from: (before.name != after.name).then(|| before.name.clone()),
            services: services
                .map(|(name, mark)| node(before, after, name, mark))
                .collect(),
            events: events
                .map(|(name, mark)| EventNode { name, mark })
                .collect(),
            arrows: arrows.map(|(link, mark)| Arrow { link, mark }).collect(),
            is_comparison: true,
        }
    }

    /// The changes in words, one a line, in the order services, events, calls, publications, consumptions, databases, processes.
    pub fn changes(&self) -> Vec<String> {
        let mut lines = Vec::new();
        if let Some(old) = &self.renamed_from {
            lines.push(format!("~ system {old} -> {}", self.system));
        }
        let mut add = |mark: Mark, what: String| match mark {
            Mark::Removed => lines.push(format!("- {what}")),
            Mark::Added => lines.push(format!("+ {what}")),
            Mark::Moved | Mark::Stayed => {}
        };
        for node in &self.services {
            add(node.mark, format!("service {}", node.name));
        }
        for node in &self.events {
            add(node.mark, format!("event {}", node.name));
        }
        for arrow in &self.arrows {
            add(
                arrow.mark,
                match &arrow.link {
                    Link::Call { from, to } => format!("call {from} -> {to}"),
                    Link::Publish { from, event } => format!("{from} publishes {event}"),
                    Link::Consume { event, to } => format!("{to} consumes {event}"),
                },
            );
        }
        lines.extend(self.services.iter().filter_map(database_change));
        let moved = self.services.iter().filter(|node| node.mark == Mark::Moved);
        lines.extend(moved.map(|node| match node.is_extracted {
            true => format!("~ {}: extracted, a process of its own", node.name),
            false => format!("~ {}: absorbed, in the one process", node.name),
        }));
        lines
    }
}

fn node(before: &System, after: &System, name: ServiceName, mark: Mark) -> ServiceNode {
    let [was, is] = [before, after].map(|system| system.shape.is_extracted(&name));
    ServiceNode {
        stores: stores(database(before, &name), database(after, &name)),
        is_extracted: match mark {
            Mark::Removed => was,
            _ => is,
        },
        mark: match mark {
            Mark::Stayed if was != is => Mark::Moved,
            other => other,
        },
        name,
    }
}

/// `~ user-service: database sqlite -> postgres`. That a service came or went says enough of its database.
fn database_change(node: &ServiceNode) -> Option<String> {
    if matches!(node.mark, Mark::Removed | Mark::Added) {
        return None;
    }
    let with = |mark: Mark| node.stores.iter().find(|store| store.mark == mark);
    let (old, new) = (with(Mark::Removed), with(Mark::Added));
    if old.is_none() && new.is_none() {
        return None;
    }
    let named = |store: Option<&Store>| store.map_or("none", |store| kind(store.kind));
    let (old, new) = (named(old), named(new));
    Some(format!("~ {}: database {old} -> {new}", node.name))
}

/// Everything that is in either set, sorted.
fn merged<T: Ord + Clone>(
    before: BTreeSet<T>,
    after: BTreeSet<T>,
) -> impl Iterator<Item = (T, Mark)> {
    let all: Vec<T> = before.union(&after).cloned().collect();
    all.into_iter().map(move |item| {
        let mark = match (before.contains(&item), after.contains(&item)) {
            (true, false) => Mark::Removed,
            (false, true) => Mark::Added,
            _ => Mark::Stayed,
        };
        (item, mark)
    })
}

fn services(system: &System) -> BTreeSet<ServiceName> {
    let services = system.services.iter();
    services.map(|service| service.name.clone()).collect()
}

fn events(system: &System) -> BTreeSet<crate::system::EventName> {
    let events = system.events.iter();
    events.map(|event| event.name.clone()).collect()
}

fn links(system: &System) -> BTreeSet<Link> {
    let mut links = BTreeSet::new();
    for service in &system.services {
        links.extend(service.calls.iter().map(|to| Link::Call {
            from: service.name.clone(),
            to: to.clone(),
        }));
        links.extend(service.publishes.iter().map(|event| Link::Publish {
            from: service.name.clone(),
            event: event.clone(),
        }));
        links.extend(service.consumes.iter().map(|event| Link::Consume {
            event: event.clone(),
            to: service.name.clone(),
        }));
    }
    links
}

/// The database of a service, unless it has none or there is no such service.
fn database(system: &System, name: &ServiceName) -> Option<Database> {
    let mut services = system.services.iter();
    let service = services.find(|service| service.name == *name)?;
    (service.database != Database::None).then_some(service.database)
}

fn stores(before: Option<Database>, after: Option<Database>) -> Vec<Store> {
    let store = |kind: Option<Database>, mark| kind.map(|kind| Store { kind, mark });
    let (first, second) = match before == after {
        true => (store(before, Mark::Stayed), None),
        false => (store(before, Mark::Removed), store(after, Mark::Added)),
    };
    first.into_iter().chain(second).collect()
}
