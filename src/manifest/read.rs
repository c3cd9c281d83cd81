//! Reads a `Manifest` out of the tree, and collects every key and value that is not what it should be.
//!
//! Called by `parse`. What is wrong is left out of the manifest and its key remembered as spoiled, so that
//! `validate` draws no conclusions from its absence.

use std::collections::BTreeSet;
use std::ops::Range;

use indexmap::IndexMap;

use super::tree::{Entry, Node, Table, Value};
use super::types::{
    ComposeTable, FieldEntry, FieldTable, GatewayTable, Manifest, ResourceTable, ServiceTable,
    SystemTable, TypeName,
};
use crate::diagnostic::Diagnostic;

mod values;

pub(super) struct Outcome {
    pub manifest: Manifest,
    pub mistakes: Vec<Diagnostic>,
    /// The start of every key whose value was left out.
    pub spoiled: BTreeSet<usize>,
}

pub(super) fn manifest(root: &Node, length: usize) -> Outcome {
    let mut reader = Reader::default();
    let end = length..length;
    let manifest = match &root.value {
        Value::Table(table) => reader.manifest(table, &end),
        _ => Manifest::default(),
    };
    Outcome {
        manifest,
        mistakes: reader.mistakes,
        spoiled: reader.spoiled,
    }
}

#[derive(Default)]
struct Reader {
    mistakes: Vec<Diagnostic>,
    spoiled: BTreeSet<usize>,
}

// A method that takes the name of a key and its entry reads one kind of value. It returns `None` when the value was
// wrong, and has said so then.
impl Reader {
    fn manifest(&mut self, table: &Table, end: &Range<usize>) -> Manifest {
        self.known(table, "the manifest", Manifest::KEYS);
        let system = self.needed(
            table,
            "system",
            ("the manifest", end),
            "`[system]` with a `name`",
            Self::system,
        );
        let gateway = self.optional(table, "gateway", Self::gateway);
        let compose = self.optional(table, "compose", Self::compose);
        let services = self.map_of_tables(table, "services", Self::service);
        let events = self.map_of_tables(table, "events", Self::event);
        Manifest {
            system: system.unwrap_or_default(),
            gateway,
            compose,
            services,
            events,
            allow: self.map_of_tables(table, "allow", Self::reasons),
        }
    }

    fn reasons(&mut self, name: &str, entry: &Entry) -> Option<IndexMap<String, String>> {
        let table = self.table(name, entry)?;
        Some(self.entries(table, Self::string).0)
    }

    fn system(&mut self, name: &str, entry: &Entry) -> Option<SystemTable> {
        let table = self.table(name, entry)?;
        self.known(table, "`[system]`", SystemTable::KEYS);
        let name = self.needed(
            table,
            "name",
            ("the system", &entry.key),
            "`name = \"shop\"`, say",
            Self::string,
        );
        Some(SystemTable {
            name: name.unwrap_or_default(),
            extracted: self.strings(table, "extracted"),
        })
    }

    fn compose(&mut self, name: &str, entry: &Entry) -> Option<ComposeTable> {
        let table = self.table(name, entry)?;
        self.known(table, "`[compose]`", ComposeTable::KEYS);
        Some(ComposeTable {
            postgres: self.optional(table, "postgres", Self::postgres_servers),
        })
    }

    fn gateway(&mut self, name: &str, entry: &Entry) -> Option<GatewayTable> {
        let table = self.table(name, entry)?;
        self.known(table, "`[gateway]`", GatewayTable::KEYS);
        Some(GatewayTable {
            port: self.optional(table, "port", Self::port),
            timeout: self.optional(table, "timeout", Self::string),
        })
    }

    fn service(&mut self, name: &str, entry: &Entry) -> Option<ServiceTable> {
        let table = self.table(name, entry)?;
        self.known(table, "a service", ServiceTable::KEYS);
        Some(ServiceTable {
            port: self.optional(table, "port", Self::port),
            database: self.optional(table, "database", Self::database),
            calls: self.strings(table, "calls").unwrap_or_default(),
            publishes: self.strings(table, "publishes").unwrap_or_default(),
            consumes: self.strings(table, "consumes").unwrap_or_default(),
            resources: self.map_of_tables(table, "resources", Self::resource),
        })
    }

    fn resource(&mut self, name: &str, entry: &Entry) -> Option<ResourceTable> {
        let table = self.table(name, entry)?;
        self.known(table, "a resource", ResourceTable::KEYS);
        Some(ResourceTable {
            path: self.optional(table, "path", Self::string),
            fields: self.map(table, "fields", Self::field),
        })
    }

    fn event(&mut self, name: &str, entry: &Entry) -> Option<IndexMap<String, TypeName>> {
        let table = self.table(name, entry)?;
        let (fields, complete) = self.entries(table, Self::type_name);
        if !complete {
            self.spoiled.insert(entry.key.start);
        }
        Some(fields)
    }

    fn field(&mut self, name: &str, entry: &Entry) -> Option<FieldEntry> {
        match &entry.node.value {
            Value::String(_) => self.type_name(name, entry).map(FieldEntry::Short),
            Value::Table(table) => {
                self.known(table, "a field", FieldTable::KEYS);
                let kind = self.needed(
                    table,
                    "type",
                    ("a field", &entry.key),
                    "`type = \"string\"` or another type",
                    Self::type_name,
                );
                let field = FieldTable {
                    kind: kind.unwrap_or(TypeName::String),
                    required: self.optional(table, "required", Self::boolean),
                    unique: self.optional(table, "unique", Self::boolean),
                    readonly: self.optional(table, "readonly", Self::boolean),
                    default: self.optional(table, "default", Self::scalar),
                    min: self.optional(table, "min", Self::bound),
                    max: self.optional(table, "max", Self::bound),
                    values: self.strings(table, "values"),
                    of: table
                        .contains_key("of")
                        .then(|| self.map(table, "of", Self::field)),
                    to: self.optional(table, "to", Self::string),
                };
                kind.map(|_| FieldEntry::Full(Box::new(field)))
            }
            _ => self.wrong_type(name, "a type, or a table with a `type`", entry),
        }
    }
}
