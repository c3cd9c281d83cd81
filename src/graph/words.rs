//! What is written in a picture besides names, in each language. Called by the formats.

use crate::lang::Lang;

use super::{Graph, Mark};

/// The words of one language.
pub(super) struct Words {
    pub clients: &'static str,
    pub gateway: &'static str,
    /// What the border of the one process says.
    pub one_process: &'static str,
    /// The same, if it does not hold everything.
    pub monolith: &'static str,
    /// What the border of the other services says.
    pub extracted: &'static str,
    /// What a service is that is extracted, and one that is not.
    pub alone: &'static str,
    pub together: &'static str,
    pub services: &'static str,
    pub legend: &'static str,
    pub call: &'static str,
    pub event: &'static str,
    pub service: &'static str,
    pub database: &'static str,
    pub process: &'static str,
    added: &'static str,
    removed: &'static str,
    moved: &'static str,
    stayed: &'static str,
    /// One and many of: service, database, call, event.
    counted: [[&'static str; 2]; 4],
    behind: &'static str,
    compared: &'static str,
}

const EN: Words = Words {
    clients: "clients",
    gateway: "API gateway",
    one_process: "modular monolith: all in one process",
    monolith: "modular monolith: one process",
    extracted: "extracted: a process each",
    alone: "a process of its own",
    together: "in the process of the gateway",
    services: "services",
    legend: "legend",
    call: "call",
    event: "event",
    service: "service",
    database: "its database",
    process: "one process, if run as one",
    added: "added",
    removed: "removed",
    moved: "in another process",
    stayed: "unchanged",
    counted: [
        ["service", "services"],
        ["database", "databases"],
        ["call", "calls"],
        ["event", "events"],
    ],
    behind: "behind one API gateway",
    compared: "What was added and what was removed is marked.",
};

const ES: Words = Words {
    clients: "clientes",
    gateway: "API gateway",
    one_process: "monolito modular: todo en un proceso",
    monolith: "monolito modular: un proceso",
    extracted: "extraídos: un proceso cada uno",
    alone: "un proceso propio",
    together: "en el proceso del gateway",
    services: "servicios",
    legend: "leyenda",
    call: "llamada",
    event: "evento",
    service: "servicio",
    database: "su base de datos",
    process: "un proceso, si se ejecuta como uno",
    added: "añadido",
    removed: "eliminado",
    moved: "en otro proceso",
    stayed: "sin cambios",
    counted: [
        ["servicio", "servicios"],
        ["base de datos", "bases de datos"],
        ["llamada", "llamadas"],
        ["evento", "eventos"],
    ],
    behind: "detrás de un API gateway",
    compared: "Lo añadido y lo eliminado está marcado.",
};

impl Words {
    pub fn of(lang: Lang) -> &'static Self {
        match lang {
            Lang::En => &EN,
            Lang::Es => &ES,
        }
    }

    pub fn mark(&self, mark: Mark) -> &'static str {
        match mark {
            Mark::Removed => self.removed,
            Mark::Added => self.added,
            Mark::Moved => self.moved,
            Mark::Stayed => self.stayed,
        }
    }

    /// `3 services, 3 databases, 2 calls, 1 event, behind one API gateway.`
    pub fn description(&self, graph: &Graph) -> String {
        let marks = graph.marks();
        let is_there = |mark: &&Mark| **mark != Mark::Removed;
        let numbers = marks.map(|marks| marks.iter().filter(is_there).count());
        let parts = numbers.iter().zip(&self.counted);
        let parts: Vec<String> = parts
            .filter(|(number, _)| **number > 0)
            .map(|(number, [one, many])| match number {
                1 => format!("1 {one}"),
                _ => format!("{number} {many}"),
            })
            .collect();
        let mut text = format!("{}, {}.", parts.join(", "), self.behind);
        if graph.is_comparison {
            text = format!("{text} {}", self.compared);
        }
        text
    }
}
