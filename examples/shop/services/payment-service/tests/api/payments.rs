//! `/payments`: an order is paid once, however often and however many ask.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::extract::Path;
use axum::http::StatusCode;
use axum::routing::get;
use axum::{Json, Router};
use chassis::testing::{TestService, TestServiceBuilder, keys};
use payment_service::events::OrderCreated;
use serde_json::{Value, json};
use uuid::Uuid;

const PATH: &str = "/payments";

/// An order-service whose every order costs 40.28; it counts how often one is marked as paid.
fn orders(marked: Arc<AtomicUsize>) -> Router {
    let order = async |Path(id): Path<Uuid>| {
        let text = format!(r#"{{"id":"{id}","total":40.28,"status":"PENDING"}}"#);
        Json(serde_json::from_str::<Value>(&text).unwrap_or_default())
    };
    let mark = async move |Json(change): Json<Value>| {
        assert_eq!(change, json!({"status": "PAID"}));
        marked.fetch_add(1, Ordering::Relaxed);
        Json(json!({}))
    };
    Router::new().route("/orders/{id}", get(order).patch(mark))
}

fn service() -> TestServiceBuilder {
    TestService::new(payment_service::service()).callee("order-service", orders(Arc::default()))
}

fn sample() -> Value {
    json!({"order_id": Uuid::now_v7()})
}

#[tokio::test]
async fn paying_charges_the_total_and_marks_the_order() -> anyhow::Result<()> {
    let marked = Arc::new(AtomicUsize::new(0));
    let service = TestService::new(payment_service::service())
        .callee("order-service", orders(marked.clone()))
        .start()
        .await?;
    let body = sample();
    let paid = service.post(PATH, body.clone()).await;
    assert_eq!(paid.status, StatusCode::OK, "{}", paid.text);
    assert_eq!(paid.body["status"], "success");
    assert_eq!(paid.body["order_id"], body["order_id"]);
    assert_eq!(paid.body["amount"].to_string(), "40.28");
    assert_eq!(marked.load(Ordering::Relaxed), 1);
    let read = service.get(&format!("{PATH}/{}", paid.id())).await;
    assert_eq!(read.body, paid.body);
    Ok(())
}

#[tokio::test]
async fn paying_twice_at_the_same_moment_charges_once() -> anyhow::Result<()> {
    let service = service().start().await?;
    let body = sample();
    let (one, other) = tokio::join!(
        service.post(PATH, body.clone()),
        service.post(PATH, body.clone()),
    );
    assert_eq!(one.status, StatusCode::OK, "{}", one.text);
    assert_eq!(one.body, other.body);
    let again = service.post(PATH, body).await;
    assert_eq!(again.body, one.body);
    let all = service.get(PATH).await;
    assert_eq!(all.body["items"].as_array().map(Vec::len), Some(1));
    Ok(())
}

#[tokio::test]
async fn an_order_is_expected_once_however_often_it_is_told() -> anyhow::Result<()> {
    let service = service().start().await?;
    let order_id = Uuid::now_v7();
    let event = OrderCreated {
        order_id,
        user_id: Uuid::now_v7(),
        total: "40.28".parse()?,
    };
    let id = Uuid::now_v7();
    for delivery in [id, id, Uuid::now_v7()] {
        let reply = service.deliver(delivery, &event).await;
        assert!(reply.status.is_success(), "{}", reply.text);
    }
    let expected = service.get(PATH).await;
    assert_eq!(expected.body["items"].as_array().map(Vec::len), Some(1));
    assert_eq!(expected.body["items"][0]["status"], "pending");
    let paid = service.post(PATH, json!({"order_id": order_id})).await;
    assert_eq!(paid.body["status"], "success");
    assert_eq!(paid.body["id"], expected.body["items"][0]["id"]);
    Ok(())
}

#[tokio::test]
async fn every_wrong_field_is_named_in_one_answer() -> anyhow::Result<()> {
    let service = service().start().await?;
    let wrong = json!({"order_id": {}, "no_such_field": 1, "amount": 1});
    let refused = service.post(PATH, wrong.clone()).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(refused.wrong_fields(), keys(&wrong));
    Ok(())
}

#[tokio::test]
async fn a_list_comes_in_pages() -> anyhow::Result<()> {
    let service = service().start().await?;
    for _ in 0..3 {
        service.post(PATH, sample()).await;
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
async fn an_unknown_id_is_not_found() -> anyhow::Result<()> {
    let service = service().start().await?;
    for id in ["00000000-0000-7000-8000-000000000000", "no-id"] {
        let read = service.get(&format!("{PATH}/{id}")).await;
        assert_eq!(read.status, StatusCode::NOT_FOUND);
        assert_eq!(read.error(), "Payment not found");
    }
    Ok(())
}

#[tokio::test]
async fn an_unknown_order_is_refused() -> anyhow::Result<()> {
    let service = service()
        .callee("order-service", Router::new())
        .start()
        .await?;
    let refused = service.post(PATH, sample()).await;
    assert_eq!(refused.status, StatusCode::BAD_REQUEST, "{}", refused.text);
    assert_eq!(refused.error(), "Order not found");
    Ok(())
}

#[tokio::test]
async fn without_order_service_it_is_unavailable() -> anyhow::Result<()> {
    let service = service().down("order-service").start().await?;
    let refused = service.post(PATH, sample()).await;
    assert_eq!(refused.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(refused.error(), "Order service unavailable");
    Ok(())
}
