//! The HTTP interface of the payments: one function for each operation, its OpenAPI description above it.
//!
//! The chassis turns every `Problem` into an RFC 9457 answer. Read `requests.rs` next.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use chassis::{Page, PageRequest, Problem, ValidJson, ValidQuery};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::entity;
use super::requests::{NewPayment, PaymentChanges, PaymentList};
use super::responses::PaymentResponse;
use crate::app::App;

/// The routes of this file, with their part of the OpenAPI document.
pub fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(read, update, remove))
}

/// Creates one payment.
#[utoipa::path(
    post,
    path = "/payments",
    operation_id = "create_payment",
    tag = "payments",
    request_body = NewPayment,
    responses(
        (status = 201, description = "The new payment", body = PaymentResponse),
        (status = 400, description = "What it refers to does not exist", body = Problem),
        (status = 409, description = "A value is already taken", body = Problem),
        (status = 422, description = "A field is wrong: each is named", body = Problem),
        (status = 503, description = "What it refers to can't be looked up now", body = Problem),
    ),
)]
async fn create(
    State(app): State<App>,
    ValidJson(new): ValidJson<NewPayment>,
) -> Result<(StatusCode, Json<PaymentResponse>), Problem> {
    check_order_id(&app, Some(new.order_id)).await?;
    let model = app.payments.save(new.into_model()).await?;
    Ok((StatusCode::CREATED, Json(model.into())))
}

/// Lists the payments, oldest first, a page at a time.
#[utoipa::path(
    get,
    path = "/payments",
    operation_id = "list_payments",
    tag = "payments",
    params(("order_id" = Option<Uuid>, Query, description = "Only those of this order"), PageRequest),
    responses(
        (status = 200, description = "A page of payments", body = Page<PaymentResponse>),
        (status = 422, description = "A parameter is wrong: each is named", body = Problem),
    ),
)]
async fn list(
    State(app): State<App>,
    ValidQuery(list): ValidQuery<PaymentList>,
) -> Result<Json<Page<PaymentResponse>>, Problem> {
    let page = app.payments.list(&list).await?;
    Ok(Json(page.map(PaymentResponse::from)))
}

/// Reads one payment.
#[utoipa::path(
    get,
    path = "/payments/{id}",
    operation_id = "read_payment",
    tag = "payments",
    params(("id" = Uuid, Path, description = "The id of the payment")),
    responses(
        (status = 200, description = "The payment", body = PaymentResponse),
        (status = 404, description = "There is none of this id", body = Problem),
    ),
)]
async fn read(
    State(app): State<App>,
    Path(id): Path<String>,
) -> Result<Json<PaymentResponse>, Problem> {
    let model = find(&app, &id).await?;
    Ok(Json(model.into()))
}

/// Changes the fields that are sent and leaves the others.
#[utoipa::path(
    patch,
    path = "/payments/{id}",
    operation_id = "update_payment",
    tag = "payments",
    params(("id" = Uuid, Path, description = "The id of the payment")),
    request_body = PaymentChanges,
    responses(
        (status = 200, description = "The payment as it is now", body = PaymentResponse),
        (status = 404, description = "There is none of this id", body = Problem),
        (status = 400, description = "What it refers to does not exist", body = Problem),
        (status = 409, description = "A value is already taken", body = Problem),
        (status = 422, description = "A field is wrong: each is named", body = Problem),
        (status = 503, description = "What it refers to can't be looked up now", body = Problem),
    ),
)]
async fn update(
    State(app): State<App>,
    Path(id): Path<String>,
    ValidJson(changes): ValidJson<PaymentChanges>,
) -> Result<Json<PaymentResponse>, Problem> {
    let model = find(&app, &id).await?;
    check_order_id(&app, changes.order_id).await?;
    let model = app.payments.update(model.id, changes).await?;
    Ok(Json(model.into()))
}

/// Deletes one payment.
#[utoipa::path(
    delete,
    path = "/payments/{id}",
    operation_id = "delete_payment",
    tag = "payments",
    params(("id" = Uuid, Path, description = "The id of the payment")),
    responses(
        (status = 204, description = "It is gone"),
        (status = 404, description = "There is none of this id", body = Problem),
    ),
)]
async fn remove(State(app): State<App>, Path(id): Path<String>) -> Result<StatusCode, Problem> {
    let model = find(&app, &id).await?;
    app.payments.delete(&model).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The payment of this id, or 404. What is no UUID is the id of nothing.
async fn find(app: &App, id: &str) -> Result<entity::Model, Problem> {
    let found = match Uuid::try_parse(id) {
        Ok(id) => app.payments.find_by_id(id).await?,
        Err(_) => None,
    };
    found.ok_or_else(|| Problem::not_found("Payment"))
}

/// Asks order-service for the order: 400 if there is none, 503 if it can't be asked.
async fn check_order_id(app: &App, id: Option<Uuid>) -> Result<(), Problem> {
    let Some(id) = id else { return Ok(()) };
    let error = "Order not found";
    let client = &app.clients.order_service;
    match client.find_order(id).await? {
        Some(_) => Ok(()),
        None => Err(Problem::bad_request(error)),
    }
}
