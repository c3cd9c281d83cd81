//! The lab `scaling`: one, two and three instances of one service behind the gateway. `commands/lab/scaling.rs` measures.

use super::drive::Drive;
use super::machine::Machine;
use super::question::Question;
use super::report::{Arm, Figure, Found, Reading, Table, Unit};
use super::round::{self, Round};
use super::spread::Difference;
use crate::lang::Lang;
use crate::system::Database;

mod findings;

/// As many instances there are in turn.
pub const INSTANCES: [usize; 3] = [1, 2, 3];

/// Requests that are under way at the same time.
pub const CLIENTS: usize = 8;

/// What is measured.
#[derive(Debug, Clone)]
pub struct Scaling<'a> {
    /// Reads from the service that there are several instances of.
    pub drive: Drive<'a>,
}

/// The rounds with each number of instances.
#[derive(Debug, Clone, Default)]
pub struct Measured {
    /// For each of `INSTANCES`.
    pub rounds: [Vec<Round>; 3],
    /// For each of `INSTANCES`: the requests that each instance counted.
    pub counted: [[u64; 3]; 3],
    /// For each of `INSTANCES`: how busy the cores of the machine were in each round, of a hundred. Empty where the machine
    /// does not say.
    pub busy: [Vec<f64>; 3],
    /// After how many rounds events were still under way when the next began; reading makes none, but what is read was created.
    pub unsettled: u64,
}

impl Scaling<'_> {
    fn service(&self) -> &str {
        self.drive.service.name.as_str()
    }

    fn has_data(&self) -> bool {
        self.drive.service.database != Database::None
    }

    /// What will be done.
    pub fn intro(&self, lang: Lang) -> String {
        let (request, service) = (self.drive.name(), self.service());
        let shared = match self.has_data() {
            true => lang.either(
                "; they share one database",
                "; todas comparten una base de datos",
            ),
            false => "",
        };
        lang.either(
            format!(
                "{request}, {CLIENTS} at a time, with one, two and three instances of {service} behind the gateway, in turn \
                 and in rounds. Each instance has one worker thread, as if it were on a small machine of its own{shared}."
            ),
            format!(
                "{request}, {CLIENTS} a la vez, con una, dos y tres instancias de {service} detrás del gateway, por turnos \
                 y en rondas. Cada instancia tiene un solo hilo de trabajo, como si estuviera en una máquina \
                 pequeña{shared}."
            ),
        )
    }

    pub fn question(&self, lang: Lang) -> Question {
        let service = self.service();
        let text = lang.either(
            format!(
                "How many requests per second do three instances of {service} answer here, compared with one?"
            ),
            format!(
                "¿Cuántas peticiones por segundo responden aquí tres instancias de {service}, comparadas con una?"
            ),
        );
        let choices = lang.either(
            [
                "fewer",
                "as many: no difference is seen",
                "up to 1.5 times as many",
                "1.5 to 2.5 times as many",
                "more than 2.5 times as many",
            ],
            [
                "menos",
                "las mismas: no se ve diferencia",
                "hasta 1,5 veces las de una",
                "entre 1,5 y 2,5 veces las de una",
                "más de 2,5 veces las de una",
            ],
        );
        Question {
            text,
            choices: choices.map(str::to_owned).to_vec(),
        }
    }

    /// What the rounds say.
    pub fn found(&self, measured: &Measured, machine: &Machine, lang: Lang) -> Found {
        let figures = figures(measured, lang);
        let rates = &figures[0];
        let (difference, factor) = rates.difference(&rates.arms[2]);
        let factor = factor.unwrap_or(1.0);
        let answer = match difference {
            Difference::Lower => 0,
            Difference::NotSeen => 1,
            Difference::Higher if factor <= 1.5 => 2,
            Difference::Higher if factor <= 2.5 => 3,
            Difference::Higher => 4,
        };
        Found {
            answer: Some(answer),
            setting: self.setting(measured, machine, lang),
            findings: findings::findings(&figures, measured, machine, lang),
            figures,
            tables: vec![table(measured, lang)],
            limits: self.limits(lang),
            reading: self.reading(lang),
        }
    }

    fn setting(&self, measured: &Measured, machine: &Machine, lang: Lang) -> Vec<(String, String)> {
        let rounds = measured.rounds[0].len();
        let seconds = measured.rounds[0]
            .first()
            .map_or(0.0, |round| round.seconds);
        let sent: u64 = measured.rounds.iter().flatten().map(Round::sent).sum();
        let rows = lang.either(
            [
                ("request", format!("{}, {sent} times", self.drive.name())),
                ("instances of", self.service().to_owned()),
                (
                    "rounds",
                    format!(
                        "{rounds} of {seconds:.1} s for each number of instances, taken in turn"
                    ),
                ),
            ],
            [
                ("petición", format!("{}, {sent} veces", self.drive.name())),
                ("instancias de", self.service().to_owned()),
                (
                    "rondas",
                    format!("{rounds} de {seconds:.1} s por número de instancias, alternadas"),
                ),
            ],
        );
        let rows = rows.into_iter().map(|(name, fact)| (name.to_owned(), fact));
        let answers = measured
            .rounds
            .iter()
            .flatten()
            .map(|round| round.took.len());
        rows.chain([round::answers(answers, lang)])
            .chain(machine.setting(lang))
            .collect()
    }

    fn limits(&self, lang: Lang) -> Vec<String> {
        let mut limits = vec![lang.either(
            "Instances on machines of their own: here all of them share one, with the gateway and with what sends the \
             requests.",
            "Instancias en máquinas propias: aquí todas comparten una, con el gateway y con quien envía las peticiones.",
        )];
        if self.has_data() {
            limits.push(lang.either(
                "Writing: the instances share one database, a SQLite file here, which has one writer at a time. Then it is \
                 the limit, however many ask it.",
                "Escribir: las instancias comparten una base de datos, aquí un archivo SQLite, que solo tiene un escritor a \
                 la vez. Entonces el límite es ella, por muchas que le pregunten.",
            ));
        }
        limits.push(lang.either(
            "Finding instances that come and go: their addresses are fixed here. With Consul they are looked up.",
            "Encontrar instancias que van y vienen: aquí sus direcciones son fijas. Con Consul se consultan.",
        ));
        limits.into_iter().map(str::to_owned).collect()
    }

    fn reading(&self, lang: Lang) -> Vec<Reading> {
        let scale = format!(
            "docker compose up -d --wait --no-recreate --scale {}=3",
            self.service()
        );
        lang.either(
            vec![
                Reading::new(
                    "microkit explain scaling",
                    "when more of one service helps, and when not",
                ),
                Reading::new(
                    "crates/chassis/src/client/instances.rs",
                    "how one of them is chosen",
                ),
                Reading::new(
                    "crates/chassis/src/consul/discovery.rs",
                    "how they are found",
                ),
                Reading::new("microkit lab latency", "what the way to them costs"),
                Reading::new(scale.clone(), "the same on Docker"),
            ],
            vec![
                Reading::new(
                    "microkit explain escalado",
                    "cuándo ayuda tener más de un servicio, y cuándo no",
                ),
                Reading::new(
                    "crates/chassis/src/client/instances.rs",
                    "cómo se elige una de ellas",
                ),
                Reading::new(
                    "crates/chassis/src/consul/discovery.rs",
                    "cómo se encuentran",
                ),
                Reading::new("microkit lab latency", "lo que cuesta llegar a ellas"),
                Reading::new(scale, "lo mismo en Docker"),
            ],
        )
    }
}

