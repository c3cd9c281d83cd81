//! Where everything listens: as the manifest says, all of it moved by an offset, or wherever nobody does.

use std::collections::BTreeMap;
use std::io::{self, ErrorKind};
use std::net::{IpAddr, Ipv4Addr, TcpListener};
use std::ops::Range;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

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
        let ports = free_ports(1 + system.services.len())?;
        let services = system.services.iter().zip(&ports[1..]);
        Ok(Self {
            gateway: ports[0],
            services: services
                .map(|(service, port)| (service.name.clone(), *port))
                .collect(),
        })
    }
}

/// Where free ports are looked for: below those that systems deal to connections which go out. Of those, one could be
/// taken between its choice and its use.
const CHOICE: Range<u32> = 12_000..32_000;

/// As many ports that nobody listens on at this moment. None is dealt twice.
///
/// # Errors
/// When there are not so many.
pub fn free_ports(count: usize) -> io::Result<Vec<u16>> {
    static NEXT: OnceLock<AtomicU32> = OnceLock::new();
    // Not the same ones for everybody who looks at the same time.
    let next = NEXT.get_or_init(|| AtomicU32::new(getrandom::u32().unwrap_or_default() / 2));
    let size = CHOICE.end - CHOICE.start;
    let some = (0..size).map(|_| CHOICE.start + next.fetch_add(1, Ordering::Relaxed) % size);
    let some = some.filter_map(|port| u16::try_from(port).ok());
    let free = some.filter(|port| TcpListener::bind((Ipv4Addr::LOCALHOST, *port)).is_ok());
    let free: Vec<u16> = free.take(count).collect();
    match free.len() == count {
        true => Ok(free),
        false => Err(io::Error::new(ErrorKind::AddrInUse, "no port is free")),
    }
}

/// A port that a process can't have.
#[derive(Debug)]
pub struct Taken<'a> {
    pub process: &'a str,
    pub port: u16,
    error: io::Error,
}

impl Taken<'_> {
    /// Whether another program listens there.
    pub fn is_in_use(&self) -> bool {
        self.error.kind() == ErrorKind::AddrInUse
    }

    /// Why it can't be had.
    pub fn why(&self) -> String {
        match self.is_in_use() {
            true => "another program listens there".to_owned(),
            false => self.error.to_string(),
        }
    }
}

/// The ports that some of the processes can't have.
pub fn taken<'a>(processes: impl IntoIterator<Item = &'a Process>, host: IpAddr) -> Vec<Taken<'a>> {
    let mut taken = Vec::new();
    for process in processes {
        let inside = process.inside.iter();
        let ports = inside.map(|(name, port)| (name.as_str(), *port));
        for (name, port) in std::iter::once((process.name.as_str(), process.port)).chain(ports) {
            if let Err(error) = TcpListener::bind((host, port)) {
                taken.push(Taken {
                    process: name,
                    port,
                    error,
                });
            }
        }
    }
    taken
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{CHOICE, free_ports};

    #[test]
    fn no_port_is_dealt_twice_and_none_that_a_connection_could_take() {
        let dealt: Vec<u16> = (0..40).flat_map(|_| free_ports(5).expect("some")).collect();
        assert_eq!(dealt.iter().collect::<BTreeSet<_>>().len(), 200);
        assert!(dealt.iter().all(|port| CHOICE.contains(&u32::from(*port))));
    }
}
