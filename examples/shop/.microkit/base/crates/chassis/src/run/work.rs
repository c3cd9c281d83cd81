//! What a process does beside answering requests: for each service in it a relay, if it publishes events, and a consumer,
//! if a broker brings it some.

use std::collections::BTreeMap;
use std::pin::Pin;
use std::time::Duration;

use anyhow::Context as _;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::timeout;

use crate::Callee;
use crate::event::CloudEvent;

/// Tasks that end together.
#[derive(Default)]
pub(super) struct Work {
    running: JoinSet<()>,
    stop: watch::Sender<bool>,
}

impl Work {
    /// Starts a task. It has to end once what it is given says true.
    pub(super) fn start<F>(&mut self, task: impl FnOnce(watch::Receiver<bool>) -> F)
    where
        F: Future<Output = ()> + Send + 'static,
    {
        self.running.spawn(task(self.stop.subscribe()));
    }

    /// Lets the tasks finish what is under way, for as long as `patience` lasts.
    pub(super) async fn stop(mut self, patience: Duration) {
        let _ = self.stop.send(true);
        let ended = timeout(patience, async {
            while self.running.join_next().await.is_some() {}
        });
        if ended.await.is_err() {
            tracing::warn!(
                ?patience,
                "events that are still under way are left for the next start"
            );
        }
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

pub(crate) type Delivery = Pin<Box<dyn Future<Output = anyhow::Result<()>> + Send>>;
