//! Finds the instances of the services that this process calls. For each a task asks the agent and keeps what it says,
//! so that no request waits for Consul, and none fails because Consul is away.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::http::uri::Authority;
use tokio::sync::watch;
use tokio::time::{Instant, sleep, timeout};

use super::Agent;
use super::agent::Passing;
use crate::attempts::Attempts;
use crate::client::{self, HttpClient, Instances, Transport};

/// How long the start waits for the first answers.
const FIRST: Duration = Duration::from_secs(2);
/// Between two questions that were answered at once, so that a broken agent is not asked without end.
const PAUSE: Duration = Duration::from_millis(50);
/// So long the last known instances are asked though the agent knows of none any more. It may have lost its memory, and
/// instances that are really gone don't answer anyway.
const EMPTY: Duration = Duration::from_secs(60);

/// The services that are looked for. Cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct Discovery {
    agent: Agent,
    client: HttpClient,
    found: Arc<Mutex<BTreeMap<&'static str, Instances>>>,
    /// How many of them were answered for.
    answered: watch::Sender<usize>,
}

impl Discovery {
    /// Of the services that this agent knows.
    pub(crate) fn new(agent: Agent) -> Self {
        Self {
            agent,
            client: client::client(),
            found: Arc::default(),
            answered: watch::Sender::new(0),
        }
    }

    /// The instances of the service `name`: none until `start`.
    pub(crate) fn instances(&self, name: &'static str) -> Instances {
        self.found().entry(name).or_default().clone()
    }

    fn found(&self) -> MutexGuard<'_, BTreeMap<&'static str, Instances>> {
        self.found.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Looks for them from now on, on behalf of `who`. It waits a moment for the first answers.
    pub(crate) async fn start(&self, who: &'static str) {
        let found = self.found().clone();
        let count = found.len();
        for (name, instances) in found {
            tokio::spawn(self.clone().follow(who, name, instances));
        }
        let mut answered = self.answered.subscribe();
        let _ = timeout(FIRST, answered.wait_for(|answered| *answered == count)).await;
    }

    /// Whether the agent has answered for every service at least once.
    pub(crate) fn knows(&self) -> bool {
        *self.answered.borrow() == self.found().len()
    }

    /// Asks for one service without end.
    async fn follow(self, who: &'static str, name: &'static str, instances: Instances) {
        let mut attempts = Attempts::of(who, self.agent.told.clone());
        let mut known = Known::default();
        let mut index = None;
        loop {
            match self.agent.passing(name, index.unwrap_or(0)).await {
                Ok(passing) => {
                    attempts.succeeded("Consul answers again");
                    if index.is_none() {
                        self.answered.send_modify(|answered| *answered += 1);
                    }
                    index = Some(next(index.unwrap_or(0), passing.index));
                    self.take((who, name), &mut known, passing, &instances);
                    sleep(PAUSE).await;
                }
                Err(failure) => {
                    // An agent that starts anew counts from the beginning.
                    index = index.map(|_| 0);
                    attempts.failed(&failure).await;
                }
            }
        }
    }

    /// Takes over what the agent says.
    fn take(
        &self,
        (who, name): (&str, &str),
        known: &mut Known,
        passing: Passing,
        instances: &Instances,
    ) {
        if passing.instances.is_empty() && known.0.is_none() {
            // At the start of a whole system that is how it is for a moment.
            tracing::info!(
                "{who}: Consul at {} knows no healthy instance of {name}; if one is there, CONSUL_HTTP_TOKEN may not \
                 read it",
                self.agent.authority()
            );
        }
        if known.accepts(&passing.instances) {
            let at = |authority| Transport::at(&self.client, authority);
            instances.replace(passing.instances.into_iter().map(at).collect());
        }
    }
}

/// Since when the agent has known of no instance.
#[derive(Debug, Default)]
struct Known(Option<Instant>);

impl Known {
    /// Whether an answer is to be believed.
    fn accepts(&mut self, instances: &[Authority]) -> bool {
        if !instances.is_empty() {
            self.0 = None;
            return true;
        }
        self.0.get_or_insert_with(Instant::now).elapsed() >= EMPTY
    }
}

/// The index to ask with next. One that went back is of an agent that started anew.
fn next(before: u64, index: u64) -> u64 {
    match index >= before {
        true => index,
        false => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_index_that_goes_back_starts_anew() {
        assert_eq!([next(0, 7), next(7, 7), next(7, 3)], [7, 7, 0]);
    }

    #[tokio::test(start_paused = true)]
    async fn no_instance_is_believed_after_a_minute() {
        let one = ["127.0.0.1:1".parse::<Authority>().unwrap()];
        let mut known = Known::default();
        assert!(known.accepts(&one));
        assert!(!known.accepts(&[]));
        tokio::time::advance(EMPTY / 2).await;
        assert!(!known.accepts(&[]));
        assert!(known.accepts(&one));
        assert!(!known.accepts(&[]));
        tokio::time::advance(EMPTY).await;
        assert!(known.accepts(&[]));
    }
}
