//! A collector for tests: it keeps what it is sent.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::KeyValue;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::trace::v1::Span;
use opentelemetry_proto::tonic::trace::v1::span::SpanKind;
use prost::Message;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::time::timeout;

/// Far more than it takes.
const PATIENCE: Duration = Duration::from_secs(30);

pub(super) struct Receiver {
    pub(super) address: SocketAddr,
    kept: watch::Sender<Kept>,
    status: Arc<AtomicU16>,
    // The server ends with it.
    _stop: watch::Sender<bool>,
}

#[derive(Default)]
struct Kept {
    spans: Vec<Arrived>,
    requests: Vec<usize>,
}

/// A span, and the service that it is of.
#[derive(Clone, Debug)]
pub(super) struct Arrived {
    pub(super) service: String,
    pub(super) span: Span,
    attributes: Vec<KeyValue>,
}

impl Receiver {
    /// On a port of its own.
    pub(super) async fn start() -> Self {
        Self::on(TcpListener::bind("127.0.0.1:0").await.unwrap())
    }

    pub(super) fn on(listener: TcpListener) -> Self {
        let address = listener.local_addr().unwrap();
        let kept = watch::Sender::new(Kept::default());
        let status = Arc::new(AtomicU16::new(200));
        let (keep, answer) = (kept.clone(), status.clone());
        let receive = async move |headers: HeaderMap, body: Bytes| {
            assert_eq!(headers["content-type"], "application/x-protobuf");
            let spans = arrived(&body);
            keep.send_modify(|kept| {
                kept.requests.push(spans.len());
                kept.spans.extend(spans);
            });
            StatusCode::from_u16(answer.load(Ordering::Relaxed)).unwrap()
        };
        let router = Router::new().route("/v1/traces", post(receive));
        let (stop, stopped) = watch::channel(false);
        tokio::spawn(crate::server::serve(listener, router, stopped, PATIENCE));
        Self {
            address,
            kept,
            status,
            _stop: stop,
        }
    }

    /// What it answers from now on; it keeps what it is sent all the same.
    pub(super) fn answer(&self, status: u16) {
        self.status.store(status, Ordering::Relaxed);
    }

    /// All spans so far, once there are so many.
    pub(super) async fn spans(&self, count: usize) -> Vec<Arrived> {
        let mut kept = self.kept.subscribe();
        let enough = kept.wait_for(|kept| kept.spans.len() >= count);
        let enough = timeout(PATIENCE, enough).await;
        let kept = enough.expect("so many spans").unwrap();
        kept.spans.clone()
    }

    /// How many spans each request had.
    pub(super) fn requests(&self) -> Vec<usize> {
        self.kept.borrow().requests.clone()
    }
}

fn arrived(body: &Bytes) -> Vec<Arrived> {
    let request = ExportTraceServiceRequest::decode(body.clone()).unwrap();
    let mut all = Vec::new();
    for resource in request.resource_spans {
        let its = resource.resource.unwrap().attributes;
        for span in resource.scope_spans.into_iter().flat_map(|own| own.spans) {
            all.push(Arrived {
                service: text(&its, "service.name"),
                attributes: [its.clone(), span.attributes.clone()].concat(),
                span,
            });
        }
    }
    all
}

impl Arrived {
    /// An attribute of it or of its service, as a text; empty if there is none.
    pub(super) fn text(&self, name: &str) -> String {
        text(&self.attributes, name)
    }

    pub(super) fn kind(&self) -> SpanKind {
        self.span.kind()
    }

    /// What it is, at one look: `order-service Server POST /orders`.
    pub(super) fn what(&self) -> String {
        format!("{} {:?} {}", self.service, self.kind(), self.span.name)
    }
}

fn text(attributes: &[KeyValue], name: &str) -> String {
    let found = attributes.iter().find(|one| one.key == name);
    let value = found.and_then(|one| one.value.clone()?.value);
    match value {
        Some(Value::StringValue(text)) => text,
        Some(Value::IntValue(number)) => number.to_string(),
        _ => String::new(),
    }
}
