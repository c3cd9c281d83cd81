//! One pass of the relay: what is due goes out together, and each row is removed or postponed as
//! its delivery ends. `outbox/relay.rs` calls it. Read next: `inbox.rs`, the other end.

use std::fmt::Display;
use std::time::Duration;

use chrono::Utc;
use sea_orm::DbErr;
use tokio::task::JoinSet;

use super::{Outbox, row};
use crate::event::CloudEvent;

/// Deliveries to one subscriber that are under way together, each of another subject.
const BATCH: u64 = 32;
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

/// Delivers to `subscriber` what is due at `now`, in milliseconds since 1970.
pub(super) async fn pass<D, F, E>(
    outbox: &Outbox,
    subscriber: &'static str,
    deliver: &D,
    now: i64,
) -> Result<Pass, DbErr>
where
    D: Fn(&'static str, CloudEvent) -> F,
    F: Future<Output = Result<(), E>> + Send + 'static,
    E: Display + Send + 'static,
{
    let database = &outbox.database;
    let mut pass = Pass::default();
    let mut under_way = JoinSet::new();
    for row in row::due(database, subscriber, now, BATCH).await? {
        let sent = deliver(subscriber, row.clone().into_event()?);
        under_way.spawn(async move { (row, sent.await.map_err(|error| error.to_string())) });
    }
    while let Some(ended) = under_way.join_next().await {
        match ended {
            Ok((row, Ok(()))) => {
                row::remove(database, row.id).await?;
                pass.delivered += 1;
            }
            Ok((row, Err(error))) => {
                let wait = wait_after(row.attempts);
                tracing::warn!(
                    subscriber,
                    error,
                    attempts = row.attempts + 1,
                    "not delivered"
                );
                row::postpone(database, &row, later(wait)).await?;
                pass.postponed += 1;
                pass.retry_in = Some(pass.retry_in.map_or(wait, |other| other.min(wait)));
            }
            // It panicked; the row stays as it is, and is found again at the next look.
            Err(error) => tracing::error!(subscriber, %error, "delivery broke off"),
        }
    }
    Ok(pass)
}

/// 100 ms, 200 ms, 400 ms, … 30 s.
fn wait_after(failures: i64) -> Duration {
    let doublings = u32::try_from(failures).unwrap_or(u32::MAX);
    let factor = 2_u32.saturating_pow(doublings);
    FIRST_WAIT.saturating_mul(factor).min(LONGEST_WAIT)
}

fn later(wait: Duration) -> i64 {
    let wait = i64::try_from(wait.as_millis()).unwrap_or(i64::MAX);
    Utc::now().timestamp_millis().saturating_add(wait)
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
