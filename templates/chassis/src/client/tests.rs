//! Tests of `client.rs`: what is tried again, what opens the breaker, what is carried on.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use axum::Router;
use axum::extract::Request;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::any;
use serde_json::{Value, json};

use super::*;
use crate::scope::{self, RequestScope};
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

#[tokio::test]
async fn after_five_failures_a_service_is_left_alone() {
    let (callee, asked) = answering(StatusCode::INTERNAL_SERVER_ERROR);
    for _ in 0..5 {
        callee.post("/", &json!({})).await.unwrap();
    }
    let refused = callee.post("/", &json!({})).await.unwrap_err();
    assert!(refused.to_string().contains("circuit breaker"), "{refused}");
    assert_eq!(asked.load(Ordering::Relaxed), 5);
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
    ] {
        let error = Transport::http(url).unwrap_err();
        assert!(error.contains(what), "{url}: {error}");
    }
}
