//! Draws diagnostics as text, each with the lines of the manifest that it is about.
//!
//! Called by `commands` with what `manifest::parse` and `system::validate` found.

use std::ops::Range;

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

use super::{Diagnostic, Label};

/// How many are drawn; the rest is counted. Whoever has more is helped by fixing the first ones.
const MOST: usize = 50;

/// The diagnostics in the order of the file, and a line that counts them.
pub fn render(path: &str, text: &str, diagnostics: &[Diagnostic], color: bool) -> String {
    if diagnostics.is_empty() {
        return String::new();
    }
    let renderer = match color {
        true => Renderer::styled(),
        false => Renderer::plain(),
    };
    let mut sorted: Vec<&Diagnostic> = diagnostics.iter().collect();
    sorted.sort_by_key(|diagnostic| diagnostic.at.first().map(|label| label.span.start));
    let mut drawn = String::new();
    for diagnostic in sorted.iter().take(MOST) {
        drawn.push_str(&renderer.render(&[group(path, text, diagnostic)]));
        drawn.push_str("\n\n");
    }
    if sorted.len() > MOST {
        drawn.push_str(&format!("… and {} more\n\n", sorted.len() - MOST));
    }
    drawn.push_str(&summary(path, &sorted));
    drawn
}

fn group<'a>(path: &'a str, text: &'a str, diagnostic: &'a Diagnostic) -> Group<'a> {
    let level = match diagnostic.is_error() {
        true => Level::ERROR,
        false => Level::WARNING,
    };
    let title = level
        .primary_title(diagnostic.message.as_str())
        .id(diagnostic.code.as_str());
    let lines = lines_around(text, &diagnostic.at);
    let first_line = text[..lines.start].matches('\n').count() + 1;
    let mut snippet = Snippet::source(&text[lines.clone()])
        .path(path)
        .line_start(first_line);
    for (index, label) in diagnostic.at.iter().enumerate() {
        let kind = match index {
            0 => AnnotationKind::Primary,
            _ => AnnotationKind::Context,
        };
        let span = inside(text, &label.span);
        let annotation = kind.span(span.start - lines.start..span.end - lines.start);
        snippet = snippet.annotation(match label.text.as_str() {
            "" => annotation,
            text => annotation.label(text),
        });
    }
    let mut group = title.element(snippet);
    if let Some(help) = &diagnostic.help {
        group = group.element(Level::HELP.message(help.as_str()));
    }
    group
}

/// From the start of the first line that a label touches to the end of the last: only these are given to the renderer.
fn lines_around(text: &str, labels: &[Label]) -> Range<usize> {
    let spans = || labels.iter().map(|label| inside(text, &label.span));
    let first = spans().map(|span| span.start).min().unwrap_or(0);
    let last = spans().map(|span| span.end).max().unwrap_or(0);
    let start = text[..first].rfind('\n').map_or(0, |newline| newline + 1);
    let end = text[last..]
        .find('\n')
        .map_or(text.len(), |length| last + length);
    start..end
}

/// The span, cut to the text and to whole characters.
fn inside(text: &str, span: &Range<usize>) -> Range<usize> {
    let floor = |index: usize| {
        let mut index = index.min(text.len());
        while !text.is_char_boundary(index) {
            index -= 1;
        }
        index
    };
    let start = floor(span.start);
    start..floor(span.end).max(start)
}

fn summary(path: &str, diagnostics: &[&Diagnostic]) -> String {
    let errors = diagnostics.iter().filter(|one| one.is_error()).count();
    let warnings = diagnostics.len() - errors;
    let counted = |count: usize, what: &str| match count {
        1 => format!("1 {what}"),
        _ => format!("{count} {what}s"),
    };
    let counts = match (errors, warnings) {
        (_, 0) => counted(errors, "error"),
        (0, _) => counted(warnings, "warning"),
        _ => format!(
            "{}, {}",
            counted(errors, "error"),
            counted(warnings, "warning")
        ),
    };
    let code = diagnostics[0].code;
    format!("{counts} in {path}; `microkit explain {code}` tells more\n")
}
