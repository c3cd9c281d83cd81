//! `events/` of a service: the events that it publishes and those that it takes.
//!
//! An event `order.created`, `order.updated` or `order.deleted` whose fields can all be filled from an order is
//! published by the repository of orders; any other is declared, and published where the user's code says so.

use askama::Template;

use super::field::fields;
use super::{named, sorted_modules};
use crate::plan::layout;
use crate::plan::{Files, render};
use crate::system::{
    Event, EventField, EventName, FieldType, Resource, ScalarType, Service, System,
};

pub fn add(files: &mut Files, folder: &str, system: &System, service: &Service) {
    let names: Vec<_> = service.publishes.iter().chain(&service.consumes).collect();
    let modules = names.iter().map(|name| format!("mod {};", name.snake()));
    let mut uses: Vec<String> = names
        .iter()
        .map(|name| format!("pub use {}::{};\n", name.snake(), name.type_name()))
        .collect();
    layout::sort_uses(&mut uses);
    let module = ModRs {
        modules: sorted_modules(modules.collect()),
        uses: uses.concat(),
    };
    files.add(format!("{folder}/src/events/mod.rs"), render(&module));
    for name in names {
        let path = format!("{folder}/src/events/{}.rs", name.snake());
        files.add(path, event_rs(system, service, system.event(name)));
    }
}

#[derive(Template)]
#[template(path = "service/events/mod.rs.askama", escape = "none")]
struct ModRs {
    modules: String,
    uses: String,
}

/// The events that a repository publishes by itself.
#[derive(Default)]
pub struct AutoEvents<'a> {
    pub created: Option<EventRef<'a>>,
    pub updated: Option<EventRef<'a>>,
    pub deleted: Option<EventRef<'a>>,
}

/// An event that is published by a repository.
#[derive(Clone, Copy)]
pub struct EventRef<'a>(pub &'a Event);

impl EventRef<'_> {
    pub fn type_name(&self) -> String {
        self.0.name.type_name()
    }
}

impl<'a> AutoEvents<'a> {
    pub fn iter(&self) -> impl Iterator<Item = EventRef<'a>> {
        [self.created, self.updated, self.deleted]
            .into_iter()
            .flatten()
    }

    pub fn any(&self) -> bool {
        self.iter().next().is_some()
    }
}

pub fn auto_events<'a>(
    system: &'a System,
    service: &Service,
    resource: &Resource,
) -> AutoEvents<'a> {
    let event = |step: &str| {
        let name = format!("{}.{step}", resource.name.snake());
        let published = service
            .publishes
            .iter()
            .find(|event| event.as_str() == name)?;
        let event = system.event(published);
        let filled = |field: &EventField| source(resource, field).is_some();
        event.fields.iter().all(filled).then_some(EventRef(event))
    };
    AutoEvents {
        created: event("created"),
        updated: event("updated"),
        deleted: event("deleted"),
    }
}

/// The event that a service publishes by itself when one of these is created.
pub fn published<'a>(
    system: &'a System,
    service: &Service,
    resource: &Resource,
) -> Option<&'a EventName> {
    let created = auto_events(system, service, resource).created;
    created.map(|EventRef(event)| &event.name)
}

/// The member of the row that fills a field of the event.
fn source(resource: &Resource, field: &EventField) -> Option<String> {
    let name = field.name.as_str();
    if name == "id" || name == format!("{}_id", resource.name.snake()) {
        return (field.kind == ScalarType::Uuid).then(|| String::from("id"));
    }
    let typed = fields(resource)
        .into_iter()
        .find(|typed| typed.field.name == field.name)?;
    let same = !typed.nullable() && typed.value() == rust(field.kind);
    let plain = !matches!(
        typed.field.kind,
        FieldType::Enum { .. } | FieldType::List { .. }
    );
    (same && plain).then(|| field.name.ident())
}

/// The Rust type of an event's field.
fn rust(kind: ScalarType) -> &'static str {
    match kind {
        ScalarType::String | ScalarType::Text | ScalarType::Email => "String",
        ScalarType::Uuid => "Uuid",
        ScalarType::Integer => "i64",
        ScalarType::Decimal => "Decimal",
        ScalarType::Boolean => "bool",
        ScalarType::Date => "NaiveDate",
        ScalarType::Timestamp => "DateTime<Utc>",
    }
}

#[derive(Template)]
#[template(path = "service/events/event.rs.askama", escape = "none")]
struct EventRs<'a> {
    name: &'a str,
    type_name: String,
    note: String,
    uses: String,
    fields: String,
    subscribers: String,
    subject: String,
    from: String,
    handler: String,
}

#[derive(Template)]
#[template(path = "service/events/from.rs.askama", escape = "none")]
struct From {
    type_name: String,
    literal: String,
}

#[derive(Template)]
#[template(path = "service/events/handler.rs.askama", escape = "none")]
struct Handler {
    type_name: String,
    signature: String,
}

