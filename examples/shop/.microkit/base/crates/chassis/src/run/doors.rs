//! Where a process is reached: at its own port and, if services run apart from it, at one for each service in it, so that
//! they find it where they would find a process of its own.
//!
//! Called by `process.rs`. Read next: `server.rs`, `consul/registration.rs`.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use anyhow::Context as _;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinSet;

use super::{Servers, probe};
use crate::client::Slot;
use crate::config::{self, Environment};
use crate::consul::Registration;
use crate::layers::{self, Limits};
use crate::server::{self, Serving};
use crate::spans::Spans;
use crate::{Service, health};

/// A port, and whom one finds there.
pub(super) struct Door {
    pub(super) name: &'static str,
    pub(super) port: u16,
    /// The variable that chooses another port.
    pub(super) variable: String,
    /// Filled once everything behind it is there.
    pub(super) router: Slot,
}

impl Door {
    /// That of a service beside others, whose router will be in `router`.
    pub(super) fn of(environment: &mut Environment, service: &Service, router: Slot) -> Self {
        let (variable, port) = config::port(environment, service);
        Self {
            name: service.name(),
            port,
            variable,
            router,
        }
    }
}

/// The doors of a process, open.
pub(super) struct Doors {
    open: Vec<(Door, SocketAddr)>,
    listeners: Vec<TcpListener>,
}

impl Doors {
    /// Opens all of them or none. The first one is that of the process.
    ///
    /// # Errors
    /// If somebody else listens there.
    pub(super) async fn open(doors: Vec<Door>, host: IpAddr) -> anyhow::Result<Self> {
        let (mut open, mut listeners) = (Vec::new(), Vec::new());
        for door in doors {
            let address = SocketAddr::new(host, door.port);
            let listener = TcpListener::bind(address).await;
            let listener = listener.with_context(|| {
                let variable = &door.variable;
                format!(
                    "can't listen on {address}; is it running already? {variable}=… chooses another port"
                )
            })?;
            open.push((door, listener.local_addr()?));
            listeners.push(listener);
        }
        Ok(Self { open, listeners })
    }

    /// Answers at each of them until `closed` is true, and then lets what is under way finish for as long as `patience`
    /// lasts. Whoever asks before everything is there is told so.
    pub(super) fn serve(
        &mut self,
        limits: Limits,
        closed: &watch::Receiver<bool>,
        patience: Duration,
    ) -> JoinSet<()> {
        let mut serving = JoinSet::new();
        for ((door, _), listener) in self.open.iter().zip(self.listeners.drain(..)) {
            // What is told then is not worth recording.
            let starting = layers::apply(health::starting(), door.name, limits, &Spans::default());
            let answers = Serving {
                ready: door.router.clone(),
                before: starting,
            };
            serving.spawn(server::serve(listener, answers, closed.clone(), patience));
        }
        serving
    }

    /// Everything is there: says where.
    pub(super) fn announce(&self) {
        for (index, (door, address)) in self.open.iter().enumerate() {
            let name = door.name;
            match index {
                0 => tracing::info!(
                    "{name} listens on http://{address}, to be tried at http://{}/docs",
                    probe::reachable(*address)
                ),
                _ => tracing::info!(
                    "{name} listens on http://{address}, for the services that run apart"
                ),
            }
        }
    }

    /// Others find them from now on, if there is a registry.
    pub(super) async fn register(&self, servers: &Servers) -> Vec<Registration> {
        let mut registrations = Vec::new();
        let Some((agent, advertised)) = &servers.registry else {
            return registrations;
        };
        for (index, (door, address)) in self.open.iter().enumerate() {
            let advertised = match index {
                0 => advertised.clone(),
                _ => advertised.beside(),
            };
            let registration = Registration::start(agent.clone(), door.name, *address, &advertised);
            registrations.push(registration.await);
        }
        registrations
    }
}

/// Others stop finding them.
pub(super) async fn deregister(registrations: Vec<Registration>) {
    let ending = registrations.into_iter().map(Registration::end);
    ending.collect::<JoinSet<()>>().join_all().await;
}
