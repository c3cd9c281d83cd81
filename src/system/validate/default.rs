//! The default of a field, of its type and inside its bounds; and what a read-only field begins with.
//!
//! Called by `field.rs`. Read `event.rs` next.

use super::Checker;
use super::field::Options;
use crate::diagnostic::{Code, Diagnostic, nearest};
use crate::manifest::Scalar;
use crate::system::{DecimalText, FieldType, Literal, calendar};

/// The longest text, as a Rust literal without its quotation marks.
const LONGEST_TEXT: usize = 60;

/// Why a default is wrong, and what would be right.
type Wrong = (String, Option<String>);

impl Checker<'_> {
    /// `None` when the default is wrong, `Some(None)` when there is none.
    pub(super) fn default(
        &mut self,
        options: &Options<'_>,
        kind: &FieldType,
    ) -> Option<Option<Literal>> {
        let Some(scalar) = &options.table.default else {
            return Some(None);
        };
        let place = self.document.value_span(&options.path_of("default"));
        let kind_name = options.table.kind.as_str();
        if let FieldType::List { .. } | FieldType::Reference { .. } = kind {
            let message = format!("a field of type `{kind_name}` can't have a default");
            self.found.push(
                Diagnostic::error(Code::NoDefault, message)
                    .at(place, "does not apply here")
                    .help("say `required = false`, so that it may be left out"),
            );
            return None;
        }
        match literal(scalar, kind) {
            Ok(literal) => Some(Some(literal)),
            Err((why, help)) => {
                let message = format!("this can't be the default of a field of type `{kind_name}`");
                self.found.push(
                    Diagnostic::error(Code::WrongDefault, message)
                        .at(place, why)
                        .maybe_help(help),
                );
                None
            }
        }
    }

    /// Reports a read-only field that must have a value but has none to begin with.
    pub(super) fn start(&mut self, options: &Options<'_>, kind: &FieldType) {
        let table = options.table;
        let set_by_service = table.readonly == Some(true) && table.required != Some(false);
        if !set_by_service || table.default.is_some() || options.record {
            return;
        }
        let why = match kind {
            FieldType::Email => "an e-mail address has no first value",
            FieldType::Reference { .. } => "a reference has no first value",
            FieldType::String { min: Some(1..), .. } | FieldType::Text { min: Some(1..), .. } => {
                "it would begin empty, which `min` forbids"
            }
            FieldType::List { min: Some(1..), .. } => "it would begin empty, which `min` forbids",
            FieldType::Integer { min, max } => {
                let fits = min.is_none_or(|min| min <= 0) && max.is_none_or(|max| max >= 0);
                if fits {
                    return;
                } else {
                    "it would begin with 0, which the bounds forbid"
                }
            }
            FieldType::Decimal { min, max } => {
                let zero = DecimalText::zero();
                let fits = min.as_ref().is_none_or(|min| *min <= zero)
                    && max.as_ref().is_none_or(|max| *max >= zero);
                if fits {
                    return;
                } else {
                    "it would begin with 0, which the bounds forbid"
                }
            }
            _ => return,
        };
        let help = match kind {
            FieldType::List { .. } | FieldType::Reference { .. } => "say `required = false`",
            _ => "give it a `default`, or say `required = false`",
        };
        let place = self.document.key_span(&options.path_of("readonly"));
        self.found.push(
            Diagnostic::error(
                Code::NoStart,
                "this read-only field has nothing to begin with",
            )
            .at(place, why)
            .help(help),
        );
    }
}

