//! The ways that the lab `coupling` compares, and what a round of one of them brings.

use super::super::spread::percentile;
use crate::lang::Lang;

/// The ways that are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// The callee is as quick as it is.
    Fast,
    /// It is slow, and waited for.
    Slow,
    /// It is slow, with a short deadline and a circuit breaker.
    Guarded,
    /// The consumer is as quick as it is.
    Prompt,
    /// It is slow.
    Lagging,
}

/// What came of sending one kind of request at a steady pace.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Sent {
    /// How long each took that was answered 2xx, in milliseconds, sorted.
    pub good: Vec<f64>,
    /// How long each other one took, sorted.
    pub bad: Vec<f64>,
    /// In seconds.
    pub seconds: f64,
}

/// One round of one way.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Turn {
    pub main: Sent,
    /// The request of the same service that calls nobody; empty for the ways of an event.
    pub own: Sent,
    /// Events that waited at the end.
    pub waiting: u64,
}

/// The rounds of each way, in the order of `Way::ALL`; empty for those that there are not.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Measured {
    pub turns: [Vec<Turn>; 5],
    /// What the requests that failed were answered, with the deadline and the breaker: `503 User service unavailable`.
    pub refusal: Option<String>,
    /// Whether all events of the slow consumer arrived once it was quick again.
    pub arrived: bool,
    /// After how many rounds events were still under way when the next began.
    pub unsettled: u64,
}

impl Way {
    pub const ALL: [Self; 5] = [
        Self::Fast,
        Self::Slow,
        Self::Guarded,
        Self::Prompt,
        Self::Lagging,
    ];

    /// Those of a call, and those of an event.
    pub(super) const CALL: [Self; 3] = [Self::Fast, Self::Slow, Self::Guarded];
    pub(super) const EVENT: [Self; 2] = [Self::Prompt, Self::Lagging];

    pub(super) fn name(self, lang: Lang) -> &'static str {
        match (self, lang) {
            (Self::Fast, Lang::En) => "callee fast",
            (Self::Fast, Lang::Es) => "servicio rápido",
            (Self::Slow, Lang::En) => "slow, waited for",
            (Self::Slow, Lang::Es) => "lento, se le espera",
            (Self::Guarded, Lang::En) => "slow, guarded",
            (Self::Guarded, Lang::Es) => "lento, protegido",
            (Self::Prompt, Lang::En) => "consumer fast",
            (Self::Prompt, Lang::Es) => "consumidor rápido",
            (Self::Lagging, Lang::En) => "consumer slow",
            (Self::Lagging, Lang::Es) => "consumidor lento",
        }
    }
}

impl Sent {
    pub(super) fn all(&self) -> Vec<f64> {
        let mut all = [self.good.as_slice(), &self.bad].concat();
        all.sort_by(f64::total_cmp);
        all
    }

    /// The milliseconds within which half of those that failed did.
    pub(super) fn until_failed(&self) -> f64 {
        percentile(&self.bad, 0.5).unwrap_or_default()
    }

    /// The milliseconds within which such a share was answered, whatever the answer.
    pub(super) fn within(&self, share: f64) -> f64 {
        percentile(&self.all(), share).unwrap_or_default()
    }

    /// The share that failed, of a hundred.
    pub(super) fn failed(&self) -> f64 {
        match self.all().len() {
            0 => 0.0,
            all => self.bad.len() as f64 / all as f64 * 100.0,
        }
    }

    /// How many were done in a second.
    pub(super) fn rate(&self) -> f64 {
        match self.seconds > 0.0 {
            true => self.good.len() as f64 / self.seconds,
            false => 0.0,
        }
    }
}

impl Measured {
    pub fn of(&self, way: Way) -> &[Turn] {
        &self.turns[way as usize]
    }

    /// How many answers each figure of each round is of.
    pub(super) fn answers(&self) -> impl Iterator<Item = usize> {
        Way::ALL.into_iter().flat_map(|way| {
            let own = Way::CALL.contains(&way);
            let turns = self.of(way).iter();
            turns.flat_map(move |turn| {
                let own = own.then(|| turn.own.all().len());
                [turn.main.all().len()].into_iter().chain(own)
            })
        })
    }

    /// Notes whether the events of a round were delivered before the next.
    pub fn settled(&mut self, way: Way, settled: bool) {
        self.unsettled += u64::from(!settled);
        if way == Way::Lagging {
            self.arrived &= settled;
        }
    }

    pub fn of_mut(&mut self, way: Way) -> &mut Vec<Turn> {
        &mut self.turns[way as usize]
    }
}
