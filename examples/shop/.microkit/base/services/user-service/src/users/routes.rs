//! The HTTP interface of the users: one function for each operation, its OpenAPI description above it.
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
use super::requests::{NewUser, UserChanges, UserList};
use super::responses::UserResponse;
use crate::app::App;

/// The routes of this file, with their part of the OpenAPI document.
pub fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(read, update, remove))
}

/// Creates one user.
#[utoipa::path(
    post,
    path = "/users",
    operation_id = "create_user",
    tag = "users",
    request_body = NewUser,
    responses(
        (status = 201, description = "The new user", body = UserResponse),
        (status = 409, description = "A value is already taken", body = Problem),
        (status = 422, description = "A field is wrong: each is named", body = Problem),
    ),
)]
async fn create(
    State(app): State<App>,
    ValidJson(new): ValidJson<NewUser>,
) -> Result<(StatusCode, Json<UserResponse>), Problem> {
    let model = app.users.save(new.into_model()).await?;
    Ok((StatusCode::CREATED, Json(model.into())))
}

/// Lists the users, oldest first, a page at a time.
#[utoipa::path(
    get,
    path = "/users",
    operation_id = "list_users",
    tag = "users",
    params(PageRequest),
    responses(
        (status = 200, description = "A page of users", body = Page<UserResponse>),
        (status = 422, description = "A parameter is wrong: each is named", body = Problem),
    ),
)]
async fn list(
    State(app): State<App>,
    ValidQuery(list): ValidQuery<UserList>,
) -> Result<Json<Page<UserResponse>>, Problem> {
    let page = app.users.list(&list).await?;
    Ok(Json(page.map(UserResponse::from)))
}

/// Reads one user.
#[utoipa::path(
    get,
    path = "/users/{id}",
    operation_id = "read_user",
    tag = "users",
    params(("id" = Uuid, Path, description = "The id of the user")),
    responses(
        (status = 200, description = "The user", body = UserResponse),
        (status = 404, description = "There is none of this id", body = Problem),
    ),
)]
async fn read(
    State(app): State<App>,
    Path(id): Path<String>,
) -> Result<Json<UserResponse>, Problem> {
    let model = find(&app, &id).await?;
    Ok(Json(model.into()))
}

/// Changes the fields that are sent and leaves the others.
#[utoipa::path(
    patch,
    path = "/users/{id}",
    operation_id = "update_user",
    tag = "users",
    params(("id" = Uuid, Path, description = "The id of the user")),
    request_body = UserChanges,
    responses(
        (status = 200, description = "The user as it is now", body = UserResponse),
        (status = 404, description = "There is none of this id", body = Problem),
        (status = 409, description = "A value is already taken", body = Problem),
        (status = 422, description = "A field is wrong: each is named", body = Problem),
    ),
)]
async fn update(
    State(app): State<App>,
    Path(id): Path<String>,
    ValidJson(changes): ValidJson<UserChanges>,
) -> Result<Json<UserResponse>, Problem> {
    let model = find(&app, &id).await?;
    let model = app.users.update(model.id, changes).await?;
    Ok(Json(model.into()))
}

/// Deletes one user.
#[utoipa::path(
    delete,
    path = "/users/{id}",
    operation_id = "delete_user",
    tag = "users",
    params(("id" = Uuid, Path, description = "The id of the user")),
    responses(
        (status = 204, description = "It is gone"),
        (status = 404, description = "There is none of this id", body = Problem),
    ),
)]
async fn remove(State(app): State<App>, Path(id): Path<String>) -> Result<StatusCode, Problem> {
    let model = find(&app, &id).await?;
    app.users.delete(&model).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The user of this id, or 404. What is no UUID is the id of nothing.
async fn find(app: &App, id: &str) -> Result<entity::Model, Problem> {
    let found = match Uuid::try_parse(id) {
        Ok(id) => app.users.find_by_id(id).await?,
        Err(_) => None,
    };
    found.ok_or_else(|| Problem::not_found("User"))
}
