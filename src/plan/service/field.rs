//! What a field is in the generated Rust: its types, its rule, its column, its first value.
//!
//! Used by the builders of the files of a resource, the only place that knows how a `FieldType` is spelt.

use crate::case::capitalised;
use crate::plan::layout::Chain;
use crate::system::{Field, FieldType, Literal, Resource};

/// A field with the name of the type that is generated for it, where there is one.
pub struct Typed<'a> {
    pub field: &'a Field,
    /// The enum or the record that `types.rs` declares for it.
    pub declared: Option<String>,
}

/// The fields of a resource.
pub fn fields(resource: &Resource) -> Vec<Typed<'_>> {
    let declared = |field: &Field| match field.kind {
        FieldType::Enum { .. } | FieldType::List { .. } => Some(resource.field_type_name(field)),
        _ => None,
    };
    let typed = |field| Typed {
        field,
        declared: declared(field),
    };
    resource.fields.iter().map(typed).collect()
}

/// The fields of the records in a list.
pub fn entries<'a>(resource: &'a Resource, list: &'a Field) -> Vec<Typed<'a>> {
    let FieldType::List { of, .. } = &list.kind else {
        return Vec::new();
    };
    let declared = |entry: &Field| match entry.kind {
        FieldType::Enum { .. } => Some(resource.record_enum_name(list, entry)),
        _ => None,
    };
    let typed = |field| Typed {
        field,
        declared: declared(field),
    };
    of.iter().map(typed).collect()
}

