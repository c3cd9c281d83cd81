//! `/users`: what it answers, and what it refuses.

use axum::http::StatusCode;
use chassis::testing::{TestService, TestServiceBuilder, keys};
use serde_json::{Value, json};

const PATH: &str = "/users";

/// The service, which needs no other.
fn service() -> TestServiceBuilder {
    TestService::new(user_service::service())
}

/// A body that is accepted; each `n` gives another.
pub fn sample(n: u32) -> Value {
    json!({
        "email": format!("ada{n}@example.org"),
        "name": "sample",
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
        "email": {},
        "name": {},
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
        assert_eq!(read.error(), "User not found");
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
async fn email_is_taken_once() -> anyhow::Result<()> {
    let service = service().start().await?;
    let field = "email";
    let first = service.post(PATH, sample(1)).await;
    let mut second = sample(2);
    second[field] = first.body[field].clone();
    let refused = service.post(PATH, second).await;
    assert_eq!(refused.status, StatusCode::CONFLICT, "{}", refused.text);
    assert!(refused.wrong_fields().contains(field), "{}", refused.text);
    Ok(())
}
