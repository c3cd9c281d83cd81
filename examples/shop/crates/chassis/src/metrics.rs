//! Figures for Prometheus at `/metrics`: requests and their duration by route, events that wait, breakers that are
//! open. Routes are counted by their template (`/orders/{id}`), so that the number of series stays small.

use std::collections::HashMap;
use std::sync::{LazyLock, OnceLock, PoisonError, RwLock};
use std::time::Duration;

use axum::Router;
use axum::http::header;
use axum::response::IntoResponse;
use axum::routing::get;
use metrics::{Counter, Histogram, Label};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};

use crate::Outbox;

const DURATION: &str = "http_request_duration_seconds";
/// Upper bounds in seconds.
const BUCKETS: [f64; 11] = [
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0,
];

const UPKEEP: Duration = Duration::from_secs(5);

/// One for the process, however many services run in it.
static HANDLE: OnceLock<PrometheusHandle> = OnceLock::new();

/// Begins to count.
pub(crate) fn install() {
    HANDLE.get_or_init(|| {
        let builder = PrometheusBuilder::new();
        let builder = builder
            .set_buckets_for_metric(Matcher::Full(DURATION.to_owned()), &BUCKETS)
            .unwrap_or_else(|_| PrometheusBuilder::new());
        let recorder = builder.build_recorder();
        let handle = recorder.handle();
        // Another recorder would only be there if the service installed its own; then that one counts.
        let _ = metrics::set_global_recorder(recorder);
        handle
    });
}

/// Sorts the samples of the histograms into their buckets every few seconds. Without it they would pile up in memory
/// for as long as nobody asks for `/metrics`.
pub(crate) async fn upkeep() {
    let mut every = tokio::time::interval(UPKEEP);
    loop {
        every.tick().await;
        if let Some(handle) = HANDLE.get() {
            handle.run_upkeep();
        }
    }
}

/// `/metrics`, as text, with what waits in these outboxes: `NaN` where the database does not say it, as an older figure
/// would be taken for today's.
pub(crate) fn routes(outboxes: Vec<Outbox>) -> Router {
    let render = move || {
        let outboxes = outboxes.clone();
        async move {
            for outbox in outboxes {
                let pending = outbox.pending_count().await;
                let pending = pending.map_or(f64::NAN, |count| count as f64);
                metrics::gauge!("outbox_pending", "service" => outbox.source()).set(pending);
            }
            let text = HANDLE.get().map(PrometheusHandle::render);
            let kind = [(header::CONTENT_TYPE, "text/plain; version=0.0.4")];
            (kind, text.unwrap_or_default()).into_response()
        }
    };
    Router::new().route("/metrics", get(render))
}

/// What a request is counted by.
type Key = (&'static str, &'static str, u16);

/// The figures of one route.
type OfRoute = HashMap<Key, (Histogram, Counter)>;

/// The figures of each route, by its template. Looking one up costs nothing but its hash, where naming it anew for each
/// request would make half a dozen texts.
static REQUESTS: LazyLock<RwLock<HashMap<String, OfRoute>>> = LazyLock::new(RwLock::default);

/// Counts one request.
pub(crate) fn record(
    service: &'static str,
    method: &'static str,
    route: &str,
    status: u16,
    took: Duration,
) {
    let key = (service, method, status);
    let known = REQUESTS.read().unwrap_or_else(PoisonError::into_inner);
    if let Some((duration, count)) = known.get(route).and_then(|of_route| of_route.get(&key)) {
        duration.record(took.as_secs_f64());
        count.increment(1);
        return;
    }
    drop(known);
    let (duration, count) = named(key, route);
    duration.record(took.as_secs_f64());
    count.increment(1);
    let mut known = REQUESTS.write().unwrap_or_else(PoisonError::into_inner);
    let of_route = known.entry(route.to_owned()).or_default();
    of_route.insert(key, (duration, count));
}

fn named((service, method, status): Key, route: &str) -> (Histogram, Counter) {
    let mut labels = vec![
        Label::from_static_parts("service", service),
        Label::from_static_parts("method", method),
        Label::new("route", route.to_owned()),
    ];
    let duration = metrics::histogram!(DURATION, labels.iter());
    labels.push(Label::new("status", status.to_string()));
    (duration, metrics::counter!("http_requests_total", labels))
}
