//! Who calls whom, by indices into the services of the system.
//!
//! Made once by `judge`; `circle.rs`, `chain.rs` and `service.rs` read it, and so does `advice/facts.rs`.

use std::collections::BTreeSet;

use super::graph;
use crate::system::{FieldType, Service, System};

pub(crate) struct Calls<'a> {
    services: &'a [Service],
    /// The services that each one calls, sorted.
    pub(crate) of: Vec<Vec<usize>>,
    /// The services that call each one, sorted.
    pub(crate) callers: Vec<Vec<usize>>,
    /// Services that call each other, directly or through others, have the same one; see `graph::groups`.
    pub(super) group: Vec<usize>,
    /// The services to whose resources each one refers.
    referred: Vec<BTreeSet<usize>>,
}

impl<'a> Calls<'a> {
    pub(crate) fn new(system: &'a System) -> Self {
        let services = system.services.as_slice();
        let index = |name| services.binary_search_by(|service| service.name.cmp(name));
        let of: Vec<Vec<usize>> = services
            .iter()
            .map(|service| service.calls.iter().flat_map(index).collect())
            .collect();
        let mut callers = vec![Vec::new(); services.len()];
        for (caller, called) in of.iter().enumerate() {
            for &called in called {
                callers[called].push(caller);
            }
        }
        let referred = services.iter().map(|service| {
            let fields = service.resources.iter().flat_map(|one| &one.fields);
            let owners = fields.filter_map(|field| match &field.kind {
                FieldType::Reference { to } => index(&to.service).ok(),
                _ => None,
            });
            owners.collect()
        });
        Self {
            referred: referred.collect(),
            group: graph::groups(&of),
            services,
            callers,
            of,
        }
    }

    pub(super) fn name(&self, service: usize) -> &'a str {
        self.services[service].name.as_str()
    }

    /// Whether calls lead from the service back to it.
    pub(crate) fn is_in_circle(&self, service: usize) -> bool {
        let group = self.group[service];
        self.group.iter().filter(|other| **other == group).count() > 1
    }

    /// Whether the call is there to check a reference: the service that is called looks into its own database and
    /// answers, and calls nobody for it.
    pub(super) fn is_check(&self, caller: usize, called: usize) -> bool {
        self.referred[caller].contains(&called)
    }
}
