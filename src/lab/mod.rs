//! The labs: experiments that measure on a running system what the lesson claims. Pure: what is asked, what is sent,
//! what the figures say. `commands/lab.rs` runs them.
//!
//! In reading order: `spread.rs` (when two things differ), `round.rs` (what a round of load brings), `report.rs` (what a
//! lab finds), `text.rs` and `page.rs` (how it is shown), `drive.rs` (what is sent to a system that nobody knows), then
//! a file for each lab.

pub mod chart;
pub mod coupling;
pub mod delivery;
pub mod drive;
pub mod isolation;
pub mod latency;
pub mod machine;
pub mod page;
pub mod question;
pub mod report;
pub mod round;
pub mod scaling;
pub mod spread;
pub mod text;
mod words;

use crate::lang::Lang;
use crate::system::System;

/// An experiment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lab {
    Latency,
    Isolation,
    Coupling,
    Delivery,
    Scaling,
}

impl Lab {
    /// All of them, in the order in which the lesson comes to what they show.
    pub const ALL: [Self; 5] = [
        Self::Latency,
        Self::Isolation,
        Self::Coupling,
        Self::Delivery,
        Self::Scaling,
    ];

    /// The lab of that name.
    pub fn parse(name: &str) -> Option<Self> {
        let name = name.to_lowercase();
        Self::ALL
            .into_iter()
            .find(|lab| lab.names().any(|known| known == name))
    }

    /// Every name by which it is found: its own, and that of its subject in Spanish.
    pub fn names(self) -> impl Iterator<Item = &'static str> {
        let spanish = match self {
            Self::Latency => "latencia",
            Self::Isolation => "aislamiento",
            Self::Coupling => "acoplamiento",
            Self::Scaling => "escalado",
            Self::Delivery => "entrega",
        };
        [self.name(), spanish].into_iter()
    }

    /// Whether a system has what it measures.
    pub fn fits(self, system: &System) -> bool {
        match self {
            Self::Latency => !drive::farthest(system).is_empty(),
            Self::Isolation | Self::Scaling => drive::busiest(system).is_some(),
            Self::Coupling => coupling::coupled(system).is_some(),
            Self::Delivery => !delivery::seams(system).is_empty(),
        }
    }

    pub fn name(self) -> &'static str {
        match self {
            Self::Latency => "latency",
            Self::Isolation => "isolation",
            Self::Coupling => "coupling",
            Self::Scaling => "scaling",
            Self::Delivery => "delivery",
        }
    }

    /// What it shows, in a line.
    pub fn line(self, lang: Lang) -> &'static str {
        match (self, lang) {
            (Self::Latency, Lang::En) => {
                "the same request in one process and across several: what each hop costs"
            }
            (Self::Latency, Lang::Es) => {
                "la misma petición en un proceso y a través de varios: lo que cuesta cada salto"
            }
            (Self::Isolation, Lang::En) => {
                "a service is killed: what falls with it, what stays, and how it comes back"
            }
            (Self::Isolation, Lang::Es) => {
                "se mata un servicio: qué cae con él, qué aguanta y cómo vuelve"
            }
            (Self::Coupling, Lang::En) => {
                "a service that others call becomes slow: with and without a deadline, and by event"
            }
            (Self::Coupling, Lang::Es) => {
                "un servicio al que otros llaman se vuelve lento: con y sin tiempo límite, y con eventos"
            }
            (Self::Scaling, Lang::En) => {
                "one, two and three instances of a service: what more of one brings"
            }
            (Self::Scaling, Lang::Es) => {
                "una, dos y tres instancias de un servicio: lo que aporta tener más"
            }
            (Self::Delivery, Lang::En) => {
                "killed in mid-flight: which events are lost, and which handled twice"
            }
            (Self::Delivery, Lang::Es) => {
                "muertes a mitad de entrega: qué eventos se pierden y cuáles se procesan dos veces"
            }
        }
    }
}

#[cfg(test)]
mod tests;
