//! Text to `Decimal`: plain (`19.99`) and exponent forms (`2e3`), as JSON writes numbers.
//! JSON bodies, the database and `rules::decimal` come through here. Read next:
//! `decimal/json.rs`.

use std::fmt;
use std::str::FromStr;

use super::Decimal;

/// More digits than this never fit, whatever the point and the exponent.
const MOST_DIGITS: usize = 29;

/// The text is no number, or has more digits than a [`Decimal`] holds exactly.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParseDecimalError {
    /// It is not written like a number.
    NotANumber,
    /// It is a number, but it would have to be rounded or is too large.
    TooManyDigits,
}

impl fmt::Display for ParseDecimalError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::NotANumber => "not a decimal number",
            Self::TooManyDigits => "more digits than can be held exactly",
        })
    }
}

impl std::error::Error for ParseDecimalError {}

impl FromStr for Decimal {
    type Err = ParseDecimalError;

    fn from_str(text: &str) -> Result<Self, ParseDecimalError> {
        let number = Written::read(text).ok_or(ParseDecimalError::NotANumber)?;
        number.value().ok_or(ParseDecimalError::TooManyDigits)
    }
}

/// A number taken apart: its digits without the point and without zeros at either end, and the
/// power of ten that they are to be multiplied by.
struct Written {
    negative: bool,
    digits: String,
    exponent: i64,
}

impl Written {
    /// `None` if the text is not a number.
    fn read(text: &str) -> Option<Self> {
        let unsigned = text.strip_prefix('-').unwrap_or(text);
        let (number, exponent) = match unsigned.split_once(['e', 'E']) {
            Some((number, exponent)) => (number, read_exponent(exponent)?),
            None => (unsigned, 0),
        };
        let (whole, fraction) = match number.split_once('.') {
            Some((_, "")) => return None,
            Some(parts) => parts,
            None => (number, ""),
        };
        let is_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty() || !is_digits(whole) || !is_digits(fraction) {
            return None;
        }
        let written = format!("{whole}{fraction}");
        let significant = written.trim_end_matches('0');
        let dropped = written.len() - significant.len();
        Some(Self {
            negative: text.len() > unsigned.len(),
            digits: significant.trim_start_matches('0').to_owned(),
            exponent: exponent
                .saturating_sub_unsigned(fraction.len() as u64)
                .saturating_add_unsigned(dropped as u64),
        })
    }

    /// `None` if it takes more digits than a decimal holds.
    fn value(self) -> Option<Decimal> {
        if self.digits.is_empty() {
            return Some(Decimal::ZERO);
        }
        if self.digits.len() > MOST_DIGITS {
            return None;
        }
        let mut mantissa: i128 = self.digits.parse().ok()?;
        if self.negative {
            mantissa = -mantissa;
        }
        let power = u32::try_from(self.exponent.unsigned_abs()).ok()?;
        if self.exponent <= 0 {
            return Decimal::exact(mantissa, power);
        }
        Decimal::exact(mantissa.checked_mul(10_i128.checked_pow(power)?)?, 0)
    }
}

/// An exponent too large for an `i64` counts as the largest there is: it is refused all the same.
fn read_exponent(text: &str) -> Option<i64> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let size = digits.parse::<i64>().unwrap_or(i64::MAX);
    Some(if text.starts_with('-') { -size } else { size })
}

#[cfg(test)]
mod tests;
