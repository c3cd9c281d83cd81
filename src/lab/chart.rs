//! Bars for a terminal: one for each arm of a figure, on one scale that begins at 0. Called by `text.rs`.

use unicode_width::UnicodeWidthStr;

use super::report::{Arm, Figure};
use super::spread::Spread;

/// The letters that bars are made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ink {
    /// Block elements.
    Unicode,
    /// For a terminal that shows nothing else.
    Ascii,
}

/// A bar that is shorter says nothing; the labels then get a line of their own.
const SHORTEST: usize = 12;

impl Ink {
    /// The letters of what every round reached, of the median, and of what only some rounds reached.
    fn letters(self) -> [char; 3] {
        match self {
            Self::Unicode => ['█', '▌', '░'],
            Self::Ascii => ['#', '|', '-'],
        }
    }

    /// The text without letters that the terminal may not have: those of a spread and of a sentence.
    pub fn text(self, text: &str) -> String {
        match self {
            Self::Unicode => text.to_owned(),
            Self::Ascii => text.chars().flat_map(plain).collect(),
        }
    }
}

/// A letter in ASCII, as it is written where there are no others.
fn plain(letter: char) -> Vec<char> {
    let plain = match letter {
        '–' | '—' | '→' => "-",
        '…' => "...",
        'µ' => "u",
        '×' => "x",
        '«' | '»' | '“' | '”' => "\"",
        'á' => "a",
        'é' => "e",
        'í' => "i",
        'ó' => "o",
        'ú' | 'ü' => "u",
        'ñ' => "n",
        'Á' => "A",
        'É' => "E",
        'Í' => "I",
        'Ó' => "O",
        'Ú' | 'Ü' => "U",
        'Ñ' => "N",
        '¿' | '¡' => "",
        _ if letter.is_ascii() => return vec![letter],
        _ => "?",
    };
    plain.chars().collect()
}

/// The bars of a figure, in lines of at most `width` columns where the labels are not longer themselves.
pub fn bars(figure: &Figure, width: usize, ink: Ink) -> Vec<String> {
    let labels: Vec<String> = figure.arms.iter().map(|arm| ink.text(&arm.name)).collect();
    let values: Vec<String> = figure
        .arms
        .iter()
        .map(|arm| ink.text(&figure.unit.spread(arm.spread())))
        .collect();
    let widest = |texts: &[String]| texts.iter().map(|text| text.width()).max().unwrap_or(0);
    let (label, value) = (widest(&labels), widest(&values));
    let room = width.saturating_sub(label + value + 4);
    let mut lines = Vec::new();
    for ((arm, name), shown) in figure.arms.iter().zip(&labels).zip(&values) {
        if room >= SHORTEST {
            let bar = bar(arm, figure.top(), room, ink);
            let (name, bar) = (padded(name, label), padded(&bar, room));
            lines.push(format!("{name}  {bar}  {shown}").trim_end().to_owned());
        } else {
            lines.push(format!("{name}: {shown}"));
            lines.push(bar(arm, figure.top(), width.max(1), ink));
        }
    }
    lines
}

/// One bar: full as far as the lowest round, pale to the highest, with the median marked where it is not the end of the
/// full part.
fn bar(arm: &Arm, top: f64, room: usize, ink: Ink) -> String {
    let Spread { low, median, high } = arm.spread();
    let [full, mark, pale] = ink.letters();
    let [low, median, high] = [low, median, high].map(|value| cells(value, top, room));
    let letter = |cell: usize| match cell {
        cell if cell < low => full,
        cell if cell + 1 == median => mark,
        _ => pale,
    };
    (0..high).map(letter).collect()
}

/// How many of the cells a value fills: at least one if it is more than 0.
fn cells(value: f64, top: f64, room: usize) -> usize {
    if top <= 0.0 || value <= 0.0 {
        return 0;
    }
    let cells = (value / top * room as f64).round() as usize;
    cells.clamp(1, room)
}

fn padded(text: &str, width: usize) -> String {
    format!("{text}{}", " ".repeat(width.saturating_sub(text.width())))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::report::Unit;
    use super::*;

    fn figures() -> impl Strategy<Value = Figure> {
        let arm = (
            "[a-z ñ]{1,14}",
            prop::collection::vec(0.001..9_999.0_f64, 1..6),
        );
        let arm = arm.prop_map(|(name, rounds)| Arm { name, rounds });
        prop::collection::vec(arm, 1..5).prop_map(|arms| Figure {
            name: "f".to_owned(),
            unit: Unit::Milliseconds,
            arms,
        })
    }

    fn filled(line: &str, ink: Ink) -> usize {
        line.chars()
            .filter(|letter| ink.letters().contains(letter))
            .count()
    }

    proptest! {
        #[test]
        fn no_line_is_wider_than_the_terminal(figure in figures(), width in 45..200_usize) {
            for ink in [Ink::Unicode, Ink::Ascii] {
                for line in bars(&figure, width, ink) {
                    prop_assert!(line.width() <= width, "{} > {width}: {line}", line.width());
                }
            }
        }

        #[test]
        fn a_terminal_without_unicode_gets_none(figure in figures(), width in 1..200_usize) {
            for line in bars(&figure, width, Ink::Ascii) {
                prop_assert!(line.is_ascii(), "{line}");
            }
        }

        #[test]
        fn what_is_higher_is_not_shorter_and_the_highest_is_as_long_as_can_be(figure in figures()) {
            // So narrow that each bar has a line of its own.
            let lines = bars(&figure, 12, Ink::Unicode);
            prop_assert_eq!(lines.len(), figure.arms.len() * 2);
            let lengths: Vec<usize> = lines.iter().skip(1).step_by(2).map(|line| filled(line, Ink::Unicode)).collect();
            let highs: Vec<f64> = figure.arms.iter().map(|arm| arm.spread().high).collect();
            for (one, length) in highs.iter().zip(&lengths) {
                for (other, another) in highs.iter().zip(&lengths) {
                    prop_assert!(one > other || length <= another);
                }
            }
            prop_assert_eq!(lengths.iter().max(), Some(&12));
        }
    }

    #[test]
    fn the_full_part_is_what_every_round_reached() {
        let arm = |name: &str, rounds: &[f64]| Arm {
            name: name.to_owned(),
            rounds: rounds.to_vec(),
        };
        let figure = Figure {
            name: "p50".to_owned(),
            unit: Unit::Milliseconds,
            arms: vec![
                arm("one", &[5.0, 5.0, 5.0]),
                arm("more", &[10.0, 15.0, 20.0]),
            ],
        };
        let lines = bars(&figure, 41, Ink::Ascii);
        assert_eq!(
            lines,
            [
                "one   #####                 5 ms",
                "more  ##########----|-----  15 ms (10-20)"
            ]
        );
    }
}
