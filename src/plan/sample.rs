//! Values that a field accepts, for the generated tests, the README and the lines to try at the end of `new`.
//!
//! `literal` is the same everywhere; `varying` is Rust that gives another value for each `n`.

use super::service::field::Typed;
use crate::system::{DecimalText, FieldType};

/// The longest text that is written out.
const WRITTEN_OUT: u32 = 60;

/// A value as JSON, the records of a list from their own fields.
pub fn literal(typed: &Typed, entries: &[Typed]) -> String {
    match &typed.field.kind {
        FieldType::String { min, max } | FieldType::Text { min, max } => {
            format!("\"{}\"", text(length(*min, *max)))
        }
        FieldType::Email => String::from("\"ada@example.org\""),
        FieldType::Uuid | FieldType::Reference { .. } => {
            String::from("\"0197f3a0-0000-7000-8000-000000000001\"")
        }
        FieldType::Integer { min, max } => clamped(1, *min, *max).to_string(),
        FieldType::Decimal { min, max } => match (min, max) {
            (Some(bound), _) | (None, Some(bound)) => bound.as_str().to_owned(),
            (None, None) => String::from("9.5"),
        },
        FieldType::Boolean => String::from("true"),
        FieldType::Date => String::from("\"2026-01-31\""),
        FieldType::Timestamp => String::from("\"2026-01-31T12:00:00Z\""),
        FieldType::Enum { values } => {
            let first = values.first().map(|value| value.text.as_str());
            format!("\"{}\"", first.unwrap_or_default())
        }
        FieldType::List { min, .. } => {
            let record = record(entries);
            let records = vec![record; min.unwrap_or(1).max(1) as usize];
            format!("[{}]", records.join(", "))
        }
    }
}

/// The fields as a JSON object in one line.
pub fn record(fields: &[Typed]) -> String {
    let members: Vec<String> = fields
        .iter()
        .map(|typed| format!("\"{}\": {}", typed.field.name, literal(typed, &[])))
        .collect();
    format!("{{{}}}", members.join(", "))
}

/// The value as Rust inside `json!`: another for each `n` where no two may be equal.
pub fn varying(typed: &Typed, entries: &[Typed]) -> String {
    match &typed.field.kind {
        FieldType::Uuid | FieldType::Reference { .. } => String::from("Uuid::now_v7()"),
        FieldType::String { min, max } | FieldType::Text { min, max } => {
            let length = length(*min, *max);
            match (typed.field.unique, length > WRITTEN_OUT) {
                (true, true) => format!("format!(\"{{n:0>{length}}}\")"),
                (true, false) => format!("format!(\"{}{{n}}\")", text(length - 1)),
                (false, true) => format!("\"a\".repeat({length})"),
                (false, false) => literal(typed, entries),
            }
        }
        _ if !typed.field.unique => match &typed.field.kind {
            FieldType::Decimal { .. } => exact(&literal(typed, entries)),
            _ => literal(typed, entries),
        },
        FieldType::Email => String::from("format!(\"ada{n}@example.org\")"),
        FieldType::Integer { min, max } => {
            let base = clamped(1, *min, max.map(|max| max.saturating_sub(10)));
            format!("{base}_i64 + i64::from(n)")
        }
        FieldType::Decimal { min, max } => {
            let whole = |bound: &DecimalText| {
                let whole = bound.as_str().split('.').next().unwrap_or_default();
                whole.parse::<i64>().unwrap_or_default()
            };
            let base = match (min, max) {
                (Some(min), _) => whole(min) + 1,
                (None, Some(max)) => whole(max) - 5,
                (None, None) => 1,
            };
            format!("{base}_i64 + i64::from(n)")
        }
        FieldType::Date => String::from("format!(\"2026-01-{n:02}\")"),
        FieldType::Timestamp => String::from("format!(\"2026-01-{n:02}T12:00:00Z\")"),
        FieldType::Boolean | FieldType::Enum { .. } | FieldType::List { .. } => {
            literal(typed, entries)
        }
    }
}

/// A number that a binary float may not hold is read from its text.
fn exact(number: &str) -> String {
    let digits = number.chars().filter(char::is_ascii_digit).count();
    if digits <= 15 {
        return number.to_owned();
    }
    format!("serde_json::from_str::<Value>(\"{number}\").unwrap_or_default()")
}

fn length(min: Option<u32>, max: Option<u32>) -> u32 {
    6.max(min.unwrap_or(0)).min(max.unwrap_or(u32::MAX))
}

fn text(length: u32) -> String {
    "sample "
        .chars()
        .filter(|c| *c != ' ')
        .cycle()
        .take(length as usize)
        .collect()
}

fn clamped(wanted: i64, min: Option<i64>, max: Option<i64>) -> i64 {
    wanted
        .min(max.unwrap_or(i64::MAX))
        .max(min.unwrap_or(i64::MIN))
}
