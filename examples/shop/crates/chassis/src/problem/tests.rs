//! Tests of `problem.rs`: the JSON a client sees, and errors on their way to it.

use anyhow::Context as _;
use axum::response::IntoResponse as _;
use http_body_util::BodyExt as _;
use sea_orm::{ConnectionTrait, DatabaseBackend, DatabaseConnection, DbErr};
use serde_json::{Value, json};
use utoipa::PartialSchema as _;
use uuid::Uuid;

use super::{FieldError, Problem};
use crate::schema::Table;
use crate::testing::database::fresh;

async fn body(problem: Problem) -> (u16, String, Value) {
    let response = problem.into_response();
    let status = response.status().as_u16();
    let content_type = response.headers()["content-type"]
        .to_str()
        .unwrap()
        .to_owned();
    let bytes = response.into_body().collect().await.unwrap().to_bytes();
    (
        status,
        content_type,
        serde_json::from_slice(&bytes).unwrap(),
    )
}

fn wrong(field: &str, detail: &str) -> FieldError {
    FieldError {
        field: field.to_owned(),
        detail: detail.to_owned(),
    }
}

#[tokio::test]
async fn a_client_sees_problem_details_and_the_short_error() {
    let (status, content_type, body) = body(Problem::not_found("User")).await;
    assert_eq!(
        (status, content_type.as_str()),
        (404, "application/problem+json")
    );
    let expected = json!({
        "type": "about:blank",
        "title": "Not Found",
        "status": 404,
        "detail": "User not found",
        "error": "User not found",
    });
    assert_eq!(body, expected);
}

#[tokio::test]
async fn every_wrong_field_is_named() {
    let errors = vec![
        wrong("email", "is required"),
        wrong("items/0/price", "must not be null"),
    ];
    let (status, _, body) = body(Problem::unprocessable(errors)).await;
    assert_eq!(status, 422);
    assert_eq!(body["error"], "2 fields are wrong: email, items/0/price");
    assert_eq!(
        body["detail"],
        "email is required; items/0/price must not be null"
    );
    assert_eq!(
        body["errors"][1],
        json!({"field": "items/0/price", "detail": "must not be null"})
    );
}

#[tokio::test]
async fn what_went_wrong_inside_is_never_shown() {
    let secret = anyhow::anyhow!("password is hunter2").context("cannot connect");
    let (status, _, body) = body(Problem::internal(secret)).await;
    assert_eq!(status, 500);
    assert!(!body.to_string().contains("hunter2") && !body.to_string().contains("connect"));
}

#[test]
fn a_problem_comes_out_of_anyhow_unchanged() {
    let found: anyhow::Result<()> = Err(Problem::conflict("already paid").into());
    let error = found.context("while paying").unwrap_err();
    let problem = Problem::from(error);
    assert_eq!(
        (problem.status().as_u16(), problem.error()),
        (409, "already paid")
    );

    let error = anyhow::Error::from(DbErr::RecordNotFound(String::new())).context("reading");
    assert_eq!(Problem::from(error).status().as_u16(), 404);
    assert_eq!(Problem::from(anyhow::anyhow!("odd")).status().as_u16(), 500);
}

async fn fails(database: &DatabaseConnection, sql: &str) -> Problem {
    database.execute_unprepared(sql).await.unwrap_err().into()
}

#[tokio::test]
async fn a_clash_names_the_column_and_a_row_in_use_stays() {
    let (_folder, database) = fresh().await.unwrap();
    let backend = database.get_database_backend();
    let id = |number: u128| match backend {
        DatabaseBackend::Sqlite => format!("X'{}'", Uuid::from_u128(number).simple()),
        _ => format!("'{}'", Uuid::from_u128(number)),
    };
    let insert = |table: &str, number: u128, value: &str| {
        format!("INSERT INTO {table} VALUES ({}, {value})", id(number))
    };
    let mut users = Table::new(backend, "users");
    users.string("email").unique();
    let mut orders = Table::new(backend, "orders");
    orders.uuid("user_id").references("users");
    for statement in users.statements().into_iter().chain(orders.statements()) {
        database.execute_raw(statement).await.unwrap();
    }
    for sql in [insert("users", 1, "'a'"), insert("orders", 1, &id(1))] {
        database.execute_unprepared(&sql).await.unwrap();
    }

    let problem = fails(&database, &insert("users", 2, "'a'")).await;
    assert_eq!(
        (problem.status().as_u16(), problem.error()),
        (409, "email is already taken")
    );
    assert_eq!(problem.errors(), [wrong("email", "is already taken")]);

    let problem = fails(&database, "DELETE FROM users").await;
    assert_eq!(
        (problem.status().as_u16(), problem.error()),
        (409, "still referenced")
    );
}

#[tokio::test]
async fn the_openapi_document_describes_the_members_that_are_sent() {
    let errors = vec![wrong("email", "is required")];
    let (_, _, body) = body(Problem::unprocessable(errors)).await;
    let schema = serde_json::to_value(Problem::schema()).unwrap();
    for (name, value) in body.as_object().unwrap() {
        let described = &schema["properties"][name]["type"];
        let kind = match value {
            Value::Number(_) => "integer",
            Value::Array(_) => "array",
            _ => "string",
        };
        assert_eq!(described, kind, "{name}");
    }
    for name in schema["required"].as_array().unwrap() {
        assert!(body.get(name.as_str().unwrap()).is_some(), "{name}");
    }
}
