//! The TOML of a manifest with the place of every key and value, owned.
//!
//! Made by `syntax.rs`, walked by `read.rs`; `Document` looks places up in it.

use std::ops::Range;

use indexmap::IndexMap;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// A value and where it is.
#[derive(Debug, Clone)]
pub(super) struct Node {
    pub span: Range<usize>,
    pub value: Value,
}

/// A key, where it is, and its value.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    pub key: Range<usize>,
    pub node: Node,
}

pub(super) type Table = IndexMap<String, Entry>;

#[derive(Debug, Clone)]
pub(super) enum Value {
    String(String),
    /// `None` if it has more than 64 bits.
    Integer(Option<i64>),
    /// As written, without underscores.
    Float(String),
    Boolean(bool),
    Datetime,
    Array(Vec<Node>),
    Table(Table),
}

impl Node {
    pub fn root(table: &DeTable<'_>, length: usize) -> Self {
        Self {
            span: 0..length,
            value: Value::Table(entries(table)),
        }
    }

    fn new(value: &Spanned<DeValue<'_>>) -> Self {
        let span = value.span();
        let value = match value.get_ref() {
            DeValue::String(text) => Value::String(text.to_string()),
            DeValue::Integer(number) => {
                Value::Integer(i64::from_str_radix(number.as_str(), number.radix()).ok())
            }
            DeValue::Float(number) => Value::Float(number.as_str().to_owned()),
            DeValue::Boolean(value) => Value::Boolean(*value),
            DeValue::Datetime(_) => Value::Datetime,
            DeValue::Array(items) => Value::Array(items.iter().map(Self::new).collect()),
            DeValue::Table(table) => Value::Table(entries(table)),
        };
        Self { span, value }
    }

    pub fn is_table(&self) -> bool {
        matches!(self.value, Value::Table(_))
    }

    /// With an article, for messages.
    pub fn type_name(&self) -> &'static str {
        match self.value {
            Value::String(_) => "a string",
            Value::Integer(_) => "an integer",
            Value::Float(_) => "a float",
            Value::Boolean(_) => "a boolean",
            Value::Datetime => "a date",
            Value::Array(_) => "an array",
            Value::Table(_) => "a table",
        }
    }

    /// The value at a path of keys and array indices.
    pub fn find(&self, path: &[&str]) -> Option<&Node> {
        let Some((first, rest)) = path.split_first() else {
            return Some(self);
        };
        let next = match &self.value {
            Value::Table(table) => &table.get(*first)?.node,
            Value::Array(items) => items.get(first.parse::<usize>().ok()?)?,
            _ => return None,
        };
        next.find(rest)
    }

    /// The key at a path, with its value.
    pub fn entry(&self, path: &[&str]) -> Option<&Entry> {
        let (last, tables) = path.split_last()?;
        match &self.find(tables)?.value {
            Value::Table(table) => table.get(*last),
            _ => None,
        }
    }
}

fn entries(table: &DeTable<'_>) -> Table {
    let entry = |(key, value): (&Spanned<_>, &Spanned<DeValue<'_>>)| {
        let name: &std::borrow::Cow<'_, str> = key.get_ref();
        let entry = Entry {
            key: key.span(),
            node: Node::new(value),
        };
        (name.to_string(), entry)
    };
    table.iter().map(entry).collect()
}
