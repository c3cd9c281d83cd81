//! TOML itself: the tree of a text, or everything that keeps it from being TOML.
//!
//! Called by `parse`. The parser goes on behind a mistake, so several are found at once.

use std::ops::Range;

use toml::de::{DeTable, Error};

use super::tree::{Entry, Node, Value};
use crate::diagnostic::{Code, Diagnostic, quoted};

/// Behind so many the rest is only what follows from the first ones.
const MOST: usize = 20;

pub(super) fn tree(text: &str) -> Result<Node, Vec<Diagnostic>> {
    let (table, mut errors) = DeTable::parse_recoverable(text);
    let root = Node::root(table.get_ref(), text.len());
    if errors.is_empty() {
        return Ok(root);
    }
    errors.sort_by_key(start);
    let mut mistakes: Vec<Diagnostic> = Vec::new();
    let mut line_end = None;
    for error in &errors {
        // A second mistake in a line is most often one with the first.
        let is_duplicate = error.message() == DUPLICATE;
        if mistakes.len() == MOST
            || !is_duplicate && line_end.is_some_and(|end| start(error) <= end)
        {
            continue;
        }
        let rest = &text[start(error).min(text.len())..];
        line_end = Some(start(error) + rest.find('\n').unwrap_or(rest.len()));
        mistakes.push(mistake(text, &root, error));
        if is_open_array(error) {
            // It swallows all that follows, so what follows is not what it seems.
            break;
        }
    }
    Err(mistakes)
}

const DUPLICATE: &str = "duplicate key";

fn start(error: &Error) -> usize {
    error.span().map_or(0, |span| span.start)
}

fn is_open_array(error: &Error) -> bool {
    let message = error.message();
    message.starts_with("missing comma between array") || message.starts_with("unclosed array")
}

fn mistake(text: &str, root: &Node, error: &Error) -> Diagnostic {
    let span = error.span().unwrap_or(0..0);
    let written = text.get(span.clone()).unwrap_or_default();
    let before = text.get(..span.start).unwrap_or_default();
    let line = before.rsplit('\n').next().unwrap_or_default();
    let message = error.message();
    let starts = |beginning: &str| message.starts_with(beginning);
    let value_is_missing = written.is_empty() && !line.contains(['"', '\'']);
    let (what, help) = match message {
        DUPLICATE => return duplicate(text, root, span),
        _ if message.contains("recurs") => {
            return Diagnostic::error(Code::DeepNesting, "the values are nested too deeply")
                .at(span, "too deep from here on")
                .help("a manifest needs no more than eight levels");
        }
        _ if is_open_array(error) => return open_array(before, span),
        _ if starts("string values must be quoted") && !written.is_empty() => (
            "text needs quotation marks",
            "write it like `key = \"text\"`",
        ),
        _ if starts("string values must be quoted")
            || starts("invalid literal") && value_is_missing =>
        {
            ("a value is missing", "write `key = value`")
        }
        _ if starts("key with no value") => ("a value is missing", "write `key = value`"),
        _ if starts("invalid basic string") || starts("invalid literal string") => (
            "a string is not closed",
            "close it with a quotation mark in the same line",
        ),
        _ if starts("unclosed table") => (
            "the name of a table is not closed",
            "close it with `]`; a name with a space in it needs quotation marks",
        ),
        _ if starts("invalid unquoted key") => (
            "a key can't be written like this",
            "only ASCII letters, digits, `-` and `_` need no quotation marks",
        ),
        _ if starts("missing escaped value") => (
            "there is no such escape in TOML",
            "write `\\\\` for a backslash, or put the text in single quotes",
        ),
        other => {
            let what = other.strip_suffix(", expected nothing").unwrap_or(other);
            let message = format!("this is not valid TOML: {what}");
            return Diagnostic::error(Code::Syntax, message).at(span, "");
        }
    };
    Diagnostic::error(Code::Syntax, what)
        .at(span, "")
        .help(help)
}

fn open_array(before: &str, span: Range<usize>) -> Diagnostic {
    let what = "an array is not closed, or a comma is missing in it";
    let mistake = Diagnostic::error(Code::Syntax, what)
        .at(span, "up to here it goes on")
        .help("close it with `]`, and put commas between its entries");
    match before.rfind("= [") {
        Some(start) => mistake.at(start + 2..start + 3, "opened here"),
        None => mistake,
    }
}

fn duplicate(text: &str, root: &Node, second: Range<usize>) -> Diagnostic {
    let written = text.get(second.clone()).unwrap_or_default();
    let name = written.trim_matches(['"', '\'']);
    let first = first_place(text, root, name, &second);
    let mistake = Diagnostic::error(
        Code::DuplicateKey,
        format!("{} is there twice", quoted(name)),
    )
    .at(second, "here again");
    let mistake = match first {
        Some(first) => mistake.at(first, "first here"),
        None => mistake,
    };
    mistake.help("remove one of the two, or give it another name")
}

/// Where the key stood before: of all keys of that name the last one in front of `second`, first of all one that has
/// the same text before it in its line, such as `fields.` or `[services.`.
fn first_place(text: &str, root: &Node, name: &str, second: &Range<usize>) -> Option<Range<usize>> {
    let mut places = Vec::new();
    collect(root, name, &mut places);
    // A table that is there twice is kept under its second key: the first one is only in the text before.
    if places.contains(second) {
        let line = text[..second.start]
            .rfind('\n')
            .map_or(0, |newline| newline + 1);
        let (before, _) = DeTable::parse_recoverable(&text[..line]);
        collect(&Node::root(before.get_ref(), line), name, &mut places);
    }
    let start_of_line = |place: &Range<usize>| {
        let start = text[..place.start]
            .rfind('\n')
            .map_or(0, |newline| newline + 1);
        text[start..place.start].trim_start()
    };
    let wanted = start_of_line(second);
    places.retain(|place| place.end <= second.start);
    places
        .into_iter()
        .max_by_key(|place| (start_of_line(place) == wanted, place.start))
}

fn collect(node: &Node, name: &str, places: &mut Vec<Range<usize>>) {
    match &node.value {
        Value::Table(table) => {
            for (key, Entry { key: span, node }) in table {
                if key == name {
                    places.push(span.clone());
                }
                collect(node, name, places);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| collect(item, name, places)),
        _ => {}
    }
}
