//! The lab `coupling`: a service that calls another one which becomes slow, without and with a deadline and a circuit
//! breaker; and one whose events go to a consumer which becomes as slow. `commands/lab/coupling.rs` measures.
//!
//! Read next: `coupling/turn.rs` (what a round brings), `coupling/findings.rs` (what follows from it).

mod findings;
mod further;
mod turn;

pub use turn::{Measured, Sent, Turn, Way};

use further::limits;

use super::drive::{self, Drive, Kind};
use super::machine::Machine;
use super::question::Question;
use super::report::{Arm, Figure, Found, Unit};
use super::round;
use crate::lang::Lang;
use crate::plan;
use crate::system::{ServiceName, System};

/// Requests of each kind that are under way at the same time at most.
pub const CLIENTS: usize = 8;

/// What is slowed down on which system.
#[derive(Debug, Clone)]
pub struct Coupling<'a> {
    pub system: &'a System,
    /// A request that makes one service call another.
    pub call: Option<Call<'a>>,
    /// A request that makes one service tell another something by an event.
    pub event: Option<Told<'a>>,
    /// How much longer the slow one takes, in seconds.
    pub delay: f64,
    /// How long it is waited for with a short deadline, in milliseconds.
    pub deadline: u64,
}

/// A request, and who is called for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Call<'a> {
    pub drive: Drive<'a>,
    /// One of the same service that calls nobody.
    pub own: Drive<'a>,
    pub callee: &'a ServiceName,
}

/// A request, and who is told of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Told<'a> {
    pub drive: Drive<'a>,
    pub consumer: &'a ServiceName,
}

impl<'a> Call<'a> {
    /// The call that a request makes, if it makes one.
    pub fn of(drive: Drive<'a>) -> Option<Self> {
        let Kind::Create(resource) = drive.kind else {
            return None;
        };
        let mut references = plan::referred(resource).into_iter();
        let callee = references.find(|reference| reference.service != drive.service.name)?;
        let kind = Kind::List(resource);
        Some(Self {
            drive,
            own: Drive { kind, ..drive },
            callee: &callee.service,
        })
    }
}

/// What can be slowed down on a system: a call, an event, or both, then of the same request where there is such a one.
pub fn coupled(system: &System) -> Option<(Option<Call<'_>>, Option<Told<'_>>)> {
    let call = drive::farthest(system).into_iter().find_map(Call::of);
    let told = drive::telling(system);
    // The same request for both compares best.
    let both = told
        .iter()
        .find(|(drive, _)| call.is_some_and(|call| call.drive == *drive));
    let event = both.or(told.first());
    let event = event.map(|(drive, consumer)| Told {
        drive: *drive,
        consumer,
    });
    (call.is_some() || event.is_some()).then_some((call, event))
}

