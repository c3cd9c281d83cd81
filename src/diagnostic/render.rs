//! Draws diagnostics as text, each with the lines that it is about.
//!
//! Called by `commands` with what `manifest::parse` and `system::validate` found.

use std::ops::Range;

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

use super::{Diagnostic, Label, Severity};

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
    sorted.sort_by_key(|diagnostic| diagnostic.order());
    let mut drawn = String::new();
    for diagnostic in sorted.iter().take(MOST) {
        let (path, text) = match &diagnostic.source {
            None => (path.to_owned(), text),
            Some(source) => (source.beside(path), &*source.text),
        };
        drawn.push_str(&renderer.render(&[group(&path, text, diagnostic)]));
        drawn.push_str("\n\n");
    }
    if sorted.len() > MOST {
        drawn.push_str(&format!("… and {} more\n\n", sorted.len() - MOST));
    }
    drawn.push_str(&summary(path, &sorted));
    drawn
}

fn group<'a>(path: &'a str, text: &'a str, diagnostic: &'a Diagnostic) -> Group<'a> {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Note => Level::NOTE,
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
pub(super) fn inside(text: &str, span: &Range<usize>) -> Range<usize> {
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
    let counted = |severity: Severity| {
        let of_it = diagnostics.iter().filter(|one| one.severity == severity);
        let what = severity.as_str();
        match of_it.count() {
            0 => None,
            1 => Some(format!("1 {what}")),
            count => Some(format!("{count} {what}s")),
        }
    };
    let all = [Severity::Error, Severity::Warning, Severity::Note];
    let counts: Vec<String> = all.into_iter().filter_map(counted).collect();
    let code = diagnostics[0].code;
    let counts = counts.join(", ");
    let and_code = match diagnostics.iter().any(|one| one.source.is_some()) {
        true => " and the code beside it",
        false => "",
    };
    format!("{counts} in {path}{and_code}; `microkit explain {code}` tells more\n")
}
