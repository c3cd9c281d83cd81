//! Rules for numbers: `integer` (64 bits) and `decimal` (exact).
//! In a query string, a text that reads as a number counts as one. Read next: `rules/time.rs`.

use serde_json::Value;

use super::Rule;
use crate::decimal::{Decimal, ParseDecimalError};
use crate::fields::Place;

/// See [`integer`].
#[derive(Clone, Copy, Debug)]
pub struct IntegerRule {
    min: i64,
    max: i64,
}

/// A whole number of at most 64 bits.
pub fn integer() -> IntegerRule {
    IntegerRule {
        min: i64::MIN,
        max: i64::MAX,
    }
}

impl IntegerRule {
    /// At least `min`.
    pub fn min(self, min: i64) -> Self {
        Self { min, ..self }
    }

    /// At most `max`.
    pub fn max(self, max: i64) -> Self {
        Self { max, ..self }
    }
}

impl Rule for IntegerRule {
    type Value = i64;

    fn check(&self, value: &Value, at: &mut Place) -> Option<i64> {
        let number = match value {
            Value::Number(number) => number.as_i64(),
            Value::String(text) if at.from_query => text.parse().ok(),
            _ => None,
        };
        match number {
            Some(number) if number < self.min => at.wrong(format!("must be at least {}", self.min)),
            Some(number) if number > self.max => at.wrong(format!("must be at most {}", self.max)),
            Some(number) => Some(number),
            None if value.is_number() => at.wrong("must be a whole number of at most 64 bits"),
            None => at.wrong("must be a whole number"),
        }
    }
}

/// See [`decimal`].
#[derive(Clone, Copy, Debug)]
pub struct DecimalRule {
    min: Option<Decimal>,
    max: Option<Decimal>,
}

/// A decimal number, taken exactly as it is written: what would have to be rounded is refused.
pub fn decimal() -> DecimalRule {
    DecimalRule {
        min: None,
        max: None,
    }
}

impl DecimalRule {
    /// At least `min`, such as `"0.01"`. A text that is no number sets no bound.
    pub fn min(self, min: &str) -> Self {
        Self {
            min: min.parse().ok(),
            ..self
        }
    }

    /// At most `max`, such as `"1000"`. A text that is no number sets no bound.
    pub fn max(self, max: &str) -> Self {
        Self {
            max: max.parse().ok(),
            ..self
        }
    }
}

impl Rule for DecimalRule {
    type Value = Decimal;

    fn check(&self, value: &Value, at: &mut Place) -> Option<Decimal> {
        let parsed = match value {
            Value::Number(number) => number.to_string().parse(),
            Value::String(text) if at.from_query => text.parse(),
            _ => Err(ParseDecimalError::NotANumber),
        };
        let number: Decimal = match parsed {
            Ok(number) => number,
            Err(ParseDecimalError::TooManyDigits) => return at.wrong("has too many digits"),
            Err(ParseDecimalError::NotANumber) => return at.wrong("must be a decimal number"),
        };
        match (self.min, self.max) {
            (Some(min), _) if number < min => at.wrong(format!("must be at least {min}")),
            (_, Some(max)) if number > max => at.wrong(format!("must be at most {max}")),
            _ => Some(number),
        }
    }
}
