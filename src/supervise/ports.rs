//! Where everything listens: as the manifest says, all of it moved by an offset, or wherever nobody does.

use std::collections::BTreeMap;
use std::io::{self, ErrorKind};
use std::net::{IpAddr, TcpListener};

use crate::system::{ServiceName, System};

use super::layout::Process;

/// The port of the gateway, and of each service where it is a process of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ports {
    pub gateway: u16,
    pub services: BTreeMap<ServiceName, u16>,
}

impl Ports {
    /// Those of the manifest.
    pub fn of(system: &System) -> Self {
        let services = system.services.iter();
        Self {
            gateway: system.gateway.port,
            services: services
                .map(|service| (service.name.clone(), service.port))
                .collect(),
        }
    }

    /// All of them higher by as much; none if that leads beyond the last port.
    pub fn moved_by(&self, offset: u16) -> Option<Self> {
        let services = self.services.iter();
        let services = services.map(|(name, port)| Some((name.clone(), port.checked_add(offset)?)));
        Some(Self {
            gateway: self.gateway.checked_add(offset)?,
            services: services.collect::<Option<_>>()?,
        })
    }

    /// Ports that nobody listens on at this moment.
    ///
    /// # Errors
    /// When there are not so many.
    pub fn free(system: &System) -> io::Result<Self> {
        // All are held until all are known, so that none is dealt twice.
        let mut held = Vec::new();
        let mut deal = || -> io::Result<u16> {
            let listener = TcpListener::bind(("127.0.0.1", 0))?;
            let port = listener.local_addr()?.port();
            held.push(listener);
            Ok(port)
        };
        let gateway = deal()?;
        let mut services = BTreeMap::new();
        for service in &system.services {
            services.insert(service.name.clone(), deal()?);
        }
        Ok(Self { gateway, services })
    }
}

/// The ports that some of the processes can't have: the process, the port, and why.
pub fn taken<'a>(
    processes: impl IntoIterator<Item = &'a Process>,
    host: IpAddr,
) -> Vec<(&'a str, u16, String)> {
    let mut taken = Vec::new();
    for process in processes {
        let inside = process.inside.iter();
        let ports = inside.map(|(name, port)| (name.as_str(), *port));
        for (name, port) in std::iter::once((process.name.as_str(), process.port)).chain(ports) {
            match TcpListener::bind((host, port)) {
                Ok(_) => {}
                Err(error) if error.kind() == ErrorKind::AddrInUse => {
                    taken.push((name, port, "another program listens there".to_owned()));
                }
                Err(error) => taken.push((name, port, error.to_string())),
            }
        }
    }
    taken
}
