//! The lab `latency`: the same request to the same services, in one process and with a process for each.
//! `commands/lab/latency.rs` measures.

use super::drive::Drive;
use super::machine::Machine;
use super::question::Question;
use super::report::{Arm, Figure, Found, Reading, Unit, digits};
use super::round::{self, Round};
use super::spread::{Difference, Spread};
use crate::lang::Lang;

/// Requests that are under way at the same time: one, for what a request takes by itself, and some, for how much the system
/// answers.
pub const CLIENTS: [usize; 2] = [1, 8];

/// What is measured.
#[derive(Debug, Clone)]
pub struct Latency<'a> {
    /// None of the system's has more hops.
    pub drive: Drive<'a>,
    /// How many there are with one for each service and one for the gateway.
    pub processes: usize,
}

/// The rounds of both shapes.
#[derive(Debug, Clone, Default)]
pub struct Measured {
    /// For each of `CLIENTS`: the rounds in one process, and those across processes.
    pub rounds: [[Vec<Round>; 2]; 2],
    /// After how many rounds events were still under way when the next began.
    pub unsettled: u64,
}

impl Latency<'_> {
    /// What will be done.
    pub fn intro(&self, lang: Lang) -> String {
        let (request, processes) = (self.drive.name(), self.processes);
        lang.either(
            format!(
                "The same request, {request}, to the same services in two shapes: everything in one process, and across \
                 {processes} processes. Both run at once with data of their own and get load in turn, in rounds."
            ),
            format!(
                "La misma petición, {request}, a los mismos servicios en dos formas: todo en un proceso, y a través de \
                 {processes} procesos. Las dos se ejecutan a la vez, cada una con sus datos, y reciben carga por turnos, en \
                 rondas."
            ),
        )
    }

    pub fn question(&self, lang: Lang) -> Question {
        let processes = self.processes;
        let text = lang.either(
            format!(
                "Sent alone, how long does the request take at the median across {processes} processes, compared with one \
                 process?"
            ),
            format!(
                "Enviada sola, ¿cuánto tarda la petición en la mediana a través de {processes} procesos, comparada con un \
                 solo proceso?"
            ),
        );
        let choices = lang.either(
            [
                "as long: no difference is seen",
                "up to twice as long",
                "two to five times as long",
                "more than five times as long",
            ],
            [
                "lo mismo: no se ve diferencia",
                "hasta el doble",
                "entre dos y cinco veces lo de uno",
                "más de cinco veces lo de uno",
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
        let (difference, factor) = figures[0].difference(&figures[0].arms[1]);
        let factor = factor.unwrap_or(1.0);
        let answer = match difference {
            Difference::NotSeen => Some(0),
            Difference::Higher if factor <= 2.0 => Some(1),
            Difference::Higher if factor <= 5.0 => Some(2),
            Difference::Higher => Some(3),
            Difference::Lower => None,
        };
        Found {
            answer,
            setting: self.setting(measured, machine, lang),
            findings: self.findings(&figures, measured, lang),
            figures,
            tables: Vec::new(),
            limits: limits(machine, lang),
            reading: self.reading(lang),
        }
    }

    fn figures(&self, measured: &Measured, lang: Lang) -> Vec<Figure> {
        let ways = lang.either(
            [
                "one process".to_owned(),
                format!("{} processes", self.processes),
            ],
            [
                "un proceso".to_owned(),
                format!("{} procesos", self.processes),
            ],
        );
        let mut figures = Vec::new();
        for (clients, arms) in CLIENTS.iter().zip(&measured.rounds) {
            let load = lang.either(
                format!("{clients} at a time"),
                format!("{clients} a la vez"),
            );
            let mut add = |name: &str, unit: Unit, figure: fn(&Round) -> f64| {
                let arms = ways.iter().zip(arms).map(|(name, rounds)| Arm {
                    name: name.clone(),
                    rounds: rounds.iter().map(figure).collect(),
                });
                figures.push(Figure {
                    name: format!("{name}, {load}"),
                    unit,
                    arms: arms.collect(),
                });
            };
            add("p50", Unit::Milliseconds, |round| round.percentile(0.5));
            add("p99", Unit::Milliseconds, |round| round.percentile(0.99));
            let rate = lang.either("throughput", "peticiones por segundo");
            add(rate, Unit::PerSecond, Round::rate);
        }
        figures
    }

    fn setting(&self, measured: &Measured, machine: &Machine, lang: Lang) -> Vec<(String, String)> {
        let rounds = measured.rounds[0][0].len();
        let seconds = measured.rounds[0][0]
            .first()
            .map_or(0.0, |round| round.seconds);
        let all = measured.rounds.iter().flatten().flatten();
        let sent: u64 = all.map(Round::sent).sum();
        let rows = lang.either(
            [
                ("request", format!("{}, {sent} times", self.drive.name())),
                ("hops across processes", self.hops()),
                (
                    "rounds",
                    format!("{rounds} of {seconds:.1} s for each shape and load, taken in turn"),
                ),
            ],
            [
                ("petición", format!("{}, {sent} veces", self.drive.name())),
                ("saltos entre procesos", self.hops()),
                (
                    "rondas",
                    format!("{rounds} de {seconds:.1} s por forma y carga, alternadas"),
                ),
            ],
        );
        let rows = rows.into_iter().map(|(name, fact)| (name.to_owned(), fact));
        let answers = measured
            .rounds
            .iter()
            .flatten()
            .flatten()
            .map(|round| round.took.len());
        rows.chain([round::answers(answers, lang)])
            .chain(machine.setting(lang))
            .collect()
    }

    /// `2: gateway -> order-service, order-service -> user-service`.
    fn hops(&self) -> String {
        let service = &self.drive.service.name;
        let mut hops = vec![format!("gateway → {service}")];
        hops.extend(
            self.drive
                .asks()
                .iter()
                .map(|asked| format!("{service} → {asked}")),
        );
        format!("{}: {}", hops.len(), hops.join(", "))
    }

    fn findings(&self, figures: &[Figure], measured: &Measured, lang: Lang) -> Vec<String> {
        let mut findings = vec![self.cost(&figures[0], lang), self.load(figures, lang)];
        if self.drive.asks().is_empty() {
            findings.push(
                lang.either(
                    "No request of this system that can be repeated makes one service ask another, as far as the manifest \
                     says. So the only hop is that from the gateway to the service.",
                    "Según el manifiesto, ninguna petición repetible de este sistema hace que un servicio pregunte a otro. \
                     El único salto es el que va del gateway al servicio.",
                )
                .to_owned(),
            );
        }
        let all: Vec<&Round> = measured.rounds.iter().flatten().flatten().collect();
        findings.extend(round::failures(&all, lang));
        findings.extend(round::unsettled(measured.unsettled, lang));
        findings
    }

    /// What a hop costs, by the median of one request at a time.
    fn cost(&self, figure: &Figure, lang: Lang) -> String {
        let [one, many] = medians(figure);
        let more = many - one;
        let hops = self.drive.hops();
        let [shown_one, shown_many] = [one, many].map(|value| Unit::Milliseconds.show(value));
        let both = lang.either(
            format!(
                "One request at a time took {shown_one} in one process and {shown_many} across processes"
            ),
            format!(
                "Una petición a la vez tardó {shown_one} en un proceso y {shown_many} entre procesos"
            ),
        );
        let less = match figure.difference(&figure.arms[1]).0 {
            Difference::Higher => None,
            Difference::NotSeen => Some(lang.either(
                "here the hops cost less than the rounds differ among themselves.",
                "aquí los saltos cuestan menos de lo que varían las rondas entre sí.",
            )),
            Difference::Lower => Some(lang.either(
                "it was quicker there, in every round. A hop takes time and gives none back, so something else differs \
                 between the two; what, the figures don't say.",
                "allí fue más rápida, en cada ronda. Un salto gasta tiempo y no devuelve nada, así que entre las dos formas \
                 hay otra diferencia; cuál, las cifras no lo dicen.",
            )),
        };
        if let Some(less) = less {
            return format!("{both}: {less}");
        }
        let (hop, share) = (digits(more / hops as f64), digits(more / many * 100.0));
        let more = Unit::Milliseconds.show(more);
        let each = match hops {
            1 => lang.either(
                "for the one hop. In one process that is a function call.".to_owned(),
                "por el único salto. En un proceso es una llamada a una función.".to_owned(),
            ),
            _ => lang.either(
                format!(
                    "or about {hop} ms for each of the {hops} hops. In one process these are function calls."
                ),
                format!(
                    "unos {hop} ms por cada uno de los {hops} saltos. En un proceso son llamadas a funciones."
                ),
            ),
        };
        lang.either(
            format!("{both}. The {more} more are {share} % of its time, {each}"),
            format!("{both}. Los {more} de más son el {share} % de su tiempo, {each}"),
        )
    }

    /// What that does to how much is answered.
    fn load(&self, figures: &[Figure], lang: Lang) -> String {
        let figure = &figures[5];
        let (clients, processes) = (CLIENTS[1], self.processes);
        let [one, many] = medians(figure).map(|value| Unit::PerSecond.show(value));
        match figure.difference(&figure.arms[1]).0 {
            Difference::NotSeen => lang.either(
                format!(
                    "With {clients} at a time no difference is seen in how much is answered: {one} and {many} at the median, \
                     with rounds that overlap."
                ),
                format!(
                    "Con {clients} a la vez no se ve diferencia en cuánto se responde: {one} y {many} en la mediana, con \
                     rondas que se solapan."
                ),
            ),
            Difference::Lower => lang.either(
                format!(
                    "With {clients} at a time one process answered {one} and {processes} processes {many}: what packs, sends \
                     and unpacks a request at each hop uses the same cores."
                ),
                format!(
                    "Con {clients} a la vez, un proceso respondió {one} y {processes} procesos {many}: empaquetar, enviar y \
                     desempaquetar la petición en cada salto gasta los mismos núcleos."
                ),
            ),
            Difference::Higher => lang.either(
                format!(
                    "With {clients} at a time one process answered {one} and {processes} processes even more, {many}, though \
                     each hop is work too. What held the one process up, the figures don't say."
                ),
                format!(
                    "Con {clients} a la vez, un proceso respondió {one} y {processes} procesos incluso más, {many}, aunque \
                     cada salto también es trabajo. Qué frenaba al proceso único, las cifras no lo dicen."
                ),
            ),
        }
    }

    fn reading(&self, lang: Lang) -> Vec<Reading> {
        let service = &self.drive.service.name;
        lang.either(
            vec![
                Reading::new("gateway/src/proxy.rs", "the first hop"),
                Reading::new(
                    format!("services/{service}/src/lib.rs"),
                    "the service that runs in both shapes and knows of neither",
                ),
                Reading::new(
                    "crates/chassis/src/client.rs",
                    "a call: over HTTP, or in this process",
                ),
                Reading::new(
                    "microkit explain latency",
                    "where time goes, and when calls add up",
                ),
                Reading::new(
                    "microkit lab scaling",
                    "what several processes are good for",
                ),
            ],
            vec![
                Reading::new("gateway/src/proxy.rs", "el primer salto"),
                Reading::new(
                    format!("services/{service}/src/lib.rs"),
                    "el servicio, que corre en las dos formas y no sabe de ninguna",
                ),
                Reading::new(
                    "crates/chassis/src/client.rs",
                    "una llamada: por HTTP o dentro del proceso",
                ),
                Reading::new(
                    "microkit explain latencia",
                    "adónde va el tiempo, y cuándo se suman las llamadas",
                ),
                Reading::new("microkit lab scaling", "para qué sirven varios procesos"),
            ],
        )
    }
}

/// The medians of the two ways.
fn medians(figure: &Figure) -> [f64; 2] {
    [0, 1]
        .map(|arm| figure.arms[arm].spread())
        .map(|Spread { median, .. }| median)
}

fn limits(machine: &Machine, lang: Lang) -> Vec<String> {
    let cores = machine.cores;
    lang.either(
        vec![
            "A network. All processes are on this machine; between machines each hop takes longer, and can get lost."
                .to_owned(),
            format!(
                "What the system can do at most: it shares {cores} cores with what sends the requests, and its databases \
                 are SQLite files."
            ),
            "What separate processes are for: failing, growing and being released apart. That has to be worth the hops."
                .to_owned(),
        ],
        vec![
            "Una red. Todos los procesos están en esta máquina; entre máquinas cada salto tarda más y puede perderse."
                .to_owned(),
            format!(
                "Lo máximo que da el sistema: comparte {cores} núcleos con quien envía las peticiones, y sus bases de datos \
                 son archivos SQLite."
            ),
            "Para qué sirven los procesos separados: fallar, crecer y desplegarse cada uno por su cuenta. Eso tiene que \
             compensar los saltos."
                .to_owned(),
        ],
    )
}
