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
        Self::of(vec![transport])
    }
}

impl Instances {
    /// These instances, until they are replaced.
    pub(crate) fn of(transports: Vec<Transport>) -> Self {
        let instances = Self::default();
        instances.replace(transports);
        instances
    }

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

    /// One whose breaker is closed, or else any: for what has nothing to do with the breakers.
    pub(super) fn pick_any(&self) -> Result<Asked, NoInstance> {
        let all = self.all();
        let closed: Vec<_> = all.iter().filter(|one| !one.breaker.is_open()).collect();
        let any = less_busy(&closed).or_else(|| all.get(random(all.len())));
        any.map(Asked::new).ok_or(NoInstance::Known)
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
    let is_open = |one: &&'a Arc<Instance>| one.breaker.is_open();
    let (open, closed): (Vec<_>, Vec<_>) = instances.iter().copied().partition(is_open);
    // One that was left out gets a request now and then, to see whether it is back.
    let probed = open.into_iter().find(|one| one.breaker.admits());
    probed.or_else(|| less_busy(&closed))
}

/// The less busy of two.
fn less_busy<'a>(instances: &[&'a Arc<Instance>]) -> Option<&'a Arc<Instance>> {
    let count = instances.len();
    let one = instances.get(random(count))?;
    // With a single instance it is the same one.
    let other = instances[random(count)];
    let busy = |instance: &Instance| instance.under_way.load(Ordering::Relaxed);
    Some(if busy(one) <= busy(other) { one } else { other })
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
            assert!((90..=110).contains(&busy), "{busy}");
        }
        drop(asked);
        let waiting: Vec<_> = (0..5).map(|_| Asked::new(&all[0])).collect();
        let picked = (0..300).map(|_| instances.pick(&[]).unwrap());
        let to_it = picked.filter(|picked| Arc::ptr_eq(&picked.0, &all[0]));
        // Only where both choices fall on it: once in nine times.
        assert!(to_it.count() < 70);
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

    #[tokio::test(start_paused = true)]
    async fn one_that_is_back_at_its_old_place_is_found_again() {
        let (instances, all) = three();
        all[0].breaker.open();
        tokio::time::advance(std::time::Duration::from_secs(6)).await;
        let probed = instances.pick(&[]).unwrap();
        assert!(Arc::ptr_eq(&probed.0, &all[0]), "the probe");
        for _ in 0..50 {
            assert!(
                !Arc::ptr_eq(&instances.pick(&[]).unwrap().0, &all[0]),
                "only one"
            );
        }
        probed.0.breaker.record(true);
        drop(probed);
        let picked = (0..300).map(|_| instances.pick(&[]).unwrap());
        assert!(
            picked
                .filter(|picked| Arc::ptr_eq(&picked.0, &all[0]))
                .count()
                > 50
        );
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
