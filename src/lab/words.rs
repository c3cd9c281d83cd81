//! The words that all labs share, in each language. Used by `report.rs`, `text.rs` and `page.rs`.

use super::report::{Arm, Figure, count, digits};
use super::spread::{Difference, chance};
use crate::lang::Lang;

/// The words of one language.
pub(super) struct Words {
    pub lab: &'static str,
    pub expected: &'static str,
    pub measured: &'static str,
    pub not_asked: &'static str,
    pub undecided: &'static str,
    pub as_expected: &'static str,
    pub otherwise: &'static str,
    pub setting: &'static str,
    bars: &'static str,
    percentiles: &'static str,
    pub findings: &'static str,
    pub limits: &'static str,
    pub reading: &'static str,
    pub rounds: &'static str,
    lang: Lang,
}

const EN: Words = Words {
    lab: "Lab",
    expected: "Expected",
    measured: "Measured",
    not_asked: "not asked",
    undecided: "none of the answers: the figures don't decide it",
    as_expected: "As you expected.",
    otherwise: "Not what you expected. Why, do you think? The explanation is below.",
    setting: "What was measured",
    bars: "A bar is full as far as the lowest round and pale up to the highest; the mark in it is the median.",
    percentiles: "Half of the requests took no longer than p50, all but one in a hundred no longer than p99.",
    findings: "What it shows",
    limits: "What it does not show",
    reading: "What to read next",
    rounds: "Rounds",
    lang: Lang::En,
};

const ES: Words = Words {
    lab: "Laboratorio",
    expected: "Esperado",
    measured: "Medido",
    not_asked: "no se preguntó",
    undecided: "ninguna de las respuestas: las cifras no lo deciden",
    as_expected: "Tal como esperabas.",
    otherwise: "No es lo que esperabas. ¿Por qué crees que será? Más abajo está la explicación.",
    setting: "Qué se midió",
    bars: "Cada barra es oscura hasta la ronda más baja y clara hasta la más alta; la marca es la mediana.",
    percentiles: "La mitad de las peticiones no tardó más que p50; todas menos una de cada cien, no más que p99.",
    findings: "Qué muestra",
    limits: "Qué no muestra",
    reading: "Qué leer ahora",
    rounds: "Rondas",
    lang: Lang::Es,
};

impl Words {
    pub fn of(lang: Lang) -> &'static Self {
        match lang {
            Lang::En => &EN,
            Lang::Es => &ES,
        }
    }

    /// How the bars, and the names of these figures, are read.
    pub fn key(&self, figures: &[Figure]) -> String {
        let is_percentile =
            |figure: &Figure| ["p50", "p99"].iter().any(|name| figure.name.contains(name));
        match figures.iter().any(is_percentile) {
            true => format!("{} {}", self.bars, self.percentiles),
            false => self.bars.to_owned(),
        }
    }

    /// How one way stands to the first.
    pub fn verdict(&self, arm: &Arm, first: &Arm) -> String {
        let [before, after] = [first, arm].map(Arm::spread);
        let chance = chance(count(&first.rounds), count(&arm.rounds));
        let (arm, first) = (&arm.name, &first.name);
        if before.compare(&after) == Difference::NotSeen {
            return self.lang.either(
                format!("{arm}: no difference seen from {first}; their rounds overlap."),
                format!("{arm}: no se ve diferencia con {first}; sus rondas se solapan."),
            );
        }
        let Some(factor) = before.factor(&after) else {
            let all = before.high <= 0.0;
            return match self.lang {
                Lang::En if all => format!("{arm}: more than {first}, where every round gave 0."),
                Lang::En => format!("{arm}: more than {first}, which gave 0 at the median."),
                Lang::Es if all => format!("{arm}: más que {first}, donde cada ronda dio 0."),
                Lang::Es => format!("{arm}: más que {first}, que dio 0 en la mediana."),
            };
        };
        let (factor, odds) = (digits(factor), digits((1.0 / chance).floor()));
        if chance > 0.5 {
            return match self.lang {
                Lang::En => format!("{arm}: {factor} times that of {first}, in one round of each."),
                Lang::Es => {
                    format!("{arm}: {factor} veces lo de {first}, en una ronda de cada uno.")
                }
            };
        }
        match self.lang {
            Lang::En => format!(
                "{arm}: {factor} times that of {first}. No rounds overlap; by luck that happens once in {odds} times."
            ),
            Lang::Es => format!(
                "{arm}: {factor} veces lo de {first}. Ninguna ronda se solapa; por azar eso pasa una vez de cada {odds}."
            ),
        }
    }
}

/// `once`, `12 times`.
pub(super) fn times(count: u64, lang: Lang) -> String {
    match (lang, count) {
        (Lang::En, 1) => "once".to_owned(),
        (Lang::En, _) => format!("{count} times"),
        (Lang::Es, 1) => "1 vez".to_owned(),
        (Lang::Es, _) => format!("{count} veces"),
    }
}
