//! Reads a CloudEvent from an HTTP request, in both modes of the CloudEvents HTTP binding:
//! structured (envelope and data in one JSON body) and binary (the envelope in `ce-` headers).
//! `inbox.rs` calls it. Read next: `inbox/seen.rs`.

use axum::http::{HeaderMap, StatusCode, header};
use serde_json::{Map, Value};

use crate::Problem;
use crate::event::{CloudEvent, STRUCTURED, VERSION};
use crate::fields::is_json;

/// Ids and sources longer than this are refused: they are kept for good.
const LONGEST: usize = 255;

/// The event in the request.
///
/// # Errors
/// 400 if the body is malformed, 415 if it is neither JSON nor an event, 422 if the envelope
/// lacks something.
pub(super) fn read(headers: &HeaderMap, body: &[u8]) -> Result<CloudEvent, Problem> {
    let content_type = headers.get(header::CONTENT_TYPE);
    let content_type = content_type
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let is_structured = content_type
        .get(..STRUCTURED.len())
        .is_some_and(|start| start.eq_ignore_ascii_case(STRUCTURED));
    let envelope = if is_structured {
        json(body)?
    } else if headers.contains_key("ce-specversion") {
        binary(headers, body)?
    } else {
        return Err(unsupported());
    };
    self::envelope(envelope)
}

fn binary(headers: &HeaderMap, body: &[u8]) -> Result<Value, Problem> {
    let mut envelope = Map::new();
    for (name, value) in headers {
        if let Some(attribute) = name.as_str().strip_prefix("ce-") {
            let text = value.to_str().map_err(wrong)?;
            envelope.insert(attribute.to_owned(), Value::String(unescape(text)));
        }
    }
    if !body.is_empty() {
        if !is_json(headers) {
            return Err(unsupported());
        }
        envelope.insert("data".to_owned(), json(body)?);
    }
    Ok(Value::Object(envelope))
}

/// An envelope that holds what it has to.
///
/// # Errors
/// 422 for any other.
pub(crate) fn envelope(envelope: Value) -> Result<CloudEvent, Problem> {
    check(serde_json::from_value(envelope).map_err(wrong)?)
}

fn check(event: CloudEvent) -> Result<CloudEvent, Problem> {
    if event.specversion != VERSION {
        return Err(Problem::bad_request("only CloudEvents 1.0 are understood"));
    }
    let attributes = [&event.id, &event.source, &event.event_type];
    // PostgreSQL cannot store NUL in a text.
    if attributes
        .iter()
        .any(|text| text.is_empty() || text.len() > LONGEST || text.contains('\0'))
    {
        return Err(wrong("id, source and type must have 1 to 255 characters"));
    }
    Ok(event)
}

/// Header values are percent-encoded where they hold more than printable ASCII.
pub(crate) fn unescape(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, after @ ..] = rest {
        let escaped = match (first, after) {
            (b'%', [high, low, ..]) => hex(*high).zip(hex(*low)),
            _ => None,
        };
        match escaped {
            Some((high, low)) => {
                bytes.push(high * 16 + low);
                rest = &after[2..];
            }
            None => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn hex(digit: u8) -> Option<u8> {
    let value = char::from(digit).to_digit(16)?;
    u8::try_from(value).ok()
}

fn json(body: &[u8]) -> Result<Value, Problem> {
    serde_json::from_slice(body)
        .map_err(|error| Problem::bad_request(format!("malformed JSON: {error}")))
}

fn wrong(error: impl std::fmt::Display) -> Problem {
    let error = format!("not a CloudEvent: {error}");
    Problem::new(StatusCode::UNPROCESSABLE_ENTITY, error)
}

fn unsupported() -> Problem {
    let error = "a CloudEvent with JSON data is expected, in binary or structured mode";
    Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, error)
}
