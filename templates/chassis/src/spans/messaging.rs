//! What is said of an event: the semantic conventions for messaging spans. An event is published within a transaction (the
//! producer span, whose place in the trace it carries with it), sent once that is committed, and processed by its
//! subscribers (the consumer spans). Its destination is its type; the exchange is the same for all.
//! Source: <https://opentelemetry.io/docs/specs/semconv/messaging/messaging-spans/>.

use super::{Kind, Recorder, Span};
use crate::event::CloudEvent;
use crate::trace::TraceContext;

/// What takes events to their subscribers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Carrier {
    Http,
    RabbitMq,
}

/// An event is put into the outbox.
pub(crate) fn publish(
    recorder: &Recorder,
    trace: TraceContext,
    carrier: Carrier,
    (id, event_type): (&str, &str),
) -> Span {
    let name = || format!("publish {event_type}").into();
    let mut span = recorder.begin(trace, Kind::Producer, name);
    about(&mut span, carrier, ["publish", "create"], (id, event_type));
    span
}

/// It leaves for the broker. What its subscribers do is part of the publishing, so this is no producer. (Over HTTP it is
/// a call like any other.)
pub(crate) fn send(recorder: &Recorder, trace: TraceContext, event: &CloudEvent) -> Span {
    let name = || format!("send {}", event.event_type).into();
    let mut span = recorder.begin(trace, Kind::Client, name);
    let named = (&*event.id, &*event.event_type);
    about(&mut span, Carrier::RabbitMq, ["send", "send"], named);
    span
}

/// It is handled by a subscriber.
pub(crate) fn process(
    recorder: &Recorder,
    trace: TraceContext,
    carrier: Carrier,
    event: &CloudEvent,
) -> Span {
    let name = || format!("process {}", event.event_type).into();
    let mut span = recorder.begin(trace, Kind::Consumer, name);
    let named = (&*event.id, &*event.event_type);
    about(&mut span, carrier, ["process", "process"], named);
    // Over HTTP its parent is the request that brings it.
    if carrier == Carrier::Http
        && let Some(origin) = event.origin()
    {
        span.link(origin);
    }
    span
}

/// It did not work, for a reason of this kind.
pub(crate) fn failed(span: &mut Span, kind: &str, what: &dyn std::fmt::Display) {
    span.fail(|| kind.to_owned(), || what.to_string());
}

fn about(
    span: &mut Span,
    carrier: Carrier,
    [operation, kind]: [&'static str; 2],
    (id, event_type): (&str, &str),
) {
    let system = match carrier {
        Carrier::Http => "cloudevents",
        Carrier::RabbitMq => "rabbitmq",
    };
    span.set("messaging.system", || system);
    span.set("messaging.destination.name", || event_type.to_owned());
    span.set("messaging.operation.name", || operation);
    span.set("messaging.operation.type", || kind);
    span.set("messaging.message.id", || id.to_owned());
    if carrier == Carrier::RabbitMq {
        let key = "messaging.rabbitmq.destination.routing_key";
        span.set(key, || event_type.to_owned());
    }
}
