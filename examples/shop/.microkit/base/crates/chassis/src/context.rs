//! `Context`: what a running service is given. Its `App` is made from it, once, at start.
//! Whatever is not declared in the service's `lib.rs` is not in it.

use std::collections::BTreeMap;

use anyhow::Context as _;
use sea_orm::DatabaseConnection;

use crate::{Callee, Outbox};

/// What a service declared, ready to be used.
#[derive(Clone, Debug)]
pub struct Context {
    pub(crate) service: &'static str,
    pub(crate) database: Option<DatabaseConnection>,
    pub(crate) outbox: Option<Outbox>,
    pub(crate) callees: BTreeMap<&'static str, Callee>,
}

impl Context {
    /// The service's own database.
    ///
    /// # Errors
    /// If the service declares none.
    pub fn database(&self) -> anyhow::Result<DatabaseConnection> {
        let database = self.database.clone();
        database.with_context(|| format!("{} declares no .database in its lib.rs", self.service))
    }

    /// Where the service puts its events.
    ///
    /// # Errors
    /// If the service has no database to keep them in.
    pub fn outbox(&self) -> anyhow::Result<Outbox> {
        let outbox = self.outbox.clone();
        outbox.with_context(|| format!("{} declares no .database in its lib.rs", self.service))
    }

    /// Another service.
    ///
    /// # Errors
    /// If this service does not declare that it calls it.
    pub fn callee(&self, name: &str) -> anyhow::Result<Callee> {
        let callee = self.callees.get(name).cloned();
        callee.with_context(|| {
            format!(
                "{} declares no .calls of {name} in its lib.rs",
                self.service
            )
        })
    }
}
