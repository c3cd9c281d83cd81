//! Tests of `inbox/message.rs`: the two modes, and what is refused.

use axum::http::{HeaderMap, StatusCode};
use serde_json::{Value, json};

use super::{consumer, event, handled, headers, send, structured};
use crate::Problem;

#[tokio::test]
async fn binary_mode_has_the_envelope_in_headers() {
    let consumer = consumer().await;
    let headers = headers(&[
        ("content-type", "application/json"),
        ("ce-specversion", "1.0"),
        ("ce-id", "a%20b%C3%A4"),
        ("ce-source", "/order-service"),
        ("ce-type", "order.created"),
        ("ce-time", "2024-02-29T12:30:00Z"),
    ]);
    assert_eq!(send(&consumer, &headers, &event("", 5)["data"]).await, 204);
    let same = event("a bä", 5);
    assert_eq!(send(&consumer, &structured(), &same).await, 200);
}

#[tokio::test]
async fn what_is_no_event_is_refused() {
    let consumer = consumer().await;
    let changed = |name: &str, value: Value| {
        let mut event = event("1", 5);
        event[name] = value;
        event
    };
    assert_eq!(send(&consumer, &structured(), &json!([])).await, 422);
    assert_eq!(
        send(&consumer, &structured(), &json!({"specversion": "1.0"})).await,
        422
    );
    assert_eq!(
        send(&consumer, &structured(), &changed("id", json!(""))).await,
        422
    );
    assert_eq!(
        send(&consumer, &structured(), &changed("time", json!("noon"))).await,
        422
    );
    assert_eq!(
        send(&consumer, &structured(), &changed("data", json!({}))).await,
        422
    );
    assert_eq!(
        send(
            &consumer,
            &structured(),
            &changed("specversion", json!("0.3"))
        )
        .await,
        400
    );
    assert_eq!(
        send(&consumer, &structured(), &changed("type", json!("other"))).await,
        400
    );
    assert_eq!(
        send(&consumer, &HeaderMap::new(), &event("1", 5)).await,
        415
    );
    let malformed = consumer.2.post(&structured(), b"{").await;
    assert_eq!(
        malformed.map_err(|problem: Problem| problem.status()),
        Err(StatusCode::BAD_REQUEST)
    );
    assert_eq!(handled(&consumer.1).await, 0);
}
