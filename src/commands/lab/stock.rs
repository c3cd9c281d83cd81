//! What a lab has created in a system that runs, so that many kinds of requests find what they refer to. `prepare.rs` does
//! the same for one kind.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::lab::drive::{self, Drive, Ids, Kind, Request};
use crate::system::{ResourceRef, System};

use super::client::Client;
use super::prepare::{Refused, good};

/// The entries of one system. No two of its requests that create something are the same.
pub(in crate::commands) struct Stock<'a> {
    system: &'a System,
    client: Client,
    ids: Ids,
    next: AtomicU64,
}

impl<'a> Stock<'a> {
    /// None so far, in a system that is reached at the port `gateway`.
    pub fn new(system: &'a System, gateway: u16) -> Self {
        Self {
            system,
            client: Client::new(gateway),
            ids: Ids::new(),
            next: AtomicU64::new(0),
        }
    }

    /// The same, of which the first request is the `n`-th, so that it shares nothing with that of fewer.
    pub fn from(self, n: u64) -> Self {
        Self {
            next: AtomicU64::new(n),
            ..self
        }
    }

    /// Creates what a request needs, unless it is there.
    ///
    /// # Errors
    /// When that is refused.
    pub fn provide(&mut self, drive: &Drive) -> Result<(), Refused> {
        for reference in drive::needed(self.system, drive).ok_or(Refused::Circle)? {
            if !self.ids.contains_key(&reference) {
                let id = self.create(&reference, &self.ids)?;
                self.ids.insert(reference, id);
            }
        }
        Ok(())
    }

    /// The next request of a kind.
    pub fn request(&self, drive: &Drive) -> Request {
        self.request_to(drive, &self.ids)
    }

    /// The next request of a kind, to these ids.
    pub fn request_to(&self, drive: &Drive, ids: &Ids) -> Request {
        drive.request(self.next.fetch_add(1, Ordering::Relaxed), ids)
    }

    /// The ids for one more request, with targets that none before had where it may share none.
    ///
    /// # Errors
    /// When one of them is refused.
    pub fn targets(&self, drive: &Drive) -> Result<Ids, Refused> {
        let mut ids = self.ids.clone();
        if let Kind::Create(resource) = drive.kind {
            for target in drive::own_targets(resource) {
                let id = self.another(target)?;
                ids.insert(target.clone(), id);
            }
        }
        Ok(ids)
    }

    /// Sends one more request of a kind, as a try.
    ///
    /// # Errors
    /// When it is refused.
    pub fn attempt(&self, drive: &Drive) -> Result<(), Refused> {
        let ids = self.targets(drive)?;
        good(&self.client, self.request_to(drive, &ids)).map(drop)
    }

    /// One more of a resource. What it needs in turn is not more than `needed` has found, which ends.
    fn another(&self, reference: &ResourceRef) -> Result<String, Refused> {
        let mut ids = self.ids.clone();
        for target in drive::own_targets(self.system.resource(reference)) {
            ids.insert(target.clone(), self.another(target)?);
        }
        self.create(reference, &ids)
    }

    fn create(&self, reference: &ResourceRef, ids: &Ids) -> Result<String, Refused> {
        let creating = Drive {
            service: self.system.service(&reference.service),
            kind: Kind::Create(self.system.resource(reference)),
        };
        let request = self.request_to(&creating, ids);
        let answer = good(&self.client, request.clone())?;
        let id = answer.id();
        id.ok_or(Refused::Answer(request, answer.status, answer.text))
    }
}
