//! One pass of the relay: what is due goes out together, and its rows are removed or postponed as the deliveries end.
//! `outbox/relay.rs` calls it. Read next: `inbox.rs`, the other end.

use std::time::Duration;

use sea_orm::DbErr;
use tokio::task::JoinSet;

use super::row::Due;
use super::{Courier, Outbox, row};
use crate::event::CloudEvent;
use crate::scope::{self, RequestScope};

/// Deliveries to one subscriber that are under way together, each of another subject.
const BATCH: u64 = 64;
/// The wait after the first failure; it doubles with each further one.
const FIRST_WAIT: Duration = Duration::from_millis(100);
/// The longest wait between two attempts.
const LONGEST_WAIT: Duration = Duration::from_secs(30);

/// What came of one look at the outbox.
#[derive(Default)]
pub(super) struct Pass {
    pub(super) delivered: u64,
    postponed: u64,
    retry_in: Option<Duration>,
}

impl Pass {
    /// How long there is nothing to do, `idle` at most; no time at all if there may be more that
    /// is due now.
    pub(super) fn pause(&self, idle: Duration) -> Duration {
        if self.delivered > 0 || self.postponed == BATCH {
            return Duration::ZERO;
        }
        self.retry_in.map_or(idle, |wait| wait.min(idle))
    }
}

/// Delivers to `subscriber` what is due.
///
/// In PostgreSQL the rows are locked meanwhile, so that several instances of the service share the work and none sends
/// what another one is sending. One that ends half way gives its rows free; what it had delivered is then delivered
/// again, and the inbox notices.
pub(super) async fn pass(
    outbox: &Outbox,
    subscriber: &'static str,
    courier: &impl Courier,
    due: Due,
) -> Result<Pass, DbErr> {
    let claim = row::claim(&outbox.database).await?;
    let mut pass = Pass::default();
    let mut under_way = JoinSet::new();
    for row in row::due(&claim, subscriber, due, BATCH).await? {
        match row.clone().into_event() {
            Ok(event) => {
                let scope = scope_of(outbox, &event);
                let sent = scope::enter(scope, courier.deliver(subscriber, event));
                under_way.spawn(async move { (row, sent.await) });
            }
            Err(error) => {
                tracing::error!(subscriber, %error, position = row.position, "not an event");
                row::postpone(&claim, &row, LONGEST_WAIT).await?;
            }
        }
    }
    let mut delivered = Vec::new();
    while let Some(ended) = under_way.join_next().await {
        match ended {
            Ok((row, Ok(()))) => delivered.push(row.position),
            Ok((row, Err(error))) => {
                let wait = wait_after(row.attempts);
                let attempts = row.attempts + 1;
                tracing::warn!(subscriber, error, attempts, "not delivered");
                row::postpone(&claim, &row, wait).await?;
                pass.postponed += 1;
                pass.retry_in = Some(pass.retry_in.map_or(wait, |other| other.min(wait)));
            }
            // It panicked; the row stays as it is, and is found again at the next look.
            Err(error) => tracing::error!(subscriber, %error, "delivery broke off"),
        }
    }
    row::remove(&claim, &delivered).await?;
    row::settle(claim).await?;
    pass.delivered = delivered.len() as u64;
    Ok(pass)
}

/// An event is delivered within the trace in which it was published.
fn scope_of(outbox: &Outbox, event: &CloudEvent) -> RequestScope {
    RequestScope {
        request_id: event.id.clone(),
        trace: event.trace(),
        recorder: outbox.recorder.clone(),
        deadline: None,
    }
}

/// 100 ms, 200 ms, 400 ms, … 30 s.
fn wait_after(failures: i64) -> Duration {
    let doublings = u32::try_from(failures).unwrap_or(u32::MAX);
    let factor = 2_u32.saturating_pow(doublings);
    FIRST_WAIT.saturating_mul(factor).min(LONGEST_WAIT)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wait_doubles_up_to_thirty_seconds() {
        let waits = [0, 1, 2, 9, 40, i64::MAX].map(|failures| wait_after(failures).as_millis());
        assert_eq!(waits, [100, 200, 400, 30_000, 30_000, 30_000]);
    }
}