/// `1 instance`.
fn way(instances: usize, lang: Lang) -> String {
    let one = lang.either("instance", "instancia");
    match instances {
        1 => format!("1 {one}"),
        _ => format!("{instances} {one}s"),
    }
}

fn figures(measured: &Measured, lang: Lang) -> Vec<Figure> {
    let figure = |name: &str, unit: Unit, figure: fn(&Round) -> f64| {
        let arms = INSTANCES.iter().zip(&measured.rounds);
        let arms = arms.map(|(instances, rounds)| Arm {
            name: way(*instances, lang),
            rounds: rounds.iter().map(figure).collect(),
        });
        Figure {
            name: name.to_owned(),
            unit,
            arms: arms.collect(),
        }
    };
    let rate = lang.either("throughput", "peticiones por segundo");
    let mut figures = vec![
        figure(rate, Unit::PerSecond, Round::rate),
        figure("p50", Unit::Milliseconds, |round| round.percentile(0.5)),
        figure("p99", Unit::Milliseconds, |round| round.percentile(0.99)),
    ];
    if measured.busy.iter().all(|rounds| !rounds.is_empty()) {
        let arms = INSTANCES.iter().zip(&measured.busy);
        let arms = arms.map(|(instances, rounds)| Arm {
            name: way(*instances, lang),
            rounds: rounds.clone(),
        });
        let name = lang.either("how busy the cores were", "ocupación de los núcleos");
        figures.push(Figure {
            name: name.to_owned(),
            unit: Unit::Percent,
            arms: arms.collect(),
        });
    }
    figures
}

/// Which instance answered how many.
fn table(measured: &Measured, lang: Lang) -> Table {
    let name = lang.either(
        "Where the requests went, as each instance counted them",
        "Adónde fueron las peticiones, según contó cada instancia",
    );
    let instance = lang.either("instance", "instancia");
    let mut columns = vec![String::new()];
    columns.extend((1..=3).map(|number| format!("{instance} {number}")));
    let rows =
        INSTANCES
            .iter()
            .zip(&measured.counted)
            .map(|(instances, counted)| {
                let all: u64 = counted.iter().sum();
                let mut row = vec![way(*instances, lang)];
                row.extend(counted.iter().enumerate().map(|(index, count)| {
                    match index < *instances {
                        true => format!("{count} ({} %)", share(*count, all).round()),
                        false => "-".to_owned(),
                    }
                }));
                row
            });
    Table {
        name: name.to_owned(),
        columns,
        rows: rows.collect(),
    }
}

fn share(part: u64, all: u64) -> f64 {
    match all {
        0 => 0.0,
        _ => part as f64 / all as f64 * 100.0,
    }
}
