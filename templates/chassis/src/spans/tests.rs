//! Tests of `spans.rs`: what leaves for a collector, and what becomes of it when there is none.

mod receiver;
mod shop;
mod system;

use axum::body::Body;
use axum::http::Request;
use tokio::net::TcpListener;
use tokio::time::Instant;
use tower::ServiceExt;

use super::*;
use receiver::Receiver;

/// As if the environment named a collector there.
fn spans_to(address: std::net::SocketAddr) -> Spans {
    let variable = "OTEL_EXPORTER_OTLP_ENDPOINT".to_owned();
    let url = format!("http://{address}");
    let mut environment = Environment::of([(variable, url)].into_iter());
    Spans::read(&mut environment)
}

fn record(spans: &Spans, service: &'static str, count: usize) {
    let recorder = spans.recorder(service);
    for _ in 0..count {
        recorder.begin(TraceContext::begin(), Kind::Server, || "test".into());
    }
}

/// How many spans of this process were dropped for that reason.
async fn dropped(reason: &str) -> u64 {
    let request = Request::get("/metrics").body(Body::empty()).unwrap();
    let router = crate::metrics::routes(Vec::new());
    let response = router.oneshot(request).await.unwrap();
    let text = axum::body::to_bytes(response.into_body(), usize::MAX).await;
    let text = String::from_utf8(text.unwrap().to_vec()).unwrap();
    let line = format!("spans_dropped_total{{reason=\"{reason}\"}} ");
    let mut counts = text.lines().filter_map(|text| text.strip_prefix(&line));
    counts.next().map_or(0, |count| count.parse().unwrap())
}

#[tokio::test]
async fn without_a_collector_nothing_is_recorded() {
    let unset = ("OTEL_EXPORTER_OTLP_ENDPOINT".to_owned(), String::new());
    let spans = Spans::read(&mut Environment::of([unset].into_iter()));
    assert!(spans.0.is_none());
    let named = || unreachable!("no name is made");
    let recorder = spans.recorder("user-service");
    let mut span = recorder.begin(TraceContext::begin(), Kind::Server, named);
    span.set("url.path", || -> String {
        unreachable!("no value is made")
    });
    assert!(!span.is_recorded());
    spans.export("test").end().await;
}

#[tokio::test]
async fn what_a_client_makes_long_is_cut() {
    let receiver = Receiver::start().await;
    let spans = spans_to(receiver.address);
    let trace = TraceContext {
        tracestate: Some("a".repeat(LONGEST_STATE + 1)),
        ..TraceContext::begin()
    };
    let recorder = spans.recorder("user-service");
    let path = format!("/{}", "ä".repeat(LONGEST));
    let (method, route) = (axum::http::Method::GET, Some("/{*path}"));
    drop(http::server(&recorder, &trace, &method, &path, route));
    spans.export("test").end().await;
    let arrived = receiver.spans(1).await;
    assert_eq!(arrived[0].text("url.path").len(), LONGEST - 1);
    assert_eq!(arrived[0].span.trace_state, "");
}

#[tokio::test]
async fn spans_leave_in_batches_each_with_its_service() {
    let receiver = Receiver::start().await;
    let spans = spans_to(receiver.address);
    record(&spans, "order-service", 700);
    record(&spans, "user-service", 500);
    let exporting = spans.export("test");
    let arrived = receiver.spans(512).await;
    assert_eq!(arrived[0].text("service.name"), "order-service");
    exporting.end().await;
    let arrived = receiver.spans(1_200).await;
    let of = |service: &str| {
        let its = arrived.iter().filter(|one| one.service == service);
        its.count()
    };
    assert_eq!((of("order-service"), of("user-service")), (700, 500));
    assert_eq!(receiver.requests(), [512, 512, 176]);
}

#[tokio::test]
async fn a_full_queue_keeps_nobody_waiting_and_what_is_lost_is_counted() {
    crate::metrics::install();
    let receiver = Receiver::start().await;
    let spans = spans_to(receiver.address);
    let before = dropped("queue full").await;
    record(&spans, "order-service", WAITING + 1_000);
    assert!(dropped("queue full").await >= before + 1_000);
    spans.export("test").end().await;
    assert_eq!(receiver.spans(WAITING).await.len(), WAITING);
}

#[tokio::test]
async fn a_collector_that_was_away_gets_the_spans_when_it_is_back() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let spans = spans_to(listener.local_addr().unwrap());
    record(&spans, "order-service", 3);
    let exporting = spans.export("test");
    for _ in 0..3 {
        // Somebody is there and hangs up at once.
        drop(listener.accept().await.unwrap());
    }
    let receiver = Receiver::on(listener);
    assert_eq!(receiver.spans(3).await.len(), 3);
    exporting.end().await;
    assert_eq!(receiver.requests(), [3]);
}

#[tokio::test(start_paused = true)]
async fn what_can_not_be_sent_for_a_while_is_not_kept() {
    crate::metrics::install();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let spans = spans_to(address);
    let before = dropped("not sent").await;
    record(&spans, "order-service", 300);
    let exporting = spans.export("test");
    tokio::time::sleep(std::time::Duration::from_secs(25)).await;
    assert!(
        dropped("not sent").await < before + 300,
        "it is tried again"
    );
    tokio::time::sleep(std::time::Duration::from_secs(20)).await;
    assert!(dropped("not sent").await >= before + 300);
    exporting.end().await;
}

#[tokio::test]
async fn what_the_collector_refuses_is_not_sent_again() {
    let receiver = Receiver::start().await;
    receiver.answer(400);
    let spans = spans_to(receiver.address);
    record(&spans, "order-service", 2);
    let exporting = spans.export("test");
    receiver.spans(2).await;
    receiver.answer(200);
    record(&spans, "order-service", 1);
    receiver.spans(3).await;
    exporting.end().await;
    assert_eq!(receiver.requests(), [2, 1]);
}

#[tokio::test(start_paused = true)]
async fn a_stop_does_not_wait_for_a_collector_that_hangs() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let spans = spans_to(listener.local_addr().unwrap());
    record(&spans, "order-service", 1);
    let exporting = spans.export("test");
    let begun = Instant::now();
    exporting.end().await;
    assert!(begun.elapsed() < std::time::Duration::from_secs(3));
}
