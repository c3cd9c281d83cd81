//! A service on its way to run: what the environment says of it, then its database and its router.

use std::collections::BTreeMap;
use std::sync::Arc;

use anyhow::Context as _;
use axum::Router;
use sea_orm::DatabaseConnection;
use tracing::Instrument;

use super::Ways;
use crate::client::Callee;
use crate::config::{self, Environment};
use crate::database::{self, Url};
use crate::health::Health;
use crate::inbox::Inbox;
use crate::layers::Limits;
use crate::service::Resources;
use crate::{Outbox, Service, migrations};

/// A service, and what the environment says of it.
pub(super) struct Launch {
    service: Service,
    database: Option<Url>,
    callees: BTreeMap<&'static str, Callee>,
}

/// A service that runs, and what has to be looked after.
pub(super) struct Launched {
    pub(super) router: Router,
    pub(super) database: Option<DatabaseConnection>,
    pub(super) outbox: Option<Outbox>,
    pub(super) inbox: Option<Inbox>,
    pub(super) callees: BTreeMap<&'static str, Callee>,
}

impl Launch {
    /// Reads what the service needs.
    pub(super) fn new(
        environment: &mut Environment,
        ways: &Ways,
        service: Service,
        alone: bool,
    ) -> Self {
        let name = service.name();
        let url = |_| config::database_url(environment, name, alone);
        let database = service.migrations().map(url);
        let peers = service.peers(ways.over_broker());
        Self {
            callees: ways.callees(environment, name, peers),
            service,
            database,
        }
    }

    pub(super) fn name(&self) -> &'static str {
        self.service.name()
    }

    /// Opens and migrates the database and makes the router. `health` is what the service depends on beside it.
    ///
    /// # Errors
    /// If one of them fails; the message names the service.
    pub(super) async fn start(
        self,
        limits: Limits,
        mut health: Health,
    ) -> anyhow::Result<Launched> {
        let name = self.service.name();
        let mut database = None;
        if let (Some(url), Some(steps)) = (&self.database, self.service.migrations()) {
            let opened = database::connect(name, url).await;
            let opened = opened.with_context(|| format!("the database of {name}"))?;
            // In one process the log has to tell whose they are.
            let whose = tracing::info_span!("start", service = name);
            let migrated = migrations::migrate(&opened, &steps).instrument(whose).await;
            migrated.with_context(|| format!("the migrations of {name}"))?;
            health.databases = vec![(String::from("database"), opened.clone())];
            database = Some(opened);
        }
        let started = self.service.start(Resources {
            database: database.clone(),
            callees: self.callees.clone(),
            limits,
            broker: health.servers.broker.clone(),
            health: Arc::new(health),
        });
        let started = started.with_context(|| format!("{name} can't start"))?;
        Ok(Launched {
            router: started.router,
            database,
            outbox: started.outbox,
            inbox: started.inbox,
            callees: self.callees,
        })
    }
}
