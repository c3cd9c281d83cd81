//! A resource, its fields and their types, and the names that the generated code gives them.
//!
//! Made by `validate/resource.rs` and `validate/field.rs`, read by `plan`. Read `event.rs` next.

use std::fmt;

use super::{FieldName, ResourceName, ServiceName, plural};
use crate::case::upper_camel;

/// Something that a service stores and serves over REST. It has an `id`, a UUID, besides its fields.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resource {
    pub name: ResourceName,
    /// The first part of its URL, without slashes: `order-items`.
    pub path: String,
    /// The name of its table: `order_items`.
    pub table: String,
    /// As written; at least one can be set by a request.
    pub fields: Vec<Field>,
}

/// One column of the table and one member of the JSON object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    pub name: FieldName,
    pub kind: FieldType,
    pub required: bool,
    pub unique: bool,
    /// Shown in answers, refused in requests.
    pub readonly: bool,
    /// The value if a request leaves the field out.
    pub default: Option<Literal>,
}

/// What a field may hold. Bounds are inclusive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FieldType {
    /// One line; bounds in characters, at most 255.
    String {
        min: Option<u32>,
        max: Option<u32>,
    },
    /// Any number of lines; bounds in characters, at most 65,536.
    Text {
        min: Option<u32>,
        max: Option<u32>,
    },
    Email,
    Uuid,
    Integer {
        min: Option<i64>,
        max: Option<i64>,
    },
    Decimal {
        min: Option<DecimalText>,
        max: Option<DecimalText>,
    },
    Boolean,
    Date,
    Timestamp,
    /// At least one value.
    Enum {
        values: Vec<EnumValue>,
    },
    /// Records in a list; bounds in records, at most 1,000. A record's field is neither list nor reference.
    List {
        min: Option<u32>,
        max: Option<u32>,
        of: Vec<Field>,
    },
    Reference {
        to: ResourceRef,
    },
}

/// One value of an enum.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnumValue {
    /// As it is sent and stored: printable ASCII.
    pub text: String,
    /// The Rust variant, unique in its enum.
    pub variant: String,
}

/// A resource of this or another service: `user-service/user`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ResourceRef {
    pub service: ServiceName,
    pub resource: ResourceName,
}

impl fmt::Display for ResourceRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.service, self.resource)
    }
}

/// A default, of the type of its field and inside its bounds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Literal {
    /// Printable, at most 60 characters as a Rust literal.
    Text(String),
    Integer(i64),
    /// In plain digits: `-12.50`.
    Decimal(String),
    Boolean(bool),
    /// `2026-01-31`.
    Date(String),
    /// RFC 3339 with its offset.
    Timestamp(String),
    /// An index into the values of the enum.
    EnumValue(usize),
    /// In lower case with hyphens.
    Uuid(String),
}

/// A decimal number in plain digits, such as `-12.50`: at most 18 before the point and 9 behind it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecimalText {
    text: String,
    /// The number in units of 10⁻⁹, to compare by.
    scaled: i128,
}

/// The digits that a `DecimalText` may have before and behind its point.
const WHOLE_DIGITS: usize = 18;
const FRACTION_DIGITS: usize = 9;

impl DecimalText {
    /// Reads plain digits, with a sign and a point if need be; `None` for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix('-').unwrap_or(text);
        let (whole, fraction) = match digits.split_once('.') {
            Some((_, "")) => return None,
            Some(parts) => parts,
            None => (digits, ""),
        };
        let all_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        let too_long = whole.len() > WHOLE_DIGITS || fraction.len() > FRACTION_DIGITS;
        if whole.is_empty() || too_long || !all_digits(whole) || !all_digits(fraction) {
            return None;
        }
        let scaled: i128 = format!("{whole}{fraction:0<FRACTION_DIGITS$}")
            .parse()
            .ok()?;
        let negative = text.starts_with('-');
        Some(Self {
            text: text.to_owned(),
            scaled: if negative { -scaled } else { scaled },
        })
    }

    pub fn as_str(&self) -> &str {
        &self.text
    }

    pub(super) fn zero() -> Self {
        Self {
            text: "0".to_owned(),
            scaled: 0,
        }
    }

    /// How far apart the two are, in whole units.
    pub(super) fn distance(&self, other: &Self) -> i128 {
        (other.scaled - self.scaled) / 10_i128.pow(FRACTION_DIGITS as u32)
    }
}

impl PartialOrd for DecimalText {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.scaled.cmp(&other.scaled))
    }
}

impl fmt::Display for DecimalText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl Resource {
    /// The Rust module of the resource: its path in snake case, never a keyword.
    pub fn module(&self) -> String {
        self.table.clone()
    }

    /// The type that is generated for an enum or for the records of a list: `OrderStatus`, `OrderItem`.
    pub fn field_type_name(&self, field: &Field) -> String {
        let resource = self.name.type_name();
        let name = field.name.as_str();
        match field.kind {
            FieldType::List { .. } => match singular(name) {
                Some(entry) => format!("{resource}{}", upper_camel(&entry)),
                None => format!("{resource}{}Entry", upper_camel(name)),
            },
            _ => format!("{resource}{}", upper_camel(name)),
        }
    }

    /// The type of an enum inside the records of a list: `OrderItemColor`.
    pub fn record_enum_name(&self, list: &Field, entry: &Field) -> String {
        format!("{}{}", self.field_type_name(list), entry.name.type_name())
    }
}

/// The path that a resource has if the manifest sets none: its name, the last word in the plural.
pub(super) fn default_path(name: &str) -> String {
    let (first, last) = split(name, '-');
    format!("{first}{}", plural::plural(last))
}

/// `order_items` -> `order_item`; `None` where the word has no other singular.
fn singular(name: &str) -> Option<String> {
    let (first, last) = split(name, '_');
    plural::singular(last).map(|one| format!("{first}{one}"))
}

/// The last word, and what is before it with its separator.
fn split(name: &str, separator: char) -> (&str, &str) {
    name.split_at(name.rfind(separator).map_or(0, |index| index + 1))
}
