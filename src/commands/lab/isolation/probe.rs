//! A request to one path that the lab `isolation` sends again and again, also when it may be sent only once for each of what
//! it refers to: then it has some of these in store.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use crate::lab::drive::{self, Drive, Ids, Kind, Request};
use crate::system::System;

use super::super::super::Failure;
use super::super::prepare::{Refused, TRIES};
use super::super::steady::locked;
use super::super::stock::Stock;

/// How often each is sent, unless that makes too many.
const PACE: Duration = Duration::from_millis(100);
/// All of them together are not sent more often than in each of these.
const EACH: Duration = Duration::from_millis(8);
/// How often one is sent that uses up what was created before.
const SPARING: Duration = Duration::from_millis(300);
/// As many as it needs of these in the course of one kill.
const STORE: usize = 40;

/// One kind of request.
pub(super) struct Probe<'a> {
    pub drive: Drive<'a>,
    stock: Arc<Stock<'a>>,
    /// What there is to refer to, if each can be referred to only once.
    store: Option<Mutex<VecDeque<Ids>>>,
}

/// What a system is sent.
pub(super) struct Probes<'a> {
    pub all: Vec<Probe<'a>>,
    /// What it does not take, and what it says to that.
    pub left_out: Vec<(String, String)>,
}

/// All requests of a system that it takes.
///
/// # Errors
/// When it takes none.
pub(super) fn probes<'a>(system: &'a System, gateway: u16) -> Result<Probes<'a>, Failure> {
    let mut stock = Stock::new(system, gateway);
    let (mut taken, mut left_out) = (Vec::new(), Vec::new());
    for drive in system.services.iter().flat_map(drive::every) {
        match attempt(&mut stock, &drive) {
            Ok(()) => taken.push(drive),
            Err(refused) => left_out.push((drive.name(), refused.to_string())),
        }
    }
    if taken.is_empty() {
        let why = left_out.iter().map(|(name, why)| format!("{name}: {why}"));
        return Err(anyhow::anyhow!(
            "the system takes none of the requests that this lab can make from its manifest: {}",
            why.collect::<Vec<_>>().join("; ")
        )
        .into());
    }
    let stock = Arc::new(stock);
    let probe = |drive: Drive<'a>| Probe {
        drive,
        stock: stock.clone(),
        store: uses_up(&drive).then(Mutex::default),
    };
    let all = taken.into_iter().map(probe).collect();
    Ok(Probes { all, left_out })
}

/// Whether it may be sent only once for each of what it refers to.
fn uses_up(drive: &Drive) -> bool {
    matches!(drive.kind, Kind::Create(resource) if !drive::own_targets(resource).is_empty())
}

fn attempt(stock: &mut Stock, drive: &Drive) -> Result<(), Refused> {
    stock.provide(drive)?;
    (0..TRIES).try_for_each(|_| stock.attempt(drive))
}

impl Probes<'_> {
    /// How often each is sent.
    pub fn pace(&self) -> Duration {
        let count = u32::try_from(self.all.len()).unwrap_or(u32::MAX);
        PACE.max(EACH.saturating_mul(count))
    }

    /// So long, or longer where each would not be sent in that time.
    pub fn at_least(&self, time: Duration) -> Duration {
        time.max(self.pace() * 3 / 2)
    }

    /// Creates what they are going to use up.
    ///
    /// # Errors
    /// When that is refused.
    pub fn refill(&self) -> anyhow::Result<()> {
        let filled = self.all.iter().try_for_each(Probe::refill);
        filled.map_err(|refused| anyhow::anyhow!("nothing more can be created: {refused}"))
    }
}

impl Probe<'_> {
    /// How often this one is sent, where others are so often.
    pub fn pace(&self, pace: Duration) -> Duration {
        match self.store {
            Some(_) => pace.max(SPARING),
            None => pace,
        }
    }

    fn refill(&self) -> Result<(), Refused> {
        let Some(store) = &self.store else {
            return Ok(());
        };
        let mut store = locked(store);
        while store.len() < STORE {
            store.push_back(self.stock.targets(&self.drive)?);
        }
        Ok(())
    }

    /// The next request; `None` if all is used up.
    pub fn next(&self) -> Option<Request> {
        let Some(store) = &self.store else {
            return Some(self.stock.request(&self.drive));
        };
        let store = locked(store);
        let ids = store.front()?;
        Some(self.stock.request_to(&self.drive, ids))
    }

    /// What the last one was answered. Only what was surely not done leaves what it refers to as it was.
    pub fn told(&self, status: Option<u16>) {
        if let (Some(store), true) = (&self.store, status != Some(503)) {
            let mut store = locked(store);
            store.pop_front();
        }
    }
}