impl Coupling<'_> {
    /// The ways that there are on this system.
    pub fn ways(&self) -> Vec<Way> {
        let call = Way::CALL.into_iter().filter(|_| self.call.is_some());
        let event = Way::EVENT.into_iter().filter(|_| self.event.is_some());
        call.chain(event).collect()
    }

    /// What will be done.
    pub fn intro(&self, lang: Lang) -> String {
        let (delay, deadline) = (self.delay, self.deadline);
        let mut parts = Vec::new();
        if let Some(call) = &self.call {
            let (request, callee, caller) =
                (call.drive.name(), call.callee, &call.drive.service.name);
            parts.push(lang.either(
                format!(
                    "{request} makes {caller} call {callee}. It is sent at a steady pace while {callee} is fast, while it \
                     takes {delay} s longer and is waited for, and while it does and {caller} has a deadline of \
                     {deadline} ms and a circuit breaker."
                ),
                format!(
                    "{request} hace que {caller} llame a {callee}. Se envía a ritmo constante mientras {callee} es rápido, \
                     mientras tarda {delay} s más y se le espera, y mientras los tarda pero {caller} tiene un tiempo límite \
                     de {deadline} ms y un cortacircuitos."
                ),
            ));
        }
        if let Some(told) = &self.event {
            let (request, consumer) = (told.drive.name(), told.consumer);
            parts.push(lang.either(
                format!(
                    "{request} tells {consumer} by an event. It is sent while {consumer} is fast, and while it takes {delay} s \
                     longer."
                ),
                format!(
                    "{request} avisa a {consumer} con un evento. Se envía mientras {consumer} es rápido, y mientras tarda \
                     {delay} s más."
                ),
            ));
        }
        parts.join(" ")
    }

    pub fn question(&self, lang: Lang) -> Question {
        match (&self.call, &self.event) {
            (Some(call), _) => self.question_of_a_call(call, lang),
            (None, Some(told)) => self.question_of_an_event(told, lang),
            // `commands/lab/coupling.rs` refuses such a system before it asks.
            (None, None) => Question {
                text: String::new(),
                choices: Vec::new(),
            },
        }
    }

    fn question_of_a_call(&self, call: &Call, lang: Lang) -> Question {
        let (request, own) = (call.drive.name(), call.own.name());
        let (caller, callee) = (&call.drive.service.name, call.callee);
        let delay = self.delay;
        let text = lang.either(
            format!(
                "{callee} takes {delay} s longer, and {caller} waits for it. Which of {request} and {own} become slow?"
            ),
            format!(
                "{callee} tarda {delay} s más y {caller} lo espera. ¿Cuáles se vuelven lentas, de {request} y {own}?"
            ),
        );
        let choices = lang.either(
            [
                "neither".to_owned(),
                format!("only {request}, which needs {callee}"),
                format!("both: {caller} as a whole becomes slow"),
            ],
            [
                "ninguna".to_owned(),
                format!("solo {request}, que necesita a {callee}"),
                format!("las dos: {caller} entero se vuelve lento"),
            ],
        );
        Question {
            text,
            choices: choices.to_vec(),
        }
    }

    fn question_of_an_event(&self, told: &Told, lang: Lang) -> Question {
        let (request, consumer, delay) = (told.drive.name(), told.consumer, self.delay);
        let text = lang.either(
            format!(
                "{consumer} takes {delay} s longer for each event. Does {request} become slow?"
            ),
            format!("{consumer} tarda {delay} s más con cada evento. ¿Se vuelve lenta {request}?"),
        );
        let choices = lang.either(
            [
                "no difference is seen",
                "yes, by less than that",
                "yes, by all of it",
            ],
            [
                "no se ve diferencia",
                "sí, pero menos que eso",
                "sí, todo eso",
            ],
        );
        Question {
            text,
            choices: choices.map(str::to_owned).to_vec(),
        }
    }

    /// What the rounds say.
    pub fn found(&self, measured: &Measured, machine: &Machine, lang: Lang) -> Found {
        let figures = self.figures(measured, lang);
        Found {
            answer: self.answer(measured),
            setting: self.setting(measured, machine, lang),
            tables: Vec::new(),
            findings: self.findings(measured, lang),
            limits: limits(&figures, lang),
            figures,
            reading: self.reading(lang),
        }
    }

    fn setting(&self, measured: &Measured, machine: &Machine, lang: Lang) -> Vec<(String, String)> {
        let turns = || measured.turns.iter().flatten();
        let rounds = measured.turns.iter().map(Vec::len).max().unwrap_or(0);
        let sent: usize = turns()
            .map(|turn| turn.main.all().len() + turn.own.all().len())
            .sum();
        let mut rows = Vec::new();
        let mut row = |name: [&str; 2], fact: String| {
            rows.push((lang.either(name[0], name[1]).to_owned(), fact));
        };
        if let Some(call) = &self.call {
            let (caller, callee) = (&call.drive.service.name, call.callee);
            let request = call.drive.name();
            row(
                ["call", "llamada"],
                format!("{request}: {caller} → {callee}"),
            );
            row(["calls nobody", "no llama a nadie"], call.own.name());
        }
        if let Some(told) = &self.event {
            let (publisher, consumer) = (&told.drive.service.name, told.consumer);
            let request = told.drive.name();
            row(
                ["event", "evento"],
                format!("{request}: {publisher} → {consumer}"),
            );
        }
        let (delay, deadline) = (self.delay, self.deadline);
        row(
            ["slow", "lento"],
            lang.either(
                format!("{delay} s more for each request, by a proxy in between"),
                format!("{delay} s más por petición, por un proxy intermedio"),
            ),
        );
        if self.call.is_some() {
            row(
                ["guarded", "protegido"],
                format!("CALL_TIMEOUT={deadline}ms, CIRCUIT_BREAKER=on"),
            );
        }
        row(
            ["load", "carga"],
            lang.either(
                format!("{CLIENTS} clients, each a request every 100 ms at most; {sent} in all"),
                format!(
                    "{CLIENTS} clientes, cada uno una petición cada 100 ms como mucho; {sent} en total"
                ),
            ),
        );
        row(
            ["rounds", "rondas"],
            lang.either(
                format!("{rounds} of each way, taken in turn"),
                format!("{rounds} de cada forma, alternadas"),
            ),
        );
        rows.push(round::answers(measured.answers(), lang));
        rows.extend(machine.setting(lang));
        rows
    }

    fn figures(&self, measured: &Measured, lang: Lang) -> Vec<Figure> {
        let figure = |name: String, unit: Unit, ways: &[Way], of: &dyn Fn(&Turn) -> f64| {
            let arms = ways.iter().map(|way| Arm {
                name: way.name(lang).to_owned(),
                rounds: measured.of(*way).iter().map(of).collect(),
            });
            Figure {
                name,
                unit,
                arms: arms.collect(),
            }
        };
        let mut figures = Vec::new();
        let [failed, done, waiting] = lang.either(
            ["failed", "done", "events that wait at the end"],
            ["fallidas", "completadas", "eventos que esperan al final"],
        );
        let answer = |what: &str| {
            let until = lang.either("until an answer", "hasta una respuesta");
            format!("{what} {until}")
        };
        if let Some(call) = &self.call {
            let (request, own) = (call.drive.name(), call.own.name());
            let call = |what: &str, unit, of: &dyn Fn(&Turn) -> f64| {
                figure(format!("{request}: {what}"), unit, &Way::CALL, of)
            };
            let milliseconds = Unit::Milliseconds;
            figures.extend([
                call(&answer("p50"), milliseconds, &|turn| turn.main.within(0.5)),
                call(&answer("p99"), milliseconds, &|turn| turn.main.within(0.99)),
                call(failed, Unit::Percent, &|turn| turn.main.failed()),
                call(done, Unit::PerSecond, &|turn| turn.main.rate()),
                figure(
                    format!("{own}: {}", answer("p50")),
                    milliseconds,
                    &Way::CALL,
                    &|turn| turn.own.within(0.5),
                ),
                figure(
                    format!("{own}: {}", answer("p99")),
                    milliseconds,
                    &Way::CALL,
                    &|turn| turn.own.within(0.99),
                ),
            ]);
        }
        if let Some(told) = &self.event {
            let request = told.drive.name();
            let event = |what: &str, unit, of: &dyn Fn(&Turn) -> f64| {
                figure(format!("{request}, {what}"), unit, &Way::EVENT, of)
            };
            let by = lang.either("event", "evento");
            figures.extend([
                event(
                    &format!("{by}: {}", answer("p50")),
                    Unit::Milliseconds,
                    &|turn| turn.main.within(0.5),
                ),
                event(
                    &format!("{by}: {}", answer("p99")),
                    Unit::Milliseconds,
                    &|turn| turn.main.within(0.99),
                ),
                event(&format!("{by}: {failed}"), Unit::Percent, &|turn| {
                    turn.main.failed()
                }),
                event(&format!("{by}: {done}"), Unit::PerSecond, &|turn| {
                    turn.main.rate()
                }),
                event(waiting, Unit::Count, &|turn| turn.waiting as f64),
            ]);
        }
        figures
    }
}

#[cfg(test)]
mod tests;
