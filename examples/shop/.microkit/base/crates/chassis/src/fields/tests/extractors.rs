//! Tests of the extractors `ValidJson` and `ValidQuery`.

use axum::body::Body;
use axum::extract::{DefaultBodyLimit, FromRequest, Request};
use axum::http::header::CONTENT_TYPE;

use super::{Sample, told};
use crate::fields::{ValidJson, ValidQuery};

async fn post(content_type: Option<&str>, body: &str) -> Result<Sample, (u16, String)> {
    let mut request = Request::post("/")
        .body(Body::from(body.to_owned()))
        .unwrap();
    if let Some(content_type) = content_type {
        request
            .headers_mut()
            .insert(CONTENT_TYPE, content_type.parse().unwrap());
    }
    let request = with_limit(request).await;
    match ValidJson::from_request(request, &()).await {
        Ok(ValidJson(sample)) => Ok(sample),
        Err(problem) => Err((problem.status().as_u16(), problem.error().to_owned())),
    }
}

/// The request as a handler behind a body limit of 64 bytes gets it.
async fn with_limit(request: Request) -> Request {
    use tower::{Layer as _, ServiceExt as _, service_fn};
    let (sender, receiver) = std::sync::mpsc::channel();
    let catch = service_fn(move |request: Request| {
        let sent = sender.send(request);
        async move { sent.map(|()| axum::response::Response::new(Body::empty())) }
    });
    DefaultBodyLimit::max(64)
        .layer(catch)
        .oneshot(request)
        .await
        .unwrap();
    receiver.recv().unwrap()
}

#[tokio::test]
async fn a_json_body_is_read_whatever_json_type_it_says() {
    for content_type in [
        "application/json",
        "application/JSON; charset=utf-8",
        "application/x+json",
    ] {
        let sample = post(Some(content_type), r#"{"name":"Ada"}"#).await.unwrap();
        assert_eq!(sample.name, "Ada");
    }
}

#[tokio::test]
async fn a_body_that_cannot_be_read_is_told_from_one_that_is_wrong() {
    let json = Some("application/json");
    let status = async |kind, body: &str| post(kind, body).await.unwrap_err().0;
    assert_eq!(status(None, "{}").await, 415);
    assert_eq!(status(Some("text/plain"), "{}").await, 415);
    assert_eq!(status(json, "{").await, 400);
    assert_eq!(status(json, "").await, 400);
    assert_eq!(status(json, "[]").await, 400);
    assert_eq!(status(json, &"[".repeat(60)).await, 400);
    assert_eq!(status(json, &" ".repeat(65)).await, 413);
    assert_eq!(status(json, "{}").await, 422);
}

#[test]
fn a_query_reads_numbers_and_refuses_repeated_parameters() {
    let query = |text: &str| ValidQuery::<Sample>::read(&format!("/?{text}").parse().unwrap());
    let ValidQuery(sample) = query("name=Ada%20L&age=36").unwrap();
    assert_eq!((sample.name.as_str(), sample.age), ("Ada L", Some(36)));
    let problem = query("name=a&name=b&age=x&other=1").unwrap_err();
    let expected = [
        "name is given more than once",
        "age must be a whole number",
        "other is not a field of this request",
    ];
    assert_eq!(told(&problem), expected);
}
