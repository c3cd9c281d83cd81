//! The ways from a process to the services that it calls, as the environment has them: within it, or over HTTP to the
//! instances that a URL or the registry names. Who calls does not know which. `run.rs` reads them.

use std::collections::BTreeMap;
use std::time::Duration;

use super::Servers;
use crate::client::{Callee, Instances, Slot, Transport};
use crate::config::{self, Calls, Environment};
use crate::{Gateway, Peer};

/// How every service is reached from here.
pub(super) struct Ways {
    servers: Servers,
    calls: Calls,
    /// The services of this process.
    here: BTreeMap<&'static str, Slot>,
}

impl Ways {
    /// Reads how calls are made from a process with the services `here`.
    pub(super) fn read(
        environment: &mut Environment,
        servers: &Servers,
        here: BTreeMap<&'static str, Slot>,
    ) -> Self {
        Self {
            servers: servers.clone(),
            calls: Calls::read(environment),
            here,
        }
    }

    /// Where the router of a service of this process will be.
    pub(super) fn slot(&self, name: &str) -> Slot {
        self.here.get(name).cloned().unwrap_or_default()
    }

    /// Whether events go to a broker.
    pub(super) fn over_broker(&self) -> bool {
        self.servers.broker.is_some()
    }

    /// Those that the service `caller` sends something to.
    pub(super) fn callees(
        &self,
        environment: &mut Environment,
        caller: &'static str,
        peers: Vec<Peer>,
    ) -> BTreeMap<&'static str, Callee> {
        self.all(environment, caller, peers, self.calls.timeout)
    }

    /// Those behind the gateway.
    pub(super) fn upstreams(
        &self,
        environment: &mut Environment,
        gateway: &Gateway,
    ) -> BTreeMap<&'static str, Callee> {
        let timeout = self.calls.gateway.unwrap_or(gateway.timeout);
        let peers = gateway.upstreams.clone();
        self.all(environment, gateway.name, peers, timeout)
    }

    fn all(
        &self,
        environment: &mut Environment,
        caller: &'static str,
        peers: Vec<Peer>,
        timeout: Duration,
    ) -> BTreeMap<&'static str, Callee> {
        let callees = peers.into_iter().filter_map(|peer| {
            let instances = self.instances(environment, peer)?;
            let names = (peer.name, caller);
            let callee = Callee::with(names, instances, timeout, self.calls.breaks);
            Some((peer.name, callee))
        });
        callees.collect()
    }

    /// The instances of a service: at the URLs that are set for it, within this process, those that the registry knows,
    /// or the one at its own port on this machine.
    fn instances(&self, environment: &mut Environment, peer: Peer) -> Option<Instances> {
        if let Some(instances) = config::peer(environment, peer) {
            return Some(instances);
        }
        if let Some(slot) = self.here.get(peer.name) {
            return Some(Transport::InProcess(slot.clone()).into());
        }
        if let Some(discovery) = &self.servers.discovery {
            return Some(discovery.instances(peer.name));
        }
        Some(config::local(peer)?.into())
    }
}

#[cfg(test)]
mod tests {
    use axum::Router;
    use axum::body::Bytes;
    use axum::http::StatusCode;
    use axum::routing::any;
    use serde_json::json;
    use tokio::net::TcpListener;
    use tokio::sync::watch;
    use tokio::time::Instant;

    use super::*;
    use crate::CallError;

    const USERS: Peer = Peer::new("user-service", 8001);

    fn callee(
        variables: &[(&str, &str)],
        here: BTreeMap<&'static str, Slot>,
        gateway: Option<&Gateway>,
    ) -> Callee {
        let variables = variables.iter();
        let variables = variables.map(|(name, value)| ((*name).into(), (*value).into()));
        let mut environment = Environment::of(variables);
        let ways = Ways::read(&mut environment, &Servers::default(), here);
        let mut callees = match gateway {
            Some(gateway) => ways.upstreams(&mut environment, gateway),
            None => ways.callees(&mut environment, "order-service", vec![USERS]),
        };
        assert!(environment.problems().is_empty());
        callees.remove(USERS.name).unwrap()
    }

    /// A service of this process that never answers.
    fn silent() -> BTreeMap<&'static str, Slot> {
        let slot = Slot::default();
        let never = any(async |_: Bytes| std::future::pending::<StatusCode>().await);
        slot.set(Router::new().fallback(never));
        BTreeMap::from([(USERS.name, slot)])
    }

    /// How long six calls without an answer wait, in seconds.
    async fn six_calls(callee: &Callee) -> Vec<u64> {
        let mut waited = Vec::new();
        for _ in 0..6 {
            let begun = Instant::now();
            let error = callee.post("/", &json!({})).await.unwrap_err();
            waited.push(begun.elapsed().as_secs());
            let is_open = matches!(error, CallError::Unavailable { .. });
            assert_eq!(is_open, begun.elapsed().is_zero(), "{error}");
        }
        waited
    }

    #[tokio::test(start_paused = true)]
    async fn the_environment_says_how_long_to_wait_and_whether_to_stop_calling() {
        let usual = callee(&[], silent(), None);
        assert_eq!(six_calls(&usual).await, [5, 5, 5, 5, 5, 0]);
        let hasty = callee(&[("CALL_TIMEOUT", "2s")], silent(), None);
        assert_eq!(six_calls(&hasty).await, [2, 2, 2, 2, 2, 0]);
        let variables = [("CALL_TIMEOUT", "60m"), ("CIRCUIT_BREAKER", "off")];
        let endless = callee(&variables, silent(), None);
        assert_eq!(six_calls(&endless).await, [3600; 6]);
    }

    #[tokio::test(start_paused = true)]
    async fn the_gateway_waits_as_long_as_its_manifest_or_the_environment_says() {
        let gateway = Gateway {
            name: "gateway",
            port: 8000,
            upstreams: vec![USERS],
            timeout: Duration::from_secs(3),
            router: |_| Ok(Router::new()),
        };
        let usual = callee(&[("CALL_TIMEOUT", "1s")], silent(), Some(&gateway));
        assert_eq!(six_calls(&usual).await, [3, 3, 3, 3, 3, 0]);
        let variables = [("GATEWAY_TIMEOUT", "20s"), ("CIRCUIT_BREAKER", "off")];
        let patient = callee(&variables, silent(), Some(&gateway));
        assert_eq!(six_calls(&patient).await, [20; 6]);
    }

    #[tokio::test]
    async fn the_calls_are_shared_by_the_instances_at_its_urls() {
        let (stop, stopped) = watch::channel(false);
        let mut urls = Vec::new();
        for name in ["one", "other"] {
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            urls.push(format!("http://{}", listener.local_addr().unwrap()));
            let router = Router::new().fallback(any(async move || json!(name).to_string()));
            let patience = Duration::from_secs(1);
            tokio::spawn(crate::server::serve(
                listener,
                router,
                stopped.clone(),
                patience,
            ));
        }
        // The URLs come before the service of this process.
        let callee = callee(&[("USER_SERVICE_URL", &urls.join(", "))], silent(), None);
        let mut answered = BTreeMap::new();
        for _ in 0..100 {
            let reply = callee.get("/").await.unwrap();
            *answered.entry(reply.json::<String>().unwrap()).or_insert(0) += 1;
        }
        // Each call goes to either with the same chance.
        assert!(answered.len() == 2, "{answered:?}");
        stop.send(true).unwrap();
    }
}
