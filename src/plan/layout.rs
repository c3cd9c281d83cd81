//! Where rustfmt would break a line, for the few lines whose length depends on names in the manifest.
//!
//! Called by the builders of `plan/`. What comes out must equal what `cargo fmt` would make of it: the property
//! test `tests/formatting.rs` holds it to that. Widths are rustfmt's defaults.

use std::cmp::Ordering;
use std::iter::Peekable;
use std::str::Chars;

/// The longest line.
const LINE: usize = 100;
/// The longest arguments of a call that stay in one line (`fn_call_width`).
const ARGUMENTS: usize = 60;
/// The longest chain of two or more calls that stays in one line (`chain_width`).
const CHAIN: usize = 60;
/// The longest items of an array or `vec!` that stay in one line (`array_width`).
const ARRAY: usize = 60;
/// The longest fields of a struct literal that stay in one line (`struct_lit_width`).
const STRUCT: usize = 18;

/// An expression that is the parent and the calls chained to it: `rules::string()`, `.min(1)`, `.max(9)`.
pub struct Chain {
    pub parent: String,
    pub calls: Vec<String>,
}

impl Chain {
    pub fn new(parent: impl Into<String>, calls: Vec<String>) -> Self {
        Self {
            parent: parent.into(),
            calls,
        }
    }

    /// The text in one line.
    pub fn joined(&self) -> String {
        format!("{}{}", self.parent, self.calls.concat())
    }

    /// The text at `indent`, where `before` and `after` stand beside it in the line.
    fn at(&self, indent: usize, before: usize, after: usize) -> String {
        let joined = self.joined();
        // rustfmt counts a `?` at the end twice.
        let width = width(&joined) + usize::from(joined.ends_with('?'));
        let fits = indent + before + width + after <= LINE;
        let short = self.calls.len() < 2 || width <= CHAIN;
        if fits && short {
            return joined;
        }
        let mut text = self.parent.clone();
        for call in &self.calls {
            text.push_str(&format!("\n{}{call}", pad(indent + 4)));
        }
        text
    }
}

impl<T: Into<String>> From<T> for Chain {
    fn from(text: T) -> Self {
        Self::new(text, Vec::new())
    }
}

/// A chain as a statement of its own, without a value: `table.uuid("id").unique();`.
pub fn statement(indent: usize, chain: &Chain) -> String {
    format!("{}{};\n", pad(indent), chain.at(indent, 0, 1))
}

/// A chain of calls as the value of a block: each call by its name and its arguments.
pub fn tail(indent: usize, parent: &str, calls: &[(&str, Vec<String>)]) -> String {
    let call = |(name, arguments): &(&str, Vec<String>)| format!(".{name}({})", join(arguments));
    let one_line = Chain::new(parent, calls.iter().map(call).collect());
    let long = |(_, arguments): &&(&str, Vec<String>)| width(&join(arguments)) > ARGUMENTS;
    if !calls.iter().any(|call| long(&call)) {
        return format!("{}{}\n", pad(indent), one_line.at(indent, 0, 0));
    }
    // A single call stays beside its parent and breaks its arguments.
    let (gap, inner) = match calls.len() {
        1 => (String::new(), indent),
        _ => (format!("\n{}", pad(indent + 4)), indent + 4),
    };
    let mut text = format!("{}{parent}", pad(indent));
    for (name, arguments) in calls {
        let joined = join(arguments);
        let arguments = match width(&joined) > ARGUMENTS {
            true => format!("\n{}{}", lines(inner + 4, arguments), pad(inner)),
            false => joined,
        };
        text.push_str(&format!("{gap}.{name}({arguments})"));
    }
    text + "\n"
}

/// `{name} = {chain};` where `name` is such as `let found`.
pub fn let_chain(indent: usize, name: &str, chain: &Chain) -> String {
    let before = width(name) + " = ".len();
    let beside = chain.at(indent, before, 1);
    let below = chain.at(indent + 4, 0, 1);
    if beside.contains('\n') && !below.contains('\n') {
        return format!("{}{name} =\n{}{below};\n", pad(indent), pad(indent + 4));
    }
    format!("{}{name} = {beside};\n", pad(indent))
}

