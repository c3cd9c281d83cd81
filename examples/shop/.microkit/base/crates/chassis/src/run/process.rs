//! A process from its start to its end: configuration, log, listener, signals, and the order in which things stop.

use std::collections::BTreeMap;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::Context as _;
use axum::Router;
use sea_orm::DatabaseConnection;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinSet;

use super::launch::Launch;
use crate::config::{Config, Environment};
use crate::event::CloudEvent;
use crate::health::Health;
use crate::layers::Limits;
use crate::outbox::run_relay;
use crate::{Callee, metrics, server, telemetry};

/// What has to be looked after while the process runs.
pub(super) struct Process {
    name: &'static str,
    config: Config,
    stopping: Arc<AtomicBool>,
    databases: Vec<(String, DatabaseConnection)>,
    relays: JoinSet<()>,
    stop_relays: watch::Sender<bool>,
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
            relays: JoinSet::new(),
            stop_relays: watch::Sender::new(false),
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
        let (stop, stopped) = watch::channel(false);
        let stopping = self.stopping.clone();
        tokio::spawn(async move {
            signal().await;
            tracing::info!("stopping: what is under way is finished first");
            stopping.store(true, Ordering::Relaxed);
            let _ = stop.send(true);
            signal().await;
            // Asked twice, somebody is in a hurry.
            std::process::exit(1);
        });
        server::serve(listener, router, stopped, self.config.shutdown).await;
        // Requests have ended, so no event is added any more. What is not delivered stays for the next start.
        let _ = self.stop_relays.send(true);
        while self.relays.join_next().await.is_some() {}
        for (_, database) in self.databases {
            let _ = database.close().await;
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

    /// Starts a service within this process: its database, its router, the relay of its events.
    pub(super) async fn start(&mut self, launch: Launch) -> anyhow::Result<Router> {
        let name = launch.name();
        let launched = launch
            .start(self.config.limits, self.stopping.clone())
            .await?;
        if let Some(database) = launched.database {
            self.databases.push((name.to_owned(), database));
        }
        if let Some(outbox) = launched.outbox {
            let relay = run_relay(
                outbox,
                deliver(launched.callees),
                self.stop_relays.subscribe(),
            );
            self.relays.spawn(relay);
        }
        Ok(launched.router)
    }
}

/// Hands an event to a subscriber.
pub(crate) fn deliver(
    callees: BTreeMap<&'static str, Callee>,
) -> impl Fn(&'static str, CloudEvent) -> Delivery + Clone + Send + Sync + 'static {
    move |subscriber, event| {
        let callee = callees.get(subscriber).cloned();
        Box::pin(async move {
            let callee = callee.with_context(|| format!("no way to {subscriber} is known"))?;
            Ok(callee.post_event(&event).await?)
        })
    }
}

pub(crate) type Delivery = std::pin::Pin<Box<dyn Future<Output = anyhow::Result<()>> + Send>>;

/// Waits for ctrl-c or, where there is such a thing, SIGTERM.
async fn signal() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = tokio::signal::ctrl_c() => {}
            }
            return;
        }
    }
    let _ = tokio::signal::ctrl_c().await;
}
