//! What is seen of each request before, while and after a process is dead, and the tables of it.

use std::collections::BTreeMap;

use super::super::drive::Drive;
use super::super::report::{Table, Unit};
use super::super::spread::Spread;
use crate::lang::Lang;

/// When a request was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    Before,
    Down,
    /// Once all was as before.
    After,
}

/// What came of a request, each time that it was sent in one phase.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Seen {
    /// How often each status; `None` is no answer.
    pub statuses: BTreeMap<Option<u16>, u64>,
    /// What the answers that were not 2xx said, by their status.
    pub said: BTreeMap<(Option<u16>, String), u64>,
    /// How long those took, in milliseconds.
    pub took: Vec<f64>,
}

/// A request, and what came of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Probed<'a> {
    pub drive: Drive<'a>,
    /// For each `Phase`.
    pub seen: [Seen; 3],
}

/// What killing a process did, each time that it was.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Fault<'a> {
    pub probes: Vec<Probed<'a>>,
    /// From the start of the process until it was ready, in milliseconds.
    pub ready: Vec<f64>,
    /// From there until everything was answered as before.
    pub back: Vec<f64>,
    /// How often it was not, for as long as it was waited for.
    pub never: usize,
    /// How long requests to the dead service took to fail at the median, in milliseconds: until the circuit breaker of the
    /// gateway opened, and from then on.
    pub failing: [Vec<f64>; 2],
    /// Requests that were under way when it was killed and failed, of how many.
    pub torn: [u64; 2],
}

/// Events for a consumer that was dead.
#[derive(Debug, Clone, PartialEq)]
pub struct Waited {
    pub consumer: String,
    pub publisher: String,
    /// What was sent to the publisher meanwhile: `POST /api/orders`.
    pub request: String,
    pub sent: u64,
    /// How many of them were answered 2xx.
    pub good: u64,
    /// Events of before that were not delivered by then.
    pub before: u64,
    /// Events of these that waited in the outbox at the end.
    pub waiting: u64,
    /// How many the consumer took once it was back.
    pub taken: u64,
    /// How long it took from its start until none waited, in milliseconds, if that was so.
    pub emptied: Option<f64>,
}

impl Seen {
    /// Adds one answer, or none, with what it says and the milliseconds it took.
    pub fn add(&mut self, status: Option<u16>, said: String, took: f64) {
        *self.statuses.entry(status).or_default() += 1;
        if !is_good(status) {
            *self.said.entry((status, said)).or_default() += 1;
            self.took.push(took);
        }
    }

    pub fn failed(&self) -> u64 {
        let failed = self
            .statuses
            .iter()
            .filter(|(status, _)| !is_good(**status));
        failed.map(|(_, count)| count).sum()
    }

    fn sent(&self) -> u64 {
        self.statuses.values().sum()
    }

    /// `201`, or `200 × 40, 503 × 2`, or `-` where nothing was sent.
    fn cell(&self, lang: Lang) -> String {
        let shown = |status: &Option<u16>| match status {
            Some(status) => status.to_string(),
            None => nobody(lang).to_owned(),
        };
        match self.statuses.len() {
            0 => "-".to_owned(),
            1 => self.statuses.keys().map(shown).collect(),
            _ => {
                let each = self.statuses.iter();
                let each = each.map(|(status, count)| format!("{} × {count}", shown(status)));
                each.collect::<Vec<_>>().join(", ")
            }
        }
    }
}

impl<'a> Probed<'a> {
    pub fn new(drive: Drive<'a>) -> Self {
        Self {
            drive,
            seen: Default::default(),
        }
    }

    pub fn at(&self, phase: Phase) -> &Seen {
        &self.seen[phase as usize]
    }

    pub fn at_mut(&mut self, phase: Phase) -> &mut Seen {
        &mut self.seen[phase as usize]
    }

    /// Whether it failed at all while the process was dead; `None` if it was not sent.
    fn fell(&self) -> Option<bool> {
        let down = self.at(Phase::Down);
        (down.sent() > 0).then(|| down.failed() > 0)
    }
}

impl Fault<'_> {
    /// The requests that failed while the process was dead, and those that did not.
    pub fn parted(&self) -> (Vec<&Probed<'_>>, Vec<&Probed<'_>>) {
        let sent = self.probes.iter().filter(|probed| probed.fell().is_some());
        sent.partition(|probed| probed.fell() == Some(true))
    }

    pub fn sent(&self) -> u64 {
        let seen = self.probes.iter().flat_map(|probed| &probed.seen);
        seen.map(Seen::sent).sum::<u64>() + self.torn[1]
    }
}

fn is_good(status: Option<u16>) -> bool {
    status.is_some_and(|status| (200..300).contains(&status))
}

pub(super) fn nobody(lang: Lang) -> &'static str {
    lang.either("no answer", "sin respuesta")
}

/// Each request, and what was answered when.
pub(super) fn table(name: String, fault: &Fault, lang: Lang) -> Table {
    let columns = lang.either(
        ["request", "before", "dead", "back"],
        ["petición", "antes", "muerto", "de vuelta"],
    );
    let row = |probed: &Probed| {
        let mut row = vec![probed.drive.name()];
        row.extend(probed.seen.iter().map(|seen| seen.cell(lang)));
        row
    };
    Table {
        name,
        columns: columns.map(str::to_owned).to_vec(),
        rows: fault.probes.iter().map(row).collect(),
    }
}

/// What clients were told instead, and how long that took; `None` where nothing failed.
pub(super) fn told(fault: &Fault, lang: Lang) -> Option<Table> {
    let (fell, _) = fault.parted();
    let rows = fell.into_iter().map(|probed| {
        let seen = probed.at(Phase::Down);
        let most = seen.said.iter().max_by_key(|(_, count)| **count);
        let said = most.map_or_else(String::new, |((status, said), _)| match status {
            Some(status) => format!("{status} {said}"),
            None => nobody(lang).to_owned(),
        });
        let spread = Spread::of(&seen.took);
        let took = spread.map_or_else(String::new, |spread| Unit::Milliseconds.show(spread.median));
        vec![probed.drive.name(), said, took]
    });
    let rows: Vec<Vec<String>> = rows.collect();
    let (name, columns) = lang.either(
        (
            "What the ones that failed were told, and how soon (median)",
            ["request", "answer", "took"],
        ),
        (
            "Qué se respondió a las que fallaron, y en cuánto tiempo (mediana)",
            ["petición", "respuesta", "tardó"],
        ),
    );
    (!rows.is_empty()).then(|| Table {
        name: name.to_owned(),
        columns: columns.map(str::to_owned).to_vec(),
        rows,
    })
}