impl Typed<'_> {
    /// A local variable for the field, which must not hide the `fields` that it is read from.
    pub fn local(&self) -> String {
        match self.field.name.as_str() {
            "fields" => String::from("fields_"),
            _ => self.field.name.ident(),
        }
    }

    /// Whether it may be null.
    pub fn nullable(&self) -> bool {
        !self.field.required && self.field.default.is_none()
    }

    /// The type in requests and answers, without `Option`.
    pub fn value(&self) -> String {
        let name = match &self.field.kind {
            FieldType::String { .. } | FieldType::Text { .. } | FieldType::Email => "String",
            FieldType::Uuid | FieldType::Reference { .. } => "Uuid",
            FieldType::Integer { .. } => "i64",
            FieldType::Decimal { .. } => "Decimal",
            FieldType::Boolean => "bool",
            FieldType::Date => "NaiveDate",
            FieldType::Timestamp => "DateTime<Utc>",
            FieldType::Enum { .. } => return self.declared_name(),
            FieldType::List { .. } => return format!("Vec<{}>", self.declared_name()),
        };
        name.to_owned()
    }

    /// The type in requests and answers.
    pub fn shown(&self) -> String {
        optional(self.nullable(), self.value())
    }

    /// The type in the row of the database.
    pub fn row(&self) -> String {
        let value = match &self.field.kind {
            FieldType::Date => String::from("Date"),
            FieldType::Timestamp => String::from("DateTimeUtc"),
            FieldType::List { .. } => format!("List<{}>", self.declared_name()),
            _ => self.value(),
        };
        optional(self.nullable(), value)
    }

    /// The name of the enum or of the record, empty for other types.
    pub fn declared_name(&self) -> String {
        self.declared.clone().unwrap_or_default()
    }

    /// Whether the type in the row is another than in requests, a `List` for a `Vec`.
    pub fn is_list(&self) -> bool {
        matches!(self.field.kind, FieldType::List { .. })
    }

    /// The rule of `chassis::rules` that a value must pass.
    pub fn rule(&self) -> Chain {
        let text = |bound: &Option<u32>| bound.map(|bound| bound.to_string());
        let (constructor, min, max) = match &self.field.kind {
            FieldType::String { min, max } => ("string()".to_owned(), text(min), text(max)),
            FieldType::Text { min, max } => ("text()".to_owned(), text(min), text(max)),
            FieldType::Integer { min, max } => (
                "integer()".to_owned(),
                min.map(|bound| bound.to_string()),
                max.map(|bound| bound.to_string()),
            ),
            FieldType::Decimal { min, max } => (
                "decimal()".to_owned(),
                min.as_ref().map(|bound| format!("\"{bound}\"")),
                max.as_ref().map(|bound| format!("\"{bound}\"")),
            ),
            FieldType::List { min, max, .. } => {
                let constructor = format!("list::<{}>()", self.declared_name());
                (constructor, text(min), text(max))
            }
            FieldType::Enum { .. } => {
                let constructor = format!("one_of::<{}>()", self.declared_name());
                (constructor, None, None)
            }
            FieldType::Email => ("email()".to_owned(), None, None),
            FieldType::Uuid | FieldType::Reference { .. } => ("uuid()".to_owned(), None, None),
            FieldType::Boolean => ("boolean()".to_owned(), None, None),
            FieldType::Date => ("date()".to_owned(), None, None),
            FieldType::Timestamp => ("timestamp()".to_owned(), None, None),
        };
        let min = min.map(|bound| format!(".min({bound})"));
        let max = max.map(|bound| format!(".max({bound})"));
        Chain::new(
            format!("rules::{constructor}"),
            min.into_iter().chain(max).collect(),
        )
    }

    /// The method of `chassis::schema::Table` that makes its column.
    pub fn column(&self) -> &'static str {
        match &self.field.kind {
            FieldType::String { .. } | FieldType::Email | FieldType::Enum { .. } => "string",
            FieldType::Text { .. } => "text",
            FieldType::Uuid | FieldType::Reference { .. } => "uuid",
            FieldType::Integer { .. } => "integer",
            FieldType::Decimal { .. } => "decimal",
            FieldType::Boolean => "boolean",
            FieldType::Date => "date",
            FieldType::Timestamp => "timestamp",
            FieldType::List { .. } => "json",
        }
    }

    /// The default as a request would send it, in Rust.
    pub fn sent_default(&self) -> Option<String> {
        let text = match self.field.default.as_ref()? {
            Literal::Text(text)
            | Literal::Date(text)
            | Literal::Timestamp(text)
            | Literal::Uuid(text) => format!("{text:?}"),
            Literal::Integer(number) => number.to_string(),
            Literal::Boolean(value) => value.to_string(),
            Literal::Decimal(text) => decimal(text),
            Literal::EnumValue(index) => format!("{:?}", self.enum_value(*index).0),
        };
        Some(text)
    }

    /// The value that a field begins with which no request can set.
    pub fn start(&self) -> Chain {
        if self.nullable() {
            return Chain::from("None");
        }
        if let Some(default) = &self.field.default {
            return self.typed_default(default);
        }
        let start = match &self.field.kind {
            FieldType::Uuid => "Uuid::now_v7()",
            FieldType::Integer { .. } => "0",
            FieldType::Decimal { .. } => "Decimal::ZERO",
            FieldType::Boolean => "false",
            FieldType::Date => "Utc::now().date_naive()",
            FieldType::Timestamp => "Utc::now()",
            FieldType::List { .. } => "List(Vec::new())",
            FieldType::Enum { .. } => {
                return format!("{}::{}", self.declared_name(), self.enum_value(0).1).into();
            }
            FieldType::String { .. }
            | FieldType::Text { .. }
            | FieldType::Email
            | FieldType::Reference { .. } => "String::new()",
        };
        start.into()
    }

    fn typed_default(&self, default: &Literal) -> Chain {
        let text = match default {
            Literal::Text(text) => {
                return Chain::new(format!("{text:?}"), vec![".to_owned()".into()]);
            }
            Literal::Integer(number) => number.to_string(),
            Literal::Boolean(value) => value.to_string(),
            Literal::Decimal(text) => decimal(text),
            Literal::Date(text) | Literal::Timestamp(text) | Literal::Uuid(text) => {
                let calls = vec![".parse()".into(), ".unwrap_or_default()".into()];
                return Chain::new(format!("{text:?}"), calls);
            }
            Literal::EnumValue(index) => {
                format!("{}::{}", self.declared_name(), self.enum_value(*index).1)
            }
        };
        text.into()
    }

    /// What is true of its values, in a sentence.
    pub fn description(&self) -> String {
        let kind = match &self.field.kind {
            FieldType::String { min, max } => range("characters", *min, Some(max.unwrap_or(255))),
            FieldType::Text { min, max } => range("characters", *min, Some(max.unwrap_or(65_536))),
            FieldType::Email => String::from("An e-mail address"),
            FieldType::Uuid => String::from("A UUID"),
            FieldType::Integer { min, max } => match (min, max) {
                (None, None) => String::from("A whole number"),
                _ => format!("A whole number, {}", range("", *min, *max)),
            },
            FieldType::Decimal { min, max } => match (min, max) {
                (None, None) => String::from("A decimal number, kept exactly"),
                _ => format!(
                    "A decimal number, kept exactly, {}",
                    range("", min.as_ref(), max.as_ref())
                ),
            },
            FieldType::Boolean => String::from("True or false"),
            FieldType::Date => String::from("A date, such as `2026-01-31`"),
            FieldType::Timestamp => String::from("A moment, such as `2026-01-31T12:00:00Z`"),
            FieldType::Enum { values } => format!("One of {} values", values.len()),
            FieldType::List { min, max, .. } => range("entries", *min, Some(max.unwrap_or(1_000))),
            FieldType::Reference { to } => {
                format!("The id of one {} of {}", to.resource, to.service)
            }
        };
        let unique = if self.field.unique {
            ", given only once"
        } else {
            ""
        };
        let default = match self.sent_default() {
            Some(default) => format!("; `{default}` if left out"),
            None => String::new(),
        };
        capitalised(&format!("{kind}{unique}{default}."))
    }

    /// An enum's value as it is sent, and as its Rust variant.
    fn enum_value(&self, index: usize) -> (&str, &str) {
        match &self.field.kind {
            FieldType::Enum { values } => {
                let value = values
                    .get(index)
                    .expect("a default names one of the values");
                (&value.text, &value.variant)
            }
            _ => ("", ""),
        }
    }
}

/// `1 to 9 characters`, or the bound that there is.
fn range<T: std::fmt::Display>(unit: &str, min: Option<T>, max: Option<T>) -> String {
    let text = match (min, max) {
        (Some(min), Some(max)) => format!("{min} to {max} {unit}"),
        (Some(min), None) => format!("at least {min} {unit}"),
        (None, Some(max)) => format!("at most {max} {unit}"),
        (None, None) => String::new(),
    };
    text.trim().to_owned()
}

fn optional(nullable: bool, name: String) -> String {
    if nullable {
        format!("Option<{name}>")
    } else {
        name
    }
}

/// `12.50` as `Decimal::new(1250, 2)`.
fn decimal(text: &str) -> String {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits = format!("{whole}{fraction}");
    let (sign, digits) = match digits.strip_prefix('-') {
        Some(rest) => ("-", rest.to_owned()),
        None => ("", digits),
    };
    let digits = digits.trim_start_matches(['0', '+']);
    let mantissa = if digits.is_empty() { "0" } else { digits };
    format!("Decimal::new({sign}{mantissa}, {})", fraction.len())
}
