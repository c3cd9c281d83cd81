//! `/orders`: what it answers, and what it refuses.

use axum::Router;
use axum::http::StatusCode;
use chassis::testing::{TestService, TestServiceBuilder, keys};
use serde_json::{Value, json};
use uuid::Uuid;

const PATH: &str = "/orders";

/// The service, beside stand-ins that know every id they are asked for.
fn service() -> TestServiceBuilder {
    TestService::new(order_service::service()).knows("user-service", "/users")
}

/// A body that is accepted; each `n` gives another.
pub fn sample(_n: u32) -> Value {
    json!({
        "user_id": Uuid::now_v7(),
        "items": [{"price": 9.5, "quantity": 1}],
    })
}

#[tokio::test]
async fn the_total_is_the_exact_sum_and_a_json_number() -> anyhow::Result<()> {
    let service = service().start().await?;
    let mut order = sample(1);
    order["items"] = json!([{"price": 19.99, "quantity": 2}, {"price": 0.10, "quantity": 3}]);
    let created = service.post(PATH, order).await;
    assert!(
        created.text.contains("\"total\":40.28,"),
        "{}",
        created.text
    );
    let events = service.outbox().await;
    assert_eq!(events[0].data["total"].to_string(), "40.28");
    Ok(())
}

#[tokio::test]
async fn a_total_that_is_too_large_is_refused() -> anyhow::Result<()> {
    let service = service().start().await?;
    let mut order = sample(1);
    order["items"] = json!([{"price": 9_000_000_000_000_000_000_u64, "quantity": i64::MAX}]);
    order["items"] = json!([order["items"][0], order["items"][0], order["items"][0]]);
    for _ in 0..6 {
        let items = order["items"].as_array().cloned().unwrap_or_default();
        order["items"] = json!([items.clone(), items].concat());
    }
    let refused = service.post(PATH, order).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.wrong_fields().contains("items"), "{}", refused.text);
    Ok(())
}

#[tokio::test]
async fn an_order_that_is_paid_stays_paid() -> anyhow::Result<()> {
    let service = service().start().await?;
    let created = service.post(PATH, sample(1)).await;
    assert_eq!(created.body["status"], "PENDING");
    let path = format!("{PATH}/{}", created.id());
    for _ in 0..2 {
        let paid = service.patch(&path, json!({"status": "PAID"})).await;
        assert_eq!(paid.status, StatusCode::OK, "{}", paid.text);
        assert_eq!(paid.body["status"], "PAID");
    }
    let back = service.patch(&path, json!({"status": "PENDING"})).await;
    assert_eq!(back.status, StatusCode::CONFLICT);
    let unknown = service.patch(&path, json!({"status": "LOST"})).await;
    assert_eq!(unknown.status, StatusCode::UNPROCESSABLE_ENTITY);
    Ok(())
}

#[tokio::test]
async fn one_is_created_read_changed_and_deleted() -> anyhow::Result<()> {
    let service = service().start().await?;
    let created = service.post(PATH, sample(1)).await;
    assert_eq!(created.status, StatusCode::CREATED, "{}", created.text);
    let path = format!("{PATH}/{}", created.id());
    let read = service.get(&path).await;
    assert_eq!(read.status, StatusCode::OK);
    assert_eq!(read.body, created.body);
    let changed = service.patch(&path, json!({"status": "PAID"})).await;
    assert_eq!(changed.status, StatusCode::OK, "{}", changed.text);
    assert_eq!(service.get(&path).await.body, changed.body);
    let deleted = service.delete(&path).await;
    assert_eq!(deleted.status, StatusCode::NO_CONTENT);
    assert_eq!(service.get(&path).await.status, StatusCode::NOT_FOUND);
    Ok(())
}

#[tokio::test]
async fn every_wrong_field_is_named_in_one_answer() -> anyhow::Result<()> {
    let service = service().start().await?;
    let wrong = json!({
        "user_id": {},
        "items": {},
        "status": {},
        "no_such_field": 1,
    });
    let refused = service.post(PATH, wrong.clone()).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(refused.wrong_fields(), keys(&wrong));
    Ok(())
}

#[tokio::test]
async fn an_unknown_id_is_not_found() -> anyhow::Result<()> {
    let service = service().start().await?;
    for id in ["00000000-0000-7000-8000-000000000000", "no-id"] {
        let path = format!("{PATH}/{id}");
        let read = service.get(&path).await;
        assert_eq!(read.status, StatusCode::NOT_FOUND);
        assert_eq!(read.error(), "Order not found");
        let changed = service.patch(&path, json!({})).await;
        assert_eq!(changed.status, StatusCode::NOT_FOUND);
        let deleted = service.delete(&path).await;
        assert_eq!(deleted.status, StatusCode::NOT_FOUND);
    }
    Ok(())
}

#[tokio::test]
async fn a_list_comes_in_pages() -> anyhow::Result<()> {
    let service = service().start().await?;
    for n in 1..=3 {
        service.create(PATH, sample(n)).await?;
    }
    let first = service.get(&format!("{PATH}?limit=2")).await;
    assert_eq!(first.body["items"].as_array().map(Vec::len), Some(2));
    let next = first.body["next"].as_str().unwrap_or_default();
    let rest = service.get(&format!("{PATH}?limit=2&after={next}")).await;
    assert_eq!(rest.body["items"].as_array().map(Vec::len), Some(1));
    assert_eq!(rest.body["next"], Value::Null);
    Ok(())
}

#[tokio::test]
async fn a_list_is_filtered_by_user_id() -> anyhow::Result<()> {
    let service = service().start().await?;
    let created = service.post(PATH, sample(1)).await;
    let field = "user_id";
    let known = created.body[field].as_str().unwrap_or_default();
    for (id, found) in [(known, 1), ("00000000-0000-7000-8000-000000000000", 0)] {
        let reply = service.get(&format!("{PATH}?{field}={id}")).await;
        assert_eq!(reply.body["items"].as_array().map(Vec::len), Some(found));
    }
    Ok(())
}

#[tokio::test]
async fn an_unknown_user_id_is_refused() -> anyhow::Result<()> {
    let service = service()
        .callee("user-service", Router::new())
        .start()
        .await?;
    let refused = service.post(PATH, sample(1)).await;
    assert_eq!(refused.status, StatusCode::BAD_REQUEST, "{}", refused.text);
    let error = "User not found";
    assert_eq!(refused.error(), error);
    Ok(())
}

#[tokio::test]
async fn without_user_service_it_is_unavailable() -> anyhow::Result<()> {
    let service = service().down("user-service").start().await?;
    let refused = service.post(PATH, sample(1)).await;
    assert_eq!(refused.status, StatusCode::SERVICE_UNAVAILABLE);
    let error = "User service unavailable";
    assert_eq!(refused.error(), error);
    Ok(())
}

#[tokio::test]
async fn a_new_one_is_told_to_the_subscribers() -> anyhow::Result<()> {
    let service = service().start().await?;
    let id = service.create(PATH, sample(1)).await?;
    let events = service.outbox().await;
    assert!(!events.is_empty());
    for event in events {
        assert_eq!(event.event_type, "order.created");
        assert_eq!(json!(event.subject), id);
    }
    Ok(())
}
