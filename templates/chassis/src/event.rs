//! Events: what a service tells others about, and the CloudEvents 1.0 envelope they travel in.
//! Services implement `Event`; the outbox wraps an event, the inbox unwraps it.
//! Read next: `outbox.rs`, then `inbox.rs`.

use chrono::{DateTime, Utc};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use crate::trace::TraceContext;
use crate::{Peer, scope};

/// The version of CloudEvents that is spoken here.
pub(crate) const VERSION: &str = "1.0";
/// The media type of an event whose envelope and data are one JSON object.
pub(crate) const STRUCTURED: &str = "application/cloudevents+json";

/// Something that happened, such as `order.created`.
pub trait Event: Serialize + DeserializeOwned + Send + Sync + 'static {
    /// Its name: the `type` of the envelope.
    const TYPE: &'static str;
    /// Who is told about it. The publisher's type fills this in.
    const SUBSCRIBERS: &'static [Peer] = &[];

    /// The id of what it happened to. Events of one subject leave in the order in which they were published, and a single
    /// instance of a subscriber takes them in that order as long as none has to be tried again; those of different
    /// subjects may overtake each other.
    fn subject(&self) -> String;
}

/// An event in its envelope. As JSON it is what the structured mode of CloudEvents sends.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CloudEvent {
    /// Always `1.0`.
    pub specversion: String,
    /// Unique together with `source`: the consumer tells by it what it has seen before.
    pub id: String,
    /// The service that published it, as a path: `/order-service`.
    pub source: String,
    /// What happened: `order.created`.
    #[serde(rename = "type")]
    pub event_type: String,
    /// The id of what it happened to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// When it was published.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time: Option<DateTime<Utc>>,
    /// The media type of `data`: JSON.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub datacontenttype: Option<String>,
    /// The trace in which it was published (extension for distributed tracing).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub traceparent: Option<String>,
    /// What tracing systems add to `traceparent`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tracestate: Option<String>,
    /// The event itself.
    #[serde(default)]
    pub data: Value,
}

impl CloudEvent {
    /// Wraps `event`, published now by the service `source` within the current request.
    ///
    /// # Errors
    /// If the event has no JSON form.
    pub fn new<E: Event>(id: Uuid, source: &str, event: &E) -> Result<Self, serde_json::Error> {
        Ok(Self {
            specversion: VERSION.to_owned(),
            id: id.to_string(),
            source: format!("/{source}"),
            event_type: E::TYPE.to_owned(),
            subject: Some(event.subject()),
            time: Some(Utc::now()),
            datacontenttype: Some("application/json".to_owned()),
            traceparent: scope::traceparent(),
            tracestate: scope::tracestate(),
            data: serde_json::to_value(event)?,
        })
    }

    /// The trace in which it was published, or a new one.
    pub(crate) fn trace(&self) -> TraceContext {
        self.origin().unwrap_or_else(TraceContext::begin)
    }

    /// The place in a trace at which it was published, if it carries one.
    pub(crate) fn origin(&self) -> Option<TraceContext> {
        let origin = TraceContext::from_traceparent(self.traceparent.as_deref()?)?;
        Some(TraceContext {
            tracestate: self.tracestate.clone(),
            ..origin
        })
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::Decimal;

    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
    pub(crate) struct OrderCreated {
        pub order_id: Uuid,
        pub total: Decimal,
    }

    impl Event for OrderCreated {
        const TYPE: &'static str = "order.created";

        fn subject(&self) -> String {
            self.order_id.to_string()
        }
    }

    #[test]
    fn an_event_becomes_a_cloud_event_and_comes_back_exactly() {
        let order_id = Uuid::now_v7();
        let event = OrderCreated {
            order_id,
            total: "40.28".parse().unwrap(),
        };
        let cloud = CloudEvent::new(Uuid::nil(), "order-service", &event).unwrap();
        let json = serde_json::to_string(&cloud).unwrap();
        for part in [
            r#""specversion":"1.0""#,
            r#""id":"00000000-0000-0000-0000-000000000000""#,
            r#""source":"/order-service""#,
            r#""type":"order.created""#,
            r#""total":40.28"#,
        ] {
            assert!(json.contains(part), "{part} in {json}");
        }
        let back: CloudEvent = serde_json::from_str(&json).unwrap();
        assert_eq!(back, cloud);
        assert_eq!(back.subject, Some(order_id.to_string()));
        assert_eq!(
            serde_json::from_value::<OrderCreated>(back.data).unwrap(),
            event
        );
    }
}
