//! What `read.rs` is built from: reading tables, keys and single values. Knows nothing of what a manifest holds.
//!
//! Read `../../system/validate/` next, for what is checked once all is read.

use std::ops::Range;

use indexmap::IndexMap;

use super::super::tree::{Entry, Node, Table, Value};
use super::super::types::{Bound, DatabaseName, PostgresServers, Scalar, TypeName};
use super::Reader;
use crate::diagnostic::{Code, Diagnostic, nearest, quoted};

impl Reader {
    /// Reports the keys that the table should not have.
    pub(super) fn known(&mut self, table: &Table, what: &str, keys: &[&str]) {
        for (name, entry) in table {
            if keys.contains(&name.as_str()) {
                continue;
            }
            let help = match nearest(name, keys.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("{what} can have {}", listed(keys.iter().copied(), "and")),
            };
            let message = format!("{what} has no key {}", quoted(name));
            self.mistakes.push(
                Diagnostic::error(Code::UnknownKey, message)
                    .at(entry.key.clone(), "unknown key")
                    .help(help),
            );
        }
    }

    pub(super) fn optional<T>(
        &mut self,
        table: &Table,
        name: &str,
        read: impl Fn(&mut Self, &str, &Entry) -> Option<T>,
    ) -> Option<T> {
        let entry = table.get(name)?;
        let value = read(self, name, entry);
        if value.is_none() {
            self.spoiled.insert(entry.key.start);
        }
        value
    }

    /// A key that must be there. `parent` is the table that needs it: its name and its place.
    pub(super) fn needed<T>(
        &mut self,
        table: &Table,
        name: &str,
        parent: (&str, &Range<usize>),
        example: &str,
        read: impl Fn(&mut Self, &str, &Entry) -> Option<T>,
    ) -> Option<T> {
        if !table.contains_key(name) {
            let (what, place) = parent;
            self.mistakes.push(
                Diagnostic::error(Code::MissingKey, format!("{what} needs a `{name}`"))
                    .at(place.clone(), format!("`{name}` is missing"))
                    .help(format!("add {example}")),
            );
        }
        self.optional(table, name, read)
    }

    /// A table whose keys are names and whose values are of one kind. What is wrong is left out.
    pub(super) fn map<T>(
        &mut self,
        table: &Table,
        name: &str,
        read: impl Fn(&mut Self, &str, &Entry) -> Option<T>,
    ) -> IndexMap<String, T> {
        let Some(entry) = table.get(name) else {
            return IndexMap::new();
        };
        let inner = self.table(name, entry);
        let (map, complete) =
            inner.map_or((IndexMap::new(), false), |inner| self.entries(inner, read));
        if !complete {
            self.spoiled.insert(entry.key.start);
        }
        map
    }

    /// A table of tables. Of what is wrong the name is kept, so that others may refer to it.
    pub(super) fn map_of_tables<T: Default>(
        &mut self,
        table: &Table,
        name: &str,
        read: impl Fn(&mut Self, &str, &Entry) -> Option<T>,
    ) -> IndexMap<String, T> {
        self.map(table, name, |reader, name, entry| {
            let value = read(reader, name, entry);
            if value.is_none() {
                reader.spoiled.insert(entry.key.start);
            }
            Some(value.unwrap_or_default())
        })
    }

    /// The entries of a table, and whether none had to be left out.
    pub(super) fn entries<T>(
        &mut self,
        table: &Table,
        read: impl Fn(&mut Self, &str, &Entry) -> Option<T>,
    ) -> (IndexMap<String, T>, bool) {
        let map: IndexMap<String, T> = table
            .iter()
            .filter_map(|(name, entry)| Some((name.clone(), read(self, name, entry)?)))
            .collect();
        let complete = map.len() == table.len();
        (map, complete)
    }

    pub(super) fn strings(&mut self, table: &Table, name: &str) -> Option<Vec<String>> {
        self.optional(table, name, |reader, name, entry| {
            let Value::Array(items) = &entry.node.value else {
                return reader.wrong_type(name, "an array of strings, `[\"…\"]`", entry);
            };
            let mut strings = Vec::new();
            for item in items {
                match &item.value {
                    Value::String(text) => strings.push(text.clone()),
                    _ => reader.wrong_node(&format!("each entry of `{name}`"), "a string", item),
                }
            }
            (strings.len() == items.len()).then_some(strings)
        })
    }

