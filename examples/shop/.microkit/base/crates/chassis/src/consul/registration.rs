//! Registers this process, and the services in it that others call, once it is ready, sees to it that the agent does not forget it, and takes it away at the end.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use axum::http::uri::Authority;
use serde_json::{Value, json};
use tokio::net::UdpSocket;
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};

use super::Agent;
use crate::attempts::Attempts;
use crate::config::Environment;

/// How often Consul asks for `/health`.
const CHECK: &str = "10s";
const PASSING: &str = "passing";
/// How long an answer may take.
const CHECK_TIMEOUT: &str = "5s";
/// An instance that fails for so long is taken off the list. Consul knows no shorter time.
const GONE_AFTER: &str = "1m";
/// How often the agent is asked whether it still knows of this process.
const LOOK: Duration = Duration::from_secs(5);
/// The process does not wait longer than this to be taken away.
const GOODBYE: Duration = Duration::from_secs(2);

/// What is said of this process, as the environment has it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Advertised {
    address: Option<String>,
    port: Option<u16>,
    host_name: Option<String>,
    tags: Vec<String>,
}

/// A registration that is kept up.
#[derive(Debug)]
pub(crate) struct Registration {
    agent: Agent,
    id: String,
    keeper: JoinHandle<()>,
}

impl Advertised {
    /// Reads `ADVERTISE_ADDRESS`, `ADVERTISE_PORT` and `CONSUL_SERVICE_TAGS`.
    pub(crate) fn read(environment: &mut Environment) -> Self {
        let tags = environment.text("CONSUL_SERVICE_TAGS").unwrap_or_default();
        let tags = tags.split(',').map(str::trim).filter(|tag| !tag.is_empty());
        Self {
            address: environment.text("ADVERTISE_ADDRESS"),
            port: environment.parsed("ADVERTISE_PORT", "a port"),
            host_name: environment.text("HOSTNAME"),
            tags: tags.map(str::to_owned).collect(),
        }
    }

    /// Of a service that is reached at a port of its own beside that of the process.
    pub(crate) fn beside(&self) -> Self {
        Self {
            port: None,
            ..self.clone()
        }
    }

    /// What the agent is told of the service `name`, which listens on `listening`.
    pub(super) async fn payload(&self, name: &str, listening: SocketAddr, agent: &Agent) -> Value {
        let port = self.port.unwrap_or(listening.port());
        let address = match &self.address {
            Some(address) => Some(address.clone()),
            None => reachable(listening.ip(), agent.authority()).await,
        };
        // The id has to be the same after a restart, so that the new process takes the place of the old one.
        let host = address.as_ref().or(self.host_name.as_ref());
        let host = host.map_or("localhost", String::as_str);
        let checked = address.as_deref().unwrap_or("127.0.0.1");
        let checked = match checked.contains(':') {
            true => format!("[{checked}]"),
            false => checked.to_owned(),
        };
        json!({
            "ID": format!("{name}-{host}-{port}"),
            "Name": name,
            "Address": address.unwrap_or_default(),
            "Port": port,
            "Tags": self.tags,
            "Meta": {"version": env!("CARGO_PKG_VERSION"), "protocol": "http"},
            "Check": {
                "Name": format!("{name} is ready"),
                "HTTP": format!("http://{checked}:{port}/health"),
                "Interval": CHECK,
                "Timeout": CHECK_TIMEOUT,
                "DeregisterCriticalServiceAfter": GONE_AFTER,
                // It registers when it is ready, so nobody has to wait for the first check.
                "Status": PASSING,
            },
        })
    }
}

/// The address under which others reach a listener; none where it is that of the agent.
///
/// A listener on one address has no other. One on all of them is reached where this machine meets the agent; if that is
/// here, the agent knows better under which address others know this machine.
async fn reachable(listening: IpAddr, agent: &Authority) -> Option<String> {
    if !listening.is_unspecified() {
        return Some(listening.to_string());
    }
    let here = async {
        let socket = UdpSocket::bind(SocketAddr::new(listening, 0)).await?;
        // Nothing is sent: it only chooses the way.
        socket
            .connect((agent.host(), agent.port_u16().unwrap_or(80)))
            .await?;
        std::io::Result::Ok(socket.local_addr()?.ip().to_canonical())
    };
    let here = here.await.ok().filter(|here| !here.is_loopback());
    here.map(|here| here.to_string())
}

impl Registration {
    /// Registers the service `name`, which listens on `listening`, now and whenever the agent has forgotten it.
    pub(crate) async fn start(
        agent: Agent,
        name: &'static str,
        listening: SocketAddr,
        advertised: &Advertised,
    ) -> Self {
        let payload = advertised.payload(name, listening, &agent).await;
        let id = payload["ID"].as_str().unwrap_or(name).to_owned();
        let keeper = tokio::spawn(keep(agent.clone(), name, id.clone(), payload));
        Self { agent, id, keeper }
    }

    /// Takes it away, so that nobody asks this process any more.
    pub(crate) async fn end(self) {
        self.keeper.abort();
        match timeout(GOODBYE, self.agent.deregister(&self.id)).await {
            Ok(Ok(())) => tracing::info!("{} is deregistered from Consul", self.id),
            Ok(Err(failure)) => tracing::warn!("{} is not deregistered: {failure}", self.id),
            Err(_) => tracing::warn!("{} is not deregistered: no answer in time", self.id),
        }
    }
}

async fn keep(agent: Agent, name: &'static str, id: String, mut payload: Value) {
    let mut attempts = Attempts::of(name, agent.told.clone());
    let mut is_there = false;
    loop {
        // Asked first: registering anew would make a failing instance look healthy.
        let state = match is_there {
            true => agent.knows(&id).await,
            false => Ok(false),
        };
        let outcome = match state {
            Ok(false) => agent.register(&payload).await.map(|()| true),
            Ok(true) => Ok(false),
            Err(failure) => Err(failure),
        };
        match outcome {
            Ok(registered) => {
                attempts.succeeded("Consul answers again");
                if registered {
                    // If it is forgotten it may be because its check fails, which the next check has to tell.
                    if let Some(check) = payload["Check"].as_object_mut() {
                        check.remove("Status");
                    }
                    tracing::info!("{id} is registered with Consul at {}", agent.authority());
                }
                is_there = true;
                sleep(LOOK).await;
            }
            Err(failure) => attempts.failed(&failure).await,
        }
    }
}
