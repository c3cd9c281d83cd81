//! The bounds and the values of a field, and whether it can be unique within them.
//!
//! Called by `field.rs`. Read `default.rs` next.

use std::ops::Range;

use super::field::Options;
use super::{Checker, MOST_VALUES};
use crate::diagnostic::{Code, Diagnostic, quoted};
use crate::manifest::{Bound, TypeName};
use crate::system::{DecimalText, EnumValue, FieldType, name};

/// The longest value of an enum.
const LONGEST_VALUE: usize = 64;
/// The most entries that a list can be made to have.
const LARGEST_MIN: u32 = 100;

impl Checker<'_> {
    /// Bounds in characters or entries, none greater than `most`.
    pub(super) fn length(
        &mut self,
        options: &Options<'_>,
        most: u32,
    ) -> Option<(Option<u32>, Option<u32>)> {
        let is_list = options.table.kind == TypeName::List;
        let largest_min = if is_list { LARGEST_MIN } else { most };
        let min = self.bound(
            options,
            "min",
            |bound| count(bound, 0, largest_min),
            &format!("a whole number from 0 to {largest_min}"),
        );
        let max = self.bound(
            options,
            "max",
            |bound| count(bound, 1, most),
            &format!("a whole number from 1 to {most}"),
        );
        let (min, max) = (min?, max?);
        self.ordered(options, min, max)
    }

    pub(super) fn integers(&mut self, options: &Options<'_>) -> Option<(Option<i64>, Option<i64>)> {
        let whole = |bound: &Bound| match bound {
            Bound::Integer(number) => Some(*number),
            _ => None,
        };
        let min = self.bound(options, "min", whole, "a whole number");
        let max = self.bound(options, "max", whole, "a whole number");
        let (min, max) = (min?, max?);
        self.ordered(options, min, max)
    }

    pub(super) fn decimals(
        &mut self,
        options: &Options<'_>,
    ) -> Option<(Option<DecimalText>, Option<DecimalText>)> {
        let digits = |bound: &Bound| match bound {
            Bound::Integer(number) => DecimalText::parse(&number.to_string()),
            Bound::Decimal(text) | Bound::Text(text) => DecimalText::parse(text),
        };
        let expected = "a number of at most 18 digits, and 9 behind the point";
        let min = self.bound(options, "min", digits, expected);
        let max = self.bound(options, "max", digits, expected);
        let (min, max) = (min?, max?);
        self.ordered(options, min, max)
    }

    /// `None` when the bound is wrong, `Some(None)` when there is none.
    fn bound<T>(
        &mut self,
        options: &Options<'_>,
        option: &'static str,
        read: impl Fn(&Bound) -> Option<T>,
        expected: &str,
    ) -> Option<Option<T>> {
        let bound = match option {
            "min" => &options.table.min,
            _ => &options.table.max,
        };
        let Some(bound) = bound else {
            return Some(None);
        };
        let value = read(bound);
        if value.is_none() {
            let kind = options.table.kind.as_str();
            let place = self.document.value_span(&options.path_of(option));
            self.found.push(
                Diagnostic::error(
                    Code::Bounds,
                    format!("the `{option}` of a field of type `{kind}` is out of range"),
                )
                .at(place, format!("it must be {expected}"))
                .maybe_help(longer(options.table.kind)),
            );
        }
        value.map(Some)
    }

    fn ordered<T: PartialOrd>(
        &mut self,
        options: &Options<'_>,
        min: Option<T>,
        max: Option<T>,
    ) -> Option<(Option<T>, Option<T>)> {
        if let (Some(least), Some(most)) = (&min, &max)
            && least > most
        {
            let place = |option| self.document.value_span(&options.path_of(option));
            let mistake = Diagnostic::error(Code::Bounds, "`min` is greater than `max`")
                .at(place("min"), "greater …")
                .at(place("max"), "… than this")
                .help("swap the two");
            self.found.push(mistake);
            return None;
        }
        Some((min, max))
    }

    pub(super) fn values(&mut self, options: &Options<'_>) -> Option<Vec<EnumValue>> {
        let Some(values) = &options.table.values else {
            self.incomplete(options, "values", "them: `values = [\"OPEN\", \"DONE\"]`");
            return None;
        };
        let place = self.document.value_span(&options.path_of("values"));
        if values.len() > MOST_VALUES {
            let what = format!("an enum has {} values", values.len());
            self.too_many(Code::ManyValues, place, &what, MOST_VALUES);
            return None;
        }
        if values.is_empty() {
            self.found.push(
                Diagnostic::error(Code::EnumValues, "an enum without values")
                    .at(place, "empty")
                    .help("add at least one"),
            );
            return None;
        }
        let before = self.found.len();
        for (index, text) in values.iter().enumerate() {
            let position = index.to_string();
            let place = |position: &str| {
                self.document
                    .value_span(&[&options.path[..], &["values", position]].concat())
            };
            if let Some(why) = wrong_value(text) {
                self.found.push(
                    Diagnostic::error(
                        Code::EnumValues,
                        format!("{} can't be a value of an enum", quoted(text)),
                    )
                    .at(place(&position), why),
                );
            } else if let Some(first) = values[..index].iter().position(|other| alike(other, text))
            {
                self.found.push(
                    Diagnostic::error(
                        Code::EnumValues,
                        format!("the value {} is there twice", quoted(text)),
                    )
                    .at(place(&position), "here again")
                    .at(place(&first.to_string()), "first here")
                    .help("remove one of the two; case and punctuation make no difference"),
                );
            }
        }
        (self.found.len() == before).then(|| name::variants(values))
    }

    /// Whether the field is unique; `None` when it can't be.
    pub(super) fn unique(
        &mut self,
        options: &Options<'_>,
        kind: Option<&FieldType>,
    ) -> Option<bool> {
        if options.table.unique != Some(true) || options.record {
            return Some(false);
        }
        let why = match kind? {
            FieldType::List { .. } => "lists are not compared",
            FieldType::Boolean => "there are only two values",
            FieldType::Enum { .. } => "there would be no more entries than values",
            kind if few_values(kind) => "between its bounds there are too few values",
            kind if options.table.default.is_some() || same_start(options, kind) => {
                "every entry would begin with the same value"
            }
            _ => return Some(true),
        };
        let place = self.document.key_span(&options.path_of("unique"));
        self.found.push(
            Diagnostic::error(Code::NotUnique, "this field can't be unique")
                .at(place, why)
                .help("remove `unique`"),
        );
        None
    }
}

