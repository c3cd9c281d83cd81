//! Places as other programs count them: lines and columns from 1, a column for each Unicode scalar value.
//!
//! Called by `json.rs`, `sarif.rs` and, for lines alone, by `topics`. A byte order mark is no column.

use std::ops::Range;

use super::render::inside;

/// The line, from 1, of a place in a text, given in bytes.
pub fn line_of(text: &str, index: usize) -> usize {
    Lines::of(text).region(&(index..index)).line
}

/// The text of a file, and where its lines begin.
pub(super) struct Lines<'a> {
    text: &'a str,
    starts: Vec<usize>,
}

/// A place in the file; the end is behind its last character.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Region {
    pub line: usize,
    pub column: usize,
    pub end_line: usize,
    pub end_column: usize,
}

impl<'a> Lines<'a> {
    pub fn of(text: &'a str) -> Self {
        let first = text.len() - text.trim_start_matches('\u{feff}').len();
        let behind = text.match_indices('\n').map(|(index, _)| index + 1);
        Self {
            text,
            starts: std::iter::once(first).chain(behind).collect(),
        }
    }

    pub fn region(&self, span: &Range<usize>) -> Region {
        let span = inside(self.text, span);
        let (line, column) = self.position(span.start);
        let (end_line, end_column) = self.position(span.end);
        Region {
            line,
            column,
            end_line,
            end_column,
        }
    }

    fn position(&self, index: usize) -> (usize, usize) {
        let line = self.starts.partition_point(|start| *start <= index).max(1);
        let before = self.text.get(self.starts[line - 1]..index);
        (line, before.unwrap_or_default().chars().count() + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_and_columns_begin_with_1_and_count_characters() {
        let text = "\u{feff}a = \"é😀\"\r\nb = 1\n";
        let lines = Lines::of(text);
        let place = |part: &str| {
            let start = text.find(part).unwrap();
            lines.region(&(start..start + part.len()))
        };
        let region = |line, column, end_line, end_column| Region {
            line,
            column,
            end_line,
            end_column,
        };
        assert_eq!(place("a"), region(1, 1, 1, 2));
        assert_eq!(place("\"é😀\""), region(1, 5, 1, 9));
        assert_eq!(place("b = 1"), region(2, 1, 2, 6));
        assert_eq!(place("1\n"), region(2, 5, 3, 1));
        assert_eq!(lines.region(&(0..0)), region(1, 1, 1, 1));
        assert_eq!(lines.region(&(900..901)), region(3, 1, 3, 1));
    }
}
