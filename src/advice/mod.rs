//! One process or many: what the answers to nine questions, and the manifest if there is one, advise.
//!
//! `commands/advise.rs` asks, calls `advise` and prints. Pure: the same answers, the same advice. Each answer has a weight
//! towards microservices; their sum and two thresholds give the shape, and limits hold it back where no sum may decide.
//! The lesson's own criteria weigh most, and those against microservices more than those for them: a monolith that was
//! outgrown can be taken apart service by service, while microservices that came too early are dear to put together again.
//! Read `answers.rs` first, then `weigh.rs` for the weights, `facts.rs` for what a manifest shows, `words.rs` and
//! `text.rs` for how it is said; `docs/decisions/0012-weights-of-advice.md` justifies the numbers.

use crate::system::ServiceName;

mod answers;
mod facts;
mod json;
mod next;
mod text;
mod weigh;
mod words;

pub use answers::{
    Answer, Answers, Consistency, Contradiction, Domain, Operations, Question, Releases, Scaling,
    Stage, Technology,
};
pub use facts::{Candidate, Facts, Finding};
pub use json::json;
pub use next::Step;
pub use text::text;
pub use words::{Asked, Interview, asked, interview, label};

/// From this score on a service is taken out. Every single need weighs as much, so one of them is enough where nothing
/// speaks against it.
pub const EXTRACT_FROM: i32 = 2;

/// From this score on it is microservices. All needs together weigh 8, so they never get there alone: those who build and
/// run the system have to be ready for it too.
pub const MICROSERVICES_FROM: i32 = 10;

/// The shapes a system can have, from one process to many.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Shape {
    /// All services in one process.
    Monolith,
    /// Some services run alone, the others in one process.
    Extract,
    /// Each service runs alone.
    Microservices,
}

/// What is advised, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Advice {
    pub shape: Shape,
    /// How many services to take out; 0 unless the shape is `Extract`.
    pub taken_out: usize,
    /// The sum of the weights of all reasons.
    pub score: i32,
    /// The questions in their order, then what the manifest shows.
    pub reasons: Vec<Reason>,
    /// Why the shape is less than the score alone would give.
    pub limit: Option<Limit>,
    /// The single answers that would give another shape, those that change the score least first.
    pub changes: Vec<Change>,
    /// The services that are taken out already, as the manifest says.
    pub extracted: Vec<ServiceName>,
    /// The services to take out first, in this order; without a manifest there are none.
    pub first: Vec<Candidate>,
    /// The service that is hardest to take out; none where it is one of `first`, since it was asked for.
    pub not_first: Option<Candidate>,
    /// The one that is taken out most easily, where the hardest one was asked for.
    pub easier: Option<Candidate>,
    /// What to do now.
    pub next: Vec<Step>,
}

/// Something that speaks for one shape or another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    Answered(Answer),
    /// It counts as 0.
    NotKnown(Question),
    Shown(Finding),
}

/// What no score may overrule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limit {
    /// No part has to scale, be built or be released differently: there is nothing to win.
    NoNeed,
    /// Nobody has run a distributed system, or it is not known: no more than the first steps.
    NoOperations,
    /// The system has one service alone.
    OneService,
}

/// Another answer to one question, and the shape that it would give.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Change {
    pub answer: Answer,
    pub shape: Shape,
}

/// Weighs the answers, and what a manifest shows if there is one.
pub fn advise(answers: &Answers, facts: Option<&Facts>) -> Advice {
    let reasons = reasons(answers, facts);
    let score = score(&reasons);
    let (shape, limit) = shape(score, answers, facts);
    let taken_out = match shape {
        Shape::Extract => taken_out(answers, facts),
        Shape::Monolith | Shape::Microservices => 0,
    };
    let ranked = |names| facts.map_or_else(Vec::new, |facts| facts.ranked(names));
    let extracted = facts.map_or_else(Vec::new, |facts| facts.extracted().to_vec());
    let mut first = ranked(&answers.scales);
    first.truncate(match shape {
        Shape::Extract => taken_out.saturating_sub(extracted.len()),
        Shape::Monolith | Shape::Microservices => 1,
    });
    let (asked_for, not_first) = match facts.and_then(Facts::hardest) {
        Some(hardest) if first.contains(&hardest) => (true, None),
        hardest => (false, hardest),
    };
    let easier = ranked(&[]).into_iter().next().filter(|_| asked_for);
    let mut advice = Advice {
        changes: changes(shape, score, answers, facts),
        easier: easier.filter(|easiest| !first.contains(easiest)),
        not_first,
        first,
        extracted,
        shape,
        taken_out,
        score,
        reasons,
        limit,
        next: Vec::new(),
    };
    advice.next = next::steps(&advice, answers, facts);
    advice
}

