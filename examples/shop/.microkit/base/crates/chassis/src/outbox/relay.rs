//! The relay: takes events out of the outbox and delivers them, in order within a subject and
//! at least once (a delivery whose answer is lost is repeated; the inbox notices). The runner
//! starts it beside the server and stops it last. Read next: `outbox/pass.rs`.

use std::fmt::Display;
use std::time::Duration;

use chrono::Utc;
use sea_orm::DbErr;
use tokio::sync::watch;
use tokio::task::JoinSet;

use super::Outbox;
use super::pass::pass;
use crate::event::CloudEvent;

/// How often a relay looks by itself, for what another instance of the service left behind.
const IDLE: Duration = Duration::from_secs(1);

/// Delivers until `stop` says true (or its sender is gone), and then finishes what is under way.
///
/// Each subscriber has a loop of its own, so a slow one holds up no other. `deliver` sends one
/// event to the subscriber of that name; an error means that it is to be tried again.
pub(crate) async fn run_relay<D, F, E>(outbox: Outbox, deliver: D, stop: watch::Receiver<bool>)
where
    D: Fn(&'static str, CloudEvent) -> F + Clone + Send + Sync + 'static,
    F: Future<Output = Result<(), E>> + Send + 'static,
    E: Display + Send + 'static,
{
    let mut loops = JoinSet::new();
    for subscriber in outbox.all_subscribers() {
        loops.spawn(follow(
            outbox.clone(),
            subscriber,
            deliver.clone(),
            stop.clone(),
        ));
    }
    while loops.join_next().await.is_some() {}
}

/// Delivers whatever can be delivered now, whether its time has come or not, and returns once
/// nothing more gets through: for tests, which start no relay.
///
/// # Errors
/// If the database does not answer.
pub(crate) async fn relay_once<D, F, E>(outbox: &Outbox, deliver: &D) -> Result<(), DbErr>
where
    D: Fn(&'static str, CloudEvent) -> F,
    F: Future<Output = Result<(), E>> + Send + 'static,
    E: Display + Send + 'static,
{
    for subscriber in outbox.all_subscribers() {
        while pass(outbox, subscriber, deliver, i64::MAX).await?.delivered > 0 {}
    }
    Ok(())
}

async fn follow<D, F, E>(
    outbox: Outbox,
    subscriber: &'static str,
    deliver: D,
    mut stop: watch::Receiver<bool>,
) where
    D: Fn(&'static str, CloudEvent) -> F,
    F: Future<Output = Result<(), E>> + Send + 'static,
    E: Display + Send + 'static,
{
    let mut commits = outbox.commits.subscribe();
    loop {
        let now = Utc::now().timestamp_millis();
        let pause = match pass(&outbox, subscriber, &deliver, now).await {
            Ok(pass) => pass.pause(IDLE),
            Err(error) => {
                tracing::warn!(subscriber, %error, "the outbox cannot be read");
                IDLE
            }
        };
        tokio::select! {
            biased;
            _ = stop.wait_for(|stop| *stop) => return,
            _ = commits.changed() => {}
            () = tokio::time::sleep(pause) => {}
        }
    }
}