/// `let {name} = {function}({arguments});`.
pub fn let_call(indent: usize, name: &str, function: &str, arguments: &[Chain]) -> String {
    let joined = join(arguments.iter().map(Chain::joined));
    let broken = arguments
        .iter()
        .any(|argument| argument.calls.len() > 1 && width(&argument.joined()) > CHAIN);
    if !broken && width(&joined) <= ARGUMENTS {
        let call = format!("{function}({joined});");
        let line = format!("{}let {name} = {call}", pad(indent));
        if width(&line) <= LINE {
            return line + "\n";
        }
        if indent + 4 + width(&call) <= LINE {
            return format!("{}let {name} =\n{}{call}\n", pad(indent), pad(indent + 4));
        }
    }
    let mut text = format!("{}let {name} = {function}(\n", pad(indent));
    for argument in arguments {
        text.push_str(&format!(
            "{}{},\n",
            pad(indent + 4),
            argument.at(indent + 4, 0, 1)
        ));
    }
    text + &format!("{});\n", pad(indent))
}

/// The head of a function: `{head}({parameters}){tail}`, such as `pub async fn list(&self) -> u8 {`.
pub fn signature(indent: usize, head: &str, parameters: &[String], tail: &str) -> String {
    let joined = join(parameters);
    let line = format!("{}{head}({joined}){tail}", pad(indent));
    if width(&line) <= LINE {
        return line + "\n";
    }
    format!(
        "{}{head}(\n{}{}){tail}\n",
        pad(indent),
        lines(indent + 4, parameters),
        pad(indent)
    )
}

/// An array or a `vec!`: `{head}[{items}]{tail}`.
pub fn array(indent: usize, head: &str, items: &[String], tail: &str) -> String {
    let joined = join(items);
    let line = format!("{}{head}[{joined}]{tail}", pad(indent));
    if width(&joined) <= ARRAY && width(&line) <= LINE {
        return line + "\n";
    }
    if let (true, Some((name, operator))) = (width(&joined) <= ARRAY, head.split_once(" = ")) {
        return format!(
            "{}{name} =\n{}{operator}[{joined}]{tail}\n",
            pad(indent),
            pad(indent + 4)
        );
    }
    format!(
        "{}{head}[\n{}{}]{tail}\n",
        pad(indent),
        lines(indent + 4, items),
        pad(indent)
    )
}

/// A tuple, as an item that begins at `indent`.
pub fn tuple(indent: usize, items: &[String]) -> String {
    let joined = join(items);
    if width(&joined) <= ARGUMENTS {
        return format!("({joined})");
    }
    format!("(\n{}{})", lines(indent + 4, items), pad(indent))
}

/// A struct literal or pattern: `{head} { {fields} }{tail}`.
pub fn literal(indent: usize, head: &str, fields: &[String], tail: &str) -> String {
    let joined = join(fields);
    if width(&joined) <= STRUCT {
        return format!("{}{head} {{ {joined} }}{tail}\n", pad(indent));
    }
    format!(
        "{}{head} {{\n{}{}}}{tail}\n",
        pad(indent),
        lines(indent + 4, fields),
        pad(indent)
    )
}

/// A field of a struct: `pub {name}: {kind},`.
pub fn declaration(name: &str, kind: &str) -> String {
    let line = format!("    pub {name}: {kind},");
    if width(&line) <= LINE {
        return line + "\n";
    }
    format!("    pub {name}:\n        {kind},\n")
}

/// A field of a struct literal: `{name}: {value},`.
pub fn member(indent: usize, name: &str, value: &Chain) -> String {
    let beside = value.at(indent, width(name) + ": ".len(), 1);
    let line = format!("{}{name}: {beside},\n", pad(indent));
    // What can be broken is broken where it stands; what can't goes to a line of its own.
    let breaks = !value.calls.is_empty();
    if breaks || width(line.trim_end()) <= LINE {
        return line;
    }
    let below = value.at(indent + 4, 0, 1);
    format!("{}{name}:\n{}{below},\n", pad(indent), pad(indent + 4))
}