fn reasons(answers: &Answers, facts: Option<&Facts>) -> Vec<Reason> {
    let answered = Question::ALL.map(|question| match answers.get(question) {
        Some(answer) => Reason::Answered(answer),
        None => Reason::NotKnown(question),
    });
    let shown = facts.map_or_else(Vec::new, |facts| facts.findings(answers));
    let shown = shown.into_iter().map(Reason::Shown);
    answered.into_iter().chain(shown).collect()
}

fn score(reasons: &[Reason]) -> i32 {
    reasons.iter().map(|reason| reason.weight()).sum()
}

impl Advice {
    /// How many points there are to the nearest other shape, if it is a matter of points.
    fn points_away(&self) -> Option<i32> {
        match (self.limit, self.shape) {
            (Some(_), _) | (None, Shape::Extract) => None,
            (None, Shape::Monolith) => Some(EXTRACT_FROM - self.score),
            (None, Shape::Microservices) => Some(self.score - MICROSERVICES_FROM + 1),
        }
    }
}

/// The shape that a score gives, and what held it back if something did.
fn shape(score: i32, answers: &Answers, facts: Option<&Facts>) -> (Shape, Option<Limit>) {
    let by_score = match score {
        MICROSERVICES_FROM.. => Shape::Microservices,
        EXTRACT_FROM.. => Shape::Extract,
        _ => Shape::Monolith,
    };
    let limits = [
        (
            facts.is_some_and(|facts| facts.services() == 1),
            Shape::Monolith,
            Limit::OneService,
        ),
        (!answers.has_need(), Shape::Monolith, Limit::NoNeed),
        (!answers.can_operate(), Shape::Extract, Limit::NoOperations),
    ];
    let holds = limits
        .into_iter()
        .find(|(applies, most, _)| *applies && by_score > *most);
    match holds {
        Some((_, most, limit)) => (most, Some(limit)),
        None => (by_score, None),
    }
}

/// As many as are named or said to scale differently, at least one, and never all of them.
fn taken_out(answers: &Answers, facts: Option<&Facts>) -> usize {
    let wanted = match answers.get(Question::Scaling) {
        _ if !answers.scales.is_empty() => answers.scales.len(),
        Some(Answer::Scaling(Scaling::Several)) => 2,
        _ => 1,
    };
    let most = facts.map_or(usize::MAX, |facts| facts.services() - 1);
    wanted.min(most).max(1)
}

/// The choices; of the number of people, also those at which what is known of the system weighs differently.
fn alternatives(question: Question, answers: &Answers, facts: Option<&Facts>) -> Vec<Answer> {
    let mut choices = question.choices();
    if question == Question::Team {
        let staffing = facts.map_or_else(Vec::new, Facts::staffing_steps);
        choices.extend(staffing.into_iter().map(Answer::Team));
        if let Some(Answer::Teams(teams)) = answers.get(Question::Teams) {
            // The fewest people that so many teams can be made of.
            choices.push(Answer::Team(teams));
        }
    }
    choices
}

/// For each question and each other shape, the answer nearest to the present one.
fn changes(now: Shape, score_now: i32, answers: &Answers, facts: Option<&Facts>) -> Vec<Change> {
    let mut found: Vec<(u32, u32, Change)> = Vec::new();
    for question in Question::ALL {
        for answer in alternatives(question, answers, facts) {
            let other = answers.with(answer);
            if other.contradiction().is_some() {
                continue;
            }
            let score = score(&reasons(&other, facts));
            let (shape, _) = shape(score, &other, facts);
            if shape == now {
                continue;
            }
            let step = answer.distance(answers.get(question));
            let one = (score.abs_diff(score_now), step, Change { answer, shape });
            let same = |(_, _, change): &&mut (u32, u32, Change)| {
                change.shape == shape && change.answer.question() == question
            };
            match found.iter_mut().find(same) {
                Some(best) if (one.0, one.1) < (best.0, best.1) => *best = one,
                Some(_) => {}
                None => found.push(one),
            }
        }
    }
    found.sort_by_key(|(by, _, change)| (*by, change.answer.question()));
    found.into_iter().map(|(_, _, change)| change).collect()
}
