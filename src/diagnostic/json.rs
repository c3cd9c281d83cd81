//! Findings as one JSON document, for scripts and editors: `microkit check --format json`.
//!
//! Its members are listed in `docs/check.md`. Read `sarif.rs` for the form that code scanning reads.

use std::borrow::Cow;

use serde::Serialize;

use super::position::Lines;
use super::{Finding, Label};

#[derive(Serialize)]
struct Document<'a> {
    microkit: &'static str,
    file: &'a str,
    diagnostics: Vec<Item<'a>>,
}

#[derive(Serialize)]
struct Item<'a> {
    code: &'static str,
    title: &'static str,
    severity: &'static str,
    message: &'a str,
    file: Cow<'a, str>,
    #[serde(flatten)]
    place: Place,
    labels: Vec<LabelItem<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    help: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    allowed: Option<&'a str>,
}

#[derive(Serialize)]
struct LabelItem<'a> {
    #[serde(flatten)]
    place: Place,
    text: &'a str,
}

#[derive(Serialize, Clone, Copy)]
#[serde(rename_all = "camelCase")]
struct Place {
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
}

/// The findings in the order given; `path` is the file as it is named.
pub fn json(path: &str, text: &str, findings: &[Finding<'_>]) -> String {
    let lines = Lines::of(text);
    let document = Document {
        microkit: env!("CARGO_PKG_VERSION"),
        file: path,
        diagnostics: findings
            .iter()
            .map(|finding| item(finding, path, &lines))
            .collect(),
    };
    let written = serde_json::to_string_pretty(&document);
    written.expect("texts and numbers are always JSON") + "\n"
}

fn item<'a>(finding: &Finding<'a>, path: &'a str, lines: &Lines<'_>) -> Item<'a> {
    let Finding {
        diagnostic,
        allowed,
    } = *finding;
    let inside = diagnostic.source.as_ref();
    let own = inside.map(|source| Lines::of(&source.text));
    let lines = own.as_ref().unwrap_or(lines);
    let labels = diagnostic.at.iter().map(|label| LabelItem {
        place: place(Some(label), lines),
        text: &label.text,
    });
    Item {
        code: diagnostic.code.as_str(),
        title: diagnostic.code.title(),
        severity: diagnostic.severity.as_str(),
        message: &diagnostic.message,
        file: inside.map_or(path.into(), |source| source.beside(path).into()),
        place: place(diagnostic.at.first(), lines),
        labels: labels.collect(),
        help: diagnostic.help.as_deref(),
        allowed,
    }
}

fn place(label: Option<&Label>, lines: &Lines<'_>) -> Place {
    let region = lines.region(&label.map_or(0..0, |label| label.span.clone()));
    Place {
        line: region.line,
        column: region.column,
        end_line: region.end_line,
        end_column: region.end_column,
    }
}
