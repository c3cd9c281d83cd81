//! One event and its fields.
//!
//! Called by `validate`. Who publishes and consumes it is checked in `links.rs`.

use indexmap::IndexMap;

use super::names::Named;
use super::{Checker, MOST_FIELDS};
use crate::diagnostic::{Code, Diagnostic, quoted};
use crate::manifest::TypeName;
use crate::system::{Event, EventField, EventName, FieldName, ScalarType, reserved};

impl<'a> Checker<'a> {
    pub(super) fn event(
        &mut self,
        text: &'a str,
        fields: &'a IndexMap<String, TypeName>,
    ) -> Option<Event> {
        let document = self.document;
        let manifest = self.manifest;
        let path = ["events", text];
        let named = Named {
            what: "event",
            text,
            place: document.key_span(&path),
        };
        let name = self.name(&named, EventName::parse, |other| {
            let taken = manifest.events.contains_key(other);
            taken.then(|| document.key_span(&["events", other]))
        });
        let name = name.filter(|name| self.event_type_is_free(name, &named));
        let count = fields.len();
        if count > MOST_FIELDS {
            let what = format!("the event {} has {count} fields", quoted(text));
            self.too_many(Code::ManyFields, named.place, &what, MOST_FIELDS);
            return None;
        }
        if count == 0 && !document.is_spoiled(&path) {
            self.found.push(
                Diagnostic::error(
                    Code::ManyFields,
                    format!("the event {} has no fields", quoted(text)),
                )
                .at(named.place, "empty")
                .help("add what happened to what: `order_id = \"uuid\"`, say"),
            );
            return None;
        }
        let built: Vec<_> = fields
            .iter()
            .filter_map(|(field, kind)| self.event_field(text, field, *kind, fields))
            .collect();
        let names = built.iter().map(|field| {
            let name = field.name.as_str();
            (
                field.name.type_name(),
                name,
                document.key_span(&["events", text, name]),
            )
        });
        self.same_names("field", names);
        let complete = built.len() == count;
        Some(Event {
            name: name?,
            fields: complete.then_some(built)?,
        })
    }

    fn event_field(
        &mut self,
        event: &str,
        text: &str,
        kind: TypeName,
        fields: &IndexMap<String, TypeName>,
    ) -> Option<EventField> {
        let document = self.document;
        let path = ["events", event, text];
        let named = Named {
            what: "field",
            text,
            place: document.key_span(&path),
        };
        let name = self.name(&named, FieldName::parse, |other| {
            let taken = fields.contains_key(other);
            taken.then(|| document.key_span(&["events", event, other]))
        });
        let kind = scalar(kind);
        if kind.is_none() {
            self.found.push(
                Diagnostic::error(Code::EventField, "an event carries plain values only")
                    .at(document.value_span(&path), "not for events")
                    .help("send the `id` as a `uuid`, or an enum's value as a `string`"),
            );
        }
        Some(EventField {
            name: name?,
            kind: kind?,
        })
    }

    fn event_type_is_free(&mut self, name: &EventName, named: &Named<'_>) -> bool {
        let type_name = name.type_name();
        let free = !reserved::IMPORTS.contains(&type_name.as_str());
        if !free {
            self.found.push(
                Diagnostic::error(
                    Code::TakenTypeName,
                    format!("the event would need the Rust type `{type_name}`"),
                )
                .at(
                    named.place.clone(),
                    "the generated code uses that name already",
                )
                .help("rename the event"),
            );
        }
        free
    }

    pub(super) fn unused_events(&mut self) {
        let services = || self.manifest.services.values();
        let mut used: Vec<&str> = services()
            .flat_map(|service| service.publishes.iter().chain(&service.consumes))
            .map(String::as_str)
            .collect();
        used.sort_unstable();
        for event in self.manifest.events.keys() {
            if used.binary_search(&event.as_str()).is_err() {
                let place = self.document.key_span(&["events", event]);
                self.found.push(
                    Diagnostic::warning(
                        Code::UnusedEvent,
                        format!("nobody uses the event {}", quoted(event)),
                    )
                    .at(place, "neither published nor consumed")
                    .help("add it to the `publishes` of a service, or remove it"),
                );
            }
        }
    }
}

fn scalar(kind: TypeName) -> Option<ScalarType> {
    Some(match kind {
        TypeName::String => ScalarType::String,
        TypeName::Text => ScalarType::Text,
        TypeName::Email => ScalarType::Email,
        TypeName::Uuid => ScalarType::Uuid,
        TypeName::Integer => ScalarType::Integer,
        TypeName::Decimal => ScalarType::Decimal,
        TypeName::Boolean => ScalarType::Boolean,
        TypeName::Date => ScalarType::Date,
        TypeName::Timestamp => ScalarType::Timestamp,
        TypeName::Enum | TypeName::List | TypeName::Reference => return None,
    })
}
