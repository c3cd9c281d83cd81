//! The OpenAPI document of a service at `/openapi.json`, and at `/docs` a page to read and try it.
//! The document is written by the attributes above the handlers.

use axum::Router;
use axum::http::header;
use axum::response::Html;
use axum::routing::get;
use utoipa::openapi::OpenApi;

/// One page for every document: it reads the `openapi.json` beside it.
pub const DOCS: &str = include_str!("docs.html");

/// `/openapi.json` and `/docs`.
pub(crate) fn routes(service: &'static str, mut document: OpenApi) -> Router {
    document.info.title = service.to_owned();
    document.info.version = env!("CARGO_PKG_VERSION").to_owned();
    document.info.description = None;
    document.info.license = None;
    document.info.contact = None;
    let text = document.to_json().unwrap_or_default();
    let json = [(header::CONTENT_TYPE, "application/json")];
    Router::new()
        .route("/openapi.json", get(async move || (json, text)))
        .route("/docs", get(async || Html(DOCS)))
}
