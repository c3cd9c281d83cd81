//! Tests of `client.rs`: what is tried again, what opens the breaker, what is carried on.

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes, HttpBody};
use axum::extract::Request;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::any;
use hyper::body::Frame;
use serde_json::{Value, json};
use uuid::Uuid;

use super::*;
use crate::event::CloudEvent;
use crate::event::tests::OrderCreated;
use crate::scope::{self, RequestScope};
use crate::spans::Recorder;
use crate::trace::TraceContext;

const WAIT: Duration = Duration::from_secs(5);

/// A callee in process that answers `status`, and how often it was asked.
fn answering(status: StatusCode) -> (Callee, Arc<AtomicU32>) {
    let asked = Arc::new(AtomicU32::new(0));
    let counter = asked.clone();
    let answer = any(async move || {
        counter.fetch_add(1, Ordering::Relaxed);
        status
    });
    (callee(Router::new().fallback(answer)), asked)
}

fn callee(router: Router) -> Callee {
    let slot = Slot::default();
    slot.set(router);
    Callee::new("user-service", "test", Transport::InProcess(slot), WAIT)
}

fn within(deadline: Duration) -> RequestScope {
    RequestScope {
        request_id: "request-1".to_owned(),
        trace: TraceContext::begin(),
        recorder: Recorder::default(),
        deadline: Some(tokio::time::Instant::now() + deadline),
    }
}

#[tokio::test(start_paused = true)]
async fn only_what_may_be_done_twice_is_tried_again() {
    let (callee, asked) = answering(StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(callee.get("/").await.unwrap().status, 503);
    assert_eq!(asked.load(Ordering::Relaxed), 3, "once and two retries");
    callee.post("/", &json!({})).await.unwrap();
    assert_eq!(asked.load(Ordering::Relaxed), 4, "once");
}

#[tokio::test]
async fn an_answer_that_is_the_callers_fault_is_not_tried_again() {
    let (callee, asked) = answering(StatusCode::NOT_FOUND);
    let reply = callee.get("/").await.unwrap();
    assert_eq!(reply.found::<Value>().unwrap(), None);
    assert_eq!(asked.load(Ordering::Relaxed), 1);
}

/// A body of which nothing arrives.
struct Stuck;

impl HttpBody for Stuck {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        Poll::Pending
    }
}

/// A callee that never answers `/hang` and takes everything else.
fn hanging() -> Callee {
    let hang = any(async |_: Bytes| std::future::pending::<StatusCode>().await);
    let router = Router::new().route("/hang", hang);
    callee(router.fallback(any(async || StatusCode::NO_CONTENT)))
}

/// Five calls that get no answer.
async fn open_breaker(callee: &Callee) {
    for _ in 0..5 {
        let error = callee.post("/hang", &json!({})).await.unwrap_err();
        assert!(matches!(error, CallError::Timeout { .. }), "{error}");
    }
}

#[tokio::test(start_paused = true)]
async fn after_five_calls_without_an_answer_a_service_is_left_alone_at_once() {
    let callee = hanging();
    open_breaker(&callee).await;
    let begun = tokio::time::Instant::now();
    let refused = callee.get("/").await.unwrap_err();
    assert!(refused.to_string().contains("circuit breaker"), "{refused}");
    let refused = callee.forward(Request::default()).await.unwrap_err();
    assert!(refused.to_string().contains("circuit breaker"), "{refused}");
    assert_eq!(begun.elapsed(), Duration::ZERO, "no retries");
}

#[tokio::test]
async fn a_service_that_answers_is_there_whatever_it_answers() {
    let (callee, asked) = answering(StatusCode::SERVICE_UNAVAILABLE);
    for _ in 0..10 {
        callee.post("/", &json!({})).await.unwrap();
    }
    assert_eq!(asked.load(Ordering::Relaxed), 10);
}

