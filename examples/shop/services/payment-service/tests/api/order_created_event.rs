//! `order.created`: taken once, however often it is delivered.

use axum::http::StatusCode;
use chassis::testing::TestService;
use serde_json::json;
use uuid::Uuid;

use payment_service::events::OrderCreated;

#[tokio::test]
async fn an_event_that_is_delivered_twice_is_taken_once() -> anyhow::Result<()> {
    let service = TestService::new(payment_service::service()).start().await?;
    let event: OrderCreated = serde_json::from_value(json!({
        "order_id": Uuid::now_v7(),
        "user_id": Uuid::now_v7(),
        "total": 9.5,
    }))?;
    let id = Uuid::now_v7();
    let first = service.deliver(id, &event).await;
    assert_eq!(first.status, StatusCode::NO_CONTENT, "{}", first.text);
    let again = service.deliver(id, &event).await;
    assert_eq!(again.status, StatusCode::OK, "{}", again.text);
    Ok(())
}
