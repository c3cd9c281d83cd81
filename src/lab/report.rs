//! What a lab found, in the language of the one who reads it. Made by each lab, shown by `text.rs` in the terminal and by
//! `page.rs` as HTML.

use super::Lab;
use super::question::Asked;
use super::spread::{Difference, Spread, chance};
use super::words::Words;
use crate::lang::Lang;

/// All of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    pub lab: Lab,
    pub lang: Lang,
    /// The name of the system that it ran on.
    pub system: String,
    pub asked: Asked,
    pub found: Found,
}

/// What the measurement brought.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Found {
    /// The index of the choice that the figures bear out; `None` if they bear out none.
    pub answer: Option<usize>,
    /// What was measured and on what: a word for it, and the fact.
    pub setting: Vec<(String, String)>,
    pub figures: Vec<Figure>,
    pub tables: Vec<Table>,
    /// What the figures say, a sentence or two each.
    pub findings: Vec<String>,
    /// What they don't.
    pub limits: Vec<String>,
    pub reading: Vec<Reading>,
}

/// One thing that was measured for each of the ways that are compared.
#[derive(Debug, Clone, PartialEq)]
pub struct Figure {
    pub name: String,
    pub unit: Unit,
    /// The first is what the others are compared with.
    pub arms: Vec<Arm>,
}

/// One of the ways that are compared.
#[derive(Debug, Clone, PartialEq)]
pub struct Arm {
    pub name: String,
    /// A value for each round, as they came; at least one.
    pub rounds: Vec<f64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    Milliseconds,
    PerSecond,
    /// Of a hundred.
    Percent,
    /// A number of things.
    Count,
}

/// What is counted rather than compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    pub name: String,
    pub columns: Vec<String>,
    /// Each as long as `columns`.
    pub rows: Vec<Vec<String>>,
}

/// What to look at next: a command or a file, and what it tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    pub what: String,
    pub why: String,
}

impl Reading {
    pub fn new(what: impl Into<String>, why: impl Into<String>) -> Self {
        Self {
            what: what.into(),
            why: why.into(),
        }
    }
}

impl Arm {
    /// The spread of the rounds.
    pub fn spread(&self) -> Spread {
        Spread::of(&self.rounds).unwrap_or(Spread {
            low: 0.0,
            median: 0.0,
            high: 0.0,
        })
    }
}

impl Figure {
    /// How the arm stands to the first, and how many times its median is that of the first.
    pub fn difference(&self, arm: &Arm) -> (Difference, Option<f64>) {
        let (first, spread) = (self.first(), arm.spread());
        (first.compare(&spread), first.factor(&spread))
    }

    /// The highest value of all, for a scale that begins at 0.
    pub fn top(&self) -> f64 {
        let highs = self.arms.iter().map(|arm| arm.spread().high);
        highs.fold(0.0, f64::max)
    }

    /// What each arm but the first is, compared with the first: a sentence each.
    pub fn verdicts(&self, lang: Lang) -> Vec<String> {
        let Some((first, others)) = self.arms.split_first() else {
            return Vec::new();
        };
        let verdict = |arm: &Arm| Words::of(lang).verdict(arm, first);
        others.iter().map(verdict).collect()
    }

    /// How often two of its arms that are alike would be told apart by luck alone, at most.
    pub(super) fn chance(&self) -> f64 {
        let mut rounds = self.arms.iter().map(|arm| count(&arm.rounds));
        let first = rounds.next().unwrap_or(0);
        rounds
            .map(|second| chance(first, second))
            .fold(0.0, f64::max)
    }

    fn first(&self) -> Spread {
        let first = self.arms.first().map(Arm::spread);
        first.unwrap_or(Spread {
            low: 0.0,
            median: 0.0,
            high: 0.0,
        })
    }
}

impl Unit {
    /// The value with its unit, in at most four digits where it has a fraction.
    pub fn show(self, value: f64) -> String {
        let number = digits(value);
        match self {
            Self::Milliseconds => format!("{number} ms"),
            Self::PerSecond => format!("{number}/s"),
            Self::Percent => format!("{number} %"),
            Self::Count => number,
        }
    }

    /// A spread: the median, and the extremes behind it.
    pub fn spread(self, spread: Spread) -> String {
        let Spread { low, median, high } = spread;
        match digits(low) == digits(high) {
            true => self.show(median),
            false => format!("{} ({}–{})", self.show(median), digits(low), digits(high)),
        }
    }
}

/// Three digits that count, or as many as there are before the point.
pub(super) fn digits(value: f64) -> String {
    let places = match value.abs() {
        size if size >= 100.0 || size.fract() == 0.0 => 0,
        size if size >= 10.0 => 1,
        size if size >= 1.0 => 2,
        _ => 3,
    };
    format!("{value:.places$}")
}

pub(super) fn count(rounds: &[f64]) -> u32 {
    u32::try_from(rounds.len()).unwrap_or(u32::MAX)
}

/// A report for the tests of what shows one.
#[cfg(test)]
pub(super) fn example(lang: Lang) -> Report {
    use super::question::Question;

    let arm = |name: &str, rounds: &[f64]| Arm {
        name: name.to_owned(),
        rounds: rounds.to_vec(),
    };
    Report {
        lab: Lab::Latency,
        lang,
        system: "bakery".to_owned(),
        asked: Asked {
            question: Question {
                text: "How often?".to_owned(),
                choices: ["once", "twice"].map(str::to_owned).to_vec(),
            },
            expected: None,
        },
        found: Found {
            answer: Some(1),
            setting: vec![("request".to_owned(), "POST /api/<loaves>".to_owned())],
            figures: vec![Figure {
                name: "p50 & more".to_owned(),
                unit: Unit::Milliseconds,
                arms: vec![
                    arm("in one", &[1.0, 1.5, 1.25]),
                    arm("in four", &[2.0, 3.0, 2.5]),
                ],
            }],
            tables: vec![Table {
                name: "Where the requests went".to_owned(),
                columns: vec!["instance".to_owned(), "requests".to_owned()],
                rows: vec![vec!["oven 1".to_owned(), "1000".to_owned()]],
            }],
            findings: vec!["A hop costs about 0.4 ms.".to_owned()],
            limits: vec!["How it is over a network.".to_owned()],
            reading: vec![Reading::new("microkit explain latency", "what adds up")],
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_has_the_digits_that_count() {
        let shown = [0.0, 0.4567, 1.2345, 12.345, 123.45, 12345.6, 7.0].map(digits);
        assert_eq!(shown, ["0", "0.457", "1.23", "12.3", "123", "12346", "7"]);
    }

    #[test]
    fn a_spread_without_width_is_one_number() {
        let at = |low, median, high| Unit::Milliseconds.spread(Spread { low, median, high });
        assert_eq!(at(3.0, 3.0, 3.0), "3 ms");
        assert_eq!(at(1.5, 2.25, 30.1), "2.25 ms (1.50–30.1)");
    }
}
