//! The lab `isolation`: a service that others ask is killed while requests to every path run, once as a process of its own
//! and once with the one process that everything is in. `commands/lab/isolation.rs` does it.
//!
//! Read next: `isolation/seen.rs` (what is seen of a request), `isolation/findings.rs` (what follows from it).

mod findings;
mod seen;

pub use seen::{Fault, Phase, Probed, Seen, Waited};

use super::machine::Machine;
use super::question::Question;
use super::report::{Arm, Figure, Found, Reading, Table, Unit};
use crate::lang::Lang;
use crate::system::{Service, System};

/// What is done to which system.
#[derive(Debug, Clone)]
pub struct Isolation<'a> {
    pub system: &'a System,
    /// Who is killed.
    pub victim: &'a Service,
}

/// What came of it.
#[derive(Debug, Clone)]
pub struct Measured<'a> {
    /// In one process, and with a process for each service.
    pub shapes: [Fault<'a>; 2],
    /// The same for a consumer of events, where there is one.
    pub events: Option<Waited>,
    /// Requests that were left out, and why.
    pub left_out: Vec<(String, String)>,
    /// How long a process stayed dead, in seconds.
    pub down: f64,
}

impl Isolation<'_> {
    fn name(&self) -> &str {
        self.victim.name.as_str()
    }

    /// The services that call the one that is killed.
    fn callers(&self) -> Vec<&str> {
        let services = self.system.services.iter();
        let callers = services.filter(|service| service.calls.contains(&self.victim.name));
        callers.map(|service| service.name.as_str()).collect()
    }

    fn processes(&self) -> usize {
        self.system.services.len() + 1
    }

    /// What will be done.
    pub fn intro(&self, lang: Lang) -> String {
        let name = self.name();
        lang.either(
            format!(
                "Requests to every path run at a steady pace while {name} is killed, stays dead for a while and is started \
                 again; in turn with the same where everything is one process, so that killing it is killing all."
            ),
            format!(
                "Peticiones a todas las rutas corren a ritmo constante mientras se mata {name}, sigue muerto un rato y se \
                 vuelve a iniciar; por turnos con lo mismo en un solo proceso, donde matarlo es matarlo todo."
            ),
        )
    }

    pub fn question(&self, lang: Lang) -> Question {
        let name = self.name();
        let text = lang.either(
            format!("Each service is a process of its own, and {name} is dead. What fails?"),
            format!("Cada servicio es un proceso y {name} está muerto. ¿Qué falla?"),
        );
        let choices = lang.either(
            [
                format!("only the requests to {name} itself"),
                format!("those, and the ones to other services that have to ask {name}"),
                format!("those, and everything of the services that call {name}"),
                "everything".to_owned(),
            ],
            [
                format!("solo las peticiones al propio {name}"),
                format!("esas, y las de otros servicios que tienen que preguntar a {name}"),
                format!("esas, y todo lo de los servicios que llaman a {name}"),
                "todo".to_owned(),
            ],
        );
        Question {
            text,
            choices: choices.to_vec(),
        }
    }

    /// What was seen, in words.
    pub fn found(&self, measured: &Measured, machine: &Machine, lang: Lang) -> Found {
        Found {
            answer: self.answer(&measured.shapes[1]),
            setting: self.setting(measured, machine, lang),
            figures: self.figures(measured, lang),
            tables: self.tables(measured, lang),
            findings: self.findings(measured, lang),
            limits: limits(lang),
            reading: self.reading(lang),
        }
    }

    /// The choice that what fell and what stayed bear out.
    fn answer(&self, fault: &Fault) -> Option<usize> {
        let (fell, stayed) = fault.parted();
        let is_own = |probed: &&Probed| probed.drive.service.name == self.victim.name;
        if stayed.is_empty() {
            return (!fell.is_empty()).then_some(3);
        }
        let own_stayed = stayed.iter().any(&is_own);
        let others: Vec<_> = fell.iter().filter(|probed| !is_own(probed)).collect();
        let callers = self.callers();
        let is_caller = |probed: &Probed| callers.contains(&probed.drive.service.name.as_str());
        match others.is_empty() {
            _ if own_stayed => None,
            true => Some(0),
            // What does not call it fell as well: none of the answers says so.
            false if others.iter().any(|probed| !is_caller(probed)) => None,
            false if stayed.iter().any(|probed| is_caller(probed)) => Some(1),
            false => Some(2),
        }
    }

    fn setting(&self, measured: &Measured, machine: &Machine, lang: Lang) -> Vec<(String, String)> {
        let [one, many] = &measured.shapes;
        let (kills, down) = (many.ready.len(), measured.down);
        let paths = many.probes.len();
        let sent = one.sent() + many.sent();
        let callers = match self.callers() {
            callers if callers.is_empty() => lang.either("nobody", "nadie").to_owned(),
            callers => callers.join(", "),
        };
        let rows = lang.either(
            [
                ("killed", self.name().to_owned()),
                ("called by", callers.clone()),
                ("requests", format!("{paths} kinds, {sent} in all")),
                (
                    "killed how often",
                    format!("{kills} × in each shape, dead for {down:.1} s each time"),
                ),
            ],
            [
                ("se mata", self.name().to_owned()),
                ("lo llaman", callers),
                ("peticiones", format!("{paths} tipos, {sent} en total")),
                (
                    "cuántas veces",
                    format!("{kills} × en cada forma, muerto {down:.1} s cada vez"),
                ),
            ],
        );
        let rows = rows.into_iter().map(|(name, fact)| (name.to_owned(), fact));
        rows.chain(machine.setting(lang)).collect()
    }

    fn figures(&self, measured: &Measured, lang: Lang) -> Vec<Figure> {
        let [one, many] = &measured.shapes;
        let figure = |name: String, names: [String; 2], rounds: [&[f64]; 2]| {
            let arms = names.into_iter().zip(rounds).map(|(name, rounds)| Arm {
                name,
                rounds: rounds.to_vec(),
            });
            Figure {
                name,
                unit: Unit::Milliseconds,
                arms: arms.collect(),
            }
        };
        let back = lang.either(
            "from the start of the process until all is as before",
            "desde que se inicia el proceso hasta que todo está como antes",
        );
        let breaker = lang.either(
            ["circuit breaker still closed", "circuit breaker open"],
            ["cortacircuitos aún cerrado", "cortacircuitos abierto"],
        );
        let name = self.name();
        let failing = lang.either(
            format!("until a request to dead {name} fails"),
            format!("hasta que falla una petición a {name}, muerto"),
        );
        let [closed, open] = &many.failing;
        let figures = [
            figure(back.to_owned(), self.shapes(lang), [&one.back, &many.back]),
            figure(failing, breaker.map(str::to_owned), [closed, open]),
        ];
        let is_measured = |figure: &Figure| figure.arms.iter().all(|arm| !arm.rounds.is_empty());
        figures.into_iter().filter(is_measured).collect()
    }

    /// `one process`, `4 processes`.
    fn shapes(&self, lang: Lang) -> [String; 2] {
        let processes = self.processes();
        lang.either(
            ["one process".to_owned(), format!("{processes} processes")],
            ["un proceso".to_owned(), format!("{processes} procesos")],
        )
    }

    fn tables(&self, measured: &Measured, lang: Lang) -> Vec<Table> {
        let [one, many] = self.shapes(lang);
        let name = self.name();
        let names = lang.either(
            [
                format!("{many}, {name} is killed: what is answered"),
                format!("{one}, it is killed: what is answered"),
            ],
            [
                format!("{many}, se mata {name}: qué se responde"),
                format!("{one}, se mata: qué se responde"),
            ],
        );
        let [many, one] = names;
        let mut tables = vec![
            seen::table(many, &measured.shapes[1], lang),
            seen::table(one, &measured.shapes[0], lang),
        ];
        tables.extend(seen::told(&measured.shapes[1], lang));
        tables
    }

    fn reading(&self, lang: Lang) -> Vec<Reading> {
        let mut reading = vec![Reading::new(
            "crates/chassis/src/client/breaker.rs",
            lang.either(
                "why the failures become quick, and why it takes a moment to be back",
                "por qué los fallos se vuelven rápidos, y por qué volver lleva un momento",
            ),
        )];
        if let Some(caller) = self.callers().first() {
            let client = self.victim.name.krate();
            reading.push(Reading::new(
                format!("services/{caller}/src/clients/{client}.rs"),
                lang.either(
                    "the call that takes a request of the caller down with it",
                    "la llamada que arrastra a una petición de quien llama",
                ),
            ));
        }
        let explain = lang.either("fault-isolation", "aislamiento-de-fallos");
        reading.extend([
            Reading::new(
                format!("microkit explain {explain}"),
                lang.either(
                    "what keeps a fault where it is, and what spreads it",
                    "qué mantiene un fallo en su sitio, y qué lo extiende",
                ),
            ),
            Reading::new(
                "microkit lab coupling",
                lang.either(
                    "the worse fault: a service that is slow instead of dead",
                    "el fallo peor: un servicio lento en vez de muerto",
                ),
            ),
        ]);
        reading
    }
}

fn limits(lang: Lang) -> Vec<String> {
    lang.either(
        vec![
            "The faults that hurt more. Nobody listens where a process was killed, so whoever asks knows at once. One that \
             hangs, or a machine that is gone, lets its callers wait until their time is over."
                .to_owned(),
            "A second instance, which would have answered in its place, and whatever starts a dead process again: here the \
             lab does."
                .to_owned(),
            "A mistake that is everywhere: the same bug in each process, or a table that everybody reads.".to_owned(),
        ],
        vec![
            "Los fallos que duelen más. Donde se mató un proceso no escucha nadie, y quien pregunta lo sabe enseguida. Uno \
             que se cuelga, o una máquina que desaparece, deja esperando a quien llama hasta que se le acaba el tiempo."
                .to_owned(),
            "Una segunda instancia, que habría respondido en su lugar, ni lo que reinicia un proceso muerto: aquí lo hace \
             el laboratorio."
                .to_owned(),
            "Un error que está en todas partes: el mismo bug en cada proceso, o una tabla que todos leen.".to_owned(),
        ],
    )
}

#[cfg(test)]
mod tests;
