//! An event as a message of AMQP 0-9-1, in the binary mode of the CloudEvents AMQP binding: the body is the data alone,
//! the envelope is in the headers. So a consumer that knows nothing of CloudEvents reads `order_id` straight from the
//! body. Both modes are understood when a message comes in.
//! Source: <https://github.com/cloudevents/spec/blob/main/cloudevents/bindings/amqp-protocol-binding.md>.

use lapin::BasicProperties;
use lapin::types::{AMQPValue, FieldTable};
use serde_json::{Map, Value};

use crate::Problem;
use crate::event::{CloudEvent, STRUCTURED};
use crate::inbox;
use crate::trace::{TRACEPARENT, TRACESTATE};

/// Before the name of each attribute; the binding allows `cloudEvents:` too.
const PREFIXES: [&str; 2] = ["cloudEvents_", "cloudEvents:"];
/// Written to disk before it is confirmed.
const PERSISTENT: u8 = 2;
/// How often handling the message has failed.
const ATTEMPTS: &str = "x-attempts";
/// What the last failure said.
const ERROR: &str = "x-error";
/// The longest text of a failure that is kept, in characters.
const LONGEST_ERROR: usize = 1_000;

/// The properties and the body of an event.
///
/// # Errors
/// If it has no JSON form.
pub(super) fn write(event: &CloudEvent) -> anyhow::Result<(BasicProperties, Vec<u8>)> {
    let body = serde_json::to_vec(&event.data)?;
    let mut headers = FieldTable::default();
    if let Value::Object(attributes) = serde_json::to_value(event)? {
        for (name, value) in attributes {
            if name != "data" && name != "datacontenttype" {
                let text = value.as_str().unwrap_or_default();
                headers.insert(format!("{}{name}", PREFIXES[0]).into(), long(text));
            }
        }
    }
    // Where tracing tools look for them.
    let traces = [
        (TRACEPARENT, &event.traceparent),
        (TRACESTATE, &event.tracestate),
    ];
    for (name, value) in traces {
        if let Some(value) = value {
            headers.insert(name.into(), long(value));
        }
    }
    let mut properties = BasicProperties::default()
        .with_delivery_mode(PERSISTENT)
        .with_content_type("application/json".into())
        .with_message_id(event.id.as_str().into())
        .with_type(event.event_type.as_str().into())
        .with_app_id(event.source.as_str().into())
        .with_headers(headers);
    if let Some(time) = event.time {
        properties = properties.with_timestamp(time.timestamp().unsigned_abs());
    }
    Ok((properties, body))
}

/// The event in a message.
///
/// # Errors
/// 400 if its body is no JSON, 422 if the envelope lacks something.
pub(super) fn read(properties: &BasicProperties, body: &[u8]) -> Result<CloudEvent, Problem> {
    let json = |body| {
        serde_json::from_slice::<Value>(body)
            .map_err(|error| Problem::bad_request(format!("malformed JSON: {error}")))
    };
    let content_type = properties.content_type().as_ref();
    let content_type = content_type.map(|kind| kind.as_str()).unwrap_or_default();
    if content_type.to_ascii_lowercase().starts_with(STRUCTURED) {
        return inbox::message::envelope(json(body)?);
    }
    let mut envelope = Map::new();
    for (name, value) in properties.headers().iter().flatten() {
        let attribute = |prefix: &&str| name.as_str().strip_prefix(prefix);
        if let (Some(name), Some(value)) = (PREFIXES.iter().find_map(attribute), plain(value)) {
            envelope.insert(name.to_owned(), Value::String(value));
        }
    }
    // Where tracing tools put them.
    for name in [TRACEPARENT, TRACESTATE] {
        if let Some(value) = header(properties, name).and_then(plain) {
            envelope.entry(name).or_insert(Value::String(value));
        }
    }
    if !body.is_empty() {
        envelope.insert("data".to_owned(), json(body)?);
    }
    inbox::message::envelope(Value::Object(envelope))
}

/// How often handling the message has failed so far.
pub(super) fn attempts(properties: &BasicProperties) -> u32 {
    let attempts = header(properties, ATTEMPTS).and_then(plain);
    attempts.and_then(|text| text.parse().ok()).unwrap_or(0)
}

/// Why handling it failed the last time, if that is known.
pub(super) fn error(properties: &BasicProperties) -> Option<String> {
    header(properties, ERROR).and_then(plain)
}

