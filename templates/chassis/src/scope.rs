//! What belongs to the request that is being handled: its id, its trace and its deadline. It travels beside the code
//! instead of through every signature. `layers.rs` enters it; the client, the outbox and the log read it.
//! Read next: `trace.rs`.

use std::future::Future;
use std::time::{SystemTime, UNIX_EPOCH};

use tokio::time::Instant;
use uuid::Builder;

use crate::spans::Recorder;
use crate::trace::TraceContext;

/// The request that the current task works on.
#[derive(Clone, Debug)]
pub(crate) struct RequestScope {
    /// The same for every process that the request passes through.
    pub(crate) request_id: String,
    pub(crate) trace: TraceContext,
    /// Of the service that works on it.
    pub(crate) recorder: Recorder,
    /// When nobody waits for the answer any more.
    pub(crate) deadline: Option<Instant>,
}

tokio::task_local! {
    static SCOPE: RequestScope;
}

/// Runs `future` within the scope.
pub(crate) async fn enter<F: Future>(scope: RequestScope, future: F) -> F::Output {
    SCOPE.scope(scope, future).await
}

/// Runs `future` within the scope, to its end, though the caller may stop waiting for it: its client has gone, or its time
/// is over. Half a transaction is worse than one too many. (sqlx 0.9 would put a connection back with a transaction open
/// on it that was given up in the moment of its beginning, and the next request would write into that.)
pub(crate) async fn to_the_end<F>(scope: RequestScope, future: F) -> F::Output
where
    F: Future<Output: Send> + Send + 'static,
{
    match tokio::spawn(enter(scope, future)).await {
        Ok(output) => output,
        Err(ended) => std::panic::resume_unwind(ended.into_panic()),
    }
}

/// The scope of the current request; none in a background task.
pub(crate) fn current() -> Option<RequestScope> {
    SCOPE.try_with(Clone::clone).ok()
}

/// The id of the current request.
pub(crate) fn request_id() -> Option<String> {
    SCOPE.try_with(|scope| scope.request_id.clone()).ok()
}

/// A new id for a request. It only has to be unlike the others, so it takes no randomness of the system's.
pub(crate) fn new_request_id() -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    let millis = now.unwrap_or_default().as_millis();
    let mut random = [0; 10];
    fastrand::fill(&mut random);
    let id = Builder::from_unix_timestamp_millis(millis as u64, &random);
    id.into_uuid().to_string()
}

/// The `traceparent` to pass on from here.
pub(crate) fn traceparent() -> Option<String> {
    SCOPE.try_with(|scope| scope.trace.traceparent()).ok()
}

/// The `tracestate` to pass on from here.
pub(crate) fn tracestate() -> Option<String> {
    SCOPE
        .try_with(|scope| scope.trace.tracestate.clone())
        .ok()?
}
