//! One request through a gateway and services: which spans it has, and which is part of which.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use axum::Router;
use axum::http::StatusCode;
use opentelemetry_proto::tonic::trace::v1::status::StatusCode as Outcome;

use super::receiver::Arrived;
use super::shop::{PATIENCE, Shop};
use crate::Callee;
use crate::client::{Slot, Transport};
use crate::scope::{self, RequestScope};
use crate::trace::TraceContext;

fn one<'a>(spans: &'a [Arrived], what: &str) -> &'a Arrived {
    let mut found = spans.iter().filter(|span| span.what() == what);
    let one = found.next();
    let all: Vec<_> = spans.iter().map(Arrived::what).collect();
    assert!(found.next().is_none(), "one {what} in {all:?}");
    one.unwrap_or_else(|| panic!("{what} in {all:?}"))
}

#[tokio::test]
async fn a_request_is_one_trace_through_gateway_services_and_their_events() {
    let shop = Shop::start().await;
    let caller = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    let headers = [("traceparent", caller), ("tracestate", "a=1")];
    assert_eq!(shop.ask("POST", "/api/orders", &headers).await, 201);
    shop.relay().await;
    let spans = shop.recorded().await;

    // Each is part of the one before it.
    let path = [
        "gateway Server POST /api/{*path}",
        "gateway Client POST",
        "order-service Server POST /orders",
        "order-service Producer publish order.created",
        "order-service Client POST",
        "payment-service Server POST /cloudevents",
        "payment-service Consumer process order.created",
        "payment-service Client GET",
        "order-service Server GET /orders/{id}",
    ];
    let mut parent = 0xb7ad_6b71_6920_3331_u64.to_be_bytes().to_vec();
    for what in path {
        let found = one(&spans, what);
        assert_eq!(found.span.parent_span_id, parent, "{what}");
        parent.clone_from(&found.span.span_id);
    }
    let order = one(&spans, path[2]);
    let asked = one(&spans, "order-service Client GET");
    let user = one(&spans, "user-service Server GET /users/{id}");
    assert_eq!(asked.span.parent_span_id, order.span.span_id);
    assert_eq!(user.span.parent_span_id, asked.span.span_id);
    assert_eq!(spans.len(), path.len() + 2, "and nothing else");
    for span in &spans {
        let trace = 0x0af7_6519_16cd_43dd_8448_eb21_1c80_319c_u128;
        assert_eq!(span.span.trace_id, trace.to_be_bytes());
        assert_eq!(span.span.trace_state, "a=1", "{}", span.what());
        assert!(span.span.start_time_unix_nano <= span.span.end_time_unix_nano);
        assert!(!span.text("service.instance.id").is_empty());
    }

    for (name, value) in [
        ("http.request.method", "POST"),
        ("http.route", "/orders"),
        ("url.path", "/orders"),
        ("url.scheme", "http"),
        ("http.response.status_code", "201"),
        ("error.type", ""),
    ] {
        assert_eq!(order.text(name), value, "{name}");
    }
    for (name, value) in [
        ("service.peer.name", "user-service"),
        ("url.full", "http://localhost:80/users/7"),
        ("http.request.resend_count", ""),
    ] {
        assert_eq!(asked.text(name), value, "{name}");
    }
    let (published, processed) = (one(&spans, path[3]), one(&spans, path[6]));
    for (span, operation) in [(published, "publish"), (processed, "process")] {
        for (name, value) in [
            ("messaging.system", "cloudevents"),
            ("messaging.destination.name", "order.created"),
            ("messaging.operation.name", operation),
        ] {
            assert_eq!(span.text(name), value, "{name}");
        }
    }
    let id = published.text("messaging.message.id");
    assert_eq!(id, processed.text("messaging.message.id"));
    let origin = &processed.span.links[0];
    assert_eq!(origin.span_id, published.span.span_id);
}

#[tokio::test]
async fn failures_are_marked_as_each_side_sees_them() {
    let shop = Shop::start().await;
    shop.ask("GET", "/api/orders/9", &[]).await;
    shop.ask("GET", "/api/broken", &[]).await;
    let spans = shop.recorded().await;
    let failed = |what: &str, of: &str| {
        let mut spans = spans.iter().filter(|span| span.what() == what);
        let span = spans.find(|span| span.text("http.response.status_code") == of);
        let span = span.unwrap_or_else(|| panic!("{what}"));
        let failed = span.span.status.as_ref().map(|status| status.code());
        assert_eq!(failed.is_some(), !span.text("error.type").is_empty());
        failed == Some(Outcome::Error)
    };
    assert!(!failed("order-service Server GET /orders/{id}", "404"));
    assert!(failed("gateway Client GET", "404"));
    assert!(failed("order-service Server GET /broken", "500"));
    assert!(failed("gateway Client GET", "500"));
    assert!(failed("gateway Server GET /api/{*path}", "500"));
}

#[tokio::test]
async fn what_nobody_wants_to_see_is_not_recorded() {
    let shop = Shop::start().await;
    for path in ["/health", "/health/live", "/health/ready", "/metrics"] {
        assert_eq!(shop.ask("GET", path, &[]).await, 200, "{path}");
    }
    let unsampled = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00";
    let headers = [("traceparent", unsampled)];
    assert_eq!(shop.ask("POST", "/api/orders", &headers).await, 201);
    let pending = shop.outbox().pending().await.unwrap();
    let carried = pending[0].traceparent.as_ref().unwrap();
    assert!(carried.ends_with("-00"), "{carried}");
    assert_eq!(shop.recorded().await.len(), 0);
}

#[tokio::test]
async fn each_try_is_a_span() {
    let shop = Shop::start().await;
    let twice = AtomicU32::new(0);
    let flaky = move || match twice.fetch_add(1, Ordering::Relaxed) {
        0 => StatusCode::SERVICE_UNAVAILABLE,
        _ => StatusCode::OK,
    };
    let slot = Slot::default();
    let flaky = Arc::new(flaky);
    slot.set(Router::new().fallback(async move || flaky()));
    let callee = Callee::new("user-service", "test", Transport::InProcess(slot), PATIENCE);
    let request = RequestScope {
        request_id: "1".to_owned(),
        trace: TraceContext::begin(),
        recorder: shop.spans.recorder("order-service"),
        deadline: None,
    };
    scope::enter(request, callee.get("/")).await.unwrap();
    let spans = shop.recorded().await;
    let seen = spans.iter().map(|span| {
        let names = ["http.response.status_code", "http.request.resend_count"];
        names.map(|name| span.text(name))
    });
    let expected = [["503", ""], ["200", "1"]].map(|one| one.map(str::to_owned));
    assert_eq!(seen.collect::<Vec<_>>(), expected);
}
