//! The advice as people read it. Called by `commands/advise.rs`; the words are in `words.rs`.

use super::words::Words;
use super::{Advice, Candidate, Reason, Shape, asked, label};
use crate::lang::Lang;

/// The answer first, then the table of reasons, what would change it, and what to do.
pub fn text(advice: &Advice, lang: Lang) -> String {
    let words = Words::of(lang);
    let mut parts = vec![
        format!(
            "{}\n({})\n",
            (words.shape)(advice.shape, advice.taken_out),
            (words.score)(&signed(advice.score))
        ),
        table(advice, words, lang),
    ];
    let unknown = |reason: &&Reason| matches!(reason, Reason::NotKnown(_));
    let unknown = advice.reasons.iter().filter(unknown).count();
    if unknown > 0 {
        parts.push(format!("{}\n", (words.unknown)(unknown)));
    }
    if let Some(limit) = advice.limit {
        parts.push(format!("{}\n", (words.limit)(limit)));
    }
    parts.push(changes(advice, words));
    parts.extend(services(advice, words));
    parts.push(next(advice, words, lang));
    parts.join("\n")
}

fn table(advice: &Advice, words: &Words, lang: Lang) -> String {
    let rows: Vec<[String; 3]> = advice
        .reasons
        .iter()
        .map(|one| row(*one, words, lang))
        .collect();
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max();
    let answers = width(1).unwrap_or_default();
    let mut text = String::new();
    for [weight, answer, why] in &rows {
        text.push_str(&format!("  {weight:>6}  {answer:answers$}  {why}\n"));
    }
    text.push_str(&format!("  {:>6}  {}\n", signed(advice.score), words.sum));
    format!("  {:>6}\n{text}", words.weight)
}

/// Its weight, what was answered, and why that matters.
fn row(reason: Reason, words: &Words, lang: Lang) -> [String; 3] {
    let weight = signed(reason.weight());
    let [answer, why] = match reason {
        Reason::Answered(answer) => [
            format!(
                "{}: {}",
                asked(answer.question(), lang).name,
                label(answer, lang)
            ),
            (words.why)(answer).to_owned(),
        ],
        Reason::NotKnown(question) => [
            format!("{}: {}", asked(question, lang).name, words.not_known),
            words.counts_nothing.to_owned(),
        ],
        Reason::Shown(finding) => [words.manifest.to_owned(), (words.finding)(finding)],
    };
    [weight, answer, why]
}

/// `+2`, `-3`, `0`
fn signed(weight: i32) -> String {
    match weight {
        0 => "0".to_owned(),
        _ => format!("{weight:+}"),
    }
}

fn changes(advice: &Advice, words: &Words) -> String {
    if advice.changes.is_empty() {
        return format!("{}\n", (words.no_changes)(advice.points_away()));
    }
    let lines = advice.changes.iter();
    listed(
        words.changes,
        lines.map(|change| {
            let shape = (words.short_shape)(change.shape);
            (change.answer.as_flag(), format!("-> {shape}"))
        }),
    )
}

/// Which services are taken out already, which to take out first, and which not.
fn services(advice: &Advice, words: &Words) -> Vec<String> {
    let mut alone = Vec::new();
    if !advice.extracted.is_empty() {
        let names = advice.extracted.iter().map(ToString::to_string);
        let names: Vec<String> = names.collect();
        alone.push(format!("{} {}\n", words.extracted, names.join(", ")));
    }
    let groups = [
        ((words.first)(advice.shape), advice.first.as_slice()),
        (words.easier, advice.easier.as_slice()),
        (words.not_first, advice.not_first.as_slice()),
    ];
    let told = |one: &Candidate| (one.name.to_string(), (words.candidate)(one));
    let groups = groups.into_iter().filter(|(_, group)| !group.is_empty());
    let groups = groups.map(|(heading, group)| listed(heading, group.iter().map(told)));
    alone.into_iter().chain(groups).collect()
}

fn next(advice: &Advice, words: &Words, lang: Lang) -> String {
    let steps = advice.next.iter();
    listed(
        words.next,
        steps.map(|step| (step.command(lang), (words.step)(step).to_owned())),
    )
}

/// A heading, and lines of two columns below it.
fn listed(heading: &str, lines: impl Iterator<Item = (String, String)>) -> String {
    let lines: Vec<(String, String)> = lines.collect();
    let width = lines.iter().map(|(left, _)| left.chars().count()).max();
    let width = width.unwrap_or_default();
    let lines = lines
        .iter()
        .map(|(left, right)| format!("  {left:width$}  {right}\n"));
    format!("{heading}\n{}", lines.collect::<String>())
}

impl Shape {
    /// Its name for other programs.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Monolith => "monolith",
            Self::Extract => "extract",
            Self::Microservices => "microservices",
        }
    }
}
