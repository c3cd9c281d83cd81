//! How far apart the rounds of a figure lie, and when two things that were measured differ. The labs' only statistics.
//!
//! Two differ if every round of one lies above every round of the other; otherwise no difference was seen. Of two that are
//! alike, `chance` says how often the rounds would fall like that by luck: with five rounds of each, once in 126 times.
//! That is the rank-sum test of Wilcoxon, Mann and Whitney at its strictest, which asks nothing of how figures are spread.

/// What the rounds of a figure say: the lowest, the one in the middle, the highest.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spread {
    pub low: f64,
    pub median: f64,
    pub high: f64,
}

/// How the second of two figures stands to the first.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Difference {
    /// Their rounds overlap.
    NotSeen,
    /// Every round of the second is higher.
    Higher,
    /// Every round of the second is lower.
    Lower,
}

impl Spread {
    /// Of one value for each round; `None` without any.
    pub fn of(rounds: &[f64]) -> Option<Self> {
        let sorted = sorted(rounds);
        let (low, high) = (*sorted.first()?, *sorted.last()?);
        let (middle, even) = (sorted.len() / 2, sorted.len().is_multiple_of(2));
        let median = match even {
            true => f64::midpoint(sorted[middle - 1], sorted[middle]),
            false => sorted[middle],
        };
        Some(Self { low, median, high })
    }

    /// How `other` stands to this.
    pub fn compare(&self, other: &Self) -> Difference {
        if other.low > self.high {
            Difference::Higher
        } else if other.high < self.low {
            Difference::Lower
        } else {
            Difference::NotSeen
        }
    }

    /// How many times this median the other one is; `None` where this is zero.
    pub fn factor(&self, other: &Self) -> Option<f64> {
        (self.median > 0.0).then(|| other.median / self.median)
    }
}

/// How often rounds of two things that are alike would not overlap, by luck alone: 2 of all the ways in which the
/// rounds can be dealt to the two.
pub fn chance(first: u32, second: u32) -> f64 {
    let ways: f64 = (1..=first)
        .map(|taken| f64::from(second + taken) / f64::from(taken))
        .product();
    (2.0 / ways).min(1.0)
}

/// The least value that so large a share of all values does not exceed (the nearest rank); `None` without any. `share` is
/// between 0 and 1.
pub fn percentile(sorted: &[f64], share: f64) -> Option<f64> {
    let rank = (share * sorted.len() as f64).ceil() as usize;
    sorted
        .get(rank.saturating_sub(1))
        .or(sorted.last())
        .copied()
}

/// The values from the lowest to the highest.
pub fn sorted(values: &[f64]) -> Vec<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn rounds() -> impl Strategy<Value = Vec<f64>> {
        prop::collection::vec(0.001..1_000.0_f64, 1..8)
    }

    fn spread(values: &[f64]) -> Spread {
        Spread::of(values).unwrap()
    }

    proptest! {
        #[test]
        fn the_median_lies_between_the_extremes_and_parts_the_rounds(values in rounds()) {
            let Spread { low, median, high } = spread(&values);
            prop_assert!(low <= median && median <= high);
            let below = values.iter().filter(|value| **value < median).count();
            let above = values.iter().filter(|value| **value > median).count();
            prop_assert!(below * 2 <= values.len() && above * 2 <= values.len());
        }

        #[test]
        fn nothing_differs_from_itself_nor_from_what_shares_a_round(values in rounds(), others in rounds()) {
            prop_assert_eq!(spread(&values).compare(&spread(&values)), Difference::NotSeen);
            let shared: Vec<f64> = others.iter().chain(&values[..1]).copied().collect();
            prop_assert_eq!(spread(&values).compare(&spread(&shared)), Difference::NotSeen);
        }

        #[test]
        fn a_difference_is_seen_exactly_where_all_rounds_agree_on_it(one in rounds(), other in rounds()) {
            let all = |holds: fn(&f64, &f64) -> bool| {
                one.iter().all(|first| other.iter().all(|second| holds(first, second)))
            };
            let expected = match (all(|first, second| first < second), all(|first, second| first > second)) {
                (true, _) => Difference::Higher,
                (_, true) => Difference::Lower,
                _ => Difference::NotSeen,
            };
            prop_assert_eq!(spread(&one).compare(&spread(&other)), expected);
        }

        #[test]
        fn seen_from_the_other_side_a_difference_is_turned_round(one in rounds(), other in rounds()) {
            let there = spread(&one).compare(&spread(&other));
            let back = spread(&other).compare(&spread(&one));
            let turned = match there {
                Difference::NotSeen => Difference::NotSeen,
                Difference::Higher => Difference::Lower,
                Difference::Lower => Difference::Higher,
            };
            prop_assert_eq!(back, turned);
        }

        #[test]
        fn the_order_of_the_rounds_says_nothing(values in rounds(), by in 0..8_usize) {
            let mut turned = values.clone();
            turned.rotate_left(by % values.len());
            prop_assert_eq!(spread(&values), spread(&turned));
        }

        #[test]
        fn so_large_a_share_does_not_exceed_a_percentile(values in rounds(), share in 0.01..1.0_f64) {
            let sorted = sorted(&values);
            let at = percentile(&sorted, share).unwrap();
            let reach = |limit: f64| values.iter().filter(|value| **value <= limit).count() as f64;
            prop_assert!(reach(at) >= share * values.len() as f64);
            for less in values.iter().filter(|value| **value < at) {
                prop_assert!(reach(*less) < share * values.len() as f64);
            }
        }
    }

    #[test]
    fn no_rounds_no_spread() {
        assert_eq!(Spread::of(&[]), None);
        assert_eq!(percentile(&[], 0.5), None);
    }

    /// Deals all ranks to two sides and counts the deals in which the sides don't overlap.
    #[test]
    fn the_chance_is_that_of_all_deals() {
        for (first, second) in [(1, 1), (2, 2), (3, 3), (3, 5), (5, 5)] {
            let total: u32 = first + second;
            let deals = (0..1_u32 << total).filter(|deal| deal.count_ones() == first);
            let apart = |deal: &u32| {
                let low = (1 << first) - 1;
                *deal == low || *deal == low << second
            };
            let (all, apart) = (deals.clone().count(), deals.filter(apart).count());
            let expected = apart as f64 / all as f64;
            let least = (chance(first, second) - expected).abs();
            assert!(least < 1e-12, "{first} and {second}: {expected}");
        }
        assert!((1.0 / chance(5, 5) - 126.0).abs() < 1e-9);
    }
}
