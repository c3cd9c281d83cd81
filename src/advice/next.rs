//! What to do now: the commands that follow from an advice. Called by `advise`; `words.rs` says what each does.

use super::{Advice, Answers, Facts, Shape};
use crate::lang::Lang;
use crate::topics::Topic;

/// Stands for a service that has no name yet.
const ANY: &str = "SERVICE";

/// A command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    New,
    Run,
    RunAsMany,
    Check,
    Extract(String),
    Absorb(String),
    Explain,
}

impl Step {
    /// What is typed; a topic has its name in the language of the reader.
    pub fn command(&self, lang: Lang) -> String {
        match self {
            Self::New => format!("microkit new {}", lang.either("NAME", "NOMBRE")),
            Self::Run => "microkit run".to_owned(),
            Self::RunAsMany => "microkit run --shape microservices".to_owned(),
            Self::Check => "microkit check".to_owned(),
            Self::Extract(name) => format!("microkit extract {}", shown(name, lang)),
            Self::Absorb(name) => format!("microkit absorb {}", shown(name, lang)),
            Self::Explain => format!("microkit explain {}", Topic::WhenToUse.name(lang)),
        }
    }
}

/// The name of a service, or the word that stands for one.
fn shown(name: &str, lang: Lang) -> &str {
    match name == ANY {
        true => lang.either(ANY, "SERVICIO"),
        false => name,
    }
}

pub(super) fn steps(advice: &Advice, answers: &Answers, facts: Option<&Facts>) -> Vec<Step> {
    let mut steps = Vec::new();
    if facts.is_none() {
        steps.push(Step::New);
    }
    steps.push(Step::Run);
    if facts.is_some_and(Facts::has_remarks) {
        steps.push(Step::Check);
    }
    let mut names: Vec<String> = match facts {
        Some(_) => advice
            .first
            .iter()
            .map(|one| one.name.to_string())
            .collect(),
        None => answers.scales.clone(),
    };
    if names.is_empty() && advice.extracted.is_empty() {
        names.push(ANY.to_owned());
    }
    if advice.shape == Shape::Monolith {
        let extracted = advice.extracted.iter();
        steps.extend(extracted.map(|name| Step::Absorb(name.to_string())));
    } else if !names.is_empty() {
        let undo = Step::Absorb(names[0].clone());
        steps.extend(names.into_iter().map(Step::Extract));
        steps.push(undo);
    }
    if advice.shape == Shape::Microservices {
        steps.push(Step::RunAsMany);
    }
    steps.push(Step::Explain);
    steps
}