/// Whether requests can't set the field and the service begins with a fixed value.
fn same_start(options: &Options<'_>, kind: &FieldType) -> bool {
    let set_by_service =
        options.table.readonly == Some(true) && options.table.required != Some(false);
    set_by_service && !matches!(kind, FieldType::Uuid)
}

/// Whether there are fewer values than a table soon has entries.
fn few_values(kind: &FieldType) -> bool {
    match kind {
        FieldType::String { max, .. } | FieldType::Text { max, .. } => {
            max.is_some_and(|max| max < 4)
        }
        FieldType::Integer {
            min: Some(min),
            max: Some(max),
        } => max.saturating_sub(*min) < 999,
        FieldType::Decimal {
            min: Some(min),
            max: Some(max),
        } => min.distance(max) < 10,
        _ => false,
    }
}

fn count(bound: &Bound, least: u32, most: u32) -> Option<u32> {
    let Bound::Integer(number) = bound else {
        return None;
    };
    let number = u32::try_from(*number).ok()?;
    Range {
        start: least,
        end: most + 1,
    }
    .contains(&number)
    .then_some(number)
}

fn longer(kind: TypeName) -> Option<String> {
    (kind == TypeName::String).then(|| "for longer text use the type `text`".to_owned())
}

fn wrong_value(text: &str) -> Option<&'static str> {
    if text.is_empty() {
        Some("empty")
    } else if text.len() > LONGEST_VALUE {
        Some("longer than 64 characters")
    } else if text.starts_with(' ') || text.ends_with(' ') {
        Some("begins or ends with a space")
    } else if !text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        Some("only printable ASCII is allowed")
    } else if text.contains(['"', '\\']) {
        Some("quotation marks and backslashes are not allowed")
    } else if alike(text, "self") {
        Some("Rust keeps this name for itself")
    } else {
        None
    }
}

/// Whether two values of an enum would be one in Rust: case and punctuation make no difference there.
fn alike(one: &str, other: &str) -> bool {
    let letters = |text: &str| -> String {
        let letters = text.chars().filter(char::is_ascii_alphanumeric);
        letters.map(|letter| letter.to_ascii_lowercase()).collect()
    };
    let (first, second) = (letters(one), letters(other));
    one == other || (!first.is_empty() && first == second)
}
