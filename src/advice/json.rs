//! The advice as one JSON document: `microkit advise --format json`. Names and numbers are the same in every language, the
//! sentences beside them are not.

use serde::Serialize;

use super::words::Words;
use super::{Advice, Candidate, EXTRACT_FROM, Finding, Limit, MICROSERVICES_FROM, Reason};
use crate::lang::Lang;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Document {
    microkit: &'static str,
    shape: &'static str,
    taken_out: usize,
    sentence: String,
    score: i32,
    thresholds: Thresholds,
    reasons: Vec<ReasonItem>,
    #[serde(skip_serializing_if = "Option::is_none")]
    limit: Option<LimitItem>,
    changes: Vec<ChangeItem>,
    extracted: Vec<String>,
    first: Vec<ServiceItem>,
    #[serde(skip_serializing_if = "Option::is_none")]
    not_first: Option<ServiceItem>,
    #[serde(skip_serializing_if = "Option::is_none")]
    easier: Option<ServiceItem>,
    next: Vec<StepItem>,
}

#[derive(Serialize)]
struct Thresholds {
    extract: i32,
    microservices: i32,
}

/// Either a question, with its answer if there is one, or something that the manifest shows.
#[derive(Serialize)]
struct ReasonItem {
    #[serde(skip_serializing_if = "Option::is_none")]
    question: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    answer: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    manifest: Option<&'static str>,
    weight: i32,
    why: String,
}

#[derive(Serialize)]
struct LimitItem {
    name: &'static str,
    why: &'static str,
}

#[derive(Serialize)]
struct ChangeItem {
    question: &'static str,
    answer: String,
    shape: &'static str,
}

#[derive(Serialize)]
struct ServiceItem {
    service: String,
    why: String,
}

#[derive(Serialize)]
struct StepItem {
    command: String,
    why: &'static str,
}

/// The whole advice, with a line feed behind it.
pub fn json(advice: &Advice, lang: Lang) -> String {
    let words = Words::of(lang);
    let service = |one: &Candidate| ServiceItem {
        service: one.name.to_string(),
        why: (words.candidate)(one),
    };
    let changes = advice.changes.iter().map(|change| ChangeItem {
        question: change.answer.question().flag(),
        answer: change.answer.value(),
        shape: change.shape.as_str(),
    });
    let next = advice.next.iter().map(|step| StepItem {
        // What a program reads is the same in each language.
        command: step.command(Lang::En),
        why: (words.step)(step),
    });
    let document = Document {
        microkit: env!("CARGO_PKG_VERSION"),
        shape: advice.shape.as_str(),
        taken_out: advice.taken_out,
        sentence: (words.shape)(advice.shape, advice.taken_out),
        score: advice.score,
        thresholds: Thresholds {
            extract: EXTRACT_FROM,
            microservices: MICROSERVICES_FROM,
        },
        reasons: advice
            .reasons
            .iter()
            .map(|one| reason(*one, words))
            .collect(),
        limit: advice.limit.map(|limit| LimitItem {
            name: limit.as_str(),
            why: (words.limit)(limit),
        }),
        changes: changes.collect(),
        extracted: advice.extracted.iter().map(ToString::to_string).collect(),
        first: advice.first.iter().map(service).collect(),
        not_first: advice.not_first.as_ref().map(service),
        easier: advice.easier.as_ref().map(service),
        next: next.collect(),
    };
    let written = serde_json::to_string_pretty(&document);
    written.expect("texts and numbers are always JSON") + "\n"
}

fn reason(reason: Reason, words: &Words) -> ReasonItem {
    let item = ReasonItem {
        question: None,
        answer: None,
        manifest: None,
        weight: reason.weight(),
        why: words.not_known.to_owned(),
    };
    match reason {
        Reason::Answered(answer) => ReasonItem {
            question: Some(answer.question().flag()),
            answer: Some(answer.value()),
            why: (words.why)(answer).to_owned(),
            ..item
        },
        Reason::NotKnown(question) => ReasonItem {
            question: Some(question.flag()),
            ..item
        },
        Reason::Shown(finding) => ReasonItem {
            manifest: Some(finding.as_str()),
            why: (words.finding)(finding),
            ..item
        },
    }
}

impl Limit {
    fn as_str(self) -> &'static str {
        match self {
            Self::NoNeed => "no-need",
            Self::NoOperations => "no-operations",
            Self::OneService => "one-service",
        }
    }
}

impl Finding {
    fn as_str(self) -> &'static str {
        match self {
            Self::Staffing { .. } => "staffing",
            Self::Circles(_) => "circles",
            Self::LongChains(_) => "long-chains",
            Self::Hubs(_) => "hubs",
            Self::NothingOwn(_) => "nothing-own",
            Self::Ties { .. } => "ties",
        }
    }
}
