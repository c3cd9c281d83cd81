//! The instances of a service, and which of them is asked: of two that are picked at random the one with less to do
//! ("the power of two choices"), and none whose circuit breaker is open. With one instance there is no choice to make.
//!
//! Read next: `breaker.rs` (when not to ask), `transport.rs` (how a request travels).

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use super::Transport;
use super::breaker::Breaker;

/// Where a service can be asked now. Cheap to clone; the clones see the same instances.
#[derive(Clone, Debug, Default)]
pub(crate) struct Instances(Arc<RwLock<Arc<[Arc<Instance>]>>>);

/// One of them.
#[derive(Debug)]
pub(super) struct Instance {
    pub(super) transport: Transport,
    pub(super) breaker: Breaker,
    under_way: AtomicUsize,
}

/// An instance that is being asked; it has one thing less to do when this is dropped.
#[derive(Debug)]
pub(super) struct Asked(pub(super) Arc<Instance>);

/// Why there is none to ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NoInstance {
    /// None is known.
    Known,
    /// Each has its circuit breaker open.
    Admitting,
}

impl From<Transport> for Instances {
    fn from(transport: Transport) -> Self {
        let instances = Self::default();
        instances.replace(vec![transport]);
        instances
    }
}

impl Instances {
    /// These are the instances from now on. One that stays keeps what is known of it; one that left and came back
    /// begins anew.
    pub(crate) fn replace(&self, transports: Vec<Transport>) {
        let before = self.all();
        let instance = |transport: Transport| {
            let mut known = before.iter();
            let known = known.find(|known| known.transport.leads_where(&transport));
            known.cloned().unwrap_or_else(|| {
                Arc::new(Instance {
                    transport,
                    breaker: Breaker::default(),
                    under_way: AtomicUsize::new(0),
                })
            })
        };
        let after = transports.into_iter().map(instance).collect();
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = after;
    }

    /// The instances as they are now.
    pub(super) fn all(&self) -> Arc<[Arc<Instance>]> {
        let instances = self.0.read();
        instances.unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The one to ask next, one that was not `tried` if there is such a one.
    pub(super) fn pick(&self, tried: &[Arc<Instance>]) -> Result<Asked, NoInstance> {
        let all = self.all();
        let fresh = |instance: &&Arc<Instance>| !tried.iter().any(|one| Arc::ptr_eq(one, instance));
        let untried: Vec<_> = all.iter().filter(fresh).collect();
        let first = choose(&untried);
        let picked = first.or_else(|| choose(&all.iter().collect::<Vec<_>>()));
        match picked {
            Some(instance) => Ok(Asked::new(instance)),
            None if all.is_empty() => Err(NoInstance::Known),
            None => Err(NoInstance::Admitting),
        }
    }

    /// As `pick`, but if every breaker is open then one of those.
    pub(super) fn pick_any(&self) -> Result<Asked, NoInstance> {
        self.pick(&[]).or_else(|none| {
            let all = self.all();
            let any = all.get(random(all.len()));
            any.map(Asked::new).ok_or(none)
        })
    }

    /// Whether one is left that was not tried and may be asked.
    pub(super) fn has_other(&self, tried: &[Arc<Instance>]) -> bool {
        let is_tried = |one: &Arc<Instance>| tried.iter().any(|other| Arc::ptr_eq(one, other));
        let all = self.all();
        all.iter()
            .any(|one| !is_tried(one) && !one.breaker.is_open())
    }
}

/// The power of two choices, among those that may be asked.
fn choose<'a>(instances: &[&'a Arc<Instance>]) -> Option<&'a Arc<Instance>> {
    let count = instances.len();
    if count > 1 {
        let one = random(count);
        let other = (one + 1 + random(count - 1)) % count;
        let busy = |index: usize| instances[index].under_way.load(Ordering::Relaxed);
        let (less, more) = match busy(one) <= busy(other) {
            true => (one, other),
            false => (other, one),
        };
        for index in [less, more] {
            // One that is only let through to see whether it is back comes last.
            if !instances[index].breaker.is_open() {
                return Some(instances[index]);
            }
        }
    }
    let closed = instances.iter().find(|one| !one.breaker.is_open());
    let admitted = || instances.iter().find(|one| one.breaker.admits());
    closed.or_else(admitted).copied()
}

impl Asked {
    fn new(instance: &Arc<Instance>) -> Self {
        instance.under_way.fetch_add(1, Ordering::Relaxed);
        Self(instance.clone())
    }
}

impl Drop for Asked {
    fn drop(&mut self) {
        self.0.under_way.fetch_sub(1, Ordering::Relaxed);
    }
}

/// A number below `count`, 0 if that is 0.
fn random(count: usize) -> usize {
    fastrand::usize(..count.max(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn three() -> (Instances, Arc<[Arc<Instance>]>) {
        let instances = Instances::default();
        let at = |port: u16| Transport::http(&format!("http://127.0.0.1:{port}")).unwrap();
        instances.replace(vec![at(1), at(2), at(3)]);
        let all = instances.all();
        (instances, all)
    }

    #[test]
    fn the_load_is_spread_and_the_busiest_is_spared() {
        let (instances, all) = three();
        let asked: Vec<_> = (0..300).map(|_| instances.pick(&[]).unwrap()).collect();
        for instance in all.iter() {
            let busy = instance.under_way.load(Ordering::Relaxed);
            assert!((95..=105).contains(&busy), "{busy}");
        }
        drop(asked);
        let waiting: Vec<_> = (0..5).map(|_| Asked::new(&all[0])).collect();
        for _ in 0..5 {
            let picked = instances.pick(&[]).unwrap();
            assert!(!Arc::ptr_eq(&picked.0, &all[0]));
        }
        drop(waiting);
    }

    #[tokio::test]
    async fn one_that_failed_is_left_out_until_it_comes_back() {
        let (instances, all) = three();
        all[0].breaker.open();
        for _ in 0..50 {
            assert!(!Arc::ptr_eq(&instances.pick(&[]).unwrap().0, &all[0]));
        }
        let tried = [all[1].clone()];
        assert!(Arc::ptr_eq(&instances.pick(&tried).unwrap().0, &all[2]));
        assert!(instances.has_other(&tried));
        assert!(!instances.has_other(&all));

        let transports = |range: std::ops::Range<usize>| {
            all[range].iter().map(|one| one.transport.clone()).collect()
        };
        instances.replace(transports(0..2));
        assert!(instances.all()[0].breaker.is_open(), "it stays as it was");
        instances.replace(transports(1..2));
        instances.replace(transports(0..2));
        assert!(!instances.all()[0].breaker.is_open(), "it begins anew");
    }

    #[tokio::test]
    async fn with_every_breaker_open_only_an_event_gets_through() {
        let (instances, all) = three();
        for instance in all.iter() {
            instance.breaker.open();
        }
        assert_eq!(instances.pick(&[]).unwrap_err(), NoInstance::Admitting);
        instances.pick_any().unwrap();
        instances.replace(Vec::new());
        assert_eq!(instances.pick_any().unwrap_err(), NoInstance::Known);
    }
}
