//! A report as one HTML file that needs no other: no script, no font, nothing from outside. Called by `commands/lab.rs`.
//!
//! The figures are bars of SVG that stretch with the window, with their numbers beside them as text.

use askama::Template;

use super::report::{Arm, Figure, Report};
use super::spread::Spread;
use super::words::Words;
use crate::lang::Lang;

#[derive(Template)]
#[template(path = "lab/page.html.askama", escape = "html")]
struct Page<'a> {
    report: &'a Report,
    words: &'a Words,
    code: &'static str,
    style: &'static str,
    title: String,
    line: &'static str,
    expected: String,
    measured: String,
    verdict: Option<&'static str>,
    figures: Vec<Chart<'a>>,
}

struct Chart<'a> {
    name: &'a str,
    rows: Vec<Bar<'a>>,
    verdicts: Vec<String>,
}

/// A bar; lengths in tenths of a percent of the whole.
struct Bar<'a> {
    name: &'a str,
    shown: String,
    low: u32,
    median: u32,
    pale: u32,
    rounds: String,
}

/// The whole page.
pub fn page(report: &Report) -> String {
    let words = Words::of(report.lang);
    let asked = &report.asked;
    let shown = |index: usize| asked.question.choice(index);
    let verdict = asked.expected.zip(report.found.answer);
    let page = Page {
        report,
        words,
        code: match report.lang {
            Lang::En => "en",
            Lang::Es => "es",
        },
        style: include_str!("page.css"),
        title: format!("{} {}: {}", words.lab, report.lab.name(), report.system),
        line: report.lab.line(report.lang),
        expected: asked
            .expected
            .map_or_else(|| words.not_asked.to_owned(), shown),
        measured: report
            .found
            .answer
            .map_or_else(|| words.undecided.to_owned(), shown),
        verdict: verdict.map(|(expected, measured)| match expected == measured {
            true => words.as_expected,
            false => words.otherwise,
        }),
        figures: report
            .found
            .figures
            .iter()
            .map(|figure| chart(figure, report.lang))
            .collect(),
    };
    page.render()
        .expect("a template of finished strings renders")
}

fn chart(figure: &Figure, lang: Lang) -> Chart<'_> {
    let top = figure.top();
    Chart {
        name: &figure.name,
        rows: figure
            .arms
            .iter()
            .map(|arm| bar(figure, arm, top))
            .collect(),
        verdicts: figure.verdicts(lang),
    }
}

fn bar<'a>(figure: &Figure, arm: &'a Arm, top: f64) -> Bar<'a> {
    let spread = arm.spread();
    let Spread { low, median, high } = spread;
    let [low, median, high] = [low, median, high].map(|value| match top > 0.0 {
        true => (value / top * 1_000.0).round() as u32,
        false => 0,
    });
    let rounds = arm.rounds.iter().map(|value| figure.unit.show(*value));
    Bar {
        name: &arm.name,
        shown: figure.unit.spread(spread),
        low,
        median,
        pale: high - low,
        rounds: rounds.collect::<Vec<_>>().join(", "),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lab::report::example;

    #[test]
    fn a_page_is_well_formed_and_brings_all_it_needs() {
        for lang in [Lang::En, Lang::Es] {
            let page = page(&example(lang));
            let body = page.strip_prefix("<!doctype html>\n").unwrap();
            let document = roxmltree::Document::parse(body).unwrap();
            let elements = || document.descendants().filter(|node| node.is_element());
            let outside = elements().filter(|node| {
                ["src", "href"].iter().any(|name| node.has_attribute(*name))
                    || node.has_tag_name("script")
            });
            assert_eq!(outside.count(), 0);
            assert!(!page.contains("http"), "{page}");
            let tagged = |name: &str| {
                elements()
                    .filter(|node| node.tag_name().name() == name)
                    .count()
            };
            assert_eq!((tagged("svg"), tagged("h1")), (2, 1));
        }
    }

    #[test]
    fn a_page_says_all_that_the_report_says() {
        let report = example(Lang::En);
        let page = page(&report);
        let document =
            roxmltree::Document::parse(page.strip_prefix("<!doctype html>\n").unwrap()).unwrap();
        let text: Vec<&str> = document
            .descendants()
            .filter_map(|node| node.text())
            .collect();
        let text = text.join(" ");
        let mut said: Vec<String> = report.found.findings.clone();
        said.extend(report.found.limits.clone());
        said.extend(report.found.figures[0].verdicts(Lang::En));
        said.extend(report.found.tables[0].rows[0].clone());
        for figure in &report.found.figures {
            said.push(figure.name.clone());
            said.extend(figure.arms.iter().map(|arm| arm.name.clone()));
            said.extend(
                figure
                    .arms
                    .iter()
                    .map(|arm| figure.unit.spread(arm.spread())),
            );
        }
        said.extend(
            [
                "POST /api/<loaves>",
                "microkit explain latency",
                "not asked",
            ]
            .map(str::to_owned),
        );
        for words in said {
            assert!(text.contains(&words), "{words} is not in {text}");
        }
    }
}
