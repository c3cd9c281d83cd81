//! Draws diagnostics as text, each with the lines that it is about.
//!
//! Called by `commands` with what `manifest::parse` and `system::validate` found.

use std::ops::Range;

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

use super::{Diagnostic, Label, Severity};
use crate::lang::Lang;

/// How many are drawn; the rest is counted. Whoever has more is helped by fixing the first ones.
const MOST: usize = 50;

/// The diagnostics in the order of the file, and a line that counts them. `lang` is that of the words around them.
pub fn render(
    path: &str,
    text: &str,
    diagnostics: &[Diagnostic],
    color: bool,
    lang: Lang,
) -> String {
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
        drawn.push_str(&renderer.render(&[group(&path, text, diagnostic, lang)]));
        drawn.push_str("\n\n");
    }
    if sorted.len() > MOST {
        let rest = sorted.len() - MOST;
        drawn.push_str(&lang.either(
            format!("… and {rest} more\n\n"),
            format!("… y {rest} más\n\n"),
        ));
    }
    drawn.push_str(&summary(path, &sorted, lang));
    drawn
}

/// What a severity is called: one of it, and several.
fn named(severity: Severity, lang: Lang) -> [&'static str; 2] {
    match severity {
        Severity::Error => lang.either(["error", "errors"], ["error", "errores"]),
        Severity::Warning => lang.either(["warning", "warnings"], ["aviso", "avisos"]),
        Severity::Note => lang.either(["note", "notes"], ["nota", "notas"]),
    }
}

fn group<'a>(path: &'a str, text: &'a str, diagnostic: &'a Diagnostic, lang: Lang) -> Group<'a> {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Note => Level::NOTE,
    };
    let title = level
        .with_name(named(diagnostic.severity, lang)[0])
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
        let level = Level::HELP.with_name(lang.either("help", "ayuda"));
        group = group.element(level.message(help.as_str()));
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

fn summary(path: &str, diagnostics: &[&Diagnostic], lang: Lang) -> String {
    let counted = |severity: Severity| {
        let of_it = diagnostics.iter().filter(|one| one.severity == severity);
        let [one, several] = named(severity, lang);
        match of_it.count() {
            0 => None,
            1 => Some(format!("1 {one}")),
            count => Some(format!("{count} {several}")),
        }
    };
    let all = [Severity::Error, Severity::Warning, Severity::Note];
    let counts: Vec<String> = all.into_iter().filter_map(counted).collect();
    let code = diagnostics[0].code;
    let counts = counts.join(", ");
    let and_code = match diagnostics.iter().any(|one| one.source.is_some()) {
        true => lang.either(" and the code beside it", " y en el código que lo acompaña"),
        false => "",
    };
    lang.either(
        format!("{counts} in {path}{and_code}; `microkit explain {code}` tells more\n"),
        format!("{counts} en {path}{and_code}; `microkit explain {code}` cuenta más\n"),
    )
}
