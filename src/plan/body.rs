//! The bodies of requests that create a resource, one after the other: what the labs send to a running system. Where no
//! two may be equal, no two are.

use super::sample;
use super::service::field::{self, Typed};
use crate::system::{DecimalText, FieldType, Resource, ResourceRef};

/// The days that `distinct` makes dates of: 28 in each month, so that each exists.
const DAYS: u64 = 28;
const MONTHS: u64 = 12;
const YEARS: u64 = 8_000;
const FIRST_YEAR: u64 = 1_970;
/// More letters of a text than these need not differ.
const LETTERS: u32 = 8;

/// The body of the `n`-th request that creates a resource, as JSON. `target` knows the id that a reference shall have;
/// one that may be left out is, where there is none.
pub fn body(
    resource: &Resource,
    n: u64,
    target: impl Fn(&ResourceRef) -> Option<String>,
) -> String {
    let fields = field::fields(resource);
    let member = |typed: &Typed| {
        let name = &typed.field.name;
        let value = match &typed.field.kind {
            FieldType::Reference { to } => format!("\"{}\"", target(to)?),
            _ if typed.field.unique => distinct(typed, n),
            _ => sample::literal(typed, &field::entries(resource, typed.field)),
        };
        Some(format!("\"{name}\": {value}"))
    };
    let writable = || fields.iter().filter(|typed| !typed.field.readonly);
    let mut members: Vec<String> = writable()
        .filter(|typed| is_sent(typed))
        .filter_map(member)
        .collect();
    if members.is_empty() {
        members = writable().filter_map(member).take(1).collect();
    }
    format!("{{{}}}", members.join(", "))
}

/// The resources that a body refers to.
pub fn referred(resource: &Resource) -> Vec<&ResourceRef> {
    let writable = resource.fields.iter().filter(|field| !field.readonly);
    let references = writable.filter_map(|field| match &field.kind {
        FieldType::Reference { to } if field.required || !field.unique => Some(to),
        _ => None,
    });
    references.collect()
}

/// How many bodies there are before one repeats what no two may share.
pub fn bodies(resource: &Resource) -> u64 {
    let fields = field::fields(resource);
    let unique = fields
        .iter()
        .filter(|typed| typed.field.unique && !typed.field.readonly && is_sent(typed));
    unique
        .map(|typed| values(&typed.field.kind))
        .min()
        .unwrap_or(u64::MAX)
}

/// Whether a field is part of a body: what has to be, and what leads to another resource.
fn is_sent(typed: &Typed) -> bool {
    let field = typed.field;
    let needed = field.required && field.default.is_none();
    let leads_on = matches!(field.kind, FieldType::Reference { .. }) && !field.unique;
    needed || leads_on
}

/// How many values `distinct` knows for a type.
fn values(kind: &FieldType) -> u64 {
    match kind {
        FieldType::String { max, .. } | FieldType::Text { max, .. } => {
            36_u64.saturating_pow(length(*max))
        }
        FieldType::Email | FieldType::Uuid => u64::MAX,
        FieldType::Integer { min, max } => {
            let (low, high) = whole_range(*min, *max);
            high.abs_diff(low).saturating_add(1)
        }
        FieldType::Decimal { min, max } => {
            let (low, high) = decimal_range(min.as_ref(), max.as_ref());
            high.saturating_sub(low).max(0).unsigned_abs() + 1
        }
        FieldType::Date => DAYS * MONTHS * YEARS,
        FieldType::Timestamp => DAYS * MONTHS * YEARS * 86_400,
        FieldType::Boolean | FieldType::Enum { .. } | FieldType::List { .. } => 1,
        // Each would need a resource of its own.
        FieldType::Reference { .. } => 1,
    }
}

