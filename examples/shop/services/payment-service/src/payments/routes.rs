//! The HTTP interface of the payments: one function for each operation, its OpenAPI description above it. A payment
//! that is made is a record: nobody changes or deletes it.
//!
//! The chassis turns every `Problem` into an RFC 9457 answer. Read `requests.rs` next.

use axum::Json;
use axum::extract::{Path, State};
use chassis::{Page, PageRequest, Problem, ValidJson, ValidQuery};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::entity;
use super::requests::{NewPayment, PaymentList};
use super::responses::PaymentResponse;
use crate::app::App;

/// The routes of this file, with their part of the OpenAPI document.
pub fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(read))
}

/// Pays an order. Asked again, it answers the same and charges nothing.
#[utoipa::path(
    post,
    path = "/payments",
    operation_id = "create_payment",
    tag = "payments",
    request_body = NewPayment,
    responses(
        (status = 200, description = "The order is paid", body = PaymentResponse),
        (status = 400, description = "There is no such order", body = Problem),
        (status = 422, description = "A field is wrong: each is named", body = Problem),
        (status = 503, description = "The order can't be looked up now", body = Problem),
    ),
)]
async fn create(
    State(app): State<App>,
    ValidJson(new): ValidJson<NewPayment>,
) -> Result<Json<PaymentResponse>, Problem> {
    let client = &app.clients.order_service;
    let found = client.find_order(new.order_id).await?;
    let order = found.ok_or_else(|| Problem::bad_request("Order not found"))?;
    let payment = app.payments.charge(new.into_model(order.total)).await?;
    // If this fails the client asks again: the charge is made, and only this step is left.
    client.mark_paid(order.id).await?;
    Ok(Json(payment.into()))
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

/// The payment of this id, or 404. What is no UUID is the id of nothing.
async fn find(app: &App, id: &str) -> Result<entity::Model, Problem> {
    let found = match Uuid::try_parse(id) {
        Ok(id) => app.payments.find_by_id(id).await?,
        Err(_) => None,
    };
    found.ok_or_else(|| Problem::not_found("Payment"))
}
