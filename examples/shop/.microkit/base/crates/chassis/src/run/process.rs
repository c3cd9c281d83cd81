//! A process from its start to its end: configuration, log, listener, signals, and the order in which things stop.

use std::collections::BTreeMap;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use anyhow::Context as _;
use axum::Router;
use sea_orm::DatabaseConnection;
use tokio::net::TcpListener;
use tokio::time::timeout;

use super::launch::Launch;
use super::relays::Relays;
use super::signal;
use crate::config::{Config, Environment};
use crate::health::Health;
use crate::layers::Limits;
use crate::{Callee, Outbox, metrics, server, telemetry};

/// A database that takes longer to say goodbye is left to itself.
const GOODBYE: Duration = Duration::from_secs(2);

/// What has to be looked after while the process runs.
pub(super) struct Process {
    name: &'static str,
    config: Config,
    stopping: Arc<AtomicBool>,
    databases: Vec<(String, DatabaseConnection)>,
    /// Each with the subscribers of its events.
    outboxes: Vec<(Outbox, BTreeMap<&'static str, Callee>)>,
}

impl Process {
    /// Runs a process: `prepare` reads the environment, what it returns makes the router.
    pub(super) fn run<P, B>(name: &'static str, port: u16, prepare: P) -> ExitCode
    where
        P: FnOnce(&mut Environment) -> B,
        B: AsyncFnOnce(&mut Process) -> anyhow::Result<Router>,
    {
        let mut environment = Environment::process();
        telemetry::install(&mut environment);
        metrics::install();
        let config = Config::read(&mut environment, port);
        let build = prepare(&mut environment);
        if !environment.problems().is_empty() {
            for problem in environment.problems() {
                eprintln!("{name}: {problem}");
            }
            return ExitCode::from(2);
        }
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .enable_all()
            .build();
        let ran = runtime
            .map_err(anyhow::Error::from)
            .and_then(|runtime| runtime.block_on(Self::new(name, config).live(build)));
        match ran {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => {
                eprintln!("{name}: {error:#}");
                ExitCode::FAILURE
            }
        }
    }

    fn new(name: &'static str, config: Config) -> Self {
        Self {
            name,
            config,
            stopping: Arc::default(),
            databases: Vec::new(),
            outboxes: Vec::new(),
        }
    }

    async fn live<B>(mut self, build: B) -> anyhow::Result<()>
    where
        B: AsyncFnOnce(&mut Process) -> anyhow::Result<Router>,
    {
        // The port first: a second copy must not touch the databases of the first.
        let listener = self.listen().await?;
        let router = build(&mut self).await?;
        let address = listener.local_addr()?;
        tracing::info!(
            "{} listens on http://{address}, to be tried at http://{address}/docs",
            self.name
        );
        tokio::spawn(metrics::upkeep());
        let relays = Relays::start(self.outboxes);
        let stopped = signal::stopped(self.stopping);
        server::serve(listener, router, stopped, self.config.shutdown).await;
        // Requests have ended, so no event is added any more.
        relays.stop().await;
        for (_, database) in self.databases {
            let _ = timeout(GOODBYE, database.close()).await;
        }
        Ok(())
    }

    async fn listen(&self) -> anyhow::Result<TcpListener> {
        let address = self.config.address;
        TcpListener::bind(address).await.with_context(|| {
            format!("can't listen on {address}; is it running already? PORT=… chooses another port")
        })
    }

    pub(super) fn limits(&self) -> Limits {
        self.config.limits
    }

    /// The health of everything started so far.
    pub(super) fn health(&self) -> Arc<Health> {
        Arc::new(Health {
            databases: self.databases.clone(),
            stopping: self.stopping.clone(),
        })
    }

    /// The outboxes of everything started so far.
    pub(super) fn outboxes(&self) -> Vec<Outbox> {
        let outboxes = self.outboxes.iter();
        outboxes.map(|(outbox, _)| outbox.clone()).collect()
    }

    /// Starts a service within this process: its database and its router.
    pub(super) async fn start(&mut self, launch: Launch) -> anyhow::Result<Router> {
        let name = launch.name();
        let launched = launch
            .start(self.config.limits, self.stopping.clone())
            .await?;
        if let Some(database) = launched.database {
            self.databases.push((name.to_owned(), database));
        }
        if let Some(outbox) = launched.outbox {
            self.outboxes.push((outbox, launched.callees));
        }
        Ok(launched.router)
    }
}
