//! The questions, and the answers that can be given to them.
//!
//! `commands/advise.rs` reads them from flags, its interview from the terminal. Read `weigh.rs` next.

use std::collections::BTreeMap;

use clap::ValueEnum;

/// What is asked, in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Question {
    Team,
    Teams,
    Domain,
    Scaling,
    Technology,
    Operations,
    Stage,
    Releases,
    Consistency,
}

/// An answer to one of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// How many people build the system: 1 or more.
    Team(u32),
    /// In how many teams they are: 1 or more.
    Teams(u32),
    Domain(Domain),
    Scaling(Scaling),
    Technology(Technology),
    Operations(Operations),
    Stage(Stage),
    Releases(Releases),
    Consistency(Consistency),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Domain {
    /// Complex, and its borders still move
    Moving,
    /// Simple: mostly records that are kept and shown
    Simple,
    /// Complex, and its borders are well known
    Known,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Scaling {
    /// Every part has about the same load
    Same,
    /// One part has to scale differently
    One,
    /// Several parts have to scale differently
    Several,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Technology {
    /// One language and one runtime fit everything
    Same,
    /// A part needs another language or runtime
    Different,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Operations {
    /// No monitoring, deployments by hand
    None,
    /// Deployments are automated, monitoring has begun
    Some,
    /// Distributed systems were run before: traces, alerts, automated deployments
    Strong,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Stage {
    /// An idea or a first version that looks for its users
    Mvp,
    /// A product that grows
    Growing,
    /// An established product
    Established,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Releases {
    /// All parts can be released together
    Together,
    /// Parts have to be released without waiting for each other
    Independent,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Consistency {
    /// Changes of several parts have to happen together or not at all
    Transactions,
    /// Parts may learn of each other's changes a moment later
    Eventual,
}

/// What was answered; the rest is not known.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Answers {
    given: BTreeMap<Question, Answer>,
    /// The services that have to scale differently, if they are named.
    pub scales: Vec<String>,
}

/// Two answers that can't both be true.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Contradiction {
    MoreTeamsThanPeople {
        teams: u32,
        people: u32,
    },
    /// Services are named that scale differently, and all are said to scale the same.
    ScalesTheSame,
}

impl Question {
    pub const ALL: [Self; 9] = [
        Self::Team,
        Self::Teams,
        Self::Domain,
        Self::Scaling,
        Self::Technology,
        Self::Operations,
        Self::Stage,
        Self::Releases,
        Self::Consistency,
    ];

    /// Its flag on the command line, without the dashes.
    pub fn flag(self) -> &'static str {
        match self {
            Self::Team => "team",
            Self::Teams => "teams",
            Self::Domain => "domain",
            Self::Scaling => "scaling",
            Self::Technology => "technology",
            Self::Operations => "operations",
            Self::Stage => "stage",
            Self::Releases => "releases",
            Self::Consistency => "consistency",
        }
    }

    /// Whether the answer is a number.
    pub fn is_number(self) -> bool {
        matches!(self, Self::Team | Self::Teams)
    }

    /// What can be answered, the strongest for microservices last; of a number, those at which its weight changes.
    pub fn choices(self) -> Vec<Answer> {
        fn all<T: ValueEnum + Copy>(answer: fn(T) -> Answer) -> Vec<Answer> {
            T::value_variants().iter().copied().map(answer).collect()
        }
        match self {
            Self::Team => [5, 6, 9, 10, 50, 51].map(Answer::Team).to_vec(),
            Self::Teams => [1, 2, 3, 4].map(Answer::Teams).to_vec(),
            Self::Domain => all(Answer::Domain),
            Self::Scaling => all(Answer::Scaling),
            Self::Technology => all(Answer::Technology),
            Self::Operations => all(Answer::Operations),
            Self::Stage => all(Answer::Stage),
            Self::Releases => all(Answer::Releases),
            Self::Consistency => all(Answer::Consistency),
        }
    }
}

impl Answer {
    pub fn question(self) -> Question {
        match self {
            Self::Team(_) => Question::Team,
            Self::Teams(_) => Question::Teams,
            Self::Domain(_) => Question::Domain,
            Self::Scaling(_) => Question::Scaling,
            Self::Technology(_) => Question::Technology,
            Self::Operations(_) => Question::Operations,
            Self::Stage(_) => Question::Stage,
            Self::Releases(_) => Question::Releases,
            Self::Consistency(_) => Question::Consistency,
        }
    }

    /// As a flag takes it: `4`, `moving`.
    pub fn value(self) -> String {
        fn name(value: impl ValueEnum) -> String {
            let value = value.to_possible_value();
            value.map_or_else(String::new, |value| value.get_name().to_owned())
        }
        match self {
            Self::Team(number) | Self::Teams(number) => number.to_string(),
            Self::Domain(value) => name(value),
            Self::Scaling(value) => name(value),
            Self::Technology(value) => name(value),
            Self::Operations(value) => name(value),
            Self::Stage(value) => name(value),
            Self::Releases(value) => name(value),
            Self::Consistency(value) => name(value),
        }
    }

    /// `--domain moving`
    pub fn as_flag(self) -> String {
        format!("--{} {}", self.question().flag(), self.value())
    }

    /// How far apart two numbers are; other answers have no distance.
    pub(super) fn distance(self, from: Option<Self>) -> u32 {
        match (self, from) {
            (Self::Team(one), Some(Self::Team(other)))
            | (Self::Teams(one), Some(Self::Teams(other))) => one.abs_diff(other),
            _ => 0,
        }
    }
}

impl Answers {
    pub fn get(&self, question: Question) -> Option<Answer> {
        self.given.get(&question).copied()
    }

    pub fn set(&mut self, answer: Answer) {
        self.given.insert(answer.question(), answer);
    }

    /// These answers with another one to one question.
    #[must_use]
    pub fn with(&self, answer: Answer) -> Self {
        let mut other = self.clone();
        other.set(answer);
        if answer == Answer::Scaling(Scaling::Same) {
            other.scales.clear();
        }
        other
    }

    /// The questions without an answer.
    pub fn unknown(&self) -> Vec<Question> {
        let all = Question::ALL.into_iter();
        all.filter(|question| self.get(*question).is_none())
            .collect()
    }

    /// The flags that give these answers.
    pub fn flags(&self) -> String {
        let mut flags: Vec<String> = self.given.values().map(|one| one.as_flag()).collect();
        if !self.scales.is_empty() {
            flags.push(format!("--scales {}", self.scales.join(",")));
        }
        flags.join(" ")
    }

    /// Answers that can't all be true.
    pub fn contradiction(&self) -> Option<Contradiction> {
        if let (Some(Answer::Team(people)), Some(Answer::Teams(teams))) =
            (self.get(Question::Team), self.get(Question::Teams))
            && teams > people
        {
            return Some(Contradiction::MoreTeamsThanPeople { teams, people });
        }
        let same = self.get(Question::Scaling) == Some(Answer::Scaling(Scaling::Same));
        (same && !self.scales.is_empty()).then_some(Contradiction::ScalesTheSame)
    }

    /// Whether a part has to scale, be built or be released differently from the others.
    pub(super) fn has_need(&self) -> bool {
        let needs = [
            Answer::Scaling(Scaling::One),
            Answer::Scaling(Scaling::Several),
            Answer::Technology(Technology::Different),
            Answer::Releases(Releases::Independent),
        ];
        needs
            .iter()
            .any(|need| self.get(need.question()) == Some(*need))
    }

    /// Whether those who run it are known to have some experience with it.
    pub(super) fn can_operate(&self) -> bool {
        let operations = self.get(Question::Operations);
        operations.is_some_and(|answer| answer != Answer::Operations(Operations::None))
    }
}
