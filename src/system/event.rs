//! An event and its fields.
//!
//! Made by `validate/event.rs`, read by `plan`. Read `validate/` next.

use super::{EventName, FieldName};

/// Something that happened in one service and that others may consume.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    pub name: EventName,
    /// As written.
    pub fields: Vec<EventField>,
}

/// One member of an event's JSON object. It is always there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventField {
    pub name: FieldName,
    pub kind: ScalarType,
}

/// The types that are one plain value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ScalarType {
    String,
    Text,
    Email,
    Uuid,
    Integer,
    Decimal,
    Boolean,
    Date,
    Timestamp,
}
