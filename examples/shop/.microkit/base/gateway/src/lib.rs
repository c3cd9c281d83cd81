//! The API gateway: the one entry point of the system. Clients know it alone, and it knows which service owns what.
//!
//! Read next: `routes.rs` (who owns which path), `proxy.rs` (how a request gets there), `openapi.rs` (the document).

use anyhow::Context as _;
use axum::response::Html;
use axum::routing::{any, get};
use axum::{Json, Router};
use chassis::{Callee, Context, DOCS, Gateway};
use serde_json::json;

mod headers;
mod openapi;
mod proxy;
pub mod routes;

/// What the gateway is to the chassis.
pub fn gateway() -> Gateway {
    Gateway {
        name: "gateway",
        port: routes::PORT,
        upstreams: routes::services(),
        timeout: routes::TIMEOUT,
        router,
    }
}

/// The first part of a path, and the service that owns it.
type Owners = Vec<(&'static str, Callee)>;

fn router(context: &Context) -> anyhow::Result<Router> {
    let owners = owners(context)?;
    let documented = owners.clone();
    let paths: Vec<String> = owners
        .iter()
        .map(|(path, _)| format!("/api/{path}"))
        .collect();
    let index = json!({"docs": "/docs", "openapi": "/openapi.json", "paths": paths});
    Ok(Router::new()
        .route("/", get(async move || Json(index)))
        .route("/docs", get(async || Html(DOCS)))
        .route(
            "/openapi.json",
            get(async move || openapi::merged(&documented).await),
        )
        .route("/api", any(proxy::proxy))
        .route("/api/", any(proxy::proxy))
        .route("/api/{*path}", any(proxy::proxy))
        .with_state(owners))
}

fn owners(context: &Context) -> anyhow::Result<Owners> {
    let owner = |(path, service): (&'static str, &str)| {
        let callee = context.callee(service);
        Ok((
            path,
            callee.with_context(|| format!("the owner of /{path}"))?,
        ))
    };
    routes::routes().into_iter().map(owner).collect()
}
