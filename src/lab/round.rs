//! What one round of load brought. Made by `commands/lab/load.rs`, read by each lab.

use std::collections::BTreeMap;

use super::spread::percentile;
use super::words::times;
use crate::lang::Lang;

/// Of fewer answers none lies beyond the percentile 99.
const FEW: usize = 100;

/// What came of sending requests for a while.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Round {
    /// How long each request took that was answered 2xx, in milliseconds, from the lowest to the highest.
    pub took: Vec<f64>,
    /// How often each other status was answered.
    pub refused: BTreeMap<u16, u64>,
    /// How often none came: nobody listened, the connection ended, the time was over.
    pub unanswered: u64,
    /// How long the round took, in seconds.
    pub seconds: f64,
}

impl Round {
    /// Requests that were answered 2xx, in a second.
    pub fn rate(&self) -> f64 {
        match self.seconds > 0.0 {
            true => self.took.len() as f64 / self.seconds,
            false => 0.0,
        }
    }

    /// The time in milliseconds within which such a share of the answers came; 0 if none came.
    pub fn percentile(&self, share: f64) -> f64 {
        percentile(&self.took, share).unwrap_or_default()
    }

    /// Requests that were not answered 2xx.
    pub fn failed(&self) -> u64 {
        self.refused.values().sum::<u64>() + self.unanswered
    }

    /// All requests that were sent.
    pub fn sent(&self) -> u64 {
        self.took.len() as u64 + self.failed()
    }
}

/// How many answers the figures of a round are of, as that of each round says: a word for it, and the fact.
pub fn answers(counts: impl Iterator<Item = usize>, lang: Lang) -> (String, String) {
    let (least, most) = counts.fold((usize::MAX, 0), |(least, most), count| {
        (least.min(count), most.max(count))
    });
    let shown = match least >= most {
        true => most.to_string(),
        false => lang.either(format!("{least} to {most}"), format!("de {least} a {most}")),
    };
    let few = match least < FEW {
        true => lang.either(
            "; p99 of fewer than 100 is the slowest of them",
            "; con menos de 100, p99 es la más lenta",
        ),
        false => "",
    };
    let word = lang.either("answers in a round", "respuestas por ronda");
    (word.to_owned(), format!("{shown}{few}"))
}

/// What went wrong in some rounds, if anything did: it goes before every figure.
pub fn failures(rounds: &[&Round], lang: Lang) -> Option<String> {
    let (mut refused, mut unanswered, mut sent) = (BTreeMap::new(), 0, 0);
    for round in rounds {
        unanswered += round.unanswered;
        sent += round.sent();
        for (status, count) in &round.refused {
            *refused.entry(*status).or_insert(0) += count;
        }
    }
    let failed: u64 = refused.values().sum::<u64>() + unanswered;
    if failed == 0 {
        return None;
    }
    let mut kinds: Vec<String> = refused
        .iter()
        .map(|(status, count)| format!("{count} × {status}"))
        .collect();
    if unanswered > 0 {
        let word = lang.either("without an answer", "sin respuesta");
        kinds.push(format!("{unanswered} {word}"));
    }
    let kinds = kinds.join(", ");
    Some(lang.either(
        format!(
            "{failed} of {sent} requests failed ({kinds}). Times and throughput are of the others alone; find out why \
             before you trust them."
        ),
        format!(
            "Fallaron {failed} de {sent} peticiones ({kinds}). Los tiempos y las peticiones por segundo son solo de las \
             demás; averigua por qué antes de fiarte de ellos."
        ),
    ))
}

/// Events of one round that went on into the next, if any did: they go before every figure too.
pub fn unsettled(rounds: u64, lang: Lang) -> Option<String> {
    let times = times(rounds, lang);
    (rounds > 0).then(|| {
        lang.either(
            format!(
                "A round began {times} while events of the one before were still being delivered, and they took time from \
                 it: run it again when the machine has less to do."
            ),
            format!(
                "Una ronda empezó {times} mientras aún se entregaban eventos de la anterior, que le quitaron tiempo: repítelo \
                 cuando la máquina tenga menos que hacer."
            ),
        )
    })
}
