//! Spans as a message of OTLP, in the types that OpenTelemetry makes of its definitions: each service is a resource with
//! its spans, also where several run in one process. Source: <https://opentelemetry.io/docs/specs/otlp/>.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::time::{SystemTime, UNIX_EPOCH};

use opentelemetry_proto::tonic::collector::trace::v1::{
    ExportTraceServiceRequest, ExportTraceServiceResponse,
};
use opentelemetry_proto::tonic::common::v1::any_value::Value as Any;
use opentelemetry_proto::tonic::common::v1::{AnyValue, InstrumentationScope, KeyValue};
use opentelemetry_proto::tonic::resource::v1::Resource;
use opentelemetry_proto::tonic::trace::v1::span::{Link, SpanKind};
use opentelemetry_proto::tonic::trace::v1::status::StatusCode;
use opentelemetry_proto::tonic::trace::v1::{ResourceSpans, ScopeSpans, Span, Status};
use prost::Message;

use super::Finished;
use crate::trace::TraceContext;

/// Which side of what a span is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Server,
    Client,
    Producer,
    Consumer,
}

/// The value of an attribute.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Value {
    Text(Cow<'static, str>),
    Number(i64),
}

impl Value {
    /// At most so many bytes of it.
    pub(super) fn cut(mut self, most: usize) -> Self {
        if let Self::Text(text) = &mut self
            && text.len() > most
        {
            let end = text.floor_char_boundary(most);
            text.to_mut().truncate(end);
        }
        self
    }
}

impl From<&'static str> for Value {
    fn from(text: &'static str) -> Self {
        Self::Text(Cow::Borrowed(text))
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(Cow::Owned(text))
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

/// The body of one request to the collector. `instance` tells the instances of a service apart.
pub(super) fn encode(spans: &[Finished], instance: &str) -> Vec<u8> {
    let mut services: BTreeMap<&str, Vec<Span>> = BTreeMap::new();
    for span in spans {
        services.entry(span.service).or_default().push(one(span));
    }
    let text = |name, value: &str| attribute(name, Any::StringValue(value.to_owned()));
    let resources = services.into_iter().map(|(service, spans)| ResourceSpans {
        resource: Some(Resource {
            attributes: vec![
                text("service.name", service),
                text("service.instance.id", instance),
            ],
            ..Default::default()
        }),
        scope_spans: vec![ScopeSpans {
            scope: Some(InstrumentationScope {
                name: env!("CARGO_PKG_NAME").to_owned(),
                version: env!("CARGO_PKG_VERSION").to_owned(),
                ..Default::default()
            }),
            spans,
            ..Default::default()
        }],
        ..Default::default()
    });
    let request = ExportTraceServiceRequest {
        resource_spans: resources.collect(),
    };
    request.encode_to_vec()
}

/// How many of the spans the collector did not want, and why, from its answer.
pub(super) fn rejected(answer: &[u8]) -> Option<(u64, String)> {
    let answer = ExportTraceServiceResponse::decode(answer).ok()?;
    let partial = answer.partial_success?;
    let count = u64::try_from(partial.rejected_spans).ok()?;
    (count > 0).then_some((count, partial.error_message))
}

fn one(span: &Finished) -> Span {
    let trace = &span.trace;
    let attributes = span.attributes.iter().map(|(name, value)| {
        let value = match value {
            Value::Text(text) => Any::StringValue(text.clone().into_owned()),
            Value::Number(number) => Any::IntValue(*number),
        };
        attribute(name, value)
    });
    let kind = match span.kind {
        Kind::Server => SpanKind::Server,
        Kind::Client => SpanKind::Client,
        Kind::Producer => SpanKind::Producer,
        Kind::Consumer => SpanKind::Consumer,
    };
    let status = span.error.as_ref().map(|message| Status {
        message: message.clone(),
        code: StatusCode::Error.into(),
    });
    let parent = trace.parent_id.map(|id| id.to_be_bytes().to_vec());
    Span {
        trace_id: trace.trace_id.to_be_bytes().to_vec(),
        span_id: trace.span_id.to_be_bytes().to_vec(),
        parent_span_id: parent.unwrap_or_default(),
        trace_state: trace.tracestate.clone().unwrap_or_default(),
        flags: u32::from(trace.sampled),
        name: span.name.clone().into_owned(),
        kind: kind.into(),
        start_time_unix_nano: nanoseconds(span.begun),
        end_time_unix_nano: nanoseconds(span.ended),
        attributes: attributes.collect(),
        links: span.link.iter().map(link).collect(),
        status,
        ..Default::default()
    }
}

fn link(origin: &TraceContext) -> Link {
    Link {
        trace_id: origin.trace_id.to_be_bytes().to_vec(),
        span_id: origin.span_id.to_be_bytes().to_vec(),
        trace_state: origin.tracestate.clone().unwrap_or_default(),
        flags: u32::from(origin.sampled),
        ..Default::default()
    }
}

fn attribute(name: &str, value: Any) -> KeyValue {
    KeyValue {
        key: name.to_owned(),
        value: Some(AnyValue { value: Some(value) }),
        ..Default::default()
    }
}

/// Since 1970.
fn nanoseconds(time: SystemTime) -> u64 {
    let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_nanos()).unwrap_or(u64::MAX)
}