/// Another value for each `n` below `values`, as JSON.
fn distinct(typed: &Typed, n: u64) -> String {
    match &typed.field.kind {
        FieldType::String { min, max } | FieldType::Text { min, max } => {
            let letters = length(*max);
            let width = letters.max(min.unwrap_or(0)) as usize;
            format!("\"{:a>width$}\"", in_letters(n, letters))
        }
        FieldType::Email => format!("\"ada{n}@example.org\""),
        FieldType::Uuid => format!("\"0197f3a0-0000-7000-8000-{:012x}\"", n % (1 << 48)),
        FieldType::Integer { min, max } => {
            let (low, high) = whole_range(*min, *max);
            low.saturating_add_unsigned(n).min(high).to_string()
        }
        FieldType::Decimal { min, max } => {
            let (low, high) = decimal_range(min.as_ref(), max.as_ref());
            match low > high {
                true => sample::literal(typed, &[]),
                false => low.saturating_add_unsigned(n).min(high).to_string(),
            }
        }
        FieldType::Date => format!("\"{}\"", date(n)),
        FieldType::Timestamp => {
            let (day, second) = (n / 86_400, n % 86_400);
            let (hour, minute) = (second / 3_600, second / 60 % 60);
            format!(
                "\"{}T{hour:02}:{minute:02}:{:02}Z\"",
                date(day),
                second % 60
            )
        }
        FieldType::Boolean
        | FieldType::Enum { .. }
        | FieldType::List { .. }
        | FieldType::Reference { .. } => sample::literal(typed, &[]),
    }
}

/// How many letters of a text differ.
fn length(max: Option<u32>) -> u32 {
    max.unwrap_or(LETTERS).min(LETTERS)
}

/// A number in the digits `a` to `z` and `0` to `9`, of which `a` is nought.
fn in_letters(mut n: u64, most: u32) -> String {
    const DIGITS: &[u8; 36] = b"abcdefghijklmnopqrstuvwxyz0123456789";
    let mut letters = Vec::new();
    for _ in 0..most {
        letters.push(char::from(DIGITS[(n % 36) as usize]));
        n /= 36;
    }
    letters.iter().rev().collect()
}

fn date(day: u64) -> String {
    let (day, month, year) = (day % DAYS, day / DAYS % MONTHS, day / DAYS / MONTHS % YEARS);
    format!("{:04}-{:02}-{:02}", FIRST_YEAR + year, month + 1, day + 1)
}

/// From 1 upwards if the bounds let it.
fn whole_range(min: Option<i64>, max: Option<i64>) -> (i64, i64) {
    match (min, max) {
        (Some(low), _) => (low, max.unwrap_or(i64::MAX)),
        (None, Some(high)) if high < 1 => (i64::MIN, high),
        (None, high) => (1, high.unwrap_or(i64::MAX)),
    }
}

/// The whole numbers inside the bounds; the first is above the second where there are none.
fn decimal_range(min: Option<&DecimalText>, max: Option<&DecimalText>) -> (i64, i64) {
    /// So many are enough.
    const MANY: i64 = 999_999_999_999;
    /// The largest whole number that a decimal can be.
    const LARGEST: i64 = 999_999_999_999_999_999;
    // A bound with a fraction is left towards the inside; cutting it off goes towards 0.
    let whole = |bound: &DecimalText, inwards: i64| {
        let (whole, fraction) = bound
            .as_str()
            .split_once('.')
            .unwrap_or((bound.as_str(), ""));
        let cut = fraction.bytes().any(|digit| digit != b'0');
        let outwards = whole.starts_with('-') == (inwards < 0);
        let whole = whole.parse::<i64>().unwrap_or_default();
        if cut && outwards {
            whole + inwards
        } else {
            whole
        }
    };
    let low = min.map(|bound| whole(bound, 1));
    let high = max.map(|bound| whole(bound, -1));
    match (low, high) {
        (Some(low), None) => (low, low.saturating_add(MANY).min(LARGEST)),
        (None, Some(high)) => (high.saturating_sub(MANY).max(-LARGEST), high),
        (low, high) => (low.unwrap_or(1), high.unwrap_or(MANY)),
    }
}
