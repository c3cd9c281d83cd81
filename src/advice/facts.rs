//! What a manifest itself shows: how its services hang together, and which of them is taken out most easily.
//!
//! Called by `commands/advise.rs` in a workspace. The remarks are those of `judge`; one that the manifest allows with a
//! reason is not counted. Everything that advice reads of a manifest is read here.

use std::cmp::Reverse;

use super::{Answer, Answers, Question};
use crate::diagnostic::Code;
use crate::judge::{Calls, judge};
use crate::manifest::Document;
use crate::system::{Database, ServiceName, System};

/// What is known of a system.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    circles: usize,
    long_chains: usize,
    hubs: usize,
    nothing_own: usize,
    /// Calls from service to service.
    calls: usize,
    /// Ways of events from service to service: one for each consumer.
    events: usize,
    /// All services, the one that is taken out most easily first.
    candidates: Vec<Candidate>,
    /// Those that are taken out already, sorted by name.
    extracted: Vec<ServiceName>,
}

/// A service, seen as one to take out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    pub name: ServiceName,
    /// The services that wait for it.
    pub callers: Vec<ServiceName>,
    /// The services that it waits for.
    pub calls: Vec<ServiceName>,
    /// How many events it publishes or consumes.
    pub events: usize,
    pub has_data: bool,
    /// Whether calls lead from it back to itself.
    pub in_circle: bool,
}

/// Something that a manifest shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Finding {
    Staffing {
        services: usize,
        people: u32,
    },
    Circles(usize),
    LongChains(usize),
    Hubs(usize),
    NothingOwn(usize),
    /// How services are tied to each other.
    Ties {
        events: usize,
        calls: usize,
    },
}

impl Facts {
    /// What the manifest shows; the system was made from this document.
    pub fn of(document: &Document, system: &System) -> Self {
        let remarks = judge(document, system).remarks;
        let count = |codes: &[Code]| {
            let is_one = |code: &Code| codes.contains(code);
            remarks.iter().filter(|one| is_one(&one.code)).count()
        };
        let consumers = system.events.iter();
        let consumers = consumers.map(|event| system.consumers(&event.name).len());
        let mut candidates = candidates(system);
        candidates.sort_by_key(Candidate::rank);
        Self {
            circles: count(&[Code::CallCycle, Code::MutualCalls, Code::RequiredCircle]),
            long_chains: count(&[Code::LongChain, Code::ShortTimeout]),
            hubs: count(&[Code::Hub]),
            nothing_own: count(&[Code::NothingOwn]),
            calls: system.services.iter().map(|one| one.calls.len()).sum(),
            events: consumers.sum(),
            candidates,
            extracted: system
                .extracted()
                .into_iter()
                .map(|service| service.name.clone())
                .collect(),
        }
    }

    /// How many services there are.
    pub fn services(&self) -> usize {
        self.candidates.len()
    }

    /// Whether `microkit check` has something to say on how the services are tied.
    pub(super) fn has_remarks(&self) -> bool {
        self.circles + self.long_chains + self.hubs + self.nothing_own > 0
    }

    /// The services that are taken out already.
    pub(super) fn extracted(&self) -> &[ServiceName] {
        &self.extracted
    }

    fn is_inside(&self, one: &Candidate) -> bool {
        !self.extracted.contains(&one.name)
    }

    /// The services that are still in the one process, those of these names first, and otherwise the one that is taken
    /// out most easily.
    pub(super) fn ranked(&self, first: &[String]) -> Vec<Candidate> {
        if self.services() < 2 {
            return Vec::new();
        }
        let mut ranked = self.candidates.clone();
        ranked.retain(|one| self.is_inside(one));
        // The sort is stable: among the named ones the order stays.
        ranked.sort_by_key(|one| !first.iter().any(|name| name == one.name.as_str()));
        ranked
    }

    /// The service that is hardest to take out, if its ties make it hard.
    pub(super) fn hardest(&self) -> Option<Candidate> {
        let mut inside = self.candidates.iter().filter(|one| self.is_inside(one));
        let hardest = inside.next_back()?;
        let is_hard = hardest.in_circle || hardest.callers.len() + hardest.calls.len() > 1;
        is_hard.then(|| hardest.clone())
    }

    /// The numbers of people on both sides of each step of the weight of `Finding::Staffing`.
    pub(super) fn staffing_steps(&self) -> Vec<u32> {
        let services = u32::try_from(self.services()).unwrap_or(u32::MAX);
        let enough = services.saturating_mul(3);
        let steps = [services - 1, services, enough - 1, enough];
        steps.into_iter().filter(|people| *people > 0).collect()
    }

    pub(super) fn findings(&self, answers: &Answers) -> Vec<Finding> {
        let staffing = match answers.get(Question::Team) {
            Some(Answer::Team(people)) => Some(Finding::Staffing {
                services: self.services(),
                people,
            }),
            _ => None,
        };
        let (events, calls) = (self.events, self.calls);
        [
            staffing,
            (events + calls > 0).then_some(Finding::Ties { events, calls }),
            (self.circles > 0).then_some(Finding::Circles(self.circles)),
            (self.long_chains > 0).then_some(Finding::LongChains(self.long_chains)),
            (self.hubs > 0).then_some(Finding::Hubs(self.hubs)),
            (self.nothing_own > 0).then_some(Finding::NothingOwn(self.nothing_own)),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}

fn candidates(system: &System) -> Vec<Candidate> {
    let calls = Calls::new(system);
    let names = |services: &[usize]| {
        let names = services.iter();
        names
            .map(|one| system.services[*one].name.clone())
            .collect()
    };
    let services = system.services.iter().enumerate();
    let candidates = services.map(|(index, service)| Candidate {
        name: service.name.clone(),
        callers: names(&calls.callers[index]),
        calls: names(&calls.of[index]),
        events: service.publishes.len() + service.consumes.len(),
        has_data: service.database != Database::None,
        in_circle: calls.is_in_circle(index),
    });
    candidates.collect()
}

impl Candidate {
    /// The less, the more easily it is taken out. Whoever waits for it depends on the network from then on, and so does
    /// it itself for what it waits for; events bind nobody. Without data of its own it leaves nothing behind but calls.
    fn rank(&self) -> (bool, usize, Reverse<usize>, ServiceName) {
        let waits = 3 * self.callers.len() + 2 * self.calls.len();
        let without_data = if self.has_data { 0 } else { 3 };
        (
            self.in_circle,
            waits + without_data,
            Reverse(self.events),
            self.name.clone(),
        )
    }
}
