//! The lab `delivery`: events on their way from a publisher's outbox to a consumer, while the one or the other is killed in
//! mid-flight. The consumer is the workspace's own, or a naive one that acknowledges first and works afterwards.
//! `commands/lab/delivery.rs` runs it; what the counts say is in `delivery/words.rs`.

mod queue;
#[cfg(test)]
mod tests;
mod words;

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::drive::{self, Drive, Kind};
use super::machine::Machine;
use super::question::Question;
use super::report::{self, Figure, Found, Table, Unit};
use crate::lang::Lang;
use crate::plan;
use crate::system::{Event, Service, System};
pub use queue::{LeftOut, Queued, Through};

/// The two consumers that are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Arm {
    /// That of the workspace: what it does and that it has seen the event are one transaction, and then it answers.
    Own,
    /// It answers, and works on the event afterwards, in memory.
    Naive,
}

impl Arm {
    /// Both, in the order in which they are shown.
    pub const ALL: [Self; 2] = [Self::Own, Self::Naive];
}

/// Who is killed, and at which moment of a delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Blow {
    /// The consumer, about when an event has come to it.
    AtWork,
    /// The consumer, just after it has acknowledged an event.
    Acknowledged,
    /// The consumer, after it has acknowledged an event and before the publisher hears of it.
    AnswerLost,
    /// The publisher, before it hears that an event was acknowledged.
    Publisher,
}

/// Each falls once in every round.
pub const BLOWS: [Blow; 4] = [
    Blow::AtWork,
    Blow::Acknowledged,
    Blow::AnswerLost,
    Blow::Publisher,
];

/// A lab sends fewer requests than these.
const ENOUGH: u64 = 1_000;

/// An event on its way from one service to another.
#[derive(Debug, Clone, PartialEq)]
pub struct Seam<'a> {
    pub publisher: &'a Service,
    pub event: &'a Event,
    pub consumer: &'a Service,
    /// The requests that may publish it, the likeliest first.
    pub drives: Vec<Drive<'a>>,
}

/// What is measured.
#[derive(Debug, Clone, PartialEq)]
pub struct Delivery<'a> {
    pub seam: Seam<'a>,
}

/// A round with one of the consumers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counted {
    /// Requests that were answered 201, each of which publishes an event.
    pub sent: u64,
    /// Requests that got no answer, or one that says that the publisher is not there.
    pub refused: u64,
    /// Requests that were answered anything else.
    pub odd: u64,
    /// Attempts to deliver an event, those that nobody answered included.
    pub attempts: u64,
    /// Events that came to the consumer more than once, as it acknowledged them more than once.
    pub twice_acknowledged: u64,
    /// Events that were handled, once or more often.
    pub handled: u64,
    /// Events that were handled more than once.
    pub twice_handled: u64,
}

/// The rounds with both consumers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Measured {
    /// For each of `Arm::ALL`.
    pub rounds: [Vec<Counted>; 2],
    /// By how many entries the resources of the workspace's own consumer have grown, by their paths.
    pub grown: BTreeMap<String, u64>,
}

impl Counted {
    /// Events that were published, and never handled.
    pub fn lost(&self) -> u64 {
        self.sent.saturating_sub(self.handled)
    }

    /// Of a hundred events.
    fn share_lost(&self) -> f64 {
        match self.sent {
            0 => 0.0,
            sent => self.lost() as f64 / sent as f64 * 100.0,
        }
    }
}

impl Measured {
    /// Notes what the resources of the consumer had before a round, and after it.
    pub fn made(&mut self, before: &BTreeMap<String, u64>, after: &BTreeMap<String, u64>) {
        for (path, count) in after {
            let more = count.saturating_sub(before.get(path).copied().unwrap_or(0));
            *self.grown.entry(path.clone()).or_default() += more;
        }
    }

    /// All rounds of a consumer together. What was lost in one is not made up for by another, so it is summed by itself.
    fn total(&self, arm: Arm) -> (Counted, u64) {
        let rounds = &self.rounds[arm as usize];
        let sum = |figure: fn(&Counted) -> u64| rounds.iter().map(figure).sum();
        let all = Counted {
            sent: sum(|one| one.sent),
            refused: sum(|one| one.refused),
            odd: sum(|one| one.odd),
            attempts: sum(|one| one.attempts),
            twice_acknowledged: sum(|one| one.twice_acknowledged),
            handled: sum(|one| one.handled),
            twice_handled: sum(|one| one.twice_handled),
        };
        (all, sum(Counted::lost))
    }
}

/// The events of a system that have a publisher which is sent requests and a consumer. Those that what is generated
/// publishes by itself come first.
pub fn seams(system: &System) -> Vec<Seam<'_>> {
    let mut seams = Vec::new();
    for event in &system.events {
        let Some(publisher) = system.publisher(&event.name) else {
            continue;
        };
        let mut drives: Vec<Drive> = drive::creating(publisher).collect();
        drives.retain(|drive| bodies(drive) >= ENOUGH);
        drives.sort_by_key(|drive| Reverse(tells_of(event, drive)));
        let consumers = system.consumers(&event.name).into_iter();
        let others = consumers.filter(|consumer| consumer.name != publisher.name);
        seams.extend(others.map(|consumer| Seam {
            publisher,
            event,
            consumer,
            drives: drives.clone(),
        }));
    }
    seams.retain(|seam| !seam.drives.is_empty());
    seams.sort_by_key(|seam| Reverse(tells_of(seam.event, &seam.drives[0])));
    seams
}

