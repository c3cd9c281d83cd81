//! Valid manifests for property tests: 1 to 30 services, every type and option, awkward names, circles of calls.
//!
//! `manifest()` draws one. First comes what is drawn, which proptest can make smaller; `manifests_writer.rs` then turns
//! it into a manifest, and changes whatever would be a mistake. `tests/valid_manifests.rs` makes sure that none is left.

#[path = "manifests_writer.rs"]
mod writer;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};

use writer::Writer;

const SYSTEMS: &[&str] = &[
    "shop",
    "a",
    "x1",
    "struct",
    "my-2-shops",
    "forty-letters-are-the-most-that-a-name-h",
];

/// None is the plural of a resource below.
const SERVICES: &[&str] = &[
    "order-service",
    "user-service",
    "a",
    "b2",
    "match-service",
    "self-service",
    "type-2",
    "order",
    "news-desk",
    "thirty-two-letters-are-the-mostx",
    "gateway-2",
    "test-kit",
    "db",
    "u-s-e",
];

const RESOURCES: &[&str] = &[
    "order",
    "user",
    "group",
    "table",
    "index",
    "select",
    "event",
    "type",
    "match",
    "order-item",
    "news",
    "child",
    "person",
    "box",
    "category",
    "a",
    "id2",
    "b-2",
    "sheep",
    "option",
    "result",
    "string",
    "page",
    "status",
    "twenty-eight-letters-of-namx",
    "async",
    "where",
    "data",
];

const FIELDS: &[&str] = &[
    "name",
    "type",
    "match",
    "select",
    "where",
    "order",
    "id2",
    "async",
    "group",
    "user",
    "table",
    "a",
    "fields",
    "value",
    "model",
    "column",
    "entity",
    "self_made",
    "try",
    "gen",
    "default",
    "created_at",
    "thirty_two_letters_are_the_mostx",
    "database",
    "app",
    "context",
    "json",
    "limit",
];

const LISTS: &[&str] = &[
    "items", "lines", "tags", "sheep", "news", "children", "data", "boxes",
];

const EVENTS: &[&str] = &[
    "order.created",
    "user.gone",
    "a.b",
    "type.match.self",
    "order.item.moved.on",
    "x2.y_3",
    "forty_letters.are_the_most.an_event_hasx",
    "struct.enum",
];

const VALUES: &[&str] = &[
    "PENDING",
    "in-progress",
    "1st",
    "+",
    "-",
    "a b",
    "type",
    "Ok",
    "None",
    "it's",
    "{x}",
    "%",
    "sixty-four-letters-are-the-most-that-a-value-may-have-and-so-itx",
];

/// What a field is drawn from; which options apply depends on the type.
#[derive(Debug, Clone)]
struct Field {
    name: usize,
    kind: usize,
    required: Option<bool>,
    unique: bool,
    readonly: bool,
    default: bool,
    short: bool,
    bounds: (Option<u8>, Option<u8>),
    target: Index,
    values: Vec<usize>,
}

#[derive(Debug, Clone)]
struct Resource {
    name: usize,
    has_path: bool,
    fields: Vec<(Field, Vec<Field>)>,
}

#[derive(Debug, Clone)]
struct Service {
    name: usize,
    has_port: bool,
    is_extracted: bool,
    database: usize,
    calls: Vec<Index>,
    resources: Vec<Resource>,
}

#[derive(Debug, Clone)]
struct Event {
    name: usize,
    publisher: Option<Index>,
    consumers: Vec<Index>,
    fields: Vec<(usize, usize)>,
}

/// A manifest that has no mistakes.
pub fn manifest() -> impl Strategy<Value = String> {
    let gateway = prop::option::of((any::<bool>(), any::<bool>()));
    let services = prop_oneof![
        4 => vec(service(), 1..=4),
        2 => vec(service(), 5..=12),
        1 => vec(service(), 13..=30),
    ];
    let system = (select(SYSTEMS), any::<bool>());
    (system, gateway, services, vec(event(), 0..=6)).prop_map(
        |(system, gateway, services, events)| {
            Writer::default().system(system, gateway, &services, &events)
        },
    )
}

fn service() -> impl Strategy<Value = Service> {
    let fixed = (0..SERVICES.len(), any::<bool>(), any::<bool>(), 0..4_usize);
    let calls = vec(any::<Index>(), 0..=3);
    (fixed, calls, vec(resource(), 0..=3)).prop_map(
        |((name, has_port, is_extracted, database), calls, resources)| Service {
            name,
            has_port,
            is_extracted,
            database,
            calls,
            resources,
        },
    )
}

fn resource() -> impl Strategy<Value = Resource> {
    let fields = vec((field(), vec(field(), 1..=3)), 1..=8);
    (0..RESOURCES.len(), any::<bool>(), fields).prop_map(|(name, has_path, fields)| Resource {
        name,
        has_path,
        fields,
    })
}

fn field() -> impl Strategy<Value = Field> {
    let flags = (
        prop::option::of(any::<bool>()),
        any::<bool>(),
        any::<bool>(),
        any::<bool>(),
        any::<bool>(),
    );
    let rest = (
        any::<(Option<u8>, Option<u8>)>(),
        any::<Index>(),
        vec(0..VALUES.len(), 1..=8),
    );
    (0..FIELDS.len(), 0..TYPES.len(), flags, rest).prop_map(|(name, kind, flags, rest)| {
        let (required, unique, readonly, default, short) = flags;
        let (bounds, target, values) = rest;
        Field {
            name,
            kind,
            required,
            unique,
            readonly,
            default,
            short,
            bounds,
            target,
            values,
        }
    })
}

fn event() -> impl Strategy<Value = Event> {
    let fields = vec((0..FIELDS.len(), 0..SCALARS), 1..=5);
    let consumers = vec(any::<Index>(), 0..=3);
    (
        0..EVENTS.len(),
        prop::option::of(any::<Index>()),
        consumers,
        fields,
    )
        .prop_map(|(name, publisher, consumers, fields)| Event {
            name,
            publisher,
            consumers,
            fields,
        })
}

/// The types, those first that are plain values.
const TYPES: &[&str] = &[
    "string",
    "text",
    "email",
    "uuid",
    "integer",
    "decimal",
    "boolean",
    "date",
    "timestamp",
    "enum",
    "list",
    "reference",
];
const SCALARS: usize = 9;
