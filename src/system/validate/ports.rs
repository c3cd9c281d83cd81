//! Ports: each is used once, and those that the manifest leaves out are dealt.
//!
//! Called by `validate`. The dealing depends on nothing but the manifest, so the same manifest gets the same ports.

use std::collections::BTreeMap;
use std::ops::Range;

use super::Checker;
use crate::diagnostic::{Code, Diagnostic};

/// The gateway's, where the manifest leaves it out and no service has it. Services follow behind it.
const FIRST: u16 = 8000;

/// Every port of the system.
pub(super) struct Ports {
    pub gateway: u16,
    services: BTreeMap<String, u16>,
    /// Those that the manifest leaves out, each with the path of its key.
    pub dealt: Vec<(Vec<String>, u16)>,
}

impl Ports {
    pub fn of_service(&self, name: &str) -> u16 {
        self.services.get(name).copied().unwrap_or(FIRST)
    }
}

impl Checker<'_> {
    pub(super) fn ports(&mut self) -> Ports {
        let mut taken = BTreeMap::new();
        let gateway = self
            .manifest
            .gateway
            .as_ref()
            .and_then(|gateway| gateway.port);
        if let Some(port) = gateway {
            taken.insert(port, self.document.value_span(&["gateway", "port"]));
        }
        let mut services = BTreeMap::new();
        for (name, service) in &self.manifest.services {
            let Some(port) = service.port else { continue };
            services.insert(name.clone(), port);
            let place = self.document.value_span(&["services", name, "port"]);
            self.take(&mut taken, port, place);
        }
        let mut dealt = Vec::new();
        let gateway = gateway.unwrap_or_else(|| {
            let port = next(&mut taken, FIRST);
            dealt.push((path(&["gateway", "port"]), port));
            port
        });
        let mut without: Vec<&String> = self.manifest.services.keys().collect();
        without.retain(|name| !services.contains_key(*name));
        without.sort();
        for name in without {
            let port = next(&mut taken, FIRST + 1);
            services.insert(name.clone(), port);
            dealt.push((path(&["services", name, "port"]), port));
        }
        Ports {
            gateway,
            services,
            dealt,
        }
    }

    fn take(&mut self, taken: &mut BTreeMap<u16, Range<usize>>, port: u16, place: Range<usize>) {
        let Some(first) = taken.get(&port) else {
            taken.insert(port, place);
            return;
        };
        self.found.push(
            Diagnostic::error(Code::SamePort, format!("port {port} is used twice"))
                .at(place, "used here again")
                .at(first.clone(), "first used here")
                .help("choose another, or leave one of the keys out to have a port dealt"),
        );
    }
}

/// The first free port from `from` on. A system has far fewer services than there are ports.
fn next(taken: &mut BTreeMap<u16, Range<usize>>, from: u16) -> u16 {
    let mut port = from;
    while taken.contains_key(&port) {
        port = port.checked_add(1).unwrap_or(1024);
    }
    taken.insert(port, 0..0);
    port
}

fn path(keys: &[&str]) -> Vec<String> {
    keys.iter().map(|key| (*key).to_owned()).collect()
}