/// The same message after one more failure.
pub(super) fn failed(properties: &BasicProperties, error: &str) -> BasicProperties {
    let error: String = error.chars().take(LONGEST_ERROR).collect();
    let attempts = attempts(properties).saturating_add(1);
    let mut headers = properties.headers().clone().unwrap_or_default();
    headers.insert(ATTEMPTS.into(), AMQPValue::LongUInt(attempts));
    headers.insert(ERROR.into(), long(&error));
    properties.clone().with_headers(headers)
}

/// The same message as if it had never failed.
pub(super) fn afresh(properties: &BasicProperties) -> BasicProperties {
    let headers = properties.headers().iter().flatten();
    let kept = headers.filter(|(name, _)| {
        let name = name.as_str();
        // What the broker noted on the way goes too.
        ![ATTEMPTS, ERROR, "x-death", "x-delivery-count"].contains(&name)
            && !name.starts_with("x-first-death")
            && !name.starts_with("x-last-death")
    });
    let mut headers = FieldTable::default();
    for (name, value) in kept {
        headers.insert(name.clone(), value.clone());
    }
    properties.clone().with_headers(headers)
}

fn header<'a>(properties: &'a BasicProperties, name: &str) -> Option<&'a AMQPValue> {
    properties.headers().as_ref()?.inner().get(name)
}

fn long(text: &str) -> AMQPValue {
    AMQPValue::LongString(text.into())
}

/// A value as text. Other clients write numbers and times where this one writes texts.
fn plain(value: &AMQPValue) -> Option<String> {
    Some(match value {
        AMQPValue::LongString(text) => text.to_string(),
        AMQPValue::ShortString(text) => text.to_string(),
        AMQPValue::Boolean(value) => value.to_string(),
        AMQPValue::LongInt(number) => number.to_string(),
        AMQPValue::LongUInt(number) => number.to_string(),
        AMQPValue::LongLongInt(number) => number.to_string(),
        AMQPValue::Timestamp(seconds) => {
            let seconds = i64::try_from(*seconds).ok()?;
            chrono::DateTime::from_timestamp(seconds, 0)?.to_rfc3339()
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::event::tests::OrderCreated;

    fn event() -> CloudEvent {
        let created = OrderCreated {
            order_id: Uuid::now_v7(),
            total: "40.28".parse().unwrap(),
        };
        let mut event = CloudEvent::new(Uuid::now_v7(), "order-service", &created).unwrap();
        event.traceparent = Some("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01".into());
        event
    }

    #[test]
    fn the_body_is_the_data_alone_and_the_event_comes_back_exactly() {
        let event = event();
        let (properties, body) = write(&event).unwrap();
        let data: Value = serde_json::from_slice(&body).unwrap();
        assert_eq!(data["total"].to_string(), "40.28");
        let headers = properties.headers().clone().unwrap();
        for name in ["cloudEvents_id", "cloudEvents_specversion", "traceparent"] {
            assert!(headers.contains_key(name), "{name}");
        }
        let mut back = read(&properties, &body).unwrap();
        back.datacontenttype = event.datacontenttype.clone();
        assert_eq!(back, event);
    }

    #[test]
    fn the_structured_mode_and_the_other_prefix_are_understood() {
        let event = event();
        let body = serde_json::to_vec(&event).unwrap();
        let kind = "application/cloudevents+json; charset=utf-8".into();
        let structured = BasicProperties::default().with_content_type(kind);
        assert_eq!(read(&structured, &body).unwrap(), event);

        let mut headers = FieldTable::default();
        for name in ["specversion", "id", "source", "type"] {
            let value = if name == "specversion" { "1.0" } else { "a" };
            headers.insert(format!("cloudEvents:{name}").into(), long(value));
        }
        headers.insert("cloudEvents:time".into(), AMQPValue::Timestamp(0));
        let other = BasicProperties::default().with_headers(headers);
        let read = read(&other, b"{}").unwrap();
        assert_eq!((read.id.as_str(), read.time.unwrap().timestamp()), ("a", 0));
    }

    #[test]
    fn what_is_no_event_is_refused() {
        let nothing = BasicProperties::default();
        assert_eq!(read(&nothing, b"{").unwrap_err().status(), 400);
        assert_eq!(read(&nothing, br#"{"a": 1}"#).unwrap_err().status(), 422);
    }

    #[test]
    fn failures_are_counted_until_the_message_starts_afresh() {
        let (properties, _) = write(&event()).unwrap();
        assert_eq!(attempts(&properties), 0);
        let twice = failed(&failed(&properties, "first"), "second");
        assert_eq!(attempts(&twice), 2);
        assert_eq!(error(&twice).unwrap(), "second");
        assert_eq!(afresh(&twice), properties);
    }
}
