//! The manifest as it is written: plain structs, the one source of the JSON Schema and of `docs/manifest.md`.
//!
//! Filled by `read.rs`, which knows where each value stands; `serde` reads the same, as a test makes sure.
//! The doc comments here are what the reference says.

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer};

/// A system of microservices, as `microkit.toml` describes it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// The system as a whole.
    pub system: SystemTable,
    /// The one entry point. May be left out.
    pub gateway: Option<GatewayTable>,
    /// How the system runs on Docker. May be left out.
    pub compose: Option<ComposeTable>,
    /// The services by name: at least one, at most 1,000. A name is in kebab case, at most 32 characters long; it is
    /// the service's name everywhere: crate, host, container.
    pub services: IndexMap<String, ServiceTable>,
    /// The events by name, such as `"order.created"`: two to four words with dots between them, at most 40
    /// characters. Each is a table with the event's fields, 1 to 50, and their types, which are `string`, `text`,
    /// `email`, `uuid`, `integer`, `decimal`, `boolean`, `date` and `timestamp`.
    #[serde(default)]
    pub events: IndexMap<String, IndexMap<String, TypeName>>,
    /// Remarks on the architecture that are right all the same, by code and then by the part that `microkit check` names
    /// in the remark, each with the reason: `allow.MK0608.user-service = "every request has a user"`.
    #[serde(default)]
    pub allow: IndexMap<String, IndexMap<String, String>>,
}

/// The system as a whole.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SystemTable {
    /// Its name in kebab case, at most 40 characters: the name of the workspace.
    pub name: String,
    /// The services that run as processes of their own; all others run in one, with the gateway. `[]` is none of them.
    /// `microkit extract` and `microkit absorb` write it. Left out, nothing is settled: `cargo run` starts everything in
    /// one process, and on Docker each service runs alone.
    pub extracted: Option<Vec<String>>,
}

/// The API gateway, the one entry point of the system.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct GatewayTable {
    /// The port that it listens on. Left out, it is dealt, 8000 if that is free, and written back.
    #[schemars(range(min = 1))]
    pub port: Option<u16>,
    /// How long it waits for a service: `"500ms"`, `"5s"`, `"1m"`; at most `"5m"`. Left out, it is `"5s"`.
    pub timeout: Option<String>,
}

/// How the system runs on Docker, as `compose.yaml` has it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ComposeTable {
    /// How many servers the databases of the services are on. Left out, it is `"per-service"`.
    pub postgres: Option<PostgresServers>,
}

/// How many servers of PostgreSQL there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum PostgresServers {
    /// One for each service that asks for PostgreSQL, on a network that only this service shares.
    PerService,
    /// One for all of them, with a database and a role for each: less memory for a large system.
    Shared,
}

/// One service.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ServiceTable {
    /// The port that it listens on as a process of its own. Left out, it is dealt from 8001 on and written back.
    #[schemars(range(min = 1))]
    pub port: Option<u16>,
    /// Where it keeps its data. A service with resources or events needs a database.
    pub database: Option<DatabaseName>,
    /// The services that it calls over HTTP.
    #[serde(default)]
    pub calls: Vec<String>,
    /// The events that it publishes. An event has one publisher.
    #[serde(default)]
    pub publishes: Vec<String>,
    /// The events that it consumes.
    #[serde(default)]
    pub consumes: Vec<String>,
    /// What it stores and serves over REST, by name: at most 50. A name is in kebab case and in the singular, at most
    /// 28 characters long.
    #[serde(default)]
    pub resources: IndexMap<String, ResourceTable>,
}

/// Where a service keeps its data. Run in one process, the first two are both SQLite files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum DatabaseName {
    /// PostgreSQL.
    Postgres,
    /// A SQLite file.
    Sqlite,
    /// No database; the same as leaving the key out.
    None,
}

/// Something that a service stores and serves over REST. It always has an `id`, a UUID, besides its fields.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ResourceTable {
    /// The first part of its URL: kebab case, at most 32 characters. Left out, it is the name in the plural:
    /// `order-item` is served at `/order-items`.
    pub path: Option<String>,
    /// The fields by name: at most 50, one of them not readonly. A name is in snake case, at most 32 characters long,
    /// and is both the column's and the JSON member's.
    pub fields: IndexMap<String, FieldEntry>,
}

/// A field: a type alone, or a table with the type and its options.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum FieldEntry {
    /// A type alone: `fields.name = "string"`.
    Short(TypeName),
    /// A table: `fields.email = { type = "email", unique = true }`.
    Full(Box<FieldTable>),
}

/// A field with options.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FieldTable {
    /// What it holds.
    #[serde(rename = "type")]
    pub kind: TypeName,
    /// Whether it must have a value. Left out, it must, unless it has a default.
    pub required: Option<bool>,
    /// Whether no two resources may have the same value. Not for `list`, `enum` and `boolean`.
    pub unique: Option<bool>,
    /// Whether requests can't set it: the service does.
    pub readonly: Option<bool>,
    /// Its value if a request leaves it out. Not for `list` and `reference`.
    pub default: Option<Scalar>,
    /// The least value (`integer`, `decimal`), characters (`string`, `text`) or entries (`list`).
    pub min: Option<Bound>,
    /// The greatest value, characters (255 for `string`, 65,536 for `text`) or entries (1,000).
    pub max: Option<Bound>,
    /// The values of an `enum`: 1 to 100, each of 1 to 64 printable ASCII characters, no two alike but for case and punctuation.
    pub values: Option<Vec<String>>,
    /// The fields of the records in a `list`: 1 to 50, none a `list` or a `reference`.
    pub of: Option<IndexMap<String, FieldEntry>>,
    /// The resource that a `reference` leads to: `"user-service/user"`.
    pub to: Option<String>,
}

