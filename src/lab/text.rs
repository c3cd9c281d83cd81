//! A report for a terminal. Called by `commands/lab.rs`.

use textwrap::Options;
use unicode_width::UnicodeWidthStr;

use super::chart::{self, Ink};
use super::report::{Report, Table};
use super::words::Words;

/// The terminal that a report is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Terminal {
    /// In columns.
    pub width: usize,
    pub ink: Ink,
}

/// Lines are easy to read up to here, however wide the terminal is.
const WIDEST: usize = 100;
const NARROWEST: usize = 30;

/// All of it, as lines that fit.
pub fn text(report: &Report, terminal: Terminal) -> String {
    let words = Words::of(report.lang);
    let mut page = Page {
        text: String::new(),
        width: terminal.width.clamp(NARROWEST, WIDEST),
        ink: terminal.ink,
    };
    let found = &report.found;
    page.heading(words.setting);
    for (name, fact) in &found.setting {
        page.item(&format!("{name}: {fact}"));
    }
    for figure in &found.figures {
        page.heading(&figure.name);
        for line in chart::bars(figure, page.width - 2, page.ink) {
            page.line(&format!("  {line}"));
        }
        for verdict in figure.verdicts(report.lang) {
            page.wrapped("  ", "  ", &verdict);
        }
    }
    if !found.figures.is_empty() {
        page.blank();
        page.wrapped("", "", &words.key(&found.figures));
    }
    for table in &found.tables {
        page.heading(&table.name);
        page.table(table);
    }
    page.blank();
    page.expectation(report, words);
    let lists = [
        (words.findings, &found.findings),
        (words.limits, &found.limits),
    ];
    for (heading, items) in lists.into_iter().filter(|(_, items)| !items.is_empty()) {
        page.heading(heading);
        items.iter().for_each(|item| page.item(item));
    }
    page.heading(words.reading);
    let widest = found.reading.iter().map(|one| one.what.width()).max();
    let widest = widest.unwrap_or(0);
    for one in &found.reading {
        if widest * 2 > page.width {
            page.line(&format!("  {}", one.what));
            page.wrapped("      ", "      ", &one.why);
        } else {
            let room = widest - one.what.width();
            let room = "\u{a0}".repeat(room);
            page.wrapped("  ", "      ", &format!("{}{room}  {}", one.what, one.why));
        }
    }
    page.text.replace('\u{a0}', " ")
}

/// A text that is wrapped to the width of a terminal.
pub fn wrapped(text: &str, terminal: Terminal) -> String {
    let mut page = Page {
        text: String::new(),
        width: terminal.width.clamp(NARROWEST, WIDEST),
        ink: terminal.ink,
    };
    for line in text.lines() {
        let indent = line.len() - line.trim_start().len();
        let first = " ".repeat(indent);
        let others = if indent > 0 {
            format!("{first}   ")
        } else {
            first.clone()
        };
        page.wrapped(&first, &others, line.trim_start());
    }
    page.text
}

struct Page {
    text: String,
    width: usize,
    ink: Ink,
}

impl Page {
    fn line(&mut self, line: &str) {
        self.text.push_str(&self.ink.text(line.trim_end()));
        self.text.push('\n');
    }

    fn blank(&mut self) {
        self.text.push('\n');
    }

    fn heading(&mut self, text: &str) {
        self.blank();
        self.wrapped("", "", text);
    }

    fn item(&mut self, text: &str) {
        self.wrapped("  - ", "    ", text);
    }

    fn wrapped(&mut self, first: &str, others: &str, text: &str) {
        let text = self
            .ink
            .text(&text.replace('\u{a0}', "\u{1}"))
            .replace('\u{1}', "\u{a0}");
        let options = Options::new(self.width)
            .initial_indent(first)
            .subsequent_indent(others)
            .break_words(false)
            .word_splitter(textwrap::WordSplitter::NoHyphenation);
        for line in textwrap::wrap(&text, options) {
            self.text.push_str(line.trim_end_matches(' '));
            self.text.push('\n');
        }
    }

    fn table(&mut self, table: &Table) {
        let cells = |index: usize| {
            let rows = table.rows.iter().chain([&table.columns]);
            rows.filter_map(move |row| row.get(index))
        };
        let widths: Vec<usize> = (0..table.columns.len())
            .map(|index| cells(index).map(|cell| self.ink.text(cell).width()).max())
            .map(Option::unwrap_or_default)
            .collect();
        for row in [&table.columns].into_iter().chain(&table.rows) {
            let cells = row.iter().zip(&widths).map(|(cell, width)| {
                let cell = self.ink.text(cell);
                let room = " ".repeat(width - cell.width());
                format!("  {cell}{room}")
            });
            let line: String = cells.collect();
            self.line(&line);
        }
    }

    fn expectation(&mut self, report: &Report, words: &Words) {
        let asked = &report.asked;
        let shown = |index: usize| asked.question.choice(index);
        let expected = asked
            .expected
            .map_or_else(|| words.not_asked.to_owned(), shown);
        let measured = report
            .found
            .answer
            .map_or_else(|| words.undecided.to_owned(), shown);
        self.wrapped("", "", &asked.question.text);
        self.wrapped("  ", "    ", &format!("{}: {expected}", words.expected));
        self.wrapped("  ", "    ", &format!("{}: {measured}", words.measured));
        if let (Some(expected), Some(measured)) = (asked.expected, report.found.answer) {
            let verdict = match expected == measured {
                true => words.as_expected,
                false => words.otherwise,
            };
            self.wrapped("  ", "  ", verdict);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lab::report::example;
    use crate::lang::Lang;

    #[test]
    fn a_report_fits_the_terminal_that_it_is_for() {
        for lang in [Lang::En, Lang::Es] {
            for width in [60, 80, 240] {
                for ink in [Ink::Unicode, Ink::Ascii] {
                    let shown = text(&example(lang), Terminal { width, ink });
                    for line in shown.lines() {
                        assert!(line.width() <= width, "{width}: {line}");
                        assert!(ink == Ink::Unicode || line.is_ascii(), "{line}");
                    }
                }
            }
        }
    }

    #[test]
    fn a_percentile_is_explained_where_one_is_shown() {
        let terminal = Terminal {
            width: 240,
            ink: Ink::Unicode,
        };
        let mut report = example(Lang::En);
        let explained = |report: &Report| text(report, terminal).contains("no longer than p50");
        assert!(explained(&report));
        report.found.figures[0].name = "throughput".to_owned();
        assert!(!explained(&report));
    }

    #[test]
    fn what_was_expected_stands_against_what_was_measured() {
        let terminal = Terminal {
            width: 80,
            ink: Ink::Unicode,
        };
        let mut report = example(Lang::En);
        let shown = |report: &Report| text(report, terminal);
        assert!(shown(&report).contains("  Expected: not asked\n  Measured: b) twice\n\n"));
        report.asked.expected = Some(0);
        assert!(shown(&report).contains("  Expected: a) once\n  Measured: b) twice\n  Not what"));
        report.asked.expected = Some(1);
        assert!(shown(&report).contains("  Measured: b) twice\n  As you expected.\n"));
        report.found.answer = None;
        assert!(shown(&report).contains("  Measured: none of the answers"));
    }
}
