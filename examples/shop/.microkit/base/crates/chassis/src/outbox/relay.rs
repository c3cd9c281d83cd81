//! The relay: takes events out of the outbox and delivers them, in order within a subject and
//! at least once (a delivery whose answer is lost is repeated; the inbox notices). The runner
//! starts it beside the server and stops it last. Read next: `outbox/pass.rs`.

use std::time::Duration;

use sea_orm::DbErr;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::sleep;

use super::pass::pass;
use super::row::Due;
use super::{Courier, Outbox, row};

/// How often a relay looks by itself, for what another instance of the service left behind.
const IDLE: Duration = Duration::from_secs(1);
/// How often it looks for events whose kind of recipient is not delivered to any more.
const REDIRECT: Duration = Duration::from_secs(30);

/// Delivers until `stop` says true (or its sender is gone), and then finishes what is under way.
///
/// Each recipient has a loop of its own, so a slow one holds up no other.
pub(crate) async fn run_relay(outbox: Outbox, courier: impl Courier, stop: watch::Receiver<bool>) {
    // First, so that no newer event of a subject overtakes one that waits.
    if let Err(error) = turn(&outbox).await {
        tracing::warn!(service = outbox.source, %error, "the outbox cannot be read");
    }
    let mut loops = JoinSet::new();
    loops.spawn(redirect(outbox.clone(), stop.clone()));
    for recipient in outbox.recipients() {
        loops.spawn(follow(
            outbox.clone(),
            recipient,
            courier.clone(),
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
pub(crate) async fn relay_once(outbox: &Outbox, courier: &impl Courier) -> Result<(), DbErr> {
    for recipient in outbox.recipients() {
        while pass(outbox, recipient, courier, Due::Anyhow)
            .await?
            .delivered
            > 0
        {}
    }
    Ok(())
}

async fn follow(
    outbox: Outbox,
    recipient: &'static str,
    courier: impl Courier,
    mut stop: watch::Receiver<bool>,
) {
    let mut commits = outbox.commits.subscribe();
    loop {
        tokio::select! {
            biased;
            _ = stop.wait_for(|stop| *stop) => return,
            () = courier.ready() => {}
        }
        let pause = match pass(&outbox, recipient, &courier, Due::Now).await {
            Ok(pass) => pass.pause(IDLE),
            Err(error) => {
                tracing::debug!(recipient, %error, "the outbox cannot be read");
                IDLE
            }
        };
        tokio::select! {
            biased;
            _ = stop.wait_for(|stop| *stop) => return,
            _ = commits.changed() => {}
            () = sleep(pause) => {}
        }
    }
}

async fn redirect(outbox: Outbox, mut stop: watch::Receiver<bool>) {
    loop {
        let wait = match turn(&outbox).await {
            Ok(()) => REDIRECT,
            Err(error) => {
                tracing::warn!(service = outbox.source, %error, "the outbox cannot be read");
                IDLE
            }
        };
        tokio::select! {
            _ = stop.wait_for(|stop| *stop) => return,
            () = sleep(wait) => {}
        }
    }
}

/// Turns all there are.
async fn turn(outbox: &Outbox) -> Result<(), DbErr> {
    let (database, subscribers) = (&outbox.database, &*outbox.subscribers);
    let mut after = i64::MIN;
    while let Some(last) = row::redirect(database, subscribers, outbox.over_exchange, after).await?
    {
        after = last;
    }
    Ok(())
}
