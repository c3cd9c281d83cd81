//! Sums and products of decimals, exact or not at all.
//! The services' rules call it (`price * quantity`). Read next: `decimal/parse.rs`.

use std::iter::Sum;
use std::ops::{Add, AddAssign, Mul, Neg, Sub};

use super::Decimal;

impl Decimal {
    /// The exact sum, or `None` if it has more digits than a decimal holds.
    pub fn checked_add(self, other: Self) -> Option<Self> {
        let ((left, left_scale), (right, right_scale)) = (self.parts(), other.parts());
        let scale = left_scale.max(right_scale);
        // Neither side has trailing zeros, so if lining the two up overflows, the sum has more
        // digits than fit in any case.
        let left = left.checked_mul(10_i128.checked_pow(scale - left_scale)?)?;
        let right = right.checked_mul(10_i128.checked_pow(scale - right_scale)?)?;
        Self::exact(left.checked_add(right)?, scale)
    }

    /// The exact difference, or `None` if it has more digits than a decimal holds.
    pub fn checked_sub(self, other: Self) -> Option<Self> {
        self.checked_add(-other)
    }

    /// The exact product, or `None` if it has more digits than a decimal holds.
    pub fn checked_mul(self, other: Self) -> Option<Self> {
        let ((left, left_scale), (right, right_scale)) = (self.parts(), other.parts());
        Self::exact(left.checked_mul(right)?, left_scale + right_scale)
    }
}

/// As with Rust's integers, an operator panics where the result does not fit. Use
/// [`Decimal::checked_add`] and [`Decimal::checked_mul`] on numbers that a client chose freely.
impl Add for Decimal {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        match self.checked_add(other) {
            Some(sum) => sum,
            None => panic!("{self} + {other} has more digits than a decimal holds"),
        }
    }
}

impl Sub for Decimal {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        self + -other
    }
}

impl Mul for Decimal {
    type Output = Self;

    fn mul(self, other: Self) -> Self {
        match self.checked_mul(other) {
            Some(product) => product,
            None => panic!("{self} * {other} has more digits than a decimal holds"),
        }
    }
}

impl Neg for Decimal {
    type Output = Self;

    fn neg(self) -> Self {
        Self(-self.0)
    }
}

impl AddAssign for Decimal {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl Sum for Decimal {
    fn sum<I: Iterator<Item = Self>>(numbers: I) -> Self {
        numbers.fold(Self::ZERO, Add::add)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_total_of_an_order_is_exact() {
        let items = [(Decimal::new(1999, 2), 2), (Decimal::new(10, 2), 3)];
        let total: Decimal = items
            .iter()
            .map(|(price, quantity)| *price * Decimal::from(*quantity))
            .sum();
        assert_eq!(total.to_string(), "40.28");
    }

    #[test]
    fn what_has_too_many_digits_is_refused_and_not_rounded() {
        let huge = Decimal::new(i128::MAX, 0);
        let tiny = Decimal::new(1, 28);
        assert_eq!(huge.checked_add(Decimal::from(1)), None);
        assert_eq!(huge.checked_add(tiny), None);
        assert_eq!(huge.checked_mul(huge), None);
        assert_eq!(tiny.checked_mul(tiny), None);
        assert_eq!(huge.checked_sub(huge), Some(Decimal::ZERO));
    }

    #[test]
    fn a_product_that_loses_its_digits_again_fits() {
        let half = Decimal::new(5, 28);
        assert_eq!(
            half.checked_mul(Decimal::from(2)),
            Some(Decimal::new(1, 27))
        );
    }

    #[test]
    fn differences_and_signs_work() {
        let mut balance = Decimal::from(1) - Decimal::new(110, 2);
        assert_eq!(balance.to_string(), "-0.1");
        balance += Decimal::new(1, 1);
        assert_eq!(balance, -Decimal::ZERO);
        assert_eq!(balance.to_string(), "0");
    }

    #[test]
    #[should_panic(expected = "has more digits than a decimal holds")]
    fn an_operator_panics_rather_than_rounds() {
        let _ = Decimal::new(i128::MAX, 0) + Decimal::from(1);
    }
}
