//! Tests of `layers.rs`: whatever goes wrong is answered in one form, and whatever goes right is named and counted.

use axum::body::Bytes;
use axum::http::Response;
use axum::routing::{get, post};
use serde_json::Value;
use tower::ServiceExt;

use super::*;

fn router() -> Router {
    crate::metrics::install();
    let limits = Limits {
        timeout: Duration::from_secs(2),
        body: 1_000,
    };
    let panics = async || -> StatusCode { panic!("a mistake") };
    let never = async || std::future::pending::<StatusCode>().await;
    let router = Router::new()
        .route("/things/{id}", get(async || "a thing"))
        .route("/things", post(async |body: Bytes| body.len().to_string()))
        .route("/panic", get(panics))
        .route("/slow", get(never))
        .merge(crate::health::routes(std::sync::Arc::default()))
        .merge(crate::metrics::routes(Vec::new()));
    apply(router, "test", limits, &Spans::default())
}

async fn send(method: &str, path: &str, headers: &[(&str, &str)], body: Body) -> Response<Body> {
    let mut request = Request::builder().method(method).uri(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    router().oneshot(request.body(body).unwrap()).await.unwrap()
}

async fn text(response: Response<Body>) -> String {
    let bytes = axum::body::to_bytes(response.into_body(), usize::MAX).await;
    String::from_utf8(bytes.unwrap().to_vec()).unwrap()
}

async fn problem(response: Response<Body>, status: u16, error: &str) {
    assert_eq!(response.status(), status);
    assert_eq!(
        response.headers()[header::CONTENT_TYPE],
        "application/problem+json"
    );
    assert!(response.headers().contains_key(REQUEST_ID));
    let body: Value = serde_json::from_str(&text(response).await).unwrap();
    assert!(body["error"].as_str().unwrap().contains(error), "{body}");
}

#[tokio::test]
async fn an_unknown_route_and_a_wrong_method_are_problems() {
    problem(
        send("GET", "/nothing", &[], Body::empty()).await,
        404,
        "Not found",
    )
    .await;
    let wrong = send("DELETE", "/things/1", &[], Body::empty()).await;
    assert!(
        wrong.headers()[header::ALLOW]
            .to_str()
            .unwrap()
            .contains("GET")
    );
    problem(wrong, 405, "Method not allowed").await;
}

#[tokio::test]
async fn a_panic_costs_its_own_request_and_tells_nothing() {
    problem(
        send("GET", "/panic", &[], Body::empty()).await,
        500,
        "Internal server error",
    )
    .await;
}

#[tokio::test(start_paused = true)]
async fn what_takes_too_long_is_cut_off_sooner_if_the_caller_says_so() {
    let begun = tokio::time::Instant::now();
    problem(
        send("GET", "/slow", &[], Body::empty()).await,
        504,
        "timed out",
    )
    .await;
    assert_eq!(begun.elapsed().as_secs(), 2);
    let hurry = [(REQUEST_TIMEOUT, "100")];
    problem(
        send("GET", "/slow", &hurry, Body::empty()).await,
        504,
        "timed out",
    )
    .await;
    assert!(begun.elapsed().as_millis() < 2_500);
}

#[tokio::test]
async fn a_body_that_is_too_large_is_refused_whether_it_says_so_or_not() {
    let large = vec![b'a'; 1_001];
    let declared = [("content-length", "1001")];
    let refused = send("POST", "/things", &declared, Body::from(large.clone())).await;
    problem(refused, 413, "larger than 1000").await;
    let stream = Body::new(http_body_util::Full::new(Bytes::from(large)));
    let refused = send("POST", "/things", &[], stream).await;
    assert_eq!(refused.status(), 413);
    let fits = send("POST", "/things", &[], Body::from("abc")).await;
    assert_eq!(text(fits).await, "3");
}

#[tokio::test]
async fn a_request_keeps_its_id_unless_it_is_unfit() {
    let kept = send("GET", "/things/1", &[(REQUEST_ID, "abc-1")], Body::empty()).await;
    assert_eq!(kept.headers()[REQUEST_ID], "abc-1");
    let unfit = "x".repeat(200);
    let made = send("GET", "/things/1", &[(REQUEST_ID, &unfit)], Body::empty()).await;
    assert_eq!(made.headers()[REQUEST_ID].len(), 36);
}

#[tokio::test]
async fn requests_are_counted_by_route_and_not_by_path() {
    for path in [
        "/things/one",
        "/things/two",
        "/health",
        "/health/live",
        "/health/ready",
    ] {
        assert_eq!(
            send("GET", path, &[], Body::empty()).await.status(),
            200,
            "{path}"
        );
    }
    let metrics = text(send("GET", "/metrics", &[], Body::empty()).await).await;
    assert!(metrics.contains(r#"route="/things/{id}""#), "{metrics}");
    assert!(!metrics.contains("/things/one"), "{metrics}");
    assert!(
        metrics.contains("http_request_duration_seconds_bucket"),
        "{metrics}"
    );
}