#[tokio::test(start_paused = true)]
async fn who_sends_slowly_does_not_blame_the_callee() {
    let callee = hanging();
    for _ in 0..6 {
        let request = Request::post("/hang").body(Body::new(Stuck)).unwrap();
        let error = callee.forward(request).await.unwrap_err();
        assert!(matches!(error, CallError::Timeout { .. }), "{error}");
    }
    callee.get("/").await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn events_go_round_the_breaker() {
    let callee = hanging();
    open_breaker(&callee).await;
    let created = OrderCreated {
        order_id: Uuid::now_v7(),
        total: 1.into(),
    };
    let event = CloudEvent::new(Uuid::now_v7(), "test", &created).unwrap();
    callee.post_event(&event).await.unwrap();

    let (callee, asked) = answering(StatusCode::UNPROCESSABLE_ENTITY);
    for _ in 0..10 {
        callee.post_event(&event).await.unwrap_err();
    }
    callee.get("/").await.unwrap();
    assert_eq!(asked.load(Ordering::Relaxed), 11);
}

#[tokio::test(start_paused = true)]
async fn who_called_has_time_left_to_say_that_nobody_answered() {
    let (callee, scope) = (hanging(), within(Duration::from_secs(1)));
    let deadline = scope.deadline.unwrap();
    let call = scope::enter(scope, callee.get("/hang"));
    call.await.unwrap_err();
    let left = deadline - tokio::time::Instant::now();
    assert!(left >= Duration::from_millis(45), "{left:?}");
}

#[tokio::test(start_paused = true)]
async fn a_call_ends_with_the_patience_of_the_caller_and_does_not_blame_the_callee() {
    let never = any(async || std::future::pending::<StatusCode>().await);
    let callee = callee(Router::new().fallback(never));
    for _ in 0..6 {
        let call = scope::enter(within(Duration::from_millis(80)), callee.get("/"));
        let error = call.await.unwrap_err();
        assert!(matches!(error, CallError::Timeout { .. }), "{error}");
    }
}

#[tokio::test]
async fn the_request_is_carried_on() {
    let echo = any(async |request: Request| {
        let text = |name: &str| request.headers()[name].to_str().unwrap().to_owned();
        json!({
            "id": text("x-request-id"),
            "trace": text("traceparent"),
            "left": text("x-request-timeout-ms"),
        })
        .to_string()
    });
    let callee = callee(Router::new().fallback(echo));
    let scope = within(Duration::from_secs(2));
    let parent = scope.trace.clone();
    let seen: Value = scope::enter(scope, callee.get("/"))
        .await
        .unwrap()
        .json()
        .unwrap();
    assert_eq!(seen["id"], "request-1");
    let left: u64 = seen["left"].as_str().unwrap().parse().unwrap();
    assert!((1_000..=2_000).contains(&left), "{left}");
    let trace = seen["trace"].as_str().unwrap();
    assert!(trace.contains(&parent.trace_id()));
    assert_ne!(trace, parent.traceparent());
}

#[tokio::test]
async fn the_way_over_http_is_the_same() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let echo = any(async |headers: HeaderMap, body: String| {
        assert!(headers.contains_key("host"));
        body
    });
    let (stop, stopped) = tokio::sync::watch::channel(false);
    let router = Router::new().fallback(echo);
    let server = tokio::spawn(crate::server::serve(listener, router, stopped, WAIT));
    let transport = Transport::http(&url).unwrap();
    let callee = Callee::new("user-service", "test", transport, WAIT);
    let reply = callee.post("/", &json!({"a": 1})).await.unwrap();
    assert_eq!(reply.json::<Value>().unwrap(), json!({"a": 1}));
    stop.send(true).unwrap();
    server.await.unwrap();
    let error = callee.get("/").await.unwrap_err();
    assert!(matches!(error, CallError::Unavailable { .. }), "{error}");
}

#[test]
fn a_url_that_would_not_work_is_refused() {
    for (url, what) in [
        ("https://users", "https"),
        ("users:8001", "http://"),
        ("http://users/path", "end after"),
        ("not a url", "URL"),
        ("http://127.0.0.1:99999", "99999"),
        ("http://users:0", "1 to 65535"),
        ("http://root:secret@users:8001", "user name"),
    ] {
        let error = Transport::http(url).unwrap_err();
        assert!(error.contains(what), "{url}: {error}");
    }
}
