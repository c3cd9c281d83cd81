//! The weights: how much each answer, and each thing that a manifest shows, speaks for microservices.
//!
//! Below 0 it speaks for the monolith. `mod.rs` adds them up; `docs/decisions/0012-weights-of-advice.md` justifies them.

use super::{
    Answer, Consistency, Domain, Finding, Operations, Reason, Releases, Scaling, Stage, Technology,
};

impl Reason {
    pub fn weight(self) -> i32 {
        match self {
            Self::Answered(answer) => of_answer(answer),
            Self::NotKnown(_) => 0,
            Self::Shown(finding) => of_finding(finding),
        }
    }
}

fn of_answer(answer: Answer) -> i32 {
    match answer {
        // 10 and 50 people are the lesson's limits; five can share one room and one process.
        Answer::Team(0..=5) => -4,
        Answer::Team(6..=9) => -3,
        Answer::Team(10..=50) => 0,
        Answer::Team(_) => 3,
        Answer::Teams(0..=1) => -1,
        Answer::Teams(2..=3) => 1,
        Answer::Teams(_) => 2,
        // A border in the wrong place costs more between processes than a domain that needs none.
        Answer::Domain(Domain::Moving) => -3,
        Answer::Domain(Domain::Simple) => -2,
        Answer::Domain(Domain::Known) => 1,
        Answer::Scaling(Scaling::Same) => -1,
        Answer::Scaling(Scaling::One) => 2,
        Answer::Scaling(Scaling::Several) => 3,
        Answer::Technology(Technology::Same) => 0,
        Answer::Technology(Technology::Different) => 2,
        // The gravest: who can't see a distributed system fail can't mend it.
        Answer::Operations(Operations::None) => -5,
        Answer::Operations(Operations::Some) => 0,
        Answer::Operations(Operations::Strong) => 2,
        Answer::Stage(Stage::Mvp) => -3,
        Answer::Stage(Stage::Growing) => 0,
        Answer::Stage(Stage::Established) => 1,
        Answer::Releases(Releases::Together) => -1,
        Answer::Releases(Releases::Independent) => 3,
        Answer::Consistency(Consistency::Transactions) => -3,
        Answer::Consistency(Consistency::Eventual) => 1,
    }
}

/// Little, all together: a manifest can be changed in an afternoon, a team can't.
fn of_finding(finding: Finding) -> i32 {
    match finding {
        Finding::Staffing { services, people } => {
            let people = usize::try_from(people).unwrap_or(usize::MAX);
            match people {
                _ if services > people => -2,
                // Nobody is on duty alone: three people for each process.
                _ if services.saturating_mul(3) > people => -1,
                _ => 0,
            }
        }
        Finding::Circles(_) => -2,
        Finding::LongChains(_) | Finding::Hubs(_) | Finding::NothingOwn(_) => -1,
        Finding::Ties { events, calls } => match () {
            () if events >= calls => 1,
            () if events.saturating_mul(3) < calls => -1,
            () => 0,
        },
    }
}
