//! `Decimal`: an exact number for money and other amounts. A binary float cannot hold 0.10, so
//! a decimal never passes through one: not in JSON, not in arithmetic, not in the database.
//! Entities, requests and events use it; `rules::decimal` checks it in a request.
//! Read next: `decimal/parse.rs` (text in), `decimal/json.rs`, `decimal/column.rs` (database).

mod arithmetic;
mod column;
mod json;
mod parse;

use std::fmt;

pub use parse::ParseDecimalError;

/// An exact decimal number: up to 28 digits (and a little more: 96 bits), of which up to 28 can
/// stand behind the point.
///
/// It is kept in its shortest form (`1.5`, never `1.50`), so that two equal decimals are equal
/// text as well. SQLite stores a decimal as text and compares it as text.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Decimal(rust_decimal::Decimal);

impl Decimal {
    /// Zero, which is the default as well.
    pub const ZERO: Self = Self(rust_decimal::Decimal::ZERO);

    /// `mantissa` with the decimal point `scale` digits from the right: `new(1999, 2)` is 19.99.
    ///
    /// It is meant for constants. Out of range, it gives the nearest value that there is: a scale
    /// above 28 counts as 28, a mantissa of more than 96 bits as the largest of its sign.
    pub fn new(mantissa: i128, scale: u32) -> Self {
        let largest = rust_decimal::Decimal::MAX.mantissa();
        let scale = scale.min(rust_decimal::Decimal::MAX_SCALE);
        Self::exact(mantissa.clamp(-largest, largest), scale).unwrap_or_default()
    }

    /// `mantissa` with `scale` digits behind the point, or `None` where that takes more digits
    /// than a decimal holds: it is refused rather than rounded.
    fn exact(mut mantissa: i128, mut scale: u32) -> Option<Self> {
        while scale > 0 && mantissa % 10 == 0 {
            mantissa /= 10;
            scale -= 1;
        }
        rust_decimal::Decimal::try_from_i128_with_scale(mantissa, scale)
            .ok()
            .map(Self)
    }

    fn parts(self) -> (i128, u32) {
        (self.0.mantissa(), self.0.scale())
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

/// As `Display`: in a log, 19.99 is easier to read than its parts.
impl fmt::Debug for Decimal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

impl From<i64> for Decimal {
    fn from(number: i64) -> Self {
        Self(number.into())
    }
}

impl From<i32> for Decimal {
    fn from(number: i32) -> Self {
        Self(number.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_decimal_is_kept_in_its_shortest_form() {
        assert_eq!(Decimal::new(1500, 3).to_string(), "1.5");
        assert_eq!(Decimal::new(100, 0).to_string(), "100");
        assert_eq!(Decimal::new(0, 5).to_string(), "0");
    }

    #[test]
    fn what_is_out_of_range_becomes_the_nearest_decimal() {
        assert_eq!(Decimal::new(1, 99), Decimal::new(1, 28));
        assert!(Decimal::new(i128::MIN, 0) < Decimal::from(i64::MIN));
        assert_eq!(
            Decimal::new(i128::MAX, 0).to_string(),
            rust_decimal::Decimal::MAX.to_string()
        );
    }

    #[test]
    fn decimals_compare_by_value() {
        assert_eq!(Decimal::new(10, 1), Decimal::from(1));
        assert!(Decimal::new(9, 0) < Decimal::new(10, 0));
        assert!(Decimal::new(-1, 2) < Decimal::ZERO);
    }
}