fn bodies(drive: &Drive) -> u64 {
    match drive.kind {
        Kind::Create(resource) => plan::bodies(resource),
        _ => 0,
    }
}

/// Whether an event says by its name that what the request creates was created.
fn tells_of(event: &Event, drive: &Drive) -> bool {
    match drive.kind {
        Kind::Create(resource) => {
            event.name.as_str() == format!("{}.created", resource.name.snake())
        }
        _ => false,
    }
}

impl Delivery<'_> {
    /// What will be done.
    pub fn intro(&self, lang: Lang) -> String {
        let Seam {
            publisher,
            event,
            consumer,
            ..
        } = &self.seam;
        let (publisher, event, consumer) = (&publisher.name, &event.name, &consumer.name);
        lang.either(
            format!(
                "{publisher} publishes {event} through its outbox, and {consumer} consumes it over HTTP. While requests come \
                 in, the consumer is killed at three moments of a delivery, the publisher at one, and each is started again. \
                 The consumer is in turn that of the workspace, which answers once the event is handled, and a naive one, \
                 which acknowledges at once and works afterwards. Where RabbitMQ is installed, the same events then go \
                 through a broker of the lab's own, which is killed as well."
            ),
            format!(
                "{publisher} publica {event} a través de su outbox, y {consumer} lo consume por HTTP. Mientras llegan \
                 peticiones, se mata al consumidor en tres momentos de una entrega y al publicador en uno, y se vuelven a \
                 arrancar. El consumidor es por turnos el del workspace, que responde cuando el evento está procesado, y uno \
                 ingenuo, que confirma al instante y trabaja después. Si RabbitMQ está instalado, los mismos eventos pasan luego por \
                 un broker propio del laboratorio, al que también se mata."
            ),
        )
    }

    pub fn question(&self, lang: Lang) -> Question {
        let event = &self.seam.event.name;
        let text = lang.either(
            format!(
                "Every request that was answered 201 has published {event}. With which consumer are some of these events never \
                 handled?"
            ),
            format!(
                "Cada petición respondida con 201 ha publicado {event}. ¿Con qué consumidor hay eventos que nunca se \
                 procesan?"
            ),
        );
        let choices = lang.either(
            [
                "with neither: who is started again goes on where it was",
                "only with the one that acknowledges first",
                "only with the one that answers last",
                "with both: who is killed loses what it was doing",
            ],
            [
                "con ninguno: quien vuelve a arrancar sigue donde estaba",
                "solo con el que confirma primero",
                "solo con el que responde al final",
                "con los dos: quien muere pierde lo que estaba haciendo",
            ],
        );
        Question {
            text,
            choices: choices.map(str::to_owned).to_vec(),
        }
    }

    /// What the counts say.
    pub fn found(
        &self,
        measured: &Measured,
        through: &Through,
        machine: &Machine,
        lang: Lang,
    ) -> Found {
        let queued = through.as_deref().unwrap_or_default();
        let lost = Arm::ALL.map(|arm| measured.total(arm).1 > 0);
        let answer = match lost {
            [false, false] => 0,
            [false, true] => 1,
            [true, false] => 2,
            [true, true] => 3,
        };
        Found {
            answer: Some(answer),
            setting: {
                let mut rows = self.setting(measured, lang);
                rows.extend(queue::setting(queued, lang));
                rows.extend(machine.setting(lang));
                rows
            },
            figures: vec![figure(measured, lang)],
            tables: [table(measured, lang)]
                .into_iter()
                .chain(queue::table(queued, lang))
                .collect(),
            findings: [self.findings(measured, lang), queue::findings(queued, lang)].concat(),
            limits: [vec![queue::limit(through, lang)], words::limits(lang)].concat(),
            reading: [self.reading(lang), queue::reading(through, lang)].concat(),
        }
    }
}

fn figure(measured: &Measured, lang: Lang) -> Figure {
    let arms = Arm::ALL.into_iter().map(|arm| report::Arm {
        name: words::arm(arm, lang).to_owned(),
        rounds: measured.rounds[arm as usize]
            .iter()
            .map(Counted::share_lost)
            .collect(),
    });
    Figure {
        name: lang.either("events lost", "eventos perdidos").to_owned(),
        unit: Unit::Percent,
        arms: arms.collect(),
    }
}

/// What became of the events of all rounds.
fn table(measured: &Measured, lang: Lang) -> Table {
    let columns = lang.either(
        [
            "",
            "sent",
            "handled",
            "lost",
            "handled again",
            "delivered again",
        ],
        [
            "",
            "enviados",
            "procesados",
            "perdidos",
            "reprocesados",
            "reentregados",
        ],
    );
    let rows = Arm::ALL.into_iter().map(|arm| {
        let (all, lost) = measured.total(arm);
        let counts = [
            all.sent,
            all.handled,
            lost,
            all.twice_handled,
            all.twice_acknowledged,
        ];
        let mut row = vec![words::arm(arm, lang).to_owned()];
        row.extend(counts.map(|count| count.to_string()));
        row
    });
    Table {
        name: lang
            .either("What became of the events", "Qué fue de los eventos")
            .to_owned(),
        columns: columns.map(str::to_owned).to_vec(),
        rows: rows.collect(),
    }
}
