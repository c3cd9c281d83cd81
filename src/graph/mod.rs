//! The system as a picture: services with their databases, calls, events, and the one process that can hold them all.
//!
//! `commands/graph.rs` prints it, `plan/readme.rs` puts it into the workspace's README. Pure: the same system, the same
//! bytes. Read `compare.rs` for two systems in one picture, then `mermaid.rs`, `dot.rs` and `svg/` for the formats;
//! `layout/` knows nothing of systems and places boxes and arrows.

mod compare;
mod dot;
pub mod layout;
mod mermaid;
mod svg;
mod words;

use crate::system::{Database, EventName, ServiceName, System, SystemName};

pub use dot::dot;
pub use mermaid::mermaid;
pub use svg::svg;

/// What is drawn, everything sorted by name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Graph {
    pub system: SystemName,
    /// The name it had, if that is another one.
    pub renamed_from: Option<SystemName>,
    pub services: Vec<ServiceNode>,
    pub events: Vec<EventNode>,
    pub arrows: Vec<Arrow>,
    /// Whether two systems were compared: then the picture has a legend of the marks.
    pub is_comparison: bool,
}

/// A service, with its database; with two of them if it changed from one kind to another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceNode {
    pub name: ServiceName,
    pub mark: Mark,
    pub stores: Vec<Store>,
    /// Whether it is a process of its own, and not in the one that the gateway is in.
    pub is_extracted: bool,
}

/// The database of a service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Store {
    /// Never `Database::None`.
    pub kind: Database,
    pub mark: Mark,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventNode {
    pub name: EventName,
    pub mark: Mark,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arrow {
    pub link: Link,
    pub mark: Mark,
}

/// What leads from one node to another.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Link {
    Call { from: ServiceName, to: ServiceName },
    Publish { from: ServiceName, event: EventName },
    Consume { event: EventName, to: ServiceName },
}

/// What became of a part between two systems.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mark {
    Removed,
    Added,
    /// Still there, but in another process.
    Moved,
    Stayed,
}

impl Mark {
    /// Its name in the classes of the formats; that which stayed has none.
    fn class(self) -> Option<&'static str> {
        match self {
            Self::Removed => Some("removed"),
            Self::Added => Some("added"),
            Self::Moved => Some("moved"),
            Self::Stayed => None,
        }
    }
}

impl Graph {
    /// The picture of one system.
    pub fn of(system: &System) -> Self {
        Self {
            is_comparison: false,
            ..Self::between(system, system)
        }
    }

    /// The services in the process of the gateway, and those in processes of their own.
    fn sides(&self) -> (Vec<&ServiceNode>, Vec<&ServiceNode>) {
        self.services.iter().partition(|node| !node.is_extracted)
    }

    /// The events that stay in the process of the gateway, and those that don't.
    fn events_by_side(&self) -> (Vec<&EventNode>, Vec<&EventNode>) {
        let is_extracted = |name: &ServiceName| {
            let mut services = self.services.iter();
            services.any(|node| node.name == *name && node.is_extracted)
        };
        let has_inside = self.services.iter().any(|node| !node.is_extracted);
        let leaves = |node: &&EventNode| {
            !has_inside
                || self.arrows.iter().any(|arrow| match &arrow.link {
                    Link::Publish { from, event } => *event == node.name && is_extracted(from),
                    Link::Consume { event, to } => *event == node.name && is_extracted(to),
                    Link::Call { .. } => false,
                })
        };
        let (out, within) = self.events.iter().partition(leaves);
        (within, out)
    }

    /// Whether it runs as more than one process.
    fn is_divided(&self) -> bool {
        self.services.iter().any(|node| node.is_extracted)
    }

    fn has_moved(&self) -> bool {
        self.services.iter().any(|node| node.mark == Mark::Moved)
    }

    /// The marks of its services, databases, calls and events.
    fn marks(&self) -> [Vec<Mark>; 4] {
        let stores = self.services.iter().flat_map(|node| &node.stores);
        let calls = self.arrows.iter().filter(|arrow| arrow.link.is_call());
        [
            self.services.iter().map(|node| node.mark).collect(),
            stores.map(|store| store.mark).collect(),
            calls.map(|arrow| arrow.mark).collect(),
            self.events.iter().map(|node| node.mark).collect(),
        ]
    }
}

impl ServiceNode {
    fn id(&self) -> String {
        service_id(&self.name)
    }

    /// Services may be called `x-sqlite`, but no service's id begins with `d_`.
    fn store_id(&self, store: &Store) -> String {
        format!("d_{}_{}", self.name.krate(), kind(store.kind))
    }
}

impl EventNode {
    fn id(&self) -> String {
        event_id(&self.name)
    }
}

impl Link {
    /// The ids of the nodes that it joins.
    fn ends(&self) -> (String, String) {
        match self {
            Self::Call { from, to } => (service_id(from), service_id(to)),
            Self::Publish { from, event } => (service_id(from), event_id(event)),
            Self::Consume { event, to } => (event_id(event), service_id(to)),
        }
    }

    fn is_call(&self) -> bool {
        matches!(self, Self::Call { .. })
    }
}

/// With the prefix no id is a keyword of Mermaid or DOT, whatever the service is called: `end`, `node`, `style`.
fn service_id(name: &ServiceName) -> String {
    format!("s_{}", name.krate())
}

/// No name has two underscores in a row, so `a.b_c` and `a_b.c` stay apart.
fn event_id(name: &EventName) -> String {
    format!("e_{}", name.as_str().replace('.', "__"))
}

/// A kind of database as the manifest writes it.
fn kind(database: Database) -> &'static str {
    match database {
        Database::Postgres => "postgres",
        Database::Sqlite => "sqlite",
        Database::None => "none",
    }
}

/// A kind of database by its proper name.
fn product(database: Database) -> &'static str {
    match database {
        Database::Postgres => "PostgreSQL",
        Database::Sqlite => "SQLite",
        Database::None => "",
    }
}