fn literal(scalar: &Scalar, kind: &FieldType) -> Result<Literal, Wrong> {
    let expected = |what: &str| Err((format!("it must be {what}"), None));
    match (kind, scalar) {
        (FieldType::String { min, max }, Scalar::Text(text)) => line(text, *min, *max, 255),
        (FieldType::Text { min, max }, Scalar::Text(text)) => line(text, *min, *max, 65_536),
        (FieldType::Email, Scalar::Text(text)) if is_email(text) => line(text, None, None, 254),
        (FieldType::Uuid, Scalar::Text(text)) if is_uuid(text) => {
            Ok(Literal::Uuid(text.to_ascii_lowercase()))
        }
        (FieldType::Integer { min, max }, Scalar::Integer(number)) => {
            let fits = min.is_none_or(|min| min <= *number) && max.is_none_or(|max| max >= *number);
            within(fits, Literal::Integer(*number))
        }
        (FieldType::Decimal { min, max }, scalar) => {
            let digits = match scalar {
                Scalar::Integer(number) => number.to_string(),
                Scalar::Decimal(text) | Scalar::Text(text) => text.clone(),
                Scalar::Boolean(_) => return expected("a number"),
            };
            let Some(number) = DecimalText::parse(&digits) else {
                return expected("a number of at most 18 digits, and 9 behind the point");
            };
            let fits = min.as_ref().is_none_or(|min| *min <= number)
                && max.as_ref().is_none_or(|max| *max >= number);
            within(fits, Literal::Decimal(digits))
        }
        (FieldType::Boolean, Scalar::Boolean(value)) => Ok(Literal::Boolean(*value)),
        (FieldType::Date, Scalar::Text(text)) if calendar::is_date(text) => {
            Ok(Literal::Date(text.clone()))
        }
        (FieldType::Timestamp, Scalar::Text(text)) if calendar::is_timestamp(text) => {
            Ok(Literal::Timestamp(text.clone()))
        }
        (FieldType::Enum { values }, Scalar::Text(text)) => {
            match values.iter().position(|value| value.text == *text) {
                Some(index) => Ok(Literal::EnumValue(index)),
                None => {
                    let near = nearest(text, values.iter().map(|value| value.text.as_str()));
                    let help = near.map(|near| format!("did you mean `{near}`?"));
                    Err(("it must be one of `values`".to_owned(), help))
                }
            }
        }
        (FieldType::Email, _) => expected("an e-mail address"),
        (FieldType::Uuid, _) => expected("a UUID such as \"018f3a5c-0000-7000-8000-000000000000\""),
        (FieldType::Integer { .. }, _) => expected("a whole number"),
        (FieldType::Boolean, _) => expected("`true` or `false`"),
        (FieldType::Date, _) => expected("a day such as \"2026-01-31\""),
        (FieldType::Timestamp, _) => expected("a moment such as \"2026-01-31T12:00:00Z\""),
        _ => expected("a string"),
    }
}

fn within(fits: bool, literal: Literal) -> Result<Literal, Wrong> {
    match fits {
        true => Ok(literal),
        false => Err(("outside the bounds of the field".to_owned(), None)),
    }
}

/// A text that the field accepts and that generated code can carry in one line.
fn line(text: &str, min: Option<u32>, max: Option<u32>, most: u32) -> Result<Literal, Wrong> {
    let length = text.chars().count();
    let least = min.unwrap_or(0) as usize;
    let most = max.unwrap_or(most) as usize;
    let why = if length < least || length > most {
        "outside the bounds of the field"
    } else if text
        .chars()
        .any(|letter| letter.is_control() || letter.escape_debug().count() > 2)
    {
        "only printable characters are allowed"
    } else if text.escape_debug().count() > LONGEST_TEXT {
        "longer than 60 characters"
    } else {
        return Ok(Literal::Text(text.to_owned()));
    };
    Err((why.to_owned(), None))
}

/// What the service's own rule for addresses accepts for certain: plain ASCII, one `@`, a dot in the host.
fn is_email(text: &str) -> bool {
    let plain = |part: &str, extra: &[char]| {
        let inner = |letter: char| letter.is_ascii_alphanumeric() || extra.contains(&letter);
        let edge = |letter: char| letter.is_ascii_alphanumeric();
        part.len() <= 63
            && part.chars().all(inner)
            && part.starts_with(edge)
            && part.ends_with(edge)
            && !part.contains("..")
    };
    let Some((user, host)) = text.split_once('@') else {
        return false;
    };
    let labels = || host.split('.');
    plain(user, &['.', '_', '-', '+'])
        && labels().count() > 1
        && labels().all(|label| plain(label, &['-']))
}

fn is_uuid(text: &str) -> bool {
    let lengths = text.split('-').map(str::len);
    lengths.eq([8, 4, 4, 4, 12])
        && text
            .bytes()
            .all(|byte| byte == b'-' || byte.is_ascii_hexdigit())
}
