//! The gateway without a socket: stand-ins take the place of the services, whichever they are.

use std::collections::BTreeMap;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::routing::any;
use chassis::testing;
use gateway::routes;
use serde_json::Value;
use tower::ServiceExt;

/// The gateway, with each service answering what it was asked.
fn echoing() -> anyhow::Result<Router> {
    let echo = any(async |request: Request| {
        let headers: Vec<String> = request.headers().keys().map(ToString::to_string).collect();
        let answer = HeaderMap::from_iter([
            (
                HeaderName::from_static("connection"),
                HeaderValue::from_static("x-secret"),
            ),
            (
                HeaderName::from_static("x-secret"),
                HeaderValue::from_static("1"),
            ),
            (
                HeaderName::from_static("location"),
                HeaderValue::from_static("/elsewhere"),
            ),
        ]);
        (answer, format!("{} {}", request.uri(), headers.join(" ")))
    });
    let service = |peer: chassis::Peer| (peer.name, Router::new().fallback(echo.clone()));
    let services: BTreeMap<_, _> = routes::services().into_iter().map(service).collect();
    testing::gateway(gateway::gateway(), services)
}

async fn get(router: &Router, path: &str) -> anyhow::Result<(StatusCode, HeaderMap, String)> {
    let request = Request::get(path)
        .header("host", "shop.example")
        .header("connection", "x-private")
        .header("x-private", "1")
        .body(Body::empty())?;
    let response = router.clone().oneshot(request).await?;
    let (parts, body) = response.into_parts();
    let text = String::from_utf8_lossy(&to_bytes(body, usize::MAX).await?).into_owned();
    Ok((parts.status, parts.headers, text))
}

fn error(text: &str) -> String {
    let problem: Value = serde_json::from_str(text).unwrap_or_default();
    problem["error"].as_str().unwrap_or_default().to_owned()
}

#[tokio::test]
async fn each_route_leads_to_its_service_without_the_prefix() -> anyhow::Result<()> {
    let router = echoing()?;
    for (path, _) in routes::routes() {
        let (status, _, text) = get(&router, &format!("/api/{path}/1?a=b")).await?;
        assert_eq!(status, StatusCode::OK);
        assert!(text.starts_with(&format!("/{path}/1?a=b ")), "{text}");
    }
    Ok(())
}

#[tokio::test]
async fn headers_of_one_connection_end_at_the_gateway() -> anyhow::Result<()> {
    let router = echoing()?;
    for (path, _) in routes::routes() {
        let (_, headers, text) = get(&router, &format!("/api/{path}")).await?;
        assert!(!text.contains("x-private"), "{text}");
        assert!(text.contains("x-forwarded-host") && text.contains("x-forwarded-proto"));
        assert!(text.contains("traceparent") && text.contains("x-request-id"));
        assert!(headers.get("x-secret").is_none());
        assert_eq!(headers["location"], "/api/elsewhere");
        assert!(headers.contains_key("x-request-id"));
    }
    Ok(())
}

#[tokio::test]
async fn what_no_route_names_is_not_found() -> anyhow::Result<()> {
    let router = echoing()?;
    let fixed = ["/api", "/api/", "/api/no-such-service", "/api/health"];
    let mut paths: Vec<String> = fixed.map(String::from).to_vec();
    for (path, _) in routes::routes() {
        paths.push(format!("/api/{path}/../health"));
        paths.push(format!("/api/{path}%2f..%2fmetrics"));
        paths.push(format!("/api/./{path}"));
    }
    for path in paths {
        let (status, _, text) = get(&router, &path).await?;
        assert_eq!(status, StatusCode::NOT_FOUND, "{path}");
        assert_eq!(error(&text), "Service not found", "{path}");
    }
    Ok(())
}

#[tokio::test]
async fn a_service_that_is_down_is_unavailable() -> anyhow::Result<()> {
    let router = testing::gateway(gateway::gateway(), BTreeMap::new())?;
    for (path, _) in routes::routes() {
        let (status, _, text) = get(&router, &format!("/api/{path}")).await?;
        assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE, "{text}");
        assert!(error(&text).ends_with("unavailable"), "{text}");
    }
    Ok(())
}
