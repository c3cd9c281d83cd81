//! `/payments`: what it answers, and what it refuses.

use axum::Router;
use axum::http::StatusCode;
use chassis::testing::{TestService, TestServiceBuilder, keys};
use serde_json::{Value, json};
use uuid::Uuid;

const PATH: &str = "/payments";

/// The service, beside stand-ins that know every id they are asked for.
fn service() -> TestServiceBuilder {
    TestService::new(payment_service::service()).knows("order-service", "/orders")
}

/// A body that is accepted; each `n` gives another.
pub fn sample(_n: u32) -> Value {
    json!({
        "order_id": Uuid::now_v7(),
    })
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
    let changed = service.patch(&path, sample(2)).await;
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
        "order_id": {},
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
        assert_eq!(read.error(), "Payment not found");
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
async fn order_id_is_taken_once() -> anyhow::Result<()> {
    let service = service().start().await?;
    let field = "order_id";
    let first = service.post(PATH, sample(1)).await;
    let mut second = sample(2);
    second[field] = first.body[field].clone();
    let refused = service.post(PATH, second).await;
    assert_eq!(refused.status, StatusCode::CONFLICT, "{}", refused.text);
    assert!(refused.wrong_fields().contains(field), "{}", refused.text);
    Ok(())
}

#[tokio::test]
async fn a_list_is_filtered_by_order_id() -> anyhow::Result<()> {
    let service = service().start().await?;
    let created = service.post(PATH, sample(1)).await;
    let field = "order_id";
    let known = created.body[field].as_str().unwrap_or_default();
    for (id, found) in [(known, 1), ("00000000-0000-7000-8000-000000000000", 0)] {
        let reply = service.get(&format!("{PATH}?{field}={id}")).await;
        assert_eq!(reply.body["items"].as_array().map(Vec::len), Some(found));
    }
    Ok(())
}

#[tokio::test]
async fn an_unknown_order_id_is_refused() -> anyhow::Result<()> {
    let service = service()
        .callee("order-service", Router::new())
        .start()
        .await?;
    let refused = service.post(PATH, sample(1)).await;
    assert_eq!(refused.status, StatusCode::BAD_REQUEST, "{}", refused.text);
    let error = "Order not found";
    assert_eq!(refused.error(), error);
    Ok(())
}

#[tokio::test]
async fn without_order_service_it_is_unavailable() -> anyhow::Result<()> {
    let service = service().down("order-service").start().await?;
    let refused = service.post(PATH, sample(1)).await;
    assert_eq!(refused.status, StatusCode::SERVICE_UNAVAILABLE);
    let error = "Order service unavailable";
    assert_eq!(refused.error(), error);
    Ok(())
}
