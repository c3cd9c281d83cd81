//! A page for a terminal of 80 columns: Markdown in, text with bold headings out.
//!
//! Called by `commands/explain.rs`; whoever writes it to something that is no terminal takes the styles out. The pages
//! hold headings, paragraphs and fenced code, and nothing else. Read `places/` next.

use std::fmt::Write;

use anstyle::Style;
use unicode_width::UnicodeWidthStr;

const BOLD: Style = Style::new().bold();
/// Columns; what can't be broken may be longer.
const WIDTH: usize = 80;

/// The title of a page: what stands behind the name in its first line.
pub fn title(page: &str) -> &str {
    let first = page.lines().next().unwrap_or_default();
    first.split_once(": ").map_or(first, |(_, title)| title)
}

/// The page as a reader in a terminal wants it: paragraphs broken at 80 columns, code indented.
pub fn rendered(page: &str) -> String {
    let mut text = String::new();
    let mut paragraph: Vec<&str> = Vec::new();
    let mut in_code = false;
    for line in page.lines() {
        let is_fence = line.starts_with("```");
        let heading = line.trim_start_matches('#');
        let is_heading = !in_code && heading.len() < line.len();
        if in_code || is_fence || is_heading || line.is_empty() {
            text.push_str(&wrapped(&paragraph.join(" "), ""));
            paragraph.clear();
        }
        match () {
            () if is_fence => in_code = !in_code,
            () if in_code && !line.is_empty() => put(&mut text, format_args!("    {line}")),
            () if is_heading => put(&mut text, format_args!("{BOLD}{}{BOLD:#}", heading.trim())),
            () if line.is_empty() => text.push('\n'),
            () => paragraph.push(line),
        }
    }
    text.push_str(&wrapped(&paragraph.join(" "), ""));
    text
}

/// The words in lines of at most 80 columns, each with `indent` before it. What is in backticks is to be typed, so it
/// stays in one line.
pub fn wrapped(text: &str, indent: &str) -> String {
    let mut lines = String::new();
    let mut line = String::new();
    for word in words(text) {
        let width = indent.width() + line.width() + 1 + word.width();
        if !line.is_empty() && width > WIDTH {
            put(&mut lines, format_args!("{indent}{line}"));
            line.clear();
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(&word);
    }
    if !line.is_empty() {
        put(&mut lines, format_args!("{indent}{line}"));
    }
    lines
}

/// What may stand at the end of a line.
fn words(text: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    for part in text.split_whitespace() {
        match words.last_mut() {
            Some(open) if open.matches('`').count() % 2 == 1 => {
                open.push(' ');
                open.push_str(part);
            }
            _ => words.push(part.to_owned()),
        }
    }
    words
}

fn put(text: &mut String, line: std::fmt::Arguments<'_>) {
    writeln!(text, "{line}").expect("a text takes whatever is written to it");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paragraphs_are_broken_and_code_is_left_as_it_is() {
        let long = "word ".repeat(20);
        let page = format!("# A: b\n\n{long}\nend\n\n```toml\n# no heading\n\n[a]\n```\n");
        let text = anstream::adapter::strip_str(&rendered(&page)).to_string();
        let words = |count| vec!["word"; count].join(" ");
        let expected = format!(
            "A: b\n\n{}\n{} end\n\n    # no heading\n\n    [a]\n",
            words(16),
            words(4)
        );
        assert_eq!(text, expected);
    }

    #[test]
    fn a_word_that_is_too_long_has_a_line_of_its_own() {
        let long = "é".repeat(100);
        assert_eq!(
            wrapped(&format!("a {long} b"), "  "),
            format!("  a\n  {long}\n  b\n")
        );
    }

    #[test]
    fn what_is_to_be_typed_stays_in_one_line() {
        let text = format!("{} `cargo run -p order-service`, then", "word ".repeat(13));
        let expected = format!(
            "{}\n`cargo run -p order-service`, then\n",
            vec!["word"; 13].join(" ")
        );
        assert_eq!(wrapped(&text, ""), expected);
    }

    #[test]
    fn the_title_stands_behind_the_name() {
        assert_eq!(title("# MK0001: no: TOML\n\ntext"), "no: TOML");
    }
}