    pub(super) fn table<'t>(&mut self, name: &str, entry: &'t Entry) -> Option<&'t Table> {
        match &entry.node.value {
            Value::Table(table) => Some(table),
            _ => self.wrong_type(name, "a table", entry),
        }
    }

    pub(super) fn string(&mut self, name: &str, entry: &Entry) -> Option<String> {
        match &entry.node.value {
            Value::String(text) => Some(text.clone()),
            _ => self.wrong_type(name, "a string", entry),
        }
    }

    pub(super) fn boolean(&mut self, name: &str, entry: &Entry) -> Option<bool> {
        match &entry.node.value {
            Value::Boolean(value) => Some(*value),
            _ => self.wrong_type(name, "`true` or `false`", entry),
        }
    }

    pub(super) fn port(&mut self, name: &str, entry: &Entry) -> Option<u16> {
        let Value::Integer(number) = entry.node.value else {
            return self.wrong_type(name, "a number from 1 to 65535", entry);
        };
        let port = number.and_then(|number| u16::try_from(number).ok());
        let port = port.filter(|port| *port != 0);
        if port.is_none() {
            self.mistakes.push(
                Diagnostic::error(Code::PortRange, "a port is a number from 1 to 65535")
                    .at(entry.node.span.clone(), "out of range")
                    .help("choose one above 1023, or leave the key out to have one dealt"),
            );
        }
        port
    }

    pub(super) fn scalar(&mut self, name: &str, entry: &Entry) -> Option<Scalar> {
        match &entry.node.value {
            Value::String(text) => Some(Scalar::Text(text.clone())),
            Value::Integer(Some(number)) => Some(Scalar::Integer(*number)),
            Value::Float(digits) => Some(Scalar::Decimal(digits.clone())),
            Value::Boolean(value) => Some(Scalar::Boolean(*value)),
            _ => {
                let expected = "a string, a number or a boolean (dates are written as strings)";
                self.wrong_type(name, expected, entry)
            }
        }
    }

    pub(super) fn bound(&mut self, name: &str, entry: &Entry) -> Option<Bound> {
        match &entry.node.value {
            Value::String(text) => Some(Bound::Text(text.clone())),
            Value::Integer(Some(number)) => Some(Bound::Integer(*number)),
            Value::Float(digits) => Some(Bound::Decimal(digits.clone())),
            _ => self.wrong_type(name, "a number of at most 64 bits", entry),
        }
    }

    pub(super) fn database(&mut self, name: &str, entry: &Entry) -> Option<DatabaseName> {
        self.one_of(name, entry, DatabaseName::ALL)
    }

    pub(super) fn postgres_servers(&mut self, _: &str, entry: &Entry) -> Option<PostgresServers> {
        self.one_of("server layout", entry, PostgresServers::ALL)
    }

    pub(super) fn type_name(&mut self, _: &str, entry: &Entry) -> Option<TypeName> {
        self.one_of("type", entry, TypeName::ALL)
    }

    fn one_of<T: Copy>(&mut self, what: &str, entry: &Entry, all: &[(&str, T)]) -> Option<T> {
        let Value::String(text) = &entry.node.value else {
            return self.wrong_type(what, "a string", entry);
        };
        if let Some((_, value)) = all.iter().find(|(name, _)| name == text) {
            return Some(*value);
        }
        let names = || all.iter().map(|(name, _)| *name);
        let help = match nearest(text, names()).or_else(|| synonym(text)) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("it can be {}", listed(names(), "or")),
        };
        self.mistakes.push(
            Diagnostic::error(
                Code::UnknownValue,
                format!("there is no {what} {}", quoted(text)),
            )
            .at(entry.node.span.clone(), format!("unknown {what}"))
            .help(help),
        );
        None
    }

    pub(super) fn wrong_type<T>(&mut self, name: &str, expected: &str, entry: &Entry) -> Option<T> {
        let mut mistake = wrong(&quoted(name), expected, &entry.node);
        if entry.node.is_table() {
            // A table's own place is its header, or nothing at all: its key is what the reader looks for.
            mistake.at[0].span = entry.key.clone();
        }
        self.mistakes.push(mistake);
        None
    }

    fn wrong_node(&mut self, what: &str, expected: &str, node: &Node) {
        self.mistakes.push(wrong(what, expected, node));
    }
}

fn wrong(what: &str, expected: &str, node: &Node) -> Diagnostic {
    let found = match node.value {
        Value::Integer(None) => "an integer of more than 64 bits",
        _ => node.type_name(),
    };
    Diagnostic::error(Code::WrongType, format!("{what} must be {expected}"))
        .at(node.span.clone(), format!("this is {found}"))
}

/// What the word is called in other languages and databases.
fn synonym(word: &str) -> Option<&'static str> {
    let name = match word.to_ascii_lowercase().as_str() {
        "str" | "varchar" | "char" => "string",
        "int" | "number" | "i32" | "i64" | "u32" | "u64" | "bigint" | "long" => "integer",
        "float" | "double" | "f64" | "money" | "numeric" | "real" => "decimal",
        "bool" => "boolean",
        "datetime" | "time" | "instant" => "timestamp",
        "array" | "json" | "object" | "vec" => "list",
        "ref" | "relation" | "foreign" | "belongs_to" => "reference",
        "mail" => "email",
        "guid" => "uuid",
        "postgresql" | "pg" | "psql" => "postgres",
        "sqlite3" => "sqlite",
        "no" | "false" | "null" => "none",
        _ => return None,
    };
    Some(name)
}

/// The words in backticks: `a`, `b` and `c`.
fn listed<'a>(words: impl Iterator<Item = &'a str>, joiner: &str) -> String {
    let words: Vec<String> = words.map(|word| format!("`{word}`")).collect();
    match words.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} {joiner} {last}", rest.join(", ")),
        None => String::new(),
    }
}