/// What a field holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum TypeName {
    /// One line of text, at most 255 characters.
    String,
    /// Any number of lines, at most 65,536 characters.
    Text,
    /// An e-mail address.
    Email,
    /// A UUID.
    Uuid,
    /// A whole number of 64 bits.
    Integer,
    /// An exact decimal number, for money.
    Decimal,
    /// `true` or `false`.
    Boolean,
    /// A day: `2026-01-31`.
    Date,
    /// A moment, as in RFC 3339: `2026-01-31T12:00:00Z`.
    Timestamp,
    /// One of `values`.
    Enum,
    /// Records, each with the fields in `of`, in one JSON column.
    List,
    /// The `id` of a resource of this or another service, checked when it is written.
    Reference,
}

/// A default: text, a whole number, a decimal number or a truth value.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Scalar {
    Boolean(bool),
    Integer(i64),
    /// As written, so that no digit is lost.
    Decimal(
        #[serde(deserialize_with = "digits")]
        #[schemars(with = "f64")]
        String,
    ),
    Text(String),
}

/// A bound: a whole number or, for `decimal`, one with a fraction, which may be written as text.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Bound {
    Integer(i64),
    /// As written, so that no digit is lost.
    Decimal(
        #[serde(deserialize_with = "digits")]
        #[schemars(with = "f64")]
        String,
    ),
    Text(String),
}

fn digits<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    f64::deserialize(deserializer).map(|number| number.to_string())
}

impl Manifest {
    pub(super) const KEYS: &'static [&'static str] = &[
        "system", "gateway", "compose", "services", "events", "allow",
    ];
}

impl SystemTable {
    pub(super) const KEYS: &'static [&'static str] = &["name", "extracted"];
}

impl GatewayTable {
    pub(super) const KEYS: &'static [&'static str] = &["port", "timeout"];
}

impl ComposeTable {
    pub(super) const KEYS: &'static [&'static str] = &["postgres"];
}

impl ServiceTable {
    pub(super) const KEYS: &'static [&'static str] = &[
        "port",
        "database",
        "calls",
        "publishes",
        "consumes",
        "resources",
    ];
}

impl ResourceTable {
    pub(super) const KEYS: &'static [&'static str] = &["path", "fields"];
}

impl FieldTable {
    pub(super) const KEYS: &'static [&'static str] = &[
        "type", "required", "unique", "readonly", "default", "min", "max", "values", "of", "to",
    ];

    /// A type without options.
    pub fn new(kind: TypeName) -> Self {
        Self {
            kind,
            required: None,
            unique: None,
            readonly: None,
            default: None,
            min: None,
            max: None,
            values: None,
            of: None,
            to: None,
        }
    }
}

impl DatabaseName {
    pub(super) const ALL: &'static [(&'static str, Self)] = &[
        ("postgres", Self::Postgres),
        ("sqlite", Self::Sqlite),
        ("none", Self::None),
    ];
}

impl PostgresServers {
    pub(super) const ALL: &'static [(&'static str, Self)] =
        &[("per-service", Self::PerService), ("shared", Self::Shared)];
}

impl TypeName {
    pub(crate) const ALL: &'static [(&'static str, Self)] = &[
        ("string", Self::String),
        ("text", Self::Text),
        ("email", Self::Email),
        ("uuid", Self::Uuid),
        ("integer", Self::Integer),
        ("decimal", Self::Decimal),
        ("boolean", Self::Boolean),
        ("date", Self::Date),
        ("timestamp", Self::Timestamp),
        ("enum", Self::Enum),
        ("list", Self::List),
        ("reference", Self::Reference),
    ];

    /// As it is written.
    pub fn as_str(self) -> &'static str {
        Self::ALL
            .iter()
            .find(|(_, kind)| *kind == self)
            .map_or("", |(name, _)| name)
    }
}

#[cfg(test)]
mod tests {
    use super::{
        ComposeTable, FieldTable, GatewayTable, Manifest, ResourceTable, ServiceTable, SystemTable,
    };
    use crate::manifest::json_schema;
    use std::collections::BTreeSet;

    /// The keys of a table in the schema, which has them from the struct.
    fn keys(schema: &serde_json::Value) -> BTreeSet<&str> {
        let properties = schema["properties"].as_object().expect("a table has keys");
        properties.keys().map(String::as_str).collect()
    }

    #[test]
    fn the_reader_knows_the_keys_that_the_structs_have() {
        let schema = json_schema();
        assert_eq!(
            keys(&schema),
            BTreeSet::from_iter(Manifest::KEYS.iter().copied())
        );
        for (table, known) in [
            ("SystemTable", SystemTable::KEYS),
            ("GatewayTable", GatewayTable::KEYS),
            ("ComposeTable", ComposeTable::KEYS),
            ("ServiceTable", ServiceTable::KEYS),
            ("ResourceTable", ResourceTable::KEYS),
            ("FieldTable", FieldTable::KEYS),
        ] {
            let known = BTreeSet::from_iter(known.iter().copied());
            assert_eq!(keys(&schema["$defs"][table]), known, "{table}");
        }
    }
}
