//! Sends spans in batches, beside everything else. No request waits for a collector and no memory fills: what can't be
//! sent for a while is dropped, and so is what comes while the queue is full.

use std::time::Duration;

use axum::body::Bytes;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;
use tokio::time::{Instant, timeout};
use uuid::Uuid;

use super::collector::Collector;
use super::{Finished, message};
use crate::attempts::{Attempts, Told};

/// Spans of one request to the collector.
const BATCH: usize = 512;
/// How long the first span of a batch waits for others.
const WAIT: Duration = Duration::from_secs(1);
/// How long a batch is tried again.
const KEPT: Duration = Duration::from_secs(30);
/// What a stop takes at most.
const GOODBYE: Duration = Duration::from_secs(2);

/// Counts spans that nobody will see.
pub(super) fn dropped(count: u64, reason: &'static str) {
    metrics::counter!("spans_dropped_total", "reason" => reason).increment(count);
}

/// Spans that are being sent; nothing if there is no collector.
#[derive(Debug)]
pub(crate) struct Exporting(Option<(watch::Sender<bool>, JoinHandle<()>)>);

impl Exporting {
    pub(super) fn start(exporter: Option<Exporter>, who: &'static str) -> Self {
        Self(exporter.map(|exporter| {
            let (stop, stopped) = watch::channel(false);
            (stop, tokio::spawn(exporter.run(who, stopped)))
        }))
    }

    /// Sends what waits, if that is a matter of a moment.
    pub(crate) async fn end(self) {
        if let Some((stop, mut running)) = self.0 {
            let _ = stop.send(true);
            if timeout(GOODBYE, &mut running).await.is_err() {
                running.abort();
            }
        }
    }
}

/// What sends the spans of a process.
#[derive(Debug)]
pub(super) struct Exporter {
    collector: Collector,
    queue: mpsc::Receiver<Finished>,
    instance: String,
}

/// What became of a batch.
enum Sent {
    /// The collector has it, or it was dropped.
    Over,
    /// The process is to stop before it could be sent.
    Stopped,
}

impl Exporter {
    pub(super) fn new(collector: Collector, queue: mpsc::Receiver<Finished>) -> Self {
        Self {
            collector,
            queue,
            instance: Uuid::now_v7().to_string(),
        }
    }

    pub(super) async fn run(mut self, who: &'static str, mut stop: watch::Receiver<bool>) {
        let mut attempts = Attempts::of(who, Told::default());
        let mut batch = Vec::new();
        loop {
            tokio::select! {
                biased;
                _ = stop.wait_for(|stop| *stop) => break,
                count = self.queue.recv_many(&mut batch, BATCH) => if count == 0 {
                    // Nobody is left to record anything.
                    return;
                }
            }
            tokio::select! {
                biased;
                _ = stop.wait_for(|stop| *stop) => break,
                _ = timeout(WAIT, self.fill(&mut batch)) => {}
            }
            if let Sent::Stopped = self.send(&batch, &mut attempts, &mut stop).await {
                break;
            }
            batch.clear();
        }
        self.flush(batch).await;
    }

    /// Waits until the batch is full.
    async fn fill(&mut self, batch: &mut Vec<Finished>) {
        while batch.len() < BATCH && !self.queue.is_closed() {
            self.queue.recv_many(batch, BATCH - batch.len()).await;
        }
    }

    /// Sends a batch, as often as it takes within its time.
    async fn send(
        &self,
        batch: &[Finished],
        attempts: &mut Attempts,
        stop: &mut watch::Receiver<bool>,
    ) -> Sent {
        let message = Bytes::from(message::encode(batch, &self.instance));
        let end = Instant::now() + KEPT;
        loop {
            let failure = match self.collector.post(message.clone()).await {
                Ok(answer) => {
                    attempts.succeeded("traces are sent again");
                    rejected(&answer);
                    return Sent::Over;
                }
                Err(failure) => failure,
            };
            let again = failure.passes() && Instant::now() < end;
            if !again {
                dropped(batch.len() as u64, "not sent");
            }
            tokio::select! {
                biased;
                _ = stop.wait_for(|stop| *stop) => {
                    return if again { Sent::Stopped } else { Sent::Over };
                }
                () = attempts.failed(&failure) => {}
            }
            if !again {
                return Sent::Over;
            }
        }
    }

    /// Sends the rest, once.
    async fn flush(&mut self, mut batch: Vec<Finished>) {
        self.queue.close();
        loop {
            let room = BATCH.saturating_sub(batch.len());
            if room > 0 {
                self.queue.recv_many(&mut batch, room).await;
            }
            if batch.is_empty() {
                return;
            }
            let message = message::encode(&batch, &self.instance);
            if self.collector.post(message.into()).await.is_err() {
                return;
            }
            batch.clear();
        }
    }
}

/// Tells of spans that the collector took and did not keep.
fn rejected(answer: &[u8]) {
    if let Some((count, reason)) = message::rejected(answer) {
        dropped(count, "rejected");
        tracing::debug!(count, reason, "the collector did not keep some spans");
    }
}