/// `use {path}::{items};`, the items sorted, wrapped as full lines.
pub fn import(path: &str, items: &[&str]) -> String {
    let mut items = items.to_vec();
    items.sort_by(|one, other| version_order(one, other));
    items.dedup();
    match items.as_slice() {
        [] => return String::new(),
        [item] => return format!("use {path}::{item};\n"),
        _ => {}
    }
    let line = format!("use {path}::{{{}}};", join(&items));
    if width(&line) <= LINE {
        return line + "\n";
    }
    let mut text = format!("use {path}::{{\n");
    let mut line = String::from("   ");
    for item in items {
        if width(&line) + 1 + width(item) + 1 > LINE {
            text.push_str(&line);
            text.push('\n');
            line = String::from("   ");
        }
        line.push_str(&format!(" {item},"));
    }
    text + &line + "\n};\n"
}

/// Sorts `use` lines as rustfmt does: name by name of their paths.
pub fn sort_uses(lines: &mut [String]) {
    let names = |line: &str| -> Vec<String> {
        let path = line.trim_end().trim_end_matches(';').rsplit("use ").next();
        let names = path.unwrap_or_default().split("::");
        names.map(str::to_owned).collect()
    };
    lines.sort_by(|one, other| {
        let (one, other) = (names(one), names(other));
        let pairs = one.iter().zip(&other);
        let differing = pairs.map(|(one, other)| version_order(one, other));
        let order = differing
            .into_iter()
            .find(|order| *order != Ordering::Equal);
        order.unwrap_or_else(|| one.len().cmp(&other.len()))
    });
}

/// The order in which rustfmt sorts names: runs of digits by their value, `_` before every other character.
pub fn version_order(one: &str, other: &str) -> Ordering {
    let mut zeros = Ordering::Equal;
    let (mut one_at, mut other_at) = (one.chars().peekable(), other.chars().peekable());
    loop {
        let (Some(&left), Some(&right)) = (one_at.peek(), other_at.peek()) else {
            return one_at.peek().cmp(&other_at.peek()).then(zeros);
        };
        if left.is_ascii_digit() && right.is_ascii_digit() {
            let (left, right) = (digits(&mut one_at), digits(&mut other_at));
            let value = |run: &str| run.trim_start_matches('0').to_owned();
            let (left_value, right_value) = (value(&left), value(&right));
            let order = left_value.len().cmp(&right_value.len());
            let order = order.then_with(|| left_value.cmp(&right_value));
            if order != Ordering::Equal {
                return order;
            }
            zeros = zeros.then(right.len().cmp(&left.len()));
            continue;
        }
        let rank = |letter: char| (letter != '_', letter);
        match rank(left).cmp(&rank(right)) {
            Ordering::Equal => {
                one_at.next();
                other_at.next();
            }
            order => return order,
        }
    }
}

fn digits(chars: &mut Peekable<Chars>) -> String {
    let mut run = String::new();
    while let Some(digit) = chars.next_if(char::is_ascii_digit) {
        run.push(digit);
    }
    run
}

/// Each item in a line of its own with a comma behind it.
pub fn lines<T: AsRef<str>>(indent: usize, items: &[T]) -> String {
    items
        .iter()
        .map(|item| format!("{}{},\n", pad(indent), item.as_ref()))
        .collect()
}

/// The text with every line moved to the right.
pub fn indented(indent: usize, text: &str) -> String {
    text.lines()
        .map(|line| format!("{}{line}\n", pad(indent)))
        .collect()
}

fn join<T: AsRef<str>>(items: impl IntoIterator<Item = T>) -> String {
    let items: Vec<T> = items.into_iter().collect();
    let items: Vec<&str> = items.iter().map(AsRef::as_ref).collect();
    items.join(", ")
}

fn pad(indent: usize) -> String {
    " ".repeat(indent)
}

/// How many columns a text takes, as rustfmt counts.
fn width(text: &str) -> usize {
    unicode_width::UnicodeWidthStr::width(text)
}
