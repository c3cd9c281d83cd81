//! The relays of a process: one for each service in it that publishes. They start when every service is there to be
//! delivered to, and stop after the last request that could add an event.

use std::collections::BTreeMap;
use std::pin::Pin;

use anyhow::Context as _;
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::event::CloudEvent;
use crate::outbox::run_relay;
use crate::{Callee, Outbox};

/// Those that run.
pub(super) struct Relays {
    running: JoinSet<()>,
    stop: watch::Sender<bool>,
}

impl Relays {
    /// Starts one for each outbox; the callees are the subscribers of its events.
    pub(super) fn start(outboxes: Vec<(Outbox, BTreeMap<&'static str, Callee>)>) -> Self {
        let stop = watch::Sender::new(false);
        let mut running = JoinSet::new();
        for (outbox, callees) in outboxes {
            running.spawn(run_relay(outbox, deliver(callees), stop.subscribe()));
        }
        Self { running, stop }
    }

    /// Finishes the deliveries that are under way. What is not delivered stays for the next start.
    pub(super) async fn stop(mut self) {
        let _ = self.stop.send(true);
        while self.running.join_next().await.is_some() {}
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