fn event_rs(system: &System, service: &Service, event: &Event) -> String {
    let type_name = event.name.type_name();
    let owner = service.resources.iter().find(|resource| {
        auto_events(system, service, resource)
            .iter()
            .any(|published| published.0.name == event.name)
    });
    let consumed = service.consumes.contains(&event.name);
    let subscribers = if consumed {
        Vec::new()
    } else {
        subscribers(system, event)
    };
    let field =
        |field: &EventField| format!("    pub {}: {},\n", field.name.ident(), rust(field.kind));
    let handler = if consumed {
        handler(&type_name)
    } else {
        String::new()
    };
    let from = owner.map(|resource| from(resource, event, &type_name));
    render(&EventRs {
        name: event.name.as_str(),
        note: note(system, event, consumed, owner),
        uses: uses(event, consumed, !subscribers.is_empty(), owner),
        fields: event.fields.iter().map(field).collect(),
        subscribers: match subscribers.as_slice() {
            [] => String::new(),
            _ => layout::array(
                4,
                "const SUBSCRIBERS: &'static [Peer] = &",
                &subscribers,
                ";",
            ),
        },
        subject: subject(event),
        from: from.unwrap_or_default(),
        handler,
        type_name,
    })
}

fn subscribers(system: &System, event: &Event) -> Vec<String> {
    let peer = |service: &&Service| format!("Peer::new(\"{}\", {})", service.name, service.port);
    system.consumers(&event.name).iter().map(peer).collect()
}

fn note(system: &System, event: &Event, consumed: bool, owner: Option<&Resource>) -> String {
    if consumed {
        let publisher = system
            .publisher(&event.name)
            .map(|service| service.name.as_str());
        return format!(
            " Published by {}; this service's view of it, and what it does about it.",
            publisher.unwrap_or("nobody yet")
        );
    }
    match owner {
        Some(resource) => format!(" Published by `{}/repository.rs`.", resource.module()),
        None => String::from(
            " Not published yet: call `Outbox::publish` in the transaction that makes it true, then\n//! `Outbox::commit`.",
        ),
    }
}

fn uses(event: &Event, consumed: bool, subscribers: bool, owner: Option<&Resource>) -> String {
    let uses = |kind: ScalarType, name: &'static str| {
        let used = event.fields.iter().any(|field| field.kind == kind);
        if used { name } else { "" }
    };
    let chassis = named(&[
        uses(ScalarType::Decimal, "Decimal"),
        "Event",
        if consumed { "Handle" } else { "" },
        if subscribers { "Peer" } else { "" },
    ]);
    let timestamp = uses(ScalarType::Timestamp, "DateTime");
    let utc = uses(ScalarType::Timestamp, "Utc");
    let mut text = layout::import("chassis", &chassis);
    text += &layout::import(
        "chrono",
        &named(&[timestamp, uses(ScalarType::Date, "NaiveDate"), utc]),
    );
    if consumed {
        text += "use sea_orm::DatabaseTransaction;\n";
    }
    text += "use serde::{Deserialize, Serialize};\n";
    text += &layout::import("uuid", &named(&[uses(ScalarType::Uuid, "Uuid")]));
    if consumed {
        text += "\nuse crate::app::App;\n";
    }
    if let Some(resource) = owner {
        text += &format!("\nuse crate::{}::entity;\n", resource.module());
    }
    text
}

/// The field whose value names what the event is about.
fn subject(event: &Event) -> String {
    let first = event.name.as_str().split('.').next().unwrap_or_default();
    let by_name = |field: &&EventField| field.name.as_str() == format!("{first}_id");
    let uuid = |field: &&EventField| field.kind == ScalarType::Uuid;
    let fields = || event.fields.iter();
    let field = fields()
        .find(by_name)
        .or_else(|| fields().find(uuid))
        .or_else(|| fields().next());
    match field {
        Some(field) if rust(field.kind) == "String" => {
            format!("self.{}.clone()", field.name.ident())
        }
        Some(field) => format!("self.{}.to_string()", field.name.ident()),
        None => String::from("String::new()"),
    }
}

fn from(resource: &Resource, event: &Event, type_name: &str) -> String {
    let value = |field: &EventField| {
        let clone = if rust(field.kind) == "String" {
            ".clone()"
        } else {
            ""
        };
        let source = source(resource, field).unwrap_or_default();
        format!("{}: model.{source}{clone}", field.name.ident())
    };
    let values: Vec<String> = event.fields.iter().map(value).collect();
    let part = render(&From {
        type_name: type_name.to_owned(),
        literal: layout::literal(8, "Self", &values, ""),
    });
    format!("\n{}\n", part.trim_matches('\n'))
}

fn handler(type_name: &str) -> String {
    let part = render(&Handler {
        type_name: type_name.to_owned(),
        signature: layout::signature(
            4,
            "async fn handle",
            &[
                "&self".into(),
                format!("event: {type_name}"),
                "_transaction: &DatabaseTransaction".into(),
            ],
            " -> anyhow::Result<()> {",
        ),
    });
    format!("\n{}\n", part.trim_matches('\n'))
}

/// Whether the subject of an event that is made from a row is the row's id.
pub fn subject_is_id(event: &Event, resource: &Resource) -> bool {
    subject(event) == format!("self.{}_id.to_string()", resource.name.snake())
}
