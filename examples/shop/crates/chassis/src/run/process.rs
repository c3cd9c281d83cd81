//! A process from its start to its end: configuration, log, listener, signals, and the order in which things stop.

use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use axum::Router;
use sea_orm::DatabaseConnection;
use tokio::sync::watch;
use tokio::time::{sleep, timeout};

use super::doors::{Door, Doors, deregister};
use super::launch::{Launch, Launched};
use super::work::{Work, deliver};
use super::{Servers, probe, signal};
use crate::broker::{Publisher, run_consumer};
use crate::client::Slot;
use crate::config::{Config, Environment};
use crate::consul::Registration;
use crate::health::Health;
use crate::layers::Limits;
use crate::outbox::run_relay;
use crate::{Outbox, metrics, telemetry};

/// A database that takes longer to say goodbye is left to itself.
const GOODBYE: Duration = Duration::from_secs(2);

/// What has to be looked after while the process runs.
pub(super) struct Process {
    name: &'static str,
    config: Config,
    servers: Servers,
    stopping: Arc<AtomicBool>,
    databases: Vec<(String, DatabaseConnection)>,
    outboxes: Vec<Outbox>,
    /// Brings events in, and takes them out.
    consumers: Work,
    relays: Vec<Relay>,
}

/// A relay that starts once everything is there to be delivered to.
type Relay = Box<dyn FnOnce(&mut Work) + Send>;

impl Process {
    /// Runs a process: `prepare` reads the environment and says at which doors there is somebody beside the process
    /// itself, and what makes the router.
    pub(super) fn run<P, B>(name: &'static str, port: u16, prepare: P) -> ExitCode
    where
        P: FnOnce(&mut Environment, &Servers) -> (Vec<Door>, B),
        B: AsyncFnOnce(&mut Process) -> anyhow::Result<Router>,
    {
        if let Some(code) = probe::asked(name, port) {
            return code;
        }
        let mut environment = Environment::process();
        telemetry::install(&mut environment);
        metrics::install();
        let config = Config::read(&mut environment, port);
        let servers = Servers::read(&mut environment);
        let (doors, build) = prepare(&mut environment, &servers);
        if !environment.problems().is_empty() {
            for problem in environment.problems() {
                eprintln!("{name}: {problem}");
            }
            return ExitCode::from(2);
        }
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .enable_all()
            .build();
        let ran = runtime.map_err(anyhow::Error::from).and_then(|runtime| {
            runtime.block_on(Self::new(name, config, servers).live(doors, build))
        });
        match ran {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => {
                eprintln!("{name}: {error:#}");
                ExitCode::FAILURE
            }
        }
    }

    fn new(name: &'static str, config: Config, servers: Servers) -> Self {
        Self {
            name,
            config,
            servers,
            stopping: Arc::default(),
            databases: Vec::new(),
            outboxes: Vec::new(),
            consumers: Work::default(),
            relays: Vec::new(),
        }
    }

    async fn live<B>(mut self, beside: Vec<Door>, build: B) -> anyhow::Result<()>
    where
        B: AsyncFnOnce(&mut Process) -> anyhow::Result<Router>,
    {
        // The ports first: a second copy must not touch the databases of the first.
        let ready = Slot::default();
        let mut doors = vec![Door {
            name: self.name,
            port: self.config.address.port(),
            variable: "PORT".into(),
            router: ready.clone(),
        }];
        doors.extend(beside);
        let mut doors = Doors::open(doors, self.config.address.ip()).await?;
        let mut stopped = signal::stopped(self.stopping.clone());
        let (close, closed) = watch::channel(false);
        let patience = self.config.shutdown;
        let serving = doors.serve(self.config.limits, &closed, patience);
        tokio::spawn(metrics::upkeep());
        let exporting = self.servers.spans.export(self.name);

        let built = tokio::select! {
            built = self.build(build) => Some(built?),
            _ = stopped.wait_for(|stopped| *stopped) => None,
        };
        let mut relays = Work::default();
        if let Some(router) = built {
            ready.set(router);
            doors.announce();
            for start in self.relays.drain(..) {
                start(&mut relays);
            }
            let registrations = doors.register(&self.servers).await;
            let _ = stopped.wait_for(|stopped| *stopped).await;
            self.leave(registrations).await;
        }
        self.consumers.stop(patience).await;
        let _ = close.send(true);
        serving.join_all().await;
        // Requests have ended, so no event is added any more.
        relays.stop(patience).await;
        exporting.end().await;
        for (_, database) in self.databases {
            let _ = timeout(GOODBYE, database.close()).await;
        }
        tracing::info!("{} has stopped", self.name);
        Ok(())
    }

    /// Makes the router, and finds those that it calls.
    async fn build<B>(&mut self, build: B) -> anyhow::Result<Router>
    where
        B: AsyncFnOnce(&mut Process) -> anyhow::Result<Router>,
    {
        let router = build(self).await?;
        if let Some(discovery) = &self.servers.discovery {
            discovery.start(self.name).await;
        }
        Ok(router)
    }

    /// Others stop finding this process. It goes on for a moment, so that those who found it before are served.
    async fn leave(&self, registrations: Vec<Registration>) {
        if !registrations.is_empty() {
            deregister(registrations).await;
            sleep(self.config.delay).await;
        }
    }

    pub(super) fn limits(&self) -> Limits {
        self.config.limits
    }

    /// The health of everything started so far.
    pub(super) fn health(&self) -> Arc<Health> {
        Arc::new(Health {
            databases: self.databases.clone(),
            ..self.surroundings()
        })
    }

    /// What every service of the process depends on.
    fn surroundings(&self) -> Health {
        Health {
            databases: Vec::new(),
            servers: self.servers.clone(),
            stopping: self.stopping.clone(),
        }
    }

    /// The outboxes of everything started so far.
    pub(super) fn outboxes(&self) -> Vec<Outbox> {
        self.outboxes.clone()
    }

    /// Starts a service within this process: its database and its router.
    pub(super) async fn start(&mut self, launch: Launch) -> anyhow::Result<Router> {
        let name = launch.name();
        let launched = launch
            .start(self.config.limits, self.surroundings())
            .await?;
        let Launched {
            router,
            database,
            outbox,
            inbox,
            callees,
        } = launched;
        if let Some(database) = database {
            self.databases.push((name.to_owned(), database));
        }
        let broker = self.servers.broker.clone();
        if let Some(outbox) = outbox {
            self.outboxes.push(outbox.clone());
            let publisher = broker.clone().map(|broker| {
                let subscribers = outbox.subscribers().clone();
                Publisher::new(broker, name, subscribers)
            });
            self.relays.push(Box::new(move |relays| match publisher {
                Some(publisher) => relays.start(|stop| run_relay(outbox, publisher, stop)),
                None => relays.start(|stop| run_relay(outbox, deliver(callees), stop)),
            }));
        }
        if let (Some(broker), Some(inbox)) = (broker, inbox) {
            let patience = self.config.limits.timeout;
            self.consumers
                .start(|stop| run_consumer(broker, name, inbox, patience, stop));
        }
        Ok(router)
    }
}
