//! What is said besides commands, in each language. Called by `text.rs`, `json.rs` and the interview of
//! `commands/advise.rs`; the sentences are in `words/en.rs` and `words/es.rs`.

mod en;
mod es;

use crate::lang::Lang;

use super::{Answer, Candidate, Finding, Limit, Question, Shape, Step};

/// The words of one language; what depends on something is a function of it.
pub(super) struct Words {
    /// The advice in one sentence: the shape, and how many services are taken out.
    pub shape: fn(Shape, usize) -> String,
    /// The shape inside a sentence.
    pub short_shape: fn(Shape) -> &'static str,
    /// The score, and where the thresholds are.
    pub score: fn(&str) -> String,
    pub weight: &'static str,
    pub sum: &'static str,
    /// What the manifest shows, in front of each.
    pub manifest: &'static str,
    pub not_known: &'static str,
    pub counts_nothing: &'static str,
    /// So many questions have no answer.
    pub unknown: fn(usize) -> String,
    pub limit: fn(Limit) -> &'static str,
    pub changes: &'static str,
    /// No single answer changes it, and so many points are missing.
    pub no_changes: fn(Option<i32>) -> String,
    /// In front of the services that are taken out already.
    pub extracted: &'static str,
    pub first: fn(Shape) -> &'static str,
    pub not_first: &'static str,
    pub easier: &'static str,
    pub candidate: fn(&Candidate) -> String,
    pub next: &'static str,
    pub step: fn(&Step) -> &'static str,
    pub why: fn(Answer) -> &'static str,
    pub finding: fn(Finding) -> String,
    asked: fn(Question) -> Asked,
    /// Of an answer that is no number.
    label: fn(Answer) -> &'static str,
    interview: Interview,
}

/// A question in words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Asked {
    /// What it is about, in a word or two.
    pub name: &'static str,
    pub ask: &'static str,
    /// Why it is asked.
    pub why: &'static str,
}

/// What the interview says between its questions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Interview {
    pub opening: &'static str,
    /// Where nobody can be asked and no flag answers anything.
    pub nobody: &'static str,
    pub a_number: &'static str,
    /// In front of the choices, after an answer that is none of them.
    pub one_of: &'static str,
    pub more_teams: &'static str,
    /// In front of the word that was most likely meant.
    pub did_you_mean: &'static str,
    pub not_known: &'static str,
    /// In front of the command that asks nothing.
    pub again: &'static str,
    /// How a question for yes or no is answered.
    pub yes: &'static [&'static str],
    pub no: &'static [&'static str],
    pub ended: &'static str,
}

impl Words {
    pub fn of(lang: Lang) -> &'static Self {
        match lang {
            Lang::En => &en::WORDS,
            Lang::Es => &es::WORDS,
        }
    }
}

/// The question as it is asked.
pub fn asked(question: Question, lang: Lang) -> Asked {
    (Words::of(lang).asked)(question)
}

/// The answer as it is given in the interview and shown in the table.
pub fn label(answer: Answer, lang: Lang) -> String {
    match answer {
        Answer::Team(_) | Answer::Teams(_) => answer.value(),
        _ => (Words::of(lang).label)(answer).to_owned(),
    }
}

pub fn interview(lang: Lang) -> &'static Interview {
    &Words::of(lang).interview
}

/// `1 service`, `2 services`
fn counted(count: usize, one: &str, many: &str) -> String {
    match count {
        1 => format!("1 {one}"),
        _ => format!("{count} {many}"),
    }
}

/// ` (a, b, c, …)`, the first of those names; nothing if there are none.
fn named(names: &[crate::system::ServiceName]) -> String {
    const MOST: usize = 3;
    if names.is_empty() {
        return String::new();
    }
    let mut shown: Vec<String> = names.iter().take(MOST).map(ToString::to_string).collect();
    if names.len() > MOST {
        shown.push("…".to_owned());
    }
    format!(" ({})", shown.join(", "))
}
