//! The HTTP interface of the orders: one function for each operation, its OpenAPI description above it.
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
use super::requests::{NewOrder, OrderChanges, OrderList};
use super::responses::OrderResponse;
use crate::app::App;

/// The routes of this file, with their part of the OpenAPI document.
pub fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(read, update, remove))
}

/// Creates one order.
#[utoipa::path(
    post,
    path = "/orders",
    operation_id = "create_order",
    tag = "orders",
    request_body = NewOrder,
    responses(
        (status = 201, description = "The new order", body = OrderResponse),
        (status = 400, description = "What it refers to does not exist", body = Problem),
        (status = 422, description = "A field is wrong: each is named", body = Problem),
        (status = 503, description = "What it refers to can't be looked up now", body = Problem),
    ),
)]
async fn create(
    State(app): State<App>,
    ValidJson(new): ValidJson<NewOrder>,
) -> Result<(StatusCode, Json<OrderResponse>), Problem> {
    check_user_id(&app, Some(new.user_id)).await?;
    let model = app.orders.save(new.into_model()?).await?;
    Ok((StatusCode::CREATED, Json(model.into())))
}

/// Lists the orders, oldest first, a page at a time.
#[utoipa::path(
    get,
    path = "/orders",
    operation_id = "list_orders",
    tag = "orders",
    params(("user_id" = Option<Uuid>, Query, description = "Only those of this user"), PageRequest),
    responses(
        (status = 200, description = "A page of orders", body = Page<OrderResponse>),
        (status = 422, description = "A parameter is wrong: each is named", body = Problem),
    ),
)]
async fn list(
    State(app): State<App>,
    ValidQuery(list): ValidQuery<OrderList>,
) -> Result<Json<Page<OrderResponse>>, Problem> {
    let page = app.orders.list(&list).await?;
    Ok(Json(page.map(OrderResponse::from)))
}

/// Reads one order.
#[utoipa::path(
    get,
    path = "/orders/{id}",
    operation_id = "read_order",
    tag = "orders",
    params(("id" = Uuid, Path, description = "The id of the order")),
    responses(
        (status = 200, description = "The order", body = OrderResponse),
        (status = 404, description = "There is none of this id", body = Problem),
    ),
)]
async fn read(
    State(app): State<App>,
    Path(id): Path<String>,
) -> Result<Json<OrderResponse>, Problem> {
    let model = find(&app, &id).await?;
    Ok(Json(model.into()))
}

/// Moves an order on: one that is pending becomes paid, and stays so.
#[utoipa::path(
    patch,
    path = "/orders/{id}",
    operation_id = "update_order",
    tag = "orders",
    params(("id" = Uuid, Path, description = "The id of the order")),
    request_body = OrderChanges,
    responses(
        (status = 200, description = "The order as it is now", body = OrderResponse),
        (status = 404, description = "There is none of this id", body = Problem),
        (status = 409, description = "The order can't go back", body = Problem),
        (status = 422, description = "A field is wrong: each is named", body = Problem),
    ),
)]
async fn update(
    State(app): State<App>,
    Path(id): Path<String>,
    ValidJson(changes): ValidJson<OrderChanges>,
) -> Result<Json<OrderResponse>, Problem> {
    let model = find(&app, &id).await?;
    let Some(status) = changes.status else {
        return Ok(Json(model.into()));
    };
    let moved = app.orders.change_status(model.id, status).await?;
    let model = moved.ok_or_else(|| Problem::conflict("an order that is paid stays paid"))?;
    Ok(Json(model.into()))
}

/// Deletes one order.
#[utoipa::path(
    delete,
    path = "/orders/{id}",
    operation_id = "delete_order",
    tag = "orders",
    params(("id" = Uuid, Path, description = "The id of the order")),
    responses(
        (status = 204, description = "It is gone"),
        (status = 404, description = "There is none of this id", body = Problem),
    ),
)]
async fn remove(State(app): State<App>, Path(id): Path<String>) -> Result<StatusCode, Problem> {
    let model = find(&app, &id).await?;
    app.orders.delete(&model).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The order of this id, or 404. What is no UUID is the id of nothing.
async fn find(app: &App, id: &str) -> Result<entity::Model, Problem> {
    let found = match Uuid::try_parse(id) {
        Ok(id) => app.orders.find_by_id(id).await?,
        Err(_) => None,
    };
    found.ok_or_else(|| Problem::not_found("Order"))
}

/// Asks user-service for the user: 400 if there is none, 503 if it can't be asked.
async fn check_user_id(app: &App, id: Option<Uuid>) -> Result<(), Problem> {
    let Some(id) = id else { return Ok(()) };
    let error = "User not found";
    let client = &app.clients.user_service;
    match client.find_user(id).await? {
        Some(_) => Ok(()),
        None => Err(Problem::bad_request(error)),
    }
}
